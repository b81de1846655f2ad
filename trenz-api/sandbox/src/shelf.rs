//! Searches that were arranged lately. To put a whole data set in order for each page of it would
//! be most of the work of answering.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use crate::noise::Noise;

/// How many arranged data sets are kept.
const KEPT: usize = 8;

/// The data sets that were arranged last, the newest in front.
#[derive(Debug, Default)]
pub(crate) struct Shelf(RefCell<VecDeque<Arranged>>);

type Arranged = (Noise, Arc<Vec<Value>>);

impl Shelf {
    /// The data set of this name, arranged now if it is not at hand.
    pub(crate) fn get(&self, name: Noise, arrange: impl FnOnce() -> Vec<Value>) -> Arc<Vec<Value>> {
        let mut kept = self.0.borrow_mut();
        if let Some((_, items)) = kept.iter().find(|(other, _)| *other == name) {
            return Arc::clone(items);
        }
        let items = Arc::new(arrange());
        kept.truncate(KEPT - 1);
        kept.push_front((name, Arc::clone(&items)));
        items
    }
}
