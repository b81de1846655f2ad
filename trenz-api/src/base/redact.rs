//! The only way by which a server's text reaches people.
//!
//! A server's text may contain the API key, megabytes, and line breaks. So no `Display`, `Debug`, event or span field
//! shows it as received: it is a [`ServerText`], or is printed by its [`Redactor`]; both remove the key, put it on one
//! line, and limit its length.
//!
//! `docs/secrets.md` lists the spellings in which the key is found, and those in which it is not; `tests.rs` tests
//! both.

mod text;
mod view;

pub(crate) use text::{Cause, LINE, ServerBody, ServerText, VALUE, one_line};

use memchr::memmem::Finder;
use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use view::View;

/// What replaces the key.
pub(crate) const REDACTED: &str = "[redacted]";

/// How many encodings on top of each other are decoded.
const LAYERS: usize = 4;

/// How much of a large text is searched at a time, in bytes.
const WINDOW: usize = 64 * 1024;

/// How long the key may be in a large text, with all of its escapes, in bytes.
const OVERLAP: usize = 16 * 1024;

/// The shortest beginning of the key that is recognised at the end of a text, in letters and digits.
const PART: usize = 4;

/// The same for the key's bytes as letters or numbers, where fewer would match everywhere.
const SHORTEST: usize = 8;

/// Removes the key from a server's text. Without a key, it only limits the length.
///
/// It is not part of the value that holds it, so any two are equal.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Option<Arc<Vec<Spellings>>>);

/// The key in the forms that are searched for, once a text is without its escapes.
struct Spellings {
    /// Whether only letters and digits are compared. A key with hardly any is compared by all its characters.
    letters: bool,
    /// The characters of the key that are not compared.
    silent: Vec<u8>,
    finders: Vec<Spelling>,
}

struct Spelling {
    finder: Finder<'static>,
    /// The shortest beginning that is recognised at the end of a text.
    least: usize,
}

impl Redactor {
    #[cfg(test)]
    pub(crate) fn new(key: &str) -> Self {
        Self::of(&[key.to_owned()])
    }

    /// A redactor of several secrets.
    pub(crate) fn of(secrets: &[String]) -> Self {
        let secrets = secrets.iter().filter(|secret| !secret.is_empty());
        let spellings: Vec<_> = secrets.map(|secret| Spellings::of(secret.as_bytes())).collect();
        Self((!spellings.is_empty()).then(|| Arc::new(spellings)))
    }

    /// Returns the text without the key; `None` if the key is not in it.
    pub(crate) fn redact(&self, said: &[u8]) -> Option<Vec<u8>> {
        let found = self.0.iter().flat_map(|secrets| secrets.iter());
        let found = in_order(found.flat_map(|secret| secret.find(said)).collect());
        if found.is_empty() {
            return None;
        }
        let (mut clean, mut at) = (Vec::with_capacity(said.len()), 0);
        for Range { start, end } in found {
            clean.extend_from_slice(&said[at..start]);
            clean.extend_from_slice(REDACTED.as_bytes());
            at = end;
        }
        clean.extend_from_slice(&said[at..]);
        Some(clean)
    }

    /// Runs a decoder; the values it makes that can be printed keep this redactor.
    pub(crate) fn during<T>(&self, decode: impl FnOnce() -> T) -> T {
        struct Restore(Redactor);

        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.with_borrow_mut(|current| std::mem::swap(current, &mut self.0));
            }
        }

        let _restore = Restore(CURRENT.replace(self.clone()));
        decode()
    }

    /// The redactor of the response that is being decoded on this thread.
    pub(crate) fn current() -> Self {
        CURRENT.with_borrow(Clone::clone)
    }
}

thread_local! {
    static CURRENT: RefCell<Redactor> = const { RefCell::new(Redactor(None)) };
}

impl Spellings {
    fn of(key: &[u8]) -> Self {
        let letters = key.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= SHORTEST;
        let mut spellings = Self {
            letters,
            silent: key.iter().copied().filter(|byte| compared(letters, *byte).is_none()).collect(),
            finders: Vec::new(),
        };
        // A key that looks like an escape is searched for without it, too.
        let mut view = Some(View::of(key));
        while let Some(plain) = view {
            spellings.add(&plain.bytes, 1, PART);
            view = plain.unescaped();
        }
        for before in 0..3 {
            spellings.add(&base64(key, before), SHORTEST, SHORTEST);
        }
        let mut bytes = [String::new(), String::new()];
        for byte in key {
            let _ = write!(bytes[0], "{byte:02x}");
            let _ = write!(bytes[1], "{byte}");
        }
        for bytes in bytes {
            spellings.add(bytes.as_bytes(), SHORTEST, SHORTEST);
        }
        spellings
    }

    fn add(&mut self, spelling: &[u8], shortest: usize, least: usize) {
        let letters: Vec<u8> =
            spelling.iter().filter_map(|byte| compared(self.letters, *byte)).collect();
        if letters.len() >= shortest {
            self.finders.push(Spelling { finder: Finder::new(&letters).into_owned(), least });
        }
    }

    /// Where the key is.
    fn find(&self, said: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start: usize = 0;
        loop {
            // Starts a little earlier, so that no escape is cut.
            let first = start.saturating_sub(64);
            let end = said.len().min(start.saturating_add(WINDOW + OVERLAP));
            let (at_start, at_end) = (first == 0, end == said.len());
            let section = Section { said: &said[first..end], offset: first, at_start, at_end };
            self.find_in(&section, &mut found);
            if at_end {
                break;
            }
            start = start.saturating_add(WINDOW);
        }
        found
    }

    /// Where the key is in a part of a text, which may be its beginning or its end.
    fn find_in(&self, section: &Section<'_>, found: &mut Vec<Range<usize>>) {
        let mut search = |first: Option<View>, section: &Section<'_>, next: fn(View) -> View| {
            let mut layer = first;
            for _ in 0..=LAYERS {
                let Some(view) = layer else { break };
                self.find_whole(&view, section.offset, found);
                self.find_cut(&view, section, found);
                layer = view.unescaped().map(next);
            }
        };
        let view = View::of(section.said);
        let without_blanks = view.without_blanks();
        search(Some(view), section, |view| view);
        // Once more for lines that are broken inside an escape.
        let section = &Section { at_start: false, ..*section };
        search(without_blanks, section, |view| view.without_blanks().unwrap_or(view));
    }

    fn find_whole(&self, view: &View, offset: usize, found: &mut Vec<Range<usize>>) {
        let compared = self.compared(view);
        for Spelling { finder, .. } in &self.finders {
            for at in finder.find_iter(&compared.letters) {
                if let Some(Range { start, end }) = compared.original(at, finder.needle().len()) {
                    found.push(offset.saturating_add(start)..offset.saturating_add(end));
                }
            }
        }
    }

    /// Finds a beginning of the key at the end of a text, or an end of the key at its start.
    fn find_cut(&self, view: &View, section: &Section<'_>, found: &mut Vec<Range<usize>>) {
        let compared = self.compared(view);
        let Compared { letters, places, .. } = &compared;
        let is_silent = |byte: &u8| {
            !byte.is_ascii_graphic() || b"._-:,".contains(byte) || self.silent.contains(byte)
        };
        let behind = places.last().map_or(0, |last| last.saturating_add(1));
        let ends = section.at_end && view.bytes[behind..].iter().all(is_silent);
        for Spelling { finder, least } in &self.finders {
            let spelling = finder.needle();
            let lengths = (*least..spelling.len().min(letters.len().saturating_add(1))).rev();
            let begun = |length: &usize| ends && letters.ends_with(&spelling[..*length]);
            if let Some(length) = lengths.clone().find(begun)
                && let Some(range) = compared.original(letters.len().saturating_sub(length), length)
            {
                let [start, end] = [range.start, section.said.len()];
                found
                    .push(section.offset.saturating_add(start)..section.offset.saturating_add(end));
            }
            // The rest of a cut escape may come first.
            for skipped in 0..=if section.at_start { letters.len().min(9) } else { 0 } {
                let rest = &letters[skipped..];
                let ended = |length: &usize| {
                    section.at_start
                        && *length >= least.saturating_add(2)
                        && rest.starts_with(&spelling[spelling.len().saturating_sub(*length)..])
                        && !letters[..skipped.saturating_add(*length)].ends_with(spelling)
                };
                let Some(length) = lengths.clone().find(ended) else { continue };
                let before = &view.bytes[..places[skipped]];
                let remains = |byte: &u8| byte.is_ascii_alphanumeric() || b";#{}".contains(byte);
                if before.iter().all(|byte| {
                    remains(byte) || self.silent.contains(byte) || (skipped == 0 && is_silent(byte))
                }) && let Some(range) = compared.original(skipped, length)
                {
                    found.push(0..range.end);
                }
            }
        }
    }

    fn compared<'v>(&self, view: &'v View) -> Compared<'v> {
        let bytes = view.bytes.iter().enumerate();
        let letters =
            bytes.filter_map(|(place, byte)| Some((compared(self.letters, *byte)?, place)));
        let (letters, places) = letters.unzip();
        Compared { view, letters, places }
    }
}

/// The ranges in order, without overlap.
fn in_order(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, before| {
        let meet = next.start <= before.end;
        before.end = if meet { before.end.max(next.end) } else { before.end };
        meet
    });
    ranges
}

/// A part of a text.
struct Section<'a> {
    said: &'a [u8],
    offset: usize,
    at_start: bool,
    at_end: bool,
}

/// What of a view is compared.
struct Compared<'v> {
    view: &'v View,
    letters: Vec<u8>,
    /// Where in the view each of them is.
    places: Vec<usize>,
}

impl Compared<'_> {
    /// The range of the original text for `count` letters.
    fn original(&self, first: usize, count: usize) -> Option<Range<usize>> {
        let last = first.checked_add(count)?.checked_sub(1)?;
        self.view.original(*self.places.get(first)?, *self.places.get(last)?)
    }
}

/// What a byte is compared as; `None` if it is not compared.
fn compared(letters: bool, byte: u8) -> Option<u8> {
    match byte {
        _ if byte.is_ascii_alphanumeric() => Some(byte.to_ascii_lowercase()),
        _ if letters || !byte.is_ascii_graphic() => None,
        // Base64's two alphabets are treated as one.
        b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        _ => Some(byte),
    }
}

/// The letters of the Base64 text that depend on the key alone, when `before` bytes of a group of three precede it.
fn base64(key: &[u8], before: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = key.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    // The first letter whose bits all come from the key.
    let bits: Vec<u8> = bits.skip([0, 4, 2][before % 3]).collect();
    let letter = |bits: &[u8]| bits.iter().fold(0, |sum, bit| sum << 1 | usize::from(*bit));
    bits.chunks_exact(6).map(|bits| ALPHABET[letter(bits) % 64]).collect()
}

impl PartialEq for Redactor {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Redactor {}

impl Hash for Redactor {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

#[cfg(test)]
mod tests;
