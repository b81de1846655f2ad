//! What can be typed: the tree of commands, of which only the part that was asked for is made.

mod inputs;

use std::collections::BTreeSet;
use std::ffi::OsString;
#[cfg(feature = "tasks")]
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Arg, ArgAction, ColorChoice, Command, ValueHint, value_parser};

use crate::commands;
use crate::failure::Code;
use crate::generated::{DIRECT, GROUPS};
use crate::output::Format;
use crate::output::path::FieldPath;
use crate::price;
use crate::table::{Group, Operation};

/// How much of the tree is made.
#[derive(Debug)]
pub(crate) enum Depth {
    /// What these words could lead to.
    Words(BTreeSet<String>),
    /// Everything.
    All,
}

impl Depth {
    /// What a command line could lead to.
    pub(crate) fn of(arguments: &[OsString]) -> Self {
        let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
        Self::Words(words.map(str::to_owned).collect())
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Words(words) => words.contains(name),
            Self::All => true,
        }
    }
}

/// The whole program.
pub(crate) fn root(depth: &Depth) -> Command {
    let groups = GROUPS.iter().map(|one| group(one, depth, "trenz"));
    let direct = DIRECT.iter().copied().flatten().map(|one| operation(one, depth, "trenz"));
    let codes = Code::ALL.iter().map(|(code, meaning)| format!("  {:>3}  {meaning}", *code as u8));
    let codes = codes.collect::<Vec<_>>().join("\n");
    Command::new("trenz")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The Trenz Open Platform from a terminal, priced before it is run")
        .after_help("`trenz operations` lists every operation with its price.")
        .after_long_help(format!(
            "`trenz operations` lists every operation with its price.\n\nExit codes:\n    0  done\n{codes}"
        ))
        .styles(styles())
        .color(color())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(120)
        .args(global())
        .subcommands(groups)
        .subcommands(direct)
        .subcommands(commands::all())
}

fn styles() -> Styles {
    let bold = AnsiColor::Green.on_default().bold();
    Styles::styled().header(bold).usage(bold).literal(AnsiColor::Cyan.on_default().bold())
}

/// Help is printed while the command line is parsed, so the option is looked for beforehand.
fn color() -> ColorChoice {
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        let value = match argument.to_str() {
            Some("--color") => arguments.next().and_then(|value| value.into_string().ok()),
            Some(text) => text.strip_prefix("--color=").map(str::to_owned),
            None => None,
        };
        match value.as_deref() {
            Some("always") => return ColorChoice::Always,
            Some("never") => return ColorChoice::Never,
            _ => {}
        }
    }
    ColorChoice::Auto
}

/// The options that every command has.
fn global() -> [Arg; 7] {
    let option =
        |name: &'static str| Arg::new(name).long(name).global(true).help_heading("Everywhere");
    [
        option("output")
            .value_name("FORMAT")
            .value_parser(value_parser!(Format))
            .help("How data is printed: table on a terminal by default, json elsewhere"),
        option("field")
            .value_name("PATH")
            .value_parser(value_parser!(FieldPath))
            .help("Print only what this path leads to, as in data.items[].title"),
        option("quiet")
            .short('q')
            .action(ArgAction::SetTrue)
            .help("Say nothing on standard error but errors and questions"),
        option("profile").value_name("NAME").help("The profile of the configuration to use"),
        option("config")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .help("The configuration file, instead of the one of `trenz config path`"),
        option("base-url").value_name("URL").help("Where the API is, such as a sandbox"),
        option("color")
            .value_name("WHEN")
            .value_parser(["auto", "always", "never"])
            .help("Whether to use colours; NO_COLOR turns them off as well"),
    ]
}

fn group(group: &'static Group, depth: &Depth, above: &str) -> Command {
    let path = format!("{above} {}", group.name);
    let mut command = Command::new(group.name)
        .about(group.title)
        .subcommand_required(true)
        .arg_required_else_help(true);
    if depth.has(group.name) {
        command = command
            .subcommands(group.groups.iter().map(|one| self::group(one, depth, &path)))
            .subcommands(group.operations.iter().map(|one| operation(one, depth, &path)));
    }
    command
}

fn operation(operation: &'static Operation, depth: &Depth, above: &str) -> Command {
    let info = &operation.info;
    let command = Command::new(operation.name)
        .about(format!("{} ({})", info.summary, price::price(info)))
        .hide(operation.deprecated);
    if !depth.has(operation.name) {
        return command;
    }
    let deprecated = if operation.deprecated { "Deprecated.\n\n" } else { "" };
    command
        .before_help(price::terms(info))
        .override_usage(inputs::usage(operation, &format!("{above} {}", operation.name)))
        .long_about(format!("{deprecated}{}\n\n{}", info.summary, operation.description))
        .after_long_help(format!("{} {} (operation {})", info.method, info.path, info.id))
        .next_help_heading("Inputs")
        .args(inputs::inputs(operation))
        .next_help_heading("Call")
        .args(inputs::call(operation))
}

/// An option that sends without asking.
pub(crate) fn yes() -> Arg {
    Arg::new("yes").long("yes").short('y').action(ArgAction::SetTrue).help(
        "Send without asking, what changes something or costs more than the profile's confirm_above",
    )
}

/// The option that saves what a task has made.
#[cfg(feature = "tasks")]
pub(crate) fn download() -> Arg {
    Arg::new("download")
        .long("download")
        .value_name("FOLDER")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::DirPath)
        .help("Wait for the task, and save the files that its result names")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::RESERVED;

    #[test]
    fn the_whole_tree_is_sound() {
        root(&Depth::All).debug_assert();
    }

    #[test]
    fn no_input_can_be_called_like_an_option() {
        let operations = crate::menu::operations();
        let own =
            operations.iter().flat_map(|(_, operation)| inputs::call(operation)).chain(global());
        for option in own {
            let name = option.get_long().unwrap_or_default().to_owned();
            assert!(
                RESERVED.contains(&name.as_str()),
                "add {name} to the reserved flags of the generator"
            );
        }
    }

    #[test]
    fn each_operation_is_found_by_its_words() {
        for (words, operation) in crate::menu::operations() {
            let found = crate::menu::operation(&words.split(' ').collect::<Vec<_>>());
            assert_eq!(found.map(|found| found.info.id), Some(operation.info.id), "{words}");
        }
    }
}
