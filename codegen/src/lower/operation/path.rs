//! Lowers the path of an operation, and its inputs.

use std::collections::BTreeSet;

use super::Lowering;
use crate::model::{Input, Kind, Location, Schema, Style};

const REMEDY: &str = "make the path and its parameters agree in the overlay";

impl Lowering<'_, '_> {
    /// The path as it is sent. Every `{name}` must be an input, and every path input a `{name}`.
    pub(super) fn path(&mut self, path: &str, inputs: &mut Vec<Input>) -> String {
        let sent = path.split('#').next().unwrap_or_default();
        if sent != path {
            let cause = format!("`{path}` has a fragment, which HTTP does not send");
            self.reporter.violation(self.pointer, cause, REMEDY, "it is left out");
        }
        let (mut names, mut plain, mut rest) = (BTreeSet::new(), String::new(), sent);
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, behind)) = behind.split_once('}') else { break };
            plain.push_str(before);
            names.insert(name);
            rest = behind;
        }
        plain.push_str(rest);
        if plain.contains(['{', '}']) {
            let cause = format!("`{path}`: expected balanced braces, found a stray `{{` or `}}`");
            self.reporter.operation_problem(self.pointer, self.id, cause, REMEDY);
        }
        if let Some((_, query)) = sent.split_once('?') {
            let cause = format!("`{path}` has a query");
            self.reporter.violation(self.pointer, cause, REMEDY, "it is sent with every call");
            self.settled(query, inputs);
        }
        self.undeclared(&names, inputs);
        self.unused(path, &names, inputs);
        sent.to_owned()
    }

    /// Leaves out parameters that the query of the path already has.
    fn settled(&mut self, query: &str, inputs: &mut Vec<Input>) {
        let settled = |input: &mut Input| {
            matches!(input.location, Location::Query | Location::QueryReserved)
                && query.split('&').any(|pair| pair.split('=').next() == Some(&input.wire))
        };
        for input in inputs.extract_if(.., settled) {
            let cause = format!("`{}` is in the path already", input.wire);
            self.reporter.violation(self.pointer, cause, REMEDY, "the parameter is left out");
        }
    }

    fn undeclared(&mut self, names: &BTreeSet<&str>, inputs: &mut Vec<Input>) {
        for name in names {
            let declares = |input: &Input| input.location == Location::Path && input.wire == *name;
            if inputs.iter().any(declares) {
                continue;
            }
            let cause = format!("the path has `{{{name}}}`, but no parameter declares it");
            self.reporter.violation(self.pointer, cause, REMEDY, "it is a string");
            inputs.push(Input {
                wire: (*name).to_owned(),
                location: Location::Path,
                required: true,
                schema: Schema::bare(self.pointer, Kind::String),
                style: Style::Single,
            });
        }
    }

    fn unused(&mut self, path: &str, names: &BTreeSet<&str>, inputs: &mut Vec<Input>) {
        let unused = |input: &mut Input| {
            input.location == Location::Path && !names.contains(input.wire.as_str())
        };
        for input in inputs.extract_if(.., unused) {
            let name = &input.wire;
            let cause = format!("the path parameter `{name}` is not in the path `{path}`");
            self.reporter.violation(self.pointer, cause, REMEDY, "it is left out");
        }
    }
}
