//! Facts.
use crate::OperationInfo;

pub(crate) const DEFAULT_BASE_URL: &str = "https://openapi.gateway.trenz.ai";
pub(crate) const KEY_HEADER: &str = "X-API-Key";
pub(crate) const USAGE_COIN_COST: Option<&str> = Some("coin_cost");
pub(crate) const USAGE_BALANCE: Option<&str> = Some("remaining_balance");
pub(crate) const OPERATIONS: &[OperationInfo] = &[
    OperationInfo::of::<crate::data::products::Search>(),
    OperationInfo::of::<crate::data::products::Detail>(),
    OperationInfo::of::<crate::async_tasks::TaskStatus>(),
];
