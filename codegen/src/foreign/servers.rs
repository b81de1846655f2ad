//! The base URL, if the document has one that a key may be sent to.

use crate::decisions::Decisions;
use crate::model::{Api, Server};
use crate::report::{Pointer, Reporter};
use crate::servers::{self, Base, is_allowed_url, with_defaults};

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
    let usable = named
        .iter()
        .enumerate()
        .find(|(_, server)| is_allowed_url(&with_defaults(server), with_key));
    if let Some((index, server)) = usable {
        note(server, index, api.servers.is_empty(), reporter);
        servers::set_base_url(&with_defaults(server), api, reporter);
    } else {
        let first = named.first().map(with_defaults);
        let what = first.as_ref().map_or("names no server".to_owned(), |url| {
            format!("names the server `{url}`: expected a plain https URL")
        });
        let text = format!("the document {what}: set a base URL on the client");
        reporter.note("servers", &place, text);
        if let Some(base) = first.and_then(|url| Base::of(&url)) {
            servers::set_paths(&mut api.operations, &base, reporter);
        }
    }
}

fn note(server: &Server, index: usize, is_of_a_path: bool, reporter: &Reporter) {
    let url = with_defaults(server);
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
