//! The API is served at the document's first server, only over https.

use crate::decisions::Decisions;
use crate::model::Api;
use crate::report::{Pointer, Reporter};
use crate::servers;

/// Sets the runtime's base URL.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let url = api.servers.first().map_or_else(String::new, |server| server.url.clone());
    if !servers::is_allowed_url(&url, true) {
        reporter.problem(
            &Pointer::root().join("servers").join(0).join("url"),
            format!("the first server: expected a plain https URL, found `{url}`"),
            "state the API's base URL in the overlay",
        );
        return;
    }
    servers::set_base_url(&url, api, reporter);
}
