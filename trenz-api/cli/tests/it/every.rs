//! Every operation through the program, judged by the raw document as the library is.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use trenz_sandbox::Sandbox;

use crate::program::World;
use crate::wire;

/// An input of the document, with a value that it allows.
struct Sample {
    name: String,
    is_required: bool,
    value: Value,
}

/// With required and with all inputs, by flags and as one body: what is sent is what the document describes, and what is
/// printed is what was answered.
#[test]
fn every_operation_as_the_document_describes_it() {
    let world = World::of(Sandbox::builder().balance(10_000_000).rate_limit(None).lenient(true));
    let document = wire::document();
    let listed = world.run(&["operations", "--output", "json"]).done().json();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), trenz_sandbox::Document::trenz().unwrap().operations().len());
    // One sandbox is asked by two threads; each operation is one thread's.
    std::thread::scope(|scope| {
        for half in [0, 1] {
            let (world, document) = (&world, &document);
            scope.spawn(move || {
                for operation in listed.iter().skip(half).step_by(2) {
                    check(world, document, operation);
                }
            });
        }
    });
}

fn check(world: &World, document: &Value, operation: &Value) {
    let id = operation["id"].as_str().unwrap();
    let samples = samples(&wire::operation(document, id).raw.clone());
    let flags: BTreeMap<&str, &str> = operation["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| (input["name"].as_str().unwrap(), input["flag"].as_str().unwrap()))
        .collect();
    let words: Vec<&str> = operation["command"].as_str().unwrap().split(' ').skip(1).collect();
    for (every, as_body) in [(false, false), (true, false), (true, true)] {
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let inputs = samples.iter().filter(|sample| every || sample.is_required);
        if as_body {
            let body: Map<_, _> =
                inputs.map(|sample| (sample.name.clone(), sample.value.clone())).collect();
            words.extend(["--body".to_owned(), Value::Object(body).to_string()]);
        } else {
            words.extend(inputs.map(|sample| flag(flags[sample.name.as_str()], &sample.value)));
        }
        words.extend(["--yes", "--output", "json"].map(str::to_owned));
        let mut command = world.command();
        let run = command.args(&words).env("TRENZ_LEDGER", "off").output().unwrap();
        let run = crate::program::Run::of(run);
        let seen = world.sandbox.requests_to(id).pop();
        let seen = seen.unwrap_or_else(|| panic!("{id} does not arrive: {run:#?}"));
        let complaints = wire::violations(document, id, &seen, every, world.sandbox.key());
        assert!(complaints.is_empty(), "{words:?}: {complaints:#?}");
        assert!(run.done().json().get("data").is_some(), "{words:?}");
    }
}

/// How a sandbox refuses a valid request that names what it does not have.
const NOT_THERE: [&str; 6] = [
    "NOT_FOUND",
    "expected a connected account",
    "expected the token of a QR code",
    "expected a token of an earlier page",
    "expected an uploaded object",
    "unknown id",
];

/// A template is a request that the document allows, with every input that it has: a sandbox that knows nothing but the
/// document takes it as it was printed.
#[test]
fn every_template_is_complete_and_valid() {
    let world = World::of(Sandbox::builder().balance(10_000_000).rate_limit(None));
    let document = wire::document();
    let listed = world.run(&["operations", "--output", "json"]).done().json();
    for operation in listed.as_array().unwrap() {
        let id = operation["id"].as_str().unwrap();
        let words: Vec<&str> = operation["command"].as_str().unwrap().split(' ').skip(1).collect();
        for extent in ["all", "required"] {
            let printed = world.run(&[&*words, &[&format!("--template={extent}")]].concat()).done();
            let inputs = printed.json();
            let names: Vec<&str> = inputs.as_object().unwrap().keys().map(String::as_str).collect();
            let samples = samples(&wire::operation(&document, id).raw.clone());
            let expected = samples.iter().filter(|sample| extent == "all" || sample.is_required);
            let expected: Vec<&str> = expected.map(|sample| sample.name.as_str()).collect();
            let sorted = |mut names: Vec<&str>| {
                names.sort_unstable();
                names.join(" ")
            };
            assert_eq!(sorted(names), sorted(expected), "{id}");
            let mut command = world.command();
            command.args(&words).args(["--body", &printed.out, "--yes", "--output=json"]);
            let run = command.env("TRENZ_LEDGER", "off").output().unwrap();
            let run = crate::program::Run::of(run);
            // What is required only together with something else, the document has in its prose alone.
            let is_valid = run.code == Some(0)
                || NOT_THERE.iter().any(|text| run.err.contains(text))
                || (extent == "required" && run.err.contains("MISSING_PARAM"));
            assert!(is_valid && !run.err.contains("note: "), "{id}: {}: {run:#?}", printed.out);
        }
    }
}

/// A flag with its value, in one word.
fn flag(flag: &str, value: &Value) -> String {
    match value {
        Value::String(text) => format!("{flag}={text}"),
        other => format!("{flag}={other}"),
    }
}

fn samples(operation: &Value) -> Vec<Sample> {
    let mut samples: BTreeMap<String, Sample> = BTreeMap::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap().to_owned();
        let is_required = parameter["required"] == true;
        // Of two declarations of one name, the required one is meant.
        if parameter["in"] == "header" || samples.get(&name).is_some_and(|other| other.is_required)
        {
            continue;
        }
        let value = match (name.as_str(), &parameter["schema"]) {
            ("sort", schema) => json!(format!("{}:desc", schema["enum"][0].as_str().unwrap())),
            // The values of these stand in prose: `values: core(Core metrics), …`.
            ("include", _) => {
                let prose = parameter["description"].as_str().unwrap();
                let values = prose.split("values: ").nth(1).unwrap();
                json!(values.split(['(', ',', ')']).next().unwrap().trim())
            }
            (name, schema) => value(name, schema),
        };
        samples.insert(name.clone(), Sample { name, is_required, value });
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let sample = Sample {
            name: name.clone(),
            is_required: required.contains(&json!(name)),
            value: value(name, schema),
        };
        samples.insert(name.clone(), sample);
    }
    samples.into_values().collect()
}

/// A value that the schema allows; a free text is its own name.
fn value(name: &str, schema: &Value) -> Value {
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer") => json!(schema["minimum"].as_i64().unwrap_or(1).max(1)),
        Some("number") => json!(schema["minimum"].as_f64().unwrap_or(1.0).max(1.0)),
        Some("array") => json!([value(name, &schema["items"])]),
        Some("object") => {
            let members = schema["properties"].as_object().into_iter().flatten();
            members.map(|(name, schema)| (name.clone(), value(name, schema))).collect()
        }
        _ => json!(name),
    }
}
