//! Schemas: the values that the document allows, by kind.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use crate::bounds::Bound;
use crate::report::Pointer;

/// A schema with its documentation and metadata.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) pointer: Pointer,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) default: Option<Value>,
    pub(crate) bounds: Vec<Bound>,
    /// Whether null is allowed.
    pub(crate) nullable: bool,
    /// The `format` of a text or a number: `date-time`.
    pub(crate) format: Option<String>,
    /// The direction in which it is sent, if not both.
    pub(crate) only: Option<Side>,
    pub(crate) kind: Kind,
}

impl Schema {
    /// The object that it is, by the name of a component or inline.
    pub(crate) fn object<'a>(
        &'a self,
        components: &'a IndexMap<String, Schema>,
    ) -> Option<&'a Object> {
        match &self.kind {
            Kind::Object(object) => Some(object),
            Kind::Component(name) => match &components.get(name)?.kind {
                Kind::Object(object) => Some(object),
                _ => None,
            },
            _ => None,
        }
    }

    /// The schemas directly inside of this one, except a component's.
    pub(crate) fn inner_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            Kind::Object(object) => {
                let fields = object.fields.iter_mut().map(|field| &mut field.schema);
                fields.chain(object.rest.as_deref_mut()).collect()
            }
            Kind::Union(union) => {
                union.alternatives.iter_mut().map(|one| &mut one.schema).collect()
            }
            Kind::Map(inner) | Kind::Array(inner) | Kind::Wrapped(_, inner) => vec![inner],
            _ => Vec::new(),
        }
    }

    /// A schema with nothing but its kind.
    pub(crate) fn bare(pointer: &Pointer, kind: Kind) -> Self {
        Self {
            pointer: pointer.clone(),
            description: String::new(),
            default: None,
            bounds: Vec::new(),
            nullable: false,
            format: None,
            only: None,
            kind,
        }
    }
}

/// One direction of a call.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Input,
    Response,
}

/// The values that a schema allows.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    /// An integer that may be above those of 64 bits with a sign, and is never below 0.
    Unsigned,
    Number,
    String,
    /// Bytes, which JSON cannot represent.
    Binary,
    /// Bytes with a name and a media type.
    File,
    Enumeration(Enumeration),
    Object(Object),
    /// An object, or any value, that the document does not describe further.
    Open,
    Map(Box<Schema>),
    Array(Box<Schema>),
    Union(Union),
    /// A component schema, by name.
    Component(String),
    /// A type that the decisions table shares, by name.
    Shared(String),
    /// A generic type of the runtime around another: `Sort<…>`.
    Wrapped(&'static str, Box<Schema>),
}

impl Kind {
    /// Known values, without further methods.
    pub(crate) fn enumeration(is_integer: bool, values: Vec<(String, String)>) -> Self {
        Self::Enumeration(Enumeration { is_integer, values, extras: Vec::new() })
    }

    /// The JSON type of a value without parts; none if it may be several.
    pub(crate) fn json_type(&self) -> Option<JsonType> {
        Some(match self {
            Self::Boolean => JsonType::Flag,
            Self::Integer | Self::Unsigned | Self::Number => JsonType::Number,
            Self::Enumeration(enumeration) if enumeration.is_integer => JsonType::Number,
            Self::String | Self::Enumeration(_) => JsonType::Text,
            _ => return None,
        })
    }
}

/// The known values of an open set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Enumeration {
    /// Whether they are integers; otherwise they are strings.
    pub(crate) is_integer: bool,
    /// Each as text, with its documentation (Markdown, may be empty).
    pub(crate) values: Vec<(String, String)>,
    /// Runtime macros that give the type more methods.
    pub(crate) extras: Vec<&'static str>,
}

/// An object with described properties.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    /// The schema of further properties, where they are kept.
    pub(crate) rest: Option<Box<Schema>>,
}

/// One of several alternatives.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    /// The discriminator.
    pub(crate) tag: Option<String>,
    pub(crate) alternatives: Vec<Alternative>,
}

/// An alternative of a union.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    /// Its name: a component, a title, a value of the discriminator or a JSON type.
    pub(crate) name: String,
    pub(crate) recognised_by: RecognisedBy,
    pub(crate) schema: Schema,
}

/// How a value is recognised as this alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecognisedBy {
    /// By these values of the discriminator.
    Discriminator(Vec<String>),
    /// By its JSON type.
    JsonType(JsonType),
    /// It cannot be recognised.
    Nothing,
}

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum JsonType {
    Flag,
    Number,
    Text,
    List,
    Object,
}

/// One property.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}
