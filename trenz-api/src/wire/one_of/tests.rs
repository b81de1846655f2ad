//! An enum of types: what is decoded as what, and what is sent.

use serde::{Deserialize, Serialize};

use crate::wire::json::Json;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cat {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lives: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dog {
    #[serde(skip_serializing_if = "Option::is_none")]
    tail: Option<f64>,
}

one_of! {
    /// A pet.
    pub enum Pet by "kind" {
        Cat(Box<Cat>) from [Cat] = Tag("cat" | "kitten"),
        Dog(Box<Dog>) from [Dog] = Tag("dog"),
        Name(String) from [String, &str] = Text,
        Names(Vec<String>) from [Vec<String>] = List,
    }
}

one_of! {
    /// Nothing tells which.
    pub enum Either {
        Cat(Box<Cat>) from [Cat],
        Dog(Box<Dog>) from [Dog],
    }
}

fn read(text: &str) -> Pet {
    serde_json::from_str(text).unwrap()
}

#[test]
fn alternative_is_selected_by_discriminator_or_json_type() {
    let cat = |kind: &str, lives| Cat { kind: Some(kind.to_owned()), lives };
    assert_eq!(read(r#"{"kind":"cat","lives":9}"#), cat("cat", Some(9)).into());
    assert_eq!(read(r#"{"lives":1,"kind":"kitten"}"#), cat("kitten", Some(1)).into());
    assert_eq!(read(r#" { "kind" : "d\u006fg" , "tail" : 0.5 } "#), Dog { tail: Some(0.5) }.into());
    assert_eq!(read(r#""Tom""#), "Tom".into());
    assert_eq!(read(r#"["Tom"]"#), vec!["Tom".to_owned()].into());
}

#[test]
fn unmatched_value_is_kept_unchanged() {
    for text in [
        r#"{"kind":"fish","depth":184467440737095516160}"#,
        r#"{"lives":9}"#,
        r#"{"kind":5,"lives":9}"#,
        r#"{"kind":null}"#,
        "{}",
        "5",
        "true",
        "null",
    ] {
        let pet = read(text);
        assert_eq!(pet, Pet::Unrecognized(text.parse().unwrap()), "{text}");
        assert_eq!(serde_json::to_string(&pet).unwrap(), text);
    }
    // Both would take it, which proves nothing.
    let text = r#"{"tail":0.5}"#;
    let either: Either = serde_json::from_str(text).unwrap();
    assert_eq!(either, Either::Unrecognized(text.parse().unwrap()));
    let Either::Unrecognized(json) = either else { unreachable!() };
    assert_eq!(json.parse::<Dog>().unwrap(), Dog { tail: Some(0.5) });
}

#[test]
fn mismatch_in_an_alternative_has_its_path() {
    let error = serde_json::from_str::<Pet>(r#"{"kind":"cat","lives":"nine"}"#).unwrap_err();
    assert!(error.to_string().contains("does not fit at `lives`"), "{error}");
}

#[test]
fn alternative_is_encoded_with_its_discriminator() {
    for (pet, json) in [
        (Pet::from(Dog { tail: Some(0.5) }), r#"{"kind":"dog","tail":0.5}"#),
        (Dog::default().into(), r#"{"kind":"dog"}"#),
        (Cat::default().into(), r#"{"kind":"cat"}"#),
        (Cat { kind: Some("kitten".to_owned()), lives: None }.into(), r#"{"kind":"kitten"}"#),
        ("Tom".into(), r#""Tom""#),
    ] {
        assert_eq!(serde_json::to_string(&pet).unwrap(), json);
    }
    let either = Either::from(Dog { tail: Some(1.0) });
    assert_eq!(serde_json::to_string(&either).unwrap(), r#"{"tail":1.0}"#);
}

#[test]
fn alternative_with_another_discriminator_is_not_encoded() {
    let dog_in_disguise = Pet::from(Cat { kind: Some("dog".to_owned()), lives: None });
    let error = Json::from_value(&dog_in_disguise).unwrap_err();
    let said = error.violations()[0].to_string();
    let expected = "`value`: expected an object whose `kind` is `cat` or `kitten`, found one whose `kind` is \"dog\"";
    assert_eq!(said, expected);
    let not_finite = Pet::from(Dog { tail: Some(f64::NAN) });
    assert!(Json::from_value(&not_finite).unwrap_err().is_invalid_input());
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct First {
    #[serde(skip_serializing_if = "Option::is_none")]
    v: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<String>,
}

one_of! {
    /// A version, by its number or by whether there is one.
    pub enum Version by "v" {
        First(Box<First>) from [First] = Bare("1" | "-2"),
        None(Box<Dog>) from [Dog] = Bare("false"),
        Named(Box<Cat>) from [Cat] = Tag("1"),
    }
}

#[test]
fn numbers_and_flags_name_alternatives_by_value() {
    let first = |v| Version::from(First { v, a: Some("x".to_owned()) });
    for (text, value) in [
        (r#"{"v":1,"a":"x"}"#, first(Some(1))),
        (r#"{"v":-2,"a":"x"}"#, first(Some(-2))),
        (r#"{"v":false,"tail":0.5}"#, Dog { tail: Some(0.5) }.into()),
        (r#"{"v":"1","lives":9}"#, Cat { kind: None, lives: Some(9) }.into()),
    ] {
        assert_eq!(serde_json::from_str::<Version>(text).unwrap(), value, "{text}");
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
    }
    assert_eq!(serde_json::to_string(&first(None)).unwrap(), r#"{"v":1,"a":"x"}"#);
    let error = serde_json::to_string(&first(Some(3))).unwrap_err();
    assert!(
        error.to_string().contains("an object whose `v` is `1` or `-2`, found one whose `v` is 3"),
        "{error}"
    );
    for text in [r#"{"v":3}"#, r#"{"v":true}"#, r#"{"v":"false"}"#, r#"{"v":null}"#, "{}"] {
        let value: Version = serde_json::from_str(text).unwrap();
        assert_eq!(value, Version::Unrecognized(text.parse().unwrap()), "{text}");
    }
}

#[derive(Debug, Deserialize)]
struct Zoo {
    #[serde(default)]
    u: i64,
    #[serde(default)]
    k: Vec<Pet>,
    only: Option<Pet>,
    inner: Option<Cage>,
    z: Option<i64>,
}

one_of! {
    /// Alternatives within alternatives.
    pub enum Cage by "kind" {
        Of(Box<Held>) from [Held] = Tag("cage"),
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pets: Vec<Pet>,
}

/// Positions in an alternative count from its beginning.
#[test]
fn the_path_leads_into_the_alternative() {
    for (text, path) in [
        (r#"{"u":12345678,"k":[{"kind":"cat","lives":"x"}]}"#, "k[0].lives"),
        (r#"{"k":["Tom",{"kind":"dog"}, {"kind":"cat","lives":"x"} , "Tom"]}"#, "k[2].lives"),
        ("{\n\"k\": [\n\"Tom\",\n {\"kind\":\"cat\",\n\"lives\":\"x\"} ] }", "k[1].lives"),
        (r#"{"only":{"kind":"cat","lives":"x"},"z":1}"#, "only.lives"),
        (r#"{"z":1,"only":{"lives":[],"kind":"cat"}}"#, "only.lives"),
        (r#"{"k":[["a",7]],"u":1}"#, "k[0][1]"),
        (r#"{"k":[{"kind":"cat","lives":1}],"u":"x"}"#, "u"),
        (
            r#"{"inner":{"kind":"cage","pets":["a",{"kind":"cat","lives":"x"}]},"z":1}"#,
            "inner.pets[1].lives",
        ),
        (r#"{"inner":{"kind":"cage","pets":7}}"#, "inner.pets"),
    ] {
        let mismatch = crate::wire::decode::value::<Zoo>(text).unwrap_err();
        assert_eq!(mismatch.path.to_string(), path, "{text}: {}", mismatch.error);
        let said = mismatch.error.to_string();
        assert_eq!(said.matches("does not fit").count(), usize::from(path != "u"), "{said}");
    }
    let whole = crate::wire::decode::value::<Pet>(r#"{"kind":"cat","lives":"x"}"#);
    assert_eq!(whole.unwrap_err().path.to_string(), "lives");
    let (zoo, _) = crate::wire::decode::data::<Zoo>(
        Some(r#"{"u":"7","k":["Tom",{"kind":"cat","lives":"9"}],"z":2.0}"#),
        crate::wire::lenient::SkipPolicy::Never,
    )
    .unwrap();
    assert_eq!((zoo.u, zoo.z), (7, Some(2)));
    assert_eq!(zoo.k[1], Cat { kind: Some("cat".to_owned()), lives: Some(9) }.into());
}
