//! The macros' structs decode and encode as those do for which `serde` derives it, but for the sequence form.

use super::output::output;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::wire::json_path;
use crate::{BillingMode, Inputs, Json, Method, Nullable, Operation, Replay, Scope, part, request};

output! {
    /// Every member may be missing.
    pub struct Loose {
        /// A list.
        pub items: Vec<Loose>,
        /// A number.
        pub count: Option<i64>,
        /// A member that Rust has another name for.
        #[wire = "type"] pub type_: Option<String>,
        /// An open value.
        pub open: Option<Json>,
        /// A struct that has required members.
        pub strict: Option<Box<Strict>>,
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct DerivedLoose {
    #[serde(deserialize_with = "null_is_empty")]
    items: Vec<DerivedLoose>,
    count: Option<i64>,
    #[serde(rename = "type")]
    type_: Option<String>,
    open: Option<Json>,
    strict: Option<Box<DerivedStrict>>,
}

fn null_is_empty<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

output! {
    /// Some members are required.
    pub struct Strict {
        /// A number.
        #[required] pub count: i64,
        /// One that Rust has another name for.
        #[required] #[wire = "type"] pub type_: String,
        /// A list.
        pub items: Vec<i64>,
        /// Whatever there is.
        pub open: Option<Json>,
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct DerivedStrict {
    count: i64,
    #[serde(rename = "type")]
    type_: String,
    #[serde(default, deserialize_with = "null_is_empty")]
    items: Vec<i64>,
    open: Option<Json>,
}

output! {
    /// Members without a field are kept.
    pub struct Labels {
        /// A text.
        #[required] #[wire = "type"] pub type_: String,
        /// An open value.
        pub open: Option<Json>,
        /// The others.
        #[further] pub more: BTreeMap<String, Json>,
    }
}

output! {
    /// Members without a field are kept and have a type.
    pub struct Counts {
        /// A number.
        pub count: Option<i64>,
        /// The others.
        #[further] pub more: BTreeMap<String, i64>,
    }
}

request! {
    #[request(output = (), builder = AskBuilder)]
    /// A request.
    pub struct Ask {
        /// A number.
        #[optional(value)] pub count: Option<i64>,
        /// A text.
        #[required(into, TypeState)] #[wire = "type"] pub type_: String,
        /// A text, or null.
        #[optional(null)] pub open: Option<Nullable<String>>,
        /// A text or null, but not nothing.
        #[required(null, StrictState)] pub strict: Nullable<String>,
        /// A list.
        #[optional(list as i64)] pub items: Option<Vec<i64>>,
    }
}

impl Operation for Ask {
    type Output = ();

    const ID: &'static str = "ask";
    const SUMMARY: &'static str = "Ask";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/ask";
    const RUST_PATH: &'static str = "Ask";
    const GROUP: &'static str = "";
    const AREA: &'static str = "";
    const COIN_COST: u64 = 0;
    const BILLING_MODE: BillingMode = BillingMode::Free;
    const SCOPE: Option<Scope> = None;
    const REPLAY: Replay = Replay::Write;

    fn encode(&self, _to: &mut Inputs) {}
}

#[derive(Debug, Serialize, Deserialize)]
struct DerivedAsk {
    count: Option<i64>,
    #[serde(rename = "type")]
    type_: String,
    #[serde(default, deserialize_with = "present")]
    open: Option<Nullable<String>>,
    #[serde(default)]
    strict: Nullable<String>,
    items: Option<Vec<i64>>,
}

fn present<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Nullable<String>>, D::Error> {
    Nullable::deserialize(from).map(Some)
}

part! {
    /// A struct that is sent, of which nothing is required.
    #[derive(Default)]
    pub struct Part {
        /// A number.
        #[optional(value)] pub count: Option<i64>,
        /// A text.
        #[optional(null)] #[wire = "type"] pub type_: Option<Nullable<String>>,
        /// The others.
        #[further] pub more: BTreeMap<String, i64>,
    }
}

/// JSON of members that the structs know, and others; some come twice. Where a struct is expected stands no list,
/// from which `serde` would take its fields one after the other.
fn any_object() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => Just("null".to_owned()),
        3 => any::<i64>().prop_map(|number| number.to_string()),
        3 => "[a-z\u{e4}]{0,3}".prop_map(|text| format!("{text:?}")),
        1 => Just("1.50".to_owned()),
        1 => Just("true".to_owned()),
    ];
    let object = |value: BoxedStrategy<String>| {
        let name = prop_oneof![
            Just("items"),
            Just("count"),
            Just("type"),
            Just("typ\\u0065"),
            Just("open"),
            Just("strict"),
            Just("other"),
        ];
        let is_list_in_place_of_a_struct =
            |(name, value): &(&str, String)| *name == "strict" && value.starts_with('[');
        let member = (name, value).prop_filter("a list", move |m| !is_list_in_place_of_a_struct(m));
        proptest::collection::vec(member, 0..6).prop_map(|members| {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("\"{name}\" :{value}")).collect();
            format!("{{{}}}", members.join(",\n"))
        })
    };
    let value = leaf.prop_recursive(3, 24, 6, move |inner| {
        let no_list = inner.clone().prop_filter("a list in a list", |text| !text.starts_with('['));
        let list = proptest::collection::vec(no_list, 0..4);
        prop_oneof![
            list.prop_map(|values| format!("[{}]", values.join(" , "))),
            object(inner.boxed()),
        ]
    });
    object(value.boxed())
}

/// What decodes from a text, encoded again; or what is said of it, and where.
fn outcome<T: DeserializeOwned + Serialize>(text: &str) -> Result<String, (String, String)> {
    let read = serde_json::from_str::<T>(text);
    let read = read.map_err(|error| {
        let said = error.to_string();
        (json_path::mismatch(text, error).path.to_string(), said)
    });
    read.map(|value| serde_json::to_string(&value).unwrap())
}

proptest! {
    #[test]
    fn macros_decode_as_derives_do(text in any_object()) {
        // For a value that is not an object, `serde` names the struct in its message.
        let known = ["struct DerivedLoose", "struct DerivedStrict", "struct DerivedAsk"];
        let plain = |outcome: Result<String, (String, String)>| outcome.map_err(|(path, said)| {
            (path, known.iter().fold(said, |said, name| said.replace(name, "an object")))
        });
        prop_assert_eq!(outcome::<Loose>(&text), plain(outcome::<DerivedLoose>(&text)), "{}", text);
        prop_assert_eq!(outcome::<Strict>(&text), plain(outcome::<DerivedStrict>(&text)), "{}", text);
        prop_assert_eq!(outcome::<Ask>(&text), plain(outcome::<DerivedAsk>(&text)), "{}", text);
    }
}

#[test]
fn duplicate_missing_and_wrong_members_are_errors_at_their_place() {
    for (text, path, said) in [
        (r#"{"count":null,"count":1}"#, "count", "duplicate field `count`"),
        (r#"{"strict":{"type":"a","typ\u0065":"b"}}"#, "strict.type", "duplicate field `type`"),
        (r#"{"strict":{"type":"a"}}"#, "strict", "missing field `count`"),
        (r#"{"items":[{},{"type":3}]}"#, "items[1].type", "invalid type: integer `3`"),
        (r#"{"items":[{},[]]}"#, "items[1]", "invalid type: sequence, expected an object"),
        ("[]", "", "invalid type: sequence, expected an object"),
    ] {
        let (at, error) = outcome::<Loose>(text).unwrap_err();
        assert_eq!(at, path, "{text}: {error}");
        assert!(error.starts_with(said), "{text}: {error}");
    }
    let twice = r#"{"other":1,"other":{},"count":1}"#;
    assert_eq!(serde_json::from_str::<Loose>(twice).unwrap().count, Some(1));
}

#[test]
fn further_members_are_kept_unchanged() {
    let text = r#"{"type":"a","open":{"n":1.50},"a":184467440737095516160,"b":{"id":"x", "y":[1.0]},"c":null}"#;
    let labels: Labels = serde_json::from_str(text).unwrap();
    assert_eq!(labels.type_, "a");
    assert_eq!(labels.open.as_ref().unwrap().get(), r#"{"n":1.50}"#);
    assert_eq!(labels.more["a"].get(), "184467440737095516160");
    assert_eq!(labels.more["b"].get(), r#"{"id":"x", "y":[1.0]}"#);
    assert_eq!(labels.more["c"].get(), "null");
    assert_eq!(serde_json::to_string(&labels).unwrap(), text);
}

#[test]
fn further_members_have_their_type() {
    let counts: Counts = serde_json::from_str(r#"{"count":3,"a":1,"b":2}"#).unwrap();
    assert_eq!(counts.more, [("a".to_owned(), 1), ("b".to_owned(), 2)].into());
    assert_eq!(serde_json::from_str::<Counts>("{}").unwrap(), Counts::default());
    let (path, error) = outcome::<Counts>(r#"{"count":3,"a":"x"}"#).unwrap_err();
    assert_eq!(path, "a");
    assert!(error.contains("invalid type: string"), "{error}");
    assert!(outcome::<Labels>("{}").unwrap_err().1.contains("missing field `type`"));
    let part = Part::new().count(1).more([("a".to_owned(), 2)]).more([("b".to_owned(), 3)]);
    assert_eq!(serde_json::to_string(&part).unwrap(), r#"{"count":1,"a":2,"b":3}"#);
    assert_eq!(serde_json::from_str::<Part>(r#"{"count":1,"a":2,"b":3}"#).unwrap(), part);
}

#[test]
fn a_further_member_with_the_name_of_a_field_is_not_sent() {
    let more = [("type".to_owned(), "1".parse().unwrap())].into();
    let labels = Labels { type_: "a".to_owned(), open: None, more };
    let error = serde_json::to_string(&labels).unwrap_err();
    assert!(error.to_string().contains("of their own, found `type`"), "{error}");
    let part = Part::new().more([("type".to_owned(), 1)]);
    let error = serde_json::to_string(&part).unwrap_err();
    assert!(error.to_string().contains("of their own, found `type`"), "{error}");
}

#[test]
fn null_and_nothing_differ_where_null_is_a_value() {
    let part: Part = serde_json::from_str(r#"{"type":null}"#).unwrap();
    assert_eq!(part, Part::new().type_(Nullable::Null));
    assert_eq!(serde_json::to_string(&part).unwrap(), r#"{"type":null}"#);
    assert_eq!(serde_json::to_string(&Part::new()).unwrap(), "{}");
}

#[test]
fn setters_of_required_inputs_come_in_any_order() {
    let made = Ask::builder().count(1).strict(Nullable::Null).items([1, 2]).type_("a").build();
    let other = Ask::builder().type_("a").items([1, 2]).count(1).strict(Nullable::Null).build();
    assert_eq!(made, other);
    assert_eq!(
        serde_json::to_string(&made).unwrap(),
        r#"{"count":1,"type":"a","open":null,"strict":null,"items":[1,2]}"#,
    );
    // The docs have what is required first, whatever the order on the wire.
    let fields = format!("{made:?}");
    let places = ["type_", "strict", "count", "open", "items"]
        .map(|field| fields.find(&format!(" {field}: ")).unwrap());
    assert!(places.is_sorted(), "{fields}");
}
