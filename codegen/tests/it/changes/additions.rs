//! What callers gain.

use super::*;

#[test]
fn edits() {
    check("additions", EDITS);
}

pub(super) const EDITS: &[Edit] = &[
    Edit {
        name: "an operation is added",
        verdict: Verdict::Minor,
        apply: |d| {
            let mut item = d["paths"]["/open/v1/ads/tiktok/pages/fields"].clone();
            item["post"]["operationId"] = json!("trenz-ads-page-preview");
            d["paths"]["/open/v1/ads/tiktok/pages/preview"] = item;
        },
    },
    Edit {
        name: "an operation of another method is added",
        verdict: Verdict::Minor,
        apply: |d| {
            let mut remark = op(d, "trenz-ads-account-update-remark").clone();
            remark["operationId"] = json!("trenz-ads-account-drop-remark");
            remove(&mut remark, "requestBody");
            d["paths"]["/open/v1/ads/accounts/remark"]["delete"] = remark;
        },
    },
    Edit {
        name: "a group is added",
        verdict: Verdict::Minor,
        apply: |d| {
            d["x-tagGroups"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "name": "Labs", "tags": ["Labs/Beta"] }));
            let mut item = d["paths"]["/open/v1/ads/tiktok/pages/fields"].clone();
            item["post"]["operationId"] = json!("trenz-labs-beta-try");
            item["post"]["tags"] = json!(["Labs/Beta"]);
            d["paths"]["/open/v1/labs/beta"] = item;
        },
    },
    Edit {
        name: "an optional input is added",
        verdict: Verdict::Minor,
        apply: |d| {
            body_properties(op(d, "trenz-ads-insight-data"))["currency"] =
                json!({ "type": "string" });
        },
    },
    Edit {
        name: "an optional query parameter is added",
        verdict: Verdict::Minor,
        apply: |d| {
            parameters(op(d, "trenz-ads-search"))
                .push(json!({ "name": "brand", "in": "query", "schema": { "type": "string" } }));
        },
    },
    Edit {
        name: "an optional object is added",
        verdict: Verdict::Minor,
        apply: |d| {
            body_properties(op(d, "trenz-ads-insight-data"))["range"] = json!({ "type": "object", "properties": { "from": { "type": "string" }, "to": { "type": "string" } } });
        },
    },
    Edit {
        name: "a field of a nested input is added",
        verdict: Verdict::Minor,
        apply: |d| {
            body(op(d, "trenz-ads-list"), "filtering")["properties"]["note"] =
                json!({ "type": "string" });
        },
    },
    Edit {
        name: "an enum value is added",
        verdict: Verdict::Minor,
        apply: |d| {
            body(op(d, "trenz-ads-integrated-report"), "order_type")["enum"] =
                json!(["ASC", "DESC", "RANDOM"]);
        },
    },
    Edit {
        name: "an integer enum value is added",
        verdict: Verdict::Minor,
        apply: |d| {
            body(op(d, "trenz-ai-veo3-generate"), "duration")["enum"]
                .as_array_mut()
                .unwrap()
                .push(json!(20));
        },
    },
    Edit {
        name: "a sort field is added",
        verdict: Verdict::Minor,
        apply: |d| {
            let schema = &mut parameter(op(d, "trenz-ads-search"), "sort")["schema"];
            schema["enum"].as_array_mut().unwrap().push(json!("age"));
        },
    },
    Edit {
        name: "an include value is added",
        verdict: Verdict::Minor,
        apply: |d| {
            let include = parameter(op(d, "trenz-ad-creative-detail"), "include");
            let text = include["description"]
                .as_str()
                .unwrap()
                .replace("calendar(", "age(Age), calendar(");
            include["description"] = json!(text);
        },
    },
    Edit {
        name: "a shared enum value is added",
        verdict: Verdict::Minor,
        apply: |d| {
            countries(d, |list| list.push(json!("pl")));
        },
    },
    Edit {
        name: "a response field is added",
        verdict: Verdict::Minor,
        apply: |d| {
            data(op(d, "trenz-ai-avatar-analyze"))["properties"]["reason"] =
                json!({ "type": "string" });
        },
    },
    Edit {
        name: "a list of objects is added to a response",
        verdict: Verdict::Minor,
        apply: |d| {
            data(op(d, "trenz-ai-avatar-analyze"))["properties"]["faces"] = json!({ "type": "array", "items": { "type": "object", "properties": { "x": { "type": "number" } } } });
        },
    },
    Edit {
        name: "a field of a shared type is added",
        verdict: Verdict::Minor,
        apply: |d| {
            pages(d, |info| info["properties"]["has_next"] = json!({ "type": "boolean" }));
        },
    },
    Edit {
        name: "one use of a shared type gets a further field",
        verdict: Verdict::Minor,
        apply: |d| {
            let answer = data(op(d, "trenz-social-comments-create"));
            answer["properties"]["comment"]["properties"]["author"]["properties"]["verified"] =
                json!({ "type": "boolean" });
        },
    },
    Edit {
        name: "a new scope",
        verdict: Verdict::Minor,
        apply: |d| {
            op(d, "trenz-ads-search")["x-scope"] = json!("trenz.spying.read");
        },
    },
    Edit {
        name: "a new error code",
        verdict: Verdict::Minor,
        apply: |d| {
            let text = d["info"]["description"].as_str().unwrap();
            let rows = format!("{text}\n| 418 | TEAPOT | Short and stout |");
            d["info"]["description"] = json!(rows);
        },
    },
    Edit {
        name: "an operation starts a task",
        verdict: Verdict::Minor,
        apply: |d| {
            let analyze = op(d, "trenz-ai-avatar-analyze");
            analyze["x-billing-mode"] = json!("async_on_complete");
            data(analyze)["properties"]["task_id"] = json!({ "type": "string" });
        },
    },
    Edit {
        name: "a list becomes paged",
        verdict: Verdict::Major,
        apply: |d| {
            let accounts = op(d, "trenz-ads-insight-data");
            body_properties(accounts)["page"] = json!({ "type": "integer" });
            body_properties(accounts)["page_size"] = json!({ "type": "integer" });
            data(accounts)["properties"] = json!({ "items": { "type": "array", "items": { "type": "object" } }, "total": { "type": "integer" } });
        },
    },
    Edit {
        name: "a bound is loosened",
        verdict: Verdict::Minor,
        apply: |d| {
            parameter(op(d, "trenz-ads-search"), "page_size")["schema"]["maximum"] = json!(50);
        },
    },
];
