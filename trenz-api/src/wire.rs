//! Encoding and checking of inputs, decoding of responses, and the types used in both.

pub(crate) mod content;
pub(crate) mod decode;
pub(crate) mod envelope;
pub(crate) mod inputs;
pub(crate) mod json;
pub(crate) mod json_path;
pub(crate) mod lenient;
pub(crate) mod method;
pub(crate) mod nullable;
pub(crate) mod object;
pub(crate) mod one_of;
pub(crate) mod open_enum;
pub(crate) mod response;
pub(crate) mod sort;
