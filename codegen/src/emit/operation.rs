//! Prints a request: the struct and its implementation of `Operation`.

use super::file::File;
use super::names::{self, Names};
use super::type_docs::TypeDocs;
use super::{billing, docs, inputs, markdown, types};
use crate::model::{ResponseForm, Wrapping};
use crate::names::capitalized;
use crate::plan::{Operation, PageStyle, Paging, Shape};

/// Adds the request type of an operation with its builder and its implementations.
pub(super) fn define(operation: &Operation, type_docs: &TypeDocs, file: &mut File) {
    request(operation, type_docs, file);
    file.item(implementation(operation, &file.names));
    file_paging(operation, file);
    file_task(operation, file);
}

/// The request and its builder, defined by a macro.
fn request(operation: &Operation, type_docs: &TypeDocs, file: &mut File) {
    let docs = documentation(operation, type_docs);
    let output = output(operation, &file.names);
    let Operation { type_name, builder, .. } = operation;
    let submit = if operation.task_id.is_some() { ", submit" } else { "" };
    let pages = if operation.paging.is_some() { ", pages" } else { "" };
    let marker =
        format!("#[request(output = {output}, builder = {}{submit}{pages})]\n", builder.name);
    let fields: Vec<_> = operation.fields().collect();
    let structure = types::input_body(type_name, Some(builder), &fields, type_docs, &file.names);
    file.define("request", &format!("{marker}{docs}{structure}"));
}

/// The type of the response's data.
fn output(operation: &Operation, names: &Names) -> String {
    let output = operation.output.as_ref();
    output.map_or_else(|| "()".to_owned(), |output| types::ty(output, names))
}

/// The summary, the description, and a line each with price (an attribute), scope and replay class.
fn documentation(operation: &Operation, type_docs: &TypeDocs) -> String {
    let mut lines = vec![summary(operation)];
    let description = markdown::rustdoc(&operation.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.extend(description);
    }
    lines.push(String::new());
    lines.push(format!("- {}", docs::span(&format!("{} {}", operation.method, operation.path))));
    let price = billing::price(&operation.billing);
    let price =
        price.map(|price| format!("#[price = {}]\n", docs::literal(&markdown::phrase(&price))));
    let mut more: Vec<String> =
        terms_and_task(operation).map(|term| format!("- {}", markdown::phrase(&term))).collect();
    more.push(String::new());
    more.push(format!("The document's operation {}.", docs::span(&operation.id)));
    more.push(String::new());
    more.extend(type_docs.example(operation).iter().cloned());
    [docs::lines("", &lines), price.unwrap_or_default(), docs::lines("", &more)].concat()
}

/// Scope, replay class and what else matters beside the price, a phrase each.
fn terms_and_task(operation: &Operation) -> impl Iterator<Item = String> {
    let deprecated = operation.deprecated.then(|| "deprecated".to_owned());
    let task = operation.task_id.as_ref();
    let task = task.map(|id| format!("the output's `{}` is the id of the task", id.wire));
    let terms = billing::terms(&operation.billing);
    let class = billing::class(&operation.billing).map(|class| format!("replay class: {class}"));
    class.into_iter().chain(deprecated).chain(terms).chain(task)
}

/// The summary as a sentence; the operationId where there is none.
pub(super) fn summary(operation: &Operation) -> String {
    let summary = markdown::sentence(&operation.summary);
    if summary.is_empty() { format!("{}.", docs::span(&operation.id)) } else { summary }
}

fn implementation(operation: &Operation, names: &Names) -> String {
    let Operation { id, path, rust_path, group, area, type_name, .. } = operation;
    let output = output(operation, names);
    let summary = operation.summary.trim();
    let literals = [id, summary, path, rust_path, group, area].map(docs::literal);
    let [id, summary, path, rust_path, group, area] = literals;
    let method = capitalized(&operation.method.to_lowercase());
    let billing = billing::constants(&operation.billing, names);
    let task = task_constant(operation, names);
    let content = content(operation, names);
    let statements = inputs::statements(operation, names);
    let [of_operation, of_method, of_inputs] =
        names.all([names::OPERATION, names::METHOD, names::INPUTS]);
    let write = if statements.is_empty() {
        format!("    fn encode(&self, _to: &mut {of_inputs}) {{}}\n")
    } else {
        format!("    fn encode(&self, to: &mut {of_inputs}) {{\n{statements}    }}\n")
    };
    format!(
        "impl {of_operation} for {type_name} {{
    type Output = {output};
    const ID: &'static str = {id};
    const SUMMARY: &'static str = {summary};
    const METHOD: {of_method} = {of_method}::{method};
    const PATH: &'static str = {path};
    const RUST_PATH: &'static str = {rust_path};
    const GROUP: &'static str = {group};
    const AREA: &'static str = {area};
{billing}{task}{content}
{write}}}
"
    )
}

/// The field with the id of the started task, if a call starts one.
fn task_constant(operation: &Operation, names: &Names) -> String {
    let Some(task_id) = &operation.task_id else { return String::new() };
    let [some, option] = names.all([names::SOME, names::OPTION]);
    let wire = docs::literal(&task_id.wire);
    format!("    const TASK_ID: {option}<&'static str> = {some}({wire});\n")
}

/// The response's content and media types, where they differ from the default.
fn content(operation: &Operation, names: &Names) -> String {
    let content = match (operation.form, operation.wrapping) {
        (ResponseForm::Nothing, _) => "None",
        (ResponseForm::Json, Wrapping::Envelope) => "Json",
        (ResponseForm::Json, Wrapping::OptionalData) => "OptionalData",
        (ResponseForm::Json, Wrapping::Bare) | (ResponseForm::Raw, _) => "Bare",
        (ResponseForm::Text, _) => "Text",
        (ResponseForm::Bytes, _) => "Bytes",
    };
    let content = if operation.optional || content != "Json" {
        let of = names.known(names::CONTENT);
        let content = if operation.optional {
            format!("{of}::Optional(&{of}::{content})")
        } else {
            format!("{of}::{content}")
        };
        format!("    const CONTENT: {of} = {content};\n")
    } else {
        String::new()
    };
    let accept = match operation.accept.as_str() {
        "application/json" => String::new(),
        accept => format!("    const ACCEPT: &'static str = {};\n", docs::literal(accept)),
    };
    let key = if operation.sends_key { "" } else { "    const SENDS_KEY: bool = false;\n" };
    content + key + &accept
}

fn file_task(operation: &Operation, file: &mut File) {
    let Some(task_id) = &operation.task_id else { return };
    let names = &file.names;
    let (name, output) = (&operation.type_name, output(operation, names));
    let [some, option] = names.all([names::SOME, names::OPTION]);
    let fields = operation.types.iter().flat_map(|definition| match &definition.shape {
        Shape::OutputStruct(fields) => fields.as_slice(),
        _ => &[],
    });
    let required = fields.into_iter().any(|field| field.required && field.rust == task_id.rust);
    let task_id = if required {
        format!("{some}(&output.{})", task_id.rust)
    } else {
        format!("output.{}.as_deref()", task_id.rust)
    };
    file.item(format!(
        "#[cfg(feature = \"tasks\")]
impl crate::Submits for {name} {{
    fn task_id(output: &{output}) -> {option}<&str> {{
        {task_id}
    }}
}}
"
    ));
}

fn file_paging(operation: &Operation, file: &mut File) {
    let Some(paging) = &operation.paging else { return };
    let names = &file.names;
    let (name, output) = (&operation.type_name, output(operation, names));
    let item = types::ty(&paging.item, names);
    let [option, some, vec] = names.all([names::OPTION, names::SOME, names::VEC]);
    let [is_paged, page_meta, at] = names.all([names::PAGED, names::PAGE_META, names::POSITION]);
    let Paging { items, position, .. } = paging;
    let member = docs::literal(&paging.items_wire);
    let max_size = paging.max_size.map_or(String::new(), |most| {
        format!("    const MAX_PAGE_SIZE: {option}<i64> = {some}({most});\n")
    });
    let size = paging.size.as_ref().map(|size| format!("&mut self.{size}"));
    let (kind, place, count, size) = match paging.style {
        PageStyle::Number => ("Page", "page", "size", size),
        PageStyle::Offset => ("Offset", "offset", "limit", size),
        PageStyle::Cursor => {
            ("Cursor", "cursor", "size", size.map(|size| format!("{some}({size})")))
        }
    };
    let size = size.unwrap_or_else(|| names.known(names::NONE));
    let line = |name: &str, value: String| format!("            {name}: {value},\n");
    let total = paging.total.as_ref().map(|total| line("total", format!("output.{total}")));
    let pages = paging.pages.as_ref().map(|[info, count]| {
        line("pages", format!("output.{info}.as_ref().and_then(|info| info.{count})"))
    });
    let next = paging.next.as_ref().map(|next| line("next", format!("output.{next}.as_deref()")));
    let more = paging.more.as_ref().map(|more| line("more", format!("output.{more}")));
    let told: String = [total, pages, next, more].into_iter().flatten().collect();
    file.item(format!(
        "impl {is_paged} for {name} {{
    type Item = {item};
    const ITEMS: &'static str = {member};
{max_size}
    fn position(&mut self) -> {at}<'_> {{
        {at}::{kind} {{ {place}: &mut self.{position}, {count}: {size} }}
    }}

    fn page_meta(output: &{output}) -> {page_meta}<'_> {{
        {page_meta} {{
{told}            ..{page_meta}::default()
        }}
    }}

    fn items(output: &{output}) -> &[{item}] {{
        &output.{items}
    }}

    fn into_items(output: {output}) -> {vec}<{item}> {{
        output.{items}
    }}
}}
"
    ));
}
