//! Takes out of the runtime's documentation what only the platform's own client is about:
//! coins, scopes, workflows. A sentence that speaks of them is left out, and an item of
//! which nothing else is said is hidden, so that it is no part of what the crate offers.

use std::borrow::Cow;

/// What the words that speak of it begin with.
const OWN: [&str; 21] = [
    "balance", "billing", "budget", "charg", "coin", "cost", "credit", "failures", "ledger",
    "money", "paid", "pays", "paying", "payment", "pric", "quote", "refund", "scope", "task",
    "trenz", "workflow",
];

/// Phrases that say something else beside, and what is left of them.
const PHRASES: [(&str, &str); 25] = [
    (" and nothing charged", ""),
    (
        "processed and charged, and retrying it may charge twice",
        "processed, and retrying it may do it twice",
    ),
    ("processed and charged", "processed"),
    (", and so what it may have cost", ""),
    (", and charged for it, but", ", but"),
    (", and may have been charged", ""),
    ("may do and cost everything twice", "may do everything twice"),
    ("What a call would send and cost: see", "What a call would send: see"),
    ("Returns its quote and the exact request", "Returns the exact request"),
    (": its inputs, its price, and the type", ": its inputs, and the type"),
    ("The key lacks the operation's scope", "The key may not make this call"),
    ("The endpoint or the task does not exist", "The endpoint, or what it names, does not exist"),
    ("Blocks on a future: a call, a task, an upload", "Blocks on a future"),
    ("Iterates over a stream: items, pages, updates, finished tasks", "Iterates over a stream"),
    ("Changes nothing and costs nothing: retrying", "Changes nothing: retrying"),
    ("Changes something, or starts work that is charged: retrying", "Changes something: retrying"),
    (", and the cost is not reported", ""),
    (": their coins have been refunded, but they may have been done", ": they may have been done"),
    ("Its coins have been refunded, but it may have been", "It may have been"),
    ("The API allows 200 for a key. Default", "Default"),
    (" `RATE_LIMITED`", ""),
    (" of the API, so charged and refunded |", " of the API |"),
    (
        "retried as long as what may be charged twice stays within [`max_duplicate_cost`](Self::max_duplicate_cost): by default only free ones",
        "retried",
    ),
    ("Sends requests with one key.", "Sends requests."),
    ("such as `data.items[3].price`", "such as `[3].name`"),
];

/// How many bytes of a phrase are compared at once with every place of a text.
const START: usize = 6;

/// By each of the first bytes of a phrase, which phrases have it there, a bit each: one pass over a text tells that there is
/// none of them, which holds for almost all texts. A search for each phrase took four fifths of making a small crate.
static STARTS: [[u32; 256]; START] = starts();

const fn starts() -> [[u32; 256]; START] {
    let mut starts = [[0; 256]; START];
    let mut phrase = 0;
    while phrase < PHRASES.len() {
        let mut at = 0;
        while at < START {
            starts[at][PHRASES[phrase].0.as_bytes()[at] as usize] |= 1 << phrase;
            at += 1;
        }
        phrase += 1;
    }
    starts
}

/// The width of a line.
const WIDTH: usize = 100;

/// Whether a text, or a name in it, speaks of what only the platform has.
pub(super) fn is_own(text: &str) -> bool {
    let says = |word: &str| {
        let begins =
            |own: &&str| word.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
        word.eq_ignore_ascii_case("pay") || OWN.iter().any(begins)
    };
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.flat_map(humps).any(says)
}

/// The words of a name in camel case. Several capitals in a row begin none but the first.
fn humps(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let mut last = true;
        let begins = |c: char| {
            let begins = c.is_uppercase() && !last;
            last = c.is_uppercase();
            begins
        };
        let (word, behind) = rest.split_at(rest.find(begins).unwrap_or(rest.len()));
        rest = behind;
        Some(word).filter(|word| !word.is_empty())
    })
}

/// A text without what only the platform has, documentation and hidden items.
pub(super) fn without_own(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < lines.len() {
        let Some((indent, mark)) = doc(lines[at]) else {
            out.push_str(&otherwise(lines[at]));
            out.push('\n');
            at += 1;
            continue;
        };
        let end = at + lines[at..].iter().take_while(|line| doc(line).is_some()).count();
        let said: Vec<&str> = lines[at..end].iter().map(|line| spoken(line)).collect();
        let item = lines[end..].iter().find(|line| !line.trim_start().starts_with("#[")).copied();
        let filtered = filtered(&said, WIDTH - indent - 4);
        let own_name = item.is_some_and(|item| is_own(name(item)));
        if mark == "///" && (own_name || filtered.is_none()) {
            out.push_str(&" ".repeat(indent));
            out.push_str("#[doc(hidden)]\n");
        } else {
            for line in filtered.unwrap_or_else(|| vec!["…".to_owned()]) {
                out.push_str(format!("{}{mark} {line}", " ".repeat(indent)).trim_end());
                out.push('\n');
            }
        }
        at = end;
    }
    out
}

/// A text with phrases that say something else beside.
fn otherwise(text: &str) -> Cow<'_, str> {
    let begins = |window: &[u8]| {
        let bytes = window.iter().zip(&STARTS);
        bytes.fold(u32::MAX, |phrases, (byte, starts)| phrases & starts[usize::from(*byte)]) != 0
    };
    if !text.as_bytes().windows(START).any(begins) {
        return Cow::Borrowed(text);
    }
    let replaced = |text: String, (own, left): &(&str, &str)| text.replace(own, left);
    Cow::Owned(PHRASES.iter().fold(text.to_owned(), replaced))
}

/// How deep a line of documentation stands, and by which mark.
fn doc(line: &str) -> Option<(usize, &'static str)> {
    let text = line.trim_start();
    let mark = ["///", "//!"].into_iter().find(|mark| text.starts_with(mark))?;
    Some((line.len() - text.len(), mark))
}

fn spoken(line: &str) -> &str {
    let text = line.trim_start().get(3..).unwrap_or_default();
    text.strip_prefix(' ').unwrap_or(text)
}

/// The name of the item that a line begins.
fn name(line: &str) -> &str {
    let line = line.trim_start();
    let words = ["pub(crate) ", "pub ", "const ", "fn ", "struct ", "enum ", "trait ", "type "];
    let rest = words.iter().fold(line, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

/// What is left of a documentation; nothing where already its first sentence goes.
fn filtered(lines: &[&str], width: usize) -> Option<Vec<String>> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    let mut rest = lines;
    let mut first = true;
    while let Some((line, _)) = rest.split_first() {
        let length = block(rest);
        let (taken, behind) = rest.split_at(length);
        rest = behind;
        if line.is_empty() {
            continue;
        }
        if line.starts_with("```") {
            // An example of the platform's own; what led to it ends as a sentence.
            if let Some(last) = blocks.last_mut().and_then(|block| block.last_mut())
                && last.ends_with(':')
            {
                last.pop();
                last.push('.');
            }
            continue;
        }
        if line.starts_with('|') {
            let rows: Vec<_> = taken
                .iter()
                .map(|row| otherwise(row).into_owned())
                .filter(|row| !is_own(row))
                .collect();
            if rows.len() > 2 {
                blocks.push(rows);
            }
            continue;
        }
        let sentences = sentences(&otherwise(&taken.join(" ")));
        if first && sentences.first().is_some_and(|sentence| is_own(sentence)) {
            return None;
        }
        first = false;
        let left: Vec<_> = sentences.into_iter().filter(|sentence| !is_own(sentence)).collect();
        if !left.is_empty() {
            blocks.push(wrapped(&left.join(" "), width));
        }
    }
    Some(blocks.join(&String::new()))
}

/// How many lines the block has that begins here.
fn block(lines: &[&str]) -> usize {
    let Some((first, behind)) = lines.split_first() else { return 0 };
    if first.starts_with("```") {
        let end = behind.iter().position(|line| line.starts_with("```"));
        return end.map_or(lines.len(), |end| end + 2);
    }
    let ends = |line: &&&str| {
        line.is_empty()
            || line.starts_with("```")
            || item(line) > 0
            || (line.starts_with('|') != first.starts_with('|'))
    };
    if first.is_empty() { 1 } else { 1 + behind.iter().take_while(|line| !ends(line)).count() }
}

fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(". ") {
        let next = text[at + 2..].chars().next();
        if next.is_some_and(|c| c.is_uppercase() || c == '[' || c == '`') {
            sentences.push(text[start..=at].to_owned());
            start = at + 2;
        }
    }
    sentences.push(text[start..].to_owned());
    sentences
}

/// How far the mark of a list's item reaches; 0 where a line begins none.
fn item(line: &str) -> usize {
    let text = line.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = match &text[digits..] {
        rest if digits > 0 && rest.starts_with(". ") => digits + 2,
        rest if digits == 0 && (rest.starts_with("- ") || rest.starts_with("* ")) => 2,
        _ => return 0,
    };
    line.len() - text.len() + mark
}

/// A text in lines, those of a list's item below its first word.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let (mark, text) = text.split_at(item(text));
    let (indent, width) = (" ".repeat(mark.len()), width - mark.len());
    let lines = filled(text, width).into_iter().enumerate();
    lines
        .map(|(at, line)| if at == 0 { format!("{mark}{line}") } else { format!("{indent}{line}") })
        .collect()
}

fn filled(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_phrase_is_in_the_runtimes_documentation() {
        let mut documentation = String::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../trenz-api/src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = fs::read_to_string(path).unwrap();
                    documentation.extend(text.lines().map(|line| format!("{} ", spoken(line))));
                }
            }
        }
        for (phrase, _) in PHRASES {
            assert!(documentation.contains(phrase), "{phrase:?} is not in trenz-api/src");
        }
    }

    #[test]
    fn sentences_and_items_about_money_are_removed() {
        for (text, left) in [
            (
                "/// Sends it. Costs a coin.\npub fn send() {}\n",
                "/// Sends it.\npub fn send() {}\n",
            ),
            ("    /// The budget.\n    pub fn x() {}\n", "    #[doc(hidden)]\n    pub fn x() {}\n"),
            (
                "/// The most.\n#[must_use]\npub fn max_cost() {}\n",
                "#[doc(hidden)]\n#[must_use]\npub fn max_cost() {}\n",
            ),
            ("/// Nothing was sent and nothing charged. Do.\n", "/// Nothing was sent. Do.\n"),
            ("/// A:\n///\n/// ```\n/// trenz();\n/// ```\nfn a() {}\n", "/// A.\nfn a() {}\n"),
            (
                "/// A.\n///\n/// - a task\n/// - a call\n/// - a\n///   coin\n",
                "/// A.\n///\n/// - a call\n",
            ),
            (
                "/// A.\n///\n/// | a |\n/// |---|\n/// | paid |\n/// | free |\n",
                "/// A.\n///\n/// | a |\n/// |---|\n/// | free |\n",
            ),
            (
                "/// A:\n/// 1. b\n///    c\n///    - d\n",
                "/// A:\n///\n/// 1. b c\n///\n///    - d\n",
            ),
            ("//! Money.\n", "//! …\n"),
        ] {
            assert_eq!(without_own(text), left);
        }
    }

    #[test]
    fn names_are_split_into_words() {
        for own in ["MAX_COST", "PaidRead", "coin_cost", "TrenzError", "`Pricing`"] {
            assert!(is_own(own), "{own}");
        }
        for other in ["payload", "RetryPolicy", "accost", "PATH", "multitask"] {
            assert!(!is_own(other), "{other}");
        }
    }
}
