//! A Trenz on the loopback, for callers and for the tests of this workspace.
//!
//! Nobody can develop against an API that charges for each call. So there is one that does not:
//! it checks, answers and bills like the real one as far as the vendor's document says how, and
//! can be told to misbehave in every way that a network can. It is built from the document alone,
//! never from the generator, so that a mistake there cannot hide in both.
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
mod answer;
mod builder;
mod catalogue;
#[doc(hidden)]
pub mod cli;
mod clock;
mod comments;
mod control;
mod dispatch;
#[doc(hidden)]
pub mod document;
mod early;
mod exchange;
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
mod refusal;
mod reply;
mod results;
mod sandbox;
#[doc(hidden)]
pub mod schema;
mod script;
mod seen;
mod server;
mod settings;
mod shelf;
mod storage;
mod tasks;
mod wire;
mod world;

pub use builder::SandboxBuilder;
pub use document::Document;
pub use fault::{Fault, FaultKind, RetryAfter};
pub use fault_text::FaultError;
pub use keys::{DEFAULT_KEY, Key, Standing};
pub use ledger::{Bill, Entry, EntryKind, Ledger, Position};
pub use pace::Pace;
pub use plan::Fired;
pub use sandbox::{Sandbox, StartError};
pub use seen::SeenRequest;
pub use storage::Upload;
pub use tasks::Vocabulary;
