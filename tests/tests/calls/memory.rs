//! How much memory a response takes, for every operation and the worst that its response's types can be made to hold.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use peak_alloc::PeakAlloc;
use serde_json::Value;
use trenz_api::ClientBuilder;

use crate::{Call, generated, replay, wire};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The largest response that the client takes, in bytes.
const LARGEST: usize = 4 << 20;

/// How many values it takes then.
const VALUES: usize = LARGEST / 128;

/// What [`trenz_api::ClientBuilder::max_response_bytes`] promises.
const TIMES: usize = 10;

static PEAK: AtomicUsize = AtomicUsize::new(0);

/// Notes what was the most when a response had been decoded.
pub(crate) fn decoded() {
    PEAK.store(MEMORY.peak_usage(), Ordering::Relaxed);
}

/// A schema where it is inlined.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let place = schema["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(schema)
}

/// A list in a response: what a response has before it and behind it, and the schema of its elements.
struct List<'d> {
    before: String,
    behind: String,
    item: &'d Value,
}

/// The lists in a schema, and in their elements.
fn lists<'d>(
    document: &'d Value,
    schema: &'d Value,
    before: &str,
    behind: &str,
    found: &mut Vec<List<'d>>,
) {
    let schema = resolved(document, schema);
    if before.len() > 200 {
        return;
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let (before, behind) = (format!("{before}{{\"{name}\":"), format!("}}{behind}"));
        lists(document, member, &before, &behind, found);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        lists(document, part, before, behind, found);
    }
    if schema["items"].is_object() {
        let (before, behind) = (format!("{before}["), format!("]{behind}"));
        let item = resolved(document, &schema["items"]);
        lists(document, item, &before, &behind, found);
        found.push(List { before, behind, item });
    }
}

/// The smallest value that a schema allows.
fn smallest(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    match schema["type"].as_str() {
        Some("string") => "\"\"".to_owned(),
        Some("integer" | "number") => "0".to_owned(),
        Some("boolean") => "true".to_owned(),
        Some("array") => "[]".to_owned(),
        _ => {
            let names = schema["required"].as_array().into_iter().flatten();
            let members = names.filter_map(Value::as_str).map(|name| {
                format!("\"{name}\":{}", smallest(document, &schema["properties"][name]))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}

/// Bodies with so many values, for every list of a response.
fn worst(document: &Value, schema: &Value, values: usize) -> Vec<String> {
    let mut found = Vec::new();
    lists(document, schema, "", "", &mut found);
    let bodies = found.iter().map(|List { before, behind, item }| {
        let value = smallest(document, item);
        // A list of the envelope stands beside the data, which the document requires.
        let before = match before.strip_prefix("{\"") {
            Some(rest) if !rest.starts_with("data\"") => format!("{{\"data\":null,\"{rest}"),
            _ => before.clone(),
        };
        // As the client counts them: by what opens, and by commas.
        let count = |text: &str| text.matches(['{', '[', ',']).count();
        let each = count(&value) + 1;
        let many = vec![value.as_str(); (values - count(&before)) / each].join(",");
        format!("{before}{many}{behind}")
    });
    bodies.collect()
}

/// A process of its own, since what is measured is a process's.
#[test]
#[ignore = "started by the test below, which has what it prints"]
fn child() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let document = wire::document();
        let measure = async |call: &Call, body: String| {
            MEMORY.reset_peak_usage();
            let before = MEMORY.current_usage();
            let configure = |client: ClientBuilder| client.max_response_bytes(LARGEST);
            let answer = replay::serve_to(body.into(), call.required, configure).await;
            if let Err(error) = &answer {
                assert!(error.is_too_large(), "{}: {error:?}", call.id);
                decoded();
            }
            (PEAK.load(Ordering::Relaxed).saturating_sub(before), answer.is_ok())
        };
        let bodies = |call: &Call, values: usize| {
            let operation = wire::operation(&document, call.id);
            let content = &operation.raw["responses"]["200"]["content"]["application/json"];
            worst(&document, &content["schema"], values)
        };
        let (mut values, mut place) = (0, (&generated::CALLS[0], 0));
        for call in generated::CALLS {
            for (number, body) in bodies(call, VALUES).into_iter().enumerate() {
                let (took, taken) = measure(call, body).await;
                assert!(taken, "{}: {VALUES} values are not too many", call.id);
                if took > values {
                    (values, place) = (took, (call, number));
                }
            }
        }
        // The worst of them once more, with as many values as there are bytes for.
        let (call, number) = place;
        let body = bodies(call, LARGEST / 2).swap_remove(number);
        let (refused, taken) = measure(call, body).await;
        assert!(!taken, "{}: {} values are too many", call.id, LARGEST / 2);
        let padding = "a".repeat(LARGEST - 100);
        let largest = format!("{{\"data\":{{\"items\":[\"{padding}\"]}}}}");
        let search = generated::CALLS.iter().find(|call| call.id == "trenz-products-search");
        let (bytes, _) = measure(search.unwrap(), largest).await;
        println!("MOST {values} {bytes} {refused} {}", call.id);
    });
}

#[test]
fn no_response_takes_more_than_ten_times_its_largest_size() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    let output = child.args(["--exact", "memory::child", "--ignored", "--nocapture"]).output();
    let output = output.unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = output.lines().find_map(|line| line.split_once("MOST "));
    let told: Vec<&str> = told.unwrap_or_else(|| panic!("{output}")).1.split(' ').collect();
    let [values, bytes, refused] = [0, 1, 2].map(|place| told[place].parse::<usize>().unwrap());
    println!("of the most values {values} bytes, {}; of the most bytes {bytes}", told[3]);
    // A response has either, and at worst both.
    assert!(values + bytes <= TIMES * LARGEST && refused <= TIMES * LARGEST, "{told:?}");
    assert!(values >= LARGEST && bytes >= LARGEST, "{told:?}: what was measured?");
}
