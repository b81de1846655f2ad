//! Follows `$ref`: to the end of an alias chain, or to a report of where it breaks.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use openapiv3::{Components, OpenAPI, Parameter, ReferenceOr, RequestBody, Response};
use serde_json::Value;

use super::components::Made;
use crate::model::{Kind, Schema};
use crate::report::{Pointer, Reporter};

/// How many schemas may be lowered inside of each other, for the sake of the stack:
/// what is inside of a part counts as inside of the whole.
const LEVELS: usize = 64;

/// How many schemas may be written out from components, for each value of the document ...
const WRITTEN_OUT_PER_VALUE: usize = 16;

/// ... and in a document that has none.
const WRITTEN_OUT_AT_LEAST: usize = 50_000;

/// What the document's references can point at.
pub(super) struct Refs<'a> {
    components: Option<&'a Components>,
    /// The component schemas that have been lowered.
    pub(super) made: Made,
    /// How many schemas are around the one that is being lowered.
    level: Cell<usize>,
    /// The pairs of components that are being put together, so that none is twice.
    pairs: RefCell<Vec<(String, String)>>,
    /// How many schemas may be written out from components.
    allowed: usize,
    /// How many have been.
    written_out: Cell<usize>,
    /// Where the first one was left out for that reason.
    left_out: RefCell<Option<Pointer>>,
}

/// A thing that stands inline or behind a reference, with the place it stands in.
pub(super) struct Found<'a, T> {
    pub(super) item: &'a T,
    pub(super) pointer: Pointer,
}

/// A kind of thing that components hold by name.
pub(super) trait Component: Sized {
    /// The name of the section below `#/components/`.
    const SECTION: &'static str;

    fn find<'a>(components: &'a Components, name: &str) -> Option<&'a ReferenceOr<Self>>;
}

macro_rules! component {
    ($($ty:ty: $section:literal $field:ident),* $(,)?) => {$(
        impl Component for $ty {
            const SECTION: &'static str = $section;

            fn find<'a>(components: &'a Components, name: &str) -> Option<&'a ReferenceOr<Self>> {
                components.$field.get(name)
            }
        }
    )*};
}

component!(
    openapiv3::Schema: "schemas" schemas,
    Parameter: "parameters" parameters,
    RequestBody: "requestBodies" request_bodies,
    Response: "responses" responses,
);

impl<'a> Refs<'a> {
    pub(super) fn new(document: &'a OpenAPI, json: &Value) -> Self {
        Self {
            components: document.components.as_ref(),
            made: Made::default(),
            level: Cell::new(0),
            pairs: RefCell::default(),
            allowed: WRITTEN_OUT_AT_LEAST + WRITTEN_OUT_PER_VALUE * values(json),
            written_out: Cell::new(0),
            left_out: RefCell::default(),
        }
    }

    /// Does what is one level deeper; reports where that is too deep.
    pub(super) fn deeper<T>(
        &self,
        pointer: &Pointer,
        reporter: &mut Reporter,
        inside: impl FnOnce(&mut Reporter) -> T,
    ) -> Option<T> {
        let level = self.level.get();
        if level == LEVELS {
            let cause = format!(
                "the schema stands {LEVELS} levels deep in others, counting what they are made of"
            );
            let remedy = "make it simpler in the overlay: refer to a component from a property";
            reporter.problem(pointer, cause, remedy);
            return None;
        }
        self.level.set(level + 1);
        let done = inside(reporter);
        self.level.set(level);
        Some(done)
    }

    /// Puts two components together, unless that is what is being done.
    pub(super) fn pair<T>(
        &self,
        left: &str,
        right: &str,
        together: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let pair = (left.to_owned(), right.to_owned());
        if self.pairs.borrow().contains(&pair) {
            return Err(format!("`{left}` and `{right}` that each hold themselves"));
        }
        self.pairs.borrow_mut().push(pair);
        let done = together();
        self.pairs.borrow_mut().pop();
        done
    }

    /// What a component is, as a part of another schema.
    pub(super) fn write_out(&self, schema: &Schema, pointer: &Pointer) -> Schema {
        let written_out = self.written_out.get() + schema.count();
        if written_out > self.allowed {
            self.left_out.borrow_mut().get_or_insert_with(|| pointer.clone());
            return Schema::bare(pointer, Kind::Open);
        }
        self.written_out.set(written_out);
        schema.clone()
    }

    /// Reports if more was to be written out than may be.
    pub(super) fn report(&self, reporter: &mut Reporter) {
        if let Some(place) = &*self.left_out.borrow() {
            reporter.problem(
                place,
                format!(
                    "components that are parts of others, by `allOf` or as a body, come to more \
                     than {} schemas when all are written out",
                    self.allowed
                ),
                "refer to them from properties instead, in the overlay",
            );
        }
    }

    /// The item itself, wherever it stands; a broken reference is reported.
    pub(super) fn resolve<T: Component>(
        &self,
        item: &'a ReferenceOr<T>,
        pointer: &Pointer,
        reporter: &mut Reporter,
    ) -> Option<Found<'a, T>> {
        match item {
            ReferenceOr::Item(item) => Some(Found { item, pointer: pointer.clone() }),
            ReferenceOr::Reference { reference } => {
                self.follow(reference, pointer, reporter).map(|(_, found)| found)
            }
        }
    }

    /// The end of the alias chain that starts with `reference`, with its name.
    pub(super) fn follow<T: Component>(
        &self,
        reference: &str,
        pointer: &Pointer,
        reporter: &mut Reporter,
    ) -> Option<(String, Found<'a, T>)> {
        let mut seen = HashSet::new();
        let mut next = reference.to_owned();
        loop {
            // Any other reference has been followed, or reported, when the document was read.
            let name = component_name::<T>(&next)?;
            if !seen.insert(name.clone()) {
                reporter.problem(
                    pointer,
                    format!("`$ref` to `{reference}` only ever leads to another `$ref`"),
                    "break the cycle of aliases in the overlay",
                );
                return None;
            }
            let place = Pointer::root().join("components").join(T::SECTION).join(&name);
            match self.components.and_then(|components| T::find(components, &name)) {
                Some(ReferenceOr::Item(item)) => {
                    return Some((name, Found { item, pointer: place }));
                }
                Some(ReferenceOr::Reference { reference }) => next.clone_from(reference),
                None => {
                    reporter.problem(
                        pointer,
                        format!("`$ref` to `{next}`, which does not exist"),
                        "correct the reference, or add what it names, in the overlay",
                    );
                    return None;
                }
            }
        }
    }
}

/// The name in `#/components/<section>/<name>`, unescaped.
fn component_name<T: Component>(reference: &str) -> Option<String> {
    let rest = reference.strip_prefix("#/components/")?.strip_prefix(T::SECTION)?;
    let name = rest.strip_prefix('/')?;
    (!name.is_empty() && !name.contains('/')).then(|| name.replace("~1", "/").replace("~0", "~"))
}

/// How many values a JSON value is made of.
fn values(json: &Value) -> usize {
    match json {
        Value::Array(elements) => 1 + elements.iter().map(values).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(values).sum::<usize>(),
        _ => 1,
    }
}
