//! What the body of a response holds.

/// What an operation responds with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Content {
    /// The envelope with data in it. One without data is not what was paid for, and an error.
    Json,
    /// The envelope, with data that the document does not require: missing data is read as null.
    OptionalData,
    /// The data itself, and no envelope: the request's id may stand in a header, and what the call has cost is not
    /// said.
    Bare,
    /// Text, in UTF-8.
    Text,
    /// Bytes, as they come.
    Bytes,
    /// The same, or nothing at all: a response without a body is `None`.
    Optional(&'static Self),
    /// Nothing that is documented: a body, if one comes, is not an error, and not looked at beyond its envelope.
    None,
}

impl Content {
    /// What a response with this body holds.
    pub(crate) fn of(self, body: &[u8]) -> Self {
        match self {
            Self::Optional(_) if body.is_empty() => Self::None,
            Self::Optional(content) => *content,
            content => content,
        }
    }
}
