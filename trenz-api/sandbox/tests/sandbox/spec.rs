//! The document, read for the tests: operations and the schemas of their responses.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

/// One operation as the document has it.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) raw: Value,
    validators: BTreeMap<String, Validator>,
}

/// Every operation of the document.
pub(crate) fn operations() -> &'static [Operation] {
    static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let text = include_str!("../../trenz-openapi.json");
        let root: Value = serde_json::from_str(text).unwrap();
        let mut operations = Vec::new();
        for (path, item) in root["paths"].as_object().unwrap() {
            for (method, raw) in item.as_object().unwrap() {
                operations.push(Operation::read(&root, method, path, raw));
            }
        }
        operations
    })
}

/// The operation with an id.
pub(crate) fn operation(id: &str) -> &'static Operation {
    operations().iter().find(|operation| operation.id == id).unwrap()
}

impl Operation {
    fn read(root: &Value, method: &str, path: &str, raw: &Value) -> Self {
        let mut validators = BTreeMap::new();
        for (status, answer) in raw["responses"].as_object().unwrap() {
            let Some(schema) = answer.pointer("/content/application~1json/schema") else {
                continue;
            };
            // The references of a schema point into the document, so it stands beside the
            // document's components.
            let whole = json!({ "allOf": [schema], "components": root["components"] });
            let validator = jsonschema::options().with_draft(Draft::Draft4).build(&whole).unwrap();
            validators.insert(status.clone(), validator);
        }
        Self {
            id: raw["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            raw: raw.clone(),
            validators,
        }
    }

    /// Panics unless the document describes such a response.
    #[track_caller]
    pub(crate) fn judge(&self, status: u16, body: &[u8]) {
        let declared = self.raw["responses"].get(status.to_string());
        assert!(declared.is_some(), "{}: the document has no answer {status}", self.id);
        let Some(validator) = self.validators.get(&status.to_string()) else {
            assert!(body.is_empty(), "{}: an answer {status} has no content", self.id);
            return;
        };
        let value: Value = serde_json::from_slice(body).unwrap();
        let complaints: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(complaints.is_empty(), "{} {status}: {complaints:?}\n{value:#}", self.id);
    }

    /// The schema of the body, if there is one.
    pub(crate) fn body(&self) -> Option<&Value> {
        self.raw.pointer("/requestBody/content/application~1json/schema")
    }

    /// Path and query parameters; of one that is declared twice, the required declaration.
    pub(crate) fn parameters(&self) -> Vec<&Value> {
        let declared = self.raw["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut parameters: Vec<&Value> = Vec::new();
        for parameter in declared.iter().filter(|parameter| parameter["in"] != "header") {
            match parameters.iter_mut().find(|other| other["name"] == parameter["name"]) {
                Some(earlier) if parameter["required"] == true => *earlier = parameter,
                Some(_) => {}
                None => parameters.push(parameter),
            }
        }
        parameters
    }

    /// The document's price, where it is fixed.
    pub(crate) fn coin_cost(&self) -> i64 {
        self.raw["x-coin-cost"].as_i64().unwrap()
    }
}
