//! General OpenAPI 3.0 to the model: no vendor's habit is known here.

mod components;
mod either;
mod extensions;
mod mixed;
mod objects;
mod operation;
mod order;
mod refs;
mod scalars;
mod schema;
mod unions;

use indexmap::IndexMap;
use openapiv3::{APIKeyLocation, OpenAPI, ReferenceOr, SecurityScheme};
use serde_json::Value;

use crate::facts::Facts;
use crate::model::{Api, Credential, Server};
use crate::report::{Pointer, Reporter};
use refs::Refs;

/// Lowers a whole document. `json` is the same document as parsed JSON.
pub(crate) fn api(document: &OpenAPI, json: &Value, reporter: &mut Reporter) -> Api {
    let refs = Refs::new(document, json);
    let components = components::all(document, &refs, reporter);
    let operations = operation::all(document, json, &refs, reporter);
    refs.report(reporter);
    Api {
        title: document.info.title.clone(),
        version: document.info.version.clone(),
        description: document.info.description.clone().unwrap_or_default(),
        tags: tags(document, reporter),
        servers: servers(&document.servers, &Pointer::root()),
        credentials: credentials(document),
        operations,
        components,
        extensions: extensions::collect(json),
        declared: Vec::new(),
        facts: Facts::default(),
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

/// The servers that the object at `owner` names.
fn servers(servers: &[openapiv3::Server], owner: &Pointer) -> Vec<Server> {
    let place = owner.join("servers");
    let servers = servers.iter().enumerate().map(|(index, server)| {
        let variables = server.variables.iter().flatten();
        let variables = variables.map(|(name, variable)| (name.clone(), variable.default.clone()));
        Server {
            pointer: place.join(index),
            url: server.url.clone(),
            variables: variables.collect(),
        }
    });
    servers.collect()
}

/// The security schemes; one that is a mere reference names nothing.
fn credentials(document: &OpenAPI) -> IndexMap<String, Credential> {
    let schemes = document.components.iter().flat_map(|components| &components.security_schemes);
    let schemes = schemes.filter_map(|(name, scheme)| {
        let credential = match scheme {
            ReferenceOr::Reference { .. } => return None,
            ReferenceOr::Item(SecurityScheme::APIKey { location, name, .. }) => match location {
                APIKeyLocation::Header => Credential::Header(name.clone()),
                APIKeyLocation::Query => Credential::Other(format!("a key in the query, `{name}`")),
                APIKeyLocation::Cookie => {
                    Credential::Other(format!("a key in the cookie `{name}`"))
                }
            },
            ReferenceOr::Item(SecurityScheme::HTTP { scheme, .. }) => {
                if scheme.eq_ignore_ascii_case("bearer") {
                    Credential::Bearer
                } else {
                    Credential::Http(scheme.clone())
                }
            }
            // Whatever way a token is got, it travels as one.
            ReferenceOr::Item(
                SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIDConnect { .. },
            ) => Credential::Bearer,
        };
        Some((name.clone(), credential))
    });
    schemes.collect()
}
