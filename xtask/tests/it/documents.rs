//! `diff`, `import` and `fetch`: what another document changes.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use serde_json::Value;

use crate::project::{DOCUMENT, Outcome, Project, output_is};

const SOURCE: &str = "spec/source.json";

/// The project's document with another price, on one line as the vendor sends it.
fn dearer(project: &Project) -> Vec<u8> {
    let mut document: Value = serde_json::from_str(&project.read(DOCUMENT)).unwrap();
    let operation = &mut document["paths"]["/open/v1/products/search"]["get"];
    assert_eq!(operation["x-coin-cost"], 5);
    operation["x-coin-cost"] = 8.into();
    document.to_string().into_bytes()
}

/// What a report says of it, among other words.
const DEARER: [&str; 2] = ["data::products::Search", "5 coins → 8 coins (+60 %)"];

#[track_caller]
fn reports_dearer(text: &str) {
    assert!(DEARER.iter().all(|part| text.contains(part)), "{text}");
}

#[test]
fn diff_reports_in_each_format_and_writes_nothing() {
    let project = Project::new();
    project.write("live.json", dearer(&project));
    let before = project.files();
    let text = project.run(&["diff", "live.json"]).succeeded();
    let markdown = project.run(&["diff", DOCUMENT, "live.json", "--format=markdown"]).succeeded();
    output_is("diff", &format!("{text}\n{markdown}"));
    let json = project.run(&["diff", "live.json", "--format", "json"]).succeeded();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["money"][0]["percent"], 60.0);
    assert_eq!(json["verdict"], "patch");
    // The other way round, and from standard input.
    let cheaper = project.run(&["diff", "live.json", DOCUMENT]).succeeded();
    assert!(cheaper.contains("8 coins → 5 coins"), "{cheaper}");
    let piped = project.run_with(&["diff", "-"], &dearer(&project)).succeeded();
    assert_eq!(piped, text);
    assert!(project.files() == before, "a file was touched");
}

#[test]
fn diff_exits_by_severity_on_request() {
    let project = Project::new();
    let exit = |edit: fn(&mut Value)| {
        let mut document: Value = serde_json::from_str(&project.read(DOCUMENT)).unwrap();
        edit(&mut document);
        project.run_with(&["diff", "-", "--exit-code"], document.to_string().as_bytes()).code
    };
    assert_eq!(exit(|_| {}), 0);
    assert_eq!(exit(|d| d["info"]["version"] = "2".into()), 3);
    let code = exit(|d| {
        let search = &mut d["paths"]["/open/v1/products/search"]["get"]["parameters"];
        let input =
            serde_json::json!({ "name": "new", "in": "query", "schema": { "type": "string" } });
        search.as_array_mut().unwrap().push(input);
    });
    assert_eq!(code, 4);
    let code = exit(|d| _ = d["paths"].as_object_mut().unwrap().remove("/open/v1/ads/search"));
    assert_eq!(code, 5);
}

#[test]
fn diff_compares_revisions() {
    let project = Project::new();
    let git = |args: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let mut git = Command::new("git");
        let git = git.current_dir(project.folder.path()).args(identity).args(args).output();
        assert!(git.unwrap().status.success(), "{args:?}");
    };
    project.run(&["diff", "HEAD"]).failed(&["HEAD"]);
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "a"]);
    project.write(DOCUMENT, dearer(&project));
    git(&["commit", "--quiet", "-am", "b"]);
    for args in [&["diff", "HEAD~1", "HEAD"][..], &["diff", "HEAD~1", DOCUMENT]] {
        let text = project.run(args).succeeded();
        reports_dearer(&text);
    }
    assert_eq!(project.run(&["diff", "HEAD", "--exit-code"]).code, 0);
    project.run(&["diff", "--", "--output=x"]).failed(&["--output=x"]);
    project.failures_are("diff_revisions");

    // The client is compared with the one of the last commit.
    let told = project.run(&["regen"]).succeeded();
    assert!(!told.contains(DEARER[1]), "{told}");
    git(&["reset", "--quiet", "--soft", "HEAD~1"]);
    let told = project.run(&["regen"]).succeeded();
    reports_dearer(&told);
}

#[test]
fn diff_writes_the_changelog_entry_once() {
    let project = Project::new();
    project.write(
        "CHANGELOG.md",
        "# Changelog\n\n## Unreleased\n\n- Something.\n\n## 0.1.0\n\n- All.\n",
    );
    project.write("live.json", dearer(&project));
    let args = ["diff", "live.json", "--write-changelog"];
    let told = project.run(&args).succeeded();
    assert!(told.contains("CHANGELOG.md"), "{told}");
    let log = project.read("CHANGELOG.md");
    output_is("diff_changelog_written", &log);
    project.run(&args).failed(&["CHANGELOG.md", "0.1.1"]);
    project.run(&["diff", DOCUMENT, "--write-changelog"]).failed(&[]);
    project.failures_are("diff_changelog");
    assert_eq!(project.read("CHANGELOG.md"), log);
}

#[test]
fn import_stores_the_document_with_its_source() {
    let project = Project::new();
    let received = dearer(&project);
    project.write("new/live.json", &received);
    let before = project.read(DOCUMENT);
    let told = project.run(&["import", "new/live.json"]).succeeded();
    output_is("import", &told);
    // Laid out as before, so that the price is all that differs.
    let after = project.read(DOCUMENT);
    let differing: Vec<_> =
        before.lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(before.lines().count(), after.lines().count());
    assert!(differing.len() == 1 && differing[0].1.contains("\"x-coin-cost\": 8"), "{differing:?}");
    let source: Value = serde_json::from_str(&project.read(SOURCE)).unwrap();
    assert_eq!(source["file"], "live.json");
    assert_eq!(source["bytes"], received.len());
    assert_eq!(source["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(source["received"].as_str().unwrap().len(), "2026-11-24".len());
    project.run(&["regen"]).succeeded();

    let files = project.files();
    let told = project.run(&["import", "new/live.json"]).succeeded();
    output_is("import_again", &told);
    assert!(project.files() == files, "a file was touched");
}

/// The checksum is that of the received bytes, not of the stored ones.
#[test]
fn the_committed_checksum_is_reproduced() {
    let project = Project::new();
    let committed = fs::read_to_string(format!("{}/{SOURCE}", crate::project::HOME)).unwrap();
    let committed: Value = serde_json::from_str(&committed).unwrap();
    // As the vendor's server writes JSON.
    let mut received = serde_json::from_str::<Value>(&project.read(DOCUMENT)).unwrap().to_string();
    for c in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
        received = received.replace(c, &format!("\\u{:04x}", u32::from(c)));
    }
    project.write(DOCUMENT, dearer(&project));
    project.run_with(&["import", "-"], received.as_bytes()).succeeded();
    let source: Value = serde_json::from_str(&project.read(SOURCE)).unwrap();
    assert_eq!(source["sha256"], committed["sha256"]);
    assert_eq!(source["bytes"], committed["bytes"]);
    assert_eq!(source["file"], "standard input");
}

#[test]
fn import_names_the_decisions_to_edit() {
    let project = Project::generated();
    let document = project.read(DOCUMENT).replace("\"coin_cost\":", "\"credits_cost\":");
    let told = project.run_with(&["import", "-"], document.as_bytes()).succeeded();
    for part in ["spec/decisions.json:", "`usage.credits_cost`", "cargo xtask regen"] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    assert_eq!(project.read(DOCUMENT), document);
    project.run(&["regen"]).failed(&["usage.credits_cost"]);
}

/// A document of which most is missing is a mistake of whoever serves it, or looks like one.
#[test]
fn a_document_that_loses_most_operations_is_refused_unless_forced() {
    let project = Project::generated();
    let before = project.files();
    let keep = |count: usize| {
        let mut document: Value = serde_json::from_str(&project.read(DOCUMENT)).unwrap();
        let paths = document["paths"].as_object_mut().unwrap();
        let mut index = 0;
        paths.retain(|_, _| {
            index += 1;
            index <= count
        });
        document.to_string().into_bytes()
    };
    // Other operations in their place are no less a loss.
    for document in [keep(0), keep(20), elsewhere(&project)] {
        project.run_with(&["import", "-"], &document).failed(&["--force"]);
    }
    project.failures_are("import_of_few");
    assert!(project.files() == before, "a file was touched");
    project.run_with(&["import", "-"], &keep(80)).succeeded();
    project.run_with(&["import", "-", "--force"], &keep(0)).succeeded();
}

/// The same number of operations, all of them others.
fn elsewhere(project: &Project) -> Vec<u8> {
    let text = project.read(DOCUMENT);
    let moved = text.replace("\"/open/v1/", "\"/open/v9/");
    moved.replace("\"operationId\": \"", "\"operationId\": \"v9-").into_bytes()
}

#[test]
fn import_of_an_unreadable_document_writes_nothing() {
    let project = Project::new();
    let before = project.files();
    let whole = project.read(DOCUMENT);
    for (text, place) in [
        (&b"<html><title>Sign in</title></html>"[..], "#"),
        (&whole.as_bytes()[..whole.len() / 2], "#"),
        (b"", "#"),
        (b"\xff", "#"),
        (b"{\"error\": \"unauthorized\"}", "#"),
        (b"{\"openapi\": \"3.1.0\"}", "#/openapi"),
        (b"{\"openapi\": \"3.0.0\", \"openapi\": \"3.0.0\"}", "#/openapi"),
    ] {
        let place = format!("standard input{place}\n");
        project.run_with(&["import", "-"], text).failed(&[&place]);
        assert!(project.files() == before, "a file was touched");
    }
    project.run(&["import", "none.json"]).failed(&["none.json"]);
    project.failures_are("import_unreadable");
}

/// Responds to one request, and returns it.
fn serve(
    status: &str,
    length: Option<usize>,
    body: Vec<u8>,
) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/openapi-spec", listener.local_addr().unwrap());
    let length = length.unwrap_or(body.len());
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let read = stream.read(&mut request).unwrap();
        // Whoever has read enough may hang up.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    (url, server)
}

fn fetch(project: &Project, url: &str) -> Outcome {
    project.run(&["fetch", "--url", url])
}

#[test]
fn fetch_imports_the_served_document() {
    let project = Project::new();
    let (url, server) = serve("200 OK", None, dearer(&project));
    let told = fetch(&project, &url).succeeded();
    reports_dearer(&told);
    assert!(server.join().unwrap().starts_with("GET /openapi-spec HTTP/1.1\r\n"));
    let source: Value = serde_json::from_str(&project.read(SOURCE)).unwrap();
    assert_eq!(source["url"], url.as_str());
    // The next time it is fetched from there.
    project.run(&["fetch"]).failed(&[&url, "cargo xtask import FILE"]);
}

/// The tests of `trenz-fetch` have all kinds of responses.
#[test]
fn failed_fetches_write_nothing() {
    let project = Project::new();
    let before = project.files();
    let whole = project.read(DOCUMENT).into_bytes();
    let half = whole[..whole.len() / 2].to_vec();
    for (status, length, body) in [
        ("200 OK", None, b"\n<html>Sign in</html>".to_vec()),
        ("200 OK", None, half.clone()),
        ("403 Forbidden", None, whole.clone()),
        ("200 OK", Some(whole.len()), half),
    ] {
        let (url, server) = serve(status, length, body);
        fetch(&project, &url).failed(&[&url]);
        server.join().unwrap();
        assert!(project.files() == before, "{status}: a file was touched");
    }
    project.failures_are("fetch");
}
