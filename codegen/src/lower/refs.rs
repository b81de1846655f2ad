//! Resolves references to parameters, bodies and responses.

use openapiv3::{Components, Parameter, ReferenceOr, RequestBody, Response, Schema};

use crate::load::{Broken, Document, References, Target};
use crate::report::{Pointer, Reporter};

/// The possible targets of the document's references.
#[derive(Clone, Copy)]
pub(super) struct Refs<'a> {
    components: Option<&'a Components>,
    references: &'a References,
}

/// A value that is inline or behind a reference, with its place.
pub(super) struct Resolved<'a, T> {
    pub(super) item: &'a T,
    pub(super) pointer: Pointer,
}

/// A kind of value that references can have as target.
pub(super) trait Referable: Sized + 'static {
    /// The name of the section below `#/components/`.
    const SECTION: &'static str;

    fn component<'a>(components: &'a Components, name: &str) -> Option<&'a ReferenceOr<Self>>;

    fn by_pointer<'a>(references: &'a References, place: &Pointer) -> Option<&'a Self>;
}

macro_rules! referable {
    ($($ty:ty: $section:literal $component:ident $by_pointer:ident),* $(,)?) => {$(
        impl Referable for $ty {
            const SECTION: &'static str = $section;

            fn component<'a>(
                components: &'a Components,
                name: &str,
            ) -> Option<&'a ReferenceOr<Self>> {
                components.$component.get(name)
            }

            fn by_pointer<'a>(references: &'a References, place: &Pointer) -> Option<&'a Self> {
                references.$by_pointer.get(place)
            }
        }
    )*};
}

referable!(
    Schema: "schemas" schemas schemas,
    Parameter: "parameters" parameters parameters,
    RequestBody: "requestBodies" request_bodies bodies,
    Response: "responses" responses responses,
);

impl<'a> Refs<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { components: document.api.components.as_ref(), references: &document.references }
    }

    /// The value itself, wherever it is.
    pub(super) fn resolve<T: Referable>(
        self,
        item: &'a ReferenceOr<T>,
        pointer: &Pointer,
        reporter: &Reporter,
    ) -> Option<Resolved<'a, T>> {
        let mut item = item;
        let mut place = pointer.clone();
        // Aliases form no cycle, which has been checked.
        for _ in 0..ALIASES {
            let text = match item {
                ReferenceOr::Item(item) => return Some(Resolved { item, pointer: place }),
                ReferenceOr::Reference { reference } => reference,
            };
            match self.target::<T>(text, pointer, reporter)? {
                Target::Place(place) => {
                    let item = T::by_pointer(self.references, &place)?;
                    return Some(Resolved { item, pointer: place });
                }
                Target::Component(name) => {
                    item = T::component(self.components?, &name)?;
                    place = Pointer::root().join("components").join(T::SECTION).join(&name);
                }
            }
        }
        None
    }

    /// The target of a reference to a schema, or why there is none; the caller reports it.
    pub(super) fn schema(self, text: &str) -> Result<Target, Option<&'a Broken>> {
        self.references.target(text, Schema::SECTION)
    }

    /// The target of a reference. Errors have been reported once, and are reported here only if
    /// they were overlooked.
    pub(super) fn target<T: Referable>(
        self,
        text: &str,
        pointer: &Pointer,
        reporter: &Reporter,
    ) -> Option<Target> {
        match self.references.target(text, T::SECTION) {
            Ok(target) => Some(target),
            Err(broken) => {
                if let Some(broken) = broken.filter(|_| reporter.is_lenient()) {
                    let place = broken.place.as_ref().unwrap_or(pointer);
                    reporter.problem(place, broken.cause.as_str(), broken.remedy.as_str());
                }
                None
            }
        }
    }
}

/// How long a chain of aliases may be.
const ALIASES: usize = 1_000;
