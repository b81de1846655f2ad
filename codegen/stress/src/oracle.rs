//! Judges from outside what generation made of a document.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;
use trenz_codegen::changes::Verdict;
use trenz_codegen::report::Report;
use trenz_codegen::{Generated, Origin, changes, coverage, generate};

use crate::names;
use crate::seeds::Seed;

/// Has everything done to a document that the commands do, and looks over whatever comes
/// out. Gives the client, if there is one; an error says what should not have been.
pub fn verify(seed: &Seed) -> Result<Option<Box<Generated>>, String> {
    let outcome = caught("generation", || generate(&seed.sources()))?;
    match &outcome {
        Ok(generated) => {
            output(generated)?;
            if let Some(described) = described(seed) {
                let made = generated.summary.operations;
                expect(made == described, &format!("{made} operations of {described} were made"))?;
            }
            let again = caught("generation", || generate(&seed.sources()))?;
            expect(again.as_ref() == Ok(generated), "a second run gives something else")?;
        }
        Err(report) => self::report(report)?,
    }
    let same = comparison(seed, seed)?;
    if outcome.is_ok() && same.is_none_or(|verdict| verdict != Verdict::None) {
        return Err(format!("a document compared with itself has changed: {same:?}"));
    }
    let covered = covered(seed, outcome.as_ref().ok())?;
    Ok(match seed.origin {
        Origin::Own => outcome.ok().map(Box::new),
        // What stops an operation leaves out no other.
        Origin::Foreign => covered,
    })
}

/// Looks over what is said of how much of a document generates; gives the client of that.
fn covered(seed: &Seed, whole: Option<&Generated>) -> Result<Option<Box<Generated>>, String> {
    let coverage = match caught("coverage", || coverage(&seed.sources()))? {
        Ok(coverage) => coverage,
        Err(report) => {
            expect(whole.is_none(), "what generates cannot be covered")?;
            return self::report(&report).map(|()| None);
        }
    };
    let (text, json) = caught("the coverage report", || (coverage.to_string(), coverage.json()))?;
    expect(serde_json::from_str::<Value>(&json).is_ok(), "the coverage report is no JSON")?;
    [&text, &json].into_iter().try_for_each(|text| readable(text))?;
    let (sorted, made) = (coverage.operations(), coverage.generated.len());
    if let Some(described) = described(seed) {
        expect(sorted == described, &format!("{sorted} operations of {described} were sorted"))?;
    }
    let generated = coverage.generated.iter().map(|it| (Some(&it.method), &it.path));
    let refused = coverage.refused.iter().map(|it| (it.method.as_ref(), &it.path));
    let each: HashSet<_> = generated.chain(refused).collect();
    expect(each.len() == sorted, "an operation is sorted twice")?;
    for refusal in &coverage.refused {
        let said = |it: &trenz_codegen::report::Problem| {
            !it.cause.is_empty() && !it.remedy.is_empty() && !it.remedy.contains("as a defect")
        };
        let is_said = !refusal.problems.is_empty() && refusal.problems.iter().all(said);
        expect(is_said, &format!("why {} is refused is not said", refusal.title()))?;
    }
    if let Some(whole) = whole {
        expect(coverage.is_complete(), "what generates is not covered")?;
        let same = coverage.client.as_ref().is_none_or(|client| client.files == whole.files);
        expect(same, "coverage has generated something else")?;
    } else if seed.origin == Origin::Own {
        expect(!coverage.is_complete(), "what is covered whole is refused")?;
    }
    let Some(client) = coverage.client else {
        expect(made == 0, "the operations that generate have no client")?;
        return Ok(None);
    };
    expect(client.summary.operations == made, "the client has other operations than are listed")?;
    output(&client)?;
    Ok(Some(Box::new(client)))
}

/// Compares two documents, and looks the report over.
pub fn comparison(old: &Seed, new: &Seed) -> Result<Option<Verdict>, String> {
    match caught("comparison", || changes(&old.sources(), &new.sources()))? {
        Ok(changes) => {
            let json = caught("the change report", || changes.json("1.0.0"))?;
            expect(serde_json::from_str::<Value>(&json).is_ok(), "the change report is no JSON")?;
            let texts = caught("the change report", || {
                [
                    changes.to_string(),
                    changes.text("1.0.0"),
                    changes.markdown("1.0.0"),
                    changes.changelog("1.0.0"),
                ]
            })?;
            texts.iter().chain([&json]).try_for_each(|text| readable(text))?;
            Ok(Some(changes.verdict))
        }
        Err(report) => self::report(&report).map(|()| None),
    }
}

fn caught<T>(what: &str, run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        format!("{what} panicked: {text}")
    })
}

fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

fn report(report: &Report) -> Result<(), String> {
    expect(!report.problems().is_empty(), "a report without a problem")?;
    readable(&report.to_string())
}

/// Looks over what was generated.
pub fn output(generated: &Generated) -> Result<(), String> {
    let mut names = HashSet::new();
    for (name, text) in &generated.files {
        // As some file systems see them.
        expect(names.insert(name.to_lowercase()), "two files differ in case only")?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '/' || c == '.';
        let fits = name.chars().all(plain) && name.split('/').all(|part| part.len() < 200);
        expect(fits && !name.contains(".."), &format!("a file is called {name:?}"))?;
        source(name, text)?;
    }
    names::check(&generated.files)?;
    source("calls.rs", &generated.calls)?;
    readable(&generated.index)?;
    let rows = generated.index.lines().filter(|line| line.starts_with('|')).count();
    expect(rows == generated.summary.operations + 2, "the index misses operations")?;
    generated.notes.iter().try_for_each(|note| readable(&note.to_string()))
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// How many operations the document has; unknown where it is corrected, or where a path
/// is a reference to another.
fn described(seed: &Seed) -> Option<usize> {
    let document: Value = serde_json::from_slice(&seed.document).ok()?;
    let paths = || document["paths"].as_object().into_iter().flatten();
    if seed.overlay.is_some() || paths().any(|(_, item)| item.get("$ref").is_some()) {
        return None;
    }
    // Those that begin with `x-` are no paths.
    let items = paths().filter(|(path, _)| !path.starts_with("x-"));
    let count = |item: &Value| {
        let there = |method: &&&str| item.get(**method).is_some_and(|it| !it.is_null());
        METHODS.iter().filter(there).count()
    };
    Some(items.map(|(_, item)| count(item)).sum())
}

fn source(name: &str, text: &str) -> Result<(), String> {
    syn::parse_file(text).map_err(|error| format!("{name} does not parse: {error}"))?;
    expect(!text.contains("compile_error!"), &format!("{name} was printed with an error"))?;
    readable(text).map_err(|error| format!("{name}: {error}"))
}

/// Whether a text can be shown: nothing in it is invisible, reorders other text or
/// drives a terminal.
pub fn readable(text: &str) -> Result<(), String> {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let shown = match c {
            '\n' | '\t' => true,
            // A picture may be made of several.
            '\u{200D}' | '\u{FE0F}' => {
                !before.is_alphanumeric() && before > '\u{80}' || chars.peek() == Some(&'\u{20E3}')
            }
            c => !is_hidden(c),
        };
        if !shown {
            return Err(format!("{:?} follows {before:?}", c.escape_unicode().to_string()));
        }
        before = c;
    }
    Ok(())
}

/// By Unicode's categories of controls, formats and separators, and its property
/// `Default_Ignorable_Code_Point`.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}'
        | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{8E2}'
        | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// What a text is to the compiler, but for comments and the contents of literals.
#[must_use]
pub fn skeleton(text: &str) -> String {
    let mut skeleton = String::new();
    strip(text.parse().unwrap_or_default(), &mut skeleton);
    skeleton
}

fn strip(tokens: TokenStream, skeleton: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if is_hash {
            // `#[doc = "…"]` or `#![doc = "…"]`.
            if matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
                tokens.next();
            }
            if let Some(TokenTree::Group(group)) = tokens.peek()
                && group.stream().to_string().starts_with("doc")
            {
                tokens.next();
                continue;
            }
        }
        match token {
            // A trailing comma is layout, which depends on how long texts are.
            TokenTree::Punct(punct) if punct.as_char() == ',' && tokens.peek().is_none() => {
                continue;
            }
            TokenTree::Group(group) => {
                let _ = write!(skeleton, "{:?}", group.delimiter());
                strip(group.stream(), skeleton);
                skeleton.push('}');
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                skeleton.push_str(if text.contains('"') { "\"\"" } else { &text });
            }
            other => skeleton.push_str(&other.to_string()),
        }
        skeleton.push(' ');
    }
}
