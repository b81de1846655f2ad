//! What overlays do to small documents, and what is wrong with them.

use serde_json::json;

use super::*;
use crate::report::Report;
use crate::report::expected::{messages, problems_at};

fn run(actions: &Value, mut document: Value) -> Result<(Value, Vec<String>), Report> {
    let overlay = json!({
        "overlay": "1.0.0",
        "info": { "title": "t", "version": "1" },
        "actions": actions,
    });
    let reporter = Reporter::default();
    apply(&overlay, &mut document, &reporter);
    reporter.end_stage()?;
    Ok((document, reporter.into_notes().iter().map(ToString::to_string).collect()))
}

#[track_caller]
fn refused(actions: &Value, document: Value, places: &[&str]) -> String {
    problems_at(&run(actions, document).unwrap_err(), places)
}

fn remove(target: &str) -> Value {
    json!([{ "target": target, "remove": true, "description": "why" }])
}

fn update(target: &str, update: &Value) -> Value {
    json!([{ "target": target, "update": update, "description": "why" }])
}

#[test]
fn an_update_merges_objects_and_appends_to_arrays() {
    let document = json!({ "a": { "b": 1, "c": [1], "d": { "e": null } }, "z": 0 });
    let change = json!({ "b": 2, "c": [2, 3], "d": { "e": 4, "f": {} } });
    let (document, notes) = run(&update("$.a", &change), document).unwrap();
    assert_eq!(document.to_string(), r#"{"a":{"b":2,"c":[1,2,3],"d":{"e":4,"f":{}}},"z":0}"#);
    assert_eq!(notes, ["overlay: why (/a)"]);
}

#[test]
fn an_update_of_an_array_appends_one_entry() {
    let (document, _) = run(&update("$.a", &json!([2])), json!({ "a": [1] })).unwrap();
    assert_eq!(document, json!({ "a": [1, [2]] }));
}

#[test]
fn a_place_that_is_selected_twice_is_changed_once() {
    let (document, notes) = run(&update("$['a', 'a']", &json!(2)), json!({ "a": [1] })).unwrap();
    assert_eq!(document, json!({ "a": [1, 2] }));
    assert_eq!(notes.len(), 1);
}

#[test]
fn several_entries_of_one_array_are_removed() {
    let list = json!({ "a": [{ "n": 0 }, { "n": 1 }, { "n": 2 }, { "n": 3 }, { "n": 4 }] });
    for target in ["$.a[?@.n != 1 && @.n != 3]", "$.a[0, 2, 4]", "$.a[::-2]"] {
        let (document, notes) = run(&remove(target), list.clone()).unwrap();
        assert_eq!(document, json!({ "a": [{ "n": 1 }, { "n": 3 }] }), "{target}");
        assert_eq!(notes.len(), 3);
    }
    let twelve: Vec<Value> = (0..12).map(|n| json!([n])).collect();
    let (document, _) = run(&remove("$.a[2, 10]"), json!({ "a": twelve })).unwrap();
    assert_eq!(document["a"].to_string(), "[[0],[1],[3],[4],[5],[6],[7],[8],[9],[11]]");
}

#[test]
fn removing_keeps_the_order_and_may_nest() {
    let document = json!({ "a": {}, "b": { "a": [] }, "c": {}, "d": {}, "e": {} });
    let (document, notes) = run(&remove("$..[?@.a, 'a']"), document).unwrap();
    assert_eq!(document.to_string(), r#"{"c":{},"d":{},"e":{}}"#);
    assert_eq!(notes.len(), 3);
}

#[test]
fn single_values_are_removed_as_well() {
    let document = json!({ "a": { "b": 1, "c": null }, "d": ["e", "f"] });
    let (document, notes) = run(&remove("$['a', 'd'][?@ != 'e']"), document).unwrap();
    assert_eq!(document, json!({ "a": {}, "d": ["e"] }));
    assert_eq!(notes.len(), 3);
}

#[test]
fn names_with_slashes_tildes_and_quotes_are_resolved() {
    let document = json!({ "a/b~c'd": { "e": {} }, "~1": { "e": {} } });
    let (document, notes) = run(&remove("$[*].e"), document).unwrap();
    assert_eq!(document, json!({ "a/b~c'd": {}, "~1": {} }));
    assert_eq!(notes, ["overlay: why (/a~1b~0c'd/e)", "overlay: why (/~01/e)"]);
}

#[test]
fn actions_apply_to_the_result_of_earlier_actions() {
    let actions = json!([
        { "target": "$.a", "remove": true, "description": "first" },
        { "target": "$", "update": { "a": [2] }, "description": "second" },
    ]);
    let (document, notes) = run(&actions, json!({ "a": [1] })).unwrap();
    assert_eq!(document, json!({ "a": [2] }));
    assert_eq!(notes, ["overlay: first (/a)", "overlay: second"]);
}

#[test]
fn an_action_without_effect_is_a_problem() {
    let stale = refused(&remove("$.b"), json!({ "a": 1 }), &["#/actions/0"]);
    let same = json!({ "b": { "c": 1 }, "d": [] });
    let document = json!({ "a": { "b": { "c": 1 }, "d": [1] } });
    let same = refused(&update("$.a", &same), document, &["#/actions/0"]);
    messages("overlay_stale", &(stale + &same));
}

#[test]
fn every_action_is_tried_before_the_report() {
    let actions = json!([
        { "target": "$.x", "remove": true, "description": "d" },
        { "target": "$.y", "update": {}, "description": "d" },
    ]);
    let _ = refused(&actions, json!({}), &["#/actions/0", "#/actions/1"]);
}

#[test]
fn an_action_that_does_not_fit_its_target_is_a_problem() {
    let document = json!({ "a": { "b": [1], "c": 1 } });
    let cases = [
        (update("$.a", &json!({ "b": 2 })), "#/actions/0"),
        (update("$.a", &json!({ "c": {} })), "#/actions/0"),
        (update("$.a", &json!([1])), "#/actions/0"),
        (update("$.a.c", &json!(2)), "#/actions/0"),
        (remove("$"), "#/actions/0"),
        (remove("$.a["), "#/actions/0/target"),
    ];
    let reports = cases.map(|(actions, place)| refused(&actions, document.clone(), &[place]));
    messages("overlay_targets", &reports.concat());
}

#[test]
fn an_action_has_a_description_a_target_and_one_change() {
    let cases = [
        (json!({ "target": "$.a", "remove": true }), "#/actions/0/description"),
        (json!({ "target": "$.a", "remove": true, "description": " " }), "#/actions/0/description"),
        (json!({ "remove": true, "description": "d" }), "#/actions/0/target"),
        (json!({ "target": "$.a", "description": "d" }), "#/actions/0"),
        (json!({ "target": "$.a", "description": "d", "remove": "yes" }), "#/actions/0"),
        (
            json!({ "target": "$.a", "description": "d", "remove": true, "update": {} }),
            "#/actions/0",
        ),
        (
            json!({ "target": "$.a", "description": "d", "remove": true, "copy": "$" }),
            "#/actions/0/copy",
        ),
        (json!("$.a"), "#/actions/0"),
    ];
    let reports =
        cases.map(|(action, place)| refused(&json!([action]), json!({ "a": {} }), &[place]));
    let none = refused(&json!([]), json!({}), &["#/actions"]);
    let no_list = refused(&json!({}), json!({}), &["#/actions"]);
    messages("overlay_actions", &(reports.concat() + &none + &no_list));
}

#[test]
fn the_overlay_itself_is_checked() {
    let reporter = Reporter::default();
    let overlay = json!({
        "overlay": "1.2.0",
        "info": { "title": 1, "x-note": 2 },
        "extends": {},
        "action": [],
    });
    apply(&overlay, &mut json!({}), &reporter);
    let places = [
        "#/action",
        "#/overlay",
        "#/info/x-note",
        "#/info/title",
        "#/info/version",
        "#/extends",
        "#",
    ];
    messages("overlay", &problems_at(&reporter.end_stage().unwrap_err(), &places));
}
