//! JSON laid out token by token, so that no digit and no order of members is lost.

use std::fmt::Write as _;

/// The same JSON, one thing a line.
pub(super) fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut tokens = Tokens { rest: json }.peekable();
    while let Some(token) = tokens.next() {
        match token {
            "{" | "[" => {
                out.push_str(token);
                if let Some(close) = tokens.next_if(|next| ["}", "]"].contains(next)) {
                    out.push_str(close);
                } else {
                    depth = depth.saturating_add(1);
                    line(&mut out, depth);
                }
            }
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push_str(token);
            }
            "," => {
                out.push(',');
                line(&mut out, depth);
            }
            ":" => out.push_str(": "),
            token => out.push_str(token),
        }
    }
    out
}

/// The same JSON on one line.
pub(super) fn compact(json: &str) -> String {
    Tokens { rest: json }.collect()
}

fn line(out: &mut String, depth: usize) {
    let _ = write!(out, "\n{:width$}", "", width = depth.saturating_mul(2));
}

/// The tokens of a JSON text.
struct Tokens<'j> {
    rest: &'j str,
}

impl<'j> Iterator for Tokens<'j> {
    type Item = &'j str;

    fn next(&mut self) -> Option<&'j str> {
        let rest = self.rest.trim_ascii_start();
        let end = match rest.bytes().next()? {
            b'"' => string(rest),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => {
                let is_end = |c: char| ",:]}".contains(c) || c.is_ascii_whitespace();
                rest.find(is_end).unwrap_or(rest.len())
            }
        };
        let (token, rest) = rest.split_at_checked(end)?;
        self.rest = rest;
        Some(token)
    }
}

/// How long the string is that the text begins with, quotes included.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end.saturating_add(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_and_no_order_is_lost() {
        let json = r#"{"z": 18446744073709551616.10,"a":[ ],"s":"a\"{,\\","n":[1, {}]}"#;
        let expected = "{\n  \"z\": 18446744073709551616.10,\n  \"a\": [],\n  \"s\": \"a\\\"{,\\\\\",\n  \"n\": [\n    1,\n    {}\n  ]\n}";
        assert_eq!(indented(json), expected);
        assert_eq!(
            compact(expected),
            r#"{"z":18446744073709551616.10,"a":[],"s":"a\"{,\\","n":[1,{}]}"#
        );
        assert_eq!((indented("null"), compact(" 1 ")), ("null".to_owned(), "1".to_owned()));
    }
}
