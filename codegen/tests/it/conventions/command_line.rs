//! The command line compiles with what another document generates: where operations of workflows have moved, and without
//! the workflows that a document lacks.

use std::path::{Path, PathBuf};

use serde_json::Value;
use trenz_codegen::Generated;

use super::edits::EDITS;
use super::{Adapt, generated, json};
use crate::changes::{DECISIONS, DOCUMENT, OVERLAY};
use crate::files::{Files, collect, repository, sync};
use crate::project_copy::{cargo, lay_out_beside};

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_command_line_compiles_for_documents_with_other_workflows() {
    for (edits, options) in [
        (["workflows: operations move to another area"].as_slice(), [].as_slice()),
        (
            &[
                "tasks: no operation polls them",
                "workflows: an operation requires a further input",
                "workflows: a member of a response gets another type",
            ],
            &["--no-default-features"],
        ),
    ] {
        let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-line");
        lay_out(&workspace, &of(edits));
        let mut check = cargo(&workspace);
        check.args(["check", "--package", "trenz-cli", "--offline", "--quiet"]).args(options);
        let output = check.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("warning"), "{edits:?}: {said}");
    }
}

/// What the real document generates with these edits.
fn of(edits: &[&str]) -> Generated {
    let (mut document, mut decisions): (Value, Value) = (json(DOCUMENT), json(DECISIONS));
    for name in edits {
        let edit = EDITS.iter().find(|edit| edit.name == *name);
        let edit = edit.unwrap_or_else(|| panic!("no edit `{name}`"));
        (edit.apply)(&mut document);
        if let Adapt::Decisions(adapt) = edit.adapt {
            adapt(&mut decisions);
        }
    }
    generated(&document, &json(OVERLAY), &decisions).unwrap_or_else(|report| panic!("{report}"))
}

fn lay_out(workspace: &Path, generated: &Generated) {
    let mut files = Files::new();
    collect(&repository().join("trenz-api"), Path::new(""), &mut files);
    let others = ["src/generated", "cli/src/generated", "cli/tests", "sandbox"];
    files.retain(|path, _| !others.iter().any(|other| path.starts_with(other)));
    let manifest = files.get_mut(Path::new("cli/Cargo.toml")).unwrap();
    *manifest = manifest
        .split("\n\n")
        .filter(|part| !part.contains("[[test]]"))
        .collect::<Vec<_>>()
        .join("\n\n");
    for (folder, generated) in
        [("src/generated", &generated.files), ("cli/src/generated", &generated.commands)]
    {
        let generated = generated.iter();
        files
            .extend(generated.map(|(name, text)| (PathBuf::from(folder).join(name), text.clone())));
    }
    sync(&workspace.join("trenz-api"), &files);
    lay_out_beside(workspace, &["trenz-api", "trenz-api/cli"]);
}
