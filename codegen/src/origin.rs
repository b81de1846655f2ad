//! Whose document is read: that alone decides which habits are looked for in it, and
//! how much of what is not understood may be left out.

use serde_json::Value;

use crate::decisions::Decisions;
use crate::model::Api;
use crate::plan::Crate;
use crate::report::{Note, Problem, Reporter};
use crate::{foreign, trenz};

/// Whose document it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The platform's own. Every habit of it is recognised or reported, and whatever
    /// nothing reads is a problem.
    #[default]
    Trenz,
    /// Another vendor's. Nothing is known of prices, scopes or envelopes, and what the
    /// client does not need is left out with a note.
    Foreign,
}

impl Origin {
    /// Has lapses overlooked that the vendor itself would be asked to mend.
    pub(crate) fn temper(self, reporter: &mut Reporter) {
        match self {
            Self::Trenz => {}
            Self::Foreign => reporter.forgive(),
        }
    }

    /// Makes OpenAPI of a document that is nearly that.
    pub(crate) fn tidy(self, document: &mut Value, reporter: &mut Reporter) {
        match self {
            Self::Trenz => {}
            Self::Foreign => foreign::tidy(document, reporter),
        }
    }

    /// What becomes of a problem of a part that nothing needs, once the part is left out:
    /// a note, or the same problem, for the vendor's own document is read whole.
    pub(crate) fn missed(self, problem: Problem) -> Result<Note, Problem> {
        match self {
            Self::Trenz => Err(problem),
            Self::Foreign => Ok(Note {
                rule: "unused",
                text: format!("left out, since nothing needs it: {}", problem.cause),
                pointer: problem.pointer,
                places: 1,
            }),
        }
    }

    /// Whether a name that is taken gives way to another one: in the vendor's own document,
    /// somebody decides about it.
    pub(crate) fn names_freely(self) -> bool {
        self == Self::Foreign
    }

    /// Recognises the vendor's habits in the model.
    pub(crate) fn conventions(self, api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
        match self {
            Self::Trenz => trenz::apply(api, decisions, reporter),
            Self::Foreign => foreign::apply(api, decisions, reporter),
        }
    }

    /// Binds the hand-written workflows to the operations that they stand on; where it
    /// binds none, the client is made without them.
    pub(crate) fn workflows(
        self,
        krate: &mut Crate,
        decisions: &Decisions,
        reporter: &mut Reporter,
    ) {
        match self {
            Self::Trenz => trenz::bind_workflows(krate, decisions, reporter),
            Self::Foreign => {}
        }
    }

    /// Mends in the plan what nobody has decided anything about.
    pub(crate) fn mend(self, krate: &mut Crate, decisions: &Decisions, reporter: &mut Reporter) {
        match self {
            Self::Trenz => {}
            Self::Foreign => foreign::mend(krate, decisions, reporter),
        }
    }
}
