//! The documents that others are made from.

use codegen_stress::seeds::{alone, answering, small, taking};
use serde_json::json;
use trenz_codegen::generate;

/// The great documents are made of these: were one refused, it would be for nothing that they
/// are there for.
#[test]
fn small_documents_generate() {
    let string = json!({ "type": "string" });
    let object = json!({ "type": "object", "properties": { "v": string } });
    for document in [small(), answering(&object), answering(&string), taking(&object)] {
        let seed = alone("small", &document);
        generate(&seed.sources()).unwrap_or_else(|report| panic!("{report}\n{document:#}"));
    }
}
