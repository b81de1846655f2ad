//! Defaults for what the runtime needs of every operation: no prices are known, no scope is needed,
//! HTTP says whether it may be retried, and the whole body is the data.

use crate::billing::{Billing, Replay};
use crate::decisions::Decisions;
use crate::error_members;
use crate::facts::Meaning;
use crate::model::{Api, Declared};
use crate::report::{Pointer, Reporter, counted};

/// The methods that change nothing, by HTTP.
const SAFE: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// Gives every operation its terms.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
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
        format!(
            "{} and {}, by their methods; no prices are known: every call counts as free",
            counted(reads, "read"),
            counted(writes, "write"),
        ),
    );
    for (module, name, doc, open) in [
        ("scope", "Scope", "A permission of a key; the document has none.", false),
        ("error_code", "ErrorCode", "The code of an error of the API.", true),
    ] {
        let doc = doc.to_owned();
        api.declared.push(Declared { module, name, doc, values: Vec::new(), open });
    }
    for meaning in Meaning::OF_RESPONSES {
        api.facts.words.insert(meaning, Vec::new());
    }
    error_members::apply(api, decisions);
}
