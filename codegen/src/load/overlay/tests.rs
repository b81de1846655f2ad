//! What overlays do to small documents, and what is wrong with them.

use serde_json::json;

use super::*;

fn run(actions: &Value, mut document: Value) -> Result<(Value, Vec<String>), String> {
    let overlay = json!({
        "overlay": "1.0.0",
        "info": { "title": "t", "version": "1" },
        "actions": actions,
    });
    let reporter = Reporter::default();
    apply(&overlay, &mut document, &reporter);
    reporter.end_stage().map_err(|report| report.to_string())?;
    Ok((document, reporter.into_notes().iter().map(ToString::to_string).collect()))
}

#[track_caller]
fn refused(actions: &Value, document: Value, because: &[&str]) {
    let report = run(actions, document).unwrap_err();
    for part in because {
        assert!(report.contains(part), "{part:?} is not in:\n{report}");
    }
    let count = format!("\n{} problem", because.len());
    assert!(report.contains(&count), "{count:?} is not in:\n{report}");
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
fn an_updated_array_gets_one_entry_whatever_it_is() {
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
fn several_entries_of_one_array_are_removed_whichever_way_they_are_selected() {
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
fn removing_keeps_the_order_of_the_rest_and_may_nest() {
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
fn names_with_slashes_tildes_and_quotes_are_found_again() {
    let document = json!({ "a/b~c'd": { "e": {} }, "~1": { "e": {} } });
    let (document, notes) = run(&remove("$[*].e"), document).unwrap();
    assert_eq!(document, json!({ "a/b~c'd": {}, "~1": {} }));
    assert_eq!(notes, ["overlay: why (/a~1b~0c'd/e)", "overlay: why (/~01/e)"]);
}

#[test]
fn actions_see_what_those_before_them_did() {
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
    refused(&remove("$.b"), json!({ "a": 1 }), &["#/actions/0\n  the action is stale: $.b"]);
    let same = json!({ "b": { "c": 1 }, "d": [] });
    let document = json!({ "a": { "b": { "c": 1 }, "d": [1] } });
    refused(&update("$.a", &same), document, &["has this value already"]);
}

#[test]
fn every_action_is_tried_before_the_report() {
    let actions = json!([
        { "target": "$.x", "remove": true, "description": "d" },
        { "target": "$.y", "update": {}, "description": "d" },
    ]);
    refused(&actions, json!({}), &["#/actions/0\n", "#/actions/1\n"]);
}

#[test]
fn what_does_not_fit_is_a_problem() {
    let document = json!({ "a": { "b": [1], "c": 1 } });
    let cases = [
        (
            update("$.a", &json!({ "b": 2 })),
            "a single value cannot be merged into an array at /a/b",
        ),
        (update("$.a", &json!({ "c": {} })), "an object cannot be merged into a single value at"),
        (update("$.a", &json!([1])), "an array cannot be merged into an object at /a"),
        (update("$.a.c", &json!(2)), "$.a.c selects /a/c: expected an object"),
        (remove("$"), "the document itself cannot be removed"),
        (remove("$.a["), "#/actions/0/target\n  not a JSONPath"),
    ];
    for (actions, cause) in cases {
        refused(&actions, document.clone(), &[cause]);
    }
}

#[test]
fn an_action_says_why_and_what_and_nothing_else() {
    let cases = [
        (json!({ "target": "$.a", "remove": true }), "#/actions/0/description\n"),
        (json!({ "target": "$.a", "remove": true, "description": " " }), "description"),
        (json!({ "remove": true, "description": "d" }), "#/actions/0/target\n"),
        (json!({ "target": "$.a", "description": "d" }), "either `update` or `remove: true`"),
        (json!({ "target": "$.a", "description": "d", "remove": "yes" }), "either"),
        (json!({ "target": "$.a", "description": "d", "remove": true, "update": {} }), "either"),
        (
            json!({ "target": "$.a", "description": "d", "remove": true, "copy": "$" }),
            "#/actions/0/copy",
        ),
        (json!("$.a"), "the action: expected an object"),
    ];
    for (action, cause) in cases {
        refused(&json!([action]), json!({ "a": {} }), &[cause]);
    }
    refused(&json!([]), json!({}), &["#/actions\n  the overlay has no action"]);
    refused(&json!({}), json!({}), &["#/actions\n  `actions` must be an array"]);
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
    let report = reporter.end_stage().unwrap_err().to_string();
    for place in
        ["/overlay", "/info/title", "/info/version", "/info/x-note", "/extends", "/action", ""]
    {
        assert!(report.contains(&format!("#{place}\n")), "{place} is not in:\n{report}");
    }
    assert!(report.contains("\n7 problems"), "{report}");
}
