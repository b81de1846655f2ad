//! The report as a whole, in each of its forms.

use super::*;
use crate::case::Case;

#[test]
fn nothing_changes_nothing() {
    let (_, same) = edited(|_| {});
    assert_eq!(same, Changes::default());
    assert_eq!(same.to_string(), "Verdict: none, it is the same client");
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
fn the_report_reads_from_top_to_bottom() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/changes");
    let live = live();
    let mut failures = String::new();
    for (name, text) in [
        ("report.txt", format!("{}\n", live.text("0.1.0"))),
        ("report.md", live.markdown("0.1.0")),
        ("report.json", format!("{}\n", live.json("0.1.0"))),
        ("changelog.md", live.changelog("0.2.0")),
    ] {
        failures.push_str(&golden::compare(&golden.join(name), &text));
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn what_is_no_document_is_reported() {
    let report = changes(&sources(DOCUMENT), &sources(b"<html>")).unwrap_err().to_string();
    assert!(report.contains("not JSON"), "{report}");
    let swagger = br#"{ "swagger": "2.0" }"#;
    let report = changes(&sources(swagger), &sources(DOCUMENT)).unwrap_err().to_string();
    assert!(report.contains("Swagger 2.0"), "{report}");
}

/// Whatever is refused can still be compared, or is refused with a report of its own.
#[test]
fn every_refused_case_can_be_compared() {
    for case in Case::refused() {
        for (old, new) in [(case.sources(), case.sources()), (sources(DOCUMENT), case.sources())] {
            let Ok(changes) = changes(&old, &new) else { continue };
            let problems = changes.outdated.len() + changes.obstacles.len();
            assert!(problems > 0, "{}: {changes}", case.name);
            assert!(!changes.to_string().is_empty() && !changes.markdown("0.1.0").is_empty());
        }
    }
}

/// What the compiler begins or ceases to warn of has a line of its own.
#[test]
fn deprecations_are_said() {
    let document = |operation: bool, parameter: bool| {
        let document = json!({
            "openapi": "3.0.3",
            "info": { "title": "t", "version": "1" },
            "servers": [{ "url": "https://a.example" }],
            "paths": { "/p": { "get": {
                "operationId": "read",
                "tags": ["things"],
                "deprecated": operation,
                "parameters": [{ "name": "old", "in": "query", "deprecated": parameter,
                    "schema": { "type": "string" } }],
                "responses": { "204": { "description": "" } },
            } } },
        });
        document.to_string().into_bytes()
    };
    let said = |old: &[u8], new: &[u8]| {
        let [old, new] = [old, new].map(|text| Sources {
            origin: Origin::Foreign,
            document: Source { name: "document.json", text },
            overlay: None,
            decisions: None,
        });
        let changes = changes(&old, &new).unwrap();
        let lines = |list: &[trenz_codegen::changes::Change]| {
            let lines = list.iter().filter(|change| change.kind == "deprecated");
            lines.map(|change| change.what.clone()).collect::<Vec<_>>()
        };
        (lines(&changes.additions), lines(&changes.invisible))
    };
    let (before, after) = (document(false, false), document(true, true));
    let begins = ["operation is deprecated now", "input is deprecated now"];
    let ceases = ["operation is not deprecated any more", "input is not deprecated any more"];
    assert_eq!(said(&before, &after).0, begins);
    assert_eq!(said(&after, &before).1, ceases);
    assert_eq!(said(&after, &after), (vec![], vec![]));
}
