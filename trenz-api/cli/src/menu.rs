//! The way from words to operations, and back.

use crate::failure::Failure;
use crate::generated::{DIRECT, GROUPS};
use crate::table::{Group, Operation};

/// The operation that these words lead to.
pub(crate) fn operation(words: &[&str]) -> Option<&'static Operation> {
    let (name, groups) = words.split_last()?;
    let operations: Vec<&'static Operation> = match groups {
        [] => DIRECT.iter().copied().flatten().collect(),
        [first, rest @ ..] => {
            let mut group = find(GROUPS, first)?;
            for word in rest {
                group = find(group.groups, word)?;
            }
            group.operations.iter().collect()
        }
    };
    operations.into_iter().find(|operation| operation.name == *name)
}

/// The operation of these words, or of this id.
pub(crate) fn named(given: &str) -> Result<&'static Operation, Failure> {
    let words: Vec<&str> = given.split_whitespace().collect();
    let by_id = || {
        let all = operations().into_iter().map(|(_, operation)| operation);
        all.into_iter().find(|operation| operation.info.id == given)
    };
    operation(&words).or_else(by_id).ok_or_else(|| {
        Failure::usage(format!("expected an operation of `trenz operations`, found `{given}`"))
    })
}

fn find(groups: &'static [Group], name: &str) -> Option<&'static Group> {
    groups.iter().find(|group| group.name == name)
}

/// Every operation with the words that lead to it, in the order of the menu.
pub(crate) fn operations() -> Vec<(String, &'static Operation)> {
    let mut found = Vec::new();
    let direct = DIRECT.iter().copied().flatten();
    found.extend(direct.map(|operation| (operation.name.to_owned(), operation)));
    let mut todo: Vec<(String, &'static Group)> =
        GROUPS.iter().rev().map(|group| (group.name.to_owned(), group)).collect();
    while let Some((path, group)) = todo.pop() {
        let operations = group.operations.iter();
        found.extend(operations.map(|one| (format!("{path} {}", one.name), one)));
        todo.extend(
            group.groups.iter().rev().map(|inner| (format!("{path} {}", inner.name), inner)),
        );
    }
    found
}
