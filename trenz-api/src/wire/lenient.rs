//! Lenient decoding of responses that are not quite valid JSON, or not quite of their type, but unambiguous.
//!
//! They are charged, so what is unambiguous is decoded: U+FFFD for invalid text, `3` for `3.0` and `"3"`, `"7"` for
//! `7`. Elements of lists that still cannot be decoded are left out. This code runs only after strict decoding
//! has failed, and it does not know types: it offers the decoder other spellings of the value that it has rejected, and
//! takes the one that is accepted.

mod find;

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt::Write as _;

use crate::wire::json_path::{Mismatch, Path, Step};
use find::{elements, find, lists};

/// Which elements of lists may be left out of a response if they cannot be decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SkipPolicy {
    /// None: something else depends on all of them.
    Never,
    /// Those of lists of objects, as long as one of each list is left. An element of another list may mean something by
    /// its place, as the numbers of a vector do.
    ObjectItems,
    /// The same, and any of the list of this name, which is a page of a longer one.
    Page(&'static str),
}

/// An element of a list that cannot be decoded.
#[derive(Debug)]
pub(crate) struct SkippedItem {
    /// The path to its list, from the data.
    pub(crate) list: Path,
    /// Its index in the list as received.
    pub(crate) index: usize,
    /// The path to what does not have the expected shape, from the data.
    pub(crate) path: Path,
    pub(crate) error: serde_json::Error,
    pub(crate) raw: Box<RawValue>,
}

impl SkippedItem {
    fn into_mismatch(self) -> Mismatch {
        Mismatch { path: self.path, error: self.error }
    }
}

/// How many bytes all attempts to decode a response may read, beyond the minimum.
const EFFORT: usize = 64 << 20;
const FEWEST_ATTEMPTS: usize = 64;

/// Integers below this are exact in an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Decodes a text, retrying with equivalent spellings until one fits. Elements of lists that do not fit are left out.
pub(crate) fn decode(
    text: &str,
    items: SkipPolicy,
    decode: &mut dyn FnMut(&str) -> Result<(), Mismatch>,
) -> Result<Vec<SkippedItem>, Mismatch> {
    let Err(mut mismatch) = decode(text) else { return Ok(Vec::new()) };
    let mut decoder = LenientDecoder { original: text, text: Cow::Borrowed(text), items };
    if let Some(repaired) = repaired(text.as_bytes()) {
        decoder.text = Cow::Owned(repaired);
        match decode(&decoder.text) {
            Ok(()) => return Ok(Vec::new()),
            Err(left) => mismatch = left,
        }
    }
    let mut skipped = Vec::new();
    for _ in 0..FEWEST_ATTEMPTS.max(EFFORT.checked_div(text.len()).unwrap_or_default()) {
        let next = match decoder.try_alternatives(&mismatch, decode) {
            Some(next) => next,
            None => match decoder.skip_element(mismatch, &skipped) {
                Ok(element) => {
                    skipped.push(element);
                    decode(&decoder.text)
                }
                Err(mismatch) => return Err(mismatch),
            },
        };
        match next {
            Ok(()) if decoder.has_emptied(&skipped) => {
                return Err(skipped.swap_remove(0).into_mismatch());
            }
            Ok(()) => return Ok(skipped),
            Err(left) => mismatch = left,
        }
    }
    Err(mismatch)
}

struct LenientDecoder<'a> {
    original: &'a str,
    text: Cow<'a, str>,
    items: SkipPolicy,
}

impl LenientDecoder<'_> {
    /// Respells the rejected value. Returns the decoder's result for the rest, if it accepts an alternative.
    fn try_alternatives(
        &mut self,
        mismatch: &Mismatch,
        decode: &mut dyn FnMut(&str) -> Result<(), Mismatch>,
    ) -> Option<Result<(), Mismatch>> {
        let place = find(&self.text, &mismatch.path.0)?;
        for alternative in alternatives(self.text.get(place.clone())?) {
            let mut text = self.text.clone().into_owned();
            text.replace_range(place.clone(), &alternative);
            let outcome = decode(&text);
            if outcome.as_ref().err().is_none_or(|next| next.path != mismatch.path) {
                self.text = Cow::Owned(text);
                return Some(outcome);
            }
        }
        None
    }

    /// Removes the list element that the decoder has rejected.
    fn skip_element(
        &mut self,
        mismatch: Mismatch,
        skipped: &[SkippedItem],
    ) -> Result<SkippedItem, Mismatch> {
        let Some((list, index, within)) = self.skippable(&mismatch.path.0) else {
            return Err(mismatch);
        };
        let at = |index: usize| [list, &[Step::Index(index)]].concat();
        let Some(place) = find(&self.text, &at(index)) else { return Err(mismatch) };
        // The elements of this list that were removed came before it.
        let before = skipped.iter().filter(|element| element.list.0 == list).count();
        let original = index.saturating_add(before);
        let raw = find(self.original, &at(original)).and_then(|place| self.original.get(place));
        let raw = raw.or_else(|| self.text.get(place.clone())).unwrap_or_default().to_owned();
        let Ok(raw) = RawValue::from_string(raw) else { return Err(mismatch) };
        let path = Path([&at(original), within].concat());
        let list = Path(list.to_vec());
        let mut text = self.text.clone().into_owned();
        let (before, after) = (&text[..place.start], &text[place.end..]);
        let (blanks, comma) = (after.len().saturating_sub(after.trim_start().len()), 1);
        let cut = if after.trim_start().starts_with(',') {
            place.start..place.end.saturating_add(blanks).saturating_add(comma)
        } else if before.trim_end().ends_with(',') {
            before.trim_end().len().saturating_sub(comma)..place.end
        } else {
            place
        };
        text.replace_range(cut, "");
        self.text = Cow::Owned(text);
        Ok(SkippedItem { list, index: original, path, error: mismatch.error, raw })
    }

    /// The element on a path that may be left out: the list that it is in, its index, and the rest of the path.
    fn skippable<'p>(&self, path: &'p [Step]) -> Option<(&'p [Step], usize, &'p [Step])> {
        let of_objects = |list: &[Step]| {
            let place = find(&self.text, list)?;
            let elements = elements(self.text.get(place)?)?;
            Some(elements.iter().any(|element| element.get().starts_with('{')))
        };
        lists(path).find(|(list, ..)| match self.items {
            SkipPolicy::Never => false,
            SkipPolicy::ObjectItems => of_objects(list).unwrap_or_default(),
            SkipPolicy::Page(page) => is_member(list, page) || of_objects(list).unwrap_or_default(),
        })
    }

    /// Whether a list has lost all that it had, although it is not one that comes in pages.
    fn has_emptied(&self, skipped: &[SkippedItem]) -> bool {
        skipped.iter().any(|element| {
            let list = &element.list.0;
            let is_page = matches!(self.items, SkipPolicy::Page(page) if is_member(list, page));
            let left = || find(&self.text, list).and_then(|place| self.text.get(place));
            !is_page && left().and_then(elements).is_none_or(|left| left.is_empty())
        })
    }
}

/// Whether a path leads to the member of this name.
pub(crate) fn is_member(path: &[Step], name: &str) -> bool {
    matches!(path, [Step::Member(member)] if member == name)
}

/// Equivalent spellings of a value that cannot mean anything else.
fn alternatives(value: &str) -> Vec<String> {
    if !value.starts_with('"') {
        let number = value.parse::<f64>().is_ok();
        let as_text = number.then(|| format!("\"{value}\""));
        return whole(value).into_iter().chain(as_text).collect();
    }
    let Ok(text) = serde_json::from_str::<String>(value) else { return Vec::new() };
    let plain = serde_json::from_str::<&RawValue>(&text).is_ok_and(|raw| raw.get() == text);
    let is_flag = text == "true" || text == "false";
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if plain && (is_flag || is_number) {
        let whole = whole(&text);
        return [text].into_iter().chain(whole).collect();
    }
    Vec::new()
}

/// The integer that a number with a fraction or an exponent equals.
fn whole(number: &str) -> Option<String> {
    let is_written_as_one = number.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    let value: f64 = number.parse().ok().filter(|_| !is_written_as_one)?;
    (value.fract() == 0.0 && value.abs() < EXACT).then(|| format!("{value:.0}"))
}

/// Decodes a value next to the data.
pub(crate) fn scalar_of<T: for<'de> Deserialize<'de>>(value: &str) -> Option<T> {
    let decode = |text: &str| serde_json::from_str(text).ok();
    decode(value)
        .or_else(|| decode(&repaired(value.as_bytes())?))
        .or_else(|| alternatives(value).iter().find_map(|alternative| decode(alternative)))
}

/// Repairs JSON: removes a byte order mark, replaces invalid text (half a surrogate pair, bytes that are not UTF-8) by
/// U+FFFD, and escapes characters that need it. `None` if nothing has to be repaired.
pub(crate) fn repaired(json: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(json);
    let mut rest = without_bom(&text);
    let mut repaired = String::with_capacity(text.len());
    let mut inside = false;
    while let Some(next) = rest.chars().next() {
        let mut length = next.len_utf8();
        match next {
            '"' => {
                inside = !inside;
                repaired.push('"');
            }
            '\\' if inside => {
                let (read, whole) = escape(rest);
                length = read;
                repaired.push_str(if whole {
                    rest.get(..read).unwrap_or_default()
                } else {
                    "\\ufffd"
                });
            }
            '\0'..='\x1f' if inside => {
                let _ = write!(repaired, "\\u{:04x}", u32::from(next));
            }
            _ => repaired.push(next),
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    (repaired.as_bytes() != json).then_some(repaired)
}

pub(crate) fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The length of the escape at the start of a text, and whether it is a valid character.
fn escape(text: &str) -> (usize, bool) {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, true),
        (Some(0xd800..=0xdfff), _) => (6, false),
        (Some(_), _) => (6, true),
        (None, _) => (text.chars().take(2).map(char::len_utf8).sum(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternative_spellings_have_the_same_value() {
        for (value, others) in [
            ("3.0", &["3", "\"3.0\""][..]),
            ("-3e2", &["-300", "\"-3e2\""]),
            ("3.5", &["\"3.5\""]),
            ("7", &["\"7\""]),
            ("1e300", &["\"1e300\""]),
            ("\"3\"", &["3"]),
            ("\"3.0\"", &["3.0", "3"]),
            ("\"true\"", &["true"]),
            ("\"\"", &[]),
            ("\"03\"", &[]),
            ("\" 3\"", &[]),
            ("\"NaN\"", &[]),
            ("\"null\"", &[]),
            ("\"[1]\"", &[]),
            ("null", &[]),
            ("true", &[]),
            ("{}", &[]),
        ] {
            assert_eq!(alternatives(value), others, "{value}");
        }
    }

    #[test]
    fn only_invalid_text_is_repaired() {
        for (json, expected) in [
            ("\u{feff}{}", Some("{}")),
            (r#""cut \ud83d""#, Some(r#""cut \ufffd""#)),
            (r#""\ude00 \ud83d\ud83d\ude00""#, Some(r#""\ufffd \ufffd\ud83d\ude00""#)),
            (r#""\\ud83d""#, None),
            (r#""\ud83d\ude00 \" \u00e9 é""#, None),
            ("\"a\nb\"", Some("\"a\\u000ab\"")),
            ("{\n\"a\":\t1}", None),
            (r#""\ud83"#, None),
            ("\"\\", None),
        ] {
            assert_eq!(repaired(json.as_bytes()).as_deref(), expected, "{json}");
        }
        assert_eq!(repaired(b"\"\xff\"").as_deref(), Some("\"\u{fffd}\""));
    }
}
