//! General OpenAPI 3.0 to the model: no vendor's habit is known here.

mod extensions;
mod operation;
mod refs;
mod schema;

use indexmap::IndexMap;
use openapiv3::{APIKeyLocation, OpenAPI, ReferenceOr, SecurityScheme};
use serde_json::Value;

use crate::model::{Api, Constant};
use crate::report::{Pointer, Reporter};
use refs::Refs;

/// Lowers a whole document. `json` is the same document as parsed JSON.
pub(crate) fn api(document: &OpenAPI, json: &Value, reporter: &mut Reporter) -> Api {
    let refs = Refs::new(document);
    let operations = operation::all(document, &refs, reporter);
    let components = schema::components(document, &refs, reporter);
    Api {
        title: document.info.title.clone(),
        version: document.info.version.clone(),
        description: document.info.description.clone().unwrap_or_default(),
        tags: tags(document, reporter),
        key_headers: key_headers(document),
        operations,
        components,
        extensions: extensions::collect(json),
        declared: Vec::new(),
        terms: Vec::new(),
        facts: base_url(document, reporter).into_iter().collect(),
    }
}

fn tags(document: &OpenAPI, reporter: &mut Reporter) -> IndexMap<String, String> {
    let mut tags = IndexMap::new();
    for (index, tag) in document.tags.iter().enumerate() {
        let description = tag.description.clone().unwrap_or_default();
        if tags.insert(tag.name.clone(), description).is_some() {
            reporter.problem(
                &Pointer::root().join("tags").join(index),
                format!("the tag `{}` is declared twice", tag.name),
                "remove one declaration in the overlay",
            );
        }
    }
    tags
}

/// The headers that the document's security schemes put a key in.
fn key_headers(document: &OpenAPI) -> Vec<String> {
    let schemes = document.components.iter().flat_map(|components| &components.security_schemes);
    schemes
        .filter_map(|(_, scheme)| match scheme {
            ReferenceOr::Item(SecurityScheme::APIKey {
                location: APIKeyLocation::Header,
                name,
                ..
            }) => Some(name.clone()),
            _ => None,
        })
        .collect()
}

/// Where the API is served: the document's first server.
fn base_url(document: &OpenAPI, reporter: &mut Reporter) -> Option<Constant> {
    let url = document.servers.first().map_or("", |server| server.url.as_str());
    if !url.starts_with("https://") || url.contains(['{', '}', '?', '#']) {
        reporter.problem(
            &Pointer::root().join("servers").join(0).join("url"),
            format!("the first server is `{url}`, which is no plain https URL"),
            "state the API's base URL in the overlay",
        );
        return None;
    }
    Some(Constant {
        name: "DEFAULT_BASE_URL",
        ty: "&str",
        value: format!("{:?}", url.trim_end_matches('/')),
        doc: "Where the API is served.".to_owned(),
    })
}
