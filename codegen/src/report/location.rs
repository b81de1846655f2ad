//! Places: in which of the input texts, and where in it.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// One of the input texts of generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    Document,
    Overlay,
    Decisions,
}

/// A place in one of the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) text: Text,
    pub(crate) pointer: Pointer,
}

impl Location {
    /// A whole text.
    pub(crate) fn root(text: Text) -> Self {
        Self { text, pointer: Pointer::root() }
    }

    /// The place of the member or element `token` in this one.
    pub(crate) fn join(&self, token: impl fmt::Display) -> Self {
        Self { text: self.text, pointer: self.pointer.join(token) }
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Self {
        location.clone()
    }
}

/// The model is made from the document alone, so a pointer without a text refers to it.
impl From<&Pointer> for Location {
    fn from(pointer: &Pointer) -> Self {
        Self { text: Text::Document, pointer: pointer.clone() }
    }
}

/// A place in a JSON document, as an RFC 6901 JSON pointer.
///
/// It is stored as its last step and its parent, which others share: making one costs as much as
/// its last step, and its text is made when it is printed.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Pointer(Option<Arc<Step>>);

/// The last step of a place, and its parent.
#[derive(PartialEq, Eq, Hash)]
struct Step {
    parent: Pointer,
    /// The member's name or the element's index, unescaped.
    token: Box<str>,
}

impl Pointer {
    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The place of the member `token`, or of the element with this index, in this one.
    #[must_use]
    pub fn join(&self, token: impl fmt::Display) -> Self {
        Self(Some(Arc::new(Step { parent: self.clone(), token: token.to_string().into() })))
    }

    /// The parent of this place.
    pub(crate) fn parent(&self) -> Option<&Self> {
        self.0.as_ref().map(|step| &step.parent)
    }

    /// The last member or element of the path, unescaped.
    pub(crate) fn last(&self) -> Option<&str> {
        self.0.as_ref().map(|step| &*step.token)
    }

    /// The members and elements of the path, unescaped.
    pub(crate) fn tokens(&self) -> Vec<&str> {
        let steps = std::iter::successors(self.0.as_ref(), |step| step.parent.0.as_ref());
        let mut tokens: Vec<&str> = steps.map(|step| &*step.token).collect();
        tokens.reverse();
        tokens
    }

    /// The value at the place.
    pub(crate) fn find<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        self.tokens().into_iter().try_fold(document, |value, token| child(value, token))
    }

    /// The pointer as text; empty for the whole document.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for token in self.tokens() {
            text.push('/');
            text.push_str(&token.replace('~', "~0").replace('/', "~1"));
        }
        text
    }
}

/// The member or element of a value that a step refers to.
pub(crate) fn child<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(token),
        Value::Array(elements) => token.parse().ok().and_then(|i: usize| elements.get(i)),
        _ => None,
    }
}

impl From<&str> for Pointer {
    /// Takes a pointer that is already in its RFC 6901 form.
    fn from(pointer: &str) -> Self {
        let steps = pointer.split('/').skip(1);
        steps.fold(Self::root(), |at, token| {
            at.join(token.replace("~1", "/").replace("~0", "~").as_str())
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_none() { "/".to_owned() } else { self.text() }.as_str())
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl PartialOrd for Pointer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pointer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.tokens().cmp(&other.tokens())
    }
}

/// The current place of a walk over a document, which becomes a [`Pointer`] when something is
/// reported.
#[derive(Clone, Copy)]
pub(crate) struct WalkPointer<'a> {
    parent: Option<&'a WalkPointer<'a>>,
    step: WalkStep<'a>,
    /// The approximate length of its text.
    pub(crate) length: usize,
}

#[derive(Clone, Copy)]
enum WalkStep<'a> {
    Place(&'a Pointer),
    Name(&'a str),
    Index(usize),
}

impl<'a> WalkPointer<'a> {
    pub(crate) fn root() -> Self {
        Self { parent: None, step: WalkStep::Index(0), length: 0 }
    }

    /// A walk that starts at a place.
    pub(crate) fn from_place(place: &'a Pointer) -> Self {
        Self { parent: None, step: WalkStep::Place(place), length: 0 }
    }

    pub(crate) fn join(&'a self, name: &'a str) -> WalkPointer<'a> {
        WalkPointer {
            parent: Some(self),
            step: WalkStep::Name(name),
            length: self.length + 1 + name.len(),
        }
    }

    pub(crate) fn element(&'a self, index: usize) -> WalkPointer<'a> {
        WalkPointer { parent: Some(self), step: WalkStep::Index(index), length: self.length + 2 }
    }

    pub(crate) fn pointer(&self) -> Pointer {
        match (self.parent, self.step) {
            (_, WalkStep::Place(place)) => place.clone(),
            (None, _) => Pointer::root(),
            (Some(parent), WalkStep::Name(name)) => parent.pointer().join(name),
            (Some(parent), WalkStep::Index(index)) => parent.pointer().join(index),
        }
    }
}
