//! Turns an OpenAPI 3.0 document of the Trenz platform into a Rust client.
//!
//! A pure library: the document's text and what was decided about it go in, a map
//! of files or a report of problems comes out. It reads no file, no environment
//! variable and no clock, and prints nothing.

pub mod report;
