//! The flags of an operation: its inputs, and how it is called.

use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, Command, Error, ValueHint, value_parser};

#[cfg(feature = "tasks")]
use super::download;
use super::yes;
use crate::inputs::is_nested;
use crate::inputs::template::Extent;
use crate::table::{Choice, Input, Kind, Operation};
use crate::work::resume;

/// A flag for each input, the required ones first.
pub(super) fn inputs(operation: &'static Operation) -> impl Iterator<Item = Arg> {
    let of =
        |is_required| operation.inputs.iter().filter(move |input| input.is_required == is_required);
    of(true).chain(of(false)).map(input)
}

/// How an operation is called, with what it requires.
pub(super) fn usage(operation: &Operation, command: &str) -> String {
    let required = operation.inputs.iter().filter(|input| input.is_required);
    let required = required.map(|input| format!("--{} <{}> ", input.flag, value_name(&input.kind)));
    format!("{command} {}[OPTIONS]", required.collect::<String>())
}

/// What stands for a value of this kind, or of an element where it is a list.
fn value_name(kind: &Kind) -> &'static str {
    match element(kind).0 {
        Kind::Boolean => "BOOL",
        Kind::Integer | Kind::OneOfIntegers { .. } => "INTEGER",
        Kind::Number => "NUMBER",
        Kind::Text => "TEXT",
        Kind::OneOf { .. } => "VALUE",
        Kind::Sort(_) => "FIELD:asc|desc",
        _ => "JSON|@FILE",
    }
}

/// What one flag takes, and whether it can be given several times.
fn element(kind: &Kind) -> (&Kind, bool) {
    match kind.resolved() {
        Kind::List(of) => (of.resolved(), true),
        kind => (kind, false),
    }
}

fn input(input: &'static Input) -> Arg {
    let heading = if input.is_required { "Required inputs" } else { "Inputs" };
    let arg = Arg::new(input.name).long(input.flag).help(help(input)).help_heading(heading);
    let (kind, is_list) = element(&input.kind);
    let arg = arg
        .action(if is_list { ArgAction::Append } else { ArgAction::Set })
        .value_name(value_name(&input.kind));
    let arg = match kind {
        Kind::Boolean if !is_list => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(["true", "false"])
            .hide_possible_values(true),
        Kind::Integer | Kind::OneOfIntegers { .. } | Kind::Number => {
            arg.allow_negative_numbers(true)
        }
        Kind::OneOf { choices } => arg.value_parser(Known { choices, ends: &[""] }),
        Kind::Sort(of) => {
            let choices: &[Choice] = match of.resolved() {
                Kind::OneOf { choices } => choices,
                _ => &[],
            };
            let ends = &[":asc", ":desc"];
            arg.value_parser(Known { choices, ends }).hide_possible_values(true)
        }
        Kind::Boolean | Kind::Text => arg,
        _ => arg.value_hint(ValueHint::FilePath),
    };
    if is_list && !is_nested(kind) {
        arg.help(format!("{} [repeatable]", help(input)))
    } else {
        arg
    }
}

/// What an input is, within which bounds, and what the server takes where it is left out.
fn help(input: &Input) -> String {
    let mut text = input.about.trim_end_matches('.').to_owned();
    let default = input.default.map(|json| json.trim_matches('"'));
    let lower = text.to_lowercase();
    let says = |default: &str| lower.contains(&format!("default {}", default.to_lowercase()));
    let mut facts: Vec<String> = Vec::new();
    facts.extend(default.filter(|default| !says(default)).map(|value| format!("default: {value}")));
    facts.extend(input.bounds.map(str::to_owned));
    if let Kind::OneOfIntegers { choices } = input.kind.resolved() {
        let known: Vec<String> = choices.iter().map(i64::to_string).collect();
        facts.push(format!("known values: {}", known.join(", ")));
    }
    if let Kind::Sort(of) = input.kind.resolved()
        && let Kind::OneOf { choices } = of.resolved()
    {
        let known: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
        facts.push(format!("fields: {}", known.join(", ")));
    }
    if let Kind::Object { members } = innermost(&input.kind) {
        let names = members.iter().map(|member| {
            let required = if member.is_required { " (required)" } else { "" };
            format!("{}{required}", member.name)
        });
        facts.push(format!("members: {}", names.collect::<Vec<_>>().join(", ")));
    }
    for fact in facts {
        if !text.is_empty() {
            text.push(' ');
        }
        let _ = write!(text, "[{fact}]");
    }
    text
}

fn innermost(kind: &Kind) -> &Kind {
    match kind.resolved() {
        Kind::List(of) | Kind::Map(of) => innermost(of),
        kind => kind,
    }
}

/// How an operation is called.
pub(super) fn call(operation: &Operation) -> Vec<Arg> {
    let option = |name: &'static str| Arg::new(name).long(name);
    let coins = || value_parser!(u64);
    let mut args = vec![
        option("body")
            .value_name("JSON|@FILE|-")
            .value_hint(ValueHint::FilePath)
            .help("All inputs as one JSON object; flags set theirs over it"),
        option("template")
            .value_name("WHICH")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("all")
            .value_parser(value_parser!(Extent))
            .help(
                "Print a body to fill in, with all inputs or the required ones, and send nothing",
            ),
        option("dry-run")
            .action(ArgAction::SetTrue)
            .help("Print the price and the exact request, and send nothing; needs no key"),
        option("max-cost")
            .value_name("COINS")
            .value_parser(coins())
            .help("Refuse the call if it may cost more"),
        option("budget").value_name("NAME").action(ArgAction::Append).help(
            "Count the call in this budget, and refuse it if it has too few coins [repeatable]",
        ),
        option("once")
            .value_name("NAME")
            .help("Name the purchase: it is not made a second time while it may have been charged"),
        yes(),
    ];
    #[cfg(feature = "tasks")]
    if operation.info.task_id.is_some() {
        args.push(resume().conflicts_with("once"));
        args.push(
            option("wait")
                .action(ArgAction::SetTrue)
                .help("Wait for the task and print its result; `trenz tasks wait` does it later"),
        );
        args.push(download());
    }
    if operation.is_paged {
        args.push(resume().conflicts_with("once"));
        args.extend([
            option("all-pages").action(ArgAction::SetTrue).help(
                "Fetch page after page, each at the price of one, and print the items as they come",
            ),
            option("max-pages")
                .value_name("PAGES")
                .value_parser(coins())
                .help("The most pages to fetch"),
            option("max-items")
                .value_name("ITEMS")
                .value_parser(coins())
                .help("End with the page that reaches this number of items"),
        ]);
    }
    args
}

/// Texts of which some are known: for help and completions. Others are taken as well.
#[derive(Clone, Debug)]
struct Known {
    choices: &'static [Choice],
    /// What each may end in.
    ends: &'static [&'static str],
}

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = self.choices.iter().flat_map(|choice| {
            self.ends.iter().map(move |end| {
                let value = PossibleValue::new(format!("{}{end}", choice.value));
                if choice.about.is_empty() { value } else { value.help(choice.about) }
            })
        });
        Some(Box::new(values))
    }
}
