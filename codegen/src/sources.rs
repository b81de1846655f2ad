//! What generation reads.

/// Whose document it is: that alone decides which conventions are looked for in it, and how
/// much of what is not understood may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// That of the vendor whose client this project is. Every convention of it is recognised
    /// or reported, and whatever nothing reads is a problem.
    #[default]
    Own,
    /// Another vendor's. Nothing is known of prices, scopes or envelopes, and what the
    /// client does not need is left out with a note.
    Foreign,
}

/// One text that generation reads.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What reports call it, such as `spec/overlay.json`.
    pub name: &'a str,
    /// The text, as it was read.
    pub text: &'a [u8],
}

/// Everything that generation reads.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Whose document it is.
    pub origin: Origin,
    /// The vendor's OpenAPI document.
    pub document: Source<'a>,
    /// Corrections of its defects, an OpenAPI Overlay document.
    pub overlay: Option<Source<'a>>,
    /// What was decided about names and shared types.
    pub decisions: Option<Source<'a>>,
}
