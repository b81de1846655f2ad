//! What calls cost and on which terms.

use super::*;

#[test]
fn edits() {
    check("money", EDITS);
}

pub(super) const EDITS: &[Edit] = &[
    Edit {
        name: "a price rises",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ai-image-generate")["x-coin-cost"] = json!(600);
        },
    },
    Edit {
        name: "a price falls",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ai-image-generate")["x-coin-cost"] = json!(450);
        },
    },
    Edit {
        name: "a free operation gets a price",
        verdict: Verdict::Patch,
        apply: |d| {
            set(op(d, "task-status"), &json!({ "x-coin-cost": 2, "x-billing-mode": "per_call" }));
        },
    },
    Edit {
        name: "an operation becomes free",
        verdict: Verdict::Patch,
        apply: |d| {
            set(
                op(d, "trenz-ai-embedding"),
                &json!({ "x-coin-cost": 0, "x-billing-mode": "free" }),
            );
        },
    },
    Edit {
        name: "a price rises by less than a percent",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ai-sora2-generate")["x-coin-cost"] = json!(2005);
        },
    },
    Edit {
        name: "two prices change, the larger rise first",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ads-search")["x-coin-cost"] = json!(6);
            op(d, "trenz-ai-avatar-analyze")["x-coin-cost"] = json!(1500);
            op(d, "trenz-ai-embedding")["x-coin-cost"] = json!(50);
        },
    },
    Edit {
        name: "a unit price rises",
        verdict: Verdict::Patch,
        apply: |d| {
            let pricing = &mut op(d, "trenz-ai-sd-pro-generate")["x-pricing"];
            pricing["unit_price_map"]["480p"] = json!(75);
        },
    },
    Edit {
        name: "a tier is added to a price list",
        verdict: Verdict::Patch,
        apply: |d| {
            let pricing = &mut op(d, "trenz-ai-sd-pro-generate")["x-pricing"];
            pricing["unit_price_map"]["1080p"] = json!(300);
        },
    },
    Edit {
        name: "a tier is removed from a price list",
        verdict: Verdict::Patch,
        apply: |d| {
            let pricing = &mut op(d, "trenz-ai-sd-pro-generate")["x-pricing"];
            remove(&mut pricing["unit_price_map"], "480p");
        },
    },
    Edit {
        name: "the price list and its upper bound change",
        verdict: Verdict::Patch,
        apply: |d| {
            let generate = op(d, "trenz-ai-sd-pro-generate");
            generate["x-coin-cost"] = json!(2100);
            generate["x-pricing"]["fallback_coin_cost"] = json!(2100);
            generate["x-pricing"]["unit_price_map"]["720p"] = json!(140);
        },
    },
    Edit {
        name: "a price no longer depends on the request",
        verdict: Verdict::Patch,
        apply: |d| {
            remove(op(d, "trenz-ai-sd-pro-generate"), "x-pricing");
        },
    },
    Edit {
        name: "the default quantity of a price changes",
        verdict: Verdict::Patch,
        apply: |d| {
            let generate = op(d, "trenz-ai-sd-pro-generate");
            generate["x-pricing"]["default_quantity"] = json!(8);
            body(generate, "duration")["default"] = json!(8);
        },
    },
    Edit {
        name: "a default of another input changes",
        verdict: Verdict::Patch,
        apply: |d| {
            body(op(d, "trenz-ai-image-generate"), "ratio")["default"] = json!("1:1");
        },
    },
    Edit {
        name: "a default appears",
        verdict: Verdict::Patch,
        apply: |d| {
            body(op(d, "trenz-ai-embedding"), "text")["default"] = json!("hello");
        },
    },
    Edit {
        name: "a default is removed",
        verdict: Verdict::Patch,
        apply: |d| {
            remove(body(op(d, "trenz-ai-image-generate"), "image_size"), "default");
        },
    },
    Edit {
        name: "a billing mode changes",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "task-status")["x-billing-mode"] = json!("per_call");
        },
    },
    Edit {
        name: "a scope is replaced by another",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ads-search")["x-scope"] = json!("trenz.products.read");
        },
    },
    Edit {
        name: "a scope is added",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "task-status")["x-scope"] = json!("trenz.ai.read");
        },
    },
    Edit {
        name: "a read becomes a write",
        verdict: Verdict::Patch,
        apply: |d| {
            op(d, "trenz-ads-list")["x-scope"] = json!("trenz.ads.write");
        },
    },
];
