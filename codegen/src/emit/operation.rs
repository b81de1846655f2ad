//! Prints a request: the plain value and what `Operation` says of it.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::file::File;
use super::names::{self, Names};
use super::{billing, docs, markdown, types};
use crate::model::{AnswerForm, Body, BodyForm, Bound, Location, Number, Style, Wrapping};
use crate::plan::{Input, Operation, PageStyle, Part, Shape, Type};

/// Adds the request type of an operation and its implementation.
pub(super) fn define(operation: &Operation, file: &mut File) {
    file.item(request(operation, &file.names));
    file.item(implementation(operation, &file.names));
    file_paging(operation, file);
    file_task(operation, file);
}

fn request(operation: &Operation, names: &Names) -> TokenStream {
    let name = docs::ident(&operation.type_name);
    let docs = docs::lines(&documentation(operation));
    let fields = operation.inputs.iter().map(|Input { field, .. }| {
        let docs = docs::lines(&docs::field(field));
        let (ident, ty) = (docs::ident(&field.rust), types::field_ty(field, names));
        let arguments = [types::serde_name(field), types::serde_null(field)].concat();
        let serde = (!arguments.is_empty()).then(|| quote! { #[serde(#(#arguments),*)] });
        quote! { #docs #serde pub #ident: #ty, }
    });
    let all: Vec<_> = operation.inputs.iter().map(|input| &input.field).collect();
    let (remote, keep) = types::keep_rest(&operation.type_name, &all).unzip();
    let required = operation.inputs.iter().any(|input| input.field.required);
    let default = (!required).then(|| quote! { Default, });
    let [serialize, deserialize] = names.all([names::SERIALIZE, names::DESERIALIZE]);
    quote! {
        #docs
        #[derive(Clone, Debug, #default PartialEq, #serialize, #deserialize)]
        #remote
        #[non_exhaustive]
        pub struct #name { #(#fields)* }

        #keep
    }
}

/// Summary, description, and the line of facts that a caller decides by.
fn documentation(operation: &Operation) -> Vec<String> {
    let mut lines = vec![summary(operation)];
    let description = markdown::rustdoc(&operation.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.extend(description);
    }
    lines.push(String::new());
    lines.push(format!("- {}", docs::span(&format!("{} {}", operation.method, operation.path))));
    lines.extend(facts(operation).map(|fact| format!("- {}", markdown::phrase(&fact))));
    lines.push(String::new());
    lines.push(format!("The document's operation {}.", docs::span(&operation.id)));
    lines
}

/// What a caller decides by, a phrase each.
fn facts(operation: &Operation) -> impl Iterator<Item = String> {
    let deprecated = operation.deprecated.then(|| "deprecated".to_owned());
    let task = operation.task_id.as_ref();
    let task = task.map(|id| format!("the answer's `{}` names the task", id.wire));
    let terms = billing::terms(&operation.billing);
    billing::price(&operation.billing).into_iter().chain(deprecated).chain(terms).chain(task)
}

/// The summary as a sentence; the operationId where there is none.
pub(super) fn summary(operation: &Operation) -> String {
    let summary = markdown::sentence(&operation.summary);
    if summary.is_empty() { format!("{}.", docs::span(&operation.id)) } else { summary }
}

fn implementation(operation: &Operation, names: &Names) -> TokenStream {
    let name = docs::ident(&operation.type_name);
    let answer =
        operation.answer.as_ref().map_or_else(|| quote! { () }, |answer| types::ty(answer, names));
    let Operation { id, path, rust_path, .. } = operation;
    let summary = operation.summary.trim();
    let method = docs::ident(&capitalized(&operation.method));
    let Operation { group, area, .. } = operation;
    let billing = billing::constants(&operation.billing, names);
    let content = content(operation, names);
    let body = operation.body.as_ref().map(body);
    let form = operation.body.as_ref().map(|body| body.form);
    let inputs: TokenStream = operation
        .inputs
        .iter()
        .map(|one| {
            let written = match one.location {
                Location::Rest => rest(one, operation),
                _ => input(one, form, names),
            };
            let inside = inside(one, form, names);
            quote! { #written #inside }
        })
        .collect();
    let writes = !inputs.is_empty() || body.as_ref().is_some_and(|body| !body.is_empty());
    let to = docs::ident(if writes { "to" } else { "_to" });
    let [operation, method_name, inputs_name] =
        names.all([names::OPERATION, names::METHOD, names::INPUTS]);
    quote! {
        impl #operation for #name {
            type Answer = #answer;

            const ID: &'static str = #id;
            const SUMMARY: &'static str = #summary;
            const METHOD: #method_name = #method_name::#method;
            const PATH: &'static str = #path;
            const RUST_PATH: &'static str = #rust_path;
            const GROUP: &'static str = #group;
            const AREA: &'static str = #area;
            #billing
            #content

            fn write(&self, #to: &mut #inputs_name) {
                #body
                #inputs
            }
        }
    }
}

/// What the answer holds and what is asked for, where it is not the usual.
fn content(operation: &Operation, names: &Names) -> TokenStream {
    let usual = operation.wrapping == Wrapping::Envelope;
    let content = docs::ident(match operation.form {
        AnswerForm::Nothing => "None",
        AnswerForm::Json if usual => "Json",
        AnswerForm::Json | AnswerForm::Raw => "Bare",
        AnswerForm::Text => "Text",
        AnswerForm::Bytes => "Bytes",
    });
    let accept = &operation.accept;
    let accept =
        (accept != "application/json").then(|| quote! { const ACCEPT: &'static str = #accept; });
    let content = match (operation.optional, content == "Json") {
        (true, _) => {
            let of = names.known(names::CONTENT);
            quote! { const CONTENT: #of = #of::Optional(&#of::#content); }
        }
        (false, true) => TokenStream::new(),
        (false, false) => {
            let of = names.known(names::CONTENT);
            quote! { const CONTENT: #of = #of::#content; }
        }
    };
    quote! { #content #accept }
}

fn file_task(operation: &Operation, file: &mut File) {
    let (Some(task_id), Some(answer)) = (&operation.task_id, &operation.answer) else { return };
    let names = &file.names;
    let (name, answer) = (docs::ident(&operation.type_name), types::ty(answer, names));
    let [some, option, submits] = names.all([names::SOME, names::OPTION, names::SUBMITS]);
    let fields = operation.types.iter().flat_map(|definition| match &definition.shape {
        Shape::AnswerStruct(fields) => fields.as_slice(),
        _ => &[],
    });
    let required = fields.into_iter().any(|field| field.required && field.rust == task_id.rust);
    let task_id = docs::ident(&task_id.rust);
    let task_id = if required {
        quote! { #some(&answer.#task_id) }
    } else {
        quote! { answer.#task_id.as_deref() }
    };
    file.item(quote! {
        impl #submits for #name {
            fn task_id(answer: &#answer) -> #option<&str> {
                #task_id
            }
        }
    });
}

fn file_paging(operation: &Operation, file: &mut File) {
    let (Some(paging), Some(answer)) = (&operation.paging, &operation.answer) else { return };
    let names = &file.names;
    let (name, answer) = (docs::ident(&operation.type_name), types::ty(answer, names));
    let item = types::ty(&paging.item, names);
    let [option, some, vec] = names.all([names::OPTION, names::SOME, names::VEC]);
    let [is_paged, outlook, at] = names.all([names::PAGED, names::OUTLOOK, names::POSITION]);
    let (position, items) = (docs::ident(&paging.position), docs::ident(&paging.items));
    let size = paging.size.as_ref().map(|size| docs::ident(size));
    let max_size = paging.max_size.map(|most| {
        let most = Literal::i64_unsuffixed(most);
        quote! { const MAX_PAGE_SIZE: #option<i64> = #some(#most); }
    });
    let optional = size.as_ref().map(|size| quote! { #some(&mut self.#size) });
    let optional = optional.unwrap_or_else(|| names.known(names::NONE));
    let position = match paging.style {
        PageStyle::Number => {
            quote! { #at::Page { page: &mut self.#position, size: &mut self.#size } }
        }
        PageStyle::Offset => {
            quote! { #at::Offset { offset: &mut self.#position, limit: &mut self.#size } }
        }
        PageStyle::Cursor => {
            quote! { #at::Cursor { cursor: &mut self.#position, size: #optional } }
        }
    };
    let total = paging.total.as_ref().map(|total| {
        let total = docs::ident(total);
        quote! { total: answer.#total, }
    });
    let pages = paging.pages.as_ref().map(|[info, count]| {
        let (info, count) = (docs::ident(info), docs::ident(count));
        quote! { pages: answer.#info.as_ref().and_then(|info| info.#count), }
    });
    let next = paging.next.as_ref().map(|next| {
        let next = docs::ident(next);
        quote! { next: answer.#next.as_deref(), }
    });
    let more = paging.more.as_ref().map(|more| {
        let more = docs::ident(more);
        quote! { more: answer.#more, }
    });
    file.item(quote! {
        impl #is_paged for #name {
            type Item = #item;

            #max_size

            fn position(&mut self) -> #at<'_> {
                #position
            }

            fn outlook(answer: &#answer) -> #outlook<'_> {
                #outlook { #total #pages #next #more ..#outlook::default() }
            }

            fn items(answer: &#answer) -> &[#item] {
                &answer.#items
            }

            fn into_items(answer: #answer) -> #vec<#item> {
                answer.#items
            }
        }
    });
}

/// What is said of a body before its inputs are written.
fn body(body: &Body) -> TokenStream {
    let usual = match body.form {
        BodyForm::JsonMembers | BodyForm::Json => "application/json",
        BodyForm::Form => "application/x-www-form-urlencoded",
        BodyForm::Multipart => "multipart/form-data",
        BodyForm::Text => "text/plain",
        BodyForm::Bytes => "application/octet-stream",
        BodyForm::File => &body.media_type,
    };
    let media_type = &body.media_type;
    let media_type = (media_type != usual).then(|| quote! { to.content_type(#media_type); });
    let begin = match body.form {
        BodyForm::JsonMembers => Some(quote! { to.json_body(); }),
        BodyForm::Form => Some(quote! { to.form_body(); }),
        BodyForm::Multipart => Some(quote! { to.multipart_body(); }),
        BodyForm::Json | BodyForm::Text | BodyForm::Bytes | BodyForm::File => None,
    };
    let begin = begin.filter(|_| body.required);
    quote! { #media_type #begin }
}

fn input(input: &Input, form: Option<BodyForm>, names: &Names) -> TokenStream {
    let wire = &input.field.wire;
    let ident = docs::ident(&input.field.rust);
    let bounds = bounds(&input.field.bounds);
    if input.location == Location::Body {
        match (form, &input.style) {
            (Some(BodyForm::Json), _) => return quote! { to.json(&self.#ident) #bounds; },
            (Some(BodyForm::Text), _) => return quote! { to.text(&self.#ident) #bounds; },
            (Some(BodyForm::Bytes), _) => return quote! { to.bytes(&self.#ident); },
            (Some(BodyForm::File), _) => return quote! { to.file(&self.#ident); },
            (_, Style::File(media_type)) => {
                let files = match (&input.field.ty, input.field.required) {
                    (Type::List(_), false) => quote! { self.#ident.iter().flatten() },
                    (Type::List(_), true) | (_, false) => quote! { &self.#ident },
                    (_, true) => quote! { [&self.#ident] },
                };
                return quote! { to.files(#wire, #media_type, #files); };
            }
            _ => {}
        }
    }
    let part = form == Some(BodyForm::Multipart);
    let plain = match (input.location, form) {
        (Location::Path, _) => "path",
        (Location::Query | Location::QueryReserved, _) => "query",
        (Location::Header, _) => "header",
        (Location::Cookie, _) => "cookie",
        (Location::Body, Some(BodyForm::Form)) => "form",
        (Location::Body, Some(BodyForm::Multipart)) => "part",
        (Location::Body | Location::Rest, _) => "body",
    };
    let styled = docs::ident(&match input.location {
        Location::QueryReserved => "query_reserved".to_owned(),
        _ => format!("{plain}_as"),
    });
    let by = |style: &str| {
        let (of, style) = (names.known(names::PARAM_STYLE), docs::ident(style));
        quote! { to.#styled(#wire, &self.#ident, #of::#style) #bounds; }
    };
    let plain = docs::ident(plain);
    match (&input.style, input.location) {
        (Style::Single, Location::QueryReserved) => by("Exploded"),
        (Style::Json, Location::Body) if part => {
            quote! { to.part_json(#wire, &self.#ident) #bounds; }
        }
        (Style::JsonEach, _) => quote! { to.parts_json(#wire, &self.#ident); },
        // What these locations do by themselves.
        (Style::Repeated, Location::Query | Location::Body)
        | (Style::CommaSeparated, Location::Path | Location::Header | Location::Cookie)
        | (Style::Single | Style::File(_), _) => {
            quote! { to.#plain(#wire, &self.#ident) #bounds; }
        }
        (Style::Repeated, _) => by("Exploded"),
        (Style::CommaSeparated, _) => by("Comma"),
        (Style::SpaceSeparated, _) => by("Space"),
        (Style::PipeSeparated, _) => by("Pipe"),
        (Style::DeepObject, _) => by("DeepObject"),
        (Style::Label, _) => by("Label"),
        (Style::LabelRepeated, _) => by("LabelExploded"),
        (Style::Matrix, _) => by("Matrix"),
        (Style::MatrixRepeated, _) => by("MatrixExploded"),
        (Style::Json, _) => by("Json"),
    }
}

/// The bounds of what is in an input.
fn inside(input: &Input, form: Option<BodyForm>, names: &Names) -> TokenStream {
    let ident = docs::ident(&input.field.rust);
    let name = match (input.location, form) {
        (Location::Body, Some(BodyForm::Json)) => "body",
        (Location::Rest, _) => "further members",
        _ => input.field.wire.as_str(),
    };
    let checks = input.inside.iter().map(|inside| {
        let of = names.known(names::INSIDE);
        let path = inside.path.iter().map(|part| match part {
            Part::Member(name) => quote! { #of::Member(#name) },
            Part::Each => quote! { #of::Each },
        });
        let bounds = bounds(&inside.bounds);
        quote! { to.inside(#name, &self.#ident, &[#(#path),*]) #bounds; }
    });
    checks.collect()
}

fn bounds(bounds: &[Bound]) -> TokenStream {
    let bounds = bounds.iter().map(|bound| match bound {
        Bound::AtLeast(least) => {
            let least = number(*least);
            quote! { .at_least(#least) }
        }
        Bound::AtMost(most) => {
            let most = number(*most);
            quote! { .at_most(#most) }
        }
        Bound::MaxLength(length) => {
            let length = Literal::u64_unsuffixed(*length);
            quote! { .max_length(#length) }
        }
    });
    bounds.collect()
}

/// The members that no other input is.
fn rest(input: &Input, operation: &Operation) -> TokenStream {
    let ident = docs::ident(&input.field.rust);
    let body = operation.inputs.iter().filter(|input| input.location == Location::Body);
    let known = body.map(|input| &input.field.wire);
    quote! { to.rest(&self.#ident, &[#(#known),*]); }
}

fn number(number: Number) -> TokenStream {
    match number {
        // The limits of a format read better by name.
        Number::Integer(integer) if integer == i64::from(i32::MIN) => quote! { i32::MIN },
        Number::Integer(integer) if integer == i64::from(i32::MAX) => quote! { i32::MAX },
        Number::Integer(i64::MIN) => quote! { i64::MIN },
        Number::Integer(i64::MAX) => quote! { i64::MAX },
        // Of a literal without a suffix, Rust makes an `i32`.
        Number::Integer(integer) if i32::try_from(integer).is_err() => {
            Literal::i64_suffixed(integer).into_token_stream()
        }
        Number::Integer(integer) => Literal::i64_unsuffixed(integer).into_token_stream(),
        Number::Float(float) => {
            let literal = Literal::f64_unsuffixed(float);
            quote! { #literal }
        }
    }
}

fn capitalized(method: &str) -> String {
    let mut chars = method.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect()
}
