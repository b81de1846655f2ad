//! The armed faults, and those that were injected.

use fastrand::Rng;

use crate::fault::{Fault, FaultKind, Stage};

/// A fault that was injected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fired {
    /// Its kind.
    pub kind: FaultKind,
    /// The operation whose call it was injected into.
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

    /// The faults that can still be injected.
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

    /// Returns the fault to inject at this stage of a call, if any.
    pub(crate) fn fire(&mut self, stage: Stage, operation: &str) -> Option<FaultKind> {
        self.fire_if(operation, |kind| kind.stage() == stage)
    }

    /// Returns how often the submitted task will be refunded, if it will fail.
    pub(crate) fn fire_task(&mut self, operation: &str) -> Option<u8> {
        let fails =
            |kind: &FaultKind| matches!(kind, FaultKind::TaskFails | FaultKind::RefundTwice);
        let fired = self.fire_if(operation, fails)?;
        Some(if fired == FaultKind::RefundTwice { 2 } else { 1 })
    }

    /// Whether the first publication of a session will fail.
    pub(crate) fn fire_publication(&mut self, operation: &str) -> bool {
        self.fire_if(operation, |kind| *kind == FaultKind::PublicationFails).is_some()
    }

    /// Whether a QR code will expire.
    pub(crate) fn fire_code(&mut self, operation: &str) -> bool {
        self.fire_if(operation, |kind| *kind == FaultKind::QrExpires).is_some()
    }

    /// Returns the fault to inject, if one of the wanted kinds is due. Each armed fault before it
    /// has its call counted and its random choice made.
    pub(crate) fn fire_if(
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
            if fault.probability < 1.0 && self.rng.f64() >= fault.probability {
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
