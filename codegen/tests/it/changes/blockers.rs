//! What keeps the new document from being generated, and what is said all the same.

use super::*;

#[test]
fn edits() {
    check("blockers", EDITS);
}

pub(super) const EDITS: &[Edit] = &[
    Edit {
        name: "a price is not a number",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ads-search")["x-coin-cost"] = json!("five");
        },
    },
    Edit {
        name: "an unknown billing mode",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-material-inpainting")["x-billing-mode"] = json!("per_minute");
        },
    },
    Edit {
        name: "a member of usage is renamed",
        verdict: Verdict::Patch,
        apply: |d| {
            rename(
                &mut d["components"]["schemas"]["UsageInfo"]["properties"],
                "coin_cost",
                "credits_cost",
            );
        },
    },
    Edit {
        name: "an operation named by decisions is removed",
        verdict: Verdict::Major,
        apply: |d| {
            remove(&mut d["paths"], "/open/v1/ai/videos/clone");
        },
    },
    Edit {
        name: "a defect is corrected by the vendor",
        verdict: Verdict::None,
        apply: |d| {
            remove(body(op(d, "trenz-ai-wan26-generate"), "image"), "required");
        },
    },
    Edit {
        name: "uses of a shared type differ",
        verdict: Verdict::None,
        apply: |d| {
            let schema = &mut parameter(op(d, "trenz-ads-search"), "country")["schema"];
            schema["enum"] = json!(["us", "gb"]);
        },
    },
    Edit {
        name: "a response field of a workflow becomes optional",
        verdict: Verdict::Major,
        apply: |d| {
            data(op(d, "task-status"))["required"] = json!(["status"]);
        },
    },
    Edit {
        name: "a struct of one text gets a second field",
        verdict: Verdict::Major,
        apply: |d| {
            media(d, |schema| schema["properties"]["width"] = json!({ "type": "integer" }));
        },
    },
    Edit {
        name: "an unknown extension",
        verdict: Verdict::None,
        apply: |d| {
            op(d, "trenz-ads-search")["x-rate-limit"] = json!(5);
        },
    },
    Edit {
        name: "an operation that is invalid OpenAPI",
        verdict: Verdict::None,
        apply: |d| {
            op(d, "trenz-ads-search")["parameters"] = json!({});
        },
    },
    Edit {
        name: "an operation loses its price",
        verdict: Verdict::Patch,
        apply: |d| {
            remove(op(d, "trenz-ads-search"), "x-coin-cost");
        },
    },
    Edit {
        name: "the table of error codes is removed",
        verdict: Verdict::Major,
        apply: |d| {
            d["info"]["description"] = json!("Nothing.");
        },
    },
    Edit {
        name: "two names conflict",
        verdict: Verdict::Minor,
        apply: |d| {
            body_properties(op(d, "trenz-ads-insight-data"))["endDate"] =
                json!({ "type": "string" });
        },
    },
];
