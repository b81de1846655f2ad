//! The document as plain data: what `lower` makes, conventions edit and `plan` reads.
//!
//! Everything here is in the document's own terms: wire names, JSON pointers,
//! schemas. No Rust name stands here but those that a convention assigns to an
//! operation.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use crate::billing::Billing;
pub(crate) use crate::bounds::{Bound, Number};
use crate::facts::{Facts, Key};
use crate::report::Pointer;

/// A whole document.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) title: String,
    pub(crate) version: String,
    /// Markdown.
    pub(crate) description: String,
    /// Description of each tag, Markdown.
    pub(crate) tags: IndexMap<String, String>,
    pub(crate) servers: Vec<Server>,
    /// The security schemes, by name.
    pub(crate) credentials: IndexMap<String, Credential>,
    pub(crate) operations: Vec<Operation>,
    /// Component schemas that are still referred to by name.
    pub(crate) components: IndexMap<String, Schema>,
    /// Every `x-` extension of the document.
    pub(crate) extensions: Extensions,
    /// Enumerations that conventions found outside of schemas.
    pub(crate) declared: Vec<Declared>,
    /// What the document says of the API as a whole, for the runtime to read.
    pub(crate) facts: Facts,
}

impl Api {
    /// Has the client send the key, and takes its header from the inputs; says from how many
    /// operations.
    pub(crate) fn send_key(&mut self, key: Key) -> usize {
        let is_key = |input: &Input| {
            input.location == Location::Header && input.wire.eq_ignore_ascii_case(&key.header)
        };
        let removed = self.operations.iter_mut().map(|operation| {
            let before = operation.inputs.len();
            operation.inputs.retain(|input| !is_key(input));
            before - operation.inputs.len()
        });
        let removed = removed.sum();
        self.facts.key = Some(key);
        removed
    }
}

/// Where the API is served.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) pointer: Pointer,
    /// May hold `{variables}`.
    pub(crate) url: String,
    /// What stands for each variable where nobody says otherwise.
    pub(crate) variables: IndexMap<String, String>,
}

/// How a caller shows who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A key in this header.
    Header(String),
    /// A token in `Authorization: Bearer …`.
    Bearer,
    /// What another scheme of HTTP has in `Authorization`, as `Basic …`.
    Http(String),
    /// Another way, in words.
    Other(String),
}

/// The `x-` extensions, by place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions(IndexMap<Pointer, Option<Value>>);

impl Extensions {
    pub(crate) fn insert(&mut self, pointer: Pointer, value: Value) {
        self.0.insert(pointer, Some(value));
    }

    /// Takes the extension `name` of the object at `owner`: it counts as read.
    pub(crate) fn take(&mut self, owner: &Pointer, name: &str) -> Option<Value> {
        // Its place stays, since removing it would be a search for those behind it.
        self.0.get_mut(&owner.join(name))?.take()
    }

    /// Whether the object at `owner` has the extension, and nobody has read it.
    pub(crate) fn has(&self, owner: &Pointer, name: &str) -> bool {
        self.0.get(&owner.join(name)).is_some_and(Option::is_some)
    }

    /// The places of those that nobody has read, in document order.
    pub(crate) fn unread(&self) -> impl Iterator<Item = &Pointer> {
        self.0.iter().filter(|(_, value)| value.is_some()).map(|(pointer, _)| pointer)
    }
}

/// One method of one path.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) pointer: Pointer,
    /// Upper case: `GET`.
    pub(crate) method: String,
    /// What is sent behind the base URL, with `{inputs}`; it may end in a query.
    pub(crate) path: String,
    /// Where the document says that it is served, if not where everything is.
    pub(crate) servers: Vec<Server>,
    pub(crate) summary: String,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) body: Option<Body>,
    pub(crate) answer: Answer,
    /// The member of the response that names the task it starts.
    pub(crate) task_id: Option<String>,
    /// How its response comes in pages.
    pub(crate) paging: Option<Paging>,
    /// Where callers find it. Empty until a convention assigns it.
    pub(crate) place: Place,
    pub(crate) deprecated: bool,
    /// What it costs and on which terms. Empty until a convention reads it.
    pub(crate) billing: Billing,
}

/// How a list comes in pages, in wire names.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    pub(crate) position: Position,
    /// The list in the response.
    pub(crate) items: String,
    /// The member that says how many items there are in all.
    pub(crate) total: Option<String>,
    /// The object and its member that say how many pages there are.
    pub(crate) pages: Option<[String; 2]>,
    /// The member that says where to go on.
    pub(crate) next: Option<String>,
    /// The member that says whether there is more.
    pub(crate) more: Option<String>,
}

/// How a request says which page it wants.
#[derive(Clone, Debug)]
pub(crate) enum Position {
    Number { page: String, size: String },
    Offset { offset: String, limit: String },
    Cursor { cursor: String, size: Option<String> },
    Token { token: String, size: Option<String> },
}

impl Position {
    /// The style's name.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Number { .. } => "page",
            Self::Offset { .. } => "offset",
            Self::Cursor { .. } => "cursor",
            Self::Token { .. } => "page_token",
        }
    }
}

/// Where an operation stands in the crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The group of the menu, as a reader knows it.
    pub(crate) group: String,
    /// Display names, outermost first: `Data`, `Products`.
    pub(crate) titles: Vec<String>,
    /// Module names, outermost first: `data`, `products`.
    pub(crate) modules: Vec<String>,
    /// Words of the method's name: `top`, `videos`.
    pub(crate) words: Vec<String>,
    /// Words that the types inside of a response begin with.
    pub(crate) answer_words: Vec<String>,
    /// What the request's type ends with, beyond the words of the method; may be empty.
    pub(crate) suffix: &'static str,
}

/// What a call may be given.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) wire: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
    pub(crate) style: Style,
}

/// Which part of the HTTP request an input travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    /// The query, where what RFC 3986 reserves is not encoded.
    QueryReserved,
    Header,
    Cookie,
    /// The body, or a part of it, by the body's form.
    Body,
    /// The members of that object that no other input is.
    Rest,
}

/// How an input is written, which matters most for one with several values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// As its location has single values.
    Single,
    /// `a=1&a=2`; in a path or a header, members as `a=1`.
    Repeated,
    /// `a=1,2`.
    CommaSeparated,
    /// `a=1%202`.
    SpaceSeparated,
    /// `a=1%7C2`.
    PipeSeparated,
    /// `a[b]=1`.
    DeepObject,
    /// `.1,2`.
    Label,
    /// `.1.2`.
    LabelRepeated,
    /// `;a=1,2`.
    Matrix,
    /// `;a=1;a=2`.
    MatrixRepeated,
    /// JSON, where other values are not: in a parameter, or as a part of a body.
    Json,
    /// JSON for each value of a list, as parts of a body.
    JsonEach,
    /// A file, or a list of them, with the media type of those that have none of their own.
    File(String),
}

/// What is sent behind the headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) form: BodyForm,
    /// As the document has it: `application/json`.
    pub(crate) media_type: String,
    /// Whether it is sent even when no input of it is set.
    pub(crate) required: bool,
}

/// How a body is made of its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyForm {
    /// A JSON object; each input is a member.
    JsonMembers,
    /// JSON of any kind, which is one input.
    Json,
    /// Names and values, `a=1&b=2`.
    Form,
    /// Parts, each with its name.
    Multipart,
    /// One text.
    Text,
    /// Bytes of one kind.
    Bytes,
    /// Bytes of which the caller says what they are.
    File,
}

/// What a call is answered with when it succeeds.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) pointer: Pointer,
    /// What the JSON is that it is made of; `None` where it is something else.
    pub(crate) schema: Option<Schema>,
    pub(crate) wrapping: Wrapping,
    pub(crate) form: AnswerForm,
    /// What is asked for, as the header `Accept` has it.
    pub(crate) media_type: String,
    /// Whether some successes have no content.
    pub(crate) optional: bool,
}

/// What the body of a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerForm {
    Nothing,
    /// JSON that a schema describes.
    Json,
    /// JSON that nobody describes, or that may be one of several things.
    Raw,
    Text,
    Bytes,
}

/// Where in the body of a response its schema applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// The body is what the schema describes.
    Bare,
    /// The schema describes a part of it, which the runtime finds by the document's facts.
    Envelope,
    /// The same, and the part may be missing.
    OptionalData,
}

/// A schema with what the document says of it.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) pointer: Pointer,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) default: Option<Value>,
    pub(crate) bounds: Vec<Bound>,
    /// Whether null may stand in its place.
    pub(crate) nullable: bool,
    /// What a text or a number stands for, in the document's word: `date-time`.
    pub(crate) format: Option<String>,
    /// The direction it travels in, where it is not both.
    pub(crate) only: Option<Side>,
    pub(crate) kind: Kind,
}

impl Schema {
    /// The object that it is, by the name of a component or without.
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

    /// A schema of which nothing but its kind is known.
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
    Answer,
}

/// What values a schema allows.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    /// An integer that may be above those of 64 bits with a sign, and is never below 0.
    Unsigned,
    Number,
    String,
    /// Bytes, which JSON has no place for.
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

/// Known values of an open set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Enumeration {
    pub(crate) values: Values,
    /// Runtime macros that give the type more methods.
    pub(crate) extras: Vec<&'static str>,
}

/// The known values themselves, each with its documentation (Markdown, may be empty).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    Strings(Vec<(String, String)>),
    Integers(Vec<(i64, String)>),
}

/// An object with described properties.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    /// What members beyond these are, where they are to be kept.
    pub(crate) rest: Option<Box<Schema>>,
}

/// One of several things.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    /// The member that says which one it is.
    pub(crate) tag: Option<String>,
    pub(crate) alternatives: Vec<Alternative>,
}

/// One thing that a union may be.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    /// What it is called: a component, a title, a value of the tag or a kind of JSON.
    pub(crate) name: String,
    pub(crate) told: Told,
    pub(crate) schema: Schema,
}

/// How a value is known to be one alternative and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// By these values of the tag.
    Tag(Vec<String>),
    /// By being this kind of JSON.
    Type(JsonType),
    /// Not at all.
    Nothing,
}

/// A kind of JSON value.
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

/// An enumeration that stands outside of the schemas.
#[derive(Debug)]
pub(crate) struct Declared {
    /// File stem in the generated folder.
    pub(crate) module: &'static str,
    pub(crate) name: &'static str,
    pub(crate) doc: String,
    /// Wire value, Rust words, documentation.
    pub(crate) values: Vec<(String, String, String)>,
    /// Whether values that the document does not list can be met at run time.
    pub(crate) open: bool,
}
