//! Prints a table of calls for tests: every operation through its builder, once with the required
//! inputs and once with all.
//!
//! A free string is sent as its own wire name, so that a check of the request detects a setter
//! that sets another input.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use serde_json::Value;

use super::docs;
use super::file::File;
use super::names::Names;
use crate::model::{Bound, Number};
use crate::plan::{Crate, Field, Operation, Path, Shape, Type, Types};

/// How many inputs the call with everything sets, not counting what the last structs require; later
/// structs have only their required inputs. Otherwise types that refer to each other in many ways
/// would make endless calls of a small document.
const INPUT_LIMIT: usize = 2_000;

/// Down to which nesting depth a struct has all of its inputs.
const DEPTH_LIMIT: usize = 12;

/// The table of all operations.
pub(crate) fn calls(krate: &Crate) -> String {
    let docs = "Every operation through its builder: with what is required, and with everything.";
    let mut file = File::new(&[docs.to_owned()], Names::default());
    let types = krate.types();
    let allow = if is_any_deprecated(krate, &types) {
        "#![allow(deprecated, reason = \"everything is called, also what should not be any more\")]\n"
    } else {
        ""
    };
    file.text(format!("{allow}use trenz_api::Operation;\n\nuse super::{{Call, run}};\n"));
    let mut calls = String::new();
    for (path, module) in &krate.modules {
        for operation in &module.operations {
            let path = if module.direct { &[] } else { path.as_slice() };
            calls.push_str(&call(&types, path, operation));
        }
    }
    file.text(format!(
        "/// The calls, by module and then in document order.
pub(super) const CALLS: &[Call] = &[
{calls}];
"
    ));
    file.print()
}

/// Whether the compiler warns about any of the calls.
fn is_any_deprecated(krate: &Crate, types: &Types<'_>) -> bool {
    let fields = types.values().flat_map(|definition| definition.shape.fields());
    krate.operations().any(|operation| operation.deprecated)
        || krate.operations().flat_map(Operation::fields).chain(fields).any(Field::is_deprecated)
}

/// A program that makes one call with its required inputs: a simple one, a read if possible.
pub(crate) fn example(krate: &Crate) -> Option<String> {
    let types = krate.types();
    let modules = krate.modules.iter();
    let operations =
        modules.flat_map(|(path, module)| module.operations.iter().map(move |one| (path, one)));
    let (path, operation) = operations.min_by_key(|(_, operation)| {
        let required = || operation.inputs.iter().filter(|input| input.field.required);
        let plain =
            |ty: &Type| matches!(ty, Type::Boolean | Type::Integer | Type::Unsigned | Type::String);
        let odd = required().filter(|input| !plain(&input.field.ty)).count();
        (operation.deprecated, odd, operation.method != "GET", required().count())
    })?;
    let samples = Samples::of(&types);
    let required = samples.setters(operation.fields().filter(|field| field.required));
    let key = krate.facts.key.as_ref().map_or("", |_| ".api_key(\"your key\")");
    let server = match &krate.facts.base_url {
        Some(_) => "",
        None => ".base_url(\"https://where.it.is.example\")",
    };
    let chain = chain("        ", path, operation, &required);
    Some(format!(
        "#[tokio::main(flavor = \"current_thread\")]
async fn main() -> Result<(), trenz_api::Error> {{
    let client = trenz_api::Client::builder(){key}{server}.build()?;
    let answer = client
{chain}        .send()
        .await?;
    println!(\"{{:?}}\", answer.data);
    Ok(())
}}
"
    ))
}

/// The steps to an operation and the setters of its inputs, a line each.
pub(super) fn chain(
    indent: &str,
    path: &[String],
    operation: &Operation,
    setters: &[String],
) -> String {
    let steps = path.iter().chain([&operation.method_name]).map(|step| format!(".{step}()"));
    let lines = steps.chain(setters.iter().cloned());
    lines.map(|line| format!("{indent}{line}\n")).collect::<Vec<_>>().concat()
}

fn call(types: &Types<'_>, path: &[String], operation: &Operation) -> String {
    let samples = Samples::of(types);
    let required = samples.setters(operation.fields().filter(|field| field.required));
    samples.left.set(INPUT_LIMIT);
    let every = samples.setters(operation.fields());
    let [required, every] =
        [required, every].map(|setters| chain("                ", path, operation, &setters));
    format!(
        "    Call {{
        id: <trenz_api::{} as Operation>::ID,
        required: |client| {{
            run(client
{required}                .send())
        }},
        every: |client| {{
            run(client
{every}                .send())
        }},
    }},
",
        operation.rust_path,
    )
}

/// The crate's name, for its dependents.
pub(super) const CRATE: &str = "trenz_api";

/// The path to a type, for the crate's dependents.
fn outside(path: &Path) -> String {
    format!("trenz_api::{}", path.below_root())
}

/// Makes expressions for input values.
pub(super) struct Samples<'a> {
    types: &'a Types<'a>,
    /// The types that an example imports; tests use full paths.
    imported: Option<RefCell<BTreeSet<&'a Path>>>,
    /// The types whose value is being printed: a recursive one ends there.
    open: RefCell<BTreeSet<&'a Path>>,
    /// How many inputs are still to be set.
    left: Cell<usize>,
}

impl<'a> Samples<'a> {
    fn of(types: &'a Types<'a>) -> Self {
        Self { types, imported: None, open: RefCell::default(), left: Cell::new(INPUT_LIMIT) }
    }

    /// Plausible values: texts that fit their purpose, and structs with their required fields.
    pub(super) fn plausible(types: &'a Types<'a>) -> Self {
        Self { imported: Some(RefCell::default()), ..Self::of(types) }
    }

    /// The paths of the types that have been used by name so far.
    pub(super) fn uses(&self) -> Vec<String> {
        let imported = self.imported.iter().flat_map(|imported| imported.borrow().clone());
        imported.map(outside).collect()
    }

    /// How a value names its type.
    fn type_name(&self, path: &'a Path) -> String {
        const OTHERS: [&str; 9] =
            ["Box", "Default", "Err", "None", "Ok", "Option", "Result", "Some", "Vec"];
        let Some(imported) = &self.imported else { return outside(path) };
        let mut imported = imported.borrow_mut();
        let is_ambiguous = OTHERS.contains(&path.name.as_str())
            || imported.iter().any(|other| other.name == path.name && *other != path);
        if is_ambiguous {
            return outside(path);
        }
        imported.insert(path);
        path.name.clone()
    }

    /// The setters of these fields, each with a value.
    pub(super) fn setters<'f>(&self, fields: impl Iterator<Item = &'f Field>) -> Vec<String> {
        let setters = fields.map(|field| {
            format!(".{}({})", field.rust, self.value(field, &field.ty, &field.bounds))
        });
        setters.collect()
    }

    /// An expression for a value that the field, or a part of it with these bounds, accepts.
    fn value(&self, field: &Field, ty: &Type, bounds: &[Bound]) -> String {
        match ty {
            Type::Boolean => "true".to_owned(),
            Type::Number => format!("{:?}", number(bounds)),
            Type::String if self.imported.is_some() => docs::literal(&plausible(field, bounds)),
            Type::String => docs::literal(&text(&field.wire, bounds)),
            Type::Integer | Type::Unsigned
                if self.imported.is_some() && field.default.is_some() =>
            {
                let default = field.default.as_ref();
                let default = default.and_then(|value| match ty {
                    Type::Unsigned => value.as_u64().map(i128::from),
                    _ => value.as_i64().map(i128::from),
                });
                default.unwrap_or_else(|| integer(bounds)).to_string()
            }
            Type::Integer | Type::Unsigned => integer(bounds).to_string(),
            Type::Json => {
                let unwrap = if self.imported.is_some() { "?" } else { ".unwrap()" };
                // With a member, because an empty object in a query is not sent.
                let json = serde_json::json!({ &*field.wire: "any" }).to_string();
                format!("{}.parse::<trenz_api::Json>(){unwrap}", docs::literal(&json))
            }
            Type::Bytes | Type::File => {
                format!("{}.as_bytes().to_vec()", docs::literal(&field.wire))
            }
            Type::Nullable(inner) => format!("Some({})", self.value(field, inner, bounds)),
            Type::OrNull(inner) | Type::Boxed(inner) => self.value(field, inner, bounds),
            Type::List(inner) => {
                let value = self.value(field, inner, &field.each);
                // The setter converts the elements of its own list, not those of nested lists.
                let nested = if matches!(**inner, Type::List(_)) { ".to_vec()" } else { "" };
                format!("[{value}{nested}]")
            }
            Type::Map(inner) => {
                let value = self.value(field, inner, &field.each);
                format!("[(\"key\".to_owned(), {value}.into())]")
            }
            Type::Wrapped(_, inner) => format!("{}.desc()", self.value(field, inner, bounds)),
            Type::Named(path) => self.named(path),
        }
    }

    /// A struct in which only the required fields are set, and lists of structs are empty.
    fn minimal(&self, path: &Path) -> String {
        let Some((&name, definition)) = self.types.get_key_value(path) else {
            return String::new();
        };
        if !definition.shape.is_struct() {
            return self.named(path);
        }
        let fields = definition.shape.fields();
        let path = self.type_name(name);
        let required = fields.iter().filter(|field| field.required);
        let setters = required.map(|field| {
            let value = self
                .empty_value(&field.ty)
                .unwrap_or_else(|| self.value(field, &field.ty, &field.bounds));
            format!(".{}({value})", field.rust)
        });
        let setters: String = setters.collect();
        if fields.iter().any(|field| field.required) {
            format!("{path}::builder(){setters}.build()")
        } else {
            format!("{path}::new()")
        }
    }

    /// The empty value of a type that can contain structs.
    fn empty_value(&self, ty: &Type) -> Option<String> {
        match ty {
            Type::List(inner) => self.path(inner).map(|ty| format!("Vec::<{ty}>::new()")),
            Type::Map(inner) => {
                let ty = self.path(inner)?;
                Some(format!("std::collections::BTreeMap::<String, {ty}>::new()"))
            }
            Type::Nullable(inner) => self.path(inner).map(|_| "None".to_owned()),
            _ => None,
        }
    }

    /// The struct's path, if the type is a struct or contains structs.
    fn path(&self, ty: &Type) -> Option<String> {
        match ty {
            Type::Named(path) => self.types.get(path)?.shape.is_struct().then(|| outside(path)),
            Type::List(inner) => self.path(inner).map(|ty| format!("Vec<{ty}>")),
            Type::Map(inner) => {
                self.path(inner).map(|ty| format!("std::collections::BTreeMap<String, {ty}>"))
            }
            Type::Nullable(inner) => self.path(inner).map(|ty| format!("Option<{ty}>")),
            _ => None,
        }
    }

    fn named(&self, path: &Path) -> String {
        let Some((&name, definition)) = self.types.get_key_value(path) else {
            return String::new();
        };
        if self.imported.is_some()
            && let Shape::InputStruct(fields) = &definition.shape
            && let [field] = fields.as_slice()
            && field.ty == Type::String
        {
            // A struct around one string is made from the string.
            return self.value(field, &field.ty, &field.bounds);
        }
        let path = self.type_name(name);
        match &definition.shape {
            Shape::Enum { variants, .. } => match variants.first() {
                Some(first) => format!("{path}::{}", first.rust),
                // It has no known values: any is accepted.
                None => format!("{path}::from(\"any\")"),
            },
            Shape::Union { .. } if self.imported.is_some() => {
                "\"{}\".parse::<trenz_api::Json>()?".to_owned()
            }
            Shape::Union { .. } => "\"{}\".parse::<trenz_api::Json>().unwrap()".to_owned(),
            Shape::Newtype(_) => "Default::default()".to_owned(),
            Shape::InputStruct(fields) | Shape::OutputStruct(fields) => {
                let left = self.left.get().checked_sub(fields.len());
                let (Some(left), true) = (left, self.open.borrow().len() < DEPTH_LIMIT) else {
                    return self.minimal(name);
                };
                if !self.open.borrow_mut().insert(name) {
                    return self.minimal(name);
                }
                self.left.set(left);
                let is_set = |field: &&Field| self.imported.is_none() || field.required;
                let setters = self.setters(fields.iter().filter(is_set)).concat();
                self.open.borrow_mut().remove(name);
                if fields.iter().any(|field| field.required) {
                    format!("{path}::builder(){setters}.build()")
                } else {
                    format!("{path}::new(){setters}")
                }
            }
        }
    }
}

/// A text or a number that the input accepts, or each of its values, where it takes one of these; in
/// JSON.
pub(super) fn sample(field: &Field) -> Option<String> {
    let mut ty = &field.ty;
    let mut bounds = &field.bounds;
    loop {
        return match ty {
            Type::Nullable(inner) | Type::OrNull(inner) | Type::Boxed(inner) => {
                ty = inner;
                continue;
            }
            Type::List(inner) | Type::Map(inner) => {
                (ty, bounds) = (inner, &field.each);
                continue;
            }
            Type::String => Some(Value::from(plausible(field, bounds)).to_string()),
            Type::Integer | Type::Unsigned => Some(integer(bounds).to_string()),
            Type::Number => Some(format!("{:?}", number(bounds))),
            _ => None,
        };
    }
}

/// A text that looks like what the input is for, as far as its name and its format say.
fn plausible(field: &Field, bounds: &[Bound]) -> String {
    if let Some(default) = field.default.as_ref().and_then(Value::as_str) {
        return default.to_owned();
    }
    let name = field.wire.to_lowercase();
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |of: &[&str]| words.iter().any(|word| of.contains(word));
    let made = match field.format.as_deref() {
        Some("date") => "2026-01-31".to_owned(),
        Some("date-time") => "2026-01-31T12:00:00Z".to_owned(),
        Some("email") => "someone@example.com".to_owned(),
        Some("uuid") => "67e55044-10b1-426f-9247-bb680e5fe0c8".to_owned(),
        Some("uri") => "https://example.com".to_owned(),
        _ if has(&["url", "urls", "uri", "link"]) => {
            format!("https://example.com/{}", words.first().copied().unwrap_or_default())
        }
        _ if has(&["id", "ids"]) => "7318465024".to_owned(),
        _ if has(&["date", "day"]) => "2026-01-31".to_owned(),
        _ if has(&["time"]) => "2026-01-31 12:00:00".to_owned(),
        _ if has(&["language", "lang"]) => "en".to_owned(),
        _ => words.join(" "),
    };
    text(&made, bounds)
}

/// No longer than the bounds allow.
fn text(text: &str, bounds: &[Bound]) -> String {
    let lengths = bounds.iter().filter_map(|bound| match bound {
        Bound::MaxLength(length) => usize::try_from(*length).ok(),
        _ => None,
    });
    text.chars().take(lengths.min().unwrap_or(usize::MAX)).collect()
}

/// A number within the bounds, 1 where there are none.
fn number(bounds: &[Bound]) -> f64 {
    let float = |number: Number| match number {
        #[expect(clippy::cast_precision_loss, reason = "bounds are small, and a sample may be off")]
        Number::Integer(integer) => integer as f64,
        Number::Float(float) => float,
    };
    bounds.iter().fold(1.0, |value: f64, bound| match bound {
        Bound::AtLeast(least) => value.max(float(*least)),
        Bound::AtMost(most) => value.min(float(*most)),
        Bound::MaxLength(_) => value,
    })
}

/// The same of integers, as exact as they are.
fn integer(bounds: &[Bound]) -> i128 {
    #[expect(clippy::cast_possible_truncation, reason = "a sample may be off")]
    let up = |number: Number| match number {
        Number::Integer(integer) => integer,
        Number::Float(float) => float.ceil() as i128,
    };
    bounds.iter().fold(1, |value: i128, bound| match bound {
        Bound::AtLeast(least) => value.max(up(*least)),
        Bound::AtMost(most) => value.min(up(*most)),
        Bound::MaxLength(_) => value,
    })
}
