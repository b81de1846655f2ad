//! Chooses what to change, and how.
//!
//! All choices follow from one number, and from what became of the documents before.

use fastrand::Rng;
use serde_json::Value;

use crate::bytes::{arbitrary, corrupt};
use crate::dice::Dice;
use crate::mutate::mutate;
use crate::seeds::{self, Seed, settled};
use crate::tables::unsettle;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The platform's document, as JSON; its decisions are brought after it.
    Structure,
    /// Its overlay and its decisions, as JSON.
    Tables,
    /// The documents of other vendors, and the platform's as if it were one of theirs.
    Foreign,
    /// Any of the texts, as bytes.
    Bytes,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Structure, Self::Tables, Self::Foreign, Self::Bytes];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Tables => "tables",
            Self::Foreign => "foreign",
            Self::Bytes => "bytes",
        }
    }
}

/// How many documents are kept to be changed again.
const POOL: usize = 400;

/// Makes one document after the other.
#[derive(Debug)]
pub struct Fuzzer {
    mode: Mode,
    rng: Rng,
    pool: Vec<Seed>,
    originals: usize,
    donors: Vec<Value>,
    texts: Vec<Vec<u8>>,
}

impl Fuzzer {
    /// The choices of one mode that follow from a number.
    #[must_use]
    pub fn new(mode: Mode, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ ((mode as u64) << 32));
        let mut pool = seeds::golden(true);
        pool.extend((0..20).map(|_| seeds::slice(&mut rng)));
        match mode {
            Mode::Structure | Mode::Tables => {}
            Mode::Foreign => {
                pool = pool.iter().map(seeds::foreign).collect();
                // These are what the mode is about.
                pool.extend((0..8).flat_map(|_| seeds::others()));
            }
            Mode::Bytes => {
                pool.push(seeds::real());
                pool.extend(seeds::others());
            }
        }
        let refused = seeds::golden(false);
        let givers = || pool.iter().chain(&refused);
        let text = |seed: &Seed| match mode {
            Mode::Tables => seed.decisions.clone(),
            _ => Some(seed.document.clone()),
        };
        let texts: Vec<_> = givers().filter_map(text).collect();
        let mut donors = Vec::new();
        if mode != Mode::Bytes {
            donors.extend(texts.iter().filter_map(|text| serde_json::from_slice(text).ok()));
        }
        let originals = pool.len();
        Self { mode, rng, pool, originals, donors, texts }
    }

    /// A document, and what was made of it.
    pub fn mutant(&mut self) -> (Seed, Seed) {
        let old = self.pool[self.rng.below(self.pool.len())].clone();
        let new = match self.mode {
            Mode::Structure => quietly_settled(self.restructured(&old)),
            Mode::Foreign => self.restructured(&old),
            Mode::Tables => {
                let new = unsettle(&old, &self.donors, &mut self.rng);
                // What matches nothing hides what the rest does.
                if self.rng.one_in(2) { quietly_settled(new) } else { new }
            }
            Mode::Bytes => self.corrupted(&old),
        };
        (old, new)
    }

    fn restructured(&mut self, old: &Seed) -> Seed {
        let mut document = serde_json::from_slice::<Value>(&old.document).unwrap_or_default();
        // Of several changes, one is usually in the way of all others.
        let count = if self.rng.one_in(2) { 1 } else { 1 + self.rng.below(4) };
        mutate(&mut document, &self.donors, count, &mut self.rng);
        let document = document.to_string().into_bytes();
        Seed { name: format!("{}+", old.name), document, ..old.clone() }
    }

    fn corrupted(&mut self, old: &Seed) -> Seed {
        let rng = &mut self.rng;
        let mut new = Seed { name: format!("{}+", old.name), ..old.clone() };
        let mut parts = vec![&mut new.document];
        parts.extend([&mut new.overlay, &mut new.decisions].into_iter().flatten());
        // The document is what comes from outside.
        let part = if rng.one_in(2) { 0 } else { rng.below(parts.len()) };
        let text = &mut *parts[part];
        if rng.one_in(5) {
            *text = arbitrary(rng);
        } else {
            let count = 1 + rng.below(6);
            corrupt(text, &self.texts, count, rng);
        }
        new
    }

    /// Keeps a document, to be changed again.
    pub fn keep(&mut self, seed: Seed) {
        if self.pool.len() < POOL {
            self.pool.push(seed);
        } else {
            let index = self.originals + self.rng.below(self.pool.len() - self.originals);
            self.pool[index] = seed;
        }
    }
}

/// The seed without what does not match, if that is all there is to correct. A panic is left to
/// the oracle.
fn quietly_settled(seed: Seed) -> Seed {
    std::panic::catch_unwind(|| settled(&seed)).ok().flatten().unwrap_or(seed)
}
