//! Words for signs, for names that would otherwise be empty or equal: `>` and `>=`, `+1` and `-1`.

/// Longer signs come before their prefixes.
const SIGNS: [(&str, &str); 24] = [
    (">=", "greater than or equal"),
    ("<=", "less than or equal"),
    ("!=", "not equal"),
    ("==", "equal"),
    (">", "greater than"),
    ("<", "less than"),
    ("=", "equal"),
    ("!", "not"),
    ("+", "plus"),
    ("*", "star"),
    ("/", "slash"),
    ("%", "percent"),
    ("&", "and"),
    ("|", "or"),
    ("^", "caret"),
    ("~", "tilde"),
    ("@", "at"),
    ("$", "dollar"),
    ("#", "hash"),
    ("?", "question mark"),
    (",", "comma"),
    (";", "semicolon"),
    (":", "colon"),
    (".", "dot"),
];

/// The text with words for its signs; never empty.
pub(super) fn in_words(text: &str) -> String {
    if text.trim().is_empty() {
        return if text.is_empty() { "empty" } else { "blank" }.to_owned();
    }
    let mut in_words = String::new();
    let mut rest = text;
    // In the middle of a text these join words; at the start they are signs.
    for (sign, word) in [('-', "minus "), ('_', "underscore ")] {
        if let Some(after) = text.strip_prefix(sign) {
            in_words.push_str(word);
            rest = after;
        }
    }
    while let Some(first) = rest.chars().next() {
        let sign = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
        if let Some((sign, word)) = sign {
            in_words.extend([" ", word, " "]);
            rest = &rest[sign.len()..];
        } else {
            in_words.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    in_words
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn symbols_become_words() {
        for (text, words) in [
            ("", "empty"),
            (" ", "blank"),
            (">=", "greater than or equal"),
            ("<>", "less than greater than"),
            ("-1", "minus 1"),
            ("+1", "plus 1"),
            ("_name", "underscore name"),
            ("_", "underscore"),
            ("start-time<", "start-time less than"),
            ("日", "日"),
        ] {
            let in_words: Vec<_> = in_words(text).split_whitespace().map(str::to_owned).collect();
            assert_eq!(in_words.join(" "), words, "{text:?}");
        }
    }
}
