//! What the document forbids is refused, with the right code and free of charge.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::generate::{Request, include_values, is_required, least, sort_fields, valid};
use crate::server::{Answer, Server};
use crate::spec::{Operation, operation, operations};
use crate::wire::Line;

/// A request that is wrong in one place, and the code it deserves.
struct Broken {
    request: Request,
    code: &'static str,
    what: String,
}

/// Every way to break one operation's requests, each starting from another valid request.
fn broken(operation: &Operation, rng: &mut Rng) -> Vec<Broken> {
    let mut all = Vec::new();
    let mut add = |request: Request, code, what: String| all.push(Broken { request, code, what });
    for parameter in operation.parameters() {
        if parameter["in"] != "query" {
            continue;
        }
        let name = parameter["name"].as_str().unwrap();
        let mut with = |values: &[&str]| {
            let mut request = valid(operation, rng);
            request.query.retain(|(key, _)| key != name);
            request.query.extend(values.iter().map(|v| (name.to_owned(), (*v).to_owned())));
            request
        };
        if parameter["required"] == true {
            add(with(&[]), "MISSING_PARAM", format!("without {name}"));
        }
        let schema = &parameter["schema"];
        if let Some(fields) = sort_fields(parameter) {
            let known = fields[0];
            for wrong in ["", "nothing:desc", &format!("{known}:down"), known, &format!("{known}:")]
            {
                add(with(&[wrong]), "INVALID_SORT_FIELD", format!("sort={wrong}"));
            }
        } else if let Some(values) = include_values(parameter) {
            let known = values[0];
            for wrong in ["", "everything", &format!("{known},everything"), &format!("{known},")] {
                add(with(&[wrong]), "INVALID_INCLUDE", format!("include={wrong}"));
            }
        } else {
            for (wrong, code) in wrong_texts(schema, name) {
                add(with(&[&wrong]), code, format!("{name}={wrong}"));
            }
            let fine = if schema["enum"].is_array() {
                schema["enum"][0].as_str().unwrap().to_owned()
            } else {
                match schema["type"].as_str().unwrap() {
                    "boolean" => "true".to_owned(),
                    _ => "1".to_owned(),
                }
            };
            add(with(&[&fine, &fine]), "INVALID_PARAM", format!("{name} twice"));
        }
    }
    if let Some(schema) = operation.body() {
        for (pointer, wrong, code) in wrong_members(schema) {
            let mut request = least(operation, rng);
            if put(request.body.as_mut().unwrap(), &pointer, wrong.clone()) {
                add(request, code, format!("{pointer} is {wrong:?}"));
            }
        }
        for wrong in [json!([]), json!("x"), json!(null), json!(7)] {
            let request = Request { body: Some(wrong.clone()), ..least(operation, rng) };
            add(request, "BAD_REQUEST", format!("the body is {wrong}"));
        }
    }
    all
}

/// Texts that a parameter's schema does not allow.
fn wrong_texts(schema: &Value, name: &str) -> Vec<(String, &'static str)> {
    let mut wrong: Vec<(String, &str)> = Vec::new();
    let mut add = |text: &str, code| wrong.push((text.to_owned(), code));
    if schema["enum"].is_array() {
        add("nowhere", "INVALID_PARAM");
        add("", "INVALID_PARAM");
    }
    match schema["type"].as_str().unwrap() {
        "integer" => {
            for text in ["", "x", "1.5", "1e3", "99999999999999999999", " 1"] {
                add(text, "INVALID_PARAM");
            }
        }
        "number" => {
            for text in ["", "x", "NaN", "inf", "1,5"] {
                add(text, "INVALID_PARAM");
            }
        }
        "boolean" => {
            for text in ["", "yes", "1", "TRUE"] {
                add(text, "INVALID_PARAM");
            }
        }
        _ => {}
    }
    if let Some(low) = schema["minimum"].as_i64() {
        add(&(low - 1).to_string(), "INVALID_PARAM");
    }
    if let Some(high) = schema["maximum"].as_i64() {
        let code = if name == "page_size" { "PAGE_SIZE_EXCEEDED" } else { "INVALID_PARAM" };
        add(&(high + 1).to_string(), code);
    }
    wrong
}

/// Places in a body, what does not belong there, and the code for it. Nothing is a missing member.
fn wrong_members(schema: &Value) -> Vec<(String, Option<Value>, &'static str)> {
    let mut wrong = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("/{name}");
        let mut add = |value, code| wrong.push((at.clone(), Some(value), code));
        add(Value::Null, "INVALID_PARAM");
        match property["type"].as_str().unwrap() {
            "string" => [json!(1), json!(["x"]), json!({})].map(|v| add(v, "INVALID_PARAM")),
            "integer" => [json!("1"), json!(1.5), json!({})].map(|v| add(v, "INVALID_PARAM")),
            "number" => [json!("1"), json!([1]), json!(true)].map(|v| add(v, "INVALID_PARAM")),
            "boolean" => [json!("true"), json!(0), json!([])].map(|v| add(v, "INVALID_PARAM")),
            "array" => [json!("x"), json!({}), json!(1)].map(|v| add(v, "INVALID_PARAM")),
            _ => [json!("x"), json!([]), json!(1)].map(|v| add(v, "INVALID_PARAM")),
        };
        if property["enum"].is_array() {
            let unknown = if property["type"] == "integer" { json!(-7) } else { json!("nothing") };
            add(unknown, "INVALID_PARAM");
        }
        if let Some(low) = property["minimum"].as_i64() {
            add(json!(low - 1), "INVALID_PARAM");
        }
        if let Some(high) = property["maximum"].as_i64() {
            let size = ["page_size", "limit"].contains(&name.as_str());
            add(json!(high + 1), if size { "PAGE_SIZE_EXCEEDED" } else { "INVALID_PARAM" });
        }
        if let Some(most) = property["maxLength"].as_u64() {
            add(json!("é".repeat(usize::try_from(most).unwrap() + 1)), "INVALID_PARAM");
        }
        if is_required(schema, name) {
            wrong.push((at.clone(), None, "MISSING_PARAM"));
        }
        for (below, value, code) in wrong_members(property) {
            wrong.push((format!("{at}{below}"), value, code));
        }
    }
    wrong
}

/// Puts a value at a place of a body, or takes the member away. Says whether the place is there:
/// a request that says no more than it must has no place below what it leaves out.
fn put(body: &mut Value, pointer: &str, value: Option<Value>) -> bool {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let Some(Value::Object(members)) = body.pointer_mut(parent) else { return false };
    match value {
        Some(value) => drop(members.insert(name.to_owned(), value)),
        None => drop(members.remove(name)),
    }
    true
}

#[tokio::test]
async fn every_invalid_request_is_refused_free_of_charge() {
    let server = Server::unlimited().await;
    let opening = server.sandbox.balance();
    let (mut sent, mut by_code) = (0, std::collections::BTreeMap::<&str, u32>::new());
    for (number, operation) in (0..).zip(operations()) {
        for Broken { request, code, what } in broken(operation, &mut Rng::with_seed(number)) {
            let answer = server.send(operation, &request).await;
            let said = answer.json();
            assert_eq!(answer.code(), code, "{} {what}: {said}\n{request:?}", operation.id);
            assert_eq!(answer.header("x-request-id"), said["request_id"].as_str());
            assert!(said["docs_url"].as_str().unwrap().starts_with("https://"));
            sent += 1;
            *by_code.entry(code).or_default() += 1;
        }
    }
    assert!(sent >= 1000, "only {sent} broken requests");
    assert_eq!(server.sandbox.balance(), opening);
    let six = ["BAD_REQUEST", "INVALID_INCLUDE", "INVALID_PARAM", "INVALID_SORT_FIELD"];
    assert!(six.iter().all(|code| by_code[code] >= 20), "{by_code:?}");
    assert!(by_code["MISSING_PARAM"] >= 20 && by_code["PAGE_SIZE_EXCEEDED"] >= 10, "{by_code:?}");
}

#[tokio::test]
async fn invalid_json_is_a_bad_request() {
    let server = Server::unlimited().await;
    let operation = operation("trenz-ai-embedding");
    let url = format!("{}{}", server.sandbox.base_url(), operation.path);
    let json = "application/json";
    for (kind, body) in [
        (json, &b""[..]),
        (json, b"{"),
        (json, b"{\"type\":\"text\",\"text\":\"\xff\"}"),
        (json, b"{\"type\":\"text\"} {}"),
        ("text/plain", b"{\"type\":\"text\",\"text\":\"x\"}"),
        ("application/x-www-form-urlencoded", b"type=text&text=x"),
    ] {
        let sent = server.client.post(&url).header("content-type", kind).body(body.to_vec());
        let sent = sent.header("x-api-key", server.sandbox.key()).send().await.unwrap();
        let answer = Answer::read(sent).await.unwrap();
        operation.judge(answer.status, &answer.body);
        assert_eq!(answer.code(), "BAD_REQUEST", "{kind} {body:?}");
    }
    let deep = format!("{{\"type\":\"text\",\"text\":{}", "[".repeat(100_000));
    let sent = server.client.post(&url).header("content-type", json).body(deep);
    let sent = sent.header("x-api-key", server.sandbox.key()).send().await.unwrap();
    assert_eq!(Answer::read(sent).await.unwrap().code(), "BAD_REQUEST");
}

#[tokio::test]
async fn constraints_in_prose_are_checked_unless_lenient() {
    let server = Server::unlimited().await;
    for (id, body) in [
        ("trenz-ai-product-title", json!({})),
        ("trenz-ai-product-description", json!({ "prompt": "x" })),
        ("trenz-ai-image-generate", json!({ "prompt": "x" })),
        ("trenz-ai-embedding", json!({ "type": "text" })),
    ] {
        assert_eq!(server.refused(id, body).await, "MISSING_PARAM", "{id}");
    }
    let lenient = Server::start(trenz_sandbox::Sandbox::builder().lenient(true)).await;
    lenient.ask("trenz-ai-product-title", json!({})).await;
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let server = Server::unlimited().await;
    for (method, path) in [
        ("GET", "/open/v1/nothing"),
        ("GET", "/"),
        ("GET", "/open/v1/products/"),
        ("GET", "/open/v1/products/a/b"),
        ("POST", "/open/v1/products/search?country=us"),
        ("GET", "/open/v1/ai/embedding"),
        ("DELETE", "/open/v1/tasks/x"),
    ] {
        let method = method.to_owned();
        let request = Request { method, path: path.to_owned(), query: Vec::new(), body: None };
        let answer = server.attempt(&request).await.unwrap();
        operation("task-status").judge(answer.status, &answer.body);
        assert_eq!((answer.status, answer.code().as_str()), (404, "ROUTE_NOT_FOUND"), "{path}");
    }
    // Clients resolve such segments before they send them, as the proxies on the way would.
    for path in ["/open/v1/products/..", "/open/v1/products/%2e%2E", "/open/v1/products/%2E"] {
        let mut line = Line::open(&server.sandbox).await;
        let key = server.sandbox.key();
        let head = format!("GET {path}?country=us HTTP/1.1\r\nhost: s\r\nx-api-key: {key}\r\n\r\n");
        line.write(head.as_bytes()).await;
        assert!(line.answer().await.0.starts_with("http/1.1 404"), "{path}");
    }
    let seen = server.sandbox.requests();
    assert!(seen.iter().all(|seen| seen.operation.is_none() && seen.status == Some(404)));
    assert_eq!(seen[6].method, "DELETE");
}

#[tokio::test]
async fn missing_inputs_are_reported_before_invalid_ones() {
    let server = Server::unlimited().await;
    let body = json!({ "duration": "long", "resolution": 7 });
    assert_eq!(server.refused("trenz-ai-sd-pro-generate", body).await, "MISSING_PARAM");
    let path = "/open/v1/products/search?page=0&sort=x";
    assert_eq!(server.get("trenz-products-search", path).await.code(), "MISSING_PARAM");
}
