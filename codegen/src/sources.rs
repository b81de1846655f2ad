//! The input of generation.

/// Whose document it is: it alone decides which conventions are applied, and how much of what is
/// not supported may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// That of this project's vendor. Every convention is recognised or reported, and whatever is
    /// not read is a problem.
    #[default]
    Own,
    /// Another vendor's. Prices, scopes and envelopes are unknown, and what the client does not
    /// need is left out with a note.
    Foreign,
}

/// One input text.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name in reports, such as `spec/overlay.json`.
    pub name: &'a str,
    /// The text, as read.
    pub text: &'a [u8],
}

/// All input of generation.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Whose document it is.
    pub origin: Origin,
    /// The vendor's OpenAPI document.
    pub document: Source<'a>,
    /// Corrections of its defects, an OpenAPI Overlay document.
    pub overlay: Option<Source<'a>>,
    /// The decisions about names and shared types.
    pub decisions: Option<Source<'a>>,
}
