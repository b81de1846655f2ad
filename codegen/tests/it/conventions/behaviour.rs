//! What adapts to a changed document also works: a client is made of the real document
//! with many edits at once, laid out in a workspace of its own and tried against a server
//! that speaks the new way. The tests that it is tried by stand in `tests/behaviour`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::edits::{self, EDITS};
use super::{Adapt, add, generated, json};
use crate::changes::{DECISIONS, DOCUMENT, OVERLAY, data, op};
use crate::workspace::{Member, cargo, lay_out};

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_adapted_decisions_generate_working_clients() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let workspace = folder.join("habits");
    lay_out(&workspace, BTreeMap::from([("renamed".to_owned(), client())]));
    // What the golden cases need is built there already, build scripts and macros at least.
    let output = cargo(&workspace, &folder.join("golden/target"))
        .args(["test", "--workspace", "--offline", "--quiet", "--no-fail-fast"])
        .args(["--features", "blocking", "--test", "behaviour"])
        .output()
        .unwrap();
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{}\n{}", said[0], said[1]);
    let warnings = said[1].lines().filter(|line| line.starts_with("warning")).count();
    assert_eq!(warnings, 0, "{}", said[1]);
}

/// The client, with the tests that it is tried by.
fn client() -> Member {
    let (document, decisions) = renamed();
    let generated = generated(&document, &json(OVERLAY), &decisions)
        .unwrap_or_else(|report| panic!("{report}"));
    let file = |name, text: &str| (PathBuf::from(name), text.to_owned());
    Member {
        generated: generated.files,
        beside: [
            file("behaviour.rs", include_str!("../../behaviour/renamed.rs")),
            file("server.rs", include_str!("../../behaviour/server.rs")),
        ]
        .into(),
        manifest: "\n[[test]]\nname = \"behaviour\"\npath = \"behaviour.rs\"\n",
    }
}

/// Everything that can be called otherwise is, and one response has no envelope.
fn renamed() -> (Value, Value) {
    let (mut document, mut decisions) = (json(DOCUMENT), json(DECISIONS));
    for name in [
        "tasks: a third name of the id",
        "tasks: an unknown status",
        "tasks: polling takes `id`",
        "usage: members named as in the live document",
        "error codes: a code with a role is renamed",
        "error codes: the code of an insufficient balance is renamed",
        "workflows: an operation is renamed",
        "workflows: operations move to another area",
        "workflows: a member of a response is renamed",
        "menu: an area without operations",
        "credentials: another header",
        "charges: the extension of the price is renamed",
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
        { "status": "done", "means": "succeeded", "reason": "It was renamed." },
        { "status": "refunded", "means": "refunded", "reason": "It keeps this name." },
    ]);
    edits::bare(&mut document, "trenz-videos-search");
    add(&mut decisions, "bare", json!({ "id": "trenz-videos-search" }));
    for (old, new) in [("data", "result"), ("request_id", "trace_id"), ("usage", "bill")] {
        edits::answers(&mut document, old, new);
        add(&mut decisions, "envelope", json!({ "role": old, "member": new }));
    }
    (document, decisions)
}
