//! Prints an example of each operation: its required inputs, an optional one, and the use of its
//! output.

use crate::plan::{Crate, Field, Operation, Type, Types};

use super::calls::{CRATE, Samples};

/// The example of each operation, by its path, as lines of Markdown.
pub(super) fn examples(krate: &Crate) -> Vec<(String, Vec<String>)> {
    let types = krate.types();
    let mut examples = Vec::new();
    for (path, module) in &krate.modules {
        let path = if module.direct { &[] } else { path.as_slice() };
        for operation in &module.operations {
            examples.push((operation.rust_path.clone(), example(&types, path, operation)));
        }
    }
    examples
}

fn example(types: &Types<'_>, path: &[String], operation: &Operation) -> Vec<String> {
    let samples = Samples::plausible(types);
    let optional = typical_input(operation);
    let is_shown = |field: &&Field| {
        field.required || optional.is_some_and(|optional| optional.rust == field.rust)
    };
    let setters = samples.setters(operation.fields().filter(is_shown));
    let steps = path.iter().chain([&operation.method_name]).map(|step| format!("    .{step}()"));
    let chain = steps.chain(setters.into_iter().map(|setter| format!("    {setter}")));
    let mut lines = ["# Example", "", "```no_run"].map(str::to_owned).to_vec();
    let result = "Result<(), Box<dyn std::error::Error>>";
    lines.push(format!("# async fn example(client: {CRATE}::Client) -> {result} {{"));
    let uses = samples.uses();
    let gap = (!uses.is_empty()).then(String::new);
    lines.extend(uses.into_iter().map(|path| format!("use {path};")).chain(gap));
    let call = |name: &str, end: &str| -> Vec<String> {
        let start = format!("{name}client");
        let end = end.lines().map(|line| format!("    {line}"));
        [start].into_iter().chain(chain.clone()).chain(end).collect()
    };
    if operation.task_id.is_some() {
        lines.extend(call("let task = ", ".submit()\n.await?;"));
        lines.push("println!(\"{:?}\", task.wait().await?);".to_owned());
    } else if operation.paging.is_some() {
        lines.extend(call("let mut items = ", ".items();"));
        lines.push("while let Some(item) = items.next_item().await {".to_owned());
        lines.push("    println!(\"{:?}\", item?);".to_owned());
        lines.push("}".to_owned());
    } else if operation.output.is_some() {
        lines.extend(call("let response = ", ".send()\n.await?;"));
        lines.push(format!(
            "println!(\"{{:?}}\", response.data{});",
            printed_part(types, operation)
        ));
    } else {
        lines.extend(call("", ".send()\n.await?;"));
    }
    lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
    lines
}

/// The optional input that an example sets: a simple one, if possible with a default.
fn typical_input(operation: &Operation) -> Option<&Field> {
    let paging = operation.paging.as_ref();
    let is_of_paging = |field: &Field| {
        paging.is_some_and(|paging| {
            paging.position == field.rust || paging.size.as_ref() == Some(&field.rust)
        })
    };
    let is_plain = |field: &&Field| {
        let plain = matches!(
            field.ty,
            Type::Boolean
                | Type::Integer
                | Type::Unsigned
                | Type::Number
                | Type::String
                | Type::Named(_)
        );
        plain && !field.required && !field.rest && !field.is_deprecated() && !is_of_paging(field)
    };
    operation.fields().filter(is_plain).min_by_key(|field| {
        (matches!(field.ty, Type::Named(_)), field.default.is_none(), &field.rust)
    })
}

/// The part of the output that an example prints: a list if there is one, by name, because the
/// order of the document's members does not matter.
fn printed_part(types: &Types<'_>, operation: &Operation) -> String {
    let Some(Type::Named(path)) = &operation.output else { return String::new() };
    let fields = types.get(path).map_or(&[][..], |definition| definition.shape.fields());
    let field = fields.iter().min_by_key(|field| (!matches!(field.ty, Type::List(_)), &field.rust));
    field.map_or(String::new(), |field| format!(".{}", field.rust))
}
