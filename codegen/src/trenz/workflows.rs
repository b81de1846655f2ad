//! The hand-written workflows of the client use a few operations: the `workflows` table says which,
//! by operationId, and the list here says what of each is used, in Rust names. What generates
//! compiles: an operation that is missing or does not fit stops generation, unless the table
//! `left_out` has the workflow.

mod needs;

use crate::decisions::Decisions;
use crate::plan::{Crate, Field, Operation, Path, Shape, Type, TypeDef, Workflow};
use crate::report::{Pointer, Reporter};
use needs::{Need, Part, WORKFLOWS};

/// Finds the operations of each workflow, and gives their types the names that the client uses.
pub(crate) fn bind(krate: &mut Crate, decisions: &Decisions, reporter: &mut Reporter) {
    let mut bound = Vec::new();
    for workflow in WORKFLOWS {
        let name = workflow.name;
        if decisions.left_out.find(|entry| entry.workflow == name).is_some() {
            decisions.workflows.all(|entry| entry.workflow == name).for_each(drop);
            let text = format!(
                "`{name}` is left out: take it out of the default features in trenz-api/Cargo.toml, and \
                 delete by hand what shows it ({})",
                workflow.shown_by
            );
            reporter.note("workflows", &Pointer::root(), text);
            continue;
        }
        if let Some(base) = workflow.stands_on.filter(|base| is_left_out(base, decisions)) {
            reporter.problem(
                &Pointer::root(),
                format!("the workflow `{name}` uses `{base}`, which is left out"),
                "leave it out as well, in the `left_out` table of spec/decisions.json",
            );
        }
        let mut types = Vec::new();
        for part in workflow.parts {
            types.extend(self::part(name, part, krate, decisions, reporter));
        }
        for shared in workflow.shared {
            if !is_around_a_string(shared, krate) {
                let place = Pointer::root().join("components");
                reporter.problem(
                    &place,
                    format!(
                        "the workflow `{name}` fills in the shared type `{shared}`, which is not \
                         there as an object with nothing but one string"
                    ),
                    format!(
                        "share it in the `shared` table of spec/decisions.json, take it out of \
                         trenz-api/src/workflow/{name} and codegen/src/trenz/workflows/needs.rs, or give \
                         the workflow up in the table `left_out`"
                    ),
                );
            }
        }
        types.sort();
        types.dedup();
        bound.push(Workflow { name, types });
    }
    if !bound.is_empty() {
        let names: Vec<_> = bound.iter().map(|workflow| workflow.name).collect();
        reporter.note("workflows", &Pointer::root(), format!("kept: {}", names.join(", ")));
    }
    krate.workflows = bound;
}

/// Whether a workflow is left out; does not count as a use of the decision.
pub(super) fn is_left_out(workflow: &str, decisions: &Decisions) -> bool {
    decisions.left_out.iter().any(|(_, entry, _)| entry.workflow == workflow)
}

fn is_around_a_string(shared: &str, krate: &Crate) -> bool {
    let definition = krate.shared.iter().find(|definition| definition.name() == shared);
    match definition.map(|definition| &definition.shape) {
        Some(Shape::InputStruct(fields)) => {
            matches!(fields.as_slice(), [field] if field.ty == Type::String)
        }
        _ => false,
    }
}

/// The types of one part, each under the name that the client uses.
fn part(
    workflow: &str,
    part: &Part,
    krate: &Crate,
    decisions: &Decisions,
    reporter: &mut Reporter,
) -> Vec<(String, String)> {
    let operations = || krate.modules.values().flat_map(|module| &module.operations);
    let is_bound = |id: &str| {
        let mut entries = decisions.workflows.iter().map(|(_, entry, _)| entry);
        entries.any(|e| e.workflow == workflow && e.part == part.name && e.operation == id)
    };
    let give_up = format!(
        "or leave the workflow out with `{{\"workflow\": \"{workflow}\", \"reason\": …}}` in the table \
         `left_out`"
    );
    let Some(operation) = operations().find(|operation| is_bound(&operation.id)) else {
        let fit = operations().filter(|operation| fit(part, operation, krate).faults.is_empty());
        let fit: Vec<_> = fit.map(|operation| format!("`{}`", operation.id)).collect();
        let fit = if fit.is_empty() { "none".to_owned() } else { fit.join(", ") };
        reporter.problem(
            &Pointer::root().join("paths"),
            format!(
                "the document has no operation that the workflow `{workflow}` (trenz-api/src/workflow/\
                 {workflow}.rs) could use as `{}`; by their inputs and answers would fit: {fit}",
                part.name
            ),
            format!("name another one in the `workflows` table of spec/decisions.json, {give_up}"),
        );
        return Vec::new();
    };
    decisions
        .workflows
        .find(|e| e.workflow == workflow && e.part == part.name && e.operation == operation.id);
    let fit = fit(part, operation, krate);
    for (pointer, fault) in fit.faults {
        reporter.operation_problem(
            &pointer,
            &operation.id,
            format!("the workflow `{workflow}` cannot use it as `{}`: {fault}", part.name),
            format!(
                "describe it so in the overlay, or, if it only has another name, give it this one \
                 in the `members` table of spec/decisions.json; change trenz-api/src/workflow/{workflow}.rs \
                 and codegen/src/trenz/workflows/needs.rs together; {give_up}"
            ),
        );
    }
    fit.types
}

/// The comparison of an operation with the needs.
struct Fit<'a> {
    operation: &'a Operation,
    krate: &'a Crate,
    types: Vec<(String, String)>,
    faults: Vec<(Pointer, String)>,
}

fn fit<'a>(part: &Part, operation: &'a Operation, krate: &'a Crate) -> Fit<'a> {
    let mut fit = Fit { operation, krate, types: Vec::new(), faults: Vec::new() };
    let (module, _) = operation.rust_path.rsplit_once("::").unwrap_or_default();
    let own = |name: &str| Path::new(&module.into(), name);
    fit.named(part.request, &own(&operation.type_name));
    fit.named(part.builder, &own(&operation.builder.name));
    let inputs: Vec<_> = operation.inputs.iter().map(|input| &input.field).collect();
    fit.fields(part.inputs, "", &inputs, &operation.pointer, true);
    if part.answer.is_empty() {
        return fit;
    }
    let data = operation.answer.as_ref().and_then(|answer| fit.definition(answer));
    if let Some((data, fields)) = data.and_then(|data| Some((data, data.shape.fields()?))) {
        let fields: Vec<_> = fields.iter().collect();
        fit.named(part.data, &data.path);
        fit.fields(part.answer, "", &fields, &operation.pointer, false);
    } else {
        let fault = "its response is not an object with properties".to_owned();
        fit.faults.push((operation.pointer.clone(), fault));
    }
    fit
}

impl<'a> Fit<'a> {
    /// Compares the fields of one object with the needs below a path; `sent` is for what callers
    /// fill in, where all required fields must be among the needs.
    fn fields(
        &mut self,
        needs: &[Need],
        path: &str,
        fields: &[&'a Field],
        place: &Pointer,
        sent: bool,
    ) {
        let below = |need: &Need| {
            need.0.strip_prefix(path).filter(|name| !name.is_empty() && !name.contains('.'))
        };
        let needed = needs.iter().filter_map(|need| Some((below(need)?, need)));
        for (name, (whole, wanted, alias)) in needed {
            let Some(field) = fields.iter().find(|field| field.rust == name) else {
                self.faults.push((place.clone(), format!("`{whole}` is missing")));
                continue;
            };
            let found = self.kind(field, sent);
            let is_word = *wanted == "word" && ["string", "enumeration"].contains(&found.as_str());
            if found != *wanted && !is_word {
                let fault = format!("`{whole}`: expected {wanted}, found {found}");
                self.faults.push((field.pointer.clone(), fault));
                continue;
            }
            let Some(definition) = self.definition(&field.ty) else { continue };
            self.named(alias, &definition.path);
            if let Some(fields) = definition.shape.fields() {
                let fields: Vec<_> = fields.iter().collect();
                self.fields(needs, &format!("{whole}."), &fields, &field.pointer, sent);
            }
        }
        let is_needed = |field: &Field| needs.iter().any(|need| below(need) == Some(&field.rust));
        for field in fields.iter().filter(|field| sent && field.required && !is_needed(field)) {
            let fault =
                format!("`{path}{}` is required, but the workflow does not set it", field.rust);
            self.faults.push((field.pointer.clone(), fault));
        }
    }

    /// The kind of a field, in the words of the needs. A list in a response is empty where it is
    /// missing.
    fn kind(&self, field: &Field, sent: bool) -> String {
        let is_there = field.required || !sent && matches!(field.ty, Type::List(_));
        format!("{}{}", if is_there { "" } else { "optional " }, self.kind_of(&field.ty))
    }

    fn kind_of(&self, ty: &Type) -> String {
        match ty {
            Type::String => "string".to_owned(),
            Type::Integer => "integer".to_owned(),
            Type::Unsigned => "unsigned integer".to_owned(),
            Type::Boolean => "boolean".to_owned(),
            Type::Json => "JSON".to_owned(),
            Type::List(inner) => format!("list of {}", self.kind_of(inner)),
            Type::Map(inner) => format!("map to {}", self.kind_of(inner)),
            _ => match self.definition(ty).map(|definition| &definition.shape) {
                Some(Shape::OpenEnum { .. }) => "enumeration".to_owned(),
                Some(shape) if shape.fields().is_some() => "object".to_owned(),
                _ => "another type".to_owned(),
            },
        }
    }

    /// The definition of a type, or of the elements of a list or map.
    fn definition(&self, ty: &Type) -> Option<&'a TypeDef> {
        let path = match ty {
            Type::Named(path) => path,
            Type::List(inner) | Type::Map(inner) => return self.definition(inner),
            _ => return None,
        };
        let own = self.operation.types.iter();
        let all = own.chain(&self.krate.shared).chain(&self.krate.components);
        all.into_iter().find(|definition| definition.path == *path)
    }

    /// Adds a type under the name that the client uses.
    fn named(&mut self, alias: &str, path: &Path) {
        if !alias.is_empty() {
            self.types.push((alias.to_owned(), path.below_root()));
        }
    }
}
