//! The document as plain data: made by `lower`, edited by conventions and read by `plan`.
//!
//! Everything here is in the document's own terms: wire names, JSON pointers, schemas. The only
//! Rust names are those that a convention assigns to an operation.

mod schema;

use indexmap::IndexMap;
use serde_json::Value;

use crate::billing::Billing;
pub(crate) use crate::bounds::{Bound, Number};
use crate::facts::{Facts, Key};
use crate::report::Pointer;
pub(crate) use schema::{
    Alternative, Enumeration, Field, JsonType, Kind, Object, RecognisedBy, Schema, Side, Union,
};

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
    /// What operations need that say nothing of their own.
    pub(crate) security: Security,
    pub(crate) operations: Vec<Operation>,
    /// Component schemas that are referred to by name.
    pub(crate) components: IndexMap<String, Schema>,
    /// Every `x-` extension of the document.
    pub(crate) extensions: Extensions,
    /// Enumerations that conventions found outside of schemas.
    pub(crate) declared: Vec<Declared>,
    /// What the runtime needs to know about the whole document.
    pub(crate) facts: Facts,
}

impl Api {
    /// Makes the client send the key, and removes its header from the inputs. Returns from how many
    /// operations.
    pub(crate) fn send_key(&mut self, key: Key) -> usize {
        let is_key = |input: &Input| match (&key, input.location) {
            (Key::Header { name, .. }, Location::Header) => input.wire.eq_ignore_ascii_case(name),
            (Key::Query(name), Location::Query | Location::QueryReserved)
            | (Key::Cookie(name), Location::Cookie) => input.wire == *name,
            _ => false,
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

/// A server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) pointer: Pointer,
    /// May contain `{variables}`.
    pub(crate) url: String,
    /// The default of each variable.
    pub(crate) variables: IndexMap<String, String>,
}

/// The names of the security schemes that a call needs: one of several choices, each of schemes that go together. Without
/// a choice it needs none, and a choice without a scheme lets it go without.
pub(crate) type Security = Vec<Vec<String>>;

/// How a caller authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A key in this header.
    Header(String),
    /// A key in the query, under this name.
    Query(String),
    /// A key in the cookie of this name.
    Cookie(String),
    /// A token in `Authorization: Bearer …`.
    Bearer,
    /// The scheme of another HTTP authentication, such as `Basic`.
    Http(String),
}

/// The `x-` extensions, by place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions(IndexMap<Pointer, Option<Value>>);

impl Extensions {
    pub(crate) fn insert(&mut self, pointer: Pointer, value: Value) {
        self.0.insert(pointer, Some(value));
    }

    /// Takes the extension `name` of the object at `owner`, which marks it as read.
    pub(crate) fn take(&mut self, owner: &Pointer, name: &str) -> Option<Value> {
        // Its place is kept, because removing it would move those after it.
        self.0.get_mut(&owner.join(name))?.take()
    }

    /// Whether the object at `owner` has the extension, and it is unread.
    pub(crate) fn has(&self, owner: &Pointer, name: &str) -> bool {
        self.0.get(&owner.join(name)).is_some_and(Option::is_some)
    }

    /// The places of the unread extensions, in document order.
    pub(crate) fn unread(&self) -> impl Iterator<Item = &Pointer> {
        self.0.iter().filter(|(_, value)| value.is_some()).map(|(pointer, _)| pointer)
    }
}

/// An operation: one method of one path.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) pointer: Pointer,
    /// Upper case: `GET`.
    pub(crate) method: String,
    /// The path after the base URL, with `{inputs}`; it may end in a query.
    pub(crate) path: String,
    /// Its own servers, if it has any.
    pub(crate) servers: Vec<Server>,
    pub(crate) summary: String,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    /// What it says of its own about [`Security`].
    pub(crate) security: Option<Security>,
    /// Whether it carries the client's key, if there is one.
    pub(crate) sends_key: bool,
    pub(crate) inputs: Vec<Input>,
    pub(crate) body: Option<Body>,
    pub(crate) response: Response,
    /// The member of the response with the id of the started task.
    pub(crate) task_id: Option<String>,
    /// The paging of its response.
    pub(crate) paging: Option<Paging>,
    /// Its place in the client. Empty until a convention assigns it.
    pub(crate) client_path: ClientPath,
    pub(crate) deprecated: bool,
    /// Its price and terms. Empty until a convention reads them.
    pub(crate) billing: Billing,
}

impl Operation {
    /// The object that its response is, by the name of a component or inline.
    pub(crate) fn response_object<'a>(
        &'a self,
        components: &'a IndexMap<String, Schema>,
    ) -> Option<&'a Object> {
        self.response.schema.as_ref()?.object(components)
    }
}

/// How a list is paged, in wire names.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    pub(crate) position: Position,
    /// The list in the response.
    pub(crate) items: String,
    /// The member with the total number of items.
    pub(crate) total: Option<String>,
    /// The object and its member with the number of pages.
    pub(crate) pages: Option<[String; 2]>,
    /// The member with the next cursor.
    pub(crate) next: Option<String>,
    /// The member that says whether there is more.
    pub(crate) more: Option<String>,
}

/// How a request selects its page.
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

/// The place of an operation in the crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientPath {
    /// The group's title.
    pub(crate) group: String,
    /// Display names, outermost first: `Data`, `Products`.
    pub(crate) titles: Vec<String>,
    /// Module names, outermost first: `data`, `products`.
    pub(crate) modules: Vec<String>,
    /// Words of the method's name: `top`, `videos`.
    pub(crate) words: Vec<String>,
    /// The first words of the names of types inside a response.
    pub(crate) response_words: Vec<String>,
    /// The suffix of the request type's name; may be empty.
    pub(crate) suffix: &'static str,
}

/// The inputs of a call.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) wire: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
    pub(crate) style: Style,
}

/// The location of an input in the HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    /// The query, without encoding RFC 3986's reserved characters.
    QueryReserved,
    Header,
    Cookie,
    /// The body, or a part of it, by the body's form.
    Body,
    /// The properties of that object without an input of their own.
    Rest,
}

/// How an input is encoded; matters most for one with several values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A single value, in the default of its location.
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
    /// JSON where other values are text: in a parameter, or as a part of a body.
    Json,
    /// JSON for each value of a list, as parts of a body.
    JsonEach,
    /// A file, or a list of files, with the default media type.
    File(String),
}

/// The request body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) form: BodyForm,
    /// The document's media type: `application/json`.
    pub(crate) media_type: String,
    /// Whether it is sent even when none of its inputs is set.
    pub(crate) required: bool,
}

/// How a body is made from its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyForm {
    /// A JSON object; each input is a property.
    JsonMembers,
    /// Any JSON, as one input.
    Json,
    /// Names and values, `a=1&b=2`.
    Form,
    /// Parts, each with its name.
    Multipart,
    /// One text.
    Text,
    /// Bytes with the document's media type.
    Bytes,
    /// Bytes whose media type the caller sets.
    File,
}

/// The success response of a call.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) pointer: Pointer,
    /// The schema of its JSON; `None` for other content.
    pub(crate) schema: Option<Schema>,
    pub(crate) wrapping: Wrapping,
    pub(crate) form: ResponseForm,
    /// The value of the `Accept` header.
    pub(crate) media_type: String,
    /// Whether some success responses have no content.
    pub(crate) optional: bool,
}

/// The kind of a response's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseForm {
    Nothing,
    /// JSON that a schema describes.
    Json,
    /// JSON without a schema, or with several alternatives.
    Raw,
    Text,
    Bytes,
}

/// The part of a response's body that its schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// The whole body.
    Bare,
    /// A part of it, which the runtime finds by the document's facts.
    Envelope,
    /// The same, and the part may be missing.
    OptionalData,
}

/// An enumeration outside of the schemas.
#[derive(Debug)]
pub(crate) struct Declared {
    /// File stem in the generated folder.
    pub(crate) module: &'static str,
    pub(crate) name: &'static str,
    pub(crate) doc: String,
    /// Wire value, Rust words, documentation.
    pub(crate) values: Vec<(String, String, String)>,
    /// Whether values that the document does not list can occur at run time.
    pub(crate) open: bool,
}
