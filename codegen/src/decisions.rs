//! What the maintainers decided about the document: names, shared types, wording.
//!
//! Data with a reason on every entry, kept in `spec/decisions.json`. An entry that
//! matches nothing is a problem: it was written for a document that has moved on.

use std::cell::Cell;

use crate::load;
use crate::model::Side;
use crate::report::{Location, Reporter, Text};
use crate::roles::{EnvelopeRole, ErrorRole, ExtensionRole, TaskMeaning, UsageRole};
use crate::sources::Source;
use serde::Deserialize;

/// The decisions table. Every list may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Decisions {
    /// Words that are written as one although their case says otherwise.
    pub(crate) words: Table<Word>,
    /// Leading words of operationIds that say no more than their group does.
    pub(crate) leading_words: Table<LeadingWord>,
    /// Operations that get another name than the rules give them.
    pub(crate) operations: Table<OperationName>,
    /// Types that get another name than the rules give them.
    pub(crate) types: Table<TypeName>,
    /// Fields and variants that get another name than the rules give them.
    pub(crate) members: Table<MemberName>,
    /// What the numbers of an integer enum count.
    pub(crate) units: Table<Unit>,
    /// Types that several operations share.
    pub(crate) shared: Table<SharedType>,
    /// Which members of an answer are which part of its envelope, where they are not
    /// called after it.
    pub(crate) envelope: Table<RoleMember<EnvelopeRole>>,
    /// Operations whose answer stands in no envelope.
    pub(crate) bare: Table<BareAnswer>,
    /// Extensions that say what a call costs, where they are called otherwise.
    pub(crate) extensions: Table<ExtensionName>,
    /// What the members of an answer's account of its costs mean.
    pub(crate) usage: Table<RoleMember<UsageRole>>,
    /// Members of an answer that name the task it starts.
    pub(crate) task_ids: Table<TaskId>,
    /// What the statuses of a task mean.
    pub(crate) task_statuses: Table<TaskStatus>,
    /// The operations that hand-written work of several calls stands on.
    pub(crate) workflows: Table<WorkflowPart>,
    /// Hand-written work of several calls that the client is made without.
    pub(crate) left_out: Table<LeftOut>,
    /// Operations whose replay class is not what the rules say.
    pub(crate) replay: Table<ReplayClass>,
    /// Which lists come in pages, where the rules cannot tell.
    pub(crate) pages: Table<PagedList>,
    /// What the columns of the table of error codes are called.
    pub(crate) error_columns: Table<ErrorColumns>,
    /// Error codes that ask for something.
    pub(crate) error_codes: Table<ErrorCode>,
    /// Passages of the document's prose that are wrong or say nothing in rustdoc.
    pub(crate) prose: Table<Prose>,
}

/// A word that stays one word: `GitHub` is `github`, never `git_hub`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    pub(crate) word: String,
    reason: String,
}

/// A word dropped from the front of every operationId of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeadingWord {
    pub(crate) group: String,
    pub(crate) word: String,
    reason: String,
}

/// The method name of one operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OperationName {
    pub(crate) id: String,
    pub(crate) name: String,
    reason: String,
}

/// The name of one type, found by the path that the rules would give it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeName {
    pub(crate) path: String,
    pub(crate) name: String,
    reason: String,
}

/// The name of one field or variant, found by its type's path and its wire name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberName {
    pub(crate) path: String,
    pub(crate) wire: String,
    pub(crate) name: String,
    reason: String,
}

/// The unit that the values of an integer enum are counted in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unit {
    pub(crate) property: String,
    pub(crate) name: String,
    reason: String,
}

/// One type for every property of these names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharedType {
    pub(crate) name: String,
    /// What the type is, for its documentation.
    pub(crate) doc: String,
    pub(crate) properties: Vec<String>,
    pub(crate) kind: SharedKind,
    /// Only in what callers send, or only in what they get.
    pub(crate) within: Option<Side>,
    /// Operations in which a property of such a name is something else.
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// Whether the places must agree or each may show a part of the whole.
    #[serde(default)]
    pub(crate) agreement: Agreement,
    reason: String,
}

/// The kind of schema a shared type stands for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SharedKind {
    Enum,
    Object,
}

/// How alike the places of a shared type must be.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Agreement {
    /// Each place shows the same schema.
    #[default]
    Same,
    /// Each place may leave fields out; those it shows have the same type.
    Union,
}

/// The part that one member plays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleMember<R> {
    pub(crate) role: R,
    /// The member's name; null where the document has none of this role, and the
    /// client is to be made without knowing.
    pub(crate) member: Option<String>,
    reason: String,
}

impl<R: Copy> RoleMember<R> {
    fn subject(&self, of: &str, role: impl Fn(R) -> &'static str) -> String {
        match &self.member {
            Some(member) => format!("the {of} member `{member}`"),
            None => format!("the {of} role `{}`, which it says nothing has,", role(self.role)),
        }
    }
}

/// An operation that is answered with the data itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BareAnswer {
    /// The operation, or `*` for all of them.
    pub(crate) id: String,
    reason: String,
}

/// What the extension of one role is called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionName {
    pub(crate) role: ExtensionRole,
    pub(crate) name: String,
    reason: String,
}

/// A member of an answer that names the task it starts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskId {
    pub(crate) member: String,
    reason: String,
}

/// What a status of a task means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskStatus {
    pub(crate) status: String,
    pub(crate) means: TaskMeaning,
    /// Whether the schema does not list it, but it is met all the same.
    #[serde(default)]
    pub(crate) unlisted: bool,
    reason: String,
}

/// The operation that does one part of a workflow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkflowPart {
    pub(crate) workflow: String,
    pub(crate) part: String,
    pub(crate) operation: String,
    reason: String,
}

/// A workflow that the client is made without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftOut {
    pub(crate) workflow: String,
    reason: String,
}

/// Whether one operation may be sent again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayClass {
    pub(crate) id: String,
    pub(crate) class: String,
    reason: String,
}

/// How one operation comes in pages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PagedList {
    pub(crate) id: String,
    /// `none`, or the style that the rules find.
    pub(crate) style: String,
    /// The member of the answer that holds the items.
    #[serde(default)]
    pub(crate) items: String,
    reason: String,
}

/// The headings of a table of error codes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorColumns {
    status: String,
    code: String,
    meaning: String,
    reason: String,
}

impl ErrorColumns {
    pub(crate) fn names(&self) -> [&str; 3] {
        [&self.status, &self.code, &self.meaning]
    }
}

/// What one error code asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCode {
    pub(crate) code: String,
    pub(crate) role: ErrorRole,
    /// Whether the table of codes does not list it, but it is met all the same.
    #[serde(default)]
    pub(crate) unlisted: bool,
    reason: String,
}

/// A passage of a description and what stands in its place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prose {
    pub(crate) find: String,
    pub(crate) replace: String,
    reason: String,
}

/// A list of decisions that remembers which of them were used.
#[derive(Debug)]
pub(crate) struct Table<T>(Vec<(T, Cell<bool>)>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Vec::<T>::deserialize(deserializer)?;
        Ok(Self(entries.into_iter().map(|entry| (entry, Cell::new(false))).collect()))
    }
}

impl<T> Table<T> {
    /// The first entry that `matches`; it counts as used.
    pub(crate) fn find(&self, matches: impl Fn(&T) -> bool) -> Option<&T> {
        let (entry, used) = self.0.iter().find(|(entry, _)| matches(entry))?;
        used.set(true);
        Some(entry)
    }

    /// Every entry that `matches`; each counts as used.
    pub(crate) fn all(&self, matches: impl Fn(&T) -> bool) -> impl Iterator<Item = &T> {
        self.0.iter().filter(move |(entry, _)| matches(entry)).map(|(entry, used)| {
            used.set(true);
            entry
        })
    }

    /// Every entry with its place in the table, without counting as used.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &T, &Cell<bool>)> {
        self.0.iter().enumerate().map(|(index, (entry, used))| (index, entry, used))
    }
}

/// Reads the table, or none; reports what cannot be read and entries without a reason.
pub(crate) fn read(source: Option<&Source<'_>>, reporter: &mut Reporter) -> Decisions {
    let json = source.and_then(|source| load::json(source, Text::Decisions, reporter));
    let Some(json) = json else { return Decisions::default() };
    let decisions: Decisions = match serde_path_to_error::deserialize(json) {
        Ok(decisions) => decisions,
        Err(error) => {
            let pointer = load::pointer(error.path());
            reporter.problem(
                Location { text: Text::Decisions, pointer },
                error.inner().to_string(),
                "write the entry as `codegen/src/decisions.rs` describes it",
            );
            return Decisions::default();
        }
    };
    for (at, what, reason, _) in decisions.entries() {
        if reason.trim().is_empty() {
            let cause = format!("the decision on {what} gives no reason");
            reporter.problem(at, cause, "say why in `reason`");
        }
    }
    decisions
}

impl Decisions {
    /// Reports every entry that nothing in the document asked for.
    pub(crate) fn report_unused(&self, reporter: &mut Reporter) {
        for (at, what, _, used) in self.entries() {
            if !used {
                let cause = format!("the decision on {what} matches nothing in the document");
                reporter.problem(at, cause, "remove the entry, or correct what it names");
            }
        }
    }

    /// Each entry as its place, subject, reason and whether it was used.
    fn entries(&self) -> Vec<(Location, String, &str, bool)> {
        let root = Location::root(Text::Decisions);
        let mut rows = Vec::new();
        macro_rules! rows {
            ($($table:ident: $subject:expr),* $(,)?) => {$(
                rows.extend(self.$table.iter().map(|(index, entry, used)| {
                    let subject: String = $subject(entry);
                    let at = root.join(stringify!($table)).join(index);
                    (at, subject, entry.reason.as_str(), used.get())
                }));
            )*};
        }
        rows!(
            words: |e: &Word| format!("the word `{}`", e.word),
            leading_words: |e: &LeadingWord| format!("the leading word `{}`", e.word),
            operations: |e: &OperationName| format!("the operation `{}`", e.id),
            types: |e: &TypeName| format!("the type `{}`", e.path),
            members: |e: &MemberName| format!("`{}` of `{}`", e.wire, e.path),
            units: |e: &Unit| format!("the unit of `{}`", e.property),
            shared: |e: &SharedType| format!("the shared type `{}`", e.name),
            envelope: |e: &RoleMember<_>| e.subject("envelope", EnvelopeRole::name),
            bare: |e: &BareAnswer| format!("the bare answer of `{}`", e.id),
            extensions: |e: &ExtensionName| format!("the extension `{}`", e.name),
            usage: |e: &RoleMember<_>| e.subject("usage", UsageRole::name),
            task_ids: |e: &TaskId| format!("the task id `{}`", e.member),
            task_statuses: |e: &TaskStatus| format!("the task status `{}`", e.status),
            workflows: |e: &WorkflowPart| format!("`{}` of the workflow `{}`", e.part, e.workflow),
            left_out: |e: &LeftOut| format!("the workflow `{}`", e.workflow),
            replay: |e: &ReplayClass| format!("the replay class of `{}`", e.id),
            pages: |e: &PagedList| format!("the pages of `{}`", e.id),
            error_columns: |e: &ErrorColumns| format!("the column `{}` of error codes", e.code),
            error_codes: |e: &ErrorCode| format!("the error code `{}`", e.code),
            prose: |e: &Prose| format!("the passage “{}”", e.find),
        );
        rows
    }
}
