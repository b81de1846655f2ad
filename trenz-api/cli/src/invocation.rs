//! The command as it was given, to be printed with changes: so that a command that continues it loses no flag.

use std::fmt;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::call::quoted;

/// A command with everything that was typed.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    words: Vec<String>,
    given: Vec<Given>,
}

/// One flag with its value, or one positional argument.
#[derive(Clone, Debug)]
struct Given {
    id: String,
    /// Whether every command takes it.
    is_global: bool,
    text: String,
}

impl Invocation {
    /// Takes it from what was parsed, in the order in which it was typed.
    pub(crate) fn of(root: &Command, matches: &ArgMatches) -> Self {
        let (mut command, mut matches) = (root, matches);
        let mut words = Vec::new();
        while let Some((word, inner)) = matches.subcommand() {
            words.push(word.to_owned());
            matches = inner;
            command = match command.find_subcommand(word) {
                Some(inner) => inner,
                None => break,
            };
        }
        let mut given: Vec<(usize, Given)> = command
            .get_arguments()
            .filter(|arg| {
                matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
            })
            .flat_map(|arg| typed(arg, matches))
            .collect();
        given.sort_by_key(|(index, _)| *index);
        Self { words, given: given.into_iter().map(|(_, given)| given).collect() }
    }

    /// The words that lead to the command.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    /// The program and these words.
    pub(crate) fn command(&self) -> String {
        format!("trenz {}", self.words.join(" "))
    }

    /// The same without these.
    pub(crate) fn without<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Self {
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut changed = self.clone();
        changed.given.retain(|given| !ids.contains(&given.id.as_str()));
        changed
    }

    /// The same with this flag, in place of what it was.
    pub(crate) fn with(&self, flag: &'static str, value: Option<&str>) -> Self {
        let text = match value {
            Some(value) => option(flag, value, false),
            None => format!("--{flag}"),
        };
        let mut changed = self.without([flag]);
        changed.given.push(Given { id: flag.to_owned(), is_global: false, text });
        changed
    }

    /// Another command for this argument, with what every command takes and with these flags.
    pub(crate) fn other(&self, words: &[&str], argument: &str, kept: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).chain([quoted(argument)]);
        let mut other = Self { words: words.collect(), given: self.given.clone() };
        other.given.retain(|given| given.is_global || kept.contains(&given.id.as_str()));
        other
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.command())?;
        self.given.iter().try_for_each(|given| write!(f, " {}", given.text))
    }
}

/// An argument as it was typed, once for each time, with where that was.
fn typed(arg: &Arg, matches: &ArgMatches) -> Vec<(usize, Given)> {
    let id = arg.get_id().as_str();
    let given = |text| Given { id: id.to_owned(), is_global: arg.is_global_set(), text };
    let indices = matches.indices_of(id).into_iter().flatten();
    let long = arg.get_long().unwrap_or(id);
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return indices.take(1).map(|index| (index, given(format!("--{long}")))).collect();
    }
    let values = matches.get_raw(id).into_iter().flatten().map(|value| value.to_string_lossy());
    let text = |value: &str| match arg.get_long() {
        Some(long) => option(long, value, arg.is_require_equals_set()),
        None => quoted(value),
    };
    indices.zip(values).map(|(index, value)| (index, given(text(&value)))).collect()
}

/// A flag with its value, which is no flag itself.
fn option(long: &str, value: &str, is_one_word: bool) -> String {
    let between = if is_one_word || value.starts_with('-') { "=" } else { " " };
    format!("--{long}{between}{}", quoted(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Depth, root};

    fn invocation(words: &[&str]) -> Invocation {
        let typed: Vec<std::ffi::OsString> =
            ["trenz"].iter().chain(words).map(Into::into).collect();
        let mut root = root(&Depth::of(&typed));
        let matches =
            root.try_get_matches_from_mut(&typed).unwrap_or_else(|error| panic!("{error}"));
        Invocation::of(&root, &matches)
    }

    #[test]
    fn every_flag_that_was_typed_is_in_the_continuing_command() {
        for words in [
            &["data", "products", "search", "--country", "us", "--keyword", "a b", "--yes"][..],
            &["data", "products", "search", "--field", "data.items[].id", "--output", "jsonl"],
            &["data", "products", "detail", "--id=-7", "--country", "us", "--include", "core"],
            &["data", "products", "search", "--free-shipping=true", "--once", "it's", "--quiet"],
            &["data", "products", "search", "--budget", "a", "--max-cost", "5", "--budget", "b"],
            &["upload", "film.mp4", "--region", "aws", "--profile", "main"],
            &["download", "out", "https://a/1", "https://a/2", "--config", "a.toml"],
        ] {
            let text = invocation(words).to_string();
            let expected = words.iter().map(|word| match word.split_once('=') {
                Some((flag, value)) => format!("{flag}={}", quoted(value)),
                None => quoted(word),
            });
            assert_eq!(text, format!("trenz {}", expected.collect::<Vec<_>>().join(" ")));
        }
    }

    #[test]
    fn changes_leave_the_other_flags() {
        let given =
            invocation(&["data", "products", "search", "--max-pages=2", "--country=us", "-q"]);
        assert_eq!(
            given
                .without(["max-pages"])
                .with("all-pages", None)
                .with("body", Some("{}"))
                .to_string(),
            "trenz data products search --country us --quiet --all-pages --body '{}'"
        );
        assert_eq!(
            given.other(&["tasks", "wait"], "a b", &[]).to_string(),
            "trenz tasks wait 'a b' --quiet"
        );
    }
}
