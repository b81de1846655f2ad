//! Scopes.
/// A permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// `trenz.products.read`
    ProductsRead,
}
impl Scope {
    /// The scope in the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProductsRead => "trenz.products.read",
        }
    }
}
