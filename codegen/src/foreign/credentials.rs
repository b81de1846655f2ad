//! The client sends one credential with every call: a key in a header, or a token.

use crate::decisions::Decisions;
use crate::model::{Api, Constant, Credential, Location};
use crate::report::{Pointer, Reporter};

const RULE: &str = "credentials";

/// What OpenAPI says is never an argument of a call.
const NEVER_INPUTS: [&str; 3] = ["accept", "content-type", "authorization"];

/// Tells the runtime which header carries the key, and takes it from the inputs.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let place = Pointer::root().join("components").join("securitySchemes");
    let header = api.credentials.iter().find_map(|(name, credential)| match credential {
        Credential::Header(header) => Some((name.clone(), header.clone())),
        _ => None,
    });
    let bearer = || {
        let found = api.credentials.iter().find(|(_, other)| **other == Credential::Bearer);
        found.map(|(name, _)| (name.clone(), "Authorization".to_owned()))
    };
    let chosen = header.or_else(bearer);
    for (name, credential) in &api.credentials {
        let text = match (credential, &chosen) {
            (_, Some((chosen, header))) if chosen == name => match credential {
                Credential::Bearer => format!(
                    "`{name}` is the client's credential: choose the runtime's scheme `Bearer`, or \
                     give the key as it is to stand in `{header}`"
                ),
                _ => format!("`{name}` is the client's credential, in the header `{header}`"),
            },
            (Credential::Bearer, _) => {
                format!("`{name}` is sent instead where the runtime's scheme `Bearer` is chosen")
            }
            (Credential::Header(header), _) => {
                format!("`{name}` is left to the caller: the header `{header}` is not sent")
            }
            (Credential::Other(what), _) => {
                format!("`{name}` is left to the caller: the client does not send {what}")
            }
        };
        reporter.note(RULE, &place.join(name), text);
    }
    let header = chosen.map_or("Authorization".to_owned(), |(_, header)| header);
    let mut removed = 0;
    for operation in &mut api.operations {
        let before = operation.inputs.len();
        operation.inputs.retain(|input| {
            let wire = input.wire.to_lowercase();
            input.location != Location::Header
                || !(wire == header.to_lowercase() || NEVER_INPUTS.contains(&wire.as_str()))
        });
        removed += before - operation.inputs.len();
    }
    if removed > 0 {
        let text =
            format!("{removed} header parameters are the client's to send, not the caller's");
        reporter.note(RULE, &Pointer::root().join("paths"), text);
    }
    api.facts.push(Constant::key_header(&header));
}
