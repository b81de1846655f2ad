//! Prints the types of inputs and responses, mostly as calls of the runtime's macros.

use std::fmt::Write as _;

use super::file::File;
use super::names::{self, Names, RuntimeName};
use super::type_docs::TypeDocs;
use super::{docs, markdown};
use crate::model::RecognisedBy;
use crate::plan::{Alternative, Builder, EnumKind, Field, Shape, Type, TypeDef, Variant};

/// The maximum width of a field with its attributes on the same line.
const FIELD_WIDTH: usize = 92;

/// Adds a type and its implementations.
pub(super) fn define(definition: &TypeDef, type_docs: &TypeDocs, file: &mut File) {
    match &definition.shape {
        Shape::InputStruct(fields) => input_struct(definition, fields, type_docs, file),
        Shape::OutputStruct(fields) => output_struct(definition, fields, type_docs, file),
        Shape::Union { tag, alternatives } => {
            union(definition, tag.as_deref(), alternatives, type_docs, file);
        }
        Shape::Newtype(inner) => newtype(definition, inner, type_docs, file),
        Shape::Enum { kind, variants, extras } => {
            enumeration(definition, *kind, variants, type_docs, file);
            for extra in extras {
                file.item(format!("crate::{extra}!({});\n", definition.name()));
            }
        }
    }
}

/// The Rust type.
pub(super) fn ty(ty: &Type, names: &Names) -> String {
    let around = |known, inner| format!("{}<{}>", names.known(known), self::ty(inner, names));
    match ty {
        Type::Boolean => "bool".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Unsigned => "u64".to_owned(),
        Type::Number => "f64".to_owned(),
        Type::String => names.known(names::STRING),
        Type::Json => names.known(names::JSON),
        Type::Bytes => names.known(names::BYTES),
        Type::File => names.known(names::FILE_PART),
        Type::Nullable(inner) => around(names::OPTION, inner),
        Type::OrNull(inner) => around(names::NULLABLE, inner),
        Type::Boxed(inner) => around(names::BOX, inner),
        Type::List(inner) => around(names::VEC, inner),
        Type::Map(inner) => {
            let [map, string] = names.all([names::B_TREE_MAP, names::STRING]);
            format!("{map}<{string}, {}>", self::ty(inner, names))
        }
        Type::Named(path) => names.path(path),
        Type::Wrapped(outer, inner) => around(RuntimeName::root(outer), inner),
    }
}

/// A struct that callers build, for the runtime's macros: the kind of each field, and the builder's
/// type parameters for the required ones.
pub(super) fn input_body(
    name: &str,
    builder: Option<&Builder>,
    fields: &[&Field],
    type_docs: &TypeDocs,
    names: &Names,
) -> String {
    let mut text = String::new();
    if fields.iter().all(|field| !field.required) {
        text.push_str("#[derive(Default)]\n");
    }
    let _ = writeln!(text, "pub struct {name} {{");
    let mut states = builder.into_iter().flat_map(|builder| &builder.states);
    for field in fields {
        // `Option`, `Vec` and `BTreeMap<String, …>` are keywords of the macros here, whatever the
        // file defines under these names.
        let (attribute, ty) = if field.rest {
            ("#[further]".to_owned(), additional_properties_type(&field.ty, names))
        } else if field.required {
            let state = states.next().map_or("", String::as_str);
            (format!("#[required({}, {state})]", kind(field, names)), ty(&field.ty, names))
        } else {
            let kind = kind(field, names);
            (format!("#[optional({kind})]"), format!("Option<{}>", ty(&field.ty, names)))
        };
        text.push_str(&docs::lines("    ", &docs::field(field, type_docs)));
        text.push_str(&docs::deprecated("    ", field.is_deprecated(), &field.description));
        self::field(field, Some(attribute), &ty, &mut text);
    }
    text.push_str("}\n");
    text
}

/// The type of the further properties.
fn additional_properties_type(map: &Type, names: &Names) -> String {
    let Type::Map(inner) = map else { return ty(map, names) };
    format!("BTreeMap<String, {}>", ty(inner, names))
}

/// A field with the attributes for the macro.
fn field(field: &Field, attribute: Option<String>, ty: &str, text: &mut String) {
    let renamed = !field.rest && field.key != field.rust;
    let wire = renamed.then(|| format!("#[wire = {}]", docs::literal(&field.key)));
    let attributes: Vec<_> = attribute.into_iter().chain(wire).collect();
    let attributes = attributes.join(" ");
    let field = format!("pub {}: {ty},", field.rust);
    let gap = match attributes.len() + field.len() {
        _ if attributes.is_empty() => "",
        width if width > FIELD_WIDTH => "\n    ",
        _ => " ",
    };
    let _ = writeln!(text, "    {attributes}{gap}{field}");
}

/// What a setter takes, in the macro's terms.
fn kind(field: &Field, names: &Names) -> String {
    match &field.ty {
        Type::Boolean
        | Type::Integer
        | Type::Unsigned
        | Type::Number
        | Type::Wrapped(..)
        | Type::Nullable(_) => "value".to_owned(),
        Type::String | Type::Json | Type::Bytes | Type::File | Type::Named(_) => "into".to_owned(),
        Type::OrNull(_) => "null".to_owned(),
        Type::Boxed(inner) => format!("boxed as {}", ty(inner, names)),
        Type::List(inner) => {
            let kind = match **inner {
                Type::String | Type::Json | Type::Bytes | Type::File | Type::Named(_) => "each",
                _ => "list",
            };
            format!("{kind} as {}", ty(inner, names))
        }
        Type::Map(inner) => format!("map as {}", ty(inner, names)),
    }
}

fn input_struct(definition: &TypeDef, fields: &[Field], type_docs: &TypeDocs, file: &mut File) {
    let builder = definition.builder.as_ref();
    let marker =
        builder.map_or(String::new(), |builder| format!("#[part(builder = {})]\n", builder.name));
    let docs = docs::lines("", &type_docs.type_docs(definition));
    let all: Vec<_> = fields.iter().collect();
    let structure = input_body(definition.name(), builder, &all, type_docs, &file.names);
    file.define("part", &format!("{marker}{docs}{structure}"));
    if let [field] = fields
        && field.ty == Type::String
    {
        from_text(definition, field, file);
    }
}

/// A struct around one string converts from the string.
fn from_text(definition: &TypeDef, field: &Field, file: &mut File) {
    let (name, ident) = (definition.name(), &field.rust);
    let [string, from, some] = file.names.all([names::STRING, names::FROM, names::SOME]);
    for (source, text) in [("&str", "text.to_owned()"), (&string, "text")] {
        let value = if field.required { text.to_owned() } else { format!("{some}({text})") };
        let value = if value == *ident { value } else { format!("{ident}: {value}") };
        file.item(format!(
            "impl {from}<{source}> for {name} {{
    fn from(text: {source}) -> Self {{
        Self {{ {value} }}
    }}
}}
"
        ));
    }
}

fn output_struct(definition: &TypeDef, fields: &[Field], type_docs: &TypeDocs, file: &mut File) {
    let names = &file.names;
    let mut text = docs::lines("", &type_docs.type_docs(definition));
    let _ = writeln!(text, "pub struct {} {{", definition.name());
    for field in fields {
        let (attribute, ty) = match &field.ty {
            _ if field.rest => {
                (Some("#[further]".to_owned()), additional_properties_type(&field.ty, names))
            }
            // A missing list is decoded as an empty one, so it has a default.
            Type::List(inner) => (None, format!("Vec<{}>", ty(inner, names))),
            _ if field.required => (Some("#[required]".to_owned()), ty(&field.ty, names)),
            _ => (None, format!("Option<{}>", ty(&field.ty, names))),
        };
        text.push_str(&docs::lines("    ", &docs::field(field, type_docs)));
        self::field(field, attribute, &ty, &mut text);
    }
    text.push_str("}\n");
    file.define("output", &text);
}

/// A newtype.
fn newtype(definition: &TypeDef, inner: &Type, type_docs: &TypeDocs, file: &mut File) {
    let name = definition.name();
    let docs = docs::lines("", &type_docs.type_docs(definition));
    let inner = ty(inner, &file.names);
    let [serialize, deserialize, from] =
        file.names.all([names::SERIALIZE, names::DESERIALIZE, names::FROM]);
    file.item(format!(
        "{docs}#[derive(Clone, Debug, PartialEq, {serialize}, {deserialize})]
#[serde(transparent)]
pub struct {name}(pub {inner});
"
    ));
    file.item(format!(
        "impl {from}<{inner}> for {name} {{
    fn from(value: {inner}) -> Self {{
        Self(value)
    }}
}}
"
    ));
}

/// An enum of types.
fn union(
    definition: &TypeDef,
    tag: Option<&str>,
    alternatives: &[Alternative],
    type_docs: &TypeDocs,
    file: &mut File,
) {
    let names = &file.names;
    let mut text = docs::lines("", &type_docs.type_docs(definition));
    let by = tag.map_or(String::new(), |tag| format!(" by {}", docs::literal(tag)));
    let _ = writeln!(text, "pub enum {}{by} {{", definition.name());
    for alternative in alternatives {
        let held = ty(&alternative.ty, names);
        let given = match &alternative.ty {
            _ if !alternative.distinct => String::new(),
            Type::Boxed(inner) => format!(" from [{}]", ty(inner, names)),
            Type::String => format!(" from [{held}, &str]"),
            _ => format!(" from [{held}]"),
        };
        let recognised_by = match &alternative.recognised_by {
            RecognisedBy::Nothing => String::new(),
            RecognisedBy::JsonType(ty) => format!(" = {ty:?}"),
            RecognisedBy::Discriminator(values) => {
                let values: Vec<_> = values.iter().map(|value| docs::literal(value)).collect();
                let recognised_by = if alternative.bare { "Bare" } else { "Tag" };
                format!(" = {recognised_by}({})", values.join(" | "))
            }
        };
        let _ = writeln!(text, "    /// {}.", docs::span(&alternative.name));
        let _ = writeln!(text, "    {}({held}){given}{recognised_by},", alternative.rust);
    }
    text.push_str("}\n");
    file.define("one_of", &text);
}

/// An enum: each variant next to its wire value; the macro has the rest.
fn enumeration(
    definition: &TypeDef,
    kind: EnumKind,
    variants: &[Variant],
    type_docs: &TypeDocs,
    file: &mut File,
) {
    let mut text = docs::lines("", &type_docs.type_docs(definition));
    let _ = writeln!(text, "pub enum {} {{", definition.name());
    for Variant { wire, rust, description } in variants {
        let description = markdown::sentence(description);
        if !description.is_empty() {
            let _ = writeln!(text, "    /// {description}");
        }
        let wire = match kind {
            EnumKind::Open | EnumKind::Closed => docs::literal(wire),
            EnumKind::OpenInteger => wire.clone(),
        };
        let _ = writeln!(text, "    {rust} = {wire},");
    }
    text.push_str("}\n");
    let name = match kind {
        EnumKind::Open => "open_enum",
        EnumKind::OpenInteger => "open_integer_enum",
        EnumKind::Closed => "closed_enum",
    };
    file.define(name, &text);
}
