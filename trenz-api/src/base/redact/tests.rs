//! Finds the key in every documented spelling, and leaves texts without it alone.

use super::text::{LINE, PASSAGE};
use super::*;
use proptest::prelude::*;

const KEY: &str = "sk_live_THE-SECRET-KEY";

fn clean(redactor: &Redactor, said: &str) -> String {
    let clean = redactor.redact(said.as_bytes());
    clean.map_or(said.to_owned(), |clean| String::from_utf8(clean).unwrap())
}

fn base64_of(text: &str) -> String {
    let mut text = text.as_bytes().to_vec();
    let padding = (3 - text.len() % 3) % 3;
    text.resize(text.len() + padding, 0);
    let mut letters = String::from_utf8(base64(&text, 0)).unwrap();
    letters.truncate(letters.len() - padding);
    letters + &"=".repeat(padding)
}

fn each(text: &str, encode: impl Fn(u32) -> String) -> String {
    text.chars().map(|c| encode(c.into())).collect()
}

fn each_byte(text: &str, encode: impl Fn(u8) -> String) -> String {
    text.bytes().map(encode).collect()
}

/// A spelling: its name, and how it is made.
type Spelled = (&'static str, fn(&str) -> String);

/// Each encoding on its own.
const SPELLINGS: &[Spelled] = &[
    ("as it is", str::to_owned),
    ("upper case", str::to_uppercase),
    ("lower case", str::to_lowercase),
    ("JSON", |text| each(text, |code| format!("\\u{code:04x}"))),
    ("JSON, upper case", |text| each(text, |code| format!("\\u{code:04X}"))),
    ("braces", |text| each(text, |code| format!("\\u{{{code:x}}}"))),
    ("bytes of a string", |text| each_byte(text, |code| format!("\\x{code:02x}"))),
    ("octal", |text| each_byte(text, |code| format!("\\{code:03o}"))),
    ("long escapes", |text| each(text, |code| format!("\\U{code:08x}"))),
    ("needless escapes", |text| text.replace('_', "\\_").replace('/', "\\/")),
    ("percent", |text| each_byte(text, |code| format!("%{code:02x}"))),
    ("percent, upper case", |text| each_byte(text, |code| format!("%{code:02X}"))),
    ("percent u", |text| each(text, |code| format!("%u{code:04x}"))),
    ("percent, in part", |text| text.replace('_', "%5F").replace('-', "%2d")),
    ("decimal entities", |text| each(text, |code| format!("&#{code};"))),
    ("entities with zeros and no end", |text| each(text, |code| format!("&#x00{code:X}"))),
    ("entities in hexadecimal", |text| each(text, |code| format!("&#x{code:x};"))),
    ("named entities", |text| text.replace('_', "&lowbar;").replace('-', "&hyphen;")),
    ("full width", |text| {
        let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
        text.chars().map(|c| if c.is_ascii_graphic() { wide(c) } else { c }).collect()
    }),
    ("line breaks", |text| text.replace('_', "_\r\n").replace('E', "\tE ")),
    ("escaped line breaks", |text| text.replace('_', "_\\n")),
    ("blanks", |text| text.chars().flat_map(|c| [c, ' ']).collect()),
    ("invisible", |text| text.chars().flat_map(|c| [c, '\u{200b}', '\u{ad}']).collect()),
    ("labels of a host", |text| text.replace(['_', '-'], ".")),
    ("pieces of a list", |text| text.replace('_', "\", \"")),
    ("Base64", base64_of),
    ("Base64, not padded", |text| base64_of(text).trim_end_matches('=').to_owned()),
    ("Base64 for URLs", |text| base64_of(text).replace('+', "-").replace('/', "_")),
    ("Base64 of the header", |text| base64_of(&format!("Bearer {text}"))),
    ("Base64 of a password", |text| base64_of(&format!("{text}:"))),
    ("Base64 of a user's password", |text| base64_of(&format!("me:{text}"))),
    ("hexadecimal", |text| each_byte(text, |code| format!("{code:02x}"))),
    ("hexadecimal, upper case", |text| each_byte(text, |code| format!("{code:02X}:"))),
    ("a list of bytes", |text| format!("{:?}", text.as_bytes())),
];

/// Spellings of the key's bytes: found for the key itself, not for another spelling of it.
fn is_of_bytes(name: &str) -> bool {
    ["Base64", "hexadecimal", "a list"].iter().any(|of| name.starts_with(of))
}

#[test]
fn the_key_is_found_in_every_spelling() {
    let redactor = Redactor::new(KEY);
    for (name, spell) in SPELLINGS {
        let spelled = spell(KEY);
        let said = clean(&redactor, &format!("no: ({spelled}) again {spelled}, or what?"));
        assert_eq!(said.matches(REDACTED).count(), 2, "{name}: {said}");
        // A letter or two of Base64 depend on the neighbours as well; a prefix is not the key.
        let rest = said.replace(REDACTED, "");
        let parts =
            ["no: (", ") again ", ", or what?"].iter().map(|part| part.len()).sum::<usize>();
        assert!(rest.len() <= parts + 2 * 14, "{name}: {said}");
        assert!(rest.starts_with("no: (") && rest.ends_with(", or what?"), "{name}: {said}");
        for (outer, again) in SPELLINGS {
            // `\u0000` followed by four more digits would be another text.
            let is_another = (*outer, *name) == ("lower case", "long escapes");
            if !is_another && !is_of_bytes(outer) {
                let said = clean(&redactor, &format!("a {} z", again(&spelled)));
                assert!(said.contains(REDACTED), "{outer} of {name}: {said}");
            }
        }
    }
}

#[test]
fn text_without_the_key_is_unchanged() {
    let redactor = Redactor::new(KEY);
    for said in [
        "",
        "sk_live_ is how a key begins",
        "sk_live_ANOTHER-SECRET-KEY",
        "{\"code\":\"A\\u0026B\",\"%\":\"100 %\",\"&\":\"&amp;\"}",
        "\\",
        "%",
        "&",
        "secretly",
        "a secret-key is wrong",
    ] {
        assert_eq!(redactor.redact(said.as_bytes()), None, "{said}");
    }
    assert_eq!(Redactor::default().redact(KEY.as_bytes()), None, "there is no key");
}

#[test]
fn text_cut_inside_the_key_is_redacted() {
    let redactor = Redactor::new(KEY);
    // A text cut between two elements of a list ends with the list's punctuation.
    for (name, spell) in SPELLINGS.iter().filter(|(name, _)| *name != "pieces of a list") {
        let spelled: Vec<char> = spell(KEY).chars().collect();
        for cut in spelled.len() / 2..spelled.len() {
            let head: String = spelled[..cut].iter().collect();
            let said = clean(&redactor, &format!("wrong: {head}"));
            assert!(said.contains(REDACTED), "{name}: {said}");
            let end = said.split(REDACTED).last().unwrap();
            assert!(end.bytes().filter(u8::is_ascii_graphic).count() <= 2, "{name}: {said}");
        }
        for cut in 1..spelled.len() / 2 {
            let tail: String = spelled[cut..].iter().collect();
            let said = clean(&redactor, &format!("{tail} is wrong"));
            assert!(said.contains(REDACTED), "{name}: {tail} {said}");
        }
    }
}

#[test]
fn a_large_text_is_searched_as_a_whole() {
    let redactor = Redactor::new(KEY);
    let spelled = each(KEY, |code| format!("\\u{code:04x}"));
    for before in [0, 1, WINDOW - 100, WINDOW - 1, WINDOW, WINDOW + OVERLAP - 5, 3 * WINDOW - 60] {
        let said = format!("{}{spelled}{}", "x".repeat(before), "y".repeat(WINDOW));
        let clean = clean(&redactor, &said);
        assert_eq!(clean.len(), before + REDACTED.len() + WINDOW, "{before}");
    }
}

#[test]
fn a_short_key_is_found_as_it_is() {
    for key in ["sk", "key", "_-_", "a1!", "sk_live"] {
        let redactor = Redactor::new(key);
        assert_eq!(clean(&redactor, &format!("<{key}>")), "<[redacted]>");
        assert_eq!(clean(&redactor, "ok"), "ok");
    }
}

#[test]
fn shown_text_is_one_line_of_bounded_length() {
    let redactor = Redactor::new(KEY);
    let said = format!("a\r\nb\u{2028}c\u{202e}d\u{1b}[2J {KEY}{}", "\n".repeat(10_000_000));
    let shown = redactor.shown(&said, 30);
    assert_eq!(shown, "a  b c d [2J [redacted]       …");
    let passage = ServerText::passage(&redactor, &said);
    assert_eq!(passage.as_str().chars().count(), PASSAGE + 1);
    assert_eq!(passage.to_string().chars().count(), LINE + 1);
    assert_eq!(format!("{passage:?}").chars().count(), LINE + 3);
    assert_eq!(redactor.shown("é…", 2), "é…");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any key, in up to three encodings on top of each other, within any text.
    #[test]
    fn any_key_is_found_in_any_mixture(
        key in "[A-Za-z0-9_-]{12,60}",
        inner in 0..SPELLINGS.len(),
        outer in proptest::collection::vec(0..SPELLINGS.len(), 0..3),
        // A backslash right before the key would escape its first letter, and a digit after an entity without an end
        // would become a part of the entity.
        before in "[ -~]{0,20}: ",
        behind in " :[ -~]{0,20}",
    ) {
        prop_assume!(key.bytes().filter(u8::is_ascii_alphanumeric).count() >= SHORTEST);
        let (mut last, spell) = SPELLINGS[inner];
        let mut spelled = spell(&key);
        for (name, spell) in outer.iter().map(|index| SPELLINGS[*index]) {
            // `\u0000` followed by four more digits would be another text, and so would an entity without a visible
            // end.
            if !is_of_bytes(name) && name != "lower case" && last != "entities with zeros and no end" {
                (last, spelled) = (name, spell(&spelled));
            }
        }
        let said = format!("{before}{spelled}{behind}");
        let clean = clean(&Redactor::new(&key), &said);
        prop_assert!(clean.contains(REDACTED), "{}", said);
    }

    #[test]
    fn any_bytes_do_not_panic(key in "[!-~]{1,40}", said: Vec<u8>, text in ".*") {
        let redactor = Redactor::new(&key);
        let _ = redactor.redact(&said);
        let _ = redactor.shown(&text, 10);
        let with_key = [&said[..], key.as_bytes()].concat();
        prop_assert!(redactor.redact(&with_key).is_some());
    }
}
