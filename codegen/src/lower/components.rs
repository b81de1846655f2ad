//! Lowers component schemas, each once, and decides which of them have a type of their own.
//!
//! An object, an enumeration or a union has a name; a mere scalar or list is written out
//! wherever it is used. So is no component that holds itself: it needs a name to do so.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema as Source, SchemaKind, Type};

use super::refs::{Found, Refs};
use super::schema;
use crate::model::{Kind, Schema};
use crate::report::{Pointer, Reporter};

/// How many components may be in the making inside of each other, for the sake of the
/// stack. One that is deeper gets a name, and is made later.
const NESTING_LIMIT: usize = 32;

/// The component schemas that have been lowered.
#[derive(Default)]
pub(super) struct Made {
    schemas: RefCell<BTreeMap<String, Schema>>,
    /// In the making, the outermost first.
    open: RefCell<Vec<String>>,
    /// Referred to while they were in the making.
    named: RefCell<BTreeSet<String>>,
}

impl Made {
    /// Whether a component is in the making.
    pub(super) fn is_open(&self, name: &str) -> bool {
        !self.schemas.borrow().contains_key(name) && self.open.borrow().iter().any(|o| o == name)
    }
}

/// Every component schema that is referred to by name, in document order.
pub(super) fn all(
    document: &OpenAPI,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> IndexMap<String, Schema> {
    let base = Pointer::root().join("components").join("schemas");
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let items: Vec<_> = schemas
        .filter_map(|(name, schema)| {
            let item = schema.as_item()?;
            Some((name, Found { item, pointer: base.join(name) }))
        })
        .collect();
    for (name, found) in &items {
        make(name, found, refs, reporter);
    }
    let has_name = |name: &String| {
        let schemas = refs.made.schemas.borrow();
        let schema = schemas.get(name)?;
        (is_type(schema) || refs.made.named.borrow().contains(name)).then(|| schema.clone())
    };
    items.iter().filter_map(|(name, _)| Some(((*name).clone(), has_name(name)?))).collect()
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
    let nullable = found.item.schema_data.nullable;
    let named = |nullable: bool| Schema {
        nullable,
        ..Schema::bare(pointer, Kind::Component(name.clone()))
    };
    if is_type_at_once(found.item) {
        return named(nullable);
    }
    let made = refs.made.schemas.borrow().contains_key(&name);
    let (open, depth) = {
        let open = refs.made.open.borrow();
        (open.contains(&name), open.len())
    };
    if !made && (open || depth >= NESTING_LIMIT) {
        refs.made.named.borrow_mut().insert(name.clone());
        return named(nullable);
    }
    let schema = make(&name, &found, refs, reporter);
    if is_type(&schema) || refs.made.named.borrow().contains(&name) {
        return named(schema.nullable);
    }
    schema
}

/// A schema whose members are wanted, not a name for them.
pub(super) fn written_out(
    schema: &ReferenceOr<Source>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let lowered = schema::resolve(schema, pointer, refs, reporter);
    match &lowered.kind {
        Kind::Component(name) => named(name, &lowered, refs, reporter),
        _ => lowered,
    }
}

/// What a component is, for a schema that names it.
pub(super) fn named(
    name: &str,
    schema: &Schema,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let reference = format!("#/components/schemas/{}", name.replace('~', "~0").replace('/', "~1"));
    let pointer = &schema.pointer;
    let Some((name, found)) = refs.follow::<Source>(&reference, pointer, reporter) else {
        return Schema::bare(pointer, Kind::Open);
    };
    let made = refs.made.schemas.borrow().contains_key(&name);
    if !made && refs.made.open.borrow().contains(&name) {
        let cause = format!("the component `{name}` holds itself without a property between");
        reporter.problem(pointer, cause, "break the circle in the overlay");
        return Schema::bare(pointer, Kind::Open);
    }
    if !made && refs.made.open.borrow().len() >= 2 * NESTING_LIMIT {
        let limit = 2 * NESTING_LIMIT;
        let cause = format!("`{name}` stands more than {limit} components deep in others");
        reporter.problem(pointer, cause, "write out what is meant in the overlay");
        return Schema::bare(pointer, Kind::Open);
    }
    make(&name, &found, refs, reporter)
}

fn make(name: &str, found: &Found<'_, Source>, refs: &Refs<'_>, reporter: &mut Reporter) -> Schema {
    if let Some(schema) = refs.made.schemas.borrow().get(name) {
        return schema.clone();
    }
    refs.made.open.borrow_mut().push(name.to_owned());
    let schema = schema::lower(found, refs, reporter);
    refs.made.open.borrow_mut().pop();
    refs.made.schemas.borrow_mut().insert(name.to_owned(), schema.clone());
    schema
}

/// Whether a component is a type of its own, whatever its parts are.
fn is_type_at_once(schema: &Source) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        _ => false,
    }
}

fn is_type(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::Object(_) | Kind::Enumeration(_) | Kind::Union(_))
}
