//! Responses are `{data, request_id, usage?}`: one envelope, inlined again in each operation.
//! Callers want the data; the rest is the same for all.
//!
//! A member is named after its role unless the `envelope` table says otherwise. A member without a
//! role is a note where all roles are filled, and a problem where it may be one that is missing.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::usage;
use crate::decisions::{Decisions, EnvelopeMember, Table};
use crate::facts::Meaning;
use crate::model::{Api, Field, Kind, Object, ResponseForm, Schema, Wrapping};
use crate::report::{Pointer, Reporter, quoted};
use crate::roles::EnvelopeRole;

/// Each role, and its meaning to the runtime.
const ROLES: [(EnvelopeRole, Meaning); 7] = [
    (EnvelopeRole::Data, Meaning::Data),
    (EnvelopeRole::RequestId, Meaning::RequestId),
    (EnvelopeRole::Usage, Meaning::Usage),
    (EnvelopeRole::Page, Meaning::Page),
    (EnvelopeRole::PageSize, Meaning::PageSize),
    (EnvelopeRole::Total, Meaning::Total),
    (EnvelopeRole::Warnings, Meaning::Warnings),
];

/// The roles that every response has, except those of free calls.
const EXPECTED: [EnvelopeRole; 2] = [EnvelopeRole::RequestId, EnvelopeRole::Usage];

const TABLE: &str = "the `envelope` table of spec/decisions.json";

/// Replaces each response by its data.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let roles = Roles { table: &decisions.envelope };
    let mut envelopes = Envelopes::default();
    let mut bare = 0;
    let mut missing = Vec::new();
    for operation in &mut api.operations {
        let Some(schema) = operation.response.schema.take() else { continue };
        let body = schema.object(&api.components);
        let wrapped = body.is_some_and(|object| roles.data(object).is_some());
        let decided = |id: &str| id == operation.id || id == "*";
        if !wrapped && decisions.bare.find(|entry| decided(&entry.id)).is_some() {
            operation.response.schema = Some(schema);
            bare += 1;
            continue;
        }
        match roles.unwrap(body.cloned(), &operation.id, &mut envelopes) {
            Ok(data) => {
                operation.response.wrapping =
                    if data.required { Wrapping::Envelope } else { Wrapping::OptionalData };
                operation.response.schema = Some(data.schema);
            }
            Err(evidence) => {
                missing.push((operation.response.pointer.clone(), operation.id.clone(), evidence));
            }
        }
    }
    let unwrapped = envelopes.members.len();
    report_missing_data(&missing, unwrapped, reporter);
    let forms = api.operations.iter().map(|operation| operation.response.form);
    let empty = forms.filter(|form| *form == ResponseForm::Nothing).count();
    let other = api.operations.len() - unwrapped - bare - missing.len() - empty;
    let spell = |count: usize, what: &str| match count {
        0 => String::new(),
        count => format!("{count} {what}, "),
    };
    let bare = spell(bare, "bare") + &spell(other, "of another kind");
    let paths = Pointer::root().join("paths");
    let text =
        format!("{unwrapped} responses unwrapped to their `data`, {bare}{empty} without content");
    reporter.note("envelope", &paths, text);
    roles.check(&envelopes, reporter);
    let described = api.components.values().filter_map(|schema| schema.object(&api.components));
    described
        .filter(|object| roles.data(object).is_some())
        .for_each(|object| roles.mark_used(object));
    for (role, meaning) in ROLES {
        let names = if unwrapped > 0 { roles.names(role) } else { Vec::new() };
        api.facts.words.insert(meaning, names.into_iter().map(str::to_owned).collect());
    }
    let usage = envelopes.usage(&roles, &api.components);
    usage::apply(usage.as_ref(), api, decisions, reporter);
}

/// The envelopes' members besides their data.
#[derive(Default)]
struct Envelopes {
    /// By operation.
    members: IndexMap<String, Vec<Field>>,
}

impl Envelopes {
    /// The members of all `usage` objects together; `None` where no response has one.
    fn usage(&self, roles: &Roles<'_>, components: &IndexMap<String, Schema>) -> Option<Object> {
        let names = roles.names(EnvelopeRole::Usage);
        let fields = self.members.values().flatten();
        let mut accounts = fields.filter(|field| names.contains(&field.wire.as_str())).peekable();
        accounts.peek()?;
        let described = accounts.filter_map(|field| field.schema.object(components));
        let mut all: IndexMap<&str, &Field> = IndexMap::new();
        for field in described.flat_map(|object| &object.fields) {
            all.entry(&field.wire).or_insert(field);
        }
        Some(Object { fields: all.into_values().cloned().collect(), rest: None })
    }
}

/// The document's names for the roles of an envelope.
struct Roles<'d> {
    table: &'d Table<EnvelopeMember>,
}

impl<'d> Roles<'d> {
    fn names(&self, role: EnvelopeRole) -> Vec<&'d str> {
        let entries: Vec<_> = self.table.iter().filter(|entry| entry.role == role).collect();
        if entries.is_empty() {
            return vec![role.name()];
        }
        entries.into_iter().filter_map(|entry| entry.member.as_deref()).collect()
    }

    /// Whether the table says that no member has this role.
    fn is_absent(&self, role: EnvelopeRole) -> bool {
        self.table.iter().any(|entry| entry.role == role && entry.member.is_none())
    }

    fn data<'f>(&self, object: &'f Object) -> Option<&'f Field> {
        let names = self.names(EnvelopeRole::Data);
        object.fields.iter().find(|field| names.contains(&field.wire.as_str()))
    }

    fn role(&self, wire: &str) -> Option<EnvelopeRole> {
        let decided = self.table.iter().find(|entry| entry.member.as_deref() == Some(wire));
        decided.map(|entry| entry.role).or_else(|| {
            let mut roles = ROLES.into_iter().map(|(role, ..)| role);
            roles.find(|role| self.names(*role).contains(&wire))
        })
    }

    /// Marks the entries about this object's members as used.
    fn mark_used(&self, object: &Object) {
        for field in &object.fields {
            self.table.find(|entry| entry.member.as_ref() == Some(&field.wire));
        }
    }

    /// The data; the other members are kept.
    fn unwrap(
        &self,
        body: Option<Object>,
        id: &str,
        envelopes: &mut Envelopes,
    ) -> Result<Field, String> {
        let Some(object) = body else {
            return Err("the body is not an object with properties".to_owned());
        };
        let Some(data) = self.data(&object).map(|field| field.wire.clone()) else {
            let [name, ..] = self.names(EnvelopeRole::Data)[..] else {
                return Err("the table says that no member has the data".to_owned());
            };
            let members = list(object.fields.iter().map(|field| field.wire.as_str()));
            return Err(format!("expected a member `{name}`, found {members}"));
        };
        self.mark_used(&object);
        let (data, beside): (Vec<_>, Vec<_>) =
            object.fields.into_iter().partition(|field| field.wire == data);
        envelopes.members.insert(id.to_owned(), beside);
        data.into_iter().next().ok_or_else(String::new)
    }

    /// Checks every envelope: missing roles, unknown members, wrong types.
    fn check(&self, envelopes: &Envelopes, reporter: &Reporter) {
        let mut unknown: BTreeMap<&str, Vec<&Field>> = BTreeMap::new();
        for field in envelopes.members.values().flatten() {
            match self.role(&field.wire) {
                None => unknown.entry(&field.wire).or_default().push(field),
                Some(role) => check_kind(role, field, reporter),
            }
        }
        let mut suspected = false;
        for role in EXPECTED {
            suspected |= self.is_missing(role, envelopes, &unknown, reporter);
        }
        for (member, fields) in unknown.iter().filter(|_| !suspected) {
            let count = fields.len();
            let text =
                format!("{count} responses have a further member `{member}`, kept as `extra`");
            reporter.note("envelope", &fields[0].schema.pointer, text);
        }
    }

    /// Reports a role without a member; returns whether an unknown member may have it.
    fn is_missing(
        &self,
        role: EnvelopeRole,
        envelopes: &Envelopes,
        unknown: &BTreeMap<&str, Vec<&Field>>,
        reporter: &Reporter,
    ) -> bool {
        let name = role.name();
        let has = |names: &[&str], fields: &[Field]| {
            fields.iter().any(|field| names.contains(&field.wire.as_str()))
        };
        if self.is_absent(role) {
            // A stale entry stays unused, and is reported.
            if !envelopes.members.values().any(|fields| has(&[name], fields)) {
                self.table.find(|entry| entry.role == role && entry.member.is_none());
            }
            return false;
        }
        if envelopes.members.is_empty() {
            return false;
        }
        let names = self.names(role);
        let lacking = envelopes.members.iter().filter(|(_, fields)| !has(&names, fields));
        let lacking: Vec<_> = lacking.collect();
        let unknown_members = |fields: &[Field]| -> Vec<String> {
            let fields = fields.iter().filter(|field| unknown.contains_key(field.wire.as_str()));
            fields.filter(|field| may_be(role, field)).map(|field| field.wire.clone()).collect()
        };
        let all = lacking.len() == envelopes.members.len();
        let suspects = lacking.iter().filter(|(_, fields)| !unknown_members(fields).is_empty());
        let suspects: Vec<_> = suspects.collect();
        let paths = Pointer::root().join("paths");
        let remedy = format!(
            "name the member in {TABLE} (`{{\"role\": \"{name}\", \"member\": …, \"reason\": …}}`), \
             or give it the role `other`; a `member` of null says that responses have none"
        );
        match suspects.first() {
            Some((id, fields)) => {
                let members = list(unknown_members(fields).iter().map(String::as_str));
                let count = suspects.len();
                let cause = format!(
                    "{count} responses have no `{name}`, but the unknown members {members} \
                     (the first is that of `{id}`)"
                );
                reporter.problem(&paths, cause, remedy);
                true
            }
            None if all => {
                reporter.problem(&paths, format!("no response has a member `{name}`"), remedy);
                false
            }
            None => {
                if !lacking.is_empty() {
                    let ids = list(lacking.iter().map(|(id, _)| id.as_str()));
                    reporter.note(
                        "envelope",
                        &paths,
                        format!("no `{name}` in the responses of {ids}"),
                    );
                }
                false
            }
        }
    }
}

/// Whether an unknown member could have a role, by its type.
fn may_be(role: EnvelopeRole, field: &Field) -> bool {
    match (role, &field.schema.kind) {
        (EnvelopeRole::RequestId, kind) => matches!(kind, Kind::String | Kind::Integer),
        (_, kind) => matches!(kind, Kind::Object(_) | Kind::Component(_) | Kind::Open),
    }
}

fn check_kind(role: EnvelopeRole, field: &Field, reporter: &Reporter) {
    let kind = &field.schema.kind;
    let (fits, what) = match role {
        EnvelopeRole::RequestId => (matches!(kind, Kind::String), "a string"),
        EnvelopeRole::Usage => {
            (matches!(kind, Kind::Object(_) | Kind::Component(_) | Kind::Open), "an object")
        }
        EnvelopeRole::Page | EnvelopeRole::PageSize | EnvelopeRole::Total => {
            (matches!(kind, Kind::Integer), "an integer")
        }
        EnvelopeRole::Warnings => (matches!(kind, Kind::Array(_)), "a list"),
        EnvelopeRole::Data | EnvelopeRole::Other => (true, ""),
    };
    if !fits {
        let wire = &field.wire;
        reporter.problem(
            &field.schema.pointer,
            format!("`{wire}` of the envelope: expected {what}"),
            format!(
                "describe it as one in the overlay, or give another member its role in {TABLE}"
            ),
        );
    }
}

/// One problem if it is so with all responses, otherwise one for each.
fn report_missing_data(
    missing: &[(Pointer, String, String)],
    unwrapped: usize,
    reporter: &Reporter,
) {
    let remedy = format!(
        "name the member that holds the data in {TABLE} \
         (`{{\"role\": \"data\", \"member\": …, \"reason\": …}}`); if the body itself is the data, \
         list the operation in the table `bare`"
    );
    if let [(_, first, evidence), _, ..] = missing
        && unwrapped == 0
    {
        let count = missing.len();
        let paths = Pointer::root().join("paths");
        let cause = format!(
            "none of the {count} responses is an envelope {{data, request_id, usage?}}: of the first, \
             that of `{first}`, {evidence}"
        );
        return reporter.problem(&paths, cause, remedy);
    }
    for (pointer, id, evidence) in missing {
        let cause =
            format!("the response is not an envelope {{data, request_id, usage?}}: {evidence}");
        reporter.operation_problem(pointer, id, cause, remedy.as_str());
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names = quoted(names);
    if names.is_empty() { "nothing".to_owned() } else { names }
}
