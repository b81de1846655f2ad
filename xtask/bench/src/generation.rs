//! Generation: processor time and memory, on documents of several sizes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen_stress::growth;
use serde_json::Value;

use crate::measure::{Cost, Runs, run_to};
use crate::peers::{GENERATORS, Generator};
use crate::{Failure, Place, cannot, emptied, write};

/// A document that the generators are given.
struct Document {
    name: String,
    megabytes: f64,
}

/// What one generator takes for one size of document.
pub(crate) struct Point {
    pub(crate) generator: &'static str,
    pub(crate) megabytes: f64,
    pub(crate) seconds: f64,
    pub(crate) memory: f64,
}

pub(crate) fn compare(
    place: &Place,
    runs: usize,
    page: &mut String,
) -> Result<Vec<Point>, Failure> {
    page.push_str("\n## Generation\n\nWhole crates. Ours writes the client's hand-written half as well, which is most of what a small \
         document takes.\nOutput goes to a file system in memory where there is one, so that no disk is measured.\n\n\
         | document | generator | processor seconds | seconds from start to end | MB at most | lines |\n|---|---|---|---|---|---|\n");
    let (mut ratios, mut patched) = (String::new(), String::new());
    let mut points = Vec::new();
    for document in documents(place)? {
        println!("generating of {}", document.name);
        let mut rows: Vec<_> = place.generators().map(Row::new).collect();
        for _ in 0..runs {
            for row in &mut rows {
                row.run(place, &document);
            }
        }
        let mut fastest: Option<(f64, &str)> = None;
        let mut ours = f64::NAN;
        for Row { generator, costs, refusals } in rows {
            let (document_name, name) = (&document.name, generator.name);
            for said in &refusals {
                println!("{name} refuses {document_name}: {said}");
            }
            let why = refusals.first().and_then(|said| said.lines().nth(1)).unwrap_or_default();
            let why: String = why.replace('|', "/").chars().take(120).collect();
            if costs.is_empty() {
                let _ = writeln!(page, "| {document_name} | {name} | refused: {why} | | | |");
                continue;
            }
            if !refusals.is_empty() {
                let what: Vec<_> = generator.patches.iter().map(|patch| patch.what).collect();
                let what = what.join("; ");
                let _ = writeln!(
                    patched,
                    "- {name} refuses {document_name} (`{why}`). Patched: {what}."
                );
            }
            let shown =
                if refusals.is_empty() { name.to_owned() } else { format!("{name}, patched") };
            let runs = Runs::new(costs);
            let lines = lines(&out(place, generator, document_name));
            let _ = writeln!(
                page,
                "| {document_name} | {shown} | {} | {:.3} | {:.0} | {lines} |",
                runs.spread(),
                runs.wall(),
                runs.peak()
            );
            if generator.package.is_none() {
                ours = runs.cpu();
            } else if fastest.is_none_or(|(least, _)| runs.cpu() < least) {
                fastest = Some((runs.cpu(), name));
            }
            points.push(Point {
                generator: name,
                megabytes: document.megabytes,
                seconds: runs.cpu(),
                memory: runs.peak(),
            });
        }
        if let Some((least, name)) = fastest {
            let _ = writeln!(
                ratios,
                "- ratio: generation of {}, to the fastest peer ({name}): {:.2} ×",
                document.name,
                ours / least
            );
        }
    }
    page.push('\n');
    page.push_str(&ratios);
    if !patched.is_empty() {
        let _ = write!(page, "\nDocuments that were patched:\n\n{patched}");
    }
    page.push_str("\n![Time and memory of generation by the size of the document](growth.svg)\n");
    Ok(points)
}

/// The runs of one generator.
struct Row {
    generator: &'static Generator,
    costs: Vec<Cost>,
    /// What it said of the document, and then of the patched one.
    refusals: Vec<String>,
}

impl Row {
    fn new(generator: &'static Generator) -> Self {
        Self { generator, costs: Vec::new(), refusals: Vec::new() }
    }

    /// Generates once more, of the patched document where the other was refused.
    fn run(&mut self, place: &Place, document: &Document) {
        let patched = !self.generator.patches.is_empty();
        let files =
            [Some(file(place, &document.name)), patched.then(|| self.patched(place, document))];
        for file in files.into_iter().flatten().skip(self.refusals.len()) {
            match generate(place, self.generator, &document.name, &file) {
                Ok(cost) => return self.costs.push(cost),
                Err(Failure(said)) => self.refusals.push(said),
            }
        }
    }

    fn patched(&self, place: &Place, document: &Document) -> PathBuf {
        patched_file(place, &document.name, self.generator)
    }
}

/// Writes the documents: the vendor's, one of many constructs, and three of many operations.
///
/// In a process of its own: the peak of a command counts from that of the process that starts it.
pub(crate) fn write_documents(place: &Place) -> Result<(), Failure> {
    let read = |path: PathBuf| -> Result<Value, Failure> {
        let text = fs::read(&path).map_err(|error| cannot("read", &path, &error))?;
        parse(&text, &path.display().to_string())
    };
    write_document(place, NAMES[0], &read(place.root.join("spec/trenz-openapi.json"))?)?;
    let store = place.root.join("codegen/tests/golden/foreign/store/document.json");
    write_document(place, NAMES[1], &read(store)?)?;
    for (name, operations) in NAMES[2..].iter().zip([250, 1_000, 4_000]) {
        let seed = growth::made(operations);
        write_document(place, name, &parse(seed.document.as_ref(), name)?)?;
    }
    Ok(())
}

const NAMES: [&str; 5] =
    ["the vendor's", "a store", "250 operations", "1,000 operations", "4,000 operations"];

fn parse(text: &[u8], name: &str) -> Result<Value, Failure> {
    serde_json::from_slice(text).map_err(|error| Failure(format!("{name}: {error}")))
}

fn write_document(place: &Place, name: &str, json: &Value) -> Result<(), Failure> {
    for generator in GENERATORS.iter().filter(|generator| !generator.patches.is_empty()) {
        let mut json = json.clone();
        for patch in generator.patches {
            (patch.apply)(&mut json);
        }
        write(&patched_file(place, name, generator), &json.to_string())?;
    }
    write(&file(place, name), &json.to_string())
}

fn documents(place: &Place) -> Result<Vec<Document>, Failure> {
    let own = std::env::current_exe().map_err(|error| Failure(error.to_string()))?;
    run_to(Command::new(own).arg("--write-documents"), &[0])?;
    let documents = NAMES.iter().map(|name| {
        let file = file(place, name);
        let size = fs::metadata(&file).map_err(|error| cannot("read", &file, &error))?.len();
        #[expect(clippy::cast_precision_loss, reason = "megabytes are rounded anyway")]
        let megabytes = size as f64 / 1e6;
        Ok(Document { name: (*name).to_owned(), megabytes })
    });
    documents.collect()
}

/// The file of a document.
fn file(place: &Place, document: &str) -> PathBuf {
    folder(place, document).join("document.json")
}

/// The file of a document as it is patched for a generator.
fn patched_file(place: &Place, document: &str, generator: &Generator) -> PathBuf {
    folder(place, document).join(format!("document-{}.json", generator.name))
}

/// The folder of a document and of what is generated of it.
fn folder(place: &Place, document: &str) -> PathBuf {
    let words = document.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    place.made.join(words.collect::<Vec<_>>().join("-"))
}

/// The folder that a generator makes of a document.
pub(crate) fn out(place: &Place, generator: &Generator, document: &str) -> PathBuf {
    folder(place, document).join(generator.name)
}

fn generate(
    place: &Place,
    generator: &Generator,
    document: &str,
    file: &Path,
) -> Result<Cost, Failure> {
    let out = out(place, generator, document);
    emptied(&out)?;
    // 3: it says that it left operations out.
    run_to(&mut (generator.generate)(place, file, &out), &[0, 3])
}

/// The lines of Rust below a folder.
pub(crate) fn lines(folder: &std::path::Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let count = |path: PathBuf| match path.extension() {
        _ if path.is_dir() && path.ends_with("target") => 0,
        _ if path.is_dir() => lines(&path),
        Some(extension) if extension == "rs" => {
            fs::read_to_string(&path).unwrap_or_default().lines().count()
        }
        _ => 0,
    };
    entries.map(count).sum()
}
