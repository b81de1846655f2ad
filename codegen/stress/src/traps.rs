//! Documents that cost more than they weigh, unless somebody has thought of it.

mod deep;
mod tangled;
mod wide;

use std::iter;

use serde_json::{Map, Value, json};

use crate::seeds::{answering, small};
pub use deep::DEEP;
pub use tangled::TANGLED;
pub use wide::WIDE;

/// One kind of document, of any size.
#[derive(Clone, Copy, Debug)]
pub struct Trap {
    /// What it is called.
    pub name: &'static str,
    /// The document of a size.
    pub document: fn(usize) -> Value,
    /// Words of the refusal that a great one gets; empty where none is refused for its width.
    pub refused: &'static str,
}

fn object(fields: impl IntoIterator<Item = (String, Value)>) -> Value {
    json!({ "type": "object", "properties": fields.into_iter().collect::<Map<_, _>>() })
}

fn describing(text: &str) -> Value {
    let mut document = small();
    document["paths"]["/things"]["post"]["description"] = json!(text);
    document["paths"]["/things"]["post"]["summary"] = json!(text);
    document
}

fn reference(index: usize) -> Value {
    json!({ "$ref": format!("#/components/schemas/C{index}") })
}

fn with_components(schemas: impl Iterator<Item = (String, Value)>) -> Value {
    let mut document = answering(&object([("c".to_owned(), reference(0))]));
    document["components"]["schemas"] = Value::Object(schemas.collect());
    document
}

/// Components of which each is made of the next one.
fn components(count: usize, of: fn(usize, Value) -> Value) -> Value {
    let last = (format!("C{count}"), json!({ "type": "string" }));
    let all = (0..count).map(|index| (format!("C{index}"), of(index, reference(index + 1))));
    with_components(all.chain(iter::once(last)))
}
