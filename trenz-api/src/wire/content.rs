//! The kinds of response bodies.

/// The kind of an operation's response body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Content {
    /// The envelope with data in it. Missing data is an error.
    Json,
    /// The envelope, with data that the document does not require: missing data is decoded as null.
    OptionalData,
    /// The data without an envelope: the request id may be in a header, and the cost is not reported.
    Bare,
    /// Text, in UTF-8.
    Text,
    /// Bytes, as received.
    Bytes,
    /// The same, or nothing at all: a response without a body is `None`.
    Optional(&'static Self),
    /// No documented content: a body is not an error, and only its envelope is decoded.
    None,
}

impl Content {
    /// The kind of a response with this body.
    pub(crate) fn of(self, body: &[u8]) -> Self {
        match self {
            Self::Optional(_) if body.is_empty() => Self::None,
            Self::Optional(content) => *content,
            content => content,
        }
    }
}
