//! The next version that differences require.

use std::fmt;

use serde::Serialize;

use super::Changes;

/// The greatest difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The same client.
    #[default]
    None,
    /// Without effect on callers' code.
    Patch,
    /// Additions.
    Minor,
    /// Callers' code may no longer compile.
    Major,
}

impl Verdict {
    pub(super) fn of(changes: &Changes) -> Self {
        if !changes.breaking.is_empty() {
            Self::Major
        } else if !changes.additions.is_empty() || !changes.deprecated.is_empty() {
            Self::Minor
        } else if [&changes.patch, &changes.money, &changes.host].iter().any(|c| !c.is_empty()) {
            Self::Patch
        } else {
            Self::None
        }
    }

    /// The verdict as a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The version after `current`, by cargo's rules: before 1.0.0, the second number counts
    /// breaking changes, and the third all others. `None` if `current` is not a version.
    #[must_use]
    pub fn next(self, current: &str) -> Option<String> {
        let core = current.split(['-', '+']).next()?;
        let mut numbers = core.split('.').map(str::parse::<u64>);
        let (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) =
            (numbers.next(), numbers.next(), numbers.next(), numbers.next())
        else {
            return None;
        };
        let [major, minor, patch] = match (self, major, minor) {
            (Self::None, ..) => [major, minor, patch],
            // Every 0.0.z is breaking.
            (_, 0, 0) => [0, 0, patch + 1],
            (Self::Major, 0, _) => [0, minor + 1, 0],
            (_, 0, _) => [0, minor, patch + 1],
            (Self::Major, ..) => [major + 1, 0, 0],
            (Self::Minor, ..) => [major, minor + 1, 0],
            (Self::Patch, ..) => [major, minor, patch + 1],
        };
        Some(format!("{major}.{minor}.{patch}"))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
