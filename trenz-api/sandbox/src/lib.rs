//! A simulated Trenz Open Platform on the loopback, for the tests of programs that call it.
//!
//! It checks requests, responds and bills like the real platform, as far as the vendor's document
//! describes it, charges no real coins, and simulates network failures on request. It is built
//! from the document alone, never from the generator, so that a mistake cannot hide in both.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use trenz_sandbox::{Fault, FaultKind, Sandbox};
//!
//! let sandbox = Sandbox::builder()
//!     .balance(500)
//!     .fault(Fault::new(FaultKind::CloseInBody).on("trenz-products-search").times(1))
//!     .start()
//!     .await?;
//! println!("{} {}", sandbox.base_url(), sandbox.key());
//! assert_eq!(sandbox.balance(), 500);
//! # Ok(())
//! # }
//! ```

mod accounts;
mod admission;
mod builder;
mod call;
mod catalogue;
#[doc(hidden)]
pub mod cli;
mod clock;
mod comments;
mod control;
mod data;
mod dispatch;
#[doc(hidden)]
pub mod document;
mod early;
mod fault;
mod fault_text;
mod inputs;
mod keys;
mod ledger;
mod mutate;
mod noise;
mod object_store;
#[doc(hidden)]
pub mod operation;
mod pace;
mod paging;
#[doc(hidden)]
pub mod parameter;
mod plan;
mod plausible;
mod publishing;
mod received;
mod refusal;
mod reply;
mod results;
mod sandbox;
#[doc(hidden)]
pub mod schema;
mod script;
mod search_cache;
mod server;
mod settings;
mod storage;
mod tasks;
mod wire;
mod world;

pub use builder::SandboxBuilder;
pub use document::Document;
pub use fault::{Fault, FaultKind, RetryAfter};
pub use fault_text::FaultError;
pub use keys::{DEFAULT_KEY, Key, KeyStatus};
pub use ledger::{Bill, Entry, EntryKind, Ledger, Position};
pub use pace::Pace;
pub use plan::Fired;
pub use received::ReceivedRequest;
pub use sandbox::{Sandbox, StartError};
pub use storage::Upload;
pub use tasks::Vocabulary;
