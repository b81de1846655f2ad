//! The edits, by habit.

use serde_json::{Value, json};

use super::{Adapt, Edit, add, correct, drop_at, entry};
use crate::changes::{body_properties, data, envelope, every, op, parameter, remove, rename, set};

pub(super) const EDITS: &[Edit] = &[
    Edit {
        name: "envelope: the data is in `result`",
        apply: |d| answers(d, "data", "result"),
        adapt: Adapt::Decisions(|t| {
            add(t, "envelope", json!({ "role": "data", "member": "result" }));
        }),
    },
    Edit {
        name: "envelope: the request's id is in `trace_id`",
        apply: |d| answers(d, "request_id", "trace_id"),
        adapt: Adapt::Decisions(|t| {
            add(t, "envelope", json!({ "role": "request_id", "member": "trace_id" }));
        }),
    },
    Edit {
        name: "envelope: a further member",
        apply: |d| {
            envelope(op(d, "trenz-products-search"))["properties"]["region"] =
                json!({ "type": "string" });
        },
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "envelope: one operation has none",
        apply: |d| bare(d, "trenz-products-search"),
        adapt: Adapt::Decisions(|t| add(t, "bare", json!({ "id": "trenz-products-search" }))),
    },
    Edit {
        name: "usage: members named as in the live document",
        apply: credits,
        adapt: Adapt::Decisions(|t| {
            entry(t, "usage", "role", "cost")["member"] = json!("credits_cost");
            entry(t, "usage", "role", "balance")["member"] = json!("credits_balance");
        }),
    },
    Edit {
        name: "usage: no response has it",
        apply: no_usage,
        adapt: Adapt::Decisions(|t| {
            add(t, "envelope", json!({ "role": "usage", "member": null }));
            t["usage"] = json!([]);
        }),
    },
    Edit {
        name: "usage: its members are strings",
        apply: |d| {
            usage(d)["coin_cost"] = json!({ "type": "string" });
        },
        adapt: Adapt::Decisions(|t| {
            entry(t, "usage", "role", "cost")["role"] = json!("other");
            add(t, "usage", json!({ "role": "cost", "member": null }));
        }),
    },
    Edit {
        name: "usage: a further member",
        apply: |d| {
            usage(d)["bonus"] = json!({ "type": "integer" });
        },
        adapt: Adapt::Decisions(|t| add(t, "usage", json!({ "role": "other", "member": "bonus" }))),
    },
    Edit {
        name: "tasks: a third name of the id",
        apply: |d| {
            rename(
                &mut data(op(d, "trenz-ai-sora2-generate"))["properties"],
                "job_id",
                "ticket_id",
            );
        },
        adapt: Adapt::Decisions(|t| add(t, "task_ids", json!({ "member": "ticket_id" }))),
    },
    Edit {
        name: "tasks: an unknown status",
        apply: |d| {
            let statuses = &mut data(op(d, "task-status"))["properties"]["status"]["enum"];
            statuses.as_array_mut().unwrap().push(json!("queued"));
        },
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "tasks: the status of success is another",
        apply: |d| {
            data(op(d, "task-status"))["properties"]["status"]["enum"] =
                json!(["pending", "running", "done", "refunded"]);
        },
        adapt: Adapt::Decisions(|t| {
            entry(t, "task_statuses", "status", "completed")["status"] = json!("done");
        }),
    },
    Edit {
        name: "tasks: polling takes `id`",
        apply: |d| {
            let mut item =
                d["paths"].as_object_mut().unwrap().shift_remove("/open/v1/tasks/{task_id}");
            d["paths"]["/open/v1/tasks/{id}"] = item.take().unwrap();
            parameter(op(d, "task-status"), "task_id")["name"] = json!("id");
        },
        adapt: Adapt::Decisions(|t| {
            add(
                t,
                "members",
                json!({ "path": "async_tasks::Status", "wire": "id", "name": "task_id" }),
            );
        }),
    },
    Edit {
        name: "tasks: no operation polls them",
        apply: |d| remove(&mut d["paths"], "/open/v1/tasks/{task_id}"),
        adapt: Adapt::Decisions(|t| {
            add(t, "left_out", json!({ "workflow": "tasks" }));
            t["types"] = json!([]);
        }),
    },
    Edit {
        name: "error codes: the table is in a tag, with other headings",
        apply: |d| {
            let table = "| Status | Error | Meaning |\n| --- | --- | --- |\n\
                         | 402 | INSUFFICIENT_CREDITS | No credits |\n\
                         | 429 | RATE_LIMITED | Slow down |\n| 429 | QUOTA_EXCEEDED | Stop |";
            d["info"]["description"] = json!("An API.");
            d["tags"][3]["description"] = json!(table);
        },
        adapt: Adapt::Decisions(|t| {
            let columns = json!({ "status": "Status", "code": "Error", "meaning": "Meaning" });
            add(t, "error_columns", columns);
        }),
    },
    Edit {
        name: "error codes: a code with a role is renamed",
        apply: |d| replace(d, "QUOTA_EXCEEDED", "CREDITS_EXHAUSTED"),
        adapt: Adapt::Decisions(|t| {
            entry(t, "error_codes", "code", "QUOTA_EXCEEDED")["code"] = json!("CREDITS_EXHAUSTED");
        }),
    },
    Edit {
        name: "error codes: the code of an insufficient balance is renamed",
        apply: |d| replace(d, "INSUFFICIENT_BALANCE", "INSUFFICIENT_CREDITS"),
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "workflows: an operation is renamed",
        apply: |d| {
            op(d, "trenz-social-publish-session")["operationId"] = json!("trenz-social-publishing");
        },
        adapt: Adapt::Decisions(|t| {
            entry(t, "workflows", "part", "session")["operation"] =
                json!("trenz-social-publishing");
        }),
    },
    Edit {
        name: "workflows: operations move to another area",
        apply: |d| {
            every(d, &mut |value| {
                if *value == "Social/2.Video Publishing" {
                    *value = json!("Social/2.Posting");
                }
            });
        },
        adapt: Adapt::Decisions(|t| {
            for entry in t["types"].as_array_mut().unwrap() {
                let path = entry["path"].as_str().unwrap().replace("video_publishing", "posting");
                entry["path"] = path.into();
            }
        }),
    },
    Edit {
        name: "workflows: an operation requires a further input",
        apply: |d| {
            let operation = op(d, "trenz-social-upload-presigned-url");
            body_properties(operation)["checksum"] = json!({ "type": "string" });
            let required = &mut crate::changes::schema(operation)["required"];
            required.as_array_mut().unwrap().push(json!("checksum"));
        },
        adapt: Adapt::Decisions(|t| {
            add(t, "left_out", json!({ "workflow": "upload" }));
            add(t, "left_out", json!({ "workflow": "publish" }));
        }),
    },
    Edit {
        name: "workflows: a member of a response is renamed",
        apply: |d| {
            rename(&mut data(op(d, "trenz-social-tiktok-qrcode"))["properties"], "token", "ticket");
        },
        adapt: Adapt::Decisions(|t| {
            let path = "social::account_management::TikTokQrcodeData";
            add(t, "members", json!({ "path": path, "wire": "ticket", "name": "token" }));
        }),
    },
    Edit {
        name: "workflows: a member of a response gets another type",
        apply: |d| {
            data(op(d, "trenz-social-tiktok-qrcode-check"))["properties"]["status"] =
                json!({ "type": "integer" });
        },
        adapt: Adapt::Decisions(|t| add(t, "left_out", json!({ "workflow": "login" }))),
    },
    Edit {
        name: "menu: a new group with a new area and a new scope",
        apply: |d| {
            let groups = d["x-tagGroups"].as_array_mut().unwrap();
            groups.push(json!({ "name": "Wizards", "tags": ["Wizards/Hats"] }));
            let operation = op(d, "trenz-products-search");
            set(operation, &json!({ "tags": ["Wizards/Hats"], "x-scope": "trenz.hats.read" }));
        },
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "menu: an area without operations",
        apply: |d| {
            let paths = d["paths"].as_object_mut().unwrap();
            paths.retain(|_, item| {
                item.as_object().unwrap().values().all(|o| o["tags"][0] != "Social/7.TikTok Shop")
            });
        },
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "credentials: another header",
        apply: |d| replace(d, "X-API-Key", "X-Trenz-Key"),
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "credentials: a bearer token alone",
        apply: |d| {
            let bearer = json!({ "Bearer": { "type": "http", "scheme": "bearer" } });
            d["components"]["securitySchemes"] = bearer;
            d["security"] = json!([{ "Bearer": [] }]);
        },
        adapt: Adapt::Overlay(|o| {
            let key = json!({ "type": "apiKey", "in": "header", "name": "X-API-Key" });
            correct(o, "$.components.securitySchemes", &json!({ "ApiKey": key }));
        }),
    },
    Edit {
        name: "menu: no groups",
        apply: |d| remove(d, "x-tagGroups"),
        adapt: Adapt::Overlay(|o| {
            let document: Value = serde_json::from_slice(crate::changes::DOCUMENT).unwrap();
            correct(o, "$", &json!({ "x-tagGroups": document["x-tagGroups"] }));
        }),
    },
    Edit {
        name: "charges: the extension of the price is renamed",
        apply: |d| {
            every(d, &mut |value| {
                if value["x-coin-cost"].is_number() {
                    rename(value, "x-coin-cost", "x-credit-cost");
                }
            });
        },
        adapt: Adapt::Decisions(|t| {
            add(t, "extensions", json!({ "role": "cost", "name": "x-credit-cost" }));
        }),
    },
    Edit {
        name: "charges: an operation has no price",
        apply: |d| remove(op(d, "trenz-products-search"), "x-coin-cost"),
        adapt: Adapt::Overlay(|o| correct(o, SEARCH, &json!({ "x-coin-cost": 20 }))),
    },
    Edit {
        name: "charges: a price is not an integer",
        apply: |d| op(d, "trenz-products-search")["x-coin-cost"] = json!(2.5),
        adapt: Adapt::Overlay(|o| correct(o, SEARCH, &json!({ "x-coin-cost": 3 }))),
    },
    Edit {
        name: "charges: an unknown billing mode",
        apply: |d| op(d, "trenz-products-search")["x-billing-mode"] = json!("per_minute"),
        adapt: Adapt::Overlay(|o| correct(o, SEARCH, &json!({ "x-billing-mode": "per_call" }))),
    },
    Edit {
        name: "charges: an operation loses its scope",
        apply: |d| remove(op(d, "trenz-products-search"), "x-scope"),
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "prices: the quantity is not an input",
        apply: |d| {
            op(d, "trenz-ai-sd-pro-fast-generate")["x-pricing"]["quantity_param"] =
                json!("seconds");
        },
        adapt: Adapt::Overlay(|o| {
            let right = json!({ "x-pricing": { "quantity_param": "duration" } });
            correct(o, "$.paths['/open/v1/ai/sd-pro-fast/video/generation'].post", &right);
        }),
    },
    Edit {
        name: "prices: an unknown member of x-pricing",
        apply: |d| op(d, "trenz-ai-sd-pro-fast-generate")["x-pricing"]["surcharge"] = json!(3),
        adapt: Adapt::Overlay(|o| drop_at(o, "$..post['x-pricing'].surcharge")),
    },
    Edit {
        name: "replay: a scope that is neither read nor write",
        apply: |d| op(d, "trenz-products-search")["x-scope"] = json!("trenz.products.view"),
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "pages: no response has the next cursor",
        apply: |d| {
            let data = data(op(d, "trenz-social-comments-query"));
            rename(&mut data["properties"], "next_cursor", "cursor_next");
        },
        adapt: Adapt::Decisions(|t| {
            add(t, "pages", json!({ "id": "trenz-social-comments-query", "style": "none" }));
        }),
    },
    Edit {
        name: "pages: a list of strings beside that of the items",
        apply: |d| {
            let words = json!({ "type": "array", "items": { "type": "string" } });
            data(op(d, "trenz-products-search"))["properties"]["words"] = words;
        },
        adapt: Adapt::Nothing,
    },
    Edit {
        name: "pages: a second list",
        apply: |d| {
            let items = data(op(d, "trenz-products-search"))["properties"]["items"].clone();
            data(op(d, "trenz-products-search"))["properties"]["featured"] = items;
        },
        adapt: Adapt::Decisions(|t| {
            let items = json!({ "id": "trenz-products-search", "style": "page", "items": "items" });
            add(t, "pages", items);
        }),
    },
    Edit {
        name: "sort: another form",
        apply: |d| {
            let sort = parameter(op(d, "trenz-products-search"), "sort");
            sort["schema"]["default"] = json!("-gmv_7d");
        },
        adapt: Adapt::Overlay(|o| {
            let target = format!("{SEARCH}.parameters[?@.name == 'sort'].schema");
            correct(o, &target, &json!({ "default": "gmv_7d:desc" }));
        }),
    },
    Edit {
        name: "include: another form",
        apply: |d| {
            let include = parameter(op(d, "trenz-ad-creative-detail"), "include");
            include["description"] = json!("What else to send.");
        },
        adapt: Adapt::Overlay(|o| {
            let target =
                "$.paths['/open/v1/ad-creatives/{id}'].get.parameters[?@.name == 'include']";
            let text = "What else, comma-separated (values: core(Core metrics), trend(Trend data))";
            correct(o, target, &json!({ "description": text }));
        }),
    },
    Edit {
        name: "prose: a corrected passage is removed",
        apply: |d| {
            let decisions: Value = serde_json::from_slice(crate::changes::DECISIONS).unwrap();
            replace(d, decisions["prose"][0]["find"].as_str().unwrap(), "");
        },
        adapt: Adapt::Decisions(|t| _ = t["prose"].as_array_mut().unwrap().remove(0)),
    },
    Edit {
        name: "error codes: a code with a role is removed",
        apply: |d| {
            every(d, &mut |value| {
                if let Value::String(text) = value
                    && text.contains("QUOTA_EXCEEDED")
                {
                    let left = text.lines().filter(|line| !line.contains("QUOTA_EXCEEDED"));
                    *text = left.collect::<Vec<_>>().join("\n");
                }
            });
        },
        adapt: Adapt::Decisions(|t| {
            entry(t, "error_codes", "code", "QUOTA_EXCEEDED")["unlisted"] = json!(true);
        }),
    },
    Edit {
        name: "extensions: an unknown one",
        apply: |d| op(d, "trenz-products-search")["x-rate-limit"] = json!({ "per_minute": 5 }),
        adapt: Adapt::Overlay(|o| drop_at(o, "$.paths[*][*]['x-rate-limit']")),
    },
    Edit {
        name: "callbacks: an operation has callbacks",
        apply: |d| {
            let post = json!({ "post": { "responses": { "200": { "description": "" } } } });
            op(d, "trenz-ai-sora2-generate")["callbacks"] = json!({ "done": { "{$url}": post } });
        },
        adapt: Adapt::Overlay(|o| drop_at(o, "$.paths[*][*].callbacks")),
    },
];

/// The search for products.
const SEARCH: &str = "$.paths['/open/v1/products/search'].get";

/// Calls a member of all responses' envelopes otherwise.
pub(super) fn answers(document: &mut Value, old: &str, new: &str) {
    every(document, &mut |value| {
        let properties = &value["properties"];
        if properties["data"].is_object() && properties["request_id"].is_object()
            || properties["result"].is_object() && properties["request_id"].is_object()
            || properties["result"].is_object() && properties["trace_id"].is_object()
        {
            if properties[old].is_object() {
                rename(&mut value["properties"], old, new);
            }
            for name in value["required"].as_array_mut().into_iter().flatten() {
                if name == old {
                    *name = json!(new);
                }
            }
        }
    });
}

pub(super) fn credits(document: &mut Value) {
    rename(usage(document), "coin_cost", "credits_cost");
    rename(usage(document), "remaining_balance", "credits_balance");
}

pub(super) fn no_usage(document: &mut Value) {
    every(document, &mut |value| {
        if value["properties"]["usage"].is_object() {
            remove(&mut value["properties"], "usage");
        }
    });
}

/// Takes the envelope off a response.
pub(super) fn bare(document: &mut Value, id: &str) {
    let operation = op(document, id);
    let inner = data(operation).clone();
    *envelope(operation) = inner;
}

/// Replaces a text wherever it stands.
pub(super) fn replace(document: &mut Value, old: &str, new: &str) {
    every(document, &mut |value| {
        if let Value::String(text) = value {
            *text = text.replace(old, new);
        }
    });
}

fn usage(document: &mut Value) -> &mut Value {
    &mut document["components"]["schemas"]["UsageInfo"]["properties"]
}
