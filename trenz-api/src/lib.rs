//! A typed client for the Trenz Open Platform, with the price of every operation.
//!
//! ```no_run
//! use trenz_api::data::products::{Search, SearchSort};
//! use trenz_api::{Client, Country, Operation};
//!
//! #[derive(Debug, serde::Deserialize)]
//! struct MyProduct {
//!     title: String,
//! }
//!
//! # async fn program() -> Result<(), trenz_api::Error> {
//! let client = Client::from_env()?; // TRENZ_API_KEY; TRENZ_BASE_URL is optional.
//! assert_eq!(Search::COIN_COST, 5);
//!
//! let found = client
//!     .data()
//!     .products()
//!     .search()
//!     .country(Country::Us) // Required: leaving it out does not compile.
//!     .keyword("lipstick")
//!     .sort(SearchSort::Sold7d.desc())
//!     .send()
//!     .await?;
//!
//! for item in &found.data.items {
//!     let product: MyProduct = item.parse()?; // Open objects are decoded into your own type.
//!     println!("{}", product.title);
//! }
//! println!("{} cost {:?} coins", found.request_id, found.usage.coin_cost);
//! # Ok(())
//! # }
//! ```
//!
//! - [`Client`] sends requests; it is cheap to clone and is configured by [`ClientBuilder`].
//! - A request is a plain value that implements [`Operation`]; its constants give its price, scope and path.
//! - [`Response`] is the envelope of every response; its `data` has the operation's [`Output`](Operation::Output).
//! - [`Error`] is the error of every call; [`Error::outcome`] says whether the request was
//!   processed, and [`Error::charged`] whether it was charged.
//! - [`operations`] lists all operations as data.
//! - Workflows of several calls are futures or streams: a [`Task`], [`Pages`], an [`Upload`], a [`Publishing`], a
//!   [`QrLogin`].
//!
//! The [`guide`] has a chapter on each: [errors and what to do about them](guide::errors), [money](guide::money),
//! [tasks and other workflows](guide::tasks), [unknown outcomes](guide::unknown_outcomes), [secrets](guide::secrets),
//! [testing with the sandbox](guide::testing), [features](guide::features).
//!
//! Leaving out a required input does not compile:
//!
//! ```compile_fail,E0599
//! # async fn program(client: trenz_api::Client) {
//! client.data().products().search().keyword("lipstick").send().await; // `country` is missing.
//! # }
//! ```

// Numbers come from responses and settings: arithmetic on them saturates, and neither panics nor wraps.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]
// Some code is used by the workflows alone.
#![cfg_attr(
    not(all(feature = "login", feature = "publish", feature = "tasks", feature = "upload")),
    allow(dead_code)
)]
// `Send` is checked type by type, and a document may nest types deeply.
#![recursion_limit = "8192"]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod base;
mod client;
mod error;
#[rustfmt::skip]
mod generated;
mod money;
mod operation;
mod transport;
mod wire;
mod workflow;

#[cfg(feature = "blocking")]
pub use client::blocking;
pub use client::builder::{AuthScheme, ClientBuilder};
pub use client::call::{Call, Detached, Unset};
pub use client::dry_run::DryRun;
pub use client::handle::Client;
pub use client::retry::RetryPolicy;
pub use error::{Attempt, Charged, Error, Result};
pub use generated::*;
pub use money::budget::{Budget, Shortfall};
pub use money::ledger::{Balance, Ledger, Tally};
pub use money::outcome::Outcome;
pub use money::pricing::{BillingMode, Pricing, PricingMode, Replay};
pub use money::quote::{Basis, PricedInput, Quote, UpperBoundReason};
#[cfg(feature = "_ledger")]
pub use money::spend_ledger::{
    AttemptId, AttemptState, BudgetUse, BudgetWarning, DeclaredBudget, GroupBy, LedgerAttempt,
    NamedBudget, Once, OnceRefusal, Period, Reconciliation, Resolution, SpendHistory, SpendLedger,
    SpendLedgerBuilder, SpendLedgerError, SpendLedgerErrorKind, SpendReport, SpendRow,
};
pub use operation::info::{OperationInfo, operations, required_scopes};
pub use operation::plan::{Plan, PlanLine};
pub use operation::request::Operation;
pub use transport::connections::ConnectionPolicy;
pub use wire::content::Content;
pub use wire::inputs::{Bounded, FilePart, Inputs, Inside, Limit, ParamStyle, Violation};
pub use wire::json::Json;
pub use wire::method::Method;
pub use wire::nullable::Nullable;
pub use wire::open_enum::{UnknownInteger, UnknownValue};
pub use wire::response::{RequestId, Response, UnreadableItem, Usage};
pub use wire::sort::{Direction, Sort};
#[cfg(feature = "login")]
pub use workflow::login::{Connected, LoginError, QrCode, QrLogin};
pub use workflow::pages::{Items, PageEnd, PageMeta, Paged, Pages, Position};
#[cfg(any(feature = "login", feature = "publish", feature = "tasks"))]
pub use workflow::polling::Polling;
#[cfg(feature = "publish")]
pub use workflow::publish::{
    Publication, PublishError, PublishJob, PublishProgress, PublishStep, Published, Publishing,
    Target, Verdicts,
};
#[cfg(any(feature = "login", feature = "publish", feature = "tasks", feature = "upload"))]
pub use workflow::stored::StateError;
#[cfg(feature = "tasks")]
pub use workflow::tasks::{
    Done, ParseTaskRefError, Submits, Task, TaskError, TaskRef, Update, Updates, WaitAll, wait_all,
};
#[cfg(feature = "upload")]
pub use workflow::upload::{Upload, UploadError, UploadProgress, UploadSource, Uploaded};

// Used by generated code through the crate root.
pub(crate) use client::request::request;
pub(crate) use transport::key::KeyPlace;
pub(crate) use wire::object::output::output;
pub(crate) use wire::open_enum::{closed_enum, open_enum, open_integer_enum};
pub(crate) use wire::sort::sort_field;
#[allow(unused_imports, reason = "whether there is one of these depends on the document")]
pub(crate) use {client::request::part, wire::one_of::one_of};

#[cfg(doc)]
pub mod guide;

/// The HTTP library, whose builder [`ClientBuilder::configure_http`] takes. Building a client of it elsewhere panics unless
/// the program has a rustls `CryptoProvider`.
pub use reqwest;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
