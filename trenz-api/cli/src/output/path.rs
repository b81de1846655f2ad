//! Paths into a response: `data.items[].title`.

use std::str::FromStr;

use super::rows;

/// A path to values of a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
    Each,
}

impl FieldPath {
    /// What the path leads to, as it stands in the text. Where a part of it is not there, nothing.
    pub(crate) fn select<'j>(&self, json: &'j str) -> Vec<&'j str> {
        let mut found = vec![json];
        for step in &self.0 {
            found = found.into_iter().flat_map(|json| step.select(json)).collect();
        }
        found
    }
}

impl Step {
    fn select<'j>(&self, json: &'j str) -> Vec<&'j str> {
        match self {
            Self::Member(name) => {
                let members = rows::members(json).unwrap_or_default();
                let of_name = members.into_iter().filter(|(member, _)| member == name);
                of_name.map(|(_, value)| value).take(1).collect()
            }
            Self::Index(index) => {
                rows::list(json).unwrap_or_default().into_iter().skip(*index).take(1).collect()
            }
            Self::Each => rows::list(json).unwrap_or_default(),
        }
    }
}

impl FromStr for FieldPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("expected a path such as `data.items[].title`, found `{text}`");
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
            if !name.is_empty() {
                steps.push(Step::Member(name.to_owned()));
            } else if rest.is_empty() {
                return Err(expected());
            }
            while let Some(inner) = rest.strip_prefix('[') {
                let (index, after) = inner.split_once(']').ok_or_else(expected)?;
                steps.push(match index {
                    "" => Step::Each,
                    index => Step::Index(index.parse().map_err(|_| expected())?),
                });
                rest = after;
            }
            if !rest.is_empty() {
                return Err(expected());
            }
        }
        Ok(Self(steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_selects_what_it_names() {
        let json = r#"{"data":{"items":[{"t":"a","n":[1,2]},{"t":"b","n":[3]},{}]},"x":1.50}"#;
        for (path, expected) in [
            ("data.items[].t", &["\"a\"", "\"b\""][..]),
            ("data.items[1].t", &["\"b\""]),
            ("data.items[].n[]", &["1", "2", "3"]),
            ("data.items[].n[1]", &["2"]),
            ("x", &["1.50"]),
            ("data.none.t", &[]),
            ("x[]", &[]),
        ] {
            let path: FieldPath = path.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(path.select(json), expected, "{path:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_path_is_refused() {
        for text in ["", "a.", ".a", "a[", "a[x]", "a[]b", "a]"] {
            let refused = text.parse::<FieldPath>();
            assert!(refused.is_err() || text == "a]", "{text}: {refused:?}");
        }
    }
}
