//! The key is a required header parameter of every operation, and the security scheme. It is the
//! client's credential, never an input of a call.

use crate::decisions::Decisions;
use crate::facts::Key;
use crate::model::{Api, Credential};
use crate::report::{Pointer, Reporter};

/// Removes the key from the inputs and adds its header to the runtime's facts.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let schemes = Pointer::root().join("components").join("securitySchemes");
    let headers = api.credentials.values().filter_map(|credential| match credential {
        Credential::Header(header) => Some(header.clone()),
        _ => None,
    });
    let headers: Vec<_> = headers.collect();
    let [header] = headers.as_slice() else {
        reporter.problem(
            &schemes,
            format!("expected one security scheme with a key in a header, found {}", headers.len()),
            "leave exactly one `apiKey` scheme with `in: header` in the overlay",
        );
        return;
    };
    let header = (*header).clone();
    let removed = api.send_key(Key::Header { name: header.clone(), prefix: String::new() });
    api.facts.needs_key = true;
    let total = api.operations.len();
    reporter.note(
        "credentials",
        &schemes,
        format!("`{header}` is the client's key: removed from {removed} of {total} operations"),
    );
}
