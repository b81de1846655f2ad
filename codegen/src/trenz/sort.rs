//! `sort` lists field names as its enum, but its default and its description say
//! that the value is a field and a direction: `gmv:desc`.

use serde_json::Value;

use crate::decisions::Decisions;
use crate::model::{Api, Input, Kind, Schema, Values};
use crate::report::{Pointer, Reporter};

/// Makes each `sort` a field with a direction.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let mut found = 0;
    for operation in &mut api.operations {
        let sorts = operation.inputs.iter_mut().filter(|input| input.wire == "sort");
        for input in sorts {
            if let Err(evidence) = check(input) {
                reporter.operation_problem(
                    &input.schema.pointer,
                    &operation.id,
                    format!("`sort` is not the known `field:asc|desc`: {evidence}"),
                    "describe it as one in the overlay, or teach `trenz/sort.rs` the new form",
                );
                continue;
            }
            wrap(&mut input.schema);
            found += 1;
        }
    }
    let text = format!("{found} inputs are a field and a direction");
    reporter.note("sort", &Pointer::root().join("paths"), text);
}

/// The enum must list the field of the default, and the default have a direction.
fn check(input: &Input) -> Result<(), String> {
    let Kind::Enumeration(fields) = &input.schema.kind else {
        return Err("it has no enum of fields".to_owned());
    };
    let Values::Strings(fields) = &fields.values else {
        return Err("its enum is not of names".to_owned());
    };
    let default = input.schema.default.as_ref().and_then(Value::as_str);
    let Some((field, "asc" | "desc")) = default.and_then(|default| default.split_once(':')) else {
        return Err(format!("its default is `{}`", default.unwrap_or_default()));
    };
    if !fields.iter().any(|(name, _)| name == field) {
        return Err(format!("its default `{field}` is not among its fields"));
    }
    Ok(())
}

fn wrap(schema: &mut Schema) {
    let mut field = schema.clone();
    field.default = None;
    "A field to sort by.".clone_into(&mut field.description);
    if let Kind::Enumeration(enumeration) = &mut field.kind {
        enumeration.extras.push("sort_field");
    }
    "What to sort by, and in which direction.".clone_into(&mut schema.description);
    schema.kind = Kind::Wrapped("Sort", Box::new(field));
}
