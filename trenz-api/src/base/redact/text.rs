//! A server's text, redacted for people.

use bytes::Bytes;
use std::error::Error;
use std::fmt::{self, Write};
use std::sync::OnceLock;

use super::Redactor;

/// How much of a text is shown in a log line, in characters.
pub(crate) const LINE: usize = 400;

/// How much of a text is kept for an accessor, in characters.
pub(crate) const PASSAGE: usize = 16 * 1024;

/// How much of a value `Debug` shows, in characters.
pub(crate) const VALUE: usize = 4 * 1024;

/// How much of a response or an error `Debug` shows, in characters.
pub(crate) const WHOLE: usize = 64 * 1024;

/// A server's text without the key, on one line, and of bounded length. The original cannot be recovered from it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct ServerText(Box<str>);

impl ServerText {
    /// At most a [`LINE`] of the text.
    pub(crate) fn line(redactor: &Redactor, said: &str) -> Self {
        Self(redactor.shown(said, LINE).into())
    }

    /// At most a [`PASSAGE`] of the text, of which at most a [`LINE`] is printed.
    pub(crate) fn passage(redactor: &Redactor, said: &str) -> Self {
        Self(redactor.shown(said, PASSAGE).into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ServerText> for String {
    fn from(text: ServerText) -> Self {
        text.0.into()
    }
}

impl fmt::Display for ServerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&one_line(&self.0, LINE))
    }
}

impl fmt::Debug for ServerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&one_line(&self.0, LINE), f)
    }
}

impl Redactor {
    /// The text without the key, on one line, cut after `longest` characters.
    pub(crate) fn shown(&self, said: &str, longest: usize) -> String {
        // Text that is not shown need not be searched; what is cut off here is not shown.
        let near = floor(said, longest.saturating_mul(8));
        let clean = self.redact(near.as_bytes());
        let clean = clean.as_deref().map(String::from_utf8_lossy);
        let mut line = one_line(clean.as_deref().unwrap_or(near), longest);
        if near.len() < said.len() && !line.ends_with('…') {
            line.push('…');
        }
        line
    }

    /// Prints a value that may contain anything for `Debug`: without the key, and at most a [`WHOLE`] of it.
    pub(crate) fn debug(
        &self,
        f: &mut fmt::Formatter<'_>,
        print: impl Fn(&mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> fmt::Result {
        self.debug_value(f, &Printed(print))
    }

    fn debug_value(&self, f: &mut fmt::Formatter<'_>, value: &dyn fmt::Debug) -> fmt::Result {
        let mut printed = Bounded { text: String::new(), room: WHOLE };
        // Writing fails when the limit is reached.
        let whole = if f.alternate() {
            write!(printed, "{value:#?}").is_ok()
        } else {
            write!(printed, "{value:?}").is_ok()
        };
        match self.redact(printed.text.as_bytes()) {
            Some(clean) => f.write_str(&String::from_utf8_lossy(&clean))?,
            None => f.write_str(&printed.text)?,
        }
        f.write_str(if whole { "" } else { "…" })
    }
}

struct Printed<P>(P);

impl<P: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Debug for Printed<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// A text of bounded length.
struct Bounded {
    text: String,
    room: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let fits = floor(text, self.room);
        self.text.push_str(fits);
        self.room = self.room.saturating_sub(fits.len());
        if fits.len() == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// The longest beginning of a text within `most` bytes.
fn floor(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    &text[..end]
}

/// A text on one line, cut after `longest` characters.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::with_capacity(text.len().min(longest.saturating_add(4)));
    for (index, character) in text.chars().enumerate() {
        if index == longest {
            line.push('…');
            break;
        }
        let breaks = character.is_control()
            || matches!(character, '\u{2028}' | '\u{2029}')
            // These change the order in which a terminal shows the text.
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        line.push(if breaks { ' ' } else { character });
    }
    line
}

/// Why something failed, in the words of the layer below, which may quote a server.
#[derive(Clone)]
pub(crate) struct Cause {
    what: ServerText,
    source: Option<Box<Cause>>,
}

impl Cause {
    /// How many nested causes are kept.
    const DEEPEST: usize = 8;

    pub(crate) fn new(redactor: &Redactor, error: &(dyn Error + 'static)) -> Self {
        Self::at(redactor, error, 1)
    }

    /// A cause in this crate's own words.
    pub(crate) fn words(what: &'static str) -> Self {
        Self { what: ServerText(what.into()), source: None }
    }

    fn at(redactor: &Redactor, error: &(dyn Error + 'static), depth: usize) -> Self {
        let beneath = error.source().filter(|_| depth < Self::DEEPEST);
        Self {
            what: ServerText::line(redactor, &error.to_string()),
            source: beneath
                .map(|error| Box::new(Self::at(redactor, error, depth.saturating_add(1)))),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cause").field("what", &self.what).field("source", &self.source).finish()
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|cause| cause as _)
    }
}

/// The body of an error response. It may be large and is seldom read, so the key is removed on first access.
pub(crate) struct ServerBody {
    redactor: Redactor,
    said: Bytes,
    clean: OnceLock<Option<Vec<u8>>>,
}

impl ServerBody {
    pub(crate) fn new(redactor: &Redactor, said: Bytes) -> Self {
        Self { redactor: redactor.clone(), said, clean: OnceLock::new() }
    }

    /// The body without the key.
    pub(crate) fn get(&self) -> &[u8] {
        let clean = self.clean.get_or_init(|| self.redactor.redact(&self.said));
        clean.as_deref().unwrap_or(&self.said)
    }
}

/// Shows its length.
impl fmt::Debug for ServerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.said.len())
    }
}
