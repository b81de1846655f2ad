//! The names of what is generated lead where they should, and the judge of that is not a pushover.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::Case;
use crate::files::{Files, collect, repository};
use crate::foreign::Foreign;
use crate::names::judge;

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
fn names_of_every_case_lead_somewhere() {
    let faults = clients().into_iter();
    let faults =
        faults.filter_map(|(name, files)| Some(format!("{name}: {}", judge(&files).err()?)));
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn examples_of_every_case_are_programs() {
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

/// What a fault in the text looks like: what is replaced, by what, and what is said of it.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: [Fault; 22] = [
    (
        "shop/mod.rs",
        "things::MakeBuilder::new(self.client)",
        "things::MakeBuilder::new()",
        "`MakeBuilder::new` is called with other arguments",
    ),
    // The first of these is what a newcomer's petstore came to: a type of the file in the place
    // of a component, which needs a lifetime.
    (
        "shop/things.rs",
        "use crate::types::Labels;",
        "pub struct Labels<'c> { client: &'c Client }",
        "`Labels` has 0 lifetimes",
    ),
    (
        "shop/things.rs",
        "use crate::types::Labels;",
        "use crate::types::Labels;\npub struct Labels<'c> { client: &'c Client }",
        "`Labels` is defined twice",
    ),
    ("shop/things.rs", "impl Operation for", "impl Inputs for", "`Inputs` is no trait"),
    (
        "shop/things.rs",
        "pub labels: Option<Labels>,",
        "pub labels: Option<Operation>,",
        "`Operation` is a trait",
    ),
    (
        "shop/things.rs",
        "const SCOPE: Option<Scope>",
        "const SCOPE: Option<Scopes>",
        "`Scopes`: stands for nothing",
    ),
    (
        "shop/things.rs",
        "use std::collections::BTreeMap;\n",
        "",
        "`BTreeMap<String,i64>`: stands for nothing",
    ),
    ("types.rs", "builder = LabelsBuilder", "builder = Labels", "`Labels` is defined twice"),
    ("types.rs", "pub id: String", "pub id: Strings", "`Strings`: stands for nothing"),
    (
        "shop/things.rs",
        "#[optional(map as i64)]",
        "#[optional(map as Integer)]",
        "`Integer`: stands for nothing",
    ),
    ("shop/things.rs", "output = MakeData", "output = MakeDate", "`MakeDate`: stands for nothing"),
    (
        "shop/mod.rs",
        "MakeBuilder<&'c Client>",
        "MakeBuilder<&'c Client, String>",
        "`things::MakeBuilder<&'cClient,String>` has 2 type arguments, not 1",
    ),
    ("shop/things.rs", "Self { a: Some(text) }", "Self { b: Some(text) }", "a `Self` is made of"),
    ("shop/things.rs", "&self.labels", "&self.label", "there is no `self.label`"),
    ("types.rs", "pub additional_properties:", "pub id:", "`Labels.id` is defined twice"),
    ("types.rs", "crate::part!", "crate::parts!", "there is no `parts` in `crate::`"),
    (
        "shop/mod.rs",
        "#[derive(Clone, Copy, Debug)]",
        "#[derive(Clone, Copy, Debugs)]",
        "`Debugs`: stands for nothing",
    ),
    ("mod.rs", "pub mod types;", "pub mod money;", "the runtime hides the module `money`"),
    ("mod.rs", "pub mod shop;", "pub mod shops;", "the module `shops` has no file"),
    ("mod.rs", "pub fn shop(&self)", "pub fn execute(&self)", "`Client::execute` is defined twice"),
    (
        "shop/mod.rs",
        "use crate::Client;",
        "use crate::Clients;",
        "`crate::Clients` is imported as `Clients` and is not there",
    ),
    (
        "shop/mod.rs",
        "use crate::Client;",
        "use crate::{Client, Task};",
        "`Task` is imported for nothing",
    ),
];

#[test]
fn faults_in_names_are_seen() {
    judge(&sound()).unwrap();
    for (file, from, to, said) in FAULTS {
        let mut files = sound();
        let text = files.get_mut(file).unwrap();
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, *text, "{file} has no {from:?}");
        *text = broken;
        let fault = judge(&files).err().unwrap_or_default();
        assert!(fault.contains(said), "{file}, {to:?}: {said}\n{fault}");
    }
}
