//! Data.
pub mod products;
use crate::Client;
/// Data.
#[derive(Clone, Copy, Debug)]
pub struct Data<'c> {
    pub(super) client: &'c Client,
}
impl<'c> Data<'c> {
    /// Products.
    #[must_use]
    pub const fn products(self) -> products::Products<'c> {
        products::Products { client: self.client }
    }
}
