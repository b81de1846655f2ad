//! What an edited document generates compiles, and does what that document says: the
//! project is laid out a second time with it, and the generated calls are made against a
//! sandbox of the edited document. Where nothing breaks, the calls as they were compile too.
//!
//! The largest batch that breaks nothing is tried in every run, and changes that do in the
//! test of a document that moved on, in `xtask`. `EDITS=all cargo test -p trenz-codegen --test it edited` tries all batches,
//! `EDITS=each` one edit after the other, and `EDITS='a country comes'` that one.

use std::env;

use trenz_codegen::generate;

use super::batches::Batch;
use super::*;
use crate::project_copy::{Changed, cargo, lay_out};

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_edited_documents_compile_and_their_calls_pass() {
    let batches = |major: bool| {
        batches::of(generating().filter(|edit| (edit.verdict == Verdict::Major) == major))
    };
    let (quiet, breaking) = (batches(false), batches(true));
    let all = || breaking.iter().chain(&quiet).cloned();
    let wanted: Vec<Batch> = match env::var("EDITS").as_deref() {
        Err(_) => quiet.iter().take(1).cloned().collect(),
        Ok("all") => all().collect(),
        Ok("each") => all().flatten().map(|edit| vec![edit]).collect(),
        Ok(name) => {
            let one = all().flatten().find(|edit| edit.name == name);
            vec![vec![one.unwrap_or_else(|| panic!("no edit `{name}` generates"))]]
        }
    };
    let mut failures = String::new();
    for batch in &wanted {
        println!("{:?}", batch.iter().map(|edit| edit.name).collect::<Vec<_>>());
        let failure = run(batch);
        println!("{}", if failure.is_empty() { "passes" } else { &failure });
        failures.push_str(&failure);
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What fails of a batch, with the commands that try less of it.
fn run(batch: &Batch) -> String {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("edited");
    lay_out_batch(&workspace, batch);
    let mut cargo = cargo(&workspace);
    cargo.args(["test", "--workspace", "--test", "calls", "--offline", "--quiet"]);
    if batch.iter().any(|edit| edit.verdict == Verdict::Major) {
        // The edits leave the examples of responses as they are, and some no longer fit.
        cargo.args(["--", "--skip", "every_example"]);
    }
    let output = cargo.output().unwrap();
    if output.status.success() {
        return String::new();
    }
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let mut failure = format!("does not build or pass:\n{err}\n{out}\nto try one alone:\n");
    for edit in batch {
        let _ =
            writeln!(failure, "EDITS='{}' cargo test -p trenz-codegen --test it edited", edit.name);
    }
    failure
}

/// Lays the project out with the document of these edits.
pub(super) fn lay_out_batch(workspace: &Path, batch: &[&Edit]) {
    let edits: Vec<_> = batch.iter().map(|edit| edit.apply).collect();
    let document = document(&edits);
    let generated = generate(&sources(&document)).unwrap_or_else(|report| panic!("{report}"));
    let changed = Changed {
        document: std::str::from_utf8(&document).unwrap(),
        client: generated.files.into_iter().map(|(name, text)| (name.into(), text)).collect(),
        calls: &generated.calls,
        compatible: batch.iter().all(|edit| edit.verdict != Verdict::Major),
    };
    lay_out(workspace, changed);
}
