//! Every name in generated code resolves, and the test that resolves them finds faults.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::case::Case;
use crate::expected;
use crate::files::{Files, collect, repository};
use crate::foreign::Foreign;
use crate::names::check;

/// The clients of all golden cases, and the project's own, by name.
fn clients() -> Vec<(String, BTreeMap<String, String>)> {
    let own = Case::generated().into_iter();
    let own = own.map(|case| (case.name.clone(), case.generate().unwrap().files));
    let foreign = Foreign::all().into_iter().chain(Foreign::kinds());
    let foreign = foreign.filter_map(|case| Some((case.name.clone(), case.cover().client?.files)));
    let mut real = Files::new();
    collect(&repository().join("trenz-api/src/generated"), Path::new(""), &mut real);
    let real = real.into_iter().map(|(path, text)| (path.to_string_lossy().into_owned(), text));
    own.chain(foreign).chain([("the real client".to_owned(), real.collect())]).collect()
}

#[test]
fn names_of_every_case_resolve() {
    let faults = clients().into_iter();
    let faults =
        faults.filter_map(|(name, files)| Some(format!("{name}: {}", check(&files).err()?)));
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn examples_of_every_case_parse() {
    let mut count = 0;
    for (name, text) in clients().iter().flat_map(|(_, files)| files) {
        let lines: Vec<_> = text.lines().map(str::trim_start).collect();
        let starts = lines.iter().enumerate().filter(|(_, line)| **line == "/// ```no_run");
        for (start, _) in starts {
            let program = lines[start + 1..].iter().take_while(|line| **line != "/// ```");
            let program = program.map(|line| line.trim_start_matches("///").trim_start());
            let program = program.map(|line| line.strip_prefix("# ").unwrap_or(line));
            let program = program.collect::<Vec<_>>().join("\n");
            let parsed = syn::parse_file(&program);
            parsed.unwrap_or_else(|error| panic!("{name}: {error}\n{program}"));
            count += 1;
        }
    }
    assert!(count > 87, "{count} examples");
}

/// Files of a client that hold no fault.
fn sound() -> BTreeMap<String, String> {
    let cases = Case::generated();
    let named = |name: &str| cases.iter().find(|case| case.name == name).unwrap();
    named("additional_properties").generate().unwrap().files
}

/// A file, a text in it, and what it is replaced by.
type Fault = (&'static str, &'static str, &'static str);

const FAULTS: [Fault; 22] = [
    ("shop/mod.rs", "things::MakeBuilder::new(self.client)", "things::MakeBuilder::new()"),
    // The first of these is what a newcomer's petstore came to: a type of the file in the place
    // of a component, which needs a lifetime.
    ("shop/things.rs", "use crate::types::Labels;", "pub struct Labels<'c> { client: &'c Client }"),
    (
        "shop/things.rs",
        "use crate::types::Labels;",
        "use crate::types::Labels;\npub struct Labels<'c> { client: &'c Client }",
    ),
    ("shop/things.rs", "impl Operation for", "impl Inputs for"),
    ("shop/things.rs", "pub labels: Option<Labels>,", "pub labels: Option<Operation>,"),
    ("shop/things.rs", "const SCOPE: Option<Scope>", "const SCOPE: Option<Scopes>"),
    ("shop/things.rs", "use std::collections::BTreeMap;\n", ""),
    ("types.rs", "builder = LabelsBuilder", "builder = Labels"),
    ("types.rs", "pub id: String", "pub id: Strings"),
    ("shop/things.rs", "#[optional(map as i64)]", "#[optional(map as Integer)]"),
    ("shop/things.rs", "output = MakeData", "output = MakeDate"),
    ("shop/mod.rs", "MakeBuilder<&'c Client>", "MakeBuilder<&'c Client, String>"),
    ("shop/things.rs", "Self { a: Some(text) }", "Self { b: Some(text) }"),
    ("shop/things.rs", "&self.labels", "&self.label"),
    ("types.rs", "pub additional_properties:", "pub id:"),
    ("types.rs", "crate::part!", "crate::parts!"),
    ("shop/mod.rs", "#[derive(Clone, Copy, Debug)]", "#[derive(Clone, Copy, Debugs)]"),
    ("mod.rs", "pub mod types;", "pub mod money;"),
    ("mod.rs", "pub mod shop;", "pub mod shops;"),
    ("mod.rs", "pub fn shop(&self)", "pub fn execute(&self)"),
    ("shop/mod.rs", "use crate::Client;", "use crate::Clients;"),
    ("shop/mod.rs", "use crate::Client;", "use crate::{Client, Task};"),
];

#[test]
fn faults_in_names_are_found() {
    check(&sound()).unwrap();
    let mut faults = String::new();
    for (file, from, to) in FAULTS {
        let mut files = sound();
        let text = files.get_mut(file).unwrap();
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, *text, "{file} has no {from:?}");
        *text = broken;
        let fault = check(&files).expect_err(to);
        let _ = writeln!(faults, "{from}\n{to}\n{fault}\n");
    }
    expected::golden("messages/names", &faults);
}
