//! What the maintainers decided about the document: names, shared types, wording.
//!
//! Data with a reason on every entry, kept in `spec/decisions.json`. An entry that
//! matches nothing is a problem: it was written for a document that has moved on.

use std::cell::Cell;

use crate::load;
use crate::model::Side;
use crate::report::{Location, Reporter, Text};
use crate::roles::{
    EnvelopeRole, ErrorMemberRole, ErrorRole, ExtensionRole, TaskMeaning, UsageRole,
};
use crate::sources::Source;
use serde::Deserialize;

/// Defines the tables, each with the struct of its entries and what reports call one of them.
/// Every table may be left out; every entry has a reason.
macro_rules! tables {
    ($(
        $(#[doc = $doc:literal])+
        $table:ident: $Entry:ident {
            $($(#[doc = $field_doc:literal])* $(#[serde($serde:ident)])? $field:ident: $ty:ty,)*
        } is $subject:expr;
    )*) => {
        /// The decisions table.
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct Decisions {
            $($(#[doc = $doc])+ pub(crate) $table: Table<$Entry>,)*
        }

        $(
            $(#[doc = $doc])+
            #[derive(Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $Entry {
                $(
                    $(#[doc = $field_doc])*
                    $(#[serde($serde)])?
                    pub(crate) $field: $ty,
                )*
                reason: String,
            }
        )*

        impl Decisions {
            /// Each entry as its place, subject, reason and whether it was used.
            fn entries(&self) -> Vec<(Location, String, &str, bool)> {
                let root = Location::root(Text::Decisions);
                let mut rows = Vec::new();
                $(
                    let subject: fn(&$Entry) -> String = $subject;
                    rows.extend(self.$table.iter().map(|(index, entry, used)| {
                        let at = root.join(stringify!($table)).join(index);
                        (at, subject(entry), entry.reason.as_str(), used.get())
                    }));
                )*
                rows
            }
        }
    };
}

tables! {
    /// A word that stays one word although its case says otherwise: `GitHub` is `github`,
    /// never `git_hub`.
    words: Word { word: String, } is |e| format!("the word `{}`", e.word);

    /// A word dropped from the front of every operationId of a group, which says it already.
    leading_words: LeadingWord { group: String, word: String, }
        is |e| format!("the leading word `{}`", e.word);

    /// The name of an operation, where it gets another than the rules give it.
    operations: OperationName { id: String, name: String, }
        is |e| format!("the operation `{}`", e.id);

    /// The name of a type, found by the path that the rules would give it.
    types: TypeName { path: String, name: String, } is |e| format!("the type `{}`", e.path);

    /// The name of a field or variant, found by its type's path and its wire name.
    members: MemberName { path: String, wire: String, name: String, }
        is |e| format!("`{}` of `{}`", e.wire, e.path);

    /// The unit that the values of an integer enum are counted in.
    units: Unit { property: String, name: String, }
        is |e| format!("the unit of `{}`", e.property);

    /// One type for every property of these names, shared by operations.
    shared: SharedType {
        name: String,
        /// What the type is, for its documentation.
        doc: String,
        properties: Vec<String>,
        kind: SharedKind,
        /// Only in what callers send, or only in what they get.
        within: Option<Side>,
        /// The operations in which it holds; all of them, where none is named.
        #[serde(default)]
        only: Vec<String>,
        /// Operations in which a property of such a name is something else.
        #[serde(default)]
        except: Vec<String>,
        /// Whether the places must agree or each may show a part of the whole.
        #[serde(default)]
        agreement: Agreement,
    } is |e| format!("the shared type `{}`", e.name);

    /// A member of a response that is a part of its envelope, where it is not called after it.
    envelope: EnvelopeMember {
        role: EnvelopeRole,
        /// Null where the document has none of this role, and the client is to be made without.
        member: Option<String>,
    } is |e| part_of("envelope", e.role.name(), e.member.as_deref());

    /// An operation whose response stands in no envelope.
    bare: BareAnswer {
        /// The operation, or `*` for all of them.
        id: String,
    } is |e| format!("the bare answer of `{}`", e.id);

    /// What the extension of one role is called, where it is called otherwise.
    extensions: ExtensionName { role: ExtensionRole, name: String, }
        is |e| format!("the extension `{}`", e.name);

    /// What a member of a response's account of its costs means.
    usage: UsageMember {
        role: UsageRole,
        /// Null where the document has none of this role, and the client is to be made without.
        member: Option<String>,
    } is |e| part_of("usage", e.role.name(), e.member.as_deref());

    /// A member of a response that names the task it starts.
    task_ids: TaskId { member: String, } is |e| format!("the task id `{}`", e.member);

    /// What a status of a task means.
    task_statuses: TaskStatus {
        status: String,
        means: TaskMeaning,
        /// Whether the schema does not list it, but it is met all the same.
        #[serde(default)]
        unlisted: bool,
    } is |e| format!("the task status `{}`", e.status);

    /// The operation that does one part of a hand-written workflow.
    workflows: WorkflowPart { workflow: String, part: String, operation: String, }
        is |e| format!("`{}` of the workflow `{}`", e.part, e.workflow);

    /// A workflow that the client is made without.
    left_out: LeftOut { workflow: String, } is |e| format!("the workflow `{}`", e.workflow);

    /// The replay class of an operation, where it is not what the rules say.
    replay: ReplayClass { id: String, class: String, }
        is |e| format!("the replay class of `{}`", e.id);

    /// How an operation comes in pages, where the rules cannot tell.
    pages: PagedList {
        id: String,
        /// `none`, or the style that the rules find.
        style: String,
        /// The member of the response that holds the items.
        #[serde(default)]
        items: String,
    } is |e| format!("the pages of `{}`", e.id);

    /// The headings of a table of error codes.
    error_columns: ErrorColumns { status: String, code: String, meaning: String, }
        is |e| format!("the column `{}` of error codes", e.code);

    /// Where an error's body has a part of it: a path of member names.
    error_members: ErrorMember {
        role: ErrorMemberRole,
        member: String,
    } is |e| part_of("error", e.role.name(), Some(&e.member));

    /// What an error code asks for.
    error_codes: ErrorCode {
        code: String,
        role: ErrorRole,
        /// Whether the table of codes does not list it, but it is met all the same.
        #[serde(default)]
        unlisted: bool,
    } is |e| format!("the error code `{}`", e.code);

    /// A passage of the document's prose that is wrong, or says nothing in rustdoc, and what
    /// stands in its place.
    prose: Prose { find: String, replace: String, }
        is |e| format!("the passage “{}”", e.find);
}

/// What reports call the decision on a member that plays a role.
fn part_of(what: &str, role: &str, member: Option<&str>) -> String {
    match member {
        Some(member) => format!("the {what} member `{member}`"),
        None => format!("the {what} role `{role}`, which it says nothing has,"),
    }
}

impl ErrorColumns {
    pub(crate) fn names(&self) -> [&str; 3] {
        [&self.status, &self.code, &self.meaning]
    }
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
}
