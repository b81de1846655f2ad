//! The maintainers' decisions about the document: names, shared types, wording.
//!
//! They are data in `spec/decisions.json`, with a reason on every entry. An entry that matches
//! nothing is stale: a problem, because the document has changed.

#[cfg(test)]
mod reference_tests;

use std::cell::Cell;

use crate::load;
use crate::model::Side;
use crate::report::{Location, Reporter, Text};
use crate::roles::{
    EnvelopeRole, ErrorMemberRole, ErrorRole, ExtensionRole, TaskMeaning, UsageRole,
};
use crate::sources::Source;
use serde::Deserialize;

/// Defines the tables, each with the struct of its entries and the noun for one of them in reports.
/// Every table may be omitted; every entry has a reason.
macro_rules! tables {
    ($(
        $(#[doc = $doc:literal])+
        $table:ident: $Entry:ident {
            $($(#[doc = $field_doc:literal])* $(#[serde($serde:ident)])? $field:ident: $ty:ty,)*
        } is $subject:expr;
    )*) => {
        /// The decisions table.
        #[derive(Debug, Default, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct Decisions {
            /// Where editors find the schema of this file.
            #[serde(rename = "$schema")]
            _schema: Option<String>,
            $($(#[doc = $doc])+ pub(crate) $table: Table<$Entry>,)*
        }

        $(
            $(#[doc = $doc])+
            #[derive(Debug, Deserialize)]
            #[cfg_attr(test, derive(schemars::JsonSchema))]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $Entry {
                $(
                    $(#[doc = $field_doc])*
                    $(#[serde($serde)])?
                    pub(crate) $field: $ty,
                )*
                /// Why it was decided so.
                reason: String,
            }
        )*

        impl Decisions {
            /// The entries: place, subject, reason and whether each was used.
            fn entries(&self) -> Vec<(Location, String, &str, bool)> {
                let root = Location::root(Text::Decisions);
                let mut rows = Vec::new();
                $(
                    let subject: fn(&$Entry) -> String = $subject;
                    rows.extend(self.$table.0.iter().enumerate().map(|(index, (entry, used))| {
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
    /// A word that stays one word although its case says otherwise: `GitHub` is `github`, never `git_hub`.
    ///
    /// Add one when a generated name splits a brand.
    words: Word {
        /// The word as the document spells it.
        word: String,
    } is |e| format!("the word `{}`", e.word);

    /// A word dropped from the front of every operationId of a group, which says it already.
    ///
    /// Add one when names repeat the group that they are in.
    leading_words: LeadingWord {
        /// The title of the group.
        group: String,
        /// The word, in lower case.
        word: String,
    } is |e| format!("the leading word `{}`", e.word);

    /// The name of an operation, where the rules give it another.
    ///
    /// Asked for by: two operations of one name, a name that is reserved, and "no Rust name can be made of the operationId".
    operations: OperationName {
        /// The operationId.
        id: String,
        /// The name in `snake_case`: of the method, and in `CamelCase` of the type.
        name: String,
    } is |e| format!("the operation `{}`", e.id);

    /// The name of a type, found by the path that the rules would give it.
    ///
    /// Asked for by: two types of one name.
    types: TypeName {
        /// The path below the generated folder, as in `async_tasks::StatusStatus`.
        path: String,
        /// The name in `CamelCase`.
        name: String,
    } is |e| format!("the type `{}`", e.path);

    /// The name of a field or variant, found by its type's path and its wire name.
    ///
    /// Asked for by: two fields or two variants of one name.
    members: MemberName {
        /// The path of the type.
        path: String,
        /// The name or value in the document.
        wire: String,
        /// The name in Rust.
        name: String,
    } is |e| format!("`{}` of `{}`", e.wire, e.path);

    /// The unit that the values of an integer enum are counted in, which begins the names of its variants.
    ///
    /// Add one when variants would be called `Value5`.
    units: Unit {
        /// The property whose enum it is.
        property: String,
        /// The unit in `CamelCase`, in the plural.
        name: String,
    } is |e| format!("the unit of `{}`", e.property);

    /// One type for every property of these names, shared by operations.
    ///
    /// Asked for by: the reports of regeneration, which propose equal types for sharing and name each place where a shared
    /// type no longer agrees.
    shared: SharedType {
        /// The name of the type in `CamelCase`.
        name: String,
        /// What the type is, for its documentation.
        doc: String,
        /// The properties whose type it is.
        properties: Vec<String>,
        /// The kind of their schemas.
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

    /// A member of a response that has a role in its envelope, where its name differs from the
    /// role's.
    ///
    /// Asked for by: a response without `data`, `request_id` or `usage`.
    envelope: EnvelopeMember {
        /// The part.
        role: EnvelopeRole,
        /// Null where the document has none of this role, and the client is to be made without.
        member: Option<String>,
    } is |e| describe_role("envelope", e.role.name(), e.member.as_deref());

    /// An operation whose response has no envelope.
    ///
    /// Asked for by: a response without `data` that is the data itself.
    bare: BareResponse {
        /// The operationId, or `*` for all operations.
        id: String,
    } is |e| format!("the bare response of `{}`", e.id);

    /// The name of an extension, where the document renames it.
    ///
    /// Asked for by: operations without a price, billing mode or scope.
    extensions: ExtensionName {
        /// What the extension says.
        role: ExtensionRole,
        /// Its key, which begins with `x-`.
        name: String,
    } is |e| format!("the extension `{}`", e.name);

    /// The meaning of a member of `usage`, a response's account of its costs.
    ///
    /// Asked for by: a member of `usage` without a role, and a role without a member.
    usage: UsageMember {
        /// The meaning.
        role: UsageRole,
        /// Null where the document has none of this role, and the client is to be made without.
        member: Option<String>,
    } is |e| describe_role("usage", e.role.name(), e.member.as_deref());

    /// A member of a response that names the task it starts.
    ///
    /// Asked for by: an operation billed as a task whose response has no such member.
    task_ids: TaskId {
        /// The member below `data`.
        member: String,
    } is |e| format!("the task id `{}`", e.member);

    /// The meaning of a task's status.
    ///
    /// Asked for by: a status that the schema lists and no entry explains, which is polled on.
    task_statuses: TaskStatus {
        /// The status on the wire.
        status: String,
        /// Its meaning.
        means: TaskMeaning,
        /// Whether the schema does not list it, but responses have it all the same.
        #[serde(default)]
        unlisted: bool,
    } is |e| format!("the task status `{}`", e.status);

    /// The operation that does one part of a hand-written workflow.
    ///
    /// Asked for by: a workflow whose operation is gone; the problem lists which operations fit.
    workflows: WorkflowPart {
        /// The workflow's feature: `login`, `publish`, `tasks` or `upload`.
        workflow: String,
        /// The part, as the problem names it.
        part: String,
        /// The operationId.
        operation: String,
    } is |e| format!("`{}` of the workflow `{}`", e.part, e.workflow);

    /// A workflow that the client is made without.
    ///
    /// Asked for by: a workflow whose operations no longer fit.
    left_out: LeftOut {
        /// The workflow's feature.
        workflow: String,
    } is |e| format!("the workflow `{}`", e.workflow);

    /// The replay class of an operation, where the rules give it another.
    ///
    /// Asked for by: nothing. Retries depend on it, so an entry needs the vendor's word.
    replay: ReplayClass {
        /// The operationId.
        id: String,
        /// `free read`, `paid read` or `write`.
        class: String,
    } is |e| format!("the replay class of `{}`", e.id);

    /// The paging of an operation, where the rules cannot tell.
    ///
    /// Asked for by: a paged response with two lists, or with none.
    pages: PagedList {
        /// The operationId.
        id: String,
        /// `none`, or the style that the rules find.
        style: String,
        /// The member of the response that holds the items.
        #[serde(default)]
        items: String,
    } is |e| format!("the pages of `{}`", e.id);

    /// The headings of the document's table of error codes.
    ///
    /// Asked for by: no description with such a table.
    error_columns: ErrorColumns {
        /// The heading of the column of HTTP statuses.
        status: String,
        /// The heading of the column of codes.
        code: String,
        /// The heading of the column of meanings.
        meaning: String,
    } is |e| format!("the column `{}` of error codes", e.code);

    /// The place of a part of an error's body: a path of member names.
    ///
    /// Add one when codes or messages of errors are not read.
    error_members: ErrorMember {
        /// The part.
        role: ErrorMemberRole,
        /// Member names, joined by dots.
        member: String,
    } is |e| describe_role("error", e.role.name(), Some(&e.member));

    /// What an error code of HTTP 429 asks for.
    ///
    /// Asked for by: a code of HTTP 429 without an entry, for which calls wait and retry.
    error_codes: ErrorCode {
        /// The code on the wire.
        code: String,
        /// What it asks for.
        role: ErrorRole,
        /// Whether the table of codes does not list it, but responses have it all the same.
        #[serde(default)]
        unlisted: bool,
    } is |e| format!("the error code `{}`", e.code);

    /// A passage of the document's prose that is wrong, or says nothing in rustdoc, and its replacement.
    ///
    /// Add one when generated documentation misleads.
    prose: Prose {
        /// The passage, as it is in the document.
        find: String,
        /// The replacement.
        replace: String,
    } is |e| format!("the passage “{}”", e.find);
}

/// What reports call the decision on a member that plays a role.
fn describe_role(what: &str, role: &str, member: Option<&str>) -> String {
    match member {
        Some(member) => format!("the {what} member `{member}`"),
        None => format!("the {what} role `{role}`, which no member has,"),
    }
}

impl ErrorColumns {
    pub(crate) fn names(&self) -> [&str; 3] {
        [&self.status, &self.code, &self.meaning]
    }
}

/// The kind of schema of a shared type.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum SharedKind {
    Enum,
    Object,
}

/// How the places of a shared type must agree.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Agreement {
    /// All places have the same schema.
    #[default]
    Same,
    /// A place may omit fields; those it has are of the same type.
    Union,
}

/// A table that records which of its entries were used.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(from = "Vec<T>")]
pub(crate) struct Table<T>(Vec<(T, Cell<bool>)>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<T>> for Table<T> {
    fn from(entries: Vec<T>) -> Self {
        Self(entries.into_iter().map(|entry| (entry, Cell::new(false))).collect())
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

    /// Every entry, without counting as used.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(entry, _)| entry)
    }
}

/// Reads the table, if there is one; reports entries that cannot be read or lack a reason.
pub(crate) fn read(source: Option<&Source<'_>>, reporter: &Reporter) -> Decisions {
    let json = source.and_then(|source| load::json(source, Text::Decisions, reporter));
    let Some(json) = json else { return Decisions::default() };
    let decisions: Decisions = match serde_path_to_error::deserialize(json) {
        Ok(decisions) => decisions,
        Err(error) => {
            let pointer = load::pointer(error.path());
            reporter.problem(
                Location { text: Text::Decisions, pointer },
                error.inner().to_string(),
                "write the entry as spec/DECISIONS.md describes it",
            );
            return Decisions::default();
        }
    };
    for (at, what, reason, _) in decisions.entries() {
        if reason.trim().is_empty() {
            let cause = format!("the decision on {what} has no reason");
            reporter.problem(at, cause, "give the reason in `reason`");
        }
    }
    decisions
}

impl Decisions {
    /// Reports every stale entry: one that matches nothing in the document.
    pub(crate) fn report_unused(&self, reporter: &Reporter) {
        for (at, what, _, used) in self.entries() {
            if !used {
                let cause =
                    format!("the decision on {what} is stale: it matches nothing in the document");
                reporter.problem(at, cause, "remove the entry, or correct what it names");
            }
        }
    }
}
