//! Lowers component schemas, each once, and decides which of them have a type of their own.
//!
//! An object, an enumeration or a union has a name; a mere scalar or list is written out
//! wherever it is used. So is no component that holds itself, since it needs a name to do so,
//! and none that is large, since it would be large at each place.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema as Source};

use super::refs::{Found, Refs};
use super::{order, schema};
use crate::model::{Kind, Schema};
use crate::report::{Pointer, Reporter};

/// What is written out at each place is at most this many schemas ...
const SCHEMAS_WRITTEN_OUT: usize = 256;

/// ... and this many of them in each other.
const LEVELS_WRITTEN_OUT: usize = 8;

/// The component schemas that have been lowered.
#[derive(Default)]
pub(super) struct Made {
    schemas: RefCell<BTreeMap<String, Rc<Schema>>>,
    /// In the making, the outermost first.
    open: RefCell<Vec<String>>,
    /// Those that need a name, whatever they are.
    named: RefCell<BTreeSet<String>>,
}

impl Made {
    fn get(&self, name: &str) -> Option<Rc<Schema>> {
        self.schemas.borrow().get(name).cloned()
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.borrow().iter().any(|open| open == name)
    }

    fn has_name(&self, name: &str, schema: &Schema) -> bool {
        is_type(schema) || self.named.borrow().contains(name)
    }
}

/// Lowers every component schema; gives those that are referred to by name, in document
/// order.
pub(super) fn all(
    document: &OpenAPI,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> IndexMap<String, Schema> {
    let base = Pointer::root().join("components").join("schemas");
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let items: IndexMap<&str, &Source> =
        schemas.filter_map(|(name, schema)| Some((name.as_str(), schema.as_item()?))).collect();
    for name in order::innermost_first(&items, refs) {
        if let Some(item) = items.get(name) {
            make(name, &Found { item, pointer: base.join(name) }, refs, reporter);
        }
    }
    let named = items.keys().filter_map(|name| {
        let schema = refs.made.get(name)?;
        let has_name = refs.made.has_name(name, &schema);
        has_name.then(|| ((*name).to_owned(), Rc::unwrap_or_clone(schema)))
    });
    named.collect()
}

/// A reference to a component: its name, or what it is where it has none.
pub(super) fn by_name(
    reference: &str,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let Some((name, found)) = refs.follow::<Source>(reference, pointer, reporter) else {
        return Schema::bare(pointer, Kind::Open);
    };
    let named = |nullable: bool| Schema {
        nullable,
        ..Schema::bare(pointer, Kind::Component(name.clone()))
    };
    match refs.made.get(&name) {
        Some(schema) if !refs.made.has_name(&name, &schema) => Rc::unwrap_or_clone(schema),
        Some(schema) => named(schema.nullable),
        None => {
            // It is made of what refers to it here, or it would have been made before.
            if !order::is_type_at_once(found.item) {
                refs.made.named.borrow_mut().insert(name.clone());
            }
            named(found.item.schema_data.nullable)
        }
    }
}

/// A schema whose members are wanted, not a name for them.
pub(super) fn written_out(
    schema: &ReferenceOr<Source>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let followed = followed(schema::resolve(schema, pointer, refs, reporter), refs, reporter);
    match followed.behind {
        Some(behind) => refs.write_out(&behind, pointer),
        None => followed.schema,
    }
}

/// A schema, with what is behind its name where it has one.
pub(super) struct Followed {
    pub(super) schema: Schema,
    behind: Option<Rc<Schema>>,
}

impl Followed {
    pub(super) fn kind(&self) -> &Kind {
        self.behind.as_ref().map_or(&self.schema.kind, |behind| &behind.kind)
    }
}

/// Looks behind a schema's name, without writing anything out.
pub(super) fn followed(schema: Schema, refs: &Refs<'_>, reporter: &mut Reporter) -> Followed {
    let behind = match &schema.kind {
        Kind::Component(name) => Some(behind(name, &schema.pointer, refs, reporter)),
        _ => None,
    };
    Followed { schema, behind }
}

/// What a component is, for a schema that names it.
pub(super) fn behind(
    name: &str,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Rc<Schema> {
    let reference = format!("#/components/schemas/{}", name.replace('~', "~0").replace('/', "~1"));
    let Some((name, found)) = refs.follow::<Source>(&reference, pointer, reporter) else {
        return Rc::new(Schema::bare(pointer, Kind::Open));
    };
    if refs.made.get(&name).is_none() && refs.made.is_open(&name) {
        let cause = format!("the component `{name}` holds itself without a property between");
        reporter.problem(pointer, cause, "break the circle in the overlay");
        return Rc::new(Schema::bare(pointer, Kind::Open));
    }
    make(&name, &found, refs, reporter)
}

fn make(
    name: &str,
    found: &Found<'_, Source>,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Rc<Schema> {
    if let Some(schema) = refs.made.get(name) {
        return schema;
    }
    refs.made.open.borrow_mut().push(name.to_owned());
    let schema = Rc::new(schema::lower(found, refs, reporter));
    refs.made.open.borrow_mut().pop();
    if schema.levels() > LEVELS_WRITTEN_OUT || schema.count() > SCHEMAS_WRITTEN_OUT {
        refs.made.named.borrow_mut().insert(name.to_owned());
    }
    refs.made.schemas.borrow_mut().insert(name.to_owned(), Rc::clone(&schema));
    schema
}

fn is_type(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::Object(_) | Kind::Enumeration(_) | Kind::Union(_))
}
