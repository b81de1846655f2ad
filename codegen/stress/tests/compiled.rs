//! What is generated of the corpus and of mutants compiles: of the latter one of each mode that
//! changes JSON here, and as many as one likes by the command `fuzz --compile N`.

use std::path::Path;

use codegen_stress::compile::compile;
use codegen_stress::fuzzer::{Fuzzer, Mode};
use codegen_stress::oracle::verify;
use codegen_stress::seeds::{Seed, corpus};

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_clients_of_the_corpus_and_of_mutants_compile() {
    let client =
        |seed: &Seed| verify(seed).unwrap_or_else(|failure| panic!("{}: {failure}", seed.name));
    let seeds = corpus();
    let corpus = seeds
        .iter()
        .enumerate()
        .filter_map(|(index, seed)| Some((format!("corpus_{index}"), client(seed)?.files)));
    let mut clients: Vec<_> = corpus.collect();
    for mode in [Mode::Structure, Mode::Tables, Mode::Foreign] {
        let mut fuzzer = Fuzzer::new(mode, 1);
        let client = loop {
            let (old, new) = fuzzer.mutant();
            let [before, after] = [&old, &new].map(client);
            // One that changes nothing has been compiled before.
            if let (Some(before), Some(after)) = (before, after)
                && before.files != after.files
            {
                break after;
            }
        };
        clients.push((mode.name().to_owned(), client.files));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // What the golden cases need is built there already.
    let target = folder.join("golden/target");
    compile(&folder.join("mutants"), &target, clients).unwrap_or_else(|said| panic!("{said}"));
}
