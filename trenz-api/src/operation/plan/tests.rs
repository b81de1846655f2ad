//! What a request costs before it is sent, held against the price list.

use serde::Serialize;

use super::*;
use crate::generated::content::ai_video::{SdProFastGenerate, SdProGenerate};
use crate::generated::data::products::Search;
use crate::generated::{Country, Scope};
use crate::money::pricing::Pricing;
use crate::money::pricing::{BillingMode, Replay};
use crate::wire::inputs::Inputs;
use crate::wire::method::Method;

/// A stand-in whose priced inputs can be of any type.
struct Priced<Q, T>(Q, T);

impl<Q: Serialize + Send + Sync, T: Serialize + Send + Sync> Operation for Priced<Q, T> {
    type Output = ();
    const ID: &'static str = "priced";
    const SUMMARY: &'static str = "";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/priced";
    const GROUP: &'static str = "";
    const AREA: &'static str = "";
    const RUST_PATH: &'static str = "";
    const COIN_COST: u64 = 1950;
    const SCOPE: Option<Scope> = None;
    const BILLING_MODE: BillingMode = BillingMode::PerCall;
    const REPLAY: Replay = Replay::Write;
    const PRICING: Option<Pricing> = SdProGenerate::PRICING;

    fn encode(&self, to: &mut Inputs) {
        to.json_body();
        to.body("duration", &self.0).at_least(1);
        to.query("resolution", &self.1);
    }
}

fn coins(quantity: impl Serialize + Send + Sync, tier: impl Serialize + Send + Sync) -> u64 {
    Priced(quantity, tier).quote().coins()
}

#[test]
fn the_numbers_of_the_document() {
    let sd_pro = || SdProGenerate::builder().prompt("p");
    let quote = sd_pro().duration(8).resolution("480p").build().quote();
    assert_eq!((quote.coins(), quote.is_exact()), (480, true));
    assert_eq!(quote.to_string(), "480 coins: 8 × 60 (`duration` 8, `resolution` 480p)");

    let unset = sd_pro().build().quote();
    assert_eq!(unset.coins(), 650);
    assert_eq!(
        unset.to_string(),
        "650 coins: 5 × 130 (`duration` 5 by default, `resolution` 720p by default)"
    );

    let unpriced = sd_pro().resolution("4k").build().quote();
    assert_eq!((unpriced.coins(), unpriced.is_exact()), (1950, false));
    assert_eq!(
        unpriced.to_string(),
        "at most 1950 coins: the document has no price for `resolution` 4k"
    );
    assert_eq!(SdProFastGenerate::builder().prompt("p").build().quote().coins(), 5 * 105);

    let fixed = Search::builder().country(Country::Us).build().quote();
    assert_eq!((fixed.coins(), fixed.to_string().as_str()), (5, "5 coins: fixed"));
    assert_eq!(fixed.operation_id(), Search::ID);
}

#[test]
fn invalid_quantity_is_quoted_at_the_upper_bound() {
    assert_eq!(coins(8, "480p"), 480);
    assert_eq!(coins(Some(8), None::<&str>), 8 * 130);
    for upper_bound in [
        coins(0, "480p"),
        coins(-1, "480p"),
        coins(5.5, "480p"),
        coins(5.0, "480p"),
        coins("8", "480p"),
        coins([8], "480p"),
        coins(f64::NAN, "480p"),
        coins(u64::MAX, "480p"),
        coins(i128::MAX, "480p"),
        coins(8, 480),
        coins(8, ["480p"]),
        coins(8, ""),
    ] {
        assert_eq!(upper_bound, 1950);
    }
}

#[test]
fn a_plan_sums_per_operation_and_in_all() {
    let mut plan =
        Plan::of([1, 2].map(|page| Search::builder().country(Country::Us).page(page).build()));
    assert!(plan.is_exact());
    plan.add(&SdProGenerate::builder().prompt("p").build());
    plan.add(&SdProGenerate::builder().prompt("p").resolution("4k").build());
    assert_eq!((plan.requests(), plan.total(), plan.is_exact()), (4, 2 * 5 + 650 + 1950, false));
    assert_eq!(
        plan.to_string(),
        "trenz-ai-sd-pro-generate: at most 2600 coins for 2 requests\n\
         trenz-products-search: 10 coins for 2 requests\n\
         total: at most 2610 coins for 4 requests"
    );
    assert_eq!(Plan::default().total(), 0);
}
