//! Every constant of every operation, read from the raw document.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trenz_api::{
    BillingMode, ErrorCode, Operation, Pricing, PricingMode, Replay, Scope, operations,
};

use crate::document;

#[test]
fn constants_equal_those_of_the_document() {
    let document = document();
    let told = crate::operations(&document);
    assert_eq!(operations().len(), told.len());
    let groups = document["x-tagGroups"].as_array().unwrap();
    for (method, path, raw) in told {
        let id = raw["operationId"].as_str().unwrap();
        let info = operations().iter().find(|info| info.id == id).expect(id);
        assert_eq!((info.method.as_str(), info.path), (method.as_str(), path.as_str()), "{id}");
        assert_eq!(info.summary, raw["summary"], "{id}");
        assert_eq!(info.coin_cost, raw["x-coin-cost"].as_u64().unwrap(), "{id}");
        assert_eq!(info.billing_mode.as_str(), raw["x-billing-mode"], "{id}");
        let scope = info.scope.map_or(Value::Null, |scope| scope.as_str().into());
        assert_eq!(scope, raw["x-scope"], "{id}");
        assert_eq!(info.pricing.map_or(Value::Null, pricing), raw["x-pricing"], "{id}");

        let tag = raw["tags"][0].as_str().unwrap();
        let group =
            groups.iter().find(|group| group["tags"].as_array().unwrap().contains(&json!(tag)));
        assert_eq!(info.group, group.unwrap()["name"], "{id}");
        assert!(tag.ends_with(info.area), "{id}: {} of {tag}", info.area);
        assert!(!info.area.starts_with(|c: char| c.is_ascii_digit()), "{id}");
    }
}

/// All that the extension says, spelled as the document spells it.
fn pricing(pricing: Pricing) -> Value {
    let PricingMode::PerUnit = pricing.mode else { panic!("{pricing:?}") };
    let prices = pricing.unit_prices.iter().map(|(tier, coins)| ((*tier).to_owned(), json!(coins)));
    json!({
        "mode": "per_unit",
        "quantity_param": pricing.quantity_param,
        "tier_param": pricing.tier_param,
        "unit_price_map": prices.collect::<serde_json::Map<_, _>>(),
        "default_quantity": pricing.default_quantity,
        "default_tier": pricing.default_tier,
        "fallback_coin_cost": pricing.fallback_coin_cost,
    })
}

#[test]
fn type_constants_equal_those_of_the_operation_list() {
    use trenz_api::content::ai_video::SdProGenerate;
    let info = operations().iter().find(|info| info.id == SdProGenerate::ID).unwrap();
    assert_eq!(info.coin_cost, SdProGenerate::COIN_COST);
    assert_eq!(info.pricing, SdProGenerate::PRICING);
    assert_eq!(SdProGenerate::BILLING_MODE, BillingMode::AsyncOnComplete);
    assert_eq!(SdProGenerate::SCOPE, Some(Scope::AiVideoWrite));
    assert_eq!(SdProGenerate::RUST_PATH, "content::ai_video::SdProGenerate");
}

#[test]
fn scopes_equal_those_of_the_document() {
    let document = document();
    let told: BTreeSet<&str> = crate::operations(&document)
        .into_iter()
        .filter_map(|(_, _, raw)| raw["x-scope"].as_str())
        .collect();
    let known: BTreeSet<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(known, told);
    assert_eq!(known.len(), 13);
    assert_eq!(Scope::AiVideoWrite.to_string(), "trenz.ai_video.write");
    assert_eq!("trenz.ads.read".parse(), Ok(Scope::AdsRead));
}

#[test]
fn error_codes_equal_those_of_the_document() {
    let document = document();
    let description = document["info"]["description"].as_str().unwrap();
    let rows = description.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        (cells.len() == 3 && cells[0].parse::<u16>().is_ok()).then(|| cells[1].to_owned())
    });
    let codes: Vec<String> = rows.collect();
    assert_eq!(codes.len(), 20);
    for code in &codes {
        let known = ErrorCode::from(code.as_str());
        assert!(!matches!(known, ErrorCode::Unrecognized(_)), "{code}");
        assert_eq!(known.as_str(), code);
    }
    assert!(matches!(ErrorCode::from("INSUFFICIENT_CREDITS"), ErrorCode::Unrecognized(_)));
}

/// A read has a `.read` scope, or is a GET without a scope, and starts no task.
#[test]
fn replay_classes_follow_scope_price_and_billing_mode() {
    let document = document();
    let mut reads_by_post = 0;
    for (method, _, raw) in crate::operations(&document) {
        let id = raw["operationId"].as_str().unwrap();
        let info = operations().iter().find(|info| info.id == id).unwrap();
        let reads = raw["x-scope"]
            .as_str()
            .map_or(method == "GET", |scope| scope.split('.').next_back() == Some("read"))
            && raw["x-billing-mode"] != "async_on_complete";
        let expected = match (reads, raw["x-coin-cost"].as_u64()) {
            (true, Some(0)) => Replay::FreeRead,
            (true, _) => Replay::PaidRead,
            (false, _) => Replay::Write,
        };
        assert_eq!(info.replay, expected, "{id}");
        reads_by_post += usize::from(info.replay == Replay::PaidRead && method == "POST");
    }
    assert_eq!(reads_by_post, 38);
}
