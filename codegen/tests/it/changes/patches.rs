//! What callers' code does not notice.

use super::*;

#[test]
fn edits() {
    check("patches", EDITS);
}

pub(super) const EDITS: &[Edit] = &[
    Edit {
        name: "an enum value is renamed on the wire",
        verdict: Verdict::Patch,
        apply: |d| {
            body(op(d, "trenz-ads-integrated-report"), "order_type")["enum"] =
                json!(["ASC", "desc"]);
        },
    },
    Edit {
        name: "an input is renamed on the wire",
        verdict: Verdict::Patch,
        apply: |d| {
            rename(body_properties(op(d, "trenz-ads-insight-data")), "end_date", "endDate");
        },
    },
    Edit {
        name: "an input moves from the query to a header",
        verdict: Verdict::Patch,
        apply: |d| {
            parameter(op(d, "trenz-ads-search"), "keyword")["in"] = json!("header");
        },
    },
    Edit {
        name: "a body becomes a form",
        verdict: Verdict::Patch,
        apply: |d| {
            let content = &mut op(d, "trenz-ads-insight-data")["requestBody"]["content"];
            rename(content, "application/json", "application/x-www-form-urlencoded");
        },
    },
    Edit {
        name: "a body may be left out",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ads-insight-data")["requestBody"]["required"] = json!(false);
        },
    },
    Edit {
        name: "JSON gets another media type",
        verdict: Verdict::Patch,
        apply: |d| {
            let content = &mut op(d, "trenz-ads-page-fields")["responses"]["200"]["content"];
            rename(content, "application/json", "application/vnd.trenz+json");
        },
    },
    Edit {
        name: "a description of an operation",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ads-search")["description"] = json!("Search.");
        },
    },
    Edit {
        name: "a summary",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ads-search")["summary"] = json!("Search");
        },
    },
    Edit {
        name: "descriptions of inputs and response fields",
        verdict: Verdict::Patch,
        apply: |d| {
            parameter(op(d, "trenz-ads-search"), "keyword")["description"] = json!("Words");
            body(op(d, "trenz-ads-list"), "filtering")["properties"]["ad_name"]["description"] =
                json!("Name");
            data(op(d, "trenz-ads-list"))["properties"]["list"]["description"] = json!("Ads");
        },
    },
    Edit {
        name: "a description of a tag",
        verdict: Verdict::Patch,
        apply: |d| {
            d["tags"][0]["description"] = json!("Something else.");
        },
    },
    Edit {
        name: "a path moves",
        verdict: Verdict::Patch,
        apply: |d| {
            let item = d["paths"]["/open/v1/ads/search"].take();
            remove(&mut d["paths"], "/open/v1/ads/search");
            d["paths"]["/open/v2/ads/search"] = item;
        },
    },
    Edit {
        name: "a method moves",
        verdict: Verdict::Patch,
        apply: |d| {
            let mut item = d["paths"]["/open/v1/ads/accounts/remark"].take();
            item["put"] = item["post"].take();
            remove(&mut item, "post");
            d["paths"]["/open/v1/ads/accounts/remark"] = item;
        },
    },
    Edit {
        name: "an input moves from the query to the body",
        verdict: Verdict::Patch,
        apply: |d| {
            let generate = op(d, "trenz-ai-image-generate");
            parameters(generate).retain(|parameter| parameter["name"] != "country_code");
            body_properties(generate)["country_code"] =
                json!({ "type": "string", "default": "us", "description": "Country code" });
        },
    },
    Edit {
        name: "the server moves",
        verdict: Verdict::Patch,
        apply: |d| {
            d["servers"][0]["url"] = json!("https://eu.gateway.trenz.ai");
        },
    },
    Edit {
        name: "the version of the document",
        verdict: Verdict::Patch,
        apply: |d| {
            d["info"]["version"] = json!("1.1.0");
        },
    },
    Edit {
        name: "an example",
        verdict: Verdict::None,
        apply: |d| {
            op(d, "trenz-ads-search")["responses"]["200"]["content"]["application/json"]["example"] =
                json!({ "data": { "total_count": 0 } });
        },
    },
    Edit {
        name: "an error response",
        verdict: Verdict::None,
        apply: |d| {
            remove(&mut op(d, "trenz-ads-search")["responses"], "504");
        },
    },
    Edit {
        name: "an ordinal in a tag",
        verdict: Verdict::None,
        apply: |d| {
            retag(d, "Social/5.Analytics", "Social/9.Analytics");
        },
    },
    Edit {
        name: "an ignored member of the envelope",
        verdict: Verdict::None,
        apply: |d| {
            envelope(op(d, "trenz-ads-search"))["properties"]["warnings"] =
                json!({ "type": "array", "items": { "type": "string" } });
        },
    },
    Edit {
        name: "two required inputs swap places",
        verdict: Verdict::None,
        apply: |d| {
            let inputs = body_properties(op(d, "trenz-ads-account-update-remark"));
            let first = inputs.as_object_mut().unwrap().shift_remove("account_id").unwrap();
            inputs["account_id"] = first;
        },
    },
];
