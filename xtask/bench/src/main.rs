//! Compares the generator with its peers, and the client with theirs: `cargo xtask bench --help`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

mod client;
mod crates;
mod generation;
mod hello;
mod measure;
mod peers;
mod plot;

use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;

use peers::{GENERATORS, Generator};

/// Compare generator and client with those of others, on this machine
///
/// Writes docs/benchmarks.md and docs/growth.svg of trenz-api, and says which ratios got worse by more than
/// a tenth than those that are written there. Peers that are not installed are left out.
#[derive(Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command")]
#[command(name = "cargo xtask bench", verbatim_doc_comment)]
struct Options {
    /// Install the peers below target/bench first, at the versions that are compared: minutes
    #[arg(long)]
    install: bool,
    /// How many times each command runs
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Leave out what is compiled: generation alone
    #[arg(long)]
    generation: bool,
    /// What the program asks of itself
    #[arg(long, hide = true)]
    write_documents: bool,
    /// Print, and write nothing
    #[arg(long)]
    print: bool,
}

/// Why the comparison ended.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where everything is.
pub(crate) struct Place {
    pub(crate) root: PathBuf,
    /// The peers, and what is compiled.
    pub(crate) work: PathBuf,
    /// What is generated: outside of the project, as ours writes no crate into it.
    pub(crate) made: PathBuf,
}

impl Place {
    pub(crate) fn peer(&self, name: &str) -> PathBuf {
        self.work.join("peers/bin").join(name)
    }

    /// The generators that are installed, ours first.
    pub(crate) fn generators(&self) -> impl Iterator<Item = &'static Generator> {
        let there = |generator: &&Generator| {
            generator.package.is_none_or(|(package, _)| self.peer(package).exists())
        };
        GENERATORS.iter().filter(there)
    }

    fn install(&self) -> Result<(), Failure> {
        for (package, version) in GENERATORS.iter().filter_map(|generator| generator.package) {
            println!("installing {package} {version}");
            let mut cargo = cargo();
            cargo.args(["install", "--quiet", "--locked", "--root"]).arg(self.work.join("peers"));
            cargo.arg("--target-dir").arg(self.work.join("build"));
            measure::run(cargo.arg(format!("{package}@{version}")))?;
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().map_err(|error| cannot("find", &root, &error))?;
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let made = made.join("trenz-bench");
    let place = Place { work: root.join("target/bench"), made, root };
    if options.write_documents {
        return generation::write_documents(&place);
    }
    if options.install {
        place.install()?;
    }
    let missing = GENERATORS.iter().filter_map(|generator| generator.package);
    let missing: Vec<_> = missing.filter(|(package, _)| !place.peer(package).exists()).collect();
    if !missing.is_empty() {
        println!(
            "left out, as not installed: {missing:?}; `--install` installs them below target/bench"
        );
    }
    println!("building the generator");
    measure::run(cargo().current_dir(&place.root).args([
        "build",
        "--quiet",
        "--release",
        "-p",
        "xtask",
    ]))?;

    let mut page = head(&place, options.runs)?;
    let growth = generation::compare(&place, options.runs, &mut page)?;
    if !options.generation {
        crates::compare(&place, options.runs, &mut page)?;
        client::measure(&place, &mut page)?;
        hello::compare(&place, &mut page)?;
    }
    page.push_str(MISSED);
    let file = place.root.join("trenz-api/docs/benchmarks.md");
    for worse in worse(&fs::read_to_string(&file).unwrap_or_default(), &page) {
        println!("worse: {worse}");
    }
    if options.print {
        println!("{page}");
        return Ok(());
    }
    write(&file, &page)?;
    plot::draw(&place.root.join("trenz-api/docs/growth.svg"), &growth)
}

/// Where the project aims at more than it reaches, and why.
const MISSED: &str = "
## What is missed, and why

- Generation: 0.35 of the fastest peer was the aim. Of the vendor's document, a third of the instructions read JSON into
  `openapiv3`'s types, which buffer whatever may be a reference, and a fifth copies the hand-written half.
- Generation of a small document: more than 100 files of the hand-written half are read and written for any document,
  which takes longer than all that a peer does.
- Compiling: 0.75 of the leanest peer was the aim for the whole client, and 0.5 for the generated part.
- A call: 1.05 of the processor time of the bare request was the aim.
- A program's first build: half of the processor time with aws-lc-rs was the aim. Without any TLS it takes more than that
  half, so no choice of TLS reaches it.
";

/// What was measured, where and by which command.
fn head(place: &Place, runs: usize) -> Result<String, Failure> {
    let said = |command: &mut Command| -> Result<String, Failure> {
        let output = command.output().map_err(|error| Failure(format!("{command:?}: {error}")))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let rustc = said(Command::new("rustc").arg("--version"))?;
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    let mut page = format!(
        "# Benchmarks\n\n`cargo xtask bench --install --runs {runs}` writes this page. Figures are processor seconds, the median of \
         the runs, which\nalternate between the generators, with the least and the most; ratios hold on other machines, seconds do not.\n\n\
         {rustc}; {cores} cores, {model}; load average at the start: {load}.\n\n| generator | version |\n|---|---|\n"
    );
    for generator in place.generators() {
        let version = generator.package.map_or("this one", |(_, version)| version);
        let _ = writeln!(page, "| {} | {version} |", generator.name);
    }
    Ok(page)
}

/// The ratios that are more than a tenth above those of an earlier page.
fn worse(before: &str, now: &str) -> Vec<String> {
    let ratio = |line: &str| -> Option<(String, f64)> {
        let (what, ratio) = line.strip_prefix("- ratio: ")?.rsplit_once(": ")?;
        Some((what.to_owned(), ratio.trim_end_matches(" ×").parse().ok()?))
    };
    let before: Vec<_> = before.lines().filter_map(ratio).collect();
    let now = now.lines().filter_map(ratio);
    let pairs = now.filter_map(|(what, now)| {
        let (_, then) = before.iter().find(|(name, _)| *name == what)?;
        (now > then * 1.1).then(|| format!("{what}: {then:.2} × → {now:.2} ×"))
    });
    pairs.collect()
}

pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo sets for this program is not meant for those that it starts.
    for (name, _) in std::env::vars_os() {
        let own = name.to_string_lossy();
        if own.starts_with("CARGO_PKG_") || own.starts_with("CARGO_MANIFEST") {
            cargo.env_remove(&name);
        }
    }
    cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| cannot("make", folder, &error))?;
    }
    fs::write(path, text).map_err(|error| cannot("write", path, &error))
}

/// An empty folder.
pub(crate) fn emptied(path: &Path) -> Result<(), Failure> {
    let _ = fs::remove_dir_all(path);
    fs::create_dir_all(path).map_err(|error| cannot("make", path, &error))
}

pub(crate) fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure(format!("cannot {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::worse;

    #[test]
    fn ratios_that_rise_by_more_than_a_tenth_are_worse() {
        let page = |ratio: &str| {
            format!("# Benchmarks\n\n- ratio: generation, to the fastest peer (a): {ratio} ×\n")
        };
        for (before, now, is_worse) in
            [("0.50", "0.56", true), ("0.50", "0.55", false), ("0.50", "0.30", false)]
        {
            let said = worse(&page(before), &page(now));
            let expected = format!("generation, to the fastest peer (a): {before} × → {now} ×");
            assert_eq!(said, if is_worse { vec![expected] } else { Vec::new() }, "{before} {now}");
        }
        assert!(worse("", &page("0.50")).is_empty(), "a new ratio has nothing to be compared with");
    }
}
