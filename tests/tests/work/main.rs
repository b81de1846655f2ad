//! Work that takes several calls, end to end against the sandbox.

mod lapse;
mod many;
mod server;
mod submissions;
mod tasks;
