//! What adapts to a changed document also works: a client is made of the real document
//! with many edits at once, laid out in a workspace of its own and tried against a server
//! that speaks the new way. The tests that it is tried by stand in `tests/behaviour`.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::edits::{self, EDITS};
use super::{Adapt, add, generated, json};
use crate::changes::{DECISIONS, DOCUMENT, OVERLAY, data, op};
use crate::compile::{Files, collect, manifest_of_member, manifest_of_workspace, put, read};
use crate::compile::{repository, sync};

#[test]
fn what_adapts_works() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let workspace = folder.join("habits");
    lay_out(&workspace);
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["test", "--workspace", "--offline", "--quiet", "--no-fail-fast"])
        // Without TLS: the server is on this machine, and its libraries take long to build.
        .args(["--no-default-features", "--features", "blocking", "--test", "behaviour"])
        .current_dir(&workspace)
        // What the golden cases need is built there already, build scripts and macros at least.
        .env("CARGO_TARGET_DIR", folder.join("golden/target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{}\n{}", said[0], said[1]);
    let warnings = said[1].lines().filter(|line| line.starts_with("warning")).count();
    assert_eq!(warnings, 0, "{}", said[1]);
}

fn lay_out(workspace: &Path) {
    let root = repository();
    put(&workspace.join("Cargo.toml"), &manifest_of_workspace(&root, &["renamed"]));
    put(&workspace.join("Cargo.lock"), &read(&root.join("Cargo.lock")));
    put(&workspace.join("clippy.toml"), &read(&root.join("clippy.toml")));
    let manifest = read(&root.join("trenz-api/Cargo.toml"));
    let mut files = Files::new();
    collect(&root.join("trenz-api/src"), Path::new("src"), &mut files);
    files.retain(|path, _| !path.starts_with("src/generated"));
    files.insert("build.rs".into(), read(&root.join("trenz-api/build.rs")));
    let behaviour = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour");
    let test = "\n[[test]]\nname = \"behaviour\"\npath = \"behaviour.rs\"\n";
    files.insert("Cargo.toml".into(), manifest_of_member(&manifest, "renamed") + test);
    files.insert("README.md".into(), String::new());
    files.insert("behaviour.rs".into(), read(&behaviour.join("renamed.rs")));
    files.insert("server.rs".into(), read(&behaviour.join("server.rs")));
    let (document, decisions) = renamed();
    let generated = generated(&document, &json(OVERLAY), &decisions)
        .unwrap_or_else(|report| panic!("{report}"));
    for (name, text) in generated.files {
        files.insert(Path::new("src/generated").join(name), text);
    }
    sync(&workspace.join("renamed"), &files);
}

/// Everything that can be called otherwise is, and one answer has no envelope.
fn renamed() -> (Value, Value) {
    let (mut document, mut decisions) = (json(DOCUMENT), json(DECISIONS));
    for name in [
        "tasks: a third spelling of the id",
        "tasks: a status that nobody has heard of",
        "tasks: asking after one takes `id`",
        "usage: its members are called as in the live document",
        "error codes: one that the runtime knows is called otherwise",
        "error codes: too few coins is called otherwise",
        "workflows: an operation has another id",
        "workflows: the operations stand elsewhere in the menu",
        "workflows: a member of an answer is called otherwise",
        "menu: an area loses all its operations",
        "credentials: another header",
        "charges: the price is called otherwise",
    ] {
        let edit = EDITS.iter().find(|edit| edit.name == name).unwrap_or_else(|| panic!("{name}"));
        (edit.apply)(&mut document);
        if let Adapt::Decisions(adapt) = edit.adapt {
            adapt(&mut decisions);
        }
    }
    data(op(&mut document, "task-status"))["properties"]["status"]["enum"] =
        json!(["queued", "done", "refunded"]);
    decisions["task_statuses"] = json!([
        { "status": "done", "means": "succeeded", "reason": "So it is called now." },
        { "status": "refunded", "means": "refunded", "reason": "So it is called still." },
    ]);
    edits::bare(&mut document, "trenz-videos-search");
    add(&mut decisions, "bare", json!({ "id": "trenz-videos-search" }));
    for (old, new) in [("data", "result"), ("request_id", "trace_id"), ("usage", "bill")] {
        edits::answers(&mut document, old, new);
        add(&mut decisions, "envelope", json!({ "role": old, "member": new }));
    }
    (document, decisions)
}
