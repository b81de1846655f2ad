//! The crate as plain data: every name chosen, every type decided.
//!
//! Made from the model after the conventions; `check` checks it and `emit` prints it without
//! deciding anything.

mod build;
mod builders;
mod circles;
mod components;
mod inside;
mod path;
mod scope;
mod tags;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::billing::Billing;
use crate::facts::Facts;
use crate::model::{AnswerForm, Body, BodyForm, Bound, Location, Style, Told, Wrapping};
use crate::report::{Pointer, Reporter};

pub(crate) use build::krate;
pub(crate) use builders::{Builder, Items, is_setter_taken};
pub(crate) use circles::Circles;
pub(crate) use path::Path;
pub(crate) use scope::Scope;

/// Completes a crate in which all inputs, fields and values are named.
pub(crate) fn completed(mut krate: Crate, free: bool, reporter: &Reporter) -> Crate {
    order(&mut krate);
    keys(&mut krate);
    tags::tags(&mut krate);
    builders::builders(&mut krate, free);
    inside::inside(&mut krate, reporter);
    krate
}

/// Sorts required inputs by name, because a builder has a type parameter for each: callers do not
/// depend on the order of properties in the document. The parts of a multipart body keep their
/// order.
fn order(krate: &mut Crate) {
    for operation in krate.operations_mut() {
        let form = operation.body.as_ref().map(|body| body.form);
        if form != Some(BodyForm::Multipart) {
            by_name(&mut operation.inputs, |input| &input.field);
        }
    }
    for definition in krate.types_mut() {
        if let Shape::InputStruct(fields) = &mut definition.shape {
            by_name(fields, |field| field);
        }
    }
}

/// Sorts the required ones, within the places that they have among the others.
fn by_name<T: Clone>(inputs: &mut [T], field: impl Fn(&T) -> &Field) {
    let mut required: Vec<T> =
        inputs.iter().filter(|input| field(input).required).cloned().collect();
    required.sort_by(|one, other| field(one).rust.cmp(&field(other).rust));
    let places = inputs.iter_mut().filter(|input| field(input).required);
    places.zip(required).for_each(|(place, input)| *place = input);
}

/// Distinguishes inputs with the same wire name in several parts of a request, for stored requests.
///
/// The wire name stays with the input whose Rust name equals it, or else with the first: new inputs
/// do not change stored requests.
fn keys(krate: &mut Crate) {
    for operation in krate.operations_mut() {
        let inputs = operation.inputs.iter_mut().map(|input| &mut input.field);
        let mut fields: Vec<&mut Field> = inputs.filter(|field| !field.rest).collect();
        fields.sort_by_key(|field| field.rust != field.wire);
        let mut seen = BTreeSet::new();
        for field in fields {
            if !seen.insert(field.wire.clone()) {
                field.rust.clone_into(&mut field.key);
            }
        }
    }
}

/// The variant for unknown values of an enum.
pub(crate) const UNKNOWN_VARIANT: &str = "Unrecognized";

/// The plan of a crate.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) title: String,
    pub(crate) version: String,
    /// Modules with operations, by path: `["data", "products"]`.
    pub(crate) modules: BTreeMap<Vec<String>, Module>,
    /// Types that several operations share; they stand at the crate's root.
    pub(crate) shared: Vec<TypeDef>,
    /// Component schemas that are referred to by name.
    pub(crate) components: Vec<TypeDef>,
    /// Enumerations outside of the schemas, by file stem.
    pub(crate) declared: Vec<(&'static str, TypeDef)>,
    pub(crate) facts: Facts,
    /// The hand-written workflows whose operations the document has.
    pub(crate) workflows: Vec<Workflow>,
}

impl Crate {
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> + Clone {
        self.modules.values().flat_map(|module| &module.operations)
    }

    pub(crate) fn operations_mut(&mut self) -> impl Iterator<Item = &mut Operation> {
        self.modules.values_mut().flat_map(|module| &mut module.operations)
    }

    /// Every type by its path, except declared ones.
    pub(crate) fn types(&self) -> Types<'_> {
        let own = self.operations().flat_map(|operation| &operation.types);
        let all = own.chain(&self.shared).chain(&self.components);
        all.map(|definition| (&definition.path, definition)).collect()
    }

    /// The types of operations and the common ones.
    pub(crate) fn types_mut(&mut self) -> impl Iterator<Item = &mut TypeDef> {
        let operations = self.modules.values_mut().flat_map(|module| &mut module.operations);
        let own = operations.flat_map(|operation| &mut operation.types);
        own.chain(&mut self.shared).chain(&mut self.components)
    }
}

/// Types by their paths.
pub(crate) type Types<'a> = BTreeMap<&'a Path, &'a TypeDef>;

/// A workflow, which is hand-written in the client.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) name: &'static str,
    /// The types it uses: its own name for each, and the path below the root.
    pub(crate) types: Vec<(String, String)>,
}

/// The operations of one area.
#[derive(Debug)]
pub(crate) struct Module {
    /// Display names, outermost first.
    pub(crate) titles: Vec<String>,
    /// Type of the handle that leads to each level, outermost first.
    pub(crate) handles: Vec<String>,
    /// Markdown.
    pub(crate) description: String,
    /// Whether its only operation has its name, and is reached directly.
    pub(crate) direct: bool,
    pub(crate) operations: Vec<Operation>,
}

impl Module {
    /// The handle in the module's own file: that of an area without a group.
    pub(crate) fn own_handle(&self) -> Option<&String> {
        match self.handles.as_slice() {
            [handle] if !self.direct => Some(handle),
            _ => None,
        }
    }
}

/// One operation with the types that belong to it alone.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) pointer: Pointer,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    pub(crate) billing: Billing,
    /// Its group's title.
    pub(crate) group: String,
    pub(crate) area: String,
    /// `TopVideos`.
    pub(crate) type_name: String,
    /// `top_videos`.
    pub(crate) method_name: String,
    /// `social::analytics::TopVideos`.
    pub(crate) rust_path: String,
    pub(crate) inputs: Vec<Input>,
    /// Named by `builders`.
    pub(crate) builder: Builder,
    pub(crate) body: Option<Body>,
    /// `None` where the response has no content.
    pub(crate) answer: Option<Type>,
    pub(crate) wrapping: Wrapping,
    pub(crate) form: AnswerForm,
    /// The value of the `Accept` header.
    pub(crate) accept: String,
    /// Whether it carries the client's key, if there is one.
    pub(crate) sends_key: bool,
    /// Whether some successes have no content.
    pub(crate) optional: bool,
    /// The field of the response with the id of the started task.
    pub(crate) task_id: Option<TaskId>,
    /// The paging of its response.
    pub(crate) paging: Option<Paging>,
    /// Types of inputs and response, in order of first use.
    pub(crate) types: Vec<TypeDef>,
}

impl Operation {
    /// The fields of its request.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> + Clone {
        self.inputs.iter().map(|input| &input.field)
    }
}

/// The field of a response with a task's id, by both of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskId {
    pub(crate) wire: String,
    pub(crate) rust: String,
}

/// How a list is paged, in Rust names.
#[derive(Debug)]
pub(crate) struct Paging {
    pub(crate) style: PageStyle,
    /// The style's name, for the index.
    pub(crate) style_name: &'static str,
    /// The inputs that select the page and its size.
    pub(crate) position: String,
    pub(crate) size: Option<String>,
    pub(crate) max_size: Option<i64>,
    /// The response's list and the type of its items.
    pub(crate) items: String,
    pub(crate) items_wire: String,
    pub(crate) item: Type,
    pub(crate) total: Option<String>,
    pub(crate) pages: Option<[String; 2]>,
    pub(crate) next: Option<String>,
    pub(crate) more: Option<String>,
}

/// How a request selects its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageStyle {
    Number,
    Offset,
    Cursor,
}

/// One input of an operation, or one field of a type that callers build.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) field: Field,
    pub(crate) location: Location,
    pub(crate) style: Style,
    /// The bounds of values inside it.
    pub(crate) inside: Vec<Inside>,
}

/// The bounds of a value inside an input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inside {
    /// From the input to the value.
    pub(crate) path: Vec<Part>,
    pub(crate) bounds: Vec<Bound>,
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// To the member of this wire name.
    Member(String),
    /// To each element of a list or map.
    Each,
}

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
    AnswerStruct(Vec<Field>),
    /// An enum of known values, and the runtime's macros that give it more methods.
    Enum { kind: EnumKind, variants: Vec<Variant>, extras: Vec<&'static str> },
    /// An enum of types that also holds other values.
    Union { tag: Option<String>, alternatives: Vec<Alternative> },
    /// A newtype, so that it can contain itself.
    Newtype(Type),
}

impl Shape {
    pub(crate) fn is_struct(&self) -> bool {
        matches!(self, Self::InputStruct(_) | Self::AnswerStruct(_))
    }

    /// The fields of a struct; empty for other types.
    pub(crate) fn fields(&self) -> &[Field] {
        match self {
            Self::InputStruct(fields) | Self::AnswerStruct(fields) => fields,
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
    pub(crate) told: Told,
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
