//! Formats JSON for review as a diff.
//!
//! Token by token, so that nothing is lost: numbers keep their spelling, members their order, and
//! only the escapes of strings are normalised.
//! members in their order, and only the escapes of strings are written anew.

use std::fmt::Write as _;

/// The same JSON, indented by two spaces, one value a line. `None` if the text is not JSON.
pub(crate) fn laid_out(text: &str) -> Option<String> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    serde_json::from_str::<serde_json::Value>(text).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0;
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '{' | '[' => {
                let inside = rest[1..].trim_start();
                if inside.starts_with(['}', ']']) {
                    out.push_str(if first == '{' { "{}" } else { "[]" });
                    length = rest.len() - inside.len() + 1;
                } else {
                    out.push(first);
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                line(&mut out, depth);
                out.push(first);
            }
            ',' => {
                out.push(first);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            '"' => {
                length = string(rest)?;
                let content: String = serde_json::from_str(&rest[..length]).ok()?;
                let _ = write!(out, "{}", serde_json::Value::String(content));
            }
            _ => {
                length = rest.find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
                out.push_str(&rest[..length]);
            }
        }
        rest = rest.get(length..)?.trim_start();
    }
    out.push('\n');
    Some(out)
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// The length of the string at the start of the text, including quotes.
fn string(text: &str) -> Option<usize> {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map(|(end, _)| end + 1)
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn the_stored_document_is_in_canonical_layout() {
        let stored = include_str!("../../spec/trenz-openapi.json");
        let value: serde_json::Value = serde_json::from_str(stored).unwrap();
        assert_eq!(laid_out(&value.to_string()).as_deref(), Some(stored));
        assert_eq!(laid_out(stored).as_deref(), Some(stored));
    }

    #[test]
    fn layout_keeps_every_token() {
        let text =
            "\u{FEFF} {\"b\":1.50e2,\"a\" : [ ],\"b\":[\"\\u003c\\\"\\\\\",{\n}, -0 ,true,null]}";
        let expected = "{\n  \"b\": 1.50e2,\n  \"a\": [],\n  \"b\": [\n    \"<\\\"\\\\\",\n    {},\n    \
                        -0,\n    true,\n    null\n  ]\n}\n";
        assert_eq!(laid_out(text).as_deref(), Some(expected));
        assert_eq!(laid_out("7").as_deref(), Some("7\n"));
        for wrong in ["", "{", "<html>", "[1] 2"] {
            assert_eq!(laid_out(wrong), None, "{wrong}");
        }
    }
}
