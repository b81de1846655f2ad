//! Generation: processor time and memory, on documents of several sizes.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use codegen_stress::growth;
use serde_json::Value;

use crate::measure::{Runs, run_to};
use crate::peers::Generator;
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
         document takes.\n\n| document | generator | processor seconds | MB at most | lines |\n|---|---|---|---|---|\n");
    let mut ratios = String::new();
    let mut points = Vec::new();
    for document in documents(place)? {
        println!("generating of {}", document.name);
        let mut rows: Vec<(&'static Generator, Vec<_>, Option<String>)> =
            place.generators().map(|generator| (generator, Vec::new(), None)).collect();
        for _ in 0..runs {
            for (generator, costs, refusal) in &mut rows {
                if refusal.is_some() {
                    continue;
                }
                match generate(place, generator, &document) {
                    Ok(cost) => costs.push(cost),
                    Err(Failure(said)) => *refusal = Some(said),
                }
            }
        }
        let mut fastest: Option<(f64, &str)> = None;
        let mut ours = f64::NAN;
        for (generator, costs, refusal) in rows {
            let (document_name, name) = (&document.name, generator.name);
            if let Some(said) = refusal {
                println!("{name} refuses {document_name}: {said}");
                let why = said.lines().nth(1).unwrap_or_default().replace('|', "/");
                let why: String = why.chars().take(120).collect();
                let _ = writeln!(page, "| {document_name} | {name} | refused: {why} | | |");
                continue;
            }
            let runs = Runs::new(costs);
            let lines = lines(&out(place, generator, document_name));
            let _ = writeln!(
                page,
                "| {document_name} | {name} | {} | {:.0} | {lines} |",
                runs.spread(),
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
    page.push_str("\n![Time and memory of generation by the size of the document](growth.svg)\n");
    Ok(points)
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
    document: &Document,
) -> Result<crate::measure::Cost, Failure> {
    let (out, file) = (out(place, generator, &document.name), file(place, &document.name));
    emptied(&out)?;
    // 3: it says that it left operations out.
    run_to(&mut (generator.generate)(place, &file, &out), &[0, 3])
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
