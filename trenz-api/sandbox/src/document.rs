//! The vendor's document, read as plain JSON.
//!
//! Nothing here knows the generator: what the sandbox believes about the API comes from the
//! document alone, so a mistake in the generated crate cannot hide in both places.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::operation::Operation;
use crate::schema::{Schema, inline};

/// The document as the workspace keeps it: a link to `spec/`, which the package holds as a file.
const TRENZ: &str = include_str!("../trenz-openapi.json");

/// What the sandbox needs to know of an OpenAPI document.
#[derive(Debug)]
pub struct Document {
    operations: Vec<Operation>,
    scopes: BTreeSet<String>,
    statuses: BTreeMap<String, u16>,
    key_header: String,
    error: Option<Schema>,
}

/// Why a document cannot be served.
#[derive(Debug)]
pub struct DocumentError(String);

impl Document {
    /// The document of this workspace, parsed once per process.
    pub fn trenz() -> Result<Arc<Self>, DocumentError> {
        static PARSED: OnceLock<Arc<Document>> = OnceLock::new();
        if let Some(parsed) = PARSED.get() {
            return Ok(Arc::clone(parsed));
        }
        let parsed = Arc::new(Self::parse(TRENZ)?);
        Ok(Arc::clone(PARSED.get_or_init(|| parsed)))
    }

    /// Reads a document from its text.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let root: Value = serde_json::from_str(text)
            .map_err(|error| DocumentError::new(format!("not JSON: {error}")))?;
        let key_header = key_header(&root).unwrap_or_else(|| "X-API-Key".to_owned());
        let paths = root["paths"]
            .as_object()
            .ok_or_else(|| DocumentError::new("not an OpenAPI document: it has no `paths`"))?;
        let mut operations = Vec::new();
        for (path, item) in paths {
            for (method, raw) in item.as_object().into_iter().flatten() {
                if is_method(method) {
                    operations.push(Operation::read(&root, method, path, item, raw, &key_header)?);
                }
            }
        }
        let error = match root.pointer("/components/schemas/APIError") {
            Some(schema) => Some(Schema::new(inline(schema, &root))?),
            None => None,
        };
        Ok(Self {
            scopes: operations.iter().filter_map(|operation| operation.scope.clone()).collect(),
            statuses: error_table(root["info"]["description"].as_str().unwrap_or_default()),
            operations,
            key_header,
            error,
        })
    }

    /// Every operation, in the document's order.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with this operationId.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The operation that a method and a concrete path lead to. Of several templates that fit,
    /// the one with the fewest placeholders is meant, as with every router.
    #[must_use]
    pub fn route(&self, method: &str, path: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .filter(|operation| operation.method.eq_ignore_ascii_case(method))
            .filter(|operation| fits(&operation.path, path))
            .min_by_key(|operation| operation.path.matches('{').count())
    }

    /// Every scope an operation asks for.
    #[must_use]
    pub fn scopes(&self) -> &BTreeSet<String> {
        &self.scopes
    }

    /// The error codes of the document's table, with the HTTP status of each.
    #[must_use]
    pub fn error_codes(&self) -> &BTreeMap<String, u16> {
        &self.statuses
    }

    /// The header that carries the API key.
    #[must_use]
    pub fn key_header(&self) -> &str {
        &self.key_header
    }

    /// The shape of an error body, where the document names one.
    #[must_use]
    pub fn error_schema(&self) -> Option<&Schema> {
        self.error.as_ref()
    }
}

fn is_method(word: &str) -> bool {
    ["get", "post", "put", "patch", "delete", "head", "options", "trace"].contains(&word)
}

fn key_header(root: &Value) -> Option<String> {
    let schemes = root.pointer("/components/securitySchemes")?.as_object()?;
    let scheme = schemes.values().find(|s| s["type"] == "apiKey" && s["in"] == "header")?;
    scheme["name"].as_str().map(str::to_owned)
}

fn fits(template: &str, path: &str) -> bool {
    let mut concrete = path.split('/');
    template.split('/').all(|segment| match concrete.next() {
        Some(word) => word == segment || (segment.starts_with('{') && !word.is_empty()),
        None => false,
    }) && concrete.next().is_none()
}

/// Reads the rows `| 400 | BAD_REQUEST | … |` of the Markdown table that lists the errors.
fn error_table(markdown: &str) -> BTreeMap<String, u16> {
    markdown
        .lines()
        .filter_map(|line| {
            let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
            let status = cells.next()?.parse().ok()?;
            Some((cells.next()?.to_owned(), status))
        })
        .collect()
}

impl DocumentError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot serve the document: {}", self.0)
    }
}

impl std::error::Error for DocumentError {}
