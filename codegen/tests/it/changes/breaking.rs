//! What callers' code may no longer compile with.

use super::*;

#[test]
fn edits() {
    check("breaking", EDITS);
}

pub(super) const EDITS: &[Edit] = &[
    Edit {
        name: "an operation is removed",
        verdict: Verdict::Major,
        apply: |d| {
            remove(&mut d["paths"], "/open/v1/ads/tiktok/pages/fields");
        },
    },
    Edit {
        name: "an operation is renamed",
        verdict: Verdict::Major,
        apply: |d| {
            op(d, "trenz-ads-page-fields")["operationId"] = json!("trenz-ads-form-fields");
        },
    },
    Edit {
        name: "an operation is renamed and moved",
        verdict: Verdict::Major,
        apply: |d| {
            let mut item = d["paths"]["/open/v1/ads/tiktok/pages/fields"].take();
            remove(&mut d["paths"], "/open/v1/ads/tiktok/pages/fields");
            item["post"]["operationId"] = json!("trenz-ads-form-list");
            d["paths"]["/open/v1/ads/forms"] = item;
        },
    },
    Edit {
        name: "an operation moves to another area",
        verdict: Verdict::Major,
        apply: |d| {
            op(d, "trenz-ads-page-fields")["tags"] = json!(["Ads/Campaigns"]);
        },
    },
    Edit {
        name: "an area is renamed",
        verdict: Verdict::Major,
        apply: |d| {
            retag(d, "Ads/Landing Pages", "Ads/Forms");
        },
    },
    Edit {
        name: "an optional input is removed",
        verdict: Verdict::Major,
        apply: |d| {
            remove(body_properties(op(d, "trenz-ads-insight-data")), "end_date");
        },
    },
    Edit {
        name: "a required input is removed",
        verdict: Verdict::Major,
        apply: |d| {
            remove(&mut schema(op(d, "trenz-ads-page-fields"))["properties"], "page_id");
            schema(op(d, "trenz-ads-page-fields"))["required"] =
                json!(["account_id", "advertiser_id"]);
        },
    },
    Edit {
        name: "a required input is added",
        verdict: Verdict::Major,
        apply: |d| {
            let schema = schema(op(d, "trenz-ads-insight-data"));
            schema["properties"]["currency"] = json!({ "type": "string" });
            schema["required"] = json!(["ad_id", "currency"]);
        },
    },
    Edit {
        name: "a required query parameter is added",
        verdict: Verdict::Major,
        apply: |d| {
            parameters(op(d, "trenz-ads-search"))
                .push(json!({ "name": "brand", "in": "query", "required": true, "schema": { "type": "string" } }));
        },
    },
    Edit {
        name: "an optional input becomes required",
        verdict: Verdict::Major,
        apply: |d| {
            schema(op(d, "trenz-ads-insight-data"))["required"] = json!(["ad_id", "end_date"]);
        },
    },
    Edit {
        name: "a required input becomes optional",
        verdict: Verdict::Major,
        apply: |d| {
            schema(op(d, "trenz-ads-page-fields"))["required"] = json!(["account_id", "page_id"]);
        },
    },
    Edit {
        name: "an input is renamed",
        verdict: Verdict::Major,
        apply: |d| {
            rename(body_properties(op(d, "trenz-ads-insight-data")), "end_date", "until");
        },
    },
    Edit {
        name: "an input gets another type",
        verdict: Verdict::Major,
        apply: |d| {
            parameter(op(d, "trenz-ads-search"), "max_days")["schema"] =
                json!({ "type": "integer" });
        },
    },
    Edit {
        name: "an input becomes a list",
        verdict: Verdict::Major,
        apply: |d| {
            *body(op(d, "trenz-ads-insight-data"), "end_date") =
                json!({ "type": "array", "items": { "type": "string" } });
        },
    },
    Edit {
        name: "a free text becomes an enum",
        verdict: Verdict::Major,
        apply: |d| {
            body(op(d, "trenz-ads-leads-list"), "platform")["enum"] = json!(["tiktok", "meta"]);
        },
    },
    Edit {
        name: "an enum becomes a free text",
        verdict: Verdict::Major,
        apply: |d| {
            remove(body(op(d, "trenz-ads-integrated-report"), "order_type"), "enum");
        },
    },
    Edit {
        name: "a number of seconds becomes an enum",
        verdict: Verdict::Major,
        apply: |d| {
            body(op(d, "trenz-ai-sd-pro-generate"), "duration")["enum"] = json!([5, 10]);
        },
    },
    Edit {
        name: "an enum value is removed",
        verdict: Verdict::Major,
        apply: |d| {
            body(op(d, "trenz-ads-integrated-report"), "data_level")["enum"] =
                json!(["AUCTION_AD", "AUCTION_CAMPAIGN", "AUCTION_ADVERTISER"]);
        },
    },
    Edit {
        name: "a sort field is removed",
        verdict: Verdict::Major,
        apply: |d| {
            let schema = &mut parameter(op(d, "trenz-ads-search"), "sort")["schema"];
            schema["enum"] = json!(["days", "engagement", "gmv", "views"]);
        },
    },
    Edit {
        name: "an include value is removed",
        verdict: Verdict::Major,
        apply: |d| {
            let include = parameter(op(d, "trenz-ad-creative-detail"), "include");
            let text =
                include["description"].as_str().unwrap().replace("calendar(Calendar data), ", "");
            include["description"] = json!(text);
        },
    },
    Edit {
        name: "a shared enum value is removed",
        verdict: Verdict::Major,
        apply: |d| {
            countries(d, |list| list.retain(|country| country != "vn"));
        },
    },
    Edit {
        name: "a response field is removed",
        verdict: Verdict::Major,
        apply: |d| {
            remove(&mut data(op(d, "trenz-ai-avatar-analyze"))["properties"], "score");
        },
    },
    Edit {
        name: "a response field is renamed",
        verdict: Verdict::Major,
        apply: |d| {
            rename(&mut data(op(d, "trenz-ai-avatar-analyze"))["properties"], "score", "rating");
        },
    },
    Edit {
        name: "a response field gets another type",
        verdict: Verdict::Major,
        apply: |d| {
            data(op(d, "trenz-ai-avatar-analyze"))["properties"]["score"] =
                json!({ "type": "string" });
        },
    },
    Edit {
        name: "a response field becomes required",
        verdict: Verdict::Major,
        apply: |d| {
            data(op(d, "trenz-ai-avatar-analyze"))["required"] = json!(["score"]);
        },
    },
    Edit {
        name: "a response gets content",
        verdict: Verdict::Major,
        apply: |d| {
            let mut content = op(d, "trenz-ads-list")["responses"]["200"]["content"].clone();
            content["application/json"]["schema"]["properties"]["data"] =
                json!({ "type": "object", "properties": { "done": { "type": "boolean" } } });
            op(d, "trenz-social-platform-account-disconnect")["responses"]["200"]["content"] =
                content;
        },
    },
    Edit {
        name: "a response loses its content",
        verdict: Verdict::Major,
        apply: |d| {
            remove(&mut op(d, "trenz-ads-page-fields")["responses"]["200"], "content");
        },
    },
    Edit {
        name: "a response becomes an image",
        verdict: Verdict::Major,
        apply: |d| {
            op(d, "trenz-ads-page-fields")["responses"]["200"]["content"] =
                json!({ "image/png": {} });
        },
    },
    Edit {
        name: "a response may have no content",
        verdict: Verdict::Major,
        apply: |d| {
            op(d, "trenz-ads-page-fields")["responses"]["204"] = json!({ "description": "None." });
        },
    },
    Edit {
        name: "a response becomes a list",
        verdict: Verdict::Major,
        apply: |d| {
            let schema = data(op(d, "trenz-ai-avatar-analyze"));
            *schema = json!({ "type": "array", "items": { "type": "string" } });
        },
    },
    Edit {
        name: "an object without properties gets some",
        verdict: Verdict::Major,
        apply: |d| {
            data(op(d, "trenz-social-publish-cancel"))["properties"] =
                json!({ "done": { "type": "boolean" } });
        },
    },
    Edit {
        name: "an object of a response loses its properties",
        verdict: Verdict::Major,
        apply: |d| {
            let list = &mut data(op(d, "trenz-ads-integrated-report"))["properties"]["list"];
            list["items"] = json!({ "type": "object" });
        },
    },
    Edit {
        name: "a list is no longer paged",
        verdict: Verdict::Major,
        apply: |d| {
            remove(body_properties(op(d, "trenz-ads-leads-list")), "page");
        },
    },
    Edit {
        name: "an operation no longer starts a task",
        verdict: Verdict::Major,
        apply: |d| {
            let clone = op(d, "trenz-material-inpainting");
            clone["x-billing-mode"] = json!("per_call");
            rename(&mut data(clone)["properties"], "job_id", "id");
        },
    },
    Edit {
        name: "a scope is removed",
        verdict: Verdict::Major,
        apply: |d| {
            scopes(d, |scope| {
                if scope == "trenz.ai_video.write" {
                    *scope = json!("trenz.ai.write");
                }
            });
        },
    },
    Edit {
        name: "an error code is removed",
        verdict: Verdict::Major,
        apply: |d| {
            let text = d["info"]["description"].as_str().unwrap();
            d["info"]["description"] =
                json!(text.replace("| 400 | INVALID_INCLUDE | Invalid include parameter |\n", ""));
        },
    },
    Edit {
        name: "a field of a shared type is removed",
        verdict: Verdict::Major,
        apply: |d| {
            pages(d, |info| remove(&mut info["properties"], "total_number"));
        },
    },
    Edit {
        name: "a list input becomes any JSON",
        verdict: Verdict::Major,
        apply: |d| {
            let schema = &mut parameter(op(d, "trenz-ads-search"), "keyword")["schema"];
            *schema = json!({ "not": { "type": "array" } });
        },
    },
    Edit {
        name: "a bound is tightened",
        verdict: Verdict::Major,
        apply: |d| {
            parameter(op(d, "trenz-ads-search"), "page_size")["schema"]["maximum"] = json!(10);
        },
    },
    Edit {
        name: "a bound appears",
        verdict: Verdict::Major,
        apply: |d| {
            parameter(op(d, "trenz-ads-search"), "keyword")["schema"]["maxLength"] = json!(80);
        },
    },
];
