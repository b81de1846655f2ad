//! `sort` lists field names as its enum, but its default and its description say
//! that the value is a field and a direction: `gmv:desc`.

use serde_json::Value;

use crate::decisions::Decisions;
use crate::model::{Api, Input, Kind, Schema};
use crate::report::{Pointer, Reporter};

/// Makes each `sort` a field with a direction.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let mut found = 0;
    for operation in &mut api.operations {
        let sorts = operation.inputs.iter_mut().filter(|input| input.wire == "sort");
        for input in sorts {
            if let Err(evidence) = check(input) {
                reporter.operation_problem(
                    &input.schema.pointer,
                    &operation.id,
                    format!("`sort`: expected `field:asc|desc`: {evidence}"),
                    "describe it so in the overlay, or support the new form in `trenz/sort.rs`",
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

/// The enum must contain the field of the default, and the default have a direction.
fn check(input: &Input) -> Result<(), String> {
    let Kind::Enumeration(fields) = &input.schema.kind else {
        return Err("no enum of fields".to_owned());
    };
    if fields.is_integer {
        return Err("an enum of something else than names".to_owned());
    }
    let default = input.schema.default.as_ref().and_then(Value::as_str);
    let Some((field, "asc" | "desc")) = default.and_then(|default| default.split_once(':')) else {
        return Err(format!("found the default `{}`", default.unwrap_or_default()));
    };
    if !fields.values.iter().any(|(name, _)| name == field) {
        return Err(format!("the default `{field}` is not among the fields"));
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
    "The field to sort by, and the direction.".clone_into(&mut schema.description);
    schema.kind = Kind::Wrapped("Sort", Box::new(field));
}
