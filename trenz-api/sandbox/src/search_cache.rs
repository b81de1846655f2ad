//! Recently sorted data sets. Sorting a whole data set for each of its pages would take most of the
//! time of a response.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use crate::noise::Noise;

/// How many sorted data sets are kept.
const KEPT: usize = 8;

/// The data sets that were sorted last, the newest first.
#[derive(Debug, Default)]
pub(crate) struct SearchCache(RefCell<VecDeque<Sorted>>);

type Sorted = (Noise, Arc<Vec<Value>>);

impl SearchCache {
    /// Returns the data set of this name, sorted now if it is not cached.
    pub(crate) fn get(&self, name: Noise, sort: impl FnOnce() -> Vec<Value>) -> Arc<Vec<Value>> {
        let mut kept = self.0.borrow_mut();
        if let Some((_, items)) = kept.iter().find(|(other, _)| *other == name) {
            return Arc::clone(items);
        }
        let items = Arc::new(sort());
        kept.truncate(KEPT - 1);
        kept.push_front((name, Arc::clone(&items)));
        items
    }
}
