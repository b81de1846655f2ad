//! The results of lowering schemas, as plain data.

use std::ops::Range;

use serde_json::Value;

use crate::model::{Bound, Kind, RecognisedBy, Schema, Side};
use crate::report::{Pointer, Reporter};

/// The id of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(pub(super) u32);

impl Id {
    pub(super) fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The result for a schema.
#[derive(Clone, Debug)]
pub(super) struct Lowered {
    pub(super) place: Pointer,
    /// Markdown.
    pub(super) description: String,
    pub(super) default: Option<Value>,
    pub(super) bounds: Vec<Bound>,
    pub(super) nullable: bool,
    pub(super) format: Option<String>,
    pub(super) only: Option<Side>,
    pub(super) kind: NodeKind,
    /// Required properties that are not described.
    pub(super) required: Vec<String>,
    /// Whether it keeps further properties only because it is a base of others.
    pub(super) is_base: bool,
    /// The only value, for a boolean.
    pub(super) flag: Option<bool>,
}

/// The values that a schema allows.
#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    /// A value without parts, or any value.
    Value(Kind),
    Object(Fields),
    /// Any properties, where that is stated.
    AnyMembers(Id),
    Map(Id),
    Array(Id),
    Union(Union),
    /// The same as another schema.
    Alias(Id),
}

/// An object with described properties.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) fields: Vec<Field>,
    /// The schema of further properties, where they are kept.
    pub(super) rest: Option<Id>,
}

/// One property.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) wire: String,
    pub(super) required: bool,
    pub(super) schema: Id,
}

/// One of several alternatives.
#[derive(Clone, Debug)]
pub(super) struct Union {
    /// The schema that has the keyword.
    pub(super) of: Id,
    pub(super) keyword: &'static str,
    pub(super) members: Vec<Id>,
    /// The discriminator.
    pub(super) tag: Option<String>,
    /// The name of each, and how it is recognised, once known.
    pub(super) named: Vec<(String, RecognisedBy)>,
}

impl Lowered {
    pub(super) fn new(place: &Pointer, kind: NodeKind) -> Self {
        Self {
            place: place.clone(),
            description: String::new(),
            default: None,
            bounds: Vec::new(),
            nullable: false,
            format: None,
            only: None,
            kind,
            required: Vec::new(),
            is_base: false,
            flag: None,
        }
    }

    pub(super) fn open(place: &Pointer) -> Self {
        Self::new(place, NodeKind::Value(Kind::Open))
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.kind, NodeKind::Value(Kind::Open) | NodeKind::AnyMembers(_))
    }

    pub(super) fn object(&self) -> Option<&Fields> {
        match &self.kind {
            NodeKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Its description in messages.
    pub(super) fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::Value(Kind::Boolean) => "a boolean",
            NodeKind::Value(Kind::Integer | Kind::Unsigned) => "an integer",
            NodeKind::Value(Kind::Number) => "a number",
            NodeKind::Value(Kind::String) => "a string",
            NodeKind::Value(Kind::Enumeration(_)) => "an enumeration",
            NodeKind::Object(_) => "an object",
            NodeKind::Map(_) | NodeKind::AnyMembers(_) => "a map",
            NodeKind::Array(_) => "a list",
            NodeKind::Union(_) => "a union",
            _ => "something else",
        }
    }
}

impl From<Schema> for Lowered {
    fn from(schema: Schema) -> Self {
        let Schema { pointer, description, default, bounds, nullable, format, only, kind } = schema;
        let lowered = Self::new(&pointer, NodeKind::Value(kind));
        Self { description, default, bounds, nullable, format, only, ..lowered }
    }
}

impl NodeKind {
    /// The schemas that it consists of.
    pub(super) fn inner(&self) -> impl Iterator<Item = Id> + '_ {
        let (one, fields, members) = match self {
            Self::Map(id) | Self::Array(id) | Self::Alias(id) => (Some(*id), &[][..], &[][..]),
            Self::Object(object) => (object.rest, object.fields.as_slice(), &[][..]),
            Self::Union(union) => (None, &[][..], union.members.as_slice()),
            Self::Value(_) | Self::AnyMembers(_) => (None, &[][..], &[][..]),
        };
        let fields = fields.iter().map(|field| field.schema);
        one.into_iter().chain(fields).chain(members.iter().copied())
    }
}

/// The description of a deprecated schema, with the deprecation last.
pub(super) fn deprecated(description: &str) -> String {
    match description.trim_end() {
        "" => "Deprecated.".to_owned(),
        said if said.ends_with("Deprecated.") => said.to_owned(),
        said => format!("{said}\n\nDeprecated."),
    }
}

/// Notes a constraint that only the server checks.
pub(super) fn unchecked(present: bool, pointer: &Pointer, keyword: &str, reporter: &Reporter) {
    if present {
        let text = format!("`{keyword}` is only checked by the server");
        reporter.note("lower", &pointer.join(keyword), text);
    }
}

/// The nodes of a range.
pub(super) fn ids(range: Range<u32>) -> impl DoubleEndedIterator<Item = Id> + Clone {
    range.map(Id)
}
