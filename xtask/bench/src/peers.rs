//! The generators that are compared, and how each is called.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

use crate::{Failure, Place};

/// A generator of Rust clients.
pub(crate) struct Generator {
    pub(crate) name: &'static str,
    /// The crate that has it, at the version that is compared; none for ours.
    pub(crate) package: Option<(&'static str, &'static str)>,
    /// The command that generates a crate of a document.
    pub(crate) generate: fn(&Place, &Path, &Path) -> Command,
    /// What is changed in documents that it refuses.
    pub(crate) patches: &'static [Patch],
    /// The folder of the crate's manifest, below the folder that was generated.
    pub(crate) manifest: fn(&Path) -> Result<PathBuf, Failure>,
}

/// A change to a document.
pub(crate) struct Patch {
    pub(crate) what: &'static str,
    pub(crate) apply: fn(&mut Value),
}

/// Ours stands first.
pub(crate) const GENERATORS: [Generator; 5] = [
    Generator {
        name: "trenz-codegen",
        package: None,
        patches: &[],
        generate: |place, document, out| {
            let mut command = Command::new(place.root.join("target/release/xtask"));
            command.env("CARGO_MANIFEST_DIR", place.root.join("xtask"));
            command.args(["regen", "--foreign", "--name", "client"]);
            command.arg("--spec").arg(document).arg("--crate").arg(out);
            command
        },
        manifest: here,
    },
    Generator {
        name: "oas3-gen",
        package: Some(("oas3-gen", "0.29.0")),
        patches: &[],
        generate: |place, document, out| {
            let mut command = Command::new(place.peer("oas3-gen"));
            command.args(["generate", "client-mod", "--workspace", "-i"]);
            command.arg(document).arg("-o").arg(out);
            command
        },
        manifest: here,
    },
    Generator {
        name: "ploidy",
        package: Some(("ploidy", "0.15.0")),
        patches: &[],
        generate: |place, document, out| {
            let mut command = Command::new(place.peer("ploidy"));
            command.args(["generate", "rust", "--name", "client"]);
            command.arg(document).arg("-o").arg(out);
            command
        },
        manifest: here,
    },
    Generator {
        name: "openapi-to-rust",
        package: Some(("openapi-to-rust", "0.23.0")),
        patches: &[],
        generate: |place, document, out| {
            let mut command = Command::new(place.peer("openapi-to-rust"));
            command.arg("generate").arg(document).current_dir(out);
            command
        },
        manifest: |out| {
            // It names the dependencies and leaves the manifest to its users.
            let generated = out.join("src/generated");
            let needs = generated.join("REQUIRED_DEPS.toml");
            let needs = fs::read_to_string(&needs)
                .map_err(|error| crate::cannot("read", &needs, &error))?;
            let manifest = format!(
                "[package]\nname = \"client\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{needs}"
            );
            crate::write(&out.join("Cargo.toml"), &manifest)?;
            crate::write(&out.join("src/lib.rs"), "#![allow(warnings)]\npub mod generated;\n")?;
            Ok(out.to_owned())
        },
    },
    Generator {
        name: "progenitor",
        package: Some(("cargo-progenitor", "0.15.1")),
        patches: &PROGENITOR,
        generate: |place, document, out| {
            let mut command = Command::new(place.peer("cargo-progenitor"));
            command.args(["progenitor", "-n", "client", "-v", "0.1.0", "-i"]);
            command.arg(document).arg("-o").arg(out);
            command
        },
        manifest: here,
    },
];

#[expect(clippy::unnecessary_wraps, reason = "other generators leave something to be written")]
fn here(out: &Path) -> Result<PathBuf, Failure> {
    Ok(out.to_owned())
}

/// What progenitor refuses, and what its users do about it.
const PROGENITOR: [Patch; 2] = [
    Patch { what: "an operation without an operationId gets one", apply: with_ids },
    Patch { what: "`default` is left out of schemas", apply: without_defaults },
];

fn with_ids(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut()
                && operation.contains_key("responses")
                && !operation.contains_key("operationId")
            {
                operation.insert("operationId".to_owned(), format!("{method} {path}").into());
            }
        }
    }
}

fn without_defaults(value: &mut Value) {
    let is_schema = |members: &Map<String, Value>| {
        ["type", "allOf", "anyOf", "oneOf", "$ref", "enum"]
            .iter()
            .any(|key| members.contains_key(*key))
    };
    match value {
        Value::Object(members) => {
            if is_schema(members) {
                members.remove("default");
            }
            members.values_mut().for_each(without_defaults);
        }
        Value::Array(values) => values.iter_mut().for_each(without_defaults),
        _ => {}
    }
}
