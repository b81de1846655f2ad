//! The client sends one credential with every call: a key in a header, a token, or what
//! another scheme of HTTP asks for. Where the document has none of these, it sends none.

use crate::decisions::Decisions;
use crate::facts::Key;
use crate::model::{Api, Credential};
use crate::report::{Pointer, Reporter};

const RULE: &str = "credentials";

/// Tells the runtime which header carries the key, and takes it from the inputs.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let place = Pointer::root().join("components").join("securitySchemes");
    let chosen = chosen(api);
    let name_of_chosen = chosen.as_ref().map(|chosen| &chosen.name);
    for (name, credential) in &api.credentials {
        let text = match credential {
            Credential::Header(header) if Some(name) == name_of_chosen => {
                format!("`{name}` is the client's credential, in the header `{header}`")
            }
            Credential::Bearer if Some(name) == name_of_chosen => {
                format!("`{name}` is the client's credential, sent as `Authorization: Bearer …`")
            }
            Credential::Http(_) if Some(name) == name_of_chosen => format!(
                "`{name}` is the client's credential: its key is what stands behind \
                 `Authorization: {}`",
                chosen.as_ref().map_or("", |chosen| chosen.prefix.trim_end())
            ),
            Credential::Bearer => {
                format!("`{name}` is sent instead where the runtime's scheme `Bearer` is chosen")
            }
            Credential::Header(header) => {
                format!("`{name}` is left to the caller: the header `{header}` is not sent")
            }
            Credential::Http(scheme) => {
                let what = format!("the client does not send HTTP `{scheme}` authentication");
                format!("`{name}` is left to the caller: {what}")
            }
            Credential::Other(what) => {
                format!("`{name}` is left to the caller: the client does not send {what}")
            }
        };
        reporter.note(RULE, &place.join(name), text);
    }
    let Some(Chosen { header, prefix, .. }) = chosen else {
        let text = "the document has no security scheme that the client can send: no call \
                    carries a key";
        reporter.note(RULE, &place, text);
        return;
    };
    let removed = api.send_key(Key { header, prefix });
    if removed > 0 {
        let text =
            format!("{removed} header parameters are the client's to send, not the caller's");
        reporter.note(RULE, &Pointer::root().join("paths"), text);
    }
}

/// The credential that the client sends.
struct Chosen {
    name: String,
    header: String,
    prefix: String,
}

/// A key before a token, and a token before what else HTTP has.
fn chosen(api: &Api) -> Option<Chosen> {
    let candidates = api.credentials.iter().filter_map(|(name, credential)| {
        let (rank, header, prefix) = match credential {
            Credential::Header(header) => (0, header.clone(), String::new()),
            Credential::Bearer => (1, "Authorization".to_owned(), "Bearer ".to_owned()),
            Credential::Http(scheme) => {
                let mut scheme = scheme.to_lowercase();
                if let Some(first) = scheme.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                (2, "Authorization".to_owned(), format!("{scheme} "))
            }
            Credential::Other(_) => return None,
        };
        Some((rank, Chosen { name: name.clone(), header, prefix }))
    });
    candidates.min_by_key(|(rank, _)| *rank).map(|(_, chosen)| chosen)
}
