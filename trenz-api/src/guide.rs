//! The guide: what to do about errors, money, tasks and tests.

#[doc = include_str!("../docs/errors.md")]
#[doc = include_str!("../docs/failures.md")]
pub mod errors {}

#[doc = include_str!("../docs/money.md")]
pub mod money {}

#[doc = include_str!("../docs/workflows.md")]
pub mod tasks {}

#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/features.md")]
pub mod features {}

#[doc = include_str!("../docs/unknown.md")]
pub mod unknown_outcomes {}

#[doc = include_str!("../docs/secrets.md")]
pub mod secrets {}

#[cfg(feature = "_ledger")]
#[doc = include_str!("../docs/spend_ledger.md")]
pub mod spend_ledger {}
