//! The crate as plain data: every name chosen, every type decided.
//!
//! Made from the model after the conventions; `check` checks it and `emit` prints it without
//! deciding anything.

mod build;
mod builders;
mod components;
mod cycles;
mod definitions;
mod discriminators;
mod nested_bounds;
mod path;
mod scope;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use crate::billing::Billing;
use crate::facts::Facts;
use crate::model::{Body, BodyForm, Bound, Location, ResponseForm, Style, Wrapping};
use crate::report::{Pointer, Reporter};

pub(crate) use build::krate;
pub(crate) use builders::{Builder, Items, is_reserved_setter};
pub(crate) use cycles::Cycles;
pub(crate) use path::Path;
pub(crate) use scope::NameScope;
pub(crate) use types::{Alternative, EnumKind, Field, Shape, Type, TypeDef, Variant};

/// Completes a crate in which all inputs, fields and values are named.
pub(crate) fn completed(mut krate: Crate, auto_rename: bool, reporter: &Reporter) -> Crate {
    order(&mut krate);
    keys(&mut krate);
    discriminators::mark_bare(&mut krate);
    builders::builders(&mut krate, auto_rename);
    nested_bounds::add(&mut krate, reporter);
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
    pub(crate) output: Option<Type>,
    pub(crate) wrapping: Wrapping,
    pub(crate) form: ResponseForm,
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
    pub(crate) nested_bounds: Vec<NestedBounds>,
}

/// The bounds of a value inside an input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NestedBounds {
    /// From the input to the value.
    pub(crate) path: Vec<PathStep>,
    pub(crate) bounds: Vec<Bound>,
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathStep {
    /// To the member of this wire name.
    Member(String),
    /// To each element of a list or map.
    Each,
}
