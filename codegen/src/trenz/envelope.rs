//! Every answer is `{data, request_id, usage?}`: one envelope, written out again in
//! each operation. What callers want is `data`; the rest is the same for all.

use indexmap::IndexMap;

use crate::decisions::Decisions;
use crate::model::{Api, Constant, Field, Kind, Object, Schema, Term};
use crate::report::{Pointer, Reporter};

/// The members an envelope may have. The last four stand only in the component
/// that describes the envelope and that no operation refers to.
const MEMBERS: [&str; 7] =
    ["data", "request_id", "usage", "page", "page_size", "total", "warnings"];

/// What the runtime can know about the coins of a call, and what it calls it.
const ROLES: [(&str, &str, &str); 2] = [
    ("coin_cost", "USAGE_COIN_COST", "The member of `usage` that says what the call cost."),
    ("balance", "USAGE_BALANCE", "The member of `usage` that says what is left."),
];

/// Replaces each answer by its `data`.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    let components = api.components.clone();
    let mut unwrapped = 0;
    let mut usage: Option<Object> = None;
    for operation in &mut api.operations {
        let Some(schema) = operation.answer.schema.take() else { continue };
        match unwrap(schema, &components) {
            Ok((data, account)) => {
                operation.answer.schema = Some(data);
                usage = usage.or(account);
                unwrapped += 1;
            }
            Err(evidence) => reporter.operation_problem(
                &operation.answer.pointer,
                &operation.id,
                format!("the answer is no envelope {{data, request_id, usage?}}: {evidence}"),
                "describe it as one in the overlay, or teach `trenz/envelope.rs` the new form",
            ),
        }
    }
    let bare = api.operations.len() - unwrapped;
    reporter.note(
        "envelope",
        &Pointer::root().join("paths"),
        format!("{unwrapped} answers unwrapped to their `data`, {bare} without content"),
    );
    usage_facts(usage.as_ref(), api, decisions, reporter);
}

/// The `data` of an envelope and what its `usage` may hold.
fn unwrap(
    schema: Schema,
    components: &IndexMap<String, Schema>,
) -> Result<(Schema, Option<Object>), String> {
    let Kind::Object(object) = schema.kind else {
        return Err("it is not an object with properties".to_owned());
    };
    if let Some(field) = object.fields.iter().find(|f| !MEMBERS.contains(&f.wire.as_str())) {
        return Err(format!("it has a member `{}`", field.wire));
    }
    let usage = object.fields.iter().find(|field| field.wire == "usage");
    let usage = usage.and_then(|field| described(&field.schema, components).cloned());
    let data = object.fields.into_iter().find(|field| field.wire == "data");
    data.map(|field| (field.schema, usage)).ok_or_else(|| "it has no member `data`".to_owned())
}

fn described<'a>(
    schema: &'a Schema,
    components: &'a IndexMap<String, Schema>,
) -> Option<&'a Object> {
    match &schema.kind {
        Kind::Object(object) => Some(object),
        Kind::Component(name) => match &components.get(name)?.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        },
        _ => None,
    }
}

/// Tells the runtime how `usage` is spelled; what is not recognised is unknown to
/// it, never zero.
fn usage_facts(
    usage: Option<&Object>,
    api: &mut Api,
    decisions: &Decisions,
    reporter: &mut Reporter,
) {
    let fields: &[Field] = usage.map_or(&[], |object| &object.fields);
    let place = Pointer::root().join("components").join("schemas").join("UsageInfo");
    let mut recognised = Vec::new();
    for (role, name, doc) in ROLES {
        let entry = decisions.usage.find(|entry| {
            entry.role == role && fields.iter().any(|field| field.wire == entry.member)
        });
        if let Some(entry) = entry {
            recognised.push(entry.member.as_str());
            reporter.note("envelope", &place, format!("`usage.{}` is the {role}", entry.member));
        }
        let member = entry.map_or("not recognised", |entry| entry.member.as_str());
        api.terms.push(Term::word(doc.trim_start_matches("The ").trim_end_matches('.'), member));
        let value = entry.map_or("None".to_owned(), |entry| format!("Some({:?})", entry.member));
        api.facts.push(Constant { name, ty: "Option<&str>", value, doc: doc.to_owned() });
    }
    for field in fields.iter().filter(|field| !recognised.contains(&field.wire.as_str())) {
        reporter.problem(
            &field.schema.pointer,
            format!("nothing says what `usage.{}` means", field.wire),
            "give it a role in the `usage` table of spec/decisions.json",
        );
    }
}
