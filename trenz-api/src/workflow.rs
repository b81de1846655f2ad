//! Workflows of several calls: tasks, pages, uploads, publishing, login.

#[cfg(any(feature = "login", feature = "publish", feature = "tasks", feature = "upload"))]
pub(crate) mod awaited;
#[cfg(feature = "login")]
pub(crate) mod login;
pub(crate) mod pages;
#[cfg(any(feature = "login", feature = "publish", feature = "tasks"))]
pub(crate) mod poll_limiter;
#[cfg(any(feature = "login", feature = "publish", feature = "tasks"))]
pub(crate) mod poller;
#[cfg(any(feature = "login", feature = "publish", feature = "tasks"))]
pub(crate) mod polling;
#[cfg(feature = "publish")]
pub(crate) mod publish;
#[cfg(any(feature = "login", feature = "publish", feature = "tasks", feature = "upload"))]
pub(crate) mod stored;
#[cfg(feature = "tasks")]
pub(crate) mod tasks;
#[cfg(feature = "upload")]
pub(crate) mod upload;
