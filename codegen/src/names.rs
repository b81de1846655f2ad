//! Derives Rust names from wire names.
//!
//! A name depends on its own text and on the decisions table, never on the rest of the document.
//! `plan` handles conflicts.

use heck::ToSnakeCase;

use crate::decisions::Decisions;
use crate::visible::is_visible;

/// The lower-case words of a text: `Ads/Leads & Reports` is `ads leads reports`.
pub(crate) fn words(text: &str, decisions: &Decisions) -> Vec<String> {
    let mut joined = text.to_owned();
    for word in decisions.words.all(|entry| text.contains(&entry.word)) {
        joined = joined.replace(&word.word, &capitalized(&word.word.to_lowercase()));
    }
    let joined: String =
        keep_acronyms(&joined).chars().map(|c| if is_part(c) { c } else { ' ' }).collect();
    let snake = joined.to_snake_case();
    snake.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a character may be part of a word, and is visible in a name.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (!c.is_ascii() && c.is_alphabetic() && is_visible(c) && is_continue(c))
}

/// Whether a character may follow another in a name.
fn is_continue(c: char) -> bool {
    syn::parse_str::<syn::Ident>(&format!("a{c}")).is_ok()
}

/// Keeps words with capitals inside whole: `IPs` is one word, and so is `OAuth`.
fn keep_acronyms(text: &str) -> String {
    let chars: Vec<char> = text.replace("OAuth", "Oauth").chars().collect();
    let mut keep_acronyms = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let capitals = chars[at..].iter().take_while(|c| c.is_ascii_uppercase()).count();
        let is_plural = capitals > 1
            && chars.get(at + capitals) == Some(&'s')
            && chars.get(at + capitals + 1).is_none_or(|next| !next.is_ascii_lowercase());
        let count = capitals.max(1);
        keep_acronyms.push(chars[at]);
        for c in &chars[at + 1..at + count] {
            keep_acronyms.push(if is_plural { c.to_ascii_lowercase() } else { *c });
        }
        at += count;
    }
    keep_acronyms
}

/// The words as one type name: `TopVideos`. No name begins with a digit: `3d models`
/// is `N3dModels`.
pub(crate) fn pascal(words: &[impl AsRef<str>], decisions: &Decisions) -> String {
    let name = joined(words, decisions);
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("N{name}") } else { name }
}

fn joined(words: &[impl AsRef<str>], decisions: &Decisions) -> String {
    let word = |word: &str| {
        let decided = decisions.words.find(|entry| entry.word.to_lowercase() == word);
        decided.map_or_else(|| capitalized(word), |entry| entry.word.clone())
    };
    words.iter().map(|part| word(part.as_ref())).collect()
}

/// The words as one value or module name: `top_videos`, and `n3d_models`.
pub(crate) fn snake(words: &[impl AsRef<str>]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let name = words.join("_");
    if is_keyword(&name) {
        return format!("{name}_");
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("n{name}");
    }
    name
}

/// The type parameter of a builder for the state of a field: `CountryState`.
pub(crate) fn state(field: &str) -> String {
    let words: String = field.split('_').map(capitalized).collect();
    format!("{words}State")
}

/// The name of an enum's variant for a wire value; none where no letter or digit of the value is
/// allowed in a name.
///
/// Values that begin with a digit get a prefix or suffix for what they are: `9:16` is
/// `Ratio9x16`, `720p` is `P720`, `7d` is `Days7`.
pub(crate) fn variant(value: &str, decisions: &Decisions) -> Option<String> {
    if let Some((width, height)) = value.split_once(':')
        && is_number(width)
        && is_number(height)
    {
        return Some(format!("Ratio{width}x{height}"));
    }
    if let Some(count) = value.strip_suffix('p').filter(|count| is_number(count)) {
        return Some(format!("P{count}"));
    }
    if let Some(count) = value.strip_suffix('d').filter(|count| is_number(count)) {
        return Some(format!("Days{count}"));
    }
    let name = joined(&words(value, decisions), decisions);
    match name.chars().next() {
        None => None,
        Some(first) if first.is_ascii_digit() => Some(format!("Value{name}")),
        Some(_) if name == "Self" => Some("SelfValue".to_owned()),
        Some(_) => Some(name),
    }
}

/// The name of an integer enum's variant: the unit and the number.
pub(crate) fn integer_variant(value: &str, unit: Option<&str>) -> String {
    format!("{}{}", unit.unwrap_or("Value"), value.replace('-', "Minus"))
}

/// The name of one element of a list: `videos` contains a `video`.
pub(crate) fn element(words: &[String]) -> Vec<String> {
    let Some((last, front)) = words.split_last() else { return Vec::new() };
    let last = if last == "list" { "item".to_owned() } else { singular(last) };
    front.iter().cloned().chain([last]).collect()
}

/// The singular of an English word, good enough for comparing and naming.
pub(crate) fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") || word.len() < 3 {
        return word.to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

/// The text with a capital first letter.
pub(crate) fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

/// The maximum length of a name. Names become files, and many names contain others.
pub(crate) const LENGTH_LIMIT: usize = 200;

/// Whether the text is a valid name for Rust and for file systems.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= LENGTH_LIMIT && syn::parse_str::<syn::Ident>(text).is_ok() && !is_keyword(text)
}

/// Whether the word is a keyword.
fn is_keyword(word: &str) -> bool {
    let is_word = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    word == "gen" || (is_word && syn::parse_str::<syn::Ident>(word).is_err())
}

/// Whether a description says no more than the name.
pub(crate) fn repeats(description: &str, name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || " .-_".contains(c);
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let said = words(description);
    description.chars().all(is_plain) && !said.is_empty() && said == words(name)
}
