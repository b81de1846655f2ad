//! Prints how the inputs of an operation are encoded: location, style and bounds.

use std::fmt::Write as _;

use super::docs;
use super::names::{self, Names};
use crate::model::{Body, BodyForm, Bound, Location, Number, Style};
use crate::plan::{Input, Operation, PathStep, Type};

/// The statements of `Operation::encode`, a line each.
pub(super) fn statements(operation: &Operation, names: &Names) -> String {
    let form = operation.body.as_ref().map(|body| body.form);
    let mut text = operation.body.as_ref().map_or(String::new(), body);
    for one in &operation.inputs {
        let call = match one.location {
            Location::Rest => rest(one, operation),
            _ => input(one, form, names),
        };
        let _ = writeln!(text, "        to.{call};");
        nested_bounds(one, form, names, &mut text);
    }
    text
}

/// The statement for the body, before its inputs.
fn body(body: &Body) -> String {
    let usual = match body.form {
        BodyForm::JsonMembers | BodyForm::Json => "application/json",
        BodyForm::Form => "application/x-www-form-urlencoded",
        BodyForm::Multipart => "multipart/form-data",
        BodyForm::Text => "text/plain",
        BodyForm::Bytes => "application/octet-stream",
        BodyForm::File => &body.media_type,
    };
    let mut text = String::new();
    if body.media_type != usual {
        let _ = writeln!(text, "        to.content_type({});", docs::literal(&body.media_type));
    }
    let begin = match body.form {
        BodyForm::JsonMembers => "json_body",
        BodyForm::Form => "form_body",
        BodyForm::Multipart => "multipart_body",
        BodyForm::Json | BodyForm::Text | BodyForm::Bytes | BodyForm::File => return text,
    };
    if body.required {
        let _ = writeln!(text, "        to.{begin}();");
    }
    text
}

/// The method that encodes an input, with its arguments and bounds.
fn input(input: &Input, form: Option<BodyForm>, names: &Names) -> String {
    let wire = docs::literal(&input.field.wire);
    let ident = &input.field.rust;
    let bounds = bounds(&input.field.bounds);
    if input.location == Location::Body {
        match (form, &input.style) {
            (Some(BodyForm::Json), _) => return format!("json(&self.{ident}){bounds}"),
            (Some(BodyForm::Text), _) => return format!("text(&self.{ident}){bounds}"),
            (Some(BodyForm::Bytes), _) => return format!("bytes(&self.{ident})"),
            (Some(BodyForm::File), _) => return format!("file(&self.{ident})"),
            (_, Style::File(media_type)) => {
                let files = match (&input.field.ty, input.field.required) {
                    (Type::List(_), false) => format!("self.{ident}.iter().flatten()"),
                    (Type::List(_), true) | (_, false) => format!("&self.{ident}"),
                    (_, true) => format!("[&self.{ident}]"),
                };
                return format!("files({wire}, {}, {files})", docs::literal(media_type));
            }
            _ => {}
        }
    }
    let part = form == Some(BodyForm::Multipart);
    let plain = match (input.location, form) {
        (Location::Path, _) => "path",
        (Location::Query | Location::QueryReserved, _) => "query",
        (Location::Header, _) => "header",
        (Location::Cookie, _) => "cookie",
        (Location::Body, Some(BodyForm::Form)) => "form",
        (Location::Body, Some(BodyForm::Multipart)) => "part",
        (Location::Body | Location::Rest, _) => "body",
    };
    let by = |style: &str| {
        let of = names.known(names::PARAM_STYLE);
        let styled = match input.location {
            Location::QueryReserved => "query_reserved".to_owned(),
            _ => format!("{plain}_as"),
        };
        format!("{styled}({wire}, &self.{ident}, {of}::{style}){bounds}")
    };
    match (&input.style, input.location) {
        (Style::Single, Location::QueryReserved) => by("Exploded"),
        (Style::Json, Location::Body) if part => {
            format!("part_json({wire}, &self.{ident}){bounds}")
        }
        (Style::JsonEach, _) => format!("parts_json({wire}, &self.{ident})"),
        // The default style of these locations.
        (Style::Repeated, Location::Query | Location::Body)
        | (Style::CommaSeparated, Location::Path | Location::Header | Location::Cookie)
        | (Style::Single | Style::File(_), _) => {
            format!("{plain}({wire}, &self.{ident}){bounds}")
        }
        (Style::Repeated, _) => by("Exploded"),
        (Style::CommaSeparated, _) => by("Comma"),
        (Style::SpaceSeparated, _) => by("Space"),
        (Style::PipeSeparated, _) => by("Pipe"),
        (Style::DeepObject, _) => by("DeepObject"),
        (Style::Label, _) => by("Label"),
        (Style::LabelRepeated, _) => by("LabelExploded"),
        (Style::Matrix, _) => by("Matrix"),
        (Style::MatrixRepeated, _) => by("MatrixExploded"),
        (Style::Json, _) => by("Json"),
    }
}

/// The bounds of values inside an input.
fn nested_bounds(input: &Input, form: Option<BodyForm>, names: &Names, text: &mut String) {
    let ident = &input.field.rust;
    let name = match (input.location, form) {
        (Location::Body, Some(BodyForm::Json)) => "body",
        (Location::Rest, _) => "further members",
        _ => input.field.wire.as_str(),
    };
    for nested in &input.nested_bounds {
        let of = names.known(names::INSIDE);
        let path = nested.path.iter().map(|part| match part {
            PathStep::Member(name) => format!("{of}::Member({})", docs::literal(name)),
            PathStep::Each => format!("{of}::Each"),
        });
        let path = path.collect::<Vec<_>>().join(", ");
        let (name, bounds) = (docs::literal(name), bounds(&nested.bounds));
        let _ = writeln!(text, "        to.inside({name}, &self.{ident}, &[{path}]){bounds};");
    }
}

fn bounds(bounds: &[Bound]) -> String {
    let bounds = bounds.iter().map(|bound| match bound {
        Bound::AtLeast(least) => format!(".at_least({})", number(*least)),
        Bound::AtMost(most) => format!(".at_most({})", number(*most)),
        Bound::MaxLength(length) => format!(".max_length({length})"),
    });
    bounds.collect()
}

/// The properties without an input of their own.
fn rest(input: &Input, operation: &Operation) -> String {
    let body = operation.inputs.iter().filter(|input| input.location == Location::Body);
    let known: Vec<_> = body.map(|input| docs::literal(&input.field.wire)).collect();
    format!("rest(&self.{}, &[{}])", input.field.rust, known.join(", "))
}

fn number(number: Number) -> String {
    match number {
        // The limits of a format read better by name.
        Number::Integer(integer) if integer == i128::from(i32::MIN) => "i32::MIN".to_owned(),
        Number::Integer(integer) if integer == i128::from(i32::MAX) => "i32::MAX".to_owned(),
        Number::Integer(integer) if integer == i128::from(i64::MIN) => "i64::MIN".to_owned(),
        Number::Integer(integer) if integer == i128::from(i64::MAX) => "i64::MAX".to_owned(),
        Number::Integer(integer) if i64::try_from(integer).is_err() => format!("{integer}u64"),
        // Of a literal without a suffix, Rust makes an `i32`.
        Number::Integer(integer) if i32::try_from(integer).is_err() => format!("{integer}i64"),
        Number::Integer(integer) => integer.to_string(),
        Number::Float(float) => format!("{float:?}"),
    }
}
