//! Makes a document that fails smaller, for as long as it fails.

use serde_json::Value;

use crate::mutate::{Place, at, places};
use crate::seeds::Seed;

/// Leaves out whatever can be left out with the seed failing still, in no more than
/// `tries` tries.
pub fn minimise(seed: &Seed, tries: usize, fails: impl Fn(&Seed) -> bool) -> Seed {
    let mut smaller = Shrinking { seed: seed.clone(), tries, fails };
    if seed.overlay.is_some() {
        smaller.attempt(|seed| seed.overlay = None);
    }
    let parts: [Part; 3] = [
        |seed| Some(&mut seed.document),
        |seed| seed.decisions.as_mut(),
        |seed| seed.overlay.as_mut(),
    ];
    for part in parts {
        let Some(text) = part(&mut smaller.seed).cloned() else { continue };
        match serde_json::from_slice(&text) {
            Ok(json) => smaller.members(json, part),
            Err(_) => smaller.pieces(text, part),
        }
    }
    smaller.seed
}

/// One of the texts.
type Part = fn(&mut Seed) -> Option<&mut Vec<u8>>;

struct Shrinking<F> {
    seed: Seed,
    tries: usize,
    fails: F,
}

impl<F: Fn(&Seed) -> bool> Shrinking<F> {
    /// Changes the seed, unless it does not fail any more.
    fn attempt(&mut self, change: impl FnOnce(&mut Seed)) -> bool {
        if self.tries == 0 {
            return false;
        }
        self.tries -= 1;
        let mut candidate = self.seed.clone();
        change(&mut candidate);
        let fails = (self.fails)(&candidate);
        if fails {
            self.seed = candidate;
        }
        fails
    }

    fn attempt_text(&mut self, part: Part, text: Vec<u8>) -> bool {
        self.attempt(|seed| {
            if let Some(old) = part(seed) {
                *old = text;
            }
        })
    }

    /// Leaves out members and elements, what is around others first.
    fn members(&mut self, mut json: Value, part: Part) {
        loop {
            let mut places: Vec<Place> = places(&json);
            // From the last to the first, so that indexes stay those of the elements.
            places.reverse();
            places.sort_by_key(Vec::len);
            let mut changed = false;
            for place in places {
                let mut candidate = json.clone();
                if leave_out(&mut candidate, &place)
                    && self.attempt_text(part, candidate.to_string().into_bytes())
                {
                    (json, changed) = (candidate, true);
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// Leaves out halves, quarters and so on, of a text that is not JSON.
    fn pieces(&mut self, mut text: Vec<u8>, part: Part) {
        let mut size = text.len() / 2;
        while size > 0 {
            let mut start = 0;
            while start < text.len() {
                let end = (start + size).min(text.len());
                let candidate = [&text[..start], &text[end..]].concat();
                if self.attempt_text(part, candidate.clone()) {
                    text = candidate;
                } else {
                    start = end;
                }
            }
            size /= 2;
        }
    }
}

fn leave_out(document: &mut Value, place: &Place) -> bool {
    let Some((last, owner)) = place.split_last() else { return false };
    match at(document, owner) {
        Some(Value::Object(members)) => members.shift_remove(last).is_some(),
        Some(Value::Array(elements)) => match last.parse::<usize>() {
            Ok(index) if index < elements.len() => {
                elements.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}
