//! Text that has broken out of a literal, a comment or a terminal somewhere.

use serde_json::Value;

/// The texts, short ones only; [`long`] gives the others.
pub const TEXTS: [&str; 34] = [
    "",
    " ",
    "\"",
    "\\",
    "\\\"",
    "'",
    "`",
    "```\nfn main() { panic!() }\n```",
    "*/ pub fn broken_out() {} /*",
    "/* //",
    "\"#; pub fn broken_out() {} //",
    "\"###; br##\"",
    "\n",
    "\r\n\r",
    "one\npub fn broken_out() {}\n",
    "\u{0}",
    "\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J",
    "\u{202e}desrever\u{2066}\u{2069}\u{200f}",
    "zero\u{200b}width\u{feff}\u{2060}\u{ad}",
    "line\u{2028}paragraph\u{2029}next\u{85}page\u{c}",
    "\u{115f}\u{3164}\u{2800}\u{e0041}\u{e007f}",
    "😀👩\u{200d}🚀\u{fe0f}",
    "e\u{301}\u{334} ﷽ é 日本語 ünïcode",
    "fn",
    "Self",
    "crate",
    "_",
    "r#type",
    "123",
    "9:16",
    "$ref",
    "#![allow(warnings)] #[cfg(test)]",
    "<script>alert(1)</script> [`Vec`](javascript:x) <!-- | a | b -->",
    "{} {0} {{ }} %s %n $HOME ../../etc/passwd",
];

/// A text of 100 kB: one word, or a sentence again and again.
#[must_use]
pub fn long(words: bool) -> String {
    if words { "The quick `brown` fox's \"jump\". ".repeat(3_200) } else { "a".repeat(100_000) }
}

/// All texts, long ones included.
#[must_use]
pub fn texts() -> Vec<String> {
    let short = TEXTS.iter().map(|text| (*text).to_owned());
    short.chain([long(false), long(true)]).collect()
}

/// Members whose own members are named by the document's author.
const NAMED: [&str; 12] = [
    "callbacks",
    "encoding",
    "examples",
    "headers",
    "links",
    "mapping",
    "parameters",
    "paths",
    "properties",
    "schemas",
    "securitySchemes",
    "unit_price_map",
];

/// The kinds of places where text stands, in the order of the document: each a path whose
/// free names and indexes are left out, `paths/*/get/summary`, with `=` at its end for the
/// names themselves.
#[must_use]
pub fn kinds(document: &Value) -> Vec<String> {
    let mut kinds = Vec::new();
    let mut copy = document.clone();
    walk(&mut copy, "", false, &mut |kind, _| {
        if !kinds.iter().any(|known| known == kind) {
            kinds.push(kind.to_owned());
        }
        None
    });
    kinds
}

/// The document with a text at every place that `wanted` selects by its kind and its text.
///
/// Where the text takes the place of a name, the second name of an object gets something
/// behind it, so that the names stay different.
#[must_use]
pub fn plant(document: &Value, text: &str, wanted: impl Fn(&str, &str) -> bool) -> Value {
    let mut planted = document.clone();
    walk(&mut planted, "", false, &mut |kind, old| wanted(kind, old).then(|| text.to_owned()));
    planted
}

type Visit<'v> = dyn FnMut(&str, &str) -> Option<String> + 'v;

fn walk(value: &mut Value, kind: &str, named: bool, visit: &mut Visit<'_>) {
    match value {
        Value::String(text) => {
            if let Some(new) = visit(kind, text) {
                *text = new;
            }
        }
        Value::Array(elements) => {
            let kind = format!("{kind}/#");
            for element in elements {
                walk(element, &kind, false, visit);
            }
        }
        Value::Object(members) => {
            let mut renamed = serde_json::Map::new();
            for (name, mut member) in std::mem::take(members) {
                let below = if named { format!("{kind}/*") } else { format!("{kind}/{name}") };
                let is_named = !named && NAMED.contains(&name.as_str()) && member.is_object();
                walk(&mut member, &below, is_named, visit);
                let mut new = if named { visit(&format!("{kind}="), &name) } else { None };
                let new = new.take().map_or(name, |mut text| {
                    while renamed.contains_key(&text) {
                        text = format!("{text}{}", renamed.len());
                    }
                    text
                });
                renamed.insert(new, member);
            }
            *members = renamed;
        }
        _ => {}
    }
}
