//! Judges from outside what generation made of a document.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;
use trenz_codegen::changes::Verdict;
use trenz_codegen::report::Report;
use trenz_codegen::{Generated, changes, generate};

use crate::seeds::Seed;

/// What became of a document: files or a report, of which everything holds that must.
pub type Outcome = Result<Box<Generated>, Report>;

/// Generates, and looks over whatever comes out. An error says what should not have been.
pub fn judge(seed: &Seed) -> Result<Outcome, String> {
    let outcome = caught("generation", || generate(&seed.sources()))?;
    match &outcome {
        Ok(generated) => {
            output(generated, seed)?;
            let again = caught("generation", || generate(&seed.sources()))?;
            expect(again.as_ref() == Ok(generated), "a second run gives something else")?;
        }
        Err(report) => self::report(report)?,
    }
    let same = comparison(seed, seed)?;
    if outcome.is_ok() && same.is_none_or(|verdict| verdict != Verdict::None) {
        return Err(format!("a document compared with itself has changed: {same:?}"));
    }
    Ok(outcome.map(Box::new))
}

/// Compares two documents, and looks the report over.
pub fn comparison(old: &Seed, new: &Seed) -> Result<Option<Verdict>, String> {
    match caught("comparison", || changes(&old.sources(), &new.sources()))? {
        Ok(changes) => {
            let texts = caught("the change report", || {
                let json = changes.json("1.0.0");
                let parsed = serde_json::from_str::<Value>(&json).is_ok();
                (
                    parsed,
                    [
                        changes.to_string(),
                        changes.markdown("1.0.0"),
                        changes.changelog("1.0.0"),
                        json,
                    ],
                )
            })?;
            expect(texts.0, "the change report is no JSON")?;
            texts.1.iter().try_for_each(|text| readable(text))?;
            Ok(Some(changes.verdict))
        }
        Err(report) => self::report(&report).map(|()| None),
    }
}

fn caught<T>(what: &str, run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| format!("{what} panicked"))
}

fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

fn report(report: &Report) -> Result<(), String> {
    expect(!report.problems().is_empty(), "a report without a problem")?;
    readable(&report.to_string())
}

/// Looks over what was generated.
pub fn output(generated: &Generated, seed: &Seed) -> Result<(), String> {
    let mut names = HashSet::new();
    for (name, text) in &generated.files {
        // As some file systems see them.
        expect(names.insert(name.to_lowercase()), "two files differ in case only")?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '/' || c == '.';
        let fits = name.chars().all(plain) && name.split('/').all(|part| part.len() < 200);
        expect(fits && !name.contains(".."), &format!("a file is called {name:?}"))?;
        source(name, text)?;
    }
    source("calls.rs", &generated.calls)?;
    readable(&generated.index)?;
    let rows = generated.index.lines().filter(|line| line.starts_with('|')).count();
    expect(rows == generated.summary.operations + 2, "the index misses operations")?;
    if let Ok(document) = serde_json::from_slice::<Value>(&seed.document)
        && seed.overlay.is_none()
    {
        let described = operations(&document);
        let made = generated.summary.operations;
        expect(made == described, &format!("{made} operations of {described} were made"))?;
    }
    generated.notes.iter().try_for_each(|note| readable(&note.to_string()))
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn operations(document: &Value) -> usize {
    let paths = document["paths"].as_object().into_iter().flatten();
    // Those that begin with `x-` are no paths.
    let items = paths.filter(|(path, _)| path.starts_with('/')).map(|(_, item)| item);
    items.map(|item| METHODS.iter().filter(|method| item.get(**method).is_some()).count()).sum()
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
            return Err(format!("{:?} stands behind {before:?}", c.escape_unicode().to_string()));
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
