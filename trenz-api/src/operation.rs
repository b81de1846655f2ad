//! What an operation is: the trait that its request implements, and the same facts as data.

pub(crate) mod info;
pub(crate) mod plan;
pub(crate) mod request;
