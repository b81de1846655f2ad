//! What the runtime asks of every operation and a document says nothing of: every call
//! is free and asks for no scope, whether it may be sent again follows from HTTP, and
//! the body of an answer is the answer.

use crate::decisions::Decisions;
use crate::model::{Api, Constant, Declared, Fixed};
use crate::report::{Pointer, Reporter};

/// The methods of which HTTP says that they change nothing.
const SAFE: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// What the runtime looks for around the data of an answer, and finds nothing of.
const ENVELOPE: [&str; 10] = [
    "ENVELOPE_DATA",
    "ENVELOPE_REQUEST_ID",
    "ENVELOPE_USAGE",
    "ENVELOPE_PAGE",
    "ENVELOPE_PAGE_SIZE",
    "ENVELOPE_TOTAL",
    "ENVELOPE_WARNINGS",
    "USAGE_COST",
    "USAGE_BALANCE",
    "QUOTA_CODES",
];

/// Gives every operation its terms.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let mut reads = 0;
    for operation in &mut api.operations {
        let safe = SAFE.contains(&operation.method.as_str());
        reads += usize::from(safe);
        let replay = if safe { "FreeRead" } else { "Write" };
        operation.constants.extend([
            constant("COIN_COST", Fixed::Number(0)),
            constant("BILLING_MODE", Fixed::Variant("BillingMode", "Free".to_owned())),
            constant("SCOPE", Fixed::Optional("Scope", None)),
            constant("REPLAY", Fixed::Variant("Replay", replay.to_owned())),
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
    for name in ENVELOPE {
        let doc = "Nothing of the kind is known of the document.".to_owned();
        api.facts.push(Constant { name, value: Fixed::Texts(Vec::new()), doc });
    }
}

fn constant(name: &'static str, value: Fixed) -> Constant {
    Constant { name, value, doc: String::new() }
}
