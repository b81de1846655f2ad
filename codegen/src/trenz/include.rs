//! `include` is a string in the schema; its description lists the values:
//! “comma-separated (values: core(Core metrics), trend(Trend data))”.

use crate::decisions::Decisions;
use crate::model::{Api, Kind, Schema, Style};
use crate::report::{Pointer, Reporter};

/// Makes each `include` a list of its known values.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let mut found = 0;
    for operation in &mut api.operations {
        for input in operation.inputs.iter_mut().filter(|input| input.wire == "include") {
            let values = matches!(input.schema.kind, Kind::String)
                .then(|| values(&input.schema.description))
                .flatten();
            let Some((sentence, values)) = values else {
                reporter.operation_problem(
                    &input.schema.pointer,
                    &operation.id,
                    "`include` does not list its values as “comma-separated (values: a(A), …)”",
                    "describe it so in the overlay, or support the new form in `trenz/include.rs`",
                );
                continue;
            };
            let mut item = Schema::bare(&input.schema.pointer, Kind::enumeration(false, values));
            "A related resource that the response may include.".clone_into(&mut item.description);
            input.schema.description = sentence;
            input.schema.kind = Kind::Array(Box::new(item));
            input.style = Style::CommaSeparated;
            found += 1;
        }
    }
    let text = format!("{found} inputs are a list of known values");
    reporter.note("include", &Pointer::root().join("paths"), text);
}

/// The sentence before the list, and each value with its label.
fn values(description: &str) -> Option<(String, Vec<(String, String)>)> {
    let (sentence, list) = description.split_once(", comma-separated (values: ")?;
    let list = list.strip_suffix(')')?;
    let mut values = Vec::new();
    for entry in list.split(", ") {
        let (value, label) = entry.strip_suffix(')')?.split_once('(')?;
        values.push((value.to_owned(), label.to_owned()));
    }
    Some((sentence.to_owned(), values))
}
