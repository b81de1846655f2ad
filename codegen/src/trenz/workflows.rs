//! Work of several calls is written by hand in the client, and stands on a few
//! operations: which ones, the `workflows` table says by operationId, and what is used
//! of each stands here, in Rust names. What generates compiles: an operation that is
//! gone or does not fit stops generation, unless the table `left_out` gives the
//! workflow up.

mod needs;

use crate::decisions::Decisions;
use crate::plan::{Crate, Field, Operation, Path, Shape, Type, TypeDef, Workflow};
use crate::report::{Pointer, Reporter};
use needs::{Is, Need, Part, WORKFLOWS};

/// Finds what each workflow stands on, and gives it the names that the client uses.
pub(crate) fn bind(krate: &mut Crate, decisions: &Decisions, reporter: &mut Reporter) {
    let mut bound = Vec::new();
    for workflow in WORKFLOWS {
        let name = workflow.name;
        if decisions.left_out.find(|entry| entry.workflow == name).is_some() {
            decisions.workflows.all(|entry| entry.workflow == name).for_each(drop);
            let text = format!(
                "`{name}` is left out: trenz-api/src/workflow/{name}.rs is not compiled, and what shows it \
                 is to be deleted by hand ({})",
                workflow.shown_by
            );
            reporter.note("workflows", &Pointer::root(), text);
            continue;
        }
        if let Some(base) = workflow.stands_on.filter(|base| is_left_out(base, decisions)) {
            reporter.problem(
                &Pointer::root(),
                format!("the workflow `{name}` stands on `{base}`, which is left out"),
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

/// Whether a workflow is given up; does not count as a use of the decision.
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

/// The types of one part, each under the name that the client has for it.
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
        "or give the workflow up with `{{\"workflow\": \"{workflow}\", \"reason\": …}}` in the table \
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

/// How an operation fits what is wanted of it.
struct Fit<'a> {
    operation: &'a Operation,
    krate: &'a Crate,
    types: Vec<(String, String)>,
    faults: Vec<(Pointer, String)>,
}

fn fit<'a>(part: &Part, operation: &'a Operation, krate: &'a Crate) -> Fit<'a> {
    let mut fit = Fit { operation, krate, types: Vec::new(), faults: Vec::new() };
    let inputs: Vec<_> = operation.inputs.iter().map(|input| &input.field).collect();
    fit.fields(part.inputs, &inputs, &operation.pointer, Some("the request"));
    let (module, _) = operation.rust_path.rsplit_once("::").unwrap_or_default();
    let own = |name: &str| Path::new(&module.into(), name);
    fit.named(part.request, &own(&operation.type_name));
    fit.named(part.builder, &own(&operation.builder.name));
    if part.answer.is_empty() {
        return fit;
    }
    let answer = operation.answer.as_ref();
    match answer.and_then(|answer| fit.structure(answer)) {
        Some((path, fields)) => {
            fit.fields(part.answer, &fields.iter().collect::<Vec<_>>(), &operation.pointer, None);
            fit.named(part.data, path);
        }
        None => fit.fault(&operation.pointer, "its answer is no object with properties".to_owned()),
    }
    fit
}

impl<'a> Fit<'a> {
    /// `request` names what callers fill in: all that it requires must be among the needs.
    fn fields(
        &mut self,
        needs: &[Need],
        fields: &[&'a Field],
        place: &Pointer,
        request: Option<&str>,
    ) {
        for need in needs {
            match fields.iter().find(|field| field.rust == need.name) {
                Some(field) => self.field(need, field, request.is_some()),
                None => self.fault(place, format!("it has no `{}`", need.name)),
            }
        }
        let Some(request) = request else { return };
        let is_needed = |field: &Field| needs.iter().any(|need| need.name == field.rust);
        for field in fields.iter().filter(|field| field.required && !is_needed(field)) {
            let fault = format!("{request} must have `{}`, which it does not give", field.rust);
            self.fault(&field.pointer, fault);
        }
    }

    fn field(&mut self, need: &Need, field: &'a Field, sent: bool) {
        let name = need.name;
        // A list in an answer is empty where it is missing.
        let is_list = !sent && matches!(field.ty, Type::List(_));
        if field.required != need.required && !is_list {
            let (wanted, is) = if need.required {
                ("always there", "may be missing")
            } else {
                ("something that may be missing", "is always there")
            };
            self.fault(&field.pointer, format!("`{name}` must be {wanted}, and {is}"));
        }
        let structure = match (need.is, &field.ty) {
            (Is::Text | Is::Word, Type::String)
            | (Is::Integer, Type::Integer)
            | (Is::Flag, Type::Boolean)
            | (Is::Json, Type::Json) => return,
            (Is::Texts, Type::List(items)) if **items == Type::String => return,
            (Is::Word | Is::Enumeration(_), ty) if self.enumeration(ty).is_some() => {
                if let (Is::Enumeration(alias), Some(found)) = (need.is, self.enumeration(ty)) {
                    self.named(alias, found);
                }
                return;
            }
            (Is::Object(..), ty) => Some(ty),
            (Is::Objects(..), Type::List(inner)) | (Is::Entries(..), Type::Map(inner)) => {
                Some(&**inner)
            }
            _ => None,
        };
        let structure = structure.and_then(|ty| self.structure(ty));
        match (need.is, structure) {
            (
                Is::Object(alias, needs) | Is::Objects(alias, needs) | Is::Entries(alias, needs),
                Some((found, fields)),
            ) => {
                let within = format!("`{name}`");
                let request = sent.then_some(within.as_str());
                self.fields(needs, &fields.iter().collect::<Vec<_>>(), &field.pointer, request);
                self.named(alias, found);
            }
            _ => self.fault(&field.pointer, format!("`{name}` must be {}", need.is.words())),
        }
    }

    fn fault(&mut self, pointer: &Pointer, fault: String) {
        self.faults.push((pointer.clone(), fault));
    }

    fn definition(&self, ty: &Type) -> Option<&'a TypeDef> {
        let Type::Named(path) = ty else { return None };
        let own = self.operation.types.iter();
        let all = own.chain(&self.krate.shared).chain(&self.krate.components);
        all.into_iter().find(|definition| definition.path == *path)
    }

    fn structure(&self, ty: &Type) -> Option<(&'a Path, &'a [Field])> {
        let definition = self.definition(ty)?;
        Some((&definition.path, definition.shape.fields()?))
    }

    fn enumeration(&self, ty: &Type) -> Option<&'a Path> {
        let definition = self.definition(ty)?;
        matches!(definition.shape, Shape::OpenEnum { .. }).then_some(&definition.path)
    }

    /// Adds a type under the name that the client has for it.
    fn named(&mut self, alias: &str, path: &Path) {
        if !alias.is_empty() {
            self.types.push((alias.to_owned(), path.below_root()));
        }
    }
}
