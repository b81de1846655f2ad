//! Documents that are wide: their size is a count of things side by side.

use serde_json::{Value, json};

use super::{Trap, components, describing, object, reference, with_components};
use crate::seeds::{answering, small, taking};

/// Documents whose size is a count of things side by side.
pub const WIDE: [Trap; 17] = [
    Trap {
        name: "values of an enum",
        refused: "",
        document: |n| answering(&object([("v".into(), values(n))])),
    },
    Trap {
        name: "values of an input",
        refused: "",
        document: |n| taking(&object([("v".into(), values(n))])),
    },
    Trap {
        name: "numbers of an enum",
        refused: "",
        document: |n| {
            answering(&object([(
                "v".into(),
                json!({ "type": "integer", "enum": (0..n).collect::<Vec<_>>() }),
            )]))
        },
    },
    Trap { name: "fields", refused: "", document: |n| answering(&fields(n)) },
    Trap {
        name: "inputs",
        refused: "at most 64 required inputs",
        document: |n| taking(&fields(n)),
    },
    Trap { name: "parameters", refused: "at most 500 inputs", document: parameters },
    Trap { name: "tags", refused: "", document: tags },
    Trap {
        name: "words of a description",
        refused: "",
        document: |n| describing(&"word **strong** `code` ".repeat(n)),
    },
    Trap {
        name: "paragraphs of a description",
        refused: "",
        document: |n| describing(&"- a list\n- of two\n\nThen text.\n\n".repeat(n)),
    },
    Trap {
        name: "brackets of a description",
        refused: "",
        document: |n| describing(&"[".repeat(n)),
    },
    Trap {
        name: "emphasis of a description",
        refused: "",
        document: |n| describing(&"*a _b ".repeat(n)),
    },
    Trap {
        name: "ticks of a description",
        refused: "",
        document: |n| {
            describing(&(1..n / 8).map(|k| "`".repeat(k % 300) + " ").collect::<String>())
        },
    },
    Trap {
        name: "components in a chain",
        refused: "",
        document: |n| components(n, |_, next| object([("next".into(), next)])),
    },
    Trap { name: "components in a ring", refused: "", document: |n| ring(n) },
    Trap { name: "components that all lead to all", refused: "", document: |n| clique(n) },
    Trap {
        name: "extensions that nobody reads",
        refused: "the extension `x-unread-0` is unknown",
        document: extensions,
    },
    Trap { name: "components that nobody uses", refused: "", document: |n| unused(n) },
];

fn values(count: usize) -> Value {
    let values: Vec<_> = (0..count).map(|index| format!("value{index}")).collect();
    json!({ "type": "string", "enum": values })
}

fn fields(count: usize) -> Value {
    let names = || (0..count).map(|index| format!("field{index}"));
    let mut object = object(names().map(|name| (name, json!({ "type": "string" }))));
    object["required"] = names().collect();
    object
}

fn parameters(count: usize) -> Value {
    let mut document = small();
    let parameters = (0..count).map(|index| {
        json!({ "name": format!("p{index}"), "in": "query", "schema": { "type": "string" } })
    });
    document["paths"]["/things"]["post"]["parameters"] = parameters.collect();
    document
}

fn tags(count: usize) -> Value {
    let mut document = small();
    let operation = document["paths"]["/things"]["post"].clone();
    for index in 0..count {
        let mut operation = operation.clone();
        operation["operationId"] = json!(format!("trenz-make-{index}"));
        operation["tags"] = json!([format!("Shop/Area {index}")]);
        document["paths"][format!("/things/{index}")] = json!({ "post": operation });
        document["x-tagGroups"][0]["tags"]
            .as_array_mut()
            .unwrap()
            .push(json!(format!("Shop/Area {index}")));
    }
    document
}

fn extensions(count: usize) -> Value {
    let mut document = small();
    for index in 0..count {
        document["paths"]["/things"]["post"][format!("x-unread-{index}")] = json!(1);
    }
    document
}

fn ring(count: usize) -> Value {
    let next = |index| object([("next".to_owned(), reference((index + 1) % count))]);
    with_components((0..count).map(|index| (format!("C{index}"), next(index))))
}

/// As many components as the root of the count, so that the count is that of the edges.
fn clique(count: usize) -> Value {
    let side = count.isqrt();
    let all = || (0..side).map(|other| (format!("c{other}"), reference(other)));
    with_components((0..side).map(|index| (format!("C{index}"), object(all()))))
}

fn unused(count: usize) -> Value {
    let mut document = small();
    let schema = object([("a".to_owned(), json!({ "type": "string" }))]);
    let schemas = (0..count).map(|index| (format!("C{index}"), schema.clone()));
    document["components"]["schemas"] = Value::Object(schemas.collect());
    document
}
