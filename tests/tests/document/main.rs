//! The generated crate against the raw document: constants, and the places where a
//! literal reading of the document goes wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod constants;
mod literal;
mod readme;
#[path = "../../../trenz-api/examples/tour.rs"]
#[expect(dead_code, reason = "the example's `main`")]
mod tour;

use serde_json::Value;

/// The document as the vendor wrote it.
fn document() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/trenz-openapi.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Every operation as its method, path and description.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, raw)| (method.to_uppercase(), path.clone(), raw))
    });
    all.collect()
}
