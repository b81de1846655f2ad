//! The hand-written workflows of the client use a few operations: the `workflows` table says which,
//! by operationId, and the list in `needs` says what of each is used, in Rust names and types. What
//! generates compiles: an operation that is missing or does not fit stops generation, unless the table
//! `left_out` has the workflow.

mod needs;

use crate::decisions::Decisions;
use crate::emit;
use crate::plan::{Crate, Field, Operation, Shape, Type, TypeDef, Workflow};
use crate::report::{Pointer, Reporter, quoted};
use needs::{Step, WORKFLOWS};

/// Finds the operations of each workflow, and gives their types the names that the client uses.
pub(crate) fn bind(krate: &mut Crate, decisions: &Decisions, reporter: &Reporter) {
    let mut bound = Vec::new();
    for workflow in WORKFLOWS {
        let name = workflow.name;
        if decisions.left_out.find(|entry| entry.workflow == name).is_some() {
            decisions.workflows.all(|entry| entry.workflow == name).for_each(drop);
            let text = format!(
                "`{name}` is left out: take it out of the default features in trenz-api/Cargo.toml, and \
                 delete by hand what shows it ({})",
                workflow.used_by
            );
            reporter.note("workflows", &Pointer::root(), text);
            continue;
        }
        if let Some(base) = workflow.requires.filter(|base| is_left_out(base, decisions)) {
            reporter.problem(
                &Pointer::root(),
                format!("the workflow `{name}` uses `{base}`, which is left out"),
                "leave it out as well, in the `left_out` table of spec/decisions.json",
            );
        }
        let mut types = Vec::new();
        for step in workflow.steps {
            types.extend(self::step(name, step, krate, decisions, reporter));
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
                         trenz-api/src/workflow/{name} and codegen/src/trenz/workflows/needs.rs, or leave \
                         the workflow out in the table `left_out`"
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
    decisions.left_out.iter().any(|entry| entry.workflow == workflow)
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
fn step(
    workflow: &str,
    step: &Step,
    krate: &Crate,
    decisions: &Decisions,
    reporter: &Reporter,
) -> Vec<(String, String)> {
    let operations = || krate.operations();
    let is_bound = |id: &str| {
        let mut entries = decisions.workflows.iter();
        entries.any(|e| e.workflow == workflow && e.part == step.name && e.operation == id)
    };
    let leave_out = format!(
        "or leave the workflow out with `{{\"workflow\": \"{workflow}\", \"reason\": …}}` in the table \
         `left_out`"
    );
    let Some(operation) = operations().find(|operation| is_bound(&operation.id)) else {
        let fit = operations().filter(|operation| fit(step, operation, krate).faults.is_empty());
        let fit = quoted(fit.map(|operation| &operation.id));
        let fit = if fit.is_empty() { "none" } else { &fit };
        reporter.problem(
            &Pointer::root().join("paths"),
            format!(
                "the document has no operation that the workflow `{workflow}` (trenz-api/src/workflow/\
                 {workflow}.rs) could use as `{}`; by their inputs and responses would fit: {fit}",
                step.name
            ),
            format!("name another one in the `workflows` table of spec/decisions.json, {leave_out}"),
        );
        return Vec::new();
    };
    decisions
        .workflows
        .find(|e| e.workflow == workflow && e.part == step.name && e.operation == operation.id);
    let fit = fit(step, operation, krate);
    for (pointer, fault) in fit.faults {
        reporter.operation_problem(
            &pointer,
            &operation.id,
            format!("the workflow `{workflow}` cannot use it as `{}`: {fault}", step.name),
            format!(
                "describe it so in the overlay, or, if it only has another name, give it this one \
                 in the `members` table of spec/decisions.json; change trenz-api/src/workflow/{workflow}.rs \
                 and codegen/src/trenz/workflows/needs.rs together; {leave_out}"
            ),
        );
    }
    fit.types
}

/// The comparison of an operation with what a part uses.
struct Fit<'a> {
    operation: &'a Operation,
    krate: &'a Crate,
    /// The types under the names that the client uses.
    types: Vec<(String, String)>,
    faults: Vec<(Pointer, String)>,
}

fn fit<'a>(step: &Step, operation: &'a Operation, krate: &'a Crate) -> Fit<'a> {
    let mut fit = Fit { operation, krate, types: Vec::new(), faults: Vec::new() };
    let [request, builder, output] = step.names;
    let (module, _) = operation.rust_path.rsplit_once("::").unwrap_or_default();
    fit.alias(request, operation.rust_path.clone());
    fit.alias(builder, format!("{module}::{}", operation.builder.name));
    let inputs: Vec<_> = operation.fields().collect();
    fit.fields(&needs::fields(step.inputs), "", &inputs, &operation.pointer, true);
    if step.output.is_empty() {
        return fit;
    }
    let definition = operation.output.as_ref().and_then(|output| fit.definition(output));
    if let Some(definition) = definition.filter(|definition| definition.shape.is_struct()) {
        fit.alias(output, definition.path.below_root());
        let fields: Vec<_> = definition.shape.fields().iter().collect();
        fit.fields(&needs::fields(step.output), "", &fields, &operation.pointer, false);
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
        needs: &[(&str, &str)],
        path: &str,
        fields: &[&'a Field],
        place: &Pointer,
        sent: bool,
    ) {
        let below = |need: &str| {
            need.strip_prefix(path).filter(|name| !name.contains('.')).map(str::to_owned)
        };
        for (need, wanted) in needs {
            let Some(name) = below(need) else { continue };
            let Some(field) = fields.iter().find(|field| field.rust == name) else {
                self.faults.push((place.clone(), format!("`{need}` is missing")));
                continue;
            };
            let alias =
                wanted.rsplit_once(' ').map_or("_", |(_, alias)| alias.trim_end_matches('>'));
            let found = self.spelled(field, alias, sent);
            if !wanted.split(" | ").any(|wanted| found == wanted) {
                let fault = format!("`{need}`: expected `{wanted}`, found `{found}`");
                self.faults.push((field.pointer.clone(), fault));
            } else if let Some(definition) = self.definition(&field.ty) {
                self.alias(alias.trim_matches('_'), definition.path.below_root());
                let fields: Vec<_> = definition.shape.fields().iter().collect();
                self.fields(needs, &format!("{need}."), &fields, &field.pointer, sent);
            }
        }
        let is_needed =
            |field: &Field| needs.iter().any(|(need, _)| below(need).as_ref() == Some(&field.rust));
        for field in fields.iter().filter(|field| sent && field.required && !is_needed(field)) {
            let fault =
                format!("`{path}{}` is required, but the workflow does not set it", field.rust);
            self.faults.push((field.pointer.clone(), fault));
        }
    }

    /// The type of a field in the words of the needs.
    fn spelled(&self, field: &Field, alias: &str, sent: bool) -> String {
        let ty = if sent { emit::input_type(field) } else { emit::output_type(field) };
        let Some(definition) = self.definition(&field.ty) else { return ty };
        let keyword = match definition.shape {
            Shape::Enum { .. } => "enum",
            Shape::InputStruct(_) | Shape::OutputStruct(_) => "struct",
            Shape::Union { .. } | Shape::Newtype(_) => "type",
        };
        ty.replace(definition.name(), &format!("{keyword} {alias}"))
    }

    fn definition(&self, ty: &Type) -> Option<&'a TypeDef> {
        let path = ty.named()?;
        let own = self.operation.types.iter();
        let mut all = own.chain(&self.krate.shared).chain(&self.krate.components);
        all.find(|definition| definition.path == *path)
    }

    /// Adds a type under the name that the client uses, if it uses one.
    fn alias(&mut self, alias: &str, path: String) {
        if !alias.is_empty() {
            self.types.push((alias.to_owned(), path));
        }
    }
}
