//! The names of what is generated lead where they should, and the judge of that is no pushover.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::Case;
use crate::files::{Files, collect, repository};
use crate::foreign::Foreign;
use crate::names::judge;

#[test]
fn names_of_every_case_lead_somewhere() {
    let own = Case::generated().into_iter();
    let own = own.map(|case| (case.name.clone(), case.generate().unwrap().files));
    let foreign = Foreign::all().into_iter().chain(Foreign::kinds());
    let foreign = foreign.filter_map(|case| Some((case.name.clone(), case.cover().client?.files)));
    let mut real = Files::new();
    collect(&repository().join("trenz-api/src/generated"), Path::new(""), &mut real);
    let real = real.into_iter().map(|(path, text)| (path.to_string_lossy().into_owned(), text));
    let all = own.chain(foreign).chain([("the real client".to_owned(), real.collect())]);
    let faults = all.filter_map(|(name, files)| Some(format!("{name}: {}", judge(&files).err()?)));
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Files of a client that hold no fault.
fn sound() -> BTreeMap<String, String> {
    let cases = Case::generated();
    let named = |name: &str| cases.iter().find(|case| case.name == name).unwrap();
    named("additional_properties").generate().unwrap().files
}

/// What a fault in the text looks like: what is replaced, by what, and what is said of it.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: [Fault; 21] = [
    (
        "shop/things.rs",
        "MakeBuilder::new(Detached)",
        "MakeBuilder::new()",
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
        "types.rs",
        "use std::collections::BTreeMap;\n",
        "",
        "`BTreeMap<String,String>`: stands for nothing",
    ),
    ("types.rs", "pub struct LabelsBuilder<", "pub struct Labels<", "`Labels` is defined twice"),
    ("types.rs", "struct LabelsOptional {", "struct Vec {", "`LabelsOptional`: stands for nothing"),
    (
        "types.rs",
        "LabelsBuilder<String> {\n        LabelsBuilder {",
        "LabelsBuilder<String, String> {\n        LabelsBuilder {",
        "`LabelsBuilder<String,String>` has 2 type arguments, not 1",
    ),
    ("types.rs", "id: id.into(),", "", "a `LabelsBuilder` is made of"),
    (
        "types.rs",
        "additional_properties: self.optional",
        "additional_properties: self.store",
        "there is no `self.store`",
    ),
    (
        "types.rs",
        "pub fn additional_properties(",
        "pub fn id(",
        "`LabelsBuilder::id` is defined twice",
    ),
    (
        "types.rs",
        "crate::keep_rest!(Labels, additional_properties",
        "crate::keep_rest!(Labels, rest",
        "there is no `Labels.rest` to keep",
    ),
    ("types.rs", "crate::keep_rest!", "crate::keep!", "there is no `keep` in `crate::`"),
    (
        "types.rs",
        "#[derive(Clone, Debug, Default)]",
        "#[derive(Clone, Debug, Defaults)]",
        "`Defaults`: stands for nothing",
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
