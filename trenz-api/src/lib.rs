//! A typed client for the Trenz Open Platform: every operation of its document, with its price.
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
//! - [`Client`] sends; it is cheap to clone and is configured by [`ClientBuilder`].
//! - A request is a plain value that implements [`Operation`]; its constants say what it costs and needs.
//! - [`Response`] is the one envelope around every answer.
//! - [`Error`] is the one error; [`Error::outcome`] says what became of the request.
//! - [`operations`] lists all operations as data.
//! - Work of several calls is one thing to await: a [`Task`], [`Pages`], an [`Upload`], a [`Publishing`], a
//!   [`QrLogin`]. `docs/workflows.md` shows each, and says what dropping it does.
//!
//! Leaving out a required input does not compile:
//!
//! ```compile_fail,E0599
//! # async fn program(client: trenz_api::Client) {
//! client.data().products().search().keyword("lipstick").send().await; // `country` is missing.
//! # }
//! ```

// Numbers come from answers and settings, and sums of them must neither panic nor wrap: they saturate.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]
// Whether a future can be sent is proven type by type, and a document may have types in each other as deeply as it likes.
#![recursion_limit = "8192"]

#[cfg(feature = "blocking")]
pub mod blocking;
mod budget;
mod builder;
mod call;
mod client;
mod connections;
mod decode;
mod departure;
#[cfg(workflow = "upload")]
mod destination;
mod dry_run;
mod envelope;
mod error;
mod exchange;
mod flow;
#[rustfmt::skip]
mod generated;
mod inputs;
mod json;
mod json_path;
mod key;
mod ledger;
#[cfg(workflow = "login")]
mod login;
mod money;
mod nullable;
mod offload;
mod one_of;
mod open_enum;
mod operation;
mod pace;
mod pages;
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks"))]
mod patience;
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks"))]
mod polling;
#[cfg(workflow = "publish")]
mod publish;
mod quote;
mod received;
mod redact;
#[cfg(workflow = "tasks")]
mod refunds;
mod request_body;
mod response;
mod rest;
mod retry;
mod retry_after;
mod sort;
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks", workflow = "upload"))]
mod stored;
#[cfg(workflow = "tasks")]
mod tasks;
mod time;
mod transport;
#[cfg(workflow = "upload")]
mod upload;

pub use budget::{Budget, Shortfall};
pub use builder::{AuthScheme, ClientBuilder};
pub use call::{Call, Detached, Unset};
pub use client::Client;
pub use connections::ConnectionPolicy;
pub use dry_run::DryRun;
pub use error::{Attempt, Charged, Error, Outcome};
pub use generated::*;
pub use inputs::{Bounded, FilePart, Inputs, Inside, Limit, ParamStyle, Violation};
pub use json::Json;
pub use ledger::{Balance, Ledger, Tally};
#[cfg(workflow = "login")]
pub use login::{Connected, LoginError, QrCode, QrLogin};
pub use nullable::Nullable;
pub use open_enum::{UnknownInteger, UnknownValue};
pub use operation::{
    BillingMode, Content, Method, Operation, OperationInfo, Pricing, PricingMode, Replay,
    operations, required_scopes,
};
pub use pages::{Items, Outlook, Paged, Pages, PagesEnd, Position};
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks"))]
pub use polling::Polling;
#[cfg(workflow = "publish")]
pub use publish::{
    Publication, PublishError, PublishJob, PublishProgress, PublishStep, Published, Publishing,
    Target, Verdicts,
};
pub use quote::{Basis, CeilingReason, Plan, PlanLine, PricedInput, Quote};
pub use response::{RequestId, Response, Usage};
pub use retry::RetryPolicy;
pub use sort::{Direction, Sort};
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks", workflow = "upload"))]
pub use stored::StateError;
#[cfg(workflow = "tasks")]
pub use tasks::{
    Done, NotATaskRef, Submits, Task, TaskError, TaskRef, Update, Updates, WaitAll, wait_all,
};
#[cfg(workflow = "upload")]
pub use upload::{Upload, UploadError, UploadProgress, UploadSource, Uploaded};

pub(crate) use open_enum::{closed_enum, open_enum, open_integer_enum};
pub(crate) use sort::sort_field;
#[allow(unused_imports, reason = "whether there is one of these depends on the document")]
pub(crate) use {one_of::one_of, rest::keep_rest};

#[cfg(doc)]
#[doc = include_str!("../docs/failures.md")]
pub mod failures {}

#[cfg(doc)]
#[doc = include_str!("../docs/unknown.md")]
pub mod unknown {}

#[cfg(doc)]
#[doc = include_str!("../docs/workflows.md")]
pub mod workflows {}

#[cfg(doc)]
#[doc = include_str!("../docs/secrets.md")]
pub mod secrets {}

/// What a call comes to.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The HTTP library, for what [`ClientBuilder::configure_http`] hands out.
pub use reqwest;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/workflows.md")]
struct Workflows;
