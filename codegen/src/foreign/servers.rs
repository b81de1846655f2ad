//! The base URL, if the document has one that a key may be sent to.

use crate::decisions::Decisions;
use crate::model::{Api, Server};
use crate::report::{Pointer, Reporter};
use crate::served::{self, Base, filled, is_plain};

/// Sets the runtime's base URL.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let place = Pointer::root().join("servers");
    let named = if api.servers.is_empty() {
        // Servers of the operations, if the document itself has none.
        api.operations.iter().flat_map(|operation| operation.servers.clone()).collect()
    } else {
        api.servers.clone()
    };
    let with_key = api.facts.key.is_some();
    let usable = named.iter().enumerate().find(|(_, server)| is_plain(&filled(server), with_key));
    if let Some((index, server)) = usable {
        said(server, index, api.servers.is_empty(), reporter);
        served::at(&filled(server), api, reporter);
    } else {
        let first = named.first().map(filled);
        let what = first.as_ref().map_or("names no server".to_owned(), |url| {
            format!("names the server `{url}`: expected a plain https URL")
        });
        let text = format!("the document {what}: set a base URL on the client");
        reporter.note("servers", &place, text);
        if let Some(base) = first.and_then(|url| Base::of(&url)) {
            served::lead(&mut api.operations, &base, reporter);
        }
    }
}

fn said(server: &Server, index: usize, is_of_a_path: bool, reporter: &Reporter) {
    let url = filled(server);
    let text = if is_of_a_path {
        format!("the document names no server: `{url}` is the first that an operation names")
    } else if url != server.url {
        format!("with its variables' defaults the server is `{url}`")
    } else if index > 0 {
        format!("`{url}` is the first server that calls may be sent to")
    } else if url.starts_with("http://") {
        format!("`{url}` is used without TLS, because no call has a key")
    } else {
        return;
    };
    reporter.note("servers", &server.pointer, text);
}
