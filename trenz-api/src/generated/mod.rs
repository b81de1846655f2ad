//! Stand-in for the generated code.
pub mod async_tasks;
mod country;
pub mod data;
mod error_code;
pub(crate) mod facts;
mod scope;

pub use country::Country;
pub use error_code::ErrorCode;
pub use scope::Scope;

use crate::Client;

impl Client {
    /// Data.
    #[must_use]
    pub const fn data(&self) -> data::Data<'_> {
        data::Data { client: self }
    }

    /// Async tasks.
    #[must_use]
    pub const fn async_tasks(&self) -> async_tasks::AsyncTasks<'_> {
        async_tasks::AsyncTasks { client: self }
    }
}
