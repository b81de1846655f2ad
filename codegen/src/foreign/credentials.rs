//! The client sends one credential with the calls that need one: a key in a header, a token, what another scheme of HTTP
//! asks for, or a key in the query or a cookie. Where no operation asks for one, it sends none.

use std::collections::BTreeSet;

use crate::decisions::Decisions;
use crate::facts::Key;
use crate::model::{Api, Credential};
use crate::names::capitalized;
use crate::report::{Pointer, Reporter};

const RULE: &str = "credentials";

/// Tells the runtime where requests carry the key, and takes it from the inputs.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let place = Pointer::root().join("components").join("securitySchemes");
    let required_schemes = required_schemes(api);
    let chosen = chosen(api, &required_schemes);
    for (name, credential) in &api.credentials {
        let text = match &chosen {
            _ if !required_schemes.contains(name) => format!("no operation asks for `{name}`"),
            Some((of, key)) if of == name => describe(name, credential, key),
            _ if matches!(credential, Credential::Bearer) => {
                format!("`{name}` is sent instead where the runtime's scheme `Bearer` is chosen")
            }
            _ => {
                let by = match credential {
                    Credential::Query(_) => "the query of the base URL",
                    _ => "`ClientBuilder::header`",
                };
                format!("`{name}` is left to the caller: {by} sends {}", carrier(credential))
            }
        };
        reporter.note(RULE, &place.join(name), text);
    }
    let Some((_, key)) = chosen else {
        let why = if api.credentials.is_empty() {
            "the document has no security scheme that the client can send"
        } else {
            "no operation asks for a security scheme"
        };
        let text = format!("{why}: no call carries a key");
        reporter.note(RULE, &place, text);
        return;
    };
    let (mut all, mut without) = (true, 0);
    for operation in &mut api.operations {
        let choices = operation.security.as_ref().unwrap_or(&api.security);
        operation.sends_key = !choices.is_empty();
        all &= operation.sends_key && choices.iter().all(|schemes| !schemes.is_empty());
        without += usize::from(!operation.sends_key);
    }
    api.facts.needs_key = all;
    if !all {
        let text =
            format!("a client can be built without a key: {without} operations never carry it");
        reporter.note(RULE, &Pointer::root().join("paths"), text);
    }
    let removed = api.send_key(key);
    if removed > 0 {
        let text = format!("{removed} parameters are the client's to send, not the caller's");
        reporter.note(RULE, &Pointer::root().join("paths"), text);
    }
}

/// The security schemes that an operation asks for.
fn required_schemes(api: &Api) -> BTreeSet<String> {
    let own = api.operations.iter();
    let choices = own.flat_map(|operation| operation.security.as_ref().unwrap_or(&api.security));
    choices.flatten().cloned().collect()
}

fn describe(name: &str, credential: &Credential, key: &Key) -> String {
    let is = format!("`{name}` is the client's credential");
    match credential {
        Credential::Header(header) => format!("{is}, in the header `{header}`"),
        Credential::Bearer => format!("{is}, sent as `Authorization: Bearer …`"),
        Credential::Query(_) | Credential::Cookie(_) => format!("{is}, in {}", carrier(credential)),
        Credential::Http(scheme) if is_basic(scheme) => {
            format!("{is}: `user:password`, or the value after `Authorization: Basic`")
        }
        Credential::Http(_) => format!("{is}: its key is the value after `{}`", key.describe()),
    }
}

/// What carries a credential.
fn carrier(credential: &Credential) -> String {
    match credential {
        Credential::Header(header) => format!("the header `{header}`"),
        Credential::Bearer | Credential::Http(_) => "the header `Authorization`".to_owned(),
        Credential::Query(name) => format!("the parameter `{name}` of the query"),
        Credential::Cookie(name) => format!("the cookie `{name}`"),
    }
}

fn is_basic(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("basic")
}

/// The credential that the client sends, by name: a key in a header before a token, that before what else HTTP has, and a
/// key that shows in URLs after them.
fn chosen(api: &Api, required_schemes: &BTreeSet<String>) -> Option<(String, Key)> {
    let authorization = |scheme: &str| {
        let scheme = capitalized(&scheme.to_lowercase());
        Key::Header { name: "Authorization".to_owned(), prefix: format!("{scheme} ") }
    };
    let required_schemes =
        api.credentials.iter().filter(|(name, _)| required_schemes.contains(*name));
    let candidates = required_schemes.map(|(name, credential)| {
        let (rank, key) = match credential {
            Credential::Header(header) => {
                (0, Key::Header { name: header.clone(), prefix: String::new() })
            }
            Credential::Bearer => (1, authorization("Bearer")),
            Credential::Http(scheme) => (2, authorization(scheme)),
            Credential::Cookie(name) => (3, Key::Cookie(name.clone())),
            Credential::Query(name) => (4, Key::Query(name.clone())),
        };
        (rank, (name.clone(), key))
    });
    candidates.min_by_key(|(rank, _)| *rank).map(|(_, chosen)| chosen)
}
