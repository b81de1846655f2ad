//! Work of several calls, each as one thing to await.

#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks"))]
pub(crate) mod gate;
#[cfg(workflow = "login")]
pub(crate) mod login;
pub(crate) mod pages;
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks"))]
pub(crate) mod poller;
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks"))]
pub(crate) mod polling;
#[cfg(workflow = "publish")]
pub(crate) mod publish;
#[cfg(any(workflow = "login", workflow = "publish", workflow = "tasks", workflow = "upload"))]
pub(crate) mod stored;
#[cfg(workflow = "tasks")]
pub(crate) mod tasks;
#[cfg(workflow = "upload")]
pub(crate) mod upload;
