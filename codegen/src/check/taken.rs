//! Names that Rust or the hand-written runtime has taken.
//!
//! The runtime is another crate; a test of this one holds the lists against it.

/// Types that generated modules import or that Rust's prelude gives them.
pub(super) const TYPES: [&str; 53] = [
    "BillingMode",
    "BTreeMap",
    "Box",
    "Call",
    "Client",
    "Clone",
    "Content",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Detached",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "Extend",
    "From",
    "Future",
    "Hash",
    "Inputs",
    "Items",
    "Into",
    "IntoIterator",
    "Iterator",
    "Json",
    "Method",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Ord",
    "Outlook",
    "Paged",
    "Pages",
    "Position",
    "PartialEq",
    "PartialOrd",
    "Pricing",
    "PricingMode",
    "Replay",
    "Response",
    "Result",
    "Scope",
    "Send",
    "Serialize",
    "Some",
    "Sort",
    "Submits",
    "Task",
    "String",
    "Unset",
    "Vec",
];

/// What else stands at the root of the crate, where shared types stand too.
pub(super) const ROOT_TYPES: [&str; 28] = [
    "AuthScheme",
    "Basis",
    "Bounded",
    "CeilingReason",
    "ClientBuilder",
    "Direction",
    "Done",
    "ErrorCode",
    "Limit",
    "NotATaskRef",
    "OperationInfo",
    "Outcome",
    "PagesEnd",
    "Plan",
    "PlanLine",
    "Polling",
    "PricedInput",
    "Quote",
    "RequestId",
    "TaskError",
    "TaskRef",
    "UnknownInteger",
    "UnknownValue",
    "Update",
    "Updates",
    "Usage",
    "Violation",
    "WaitAll",
];

/// Modules at the root of the crate, where the first level of the menu stands too.
pub(super) const ROOT_MODULES: [&str; 29] = [
    "builder",
    "call",
    "client",
    "decode",
    "envelope",
    "error",
    "error_code",
    "facts",
    "generated",
    "inputs",
    "json",
    "json_path",
    "key",
    "open_enum",
    "operation",
    "operations",
    "pages",
    "quote",
    "reqwest",
    "response",
    "retry_after",
    "scope",
    "shared",
    "sort",
    "std",
    "tasks",
    "transport",
    "types",
    "wait_all",
];

/// Methods of the client, beside which those of the menu stand.
pub(super) const CLIENT_METHODS: [&str; 7] =
    ["assemble", "builder", "call", "clone", "execute", "from_env", "new"];

/// Methods of every handle that leads to operations.
pub(super) const HANDLE_METHODS: [&str; 2] = ["clone", "new"];

/// Methods of every builder, which no setter may be called.
pub(super) const BUILDER_METHODS: [&str; 8] =
    ["build", "call", "clone", "items", "new", "pages", "send", "submit"];

/// The variant that holds values an open enum does not know.
pub(super) const UNKNOWN_VARIANT: &str = "Unrecognized";
