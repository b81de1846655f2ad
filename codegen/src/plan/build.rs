//! Makes the plan from the model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::components::Components;
use super::cycles::Cycles;
use super::definitions::Definitions;
use super::scope::NameScope;
use super::{
    Builder, Crate, EnumKind, Field, Input, Module, Operation, PageStyle, Paging, Path, Shape,
    TaskId, Type, TypeDef, Variant,
};
use crate::decisions::Decisions;
use crate::model::{
    self, Api, Bound, ClientPath, Declared, Kind, Location, Number, Position, ResponseForm, Schema,
    Side,
};
use crate::names;
use crate::report::{Pointer, Reporter};
use crate::shared::Shared;

/// Plans the whole crate.
pub(crate) fn krate(
    api: Api,
    shared: &[Shared],
    decisions: &Decisions,
    auto_rename: bool,
    reporter: &Reporter,
) -> Crate {
    let mut modules: BTreeMap<Vec<String>, Module> = BTreeMap::new();
    let mut components = Components::of(&api, decisions, auto_rename, reporter);
    let described = self::components(&api, shared, &mut components, decisions);
    let mut scopes = scopes(&api, decisions, auto_rename);
    for operation in
        api.operations.iter().filter(|operation| !operation.client_path.words.is_empty())
    {
        let scope = scopes
            .entry(&operation.client_path.modules)
            .or_insert_with(|| NameScope::new(auto_rename));
        let planned = self::operation(operation, &components, &described, scope, decisions);
        if operation.response.optional
            && (operation.task_id.is_some() || operation.paging.is_some())
        {
            let text = "neither a task nor paged, because a response may have no content";
            reporter.note("plan", &operation.response.pointer, text);
        }
        let path = &operation.client_path;
        let handles = self::handles(&path.titles, scope, &components, decisions);
        let module = modules.entry(path.modules.clone()).or_insert_with(|| Module {
            titles: path.titles.clone(),
            handles,
            description: operation
                .tags
                .first()
                .map_or(String::new(), |tag| api.tags.get(tag).cloned().unwrap_or_default()),
            direct: false,
            operations: Vec::new(),
        });
        if module.titles != path.titles {
            let (first, second) = (module.titles.join("/"), path.titles.join("/"));
            reporter.operation_problem(
                &operation.pointer.join("tags"),
                &operation.id,
                format!("the area `{second}` conflicts with `{first}`: both have the same path"),
                "rename a tag in the overlay",
            );
        }
        module.operations.push(planned);
    }
    for (path, module) in modules.iter_mut().filter(|_| auto_rename) {
        module.direct = match (path.as_slice(), module.operations.as_slice()) {
            ([step], [operation]) => *step == operation.method_name,
            _ => false,
        };
    }
    Crate {
        title: api.title,
        version: api.version,
        modules,
        shared: shared_types(shared, &components, decisions),
        components: described,
        declared: api.declared.into_iter().map(declared).collect(),
        facts: api.facts,
        workflows: Vec::new(),
    }
}

/// `Data` and `Products`, the types on the path from a client to an operation.
fn handles(
    titles: &[String],
    scope: &NameScope,
    components: &Components,
    decisions: &Decisions,
) -> Vec<String> {
    let named = |title: &String| names::pascal(&names::words(title, decisions), decisions);
    let mut handles: Vec<String> = titles.iter().map(named).collect();
    // If a type of the module or a component has the name, the handle gets another one.
    if let [handle] = handles.as_mut_slice()
        && (scope.conflicts(handle) || components.conflicts(handle))
    {
        handle.push_str("Api");
    }
    handles
}

/// The names of each module that its requests use.
fn scopes<'a>(
    api: &'a Api,
    decisions: &Decisions,
    auto_rename: bool,
) -> BTreeMap<&'a [String], NameScope> {
    let mut scopes = BTreeMap::new();
    for ClientPath { modules, words, suffix, .. } in
        api.operations.iter().map(|one| &one.client_path)
    {
        let scope = scopes.entry(modules.as_slice()).or_insert_with(|| NameScope::new(auto_rename));
        scope.reserve(names::pascal(words, decisions) + suffix, &[]);
    }
    scopes
}

fn operation(
    source: &model::Operation,
    components: &Components,
    described: &[TypeDef],
    scope: &mut NameScope,
    decisions: &Decisions,
) -> Operation {
    let module: Arc<str> = source.client_path.modules.join("::").into();
    let words = &source.client_path.words;
    let type_name = names::pascal(words, decisions) + source.client_path.suffix;
    let mut types = Definitions {
        module: &module,
        components,
        scope,
        decisions,
        side: Side::Input,
        both: false,
        defined: Vec::new(),
    };
    let below = |wire: &str| -> Vec<String> {
        words.iter().cloned().chain(names::words(wire, decisions)).collect()
    };
    let inputs = source.inputs.iter().filter(|input| input.schema.only != Some(Side::Response));
    let inputs = inputs.map(|input| {
        let field = if input.location == Location::Rest {
            types.rest(&input.schema, words)
        } else {
            let ty = types.ty(&input.schema, &below(&input.wire));
            // Only JSON can represent null.
            let nullable = input.schema.nullable && input.location == Location::Body;
            let schema = Schema { nullable, ..input.schema.clone() };
            types.member(&type_name, &input.wire, input.required, &schema, ty)
        };
        Input {
            field,
            location: input.location,
            style: input.style.clone(),
            nested_bounds: Vec::new(),
        }
    });
    let inputs: Vec<Input> = inputs.collect();
    types.side = Side::Response;
    let output = source
        .response
        .schema
        .as_ref()
        .map(|schema| output(schema, &source.client_path, &mut types));
    let defined = types.defined;
    let all = || defined.iter().chain(described);
    let output_fields = output.as_ref().map_or(&[][..], |output| fields(output, all()));
    let field = |wire: &str| -> Option<&Field> { output_fields.iter().find(|f| f.wire == wire) };
    let task_id = source.task_id.as_ref().and_then(|wire| field(wire));
    let task_id = task_id.map(|f| TaskId { wire: f.wire.clone(), rust: f.rust.clone() });
    let paging =
        source.paging.as_ref().and_then(|paging| self::paging(paging, &inputs, output_fields));
    let optional = source.response.optional;
    Operation {
        id: source.id.clone(),
        pointer: source.pointer.clone(),
        method: source.method.clone(),
        path: source.path.clone(),
        summary: source.summary.clone(),
        description: source.description.clone(),
        deprecated: source.deprecated,
        billing: source.billing.clone(),
        group: source.client_path.group.clone(),
        area: source.client_path.titles.last().cloned().unwrap_or_default(),
        rust_path: format!("{module}::{type_name}"),
        type_name,
        method_name: names::snake(words),
        inputs,
        builder: Builder::default(),
        body: source.body.clone(),
        task_id: task_id.filter(|_| !optional),
        paging: paging.filter(|_| !optional),
        output: self::content(output, &source.response),
        wrapping: source.response.wrapping,
        form: source.response.form,
        accept: source.response.media_type.clone(),
        sends_key: source.sends_key,
        optional: source.response.optional,
        types: defined,
    }
}

/// The fields of a response's struct.
fn fields<'t>(output: &Type, mut types: impl Iterator<Item = &'t TypeDef>) -> &'t [Field] {
    let path = output.path();
    let definition = types.find(|definition| Some(&definition.path) == path);
    definition.map_or(&[], |definition| definition.shape.fields())
}

/// The same in Rust names; none if a property is missing, which the convention that found the
/// paging has reported.
fn paging(source: &model::Paging, inputs: &[Input], output_fields: &[Field]) -> Option<Paging> {
    let input = |wire: &String| inputs.iter().find(|input| input.field.wire == *wire);
    let field = |wire: &String| output_fields.iter().find(|field| field.wire == *wire);
    let name =
        |wire: &Option<String>| wire.as_ref().and_then(field).map(|field| field.rust.clone());
    let (style, position, size) = match &source.position {
        Position::Number { page, size } => (PageStyle::Number, page, Some(size)),
        Position::Offset { offset, limit } => (PageStyle::Offset, offset, Some(limit)),
        Position::Cursor { cursor, size } => (PageStyle::Cursor, cursor, size.as_ref()),
        Position::Token { token, size } => (PageStyle::Cursor, token, size.as_ref()),
    };
    let size = size.and_then(input);
    let max_size =
        size.into_iter().flat_map(|input| &input.field.bounds).find_map(|bound| match bound {
            Bound::AtMost(Number::Integer(most)) => i64::try_from(*most).ok(),
            _ => None,
        });
    let items = field(&source.items)?;
    let Type::List(item) = &items.ty else { return None };
    Some(Paging {
        style,
        style_name: source.position.name(),
        position: input(position)?.field.rust.clone(),
        size: size.map(|input| input.field.rust.clone()),
        max_size,
        items: items.rust.clone(),
        items_wire: source.items.clone(),
        item: (**item).clone(),
        total: name(&source.total),
        pages: source.pages.clone(),
        next: name(&source.next),
        more: name(&source.more),
    })
}

/// The type of a response's content.
fn content(json: Option<Type>, response: &model::Response) -> Option<Type> {
    let ty = match response.form {
        ResponseForm::Nothing => return None,
        ResponseForm::Json => json?,
        ResponseForm::Raw => Type::Json,
        ResponseForm::Text => Type::String,
        ResponseForm::Bytes => Type::Bytes,
    };
    Some(if response.optional { Type::Nullable(Box::new(ty)) } else { ty })
}

/// The response's own type ends in `Data`; the types inside it do not.
fn output(schema: &Schema, at: &ClientPath, types: &mut Definitions<'_>) -> Type {
    if !matches!(schema.kind, Kind::Object(_)) {
        return types.ty(schema, &at.response_words);
    }
    let mut named: Vec<String> = at.words.clone();
    named.push("data".to_owned());
    let path = Path::new(types.module, types.reserve(names::pascal(&named, types.decisions)));
    types.define(path.clone(), schema, &at.response_words);
    Type::Named(path)
}

fn shared_types(shared: &[Shared], components: &Components, decisions: &Decisions) -> Vec<TypeDef> {
    let mut all = Vec::new();
    for Shared { name, schema, in_inputs, in_responses } in shared {
        let side = if *in_inputs { Side::Input } else { Side::Response };
        let both = *in_inputs && *in_responses;
        let module = &"".into();
        let scope = &mut NameScope::new(false);
        let mut types =
            Definitions { module, components, scope, decisions, side, both, defined: Vec::new() };
        let words = names::words(name, decisions);
        types.define(Path::new(module, name), schema, &words);
        all.append(&mut types.defined);
    }
    all
}

/// The component schemas that an operation or a shared type refers to by name.
fn components(
    api: &Api,
    shared: &[Shared],
    components: &mut Components,
    decisions: &Decisions,
) -> Vec<TypeDef> {
    let mut scope = components.scope();
    let mut wanted = BTreeSet::new();
    let mut input_side = BTreeSet::new();
    for operation in &api.operations {
        for input in &operation.inputs {
            collect(&input.schema, api, &mut input_side);
        }
        if let Some(schema) = &operation.response.schema {
            collect(schema, api, &mut wanted);
        }
    }
    for Shared { schema, in_inputs, in_responses, .. } in shared {
        if *in_inputs {
            collect(schema, api, &mut input_side);
        }
        if *in_responses {
            collect(schema, api, &mut wanted);
        }
    }
    let mut all = Vec::new();
    for (name, schema) in &api.components {
        let (side, both) = match (input_side.contains(name), wanted.contains(name)) {
            (true, both) => (Side::Input, both),
            (false, true) => (Side::Response, false),
            (false, false) => continue,
        };
        let path = components.path(name);
        let (module, scope) = (&Arc::clone(&path.module), &mut scope);
        let components = &*components;
        let mut types =
            Definitions { module, components, scope, decisions, side, both, defined: Vec::new() };
        types.define(path, schema, &names::words(name, decisions));
        all.append(&mut types.defined);
    }
    box_cycles(&mut all);
    all
}

/// Adds a box wherever a type would contain itself directly.
fn box_cycles(types: &mut [TypeDef]) {
    let parts: Vec<(Path, Vec<Path>)> =
        types.iter().map(|def| (def.path.clone(), direct_parts(def))).collect();
    let edges = parts.iter().flat_map(|(path, parts)| parts.iter().map(move |part| (path, part)));
    let cycles = Cycles::new(edges);
    for def in types {
        if let Shape::InputStruct(fields) | Shape::OutputStruct(fields) = &mut def.shape {
            for field in fields {
                let ty = match &mut field.ty {
                    Type::OrNull(inner) => inner,
                    ty => ty,
                };
                if let Type::Named(part) = ty
                    && cycles.contain(&def.path, part)
                {
                    *ty = Type::Boxed(Box::new(ty.clone()));
                }
            }
        }
    }
}

/// The types that a struct contains without a list or a map in between.
fn direct_parts(definition: &TypeDef) -> Vec<Path> {
    let parts = definition.shape.fields().iter().map(|field| match &field.ty {
        Type::OrNull(inner) => inner.path(),
        ty => ty.path(),
    });
    parts.flatten().cloned().collect()
}

/// Adds every component that a schema refers to. Chains of components may be long, so they are on a
/// list and not on the stack.
fn collect(schema: &Schema, api: &Api, found: &mut BTreeSet<String>) {
    let mut todo = vec![schema];
    while let Some(schema) = todo.pop() {
        match &schema.kind {
            Kind::Component(name) => {
                if let Some(component) = api.components.get(name)
                    && found.insert(name.clone())
                {
                    todo.push(component);
                }
            }
            Kind::Object(object) => {
                todo.extend(object.fields.iter().map(|field| &field.schema));
                todo.extend(object.rest.as_deref());
            }
            Kind::Union(union) => {
                todo.extend(union.alternatives.iter().map(|alternative| &alternative.schema));
            }
            Kind::Array(inner) | Kind::Map(inner) | Kind::Wrapped(_, inner) => todo.push(inner),
            _ => {}
        }
    }
}

fn declared(declared: Declared) -> (&'static str, TypeDef) {
    let variants = declared
        .values
        .into_iter()
        .map(|(wire, rust, description)| Variant { wire, rust, description })
        .collect();
    let kind = if declared.open { EnumKind::Open } else { EnumKind::Closed };
    let shape = Shape::Enum { kind, variants, extras: Vec::new() };
    let definition = TypeDef {
        path: Path::new(&"".into(), declared.name),
        pointer: Pointer::root(),
        description: declared.doc,
        shape,
        builder: None,
    };
    (declared.module, definition)
}
