//! The types of the crate as plain data: what each is, and what it is made of.

use serde_json::Value;

use super::{Builder, Path};
use crate::model::{Bound, RecognisedBy};
use crate::report::Pointer;

/// A field: a named, typed part of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    /// Its name in a stored struct: its wire name, unless another field has that.
    pub(crate) key: String,
    pub(crate) rust: String,
    pub(crate) pointer: Pointer,
    pub(crate) required: bool,
    /// Whether it contains the further properties, by name.
    pub(crate) rest: bool,
    pub(crate) ty: Type,
    /// Markdown.
    pub(crate) description: String,
    /// The `format` of a text or a number: `date-time`.
    pub(crate) format: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) bounds: Vec<Bound>,
    /// The bounds of each element, for a list or a map.
    pub(crate) each: Vec<Bound>,
}

impl Field {
    /// Whether the document deprecates it, which its description says last.
    pub(crate) fn is_deprecated(&self) -> bool {
        self.description.ends_with("Deprecated.")
    }
}

/// A Rust type, without the `Option` that optional places add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Boolean,
    Integer,
    /// `u64`.
    Unsigned,
    Number,
    String,
    Json,
    /// `bytes::Bytes`.
    Bytes,
    /// The runtime's file.
    File,
    /// An element that may be null.
    Nullable(Box<Type>),
    /// An input that may be null, which differs from leaving it out.
    OrNull(Box<Type>),
    /// A part that may contain the whole.
    Boxed(Box<Type>),
    List(Box<Type>),
    Map(Box<Type>),
    /// A type that the crate defines.
    Named(Path),
    /// `Sort<SearchSort>`.
    Wrapped(&'static str, Box<Type>),
}

impl Type {
    /// The type of the values that this one consists of.
    pub(crate) fn innermost(&self) -> &Self {
        match self {
            Self::Nullable(inner)
            | Self::OrNull(inner)
            | Self::Boxed(inner)
            | Self::List(inner)
            | Self::Map(inner)
            | Self::Wrapped(_, inner) => inner.innermost(),
            ty => ty,
        }
    }

    /// The type without the wrappers that make it nullable or boxed.
    pub(crate) fn unwrapped(&self) -> &Self {
        match self {
            Self::Nullable(inner) | Self::OrNull(inner) | Self::Boxed(inner) => inner.unwrapped(),
            ty => ty,
        }
    }

    /// The path of a defined type.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Named(path) => Some(path),
            _ => None,
        }
    }

    /// The defined type that this one is, or that is innermost in it.
    pub(crate) fn named(&self) -> Option<&Path> {
        self.innermost().path()
    }
}

/// A type to define.
#[derive(Clone, Debug)]
pub(crate) struct TypeDef {
    pub(crate) path: Path,
    pub(crate) pointer: Pointer,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) shape: Shape,
    /// The builder, where callers need one; named by `builders`.
    pub(crate) builder: Option<Builder>,
}

impl TypeDef {
    /// Its name in its module.
    pub(crate) fn name(&self) -> &str {
        &self.path.name
    }
}

/// The form of a defined type.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A struct that callers build.
    InputStruct(Vec<Field>),
    /// A struct that responses are decoded into.
    OutputStruct(Vec<Field>),
    /// An enum of known values, and the runtime's macros that give it more methods.
    Enum { kind: EnumKind, variants: Vec<Variant>, extras: Vec<&'static str> },
    /// An enum of types that also holds other values.
    Union { tag: Option<String>, alternatives: Vec<Alternative> },
    /// A newtype, so that it can contain itself.
    Newtype(Type),
}

impl Shape {
    pub(crate) fn is_struct(&self) -> bool {
        matches!(self, Self::InputStruct(_) | Self::OutputStruct(_))
    }

    /// The fields of a struct; empty for other types.
    pub(crate) fn fields(&self) -> &[Field] {
        match self {
            Self::InputStruct(fields) | Self::OutputStruct(fields) => fields,
            _ => &[],
        }
    }

    /// The types of its fields, alternatives or content.
    pub(crate) fn types(&self) -> Vec<&Type> {
        match self {
            Self::Union { alternatives, .. } => alternatives.iter().map(|one| &one.ty).collect(),
            Self::Newtype(ty) => vec![ty],
            shape => shape.fields().iter().map(|field| &field.ty).collect(),
        }
    }
}

/// One type of a union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) rust: String,
    pub(crate) ty: Type,
    /// Its name in the document.
    pub(crate) name: String,
    /// How it is recognised.
    pub(crate) recognised_by: RecognisedBy,
    /// Whether the values of the discriminator are numbers or booleans; found by `tags`.
    pub(crate) bare: bool,
    /// Whether no other alternative has this type, so that the type identifies it.
    pub(crate) distinct: bool,
}

/// The values that an enum holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnumKind {
    /// Known strings, and unknown ones.
    Open,
    /// Known integers, and unknown ones.
    OpenInteger,
    /// Known strings only: the document's own vocabulary.
    Closed,
}

/// A known value.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// The value in the document, as text.
    pub(crate) wire: String,
    pub(crate) rust: String,
    pub(crate) description: String,
}
