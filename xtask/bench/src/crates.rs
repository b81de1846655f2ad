//! What is generated of the vendor's document, compiled: the crate alone, without its dependencies.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::generation::out;
use crate::measure::{Cost, Runs, run};
use crate::{Failure, Place, cannot, cargo};

/// A crate that is checked and built.
struct Subject {
    name: String,
    manifest: PathBuf,
    target: PathBuf,
    lib: PathBuf,
}

pub(crate) fn compare(place: &Place, runs: usize, page: &mut String) -> Result<(), Failure> {
    page.push_str(
        "\n## Compiling what is generated of the vendor's document\n\nThe crate alone, its dependencies built before. Ours is the \
         whole client: the generated part, and the\nhand-written half with workflows, budgets and retries. \"without operations\" is \
         that half, as a client of a document with\none operation has it.\n\n| crate | check, processor seconds | build | HIR nodes | \
         crates in the tree |\n|---|---|---|---|---|\n",
    );
    let ours = place.root.join("trenz-api");
    let mut subjects = vec![Subject::new(place, "trenz-api", &ours), without_operations(place)?];
    for generator in place.generators().skip(1) {
        match (generator.manifest)(&out(place, generator, "the vendor's")) {
            Ok(folder) => subjects.push(Subject::new(place, generator.name, &folder)),
            Err(failure) => println!("{}: {failure}", generator.name),
        }
    }
    let mut rows = Vec::new();
    for subject in subjects {
        println!("compiling the dependencies of {}", subject.name);
        // Twice: the first of each builds its dependencies.
        match subject.run("check").and_then(|_| subject.run("build")) {
            Ok(_) => rows.push((subject, Vec::new(), Vec::new())),
            Err(failure) => {
                println!("{} does not compile: {failure}", subject.name);
                let _ = writeln!(page, "| {} | does not compile | | | |", subject.name);
            }
        }
    }
    for _ in 0..runs {
        for (subject, checks, builds) in &mut rows {
            checks.push(subject.again("check")?);
            builds.push(subject.again("build")?);
        }
    }
    let mut checks = Vec::new();
    for (subject, check, build) in rows {
        let (check, build) = (Runs::new(check), Runs::new(build));
        let (nodes, crates) = (subject.nodes(), subject.crates());
        let name = &subject.name;
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {nodes} | {crates} |",
            check.spread(),
            build.spread()
        );
        checks.push((subject.name, check.cpu()));
    }
    let cost = |wanted: &str| checks.iter().find(|(name, _)| name == wanted).map(|(_, cost)| *cost);
    let peers = checks.iter().filter(|(name, _)| !name.starts_with("trenz"));
    let leanest = peers.min_by(|a, b| a.1.total_cmp(&b.1));
    if let (Some(ours), Some(half), Some((peer, least))) =
        (cost("trenz-api"), cost("trenz-api without operations"), leanest)
    {
        let _ = write!(
            page,
            "\n- ratio: check of the whole client, to the leanest peer ({peer}): {:.2} ×\n\
             - ratio: check of the generated part alone, to the leanest peer ({peer}): {:.2} ×\n",
            ours / least,
            (ours - half) / least
        );
    }
    Ok(())
}

/// The hand-written half, with a document of one operation.
fn without_operations(place: &Place) -> Result<Subject, Failure> {
    let document = serde_json::json!({
        "openapi": "3.0.3",
        "info": {"title": "One", "version": "1"},
        "servers": [{"url": "https://example.com"}],
        "paths": {"/one": {"get": {"operationId": "one", "responses": {"200": {
            "description": "One.",
            "content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}}
        }}}}}
    });
    let file = place.made.join("one.json");
    crate::write(&file, &document.to_string())?;
    let folder = place.made.join("one");
    let ours = &crate::peers::GENERATORS[0];
    crate::emptied(&folder)?;
    run(&mut (ours.generate)(place, &file, &folder))?;
    Ok(Subject::new(place, "trenz-api without operations", &folder))
}

impl Subject {
    fn new(place: &Place, name: &str, folder: &Path) -> Self {
        Self {
            name: name.to_owned(),
            manifest: folder.join("Cargo.toml"),
            target: place.work.join("compiled").join(name.replace(' ', "-")),
            lib: folder.join("src/lib.rs"),
        }
    }

    fn cargo(&self, command: &str) -> std::process::Command {
        let mut cargo = cargo();
        cargo.arg(command).arg("--quiet").arg("--manifest-path").arg(&self.manifest);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    fn run(&self, command: &str) -> Result<Cost, Failure> {
        run(&mut self.cargo(command))
    }

    /// The crate alone, once more.
    fn again(&self, command: &str) -> Result<Cost, Failure> {
        let text = fs::read(&self.lib).map_err(|error| cannot("read", &self.lib, &error))?;
        fs::write(&self.lib, text).map_err(|error| cannot("write", &self.lib, &error))?;
        self.run(command)
    }

    /// The nodes that the compiler makes of the crate, which do not depend on the machine.
    fn nodes(&self) -> String {
        let mut cargo = self.cargo("rustc");
        cargo.env("RUSTC_BOOTSTRAP", "1").args([
            "--lib",
            "--profile",
            "check",
            "--",
            "-Zinput-stats",
        ]);
        let _ = fs::read(&self.lib).map(|text| fs::write(&self.lib, text));
        let output = cargo.output().map(|output| output.stderr).unwrap_or_default();
        let output = String::from_utf8_lossy(&output);
        let total = output.lines().find(|line| line.contains("hir-stats Total"));
        let words = total.into_iter().flat_map(str::split_whitespace);
        words.skip_while(|word| *word != "Total").nth(2).unwrap_or("?").to_owned()
    }

    /// How many crates it depends on.
    fn crates(&self) -> usize {
        let mut cargo = self.cargo("tree");
        cargo.args(["--edges", "normal", "--prefix", "none"]);
        let output = cargo.output().map(|output| output.stdout).unwrap_or_default();
        let output = String::from_utf8_lossy(&output);
        let all = output.lines().map(|line| line.trim_end_matches(" (*)"));
        all.collect::<std::collections::BTreeSet<_>>().len().saturating_sub(1)
    }
}
