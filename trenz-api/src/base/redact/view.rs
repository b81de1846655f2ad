//! A text with its escapes decoded, and where each byte of it came from.

use std::ops::Range;

/// A text after some layers of escapes were decoded. Each byte knows the range of the original that it came from.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    from: Vec<u32>,
    to: Vec<u32>,
}

impl View {
    /// A text as received, shorter than 4 GiB, with full-width letters replaced by ASCII ones.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut view =
            Self { bytes: Vec::with_capacity(text.len()), from: Vec::new(), to: Vec::new() };
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let (byte, length) = folded(rest).unwrap_or((rest[0], 1));
            view.bytes.push(byte);
            view.from.push(u32::try_from(at).unwrap_or(u32::MAX));
            at = at.saturating_add(length);
            view.to.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        view
    }

    /// The range of the original between two places of the view, the last included.
    pub(super) fn original(&self, first: usize, last: usize) -> Option<Range<usize>> {
        Some(*self.from.get(first)? as usize..*self.to.get(last)? as usize)
    }

    /// The view without blanks and non-ASCII bytes, or `None` if there are none.
    pub(super) fn without_blanks(&self) -> Option<Self> {
        let mut kept = vec![false; self.bytes.len()];
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let wide = folded(&self.bytes[at..]).map_or(0, |(_, length)| length);
            let end = at.saturating_add(wide.max(1));
            kept[at..end].fill(wide > 0 || byte.is_ascii_graphic());
            at = end;
        }
        kept.contains(&false).then(|| Self {
            bytes: filter(&self.bytes, &kept),
            from: filter(&self.from, &kept),
            to: filter(&self.to, &kept),
        })
    }

    /// The view with one layer of escapes decoded, or `None` if there are no escapes in it.
    pub(super) fn unescaped(&self) -> Option<Self> {
        let is_mark = |byte: &u8| matches!(byte, b'\\' | b'%' | b'&' | 0xef);
        let mut at = self.bytes.iter().position(is_mark)?;
        let head = |all: &[u32]| all[..at].to_vec();
        let mut next =
            Self { bytes: self.bytes[..at].to_vec(), from: head(&self.from), to: head(&self.to) };
        let mut changed = false;
        while let Some(rest) = self.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (byte, length) = step(rest);
            changed |= length > 1;
            let last = at.saturating_add(length).min(self.bytes.len()).saturating_sub(1);
            if let (Some(byte), Some((from, to))) = (byte, self.from.get(at).zip(self.to.get(last)))
            {
                next.bytes.push(byte);
                next.from.push(*from);
                next.to.push(*to);
            } else {
                changed = true;
            }
            at = last.saturating_add(1);
        }
        changed.then_some(next)
    }
}

fn filter<T: Copy>(all: &[T], kept: &[bool]) -> Vec<T> {
    all.iter().zip(kept).filter_map(|(one, kept)| kept.then_some(*one)).collect()
}

/// The placeholder of a non-ASCII character: no key contains one.
const OTHER: u8 = 0x80;

/// Decodes one escape, or takes one byte as it is. Returns the byte it means, if any, and its length.
fn step(rest: &[u8]) -> (Option<u8>, usize) {
    match rest {
        [b'\\', ..] => backslash(rest),
        [b'%', ..] => percent(rest),
        [b'&', ..] => entity(rest),
        [byte, ..] => folded(rest).map_or((Some(*byte), 1), |(byte, length)| (Some(byte), length)),
        [] => (None, 1),
    }
}

/// The ASCII character that a full-width letter looks like.
fn folded(rest: &[u8]) -> Option<(u8, usize)> {
    match rest {
        [0xef, 0xbc, last @ 0x81..=0xbf, ..] => {
            Some((last.wrapping_sub(0x81).wrapping_add(b'!'), 3))
        }
        [0xef, 0xbd, last @ 0x80..=0x9e, ..] => {
            Some((last.wrapping_sub(0x80).wrapping_add(b'`'), 3))
        }
        _ => None,
    }
}

/// The escapes of JSON, JavaScript, Rust, Python and C.
fn backslash(rest: &[u8]) -> (Option<u8>, usize) {
    let Some(kind) = rest.get(1) else { return (None, 1) };
    let code = |skip: usize, digits: usize| match hex(rest, skip, digits, digits) {
        // Two digits are a byte, perhaps a part of a longer character.
        Digits::Read(code, length) if digits == 2 => (u8::try_from(code).ok(), length),
        Digits::Read(code, length) => (Some(ascii(code)), length),
        Digits::Cut => (None, rest.len()),
        // It may be an escape once its digits are without escapes of their own.
        Digits::None => (Some(b'\\'), 1),
    };
    match kind {
        b'u' | b'U' | b'x' | b'X' if rest.get(2) == Some(&b'{') => match hex(rest, 3, 1, 8) {
            Digits::Read(code, length) if rest.get(length) == Some(&b'}') => {
                (Some(ascii(code)), length.saturating_add(1))
            }
            Digits::Read(_, length) if length < rest.len() => (Some(b'\\'), 1),
            Digits::None => (Some(b'\\'), 1),
            Digits::Read(..) | Digits::Cut => (None, rest.len()),
        },
        // Python's has eight digits; JSON's has four, even where all of a text is upper case. A value beyond the last
        // character is four digits followed by something else.
        b'U' if match hex(rest, 2, 8, 8) {
            Digits::Read(code, _) => code <= u32::from(char::MAX),
            Digits::Cut => true,
            Digits::None => false,
        } =>
        {
            code(2, 8)
        }
        // No key contains such a character, so it is the beginning of eight digits of which one is itself an escape.
        b'U' if matches!(hex(rest, 2, 4, 4), Digits::Read(..0x20, _)) => (Some(b'\\'), 1),
        b'u' | b'U' => code(2, 4),
        b'x' | b'X' => code(2, 2),
        b'0'..=b'3' => match read(rest, 1, 3, 3, 8) {
            Digits::Read(code, length) => (u8::try_from(code).ok(), length),
            Digits::Cut => (None, rest.len()),
            Digits::None => (None, 2),
        },
        // Blanks and other characters that cannot be seen.
        b'\n' | b'\r' => (None, 2),
        _ if b"ntrbfv".contains(&kind.to_ascii_lowercase()) => (None, 2),
        _ => (Some(*kind), 2),
    }
}

fn percent(rest: &[u8]) -> (Option<u8>, usize) {
    let (skip, wanted) = if matches!(rest.get(1), Some(b'u' | b'U')) { (2, 4) } else { (1, 2) };
    match hex(rest, skip, wanted, wanted) {
        // Perhaps a byte of a longer character.
        Digits::Read(code, length) if wanted == 2 => (u8::try_from(code).ok(), length),
        Digits::Read(code, length) => (Some(ascii(code)), length),
        Digits::Cut => (None, rest.len()),
        Digits::None => (Some(b'%'), 1),
    }
}

/// The characters with an HTML name that a key may contain. Some have several names.
const NAMES: &[(&str, u8)] = &[
    ("excl", b'!'),
    ("quot", b'"'),
    ("num", b'#'),
    ("dollar", b'$'),
    ("percnt", b'%'),
    ("amp", b'&'),
    ("apos", b'\''),
    ("lpar", b'('),
    ("rpar", b')'),
    ("ast", b'*'),
    ("midast", b'*'),
    ("plus", b'+'),
    ("comma", b','),
    ("period", b'.'),
    ("sol", b'/'),
    ("colon", b':'),
    ("semi", b';'),
    ("lt", b'<'),
    ("equals", b'='),
    ("gt", b'>'),
    ("quest", b'?'),
    ("commat", b'@'),
    ("lsqb", b'['),
    ("lbrack", b'['),
    ("bsol", b'\\'),
    ("rsqb", b']'),
    ("rbrack", b']'),
    ("hat", b'^'),
    ("lowbar", b'_'),
    ("underbar", b'_'),
    ("grave", b'`'),
    ("diacriticalgrave", b'`'),
    ("lcub", b'{'),
    ("lbrace", b'{'),
    ("verbar", b'|'),
    ("vert", b'|'),
    ("verticalline", b'|'),
    ("rcub", b'}'),
    ("rbrace", b'}'),
    // Invisible characters, or ones that no key contains.
    ("tab", OTHER),
    ("newline", OTHER),
    ("nbsp", OTHER),
    ("shy", OTHER),
    ("dash", OTHER),
    ("hyphen", OTHER),
    ("zerowidthspace", OTHER),
    ("nobreak", OTHER),
    ("zwj", OTHER),
    ("zwnj", OTHER),
];

fn entity(rest: &[u8]) -> (Option<u8>, usize) {
    let number = match rest {
        [b'&', b'#', b'x' | b'X', ..] => Some(hex(rest, 3, 1, 16)),
        [b'&', b'#', ..] => Some(read(rest, 2, 1, 16, 10)),
        _ => None,
    };
    match number {
        Some(Digits::Read(_, length)) if matches!(rest.get(length), Some(b'%' | b'\\')) => {
            (Some(b'&'), 1)
        }
        Some(Digits::Read(code, length)) if length < rest.len() => {
            (Some(ascii(code)), length.saturating_add(usize::from(rest.get(length) == Some(&b';'))))
        }
        // More digits may have followed.
        Some(Digits::Read(..) | Digits::Cut) => (None, rest.len()),
        Some(Digits::None) => (Some(b'&'), 1),
        None => {
            let name = rest[1..].iter().take(17).take_while(|byte| byte.is_ascii_alphanumeric());
            let length = name.count().saturating_add(1);
            match rest.get(length) {
                None if length < 18 => (None, rest.len()),
                Some(b';') => {
                    let given = &rest[1..length];
                    let mut names = NAMES.iter();
                    let known = names.find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(given));
                    known.map_or((Some(b'&'), 1), |(_, byte)| {
                        (Some(*byte), length.saturating_add(1))
                    })
                }
                _ => (Some(b'&'), 1),
            }
        }
    }
}

enum Digits {
    /// The number, and where it ends.
    Read(u32, usize),
    /// The text ends in the middle of it.
    Cut,
    None,
}

fn hex(rest: &[u8], skip: usize, least: usize, most: usize) -> Digits {
    read(rest, skip, least, most, 16)
}

fn read(rest: &[u8], skip: usize, least: usize, most: usize, radix: u32) -> Digits {
    let behind = rest.get(skip..).unwrap_or_default();
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
    let count = behind.iter().take(most).take_while(is_digit).count();
    if count >= least {
        Digits::Read(digits(&behind[..count], radix), skip.saturating_add(count))
    } else if count == behind.len() {
        Digits::Cut
    } else {
        Digits::None
    }
}

fn digits(text: &[u8], radix: u32) -> u32 {
    let digits = text.iter().filter_map(|byte| char::from(*byte).to_digit(radix));
    digits.fold(0, |number, digit| number.saturating_mul(radix).saturating_add(digit))
}

fn ascii(code: u32) -> u8 {
    let folded =
        if (0xff01..=0xff5e).contains(&code) { code.wrapping_sub(0xff01 - 0x21) } else { code };
    u8::try_from(folded).ok().filter(u8::is_ascii).unwrap_or(OTHER)
}
