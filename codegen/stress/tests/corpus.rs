//! Documents that once made generation fail.

use codegen_stress::oracle::{comparison, verify};
use codegen_stress::seeds::{Seed, corpus, foreign};

#[test]
fn documents_of_the_corpus_are_generated_or_refused() {
    let mut before: Option<Seed> = None;
    for own in corpus() {
        // Whoever calls may take any of them for another vendor's.
        for seed in [foreign(&own), own] {
            verify(&seed).unwrap_or_else(|failure| panic!("{}: {failure}", seed.name));
            if let Some(before) = before.replace(seed.clone()) {
                comparison(&before, &seed)
                    .unwrap_or_else(|failure| panic!("{}: {failure}", seed.name));
            }
        }
    }
}
