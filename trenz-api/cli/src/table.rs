//! What the generated table says of groups, operations and inputs.

use trenz_api::{Error, Json, OperationInfo};

use crate::request::Request;

/// A group of the menu.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) operations: &'static [Operation],
    pub(crate) groups: &'static [Self],
}

/// An operation as a command.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// Markdown.
    pub(crate) description: &'static str,
    pub(crate) deprecated: bool,
    /// Whether it is one page of a list.
    pub(crate) is_paged: bool,
    pub(crate) info: OperationInfo,
    /// Decodes a JSON object of all inputs.
    pub(crate) decode: fn(&Json) -> Result<Box<dyn Request>, Error>,
    pub(crate) inputs: &'static [Input],
}

/// An input of an operation, or a member of one.
#[derive(Debug)]
pub(crate) struct Input {
    /// As JSON has it.
    pub(crate) name: &'static str,
    /// As the terminal has it.
    pub(crate) flag: &'static str,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
    pub(crate) is_required: bool,
    /// The server's default, in JSON.
    pub(crate) default: Option<&'static str>,
    pub(crate) bounds: Option<&'static str>,
    /// A text or a number that it accepts, or each of its values, in JSON.
    pub(crate) sample: Option<&'static str>,
}

/// What an input takes.
#[derive(Debug)]
#[allow(dead_code, reason = "whether there is an input of each kind depends on the document")]
pub(crate) enum Kind {
    Boolean,
    Integer,
    Number,
    Text,
    /// Any JSON.
    Json,
    OneOf {
        choices: &'static [Choice],
    },
    OneOfIntegers {
        choices: &'static [i64],
    },
    /// One of these, and a direction.
    Sort(&'static Self),
    Object {
        members: &'static [Input],
    },
    List(&'static Self),
    Map(&'static Self),
    /// What is described once, since it is used several times.
    Named(&'static Self),
}

/// A known value of an open set.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) about: &'static str,
}

impl Input {
    pub(crate) const fn new(
        name: &'static str,
        flag: &'static str,
        kind: Kind,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            flag,
            kind,
            about,
            is_required: false,
            default: None,
            bounds: None,
            sample: None,
        }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    pub(crate) const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }

    pub(crate) const fn bounds(mut self, words: &'static str) -> Self {
        self.bounds = Some(words);
        self
    }

    pub(crate) const fn sample(mut self, json: &'static str) -> Self {
        self.sample = Some(json);
        self
    }
}

impl Choice {
    pub(crate) const fn new(value: &'static str, about: &'static str) -> Self {
        Self { value, about }
    }
}

impl Kind {
    /// The kind behind a name.
    pub(crate) fn resolved(&self) -> &Self {
        let mut kind = self;
        while let Self::Named(inner) = kind {
            kind = inner;
        }
        kind
    }
}
