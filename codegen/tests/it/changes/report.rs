//! The report as a whole, in each of its forms.

use std::fmt::Display;

use super::*;
use crate::case::Case;

#[test]
fn the_same_document_has_no_changes() {
    let (_, same) = edited(|_| {});
    assert_eq!(same, Changes::default());
}

/// A document as the live one: another price, another spelling, one operation less.
fn live() -> Changes {
    edited(|d| {
        op(d, "trenz-ai-image-generate")["x-coin-cost"] = json!(600);
        rename(&mut d["components"]["schemas"]["UsageInfo"]["properties"], "coin_cost", "cost");
        remove(&mut d["paths"], "/open/v1/ads/tiktok/pages/fields");
        rename(body_properties(op(d, "trenz-ads-insight-data")), "end_date", "until");
        op(d, "trenz-ads-search")["description"] = json!("Search `ads`.");
    })
    .1
}

#[test]
fn reports_are_as_expected_in_each_format() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/changes");
    let live = live();
    let mut failures = String::new();
    for (name, text) in [
        ("report.txt", format!("{}\n", live.text("0.1.0"))),
        ("report.md", live.markdown("0.1.0")),
        ("report.json", format!("{}\n", live.json("0.1.0"))),
        ("changelog.md", live.changelog("0.2.0")),
        ("none.txt", format!("{}\n", Changes::default())),
        ("not_a_document.txt", not_a_document()),
    ] {
        failures.push_str(&expected::compare(&golden.join(name), &text));
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The types of a renamed operation have other names, most of all where other operations share them.
#[test]
fn renamed_operations_are_matched_by_the_values_of_their_types() {
    const NEW: &str = "/open/v1/ai/videos/new/generate";
    fn renamed(d: &mut Value, from: &str) {
        rename(&mut d["paths"], from, NEW);
        d["paths"][NEW]["post"]["operationId"] = json!("trenz-ai-new-generate");
    }
    let edits: [fn(&mut Value); 2] = [
        |d| renamed(d, "/open/v1/ai/videos/grok/generate"),
        |d| renamed(d, "/open/v1/ai/videos/sora2-pro/generate"),
    ];
    for edit in edits {
        let (_, changes) = edited(edit);
        let renames: Vec<_> = changes.renames.iter().map(|one| (one.what, &*one.new)).collect();
        assert_eq!(renames, [("operation", "trenz-ai-new-generate")], "{changes}");
    }
}

/// The reports on texts that are not documents, each on its side of a comparison.
fn not_a_document() -> String {
    let html = changes(&sources(DOCUMENT), &sources(b"<html>")).unwrap_err();
    let swagger = br#"{ "swagger": "2.0" }"#;
    let swagger = changes(&sources(swagger), &sources(DOCUMENT)).unwrap_err();
    for (report, place) in [(&html, ""), (&swagger, "/swagger")] {
        let places: Vec<_> = report.problems().iter().map(|it| it.pointer.text()).collect();
        assert_eq!(places, [place], "{report}");
    }
    format!("{html}\n\n{swagger}\n")
}

/// Whatever is refused can still be compared, or is refused with a report of its own.
#[test]
fn every_refused_case_can_be_compared() {
    for case in Case::refused() {
        for (old, new) in [(case.sources(), case.sources()), (sources(DOCUMENT), case.sources())] {
            let Ok(changes) = changes(&old, &new) else { continue };
            let problems = changes.stale_overrides.len() + changes.blockers.len();
            assert!(problems > 0, "{}: {changes}", case.name);
            assert!(!changes.to_string().is_empty() && !changes.markdown("0.1.0").is_empty());
        }
    }
}

/// A deprecation makes the compiler warn, so it is not invisible.
#[test]
fn deprecations_have_a_section() {
    let edits: [(_, fn(&mut Value)); 5] = [
        ("Search", |d| {
            op(d, "trenz-ads-search")["deprecated"] = json!(true);
        }),
        ("Search.keyword", |d| {
            parameter(op(d, "trenz-ads-search"), "keyword")["deprecated"] = json!(true);
        }),
        ("InsightData.end_date", |d| {
            body(op(d, "trenz-ads-insight-data"), "end_date")["deprecated"] = json!(true);
        }),
        ("ListFiltering.ad_name", |d| {
            body(op(d, "trenz-ads-list"), "filtering")["properties"]["ad_name"]["deprecated"] =
                json!(true);
        }),
        ("ListData.list", |d| {
            data(op(d, "trenz-ads-list"))["properties"]["list"]["deprecated"] = json!(true);
        }),
    ];
    let mut texts = String::new();
    for (place, edit) in edits {
        let document = document(&[edit]);
        let after = side(&document);
        let (there, back) = (BEFORE.changes_to(&after), after.changes_to(&BEFORE));
        let [change] = &there.deprecated[..] else { panic!("{there}") };
        assert!(change.place.ends_with(&format!("::{place}")), "{change}");
        assert_eq!(there.verdict, Verdict::Minor);
        let _ = writeln!(texts, "{there}\n");
        assert!(back.deprecated.is_empty() && back.verdict == Verdict::Patch, "{back}");
        assert!(back.patch.iter().any(|one| one.kind == "deprecated"), "{back}");
    }
    expected::golden("changes/deprecated", &texts);
}

/// Another host gets the key, so only money is reported before it.
#[test]
fn another_host_is_reported_after_money_and_before_breaking_changes() {
    let (_, changes) = edited(|d| {
        d["servers"][0]["url"] = json!("https://gateway.trenz.example");
        remove(&mut d["paths"], "/open/v1/ads/search");
        op(d, "trenz-ai-image-generate")["x-coin-cost"] = json!(600);
    });
    let [host] = &changes.host[..] else { panic!("{changes}") };
    assert_eq!((host.kind, host.new.as_deref()), ("host", Some("gateway.trenz.example")));
    let text = changes.to_string();
    let at = |part: &dyn Display| text.find(&part.to_string()).unwrap();
    let places =
        [at(&changes.money[0].place), at(&"gateway.trenz.example"), at(&changes.breaking[0].place)];
    assert!(places.is_sorted(), "{text}");
    // Another path of the same host is none.
    let (_, moved) = edited(|d| {
        let url = format!("{}/v9", d["servers"][0]["url"].as_str().unwrap());
        d["servers"][0]["url"] = json!(url);
    });
    assert!(moved.host.is_empty() && moved.patch.iter().any(|one| one.kind == "fact"));
}

/// A bound is tighter, looser or both, whatever kind it is of.
#[test]
fn tightened_bounds_are_breaking() {
    let keyword = |edit: Value| {
        move |d: &mut Value| {
            set(&mut parameter(op(d, "trenz-ads-search"), "keyword")["schema"], &edit);
        }
    };
    let of = |old: Value, new: Value| {
        let [old, new] = [old, new].map(|schema| {
            let mut document = serde_json::from_slice(DOCUMENT).unwrap();
            keyword(schema)(&mut document);
            document.to_string().into_bytes()
        });
        side(&old).changes_to(&side(&new)).verdict
    };
    let integer = |more: Value| {
        let mut schema = json!({ "type": "integer" });
        set(&mut schema, &more);
        schema
    };
    for (old, new, there, back) in [
        (json!({}), json!({ "maxLength": 80 }), Verdict::Major, Verdict::Minor),
        (json!({ "maxLength": 80 }), json!({ "maxLength": 81 }), Verdict::Minor, Verdict::Major),
        (integer(json!({})), integer(json!({ "format": "int32" })), Verdict::Major, Verdict::Minor),
        (
            integer(json!({ "minimum": 1, "maximum": 5 })),
            integer(json!({ "minimum": 2, "maximum": 6 })),
            Verdict::Major,
            Verdict::Major,
        ),
    ] {
        assert_eq!(
            (of(old.clone(), new.clone()), of(new.clone(), old.clone())),
            (there, back),
            "{old} {new}"
        );
    }
}

/// The order of JSON members says nothing, and callers see nothing of it.
#[test]
fn the_order_of_members_does_not_matter() {
    fn reversed(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.values_mut().for_each(reversed);
                *members = std::mem::take(members).into_iter().rev().collect();
            }
            Value::Array(elements) => elements.iter_mut().for_each(reversed),
            _ => {}
        }
    }
    let (_, changes) = edited(reversed);
    assert_eq!(changes.verdict, Verdict::None, "{changes}");
}

#[test]
fn next_versions_follow_cargos_semver_rules() {
    for (verdict, current, next) in [
        (Verdict::Major, "0.1.0", "0.2.0"),
        (Verdict::Minor, "0.1.0", "0.1.1"),
        (Verdict::Patch, "0.1.4", "0.1.5"),
        (Verdict::None, "0.1.4", "0.1.4"),
        (Verdict::Major, "0.0.3", "0.0.4"),
        (Verdict::Major, "1.2.3", "2.0.0"),
        (Verdict::Minor, "1.2.3", "1.3.0"),
        (Verdict::Patch, "1.2.3", "1.2.4"),
        (Verdict::Patch, "1.2.3-rc.1+build", "1.2.4"),
    ] {
        assert_eq!(verdict.next(current).as_deref(), Some(next), "{verdict} of {current}");
    }
    assert_eq!(Verdict::Patch.next("1.2"), None);
    assert_eq!(Verdict::Patch.next("one"), None);
}
