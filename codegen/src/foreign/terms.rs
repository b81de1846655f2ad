//! What the runtime asks of every operation and a document says nothing of: every call
//! is free and asks for no scope, and whether it may be sent again follows from HTTP.

use crate::decisions::Decisions;
use crate::model::{Api, Constant, Declared};
use crate::report::{Pointer, Reporter};

/// The methods of which HTTP says that they change nothing.
const SAFE: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// Gives every operation its terms.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let mut reads = 0;
    for operation in &mut api.operations {
        let safe = SAFE.contains(&operation.method.as_str());
        reads += usize::from(safe);
        let replay = if safe { "Replay::FreeRead" } else { "Replay::Write" };
        operation.constants.extend([
            constant("COIN_COST", "u64", "0"),
            constant("BILLING_MODE", "BillingMode", "BillingMode::Free"),
            constant("SCOPE", "Option<Scope>", "None"),
            constant("REPLAY", "Replay", replay),
        ]);
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
}

fn constant(name: &'static str, ty: &'static str, value: &str) -> Constant {
    Constant { name, ty, value: value.to_owned(), doc: String::new() }
}
