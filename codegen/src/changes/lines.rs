//! Finds the lines of JSON pointers in a text.
//!
//! The positions come from `jsonc-parser`, which has no dependencies and limits the depth.
//! `load/json.rs` still parses with `serde_json`: it needs values without positions, and is
//! stricter.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// The lines, from 1, where the values at the pointers, or their nearest parents, begin. The text
/// is valid JSON and is parsed once for all pointers.
pub(super) fn lines(text: &str, pointers: &[&str]) -> Vec<usize> {
    // A byte order mark may stand in front.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    let root = parsed.ok().and_then(|parsed| parsed.value);
    let starts: Vec<usize> = pointers
        .iter()
        .map(|pointer| root.as_ref().map_or(0, |root| start(root, pointer)))
        .collect();
    let mut order: Vec<usize> = (0..pointers.len()).collect();
    order.sort_by_key(|index| starts[*index]);
    let (mut line, mut from) = (1, 0);
    let mut lines = vec![1; pointers.len()];
    for index in order {
        line += text[from..starts[index]].matches('\n').count();
        from = starts[index];
        lines[index] = line;
    }
    lines
}

/// Where the target of a pointer begins: at its name, if it has one.
fn start(root: &Value<'_>, pointer: &str) -> usize {
    let (mut value, mut start) = (root, root.start());
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let found = match value {
            Value::Object(object) => object.get(&token).map(|found| (&found.value, found.start())),
            Value::Array(array) => {
                let element = token.parse().ok().and_then(|index: usize| array.elements.get(index));
                element.map(|found| (found, found.start()))
            }
            _ => None,
        };
        let Some(found) = found else { break };
        (value, start) = found;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn pointers_resolve_to_lines() {
        let text = "\u{FEFF}{\n \"a\": [1, {\"x\": \"}\\\"]\"},\n  {\"b/c\": 2,\n\"d\": [[],\n 7]}],\n \"e\": {} }";
        let expected = [
            ("", 1),
            ("/a", 2),
            ("/a/0", 2),
            ("/a/1/x", 2),
            ("/a/2", 3),
            ("/a/2/b~1c", 3),
            ("/a/2/d", 4),
            ("/a/2/d/1", 5),
            ("/e", 6),
            ("/e/missing", 6),
            ("/a/9", 2),
        ];
        let pointers = expected.map(|(pointer, _)| pointer);
        assert_eq!(lines(text, &pointers), expected.map(|(_, line)| line));
        for (pointer, line) in expected {
            assert_eq!(lines(text, &[pointer]), [line], "{pointer}");
        }
        assert_eq!(lines("", &["/a"]), [1]);
    }
}
