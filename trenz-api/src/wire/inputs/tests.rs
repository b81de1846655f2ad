//! What inputs become on the wire, and which are refused.

mod bodies;
mod headers;
mod styles;

use super::*;
use crate::wire::json::Json;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

fn written(write: impl FnOnce(&mut Inputs)) -> Result<EncodedInputs, Vec<String>> {
    written_to("/things", true, write)
}

fn written_to(
    path: &'static str,
    check: bool,
    write: impl FnOnce(&mut Inputs),
) -> Result<EncodedInputs, Vec<String>> {
    let mut inputs = Inputs::new(check);
    write(&mut inputs);
    inputs.finish(path).map_err(|violations| violations.iter().map(ToString::to_string).collect())
}

#[test]
fn scalars_in_a_query() {
    let query = |write: fn(&mut Inputs)| written(write).unwrap().query;
    assert_eq!(query(|to| _ = to.query("q", "a b+c&d=é/,:")), "q=a%20b%2Bc%26d%3D%C3%A9%2F%2C%3A");
    assert_eq!(query(|to| _ = to.query("n", &100.0)), "n=100");
    assert_eq!(query(|to| _ = to.query("n", &0.1)), "n=0.1");
    assert_eq!(query(|to| _ = to.query("n", &Some(i64::MIN))), "n=-9223372036854775808");
    assert_eq!(query(|to| _ = to.query("n", &u64::MAX)), "n=18446744073709551615");
    assert_eq!(query(|to| _ = to.query("f", &false)), "f=false");
    assert_eq!(query(|to| _ = to.query("n", &None::<i64>)), "");
    assert_eq!(query(|to| _ = to.query("q", "")), "q=", "an empty text that was set is sent");
}

fn list(to: &mut Inputs, list: Option<&[&str]>) {
    to.query_as("i", &list, ParamStyle::Comma);
}

#[test]
fn lists_in_a_query() {
    let query = |write: fn(&mut Inputs)| written(write).map(|written| written.query);
    assert_eq!(query(|to| _ = to.query("i", &["a,b", "c"])).unwrap(), "i=a%2Cb&i=c");
    assert_eq!(query(|to| _ = to.query("i", &Some([1, 2]))).unwrap(), "i=1&i=2");
    assert_eq!(query(|to| _ = to.query("i", &None::<Vec<String>>)).unwrap(), "");
    assert_eq!(query(|to| list(to, Some(&["core", "trend"]))).unwrap(), "i=core,trend");
    assert_eq!(query(|to| list(to, Some(&["core"]))).unwrap(), "i=core");
    assert_eq!(query(|to| list(to, None)).unwrap(), "");
    assert_eq!(query(|to| list(to, Some(&[]))).unwrap(), "");
    assert_eq!(
        query(|to| list(to, Some(&["a,b", "c"]))).unwrap_err(),
        ["`i`: expected a list of values without commas, found `a,b`"]
    );
}

#[test]
fn body_has_only_set_members() {
    let body = |write: fn(&mut Inputs)| {
        written(write).unwrap().body.map(|body| String::from_utf8(body.to_vec()).unwrap())
    };
    assert_eq!(body(|_| {}), None);
    assert_eq!(body(Inputs::json_body).unwrap(), "{}");
    let all = body(|to| {
        to.json_body();
        to.body("text", "say \"hi\"\n");
        to.body("unset", &None::<String>);
        to.body("boxes", &vec![vec![0, 0], vec![1, 1]]);
        to.body("empty", &Vec::<String>::new());
        to.body("map", &Some(BTreeMap::from([("k", 1.5)])));
        to.body("raw", &"{ \"z\": 1e400, \"a\": null }".parse::<Json>().unwrap());
        to.body("null", &"null".parse::<Json>().unwrap());
    });
    assert_eq!(
        all.unwrap(),
        r#"{"text":"say \"hi\"\n","boxes":[[0,0],[1,1]],"empty":[],"map":{"k":1.5},"raw":{ "z": 1e400, "a": null },"null":null}"#
    );
}

#[test]
fn unrepresentable_inputs_are_refused_without_bounds_checks() {
    let refusal =
        |path, write: fn(&mut Inputs)| written_to(path, false, write).unwrap_err().join("; ");
    assert_eq!(
        refusal("/", |to| _ = to.query("n", &f64::NAN)),
        "`n`: expected a finite number, found NaN"
    );
    assert_eq!(
        refusal("/", |to| _ = to.body("n", &vec![Some(vec![f64::NEG_INFINITY])])),
        "`n`: expected a finite number, found -inf"
    );
    assert_eq!(
        refusal("/", |to| _ = to.query("n", &[f64::NAN])),
        "`n`: expected a finite number, found NaN"
    );
    assert_eq!(
        refusal("/", |to| _ = to.query_as("n", &[f64::NAN], ParamStyle::Comma)),
        "`n`: expected a finite number, found NaN"
    );
    for value in ["", ".", ".."] {
        let mut inputs = Inputs::new(false);
        inputs.path("id", value);
        let error = inputs.finish("/things/{id}").unwrap_err();
        assert_eq!(
            error[0].to_string(),
            format!(
                "`id`: expected a path segment that is not empty, `.` or `..`, found `{value}`"
            )
        );
        assert_eq!(error.len(), 1, "not reported as missing as well");
    }
    assert_eq!(
        refusal("/things/{id}", |_| {}),
        "`id`: expected a value for the path `/things/{id}`, found absent"
    );
}

#[test]
fn violations_have_field_bound_and_value_and_can_be_disabled() {
    let write = |to: &mut Inputs| {
        to.query("page", &Some(0)).at_least(1);
        to.query("page_size", &50_i64).at_most(20);
        to.body("ratio", &1.5).at_least(0.5).at_most(1);
        to.body("title", "äöü").max_length(2);
        to.query("fine", &20).at_least(20).at_most(20);
        to.query("whole", &3).at_most(2.5);
        to.body("short", "äö").max_length(2);
        to.query("unset", &None::<i64>).at_least(1);
    };
    assert_eq!(
        written(write).unwrap_err(),
        [
            "`page`: expected at least 1, found 0",
            "`page_size`: expected at most 20, found 50",
            "`ratio`: expected at most 1, found 1.5",
            "`title`: expected at most 2 characters, found 3 characters",
            "`whole`: expected at most 2.5, found 3",
        ]
    );
    assert!(written_to("/things", false, write).is_ok());
}

#[test]
fn bounds_are_exact_beyond_what_a_float_holds() {
    const U32: i64 = 4_294_967_295;
    const FLOAT: i64 = 9_007_199_254_740_992;
    let write = |to: &mut Inputs| {
        to.body("a", &U32).at_most(U32);
        to.body("b", &(U32 + 1)).at_most(U32);
        to.body("c", &(FLOAT + 1)).at_most(FLOAT);
        to.body("d", &FLOAT).at_least(FLOAT + 1);
        to.body("e", &i64::MIN).at_least(i64::MIN).at_most(i64::MAX);
        to.body("f", &i64::MAX).at_most(i64::MAX - 1);
        to.body("g", &u64::MAX).at_most(u64::MAX).at_least(1).at_most(u64::MAX - 1);
        to.query("h", &u64::MAX).at_most(u64::MAX - 1);
        to.inside("i", &[u64::MAX], &[Inside::Each]).at_most(i64::MAX);
    };
    assert_eq!(
        written(write).unwrap_err(),
        [
            "`b`: expected at most 4294967295, found 4294967296",
            "`c`: expected at most 9007199254740992, found 9007199254740993",
            "`d`: expected at least 9007199254740993, found 9007199254740992",
            "`f`: expected at most 9223372036854775806, found 9223372036854775807",
            "`g`: expected at most 18446744073709551614, found 18446744073709551615",
            "`h`: expected at most 18446744073709551614, found 18446744073709551615",
            "`i[0]`: expected at most 9223372036854775807, found 18446744073709551615",
        ]
    );
}

#[test]
fn nested_violations_have_their_path() {
    use Inside::{Each, Member};
    let tree = json!({
        "depth": 0,
        "words": ["ab", "abcd", null],
        "again": [{ "ratio": 0.5 }, { "ratio": 0.75 }, {}],
        "other": "text",
    });
    let write = |to: &mut Inputs| {
        to.body("options", &tree);
        to.inside("options", &tree, &[Member("depth")]).at_least(1).at_most(9);
        to.inside("options", &tree, &[Member("words"), Each]).max_length(3);
        to.inside("options", &tree, &[Member("again"), Each, Member("ratio")]).at_most(0.5);
        to.inside("options", &tree, &[Member("other"), Each]).at_most(1);
        to.inside("options", &tree, &[Member("absent")]).at_least(1);
        let prices = BTreeMap::from([("fine", 2), ("low", 1)]);
        to.inside("prices", &prices, &[Each]).at_least(2);
        to.inside("unset", &None::<Vec<i64>>, &[Each]).at_least(2);
    };
    assert_eq!(
        written(write).unwrap_err(),
        [
            "`options.depth`: expected at least 1, found 0",
            "`options.words[1]`: expected at most 3 characters, found 4 characters",
            "`options.again[1].ratio`: expected at most 0.5, found 0.75",
            "`prices.low`: expected at least 2, found 1",
        ]
    );
    assert!(written_to("/things", false, write).is_ok());
}

proptest! {
    #[test]
    fn a_segment_stays_one_segment_and_reads_back(value in ".*") {
        let written = written_to("/a/{id}/b", true, |to| _ = to.path("id", &value));
        if ["", ".", ".."].contains(&value.as_str()) {
            prop_assert!(written.is_err());
        } else {
            let url = url::Url::parse(&format!("https://host{}", written.unwrap().path)).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 3);
            let read = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
            prop_assert_eq!(read, value);
            prop_assert!(url.query().is_none() && url.fragment().is_none());
        }
    }

    #[test]
    fn a_query_reads_back(first in ".*", second in ".*", number in proptest::num::f64::NORMAL) {
        let written = written(|to| {
            to.query("a", &first);
            to.query("b", &number);
            to.query("c", &second);
        }).unwrap();
        let url = url::Url::parse(&format!("https://host/?{}", written.query)).unwrap();
        let read: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(&read[0], &("a".to_owned(), first));
        prop_assert_eq!(read[1].1.parse::<f64>().unwrap().to_bits(), number.to_bits());
        prop_assert_eq!(&read[2], &("c".to_owned(), second));
        prop_assert_eq!(read.len(), 3);
    }

    #[test]
    fn a_body_reads_back(text in ".*", number in proptest::num::f64::NORMAL, list in proptest::collection::vec(".*", 0..4)) {
        let written = written(|to| {
            to.body("text", &text);
            to.body("number", &number);
            to.body("list", &list);
        }).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&written.body.unwrap()).unwrap();
        prop_assert_eq!(read, serde_json::json!({ "text": text, "number": number, "list": list }));
    }
}

#[test]
fn null_and_further_members_are_sent_and_none_twice() {
    let members = |name: &str| std::collections::BTreeMap::from([(name.to_owned(), 1)]);
    let mut inputs = Inputs::new(true);
    inputs.body("absent", &None::<crate::wire::nullable::Nullable<i64>>);
    inputs.body("null", &Some(crate::wire::nullable::Nullable::<i64>::Null));
    inputs.rest(&members("more"), &["null"]);
    let written = inputs.finish("/").unwrap();
    let body = written.body.unwrap_or_default();
    assert_eq!(String::from_utf8_lossy(&body), r#"{"null":null,"more":1}"#);

    let mut inputs = Inputs::new(true);
    inputs.rest(&members("null"), &["null"]);
    let violations = inputs.finish("/").unwrap_err();
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].bound(), "a name without a setter of its own");
}
