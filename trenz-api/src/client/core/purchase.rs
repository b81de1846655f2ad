//! The name under which a call is bought once.

use std::sync::Arc;

use crate::client::options::CallOptions;
use crate::money::pricing::Replay;
use crate::money::spend_ledger::{LedgerSession, Once, OnceRefusal, Purchases};
use crate::operation::info::OperationInfo;

/// How a call is bought.
pub(super) enum Purchase {
    /// As often as it is sent.
    Unnamed,
    /// Once, under this name.
    Named(Once),
    /// Once for the work that it is part of, under a name that all attempts share.
    OfWork { work: Arc<Purchases>, name: Option<Once> },
}

impl Purchase {
    /// Returns how a call that costs `coins` is bought. A poll is not the same purchase as the one before it, and what is
    /// free is not kept.
    pub(super) fn of(options: &CallOptions, coins: u64) -> Self {
        let is_poll = options.unused_connection;
        match (&options.once, &options.purchases) {
            (Some(once), _) => Self::Named(once.clone()),
            (None, Some(work)) if coins > 0 && !is_poll => {
                Self::OfWork { work: Arc::clone(work), name: None }
            }
            _ => Self::Unnamed,
        }
    }

    pub(super) fn is_unnamed(&self) -> bool {
        matches!(self, Self::Unnamed)
    }

    /// The name of this call, with the request that it sends.
    pub(super) fn name(
        &mut self,
        spend_ledger: &LedgerSession,
        operation: &OperationInfo,
        request: [&[u8]; 3],
    ) -> Option<Once> {
        match self {
            Self::Unnamed => None,
            Self::Named(once) => Some(once.clone()),
            Self::OfWork { work, name } => {
                let new = || work.name(operation.id, &spend_ledger.fingerprint(request));
                Some(name.get_or_insert_with(new).clone())
            }
        }
    }

    /// Gives up a name that was refused, if the call may be bought under another one.
    pub(super) fn rename(&mut self, operation: &OperationInfo, refusal: &OnceRefusal) -> bool {
        match self {
            Self::OfWork { work, name }
                if operation.replay != Replay::Write && work.rebuys(refusal) =>
            {
                name.take().is_some()
            }
            _ => false,
        }
    }
}
