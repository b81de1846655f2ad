//! Escapes characters that readers of the source, or of a report, could not see, and that could
//! control a terminal.

use std::fmt::Write as _;

/// Replaces invisible and text-reordering characters by visible escapes. Line feeds and tabs stay;
/// other white space becomes a space.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    // Most lines are plain, and no emoji spans two.
    for line in text.split_inclusive('\n') {
        if line.bytes().all(|byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~')) {
            shown.push_str(line);
        } else {
            show(line, &mut shown);
        }
    }
    shown
}

fn show(text: &str, shown: &mut String) {
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        if c == '\n' || c == '\t' {
            shown.push(c);
        } else if c.is_whitespace() {
            shown.push(' ');
        } else if is_visible(c) || is_part_of_emoji(before, c, chars.peek().copied()) {
            shown.push(c);
        } else {
            shown.extend(c.escape_unicode().map(|c| c.to_ascii_uppercase()).map(small_u));
        }
        before = Some(c);
    }
}

/// One line of a comment or a report: the text cannot end the line, and everything in it is
/// visible.
pub(crate) fn line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

/// A JSON text with its invisible characters escaped.
pub(crate) fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == ' ' || is_visible(c) && !c.is_whitespace() {
            shown.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    shown
}

/// `\u{202E}`: the digits in upper case, as in Unicode; otherwise as Rust writes it.
fn small_u(c: char) -> char {
    if c == 'U' { 'u' } else { c }
}

/// Whether a character is visible and does not reorder others.
pub(crate) fn is_visible(c: char) -> bool {
    !matches!(c,
        '\u{00}'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{AD}' // soft hyphen
        | '\u{34F}' // combining grapheme joiner
        | '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{8E2}' // marks before numbers
        | '\u{61C}' // Arabic letter mark
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
        | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' // zero-width characters and marks of direction
        | '\u{202A}'..='\u{202E}' // embeddings and overrides of direction
        | '\u{2060}'..='\u{206F}' // joiners, invisible operators, isolates of direction
        | '\u{2800}' // a Braille cell without dots
        | '\u{FE00}'..='\u{FE0F}' // variation selectors
        | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' // tags and more variation selectors
    )
}

/// A joiner between two pictures, or the selector of a picture's colours.
fn is_part_of_emoji(before: Option<char>, c: char, after: Option<char>) -> bool {
    match c {
        '\u{FE0F}' => before.is_some_and(is_picture) || after == Some(KEYCAP),
        '\u{200D}' => {
            before.is_some_and(|c| is_picture(c) || c == '\u{FE0F}')
                && after.is_some_and(is_picture)
        }
        _ => false,
    }
}

const KEYCAP: char = '\u{20E3}';

fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' | '©' | '®')
}
