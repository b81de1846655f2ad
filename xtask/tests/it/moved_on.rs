//! A document that has moved on as the live one did: imported, read, decided on, generated,
//! and what generates of it compiles and makes its calls.
//!
//! `golden/moved_on.txt` is what a maintainer reads; `UPDATE_GOLDEN=1` rewrites it.

use std::path::Path;

use serde_json::{Value, json};

use crate::files::{Files, collect};
use crate::project::{CALLS, DOCUMENT, GENERATED, Project, output_is};
use crate::project_copy::{Changed, cargo, lay_out};

const DECISIONS: &str = "spec/decisions.json";

/// Operations that are gone.
const GONE: [&str; 16] = [
    "trenz-ads-page-fields",
    "trenz-ads-pages-list",
    "trenz-ai-avatar-analyze",
    "trenz-ai-embedding",
    "trenz-ai-sora2-generate",
    "trenz-ai-sora2pro-generate",
    "trenz-social-analytics-trend",
    "trenz-social-hashtag-suggestions",
    "trenz-social-music-recently-used",
    "trenz-social-music-search",
    "trenz-social-tiktok-shop-products",
    "trenz-social-tiktok-shop-showcase-add",
    "trenz-video-clone",
    "trenz-video-super-resolution",
    "trenz-video-talking-photo",
    "trenz-video-transcription",
];

/// Operations that are new: made like which other, called how, sent where, in which area,
/// for how many coins.
const NEW: [(&str, &str, &str, &str, u64); 20] = [
    // Two generators and a search under other names.
    (
        "trenz-ai-sora2-generate",
        "trenz-ai-sora3-generate",
        "ai/videos/sora3/generate",
        "Content/AI Video",
        2500,
    ),
    (
        "trenz-video-talking-photo",
        "trenz-ai-talking-avatar",
        "ai/avatar/talk",
        "Content/AI Video",
        1500,
    ),
    (
        "trenz-social-music-search",
        "trenz-social-sounds-search",
        "social/sounds/search",
        "Social/6.Creation Tools",
        1,
    ),
    // What was not there before.
    (
        "trenz-ai-veo3-generate",
        "trenz-ai-veo4-generate",
        "ai/videos/veo4/generate",
        "Content/AI Video",
        2200,
    ),
    (
        "trenz-ai-grok-generate",
        "trenz-ai-kling3-generate",
        "ai/videos/kling3/generate",
        "Content/AI Video",
        1800,
    ),
    ("trenz-ai-image-generate", "trenz-ai-image-edit", "ai/images/edit", "Content/AI Image", 400),
    (
        "trenz-ai-product-title",
        "trenz-ai-product-keywords",
        "ai/product/keywords",
        "Content/AI Copywriting",
        300,
    ),
    (
        "trenz-ai-image-search",
        "trenz-ai-video-search",
        "ai/search/video",
        "Content/Material Search",
        500,
    ),
    (
        "trenz-video-content-analysis",
        "trenz-video-hook-analysis",
        "ai/videos/hook-analysis",
        "Content/AI Analysis",
        800,
    ),
    ("trenz-products-search", "trenz-shops-search", "shops/search", "Data/Shops", 5),
    ("trenz-products-detail", "trenz-shops-detail", "shops/{id}", "Data/Shops", 5),
    ("trenz-videos-search", "trenz-hashtags-search", "hashtags/search", "Data/Hashtags", 5),
    ("trenz-videos-detail", "trenz-hashtags-detail", "hashtags/{id}", "Data/Hashtags", 5),
    ("trenz-sellers-search", "trenz-brands-search", "brands/search", "Data/Brands", 5),
    ("trenz-sellers-detail", "trenz-brands-detail", "brands/{id}", "Data/Brands", 5),
    (
        "trenz-social-analytics-top-videos",
        "trenz-social-analytics-top-lives",
        "social/analytics/top-lives",
        "Social/5.Analytics",
        1,
    ),
    (
        "trenz-social-comments-like",
        "trenz-social-comments-pin",
        "social/comments/pin",
        "Social/4.Comments",
        2,
    ),
    (
        "trenz-social-comments-delete",
        "trenz-social-comments-hide",
        "social/comments/hide",
        "Social/4.Comments",
        2,
    ),
    ("trenz-ads-detail", "trenz-ads-status-update", "ads/tiktok/ads/status", "Ads/Campaigns", 2),
    (
        "trenz-ads-leads-list",
        "trenz-ads-audiences-list",
        "ads/tiktok/audiences",
        "Ads/Leads & Reports",
        1,
    ),
];

/// The project's document as the vendor may serve it next.
fn moved_on(project: &Project) -> Value {
    let mut document: Value = serde_json::from_str(&project.read(DOCUMENT)).unwrap();
    for (like, id, path, tag, price) in NEW {
        let (mut operation, method) = operation(&document, like);
        operation["operationId"] = id.into();
        operation["tags"] = json!([tag]);
        operation["x-coin-cost"] = price.into();
        let mut words: Vec<&str> = id.trim_start_matches("trenz-").split('-').collect();
        words.dedup();
        operation["summary"] = words.join(" ").into();
        document["paths"][format!("/open/v1/{path}")] = json!({ method: operation });
    }
    let paths = document["paths"].as_object_mut().unwrap();
    paths.retain(|_, item| {
        let mut operations = item.as_object().unwrap().values();
        operations.all(|operation| !GONE.iter().any(|id| operation["operationId"] == *id))
    });
    let groups = document["x-tagGroups"].as_array_mut().unwrap();
    let data = groups.iter_mut().find(|group| group["name"] == "Data").unwrap();
    let tags = ["Data/Shops", "Data/Hashtags", "Data/Brands"].map(Value::from);
    data["tags"].as_array_mut().unwrap().extend(tags);
    for (id, price) in [
        ("trenz-ai-image-generate", 600),
        ("trenz-ai-veo3-generate", 1200),
        ("trenz-products-search", 8),
        ("trenz-social-publish-upload", 12),
    ] {
        edit(&mut document, id, |operation| operation["x-coin-cost"] = price.into());
    }
    edit(&mut document, "trenz-ai-sd-pro-generate", |operation| {
        operation["x-pricing"]["unit_price_map"]["720p"] = 140.into();
        operation["x-pricing"]["fallback_coin_cost"] = 2100.into();
        operation["x-coin-cost"] = 2100.into();
    });
    edit(&mut document, "trenz-ads-insight-data", |operation| {
        let schema = &mut operation["requestBody"]["content"]["application/json"]["schema"];
        let inputs = schema["properties"].as_object_mut().unwrap();
        let end = inputs.remove("end_date").unwrap();
        inputs.insert("until".to_owned(), end);
        inputs.insert("currency".to_owned(), json!({ "type": "string" }));
    });
    // An area under another name, and the money under another one.
    let text = document.to_string();
    let text = text.replace("Social/4.Comment Management", "Social/4.Comments");
    let text = text.replace("\"coin_cost\"", "\"credits_cost\"");
    let text = text.replace("\"remaining_balance\"", "\"credits_balance\"");
    let text = text.replace("INSUFFICIENT_BALANCE", "INSUFFICIENT_CREDITS");
    serde_json::from_str(&text).unwrap()
}

fn operation(document: &Value, id: &str) -> (Value, String) {
    let items = document["paths"].as_object().unwrap().values();
    let mut all = items.flat_map(|item| item.as_object().unwrap());
    let (method, found) = all.find(|(_, operation)| operation["operationId"] == id).unwrap();
    (found.clone(), method.clone())
}

fn edit(document: &mut Value, id: &str, edit: impl Fn(&mut Value)) {
    let items = document["paths"].as_object_mut().unwrap().values_mut();
    let mut all = items.flat_map(|item| item.as_object_mut().unwrap().values_mut());
    edit(all.find(|operation| operation["operationId"] == id).unwrap());
}

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_a_new_version_of_the_document_is_imported_and_generated() {
    let project = Project::generated();
    project.write("live.json", moved_on(&project).to_string());
    let told = project.run(&["import", "live.json"]).succeeded();
    output_is("moved_on", &told);

    // Nothing is generated before it was decided, and then the lines named are enough.
    project.run(&["regen"]).failed(&["usage.credits_cost", "CommentAuthor"]);
    project.write(DECISIONS, decided(&project, &told));
    let made = project.run(&["regen"]).succeeded();
    assert!(made.contains("91 operations"), "{made}");
    calls_pass(&project);
}

/// What was generated compiles, and makes its calls against a sandbox of the document.
fn calls_pass(project: &Project) {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("moved-on");
    let mut client = Files::new();
    collect(&project.path(GENERATED), Path::new(""), &mut client);
    let (document, calls) = (&project.read(DOCUMENT), &project.read(CALLS));
    lay_out(&workspace, Changed { document, client, calls, compatible: false });
    let output = cargo(&workspace)
        .args(["test", "--workspace", "--test", "calls", "--offline", "--quiet"])
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{}\n{}", said[0], said[1]);
}

/// The decisions as a maintainer makes them: what the report names is edited, and nothing else.
fn decided(project: &Project, told: &str) -> String {
    let mut decisions: Value = serde_json::from_str(&project.read(DECISIONS)).unwrap();
    let named = ["`trenz-video-clone`", "`Sora2AspectRatio`", "`CommentAuthor`"];
    for named in named {
        assert!(told.contains(named), "{named} is not in:\n{told}");
    }
    remove(&mut decisions["operations"], "id", "trenz-video-clone");
    remove(&mut decisions["shared"], "name", "Sora2AspectRatio");
    for usage in decisions["usage"].as_array_mut().unwrap() {
        usage["member"] = match usage["member"].as_str().unwrap() {
            "coin_cost" => "credits_cost".into(),
            "remaining_balance" => "credits_balance".into(),
            other => other.into(),
        };
    }
    for shared in decisions["shared"].as_array_mut().unwrap() {
        if shared["name"] == "CommentAuthor" {
            shared["except"].as_array_mut().unwrap().push("trenz-ai-video-search".into());
        }
    }
    format!("{decisions:#}\n")
}

fn remove(entries: &mut Value, key: &str, name: &str) {
    let entries = entries.as_array_mut().unwrap();
    let before = entries.len();
    entries.retain(|entry| entry[key] != name);
    assert_eq!(entries.len() + 1, before, "{name}");
}
