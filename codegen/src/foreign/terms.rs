//! What the runtime asks of every operation and a document says nothing of: every call
//! is free and asks for no scope, whether it may be retried follows from HTTP, and
//! the body of a response is the response.

use crate::billing::{Billing, Replay};
use crate::decisions::Decisions;
use crate::error_members;
use crate::facts::Meaning;
use crate::model::{Api, Declared};
use crate::report::{Pointer, Reporter};

/// The methods of which HTTP says that they change nothing.
const SAFE: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// Gives every operation its terms.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    let mut reads = 0;
    for operation in &mut api.operations {
        let safe = SAFE.contains(&operation.method.as_str());
        reads += usize::from(safe);
        let replay = if safe { Replay::FreeRead } else { Replay::Write };
        operation.billing = Billing { replay: Some(replay), ..Billing::default() };
    }
    let writes = api.operations.len() - reads;
    reporter.note(
        "terms",
        &Pointer::root().join("paths"),
        format!("{reads} reads and {writes} writes, by their methods; every call is free"),
    );
    for (module, name, doc, open) in [
        ("scope", "Scope", "A permission that a key has; the document knows of none.", false),
        ("error_code", "ErrorCode", "Why the API refused a call, as its error says.", true),
    ] {
        let doc = doc.to_owned();
        api.declared.push(Declared { module, name, doc, values: Vec::new(), open });
    }
    for meaning in Meaning::OF_ANSWERS {
        api.facts.words.insert(meaning, Vec::new());
    }
    error_members::apply(api, decisions);
}
