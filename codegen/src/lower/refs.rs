//! Follows `$ref`: to the end of an alias chain, or to a report of where it breaks.

use std::collections::HashSet;

use openapiv3::{Components, OpenAPI, Parameter, ReferenceOr, RequestBody, Response, Schema};

use super::components::Made;
use crate::report::{Pointer, Reporter};

/// What the document's references can point at.
pub(super) struct Refs<'a> {
    components: Option<&'a Components>,
    /// The component schemas that have been lowered.
    pub(super) made: Made,
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
    Schema: "schemas" schemas,
    Parameter: "parameters" parameters,
    RequestBody: "requestBodies" request_bodies,
    Response: "responses" responses,
);

impl<'a> Refs<'a> {
    pub(super) fn new(document: &'a OpenAPI) -> Self {
        Self { components: document.components.as_ref(), made: Made::default() }
    }

    /// The same references, for a look at a schema of which nothing is to be said yet: what
    /// is said of a component is said when it is lowered first.
    pub(super) fn aside(&self) -> Self {
        Self { components: self.components, made: Made::default() }
    }

    /// Whether a component schema is being lowered, and not yet known.
    pub(super) fn is_in_the_making(&self, name: &str) -> bool {
        self.made.is_open(name)
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
