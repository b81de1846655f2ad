//! Where the API is served, if its document says so in a way that a key may be sent to.

use crate::decisions::Decisions;
use crate::model::{Api, Constant, Server};
use crate::report::{Pointer, Reporter};

/// No host can have this name, so that a client which is given none reaches nobody.
const NOWHERE: &str = "https://the-document-names-no-server.invalid";

/// Tells the runtime the base URL.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let place = Pointer::root().join("servers");
    let urls: Vec<String> = api.servers.iter().map(filled).collect();
    let usable = urls.iter().position(|url| is_plain(url));
    let fact = if let Some(index) = usable {
        if urls[index] != api.servers[index].url {
            let text = format!("with its variables' defaults the server is `{}`", urls[index]);
            reporter.note("servers", &place.join(index), text);
        } else if index > 0 {
            let text = format!("`{}` is the first server with a plain https URL", urls[index]);
            reporter.note("servers", &place.join(index), text);
        }
        Constant::base_url(&urls[index], "Where the API is served.")
    } else {
        let named = urls.first().map_or("names no server".to_owned(), |url| {
            format!("names the server `{url}`, which is no plain https URL")
        });
        let text = format!("the document {named}: a client must be told its base URL");
        reporter.note("servers", &place, text);
        Constant::base_url(
            NOWHERE,
            "The document says nowhere where the API is served: give the client a base URL.",
        )
    };
    api.facts.push(fact);
}

/// The URL with the default of each variable in its place.
fn filled(server: &Server) -> String {
    server
        .variables
        .iter()
        .fold(server.url.clone(), |url, (name, value)| url.replace(&format!("{{{name}}}"), value))
}

fn is_plain(url: &str) -> bool {
    url.starts_with("https://") && !url.contains(['{', '}', '?', '#', ' '])
}
