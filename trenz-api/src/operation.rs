//! Operations: the trait that their requests implement, and their facts as data.

pub(crate) mod info;
pub(crate) mod plan;
pub(crate) mod request;
