//! Lowers OpenAPI 3.0 to the model, without any vendor's conventions.

mod graph;
mod inline;
mod integers;
mod lowered;
mod merge_any;
mod named;
mod objects;
mod operation;
mod refs;
mod scalars;
mod schemas;
mod unions;
mod untyped;

use std::collections::HashSet;

use indexmap::IndexMap;
use indexmap::map::Entry;
use openapiv3::{APIKeyLocation, OpenAPI, ReferenceOr, SecurityRequirement, SecurityScheme};

use crate::facts::Facts;
use crate::load::Document;
use crate::model::{Api, Credential, Security, Server};
use crate::report::{Pointer, Reporter};
use graph::Graph;

/// Lowers a whole document.
pub(crate) fn api(document: &Document, reporter: &Reporter) -> Api {
    Lowering::new(document, reporter).api(&HashSet::new(), reporter)
}

/// A document whose schemas are lowered, so that its operations can be.
pub(crate) struct Lowering<'a> {
    document: &'a Document,
    graph: Graph<'a>,
}

impl<'a> Lowering<'a> {
    /// Lowers the schemas of the document.
    pub(crate) fn new(document: &'a Document, reporter: &'a Reporter) -> Self {
        let mut graph = Graph::new(document, reporter);
        graph.lower();
        graph.name();
        Self { document, graph }
    }

    /// Lowers all operations but those that are left out.
    pub(crate) fn api(&mut self, left_out: &HashSet<Pointer>, reporter: &Reporter) -> Api {
        let Document { api, extensions, .. } = self.document;
        let operations = operation::all(self.document, left_out, &mut self.graph, reporter);
        let components = self.graph.types();
        self.graph.report();
        Api {
            title: api.info.title.clone(),
            version: api.info.version.clone(),
            description: api.info.description.clone().unwrap_or_default(),
            tags: tags(api, reporter),
            servers: servers(&api.servers, &Pointer::root()),
            credentials: credentials(api),
            security: api.security.as_deref().map(security).unwrap_or_default(),
            operations,
            components,
            extensions: extensions.clone(),
            declared: Vec::new(),
            facts: Facts::default(),
        }
    }
}

fn tags(document: &OpenAPI, reporter: &Reporter) -> IndexMap<String, String> {
    let mut tags = IndexMap::new();
    for (index, tag) in document.tags.iter().enumerate() {
        let description = tag.description.clone().unwrap_or_default();
        match tags.entry(tag.name.clone()) {
            Entry::Vacant(entry) => drop(entry.insert(description)),
            Entry::Occupied(_) => {
                let place = Pointer::root().join("tags").join(index);
                let cause = format!("the tag `{}` is declared twice", tag.name);
                let remedy = "remove one declaration in the overlay";
                reporter.violation(&place, cause, remedy, "the first counts");
            }
        }
    }
    tags
}

/// The servers of the object at `owner`.
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

fn security(choices: &[SecurityRequirement]) -> Security {
    choices.iter().map(|schemes| schemes.keys().cloned().collect()).collect()
}

/// The security schemes, except references.
fn credentials(document: &OpenAPI) -> IndexMap<String, Credential> {
    let schemes = document.components.iter().flat_map(|components| &components.security_schemes);
    let schemes = schemes.filter_map(|(name, scheme)| {
        let credential = match scheme {
            ReferenceOr::Reference { .. } => return None,
            ReferenceOr::Item(SecurityScheme::APIKey { location, name, .. }) => match location {
                APIKeyLocation::Header => Credential::Header(name.clone()),
                APIKeyLocation::Query => Credential::Query(name.clone()),
                APIKeyLocation::Cookie => Credential::Cookie(name.clone()),
            },
            ReferenceOr::Item(SecurityScheme::HTTP { scheme, .. }) => {
                if scheme.eq_ignore_ascii_case("bearer") {
                    Credential::Bearer
                } else {
                    Credential::Http(scheme.clone())
                }
            }
            // However a token is obtained, it is sent the same way.
            ReferenceOr::Item(
                SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIDConnect { .. },
            ) => Credential::Bearer,
        };
        Some((name.clone(), credential))
    });
    schemes.collect()
}
