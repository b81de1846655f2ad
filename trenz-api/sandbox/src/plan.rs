//! The faults that are armed, and those that showed.

use fastrand::Rng;

use crate::fault::{Fault, FaultKind, Stage};

/// A fault that showed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fired {
    /// What went wrong.
    pub kind: FaultKind,
    /// The operation that it hit.
    pub operation: String,
}

/// All armed faults of a sandbox, in the order they were armed.
#[derive(Debug)]
pub(crate) struct Plan {
    armed: Vec<Fault>,
    fired: Vec<Fired>,
    rng: Rng,
}

impl Plan {
    pub(crate) fn new(armed: Vec<Fault>, seed: u64) -> Self {
        Self { armed, fired: Vec::new(), rng: Rng::with_seed(seed) }
    }

    pub(crate) fn arm(&mut self, fault: Fault) {
        self.armed.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// Those that can still show.
    pub(crate) fn armed(&self) -> impl Iterator<Item = &Fault> {
        self.armed.iter().filter(|fault| fault.times != Some(0))
    }

    pub(crate) fn fired(&self) -> &[Fired] {
        &self.fired
    }

    /// Whether a fault of this stage is armed for any operation.
    pub(crate) fn expects(&self, stage: Stage) -> bool {
        self.armed().any(|fault| fault.kind.stage() == stage)
    }

    /// The fault that shows at this stage of a call, if any.
    pub(crate) fn strike(&mut self, stage: Stage, operation: &str) -> Option<FaultKind> {
        self.strike_if(operation, |kind| kind.stage() == stage)
    }

    /// How often the coins of the task that is being submitted come back, if it will fail.
    pub(crate) fn strike_task(&mut self, operation: &str) -> Option<u8> {
        let fails =
            |kind: &FaultKind| matches!(kind, FaultKind::TaskFails | FaultKind::RefundTwice);
        let struck = self.strike_if(operation, fails)?;
        Some(if struck == FaultKind::RefundTwice { 2 } else { 1 })
    }

    /// Whether the first publication of a session will fail.
    pub(crate) fn strike_publication(&mut self, operation: &str) -> bool {
        self.strike_if(operation, |kind| *kind == FaultKind::PublicationFails).is_some()
    }

    /// Whether a QR code will expire.
    pub(crate) fn strike_code(&mut self, operation: &str) -> bool {
        self.strike_if(operation, |kind| *kind == FaultKind::QrExpires).is_some()
    }

    /// The fault that shows, if one of the wanted kinds is due. Each fault that could have shown
    /// before it has its call counted and its die cast.
    pub(crate) fn strike_if(
        &mut self,
        operation: &str,
        wanted: impl Fn(&FaultKind) -> bool,
    ) -> Option<FaultKind> {
        for fault in &mut self.armed {
            if !wanted(&fault.kind) || !fault.concerns(operation) || fault.times == Some(0) {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
                continue;
            }
            if fault.chance < 1.0 && self.rng.f64() >= fault.chance {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            let kind = fault.kind.clone();
            self.fired.push(Fired { kind: kind.clone(), operation: operation.to_owned() });
            return Some(kind);
        }
        None
    }
}
