//! Doc comments, attributes and literals.

use proc_macro2::Literal;
use serde_json::Value;

use super::markdown;
pub(super) use super::markdown::span;
use super::type_docs::TypeDocs;
use crate::model::{Bound, Number};
use crate::names::{capitalized, repeats};
use crate::plan::{Field, Type};

/// A literal of this text.
pub(super) fn literal(text: &str) -> String {
    Literal::string(text).to_string()
}

/// A documentation comment, each line behind `indent`.
pub(super) fn lines(indent: &str, lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(indent);
        text.push_str(format!("/// {}", markdown::line(line)).trim_end());
        text.push('\n');
    }
    text
}

/// The `#[deprecated]` attribute, with the document's own words if there are any.
pub(super) fn deprecated(indent: &str, is_deprecated: bool, words: &str) -> String {
    if !is_deprecated {
        return String::new();
    }
    let sentences = words.split_inclusive(['.', '\n']).map(str::trim);
    let says = |sentence: &&str| sentence.to_lowercase().contains("deprecated");
    let note = sentences.filter(says).find(|sentence| *sentence != "Deprecated.");
    let note = note.map_or("the API's document says so".to_owned(), markdown::line);
    format!("{indent}#[deprecated(note = {})]\n", literal(&note))
}

/// The description of a field, its allowed values, and the server's default: nothing if its name
/// and type say as much.
pub(super) fn field(field: &Field, type_docs: &TypeDocs) -> Vec<String> {
    let is_told = repeats(&field.description, &field.wire);
    let mut paragraph = if is_told { Vec::new() } else { sentence(&field.description) };
    let bounds = field.bounds.iter().filter_map(bound);
    let default = field.default.as_ref().filter(|default| !states_default(field, default));
    let default = default.map(|default| format!("the server's default is {}", code(default)));
    let mut details: Vec<String> = type_docs.known_values(field).into_iter().collect();
    let bounds: Vec<_> = bounds.collect();
    details.extend((!bounds.is_empty()).then(|| bounds.join(", ")));
    details.extend(default);
    if let Some(first) = details.first_mut() {
        *first = capitalized(first);
        paragraph.push(format!("{}.", details.join("; ")));
    }
    if let Some(format) = &field.format {
        let format = match format.as_str() {
            "byte" => "base64".to_owned(),
            format => span(format),
        };
        paragraph.push(format!("Format: {format}."));
    }
    let each: Vec<String> = field.each.iter().filter_map(bound).collect();
    if !each.is_empty() {
        paragraph.push(format!("Each {}.", each.join(", ")));
    }
    if field.ty == Type::Json {
        paragraph.push("The document leaves its contents open.".to_owned());
    }
    let paragraph = paragraph.join(" ");
    if paragraph.is_empty() { Vec::new() } else { vec![paragraph] }
}

/// Whether the description already has the default.
fn states_default(field: &Field, default: &Value) -> bool {
    let text = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
    let description = field.description.to_lowercase();
    [" ", ": ", "="]
        .iter()
        .any(|gap| description.contains(&format!("default{gap}{}", text.to_lowercase())))
}

fn sentence(description: &str) -> Vec<String> {
    let sentence = markdown::sentence(description);
    if sentence.is_empty() { Vec::new() } else { vec![sentence] }
}

/// What a bound says, where it is worth a reader's time.
pub(super) fn bound(bound: &Bound) -> Option<String> {
    match bound {
        // The limits of a 32-bit integer are the format's, not worth a reader's time.
        Bound::AtLeast(Number::Integer(least)) if *least == i128::from(i32::MIN) => None,
        Bound::AtMost(Number::Integer(most)) if *most == i128::from(i32::MAX) => None,
        bound => Some(bound.to_string()),
    }
}

fn code(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.is_empty() { "empty".to_owned() } else { span(&text) }
}
