//! `cargo xtask regen --foreign --crate`: a whole crate of another vendor's document.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::project::{HOME, Outcome, Project};

/// A store as newcomers try first: a tag called like a schema, a key, an operation that is
/// served elsewhere.
fn petstore() -> Value {
    let pet = json!({ "$ref": "#/components/schemas/Pet" });
    let answer = |schema: &Value| json!({ "200": { "description": "", "content": { "application/json": { "schema": schema } } } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Pets <of a> store", "version": "1.0" },
        "servers": [{ "url": "https://pets.example/v1" }],
        "security": [{ "key": [] }],
        "paths": {
            "/pets": {
                "get": { "operationId": "listPets", "tags": ["pet"], "responses":
                    answer(&json!({ "type": "array", "items": pet })) },
                "post": { "operationId": "addPet", "tags": ["pet"], "responses": answer(&pet),
                    "requestBody": { "required": true,
                        "content": { "application/json": { "schema": pet } } } },
            },
            "/pets/{id}": { "get": { "operationId": "getPet", "tags": ["pet"],
                "parameters": [{ "name": "id", "in": "path", "required": true,
                    "schema": { "type": "integer", "minimum": 1 } }],
                "responses": answer(&pet) } },
            "/tags": { "get": { "operationId": "listTags", "tags": ["tag"],
                "servers": [{ "url": "https://tags.example" }],
                "responses": answer(&json!({ "type": "string" })) } },
        },
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Pet": { "type": "object", "required": ["name"], "properties": {
                "id": { "type": "integer", "format": "int64" },
                "name": { "type": "string", "maxLength": 40 },
                "status": { "type": "string", "enum": ["available", "sold"] },
            } } },
        },
    })
}

/// The same without security, in which everything generates.
fn keyless() -> Value {
    let mut document = petstore();
    document.as_object_mut().unwrap().remove("security");
    document["components"].as_object_mut().unwrap().remove("securitySchemes");
    document["paths"].as_object_mut().unwrap().remove("/tags");
    document
}

/// A project that has the client, and a folder elsewhere.
struct Place {
    project: Project,
    elsewhere: TempDir,
}

impl Place {
    fn new() -> Self {
        let project = Project::new();
        let home = Path::new(HOME);
        fs::copy(home.join("Cargo.toml"), project.path("Cargo.toml")).unwrap();
        copy(&home.join("trenz-api/src"), &project.path("trenz-api/src"));
        for file in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT"] {
            fs::copy(home.join("trenz-api").join(file), project.path("trenz-api").join(file))
                .unwrap();
        }
        Self { project, elsewhere: TempDir::new().unwrap() }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.elsewhere.path().join(name)
    }

    fn make(&self, document: &Value, folder: &Path, more: &[&str]) -> Outcome {
        self.project.write("document.json", document.to_string());
        let folder = folder.to_str().unwrap();
        let args = ["regen", "--foreign", "--spec", "document.json", "--crate", folder];
        self.project.run(&[&args, more].concat())
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

fn files(folder: &Path) -> BTreeMap<PathBuf, (String, std::time::SystemTime)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let modified = fs::metadata(&path).unwrap().modified().unwrap();
                files.insert(path.clone(), (fs::read_to_string(path).unwrap(), modified));
            }
        }
    }
    files
}

/// Compiled, linted and documented without a warning, its example included; and what only the
/// platform has shows nowhere.
#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_a_crate_compiles_and_does_not_mention_the_platform() {
    let place = Place::new();
    // Beside what the tests of generation compile, so that the dependencies are there.
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let workspace = temporary.join("crates");
    let _ = fs::remove_dir_all(&workspace);
    fs::create_dir_all(&workspace).unwrap();
    let members = [("petstore", petstore()), ("keyless-store", keyless())];
    for (name, document) in &members {
        let outcome = place.make(document, &workspace.join(name), &[]);
        let complete = *name == "keyless-store";
        assert_eq!(outcome.code, if complete { 0 } else { 3 }, "{}{}", outcome.out, outcome.err);
        assert!(outcome.out.contains("cargo check"), "{}", outcome.out);
    }
    let names = members.map(|(name, _)| name);
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n");
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
    fs::copy(Path::new(HOME).join("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    for args in [&["clippy", "--all-targets", "--", "-D", "warnings"][..], &["doc", "--no-deps"]] {
        let output = Command::new(std::env::var_os("CARGO").unwrap())
            .current_dir(&workspace)
            .env("CARGO_TARGET_DIR", temporary.join("golden/target"))
            .env("RUSTDOCFLAGS", "-D warnings")
            .env_remove("RUSTFLAGS")
            .args(
                [
                    &args[..1],
                    &["--offline", "--quiet", "--workspace", "--no-default-features"],
                    &args[1..],
                ]
                .concat(),
            )
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    for (name, environment) in [("petstore", "PETSTORE"), ("keyless-store", "KEYLESS_STORE")] {
        let files = files(&workspace.join(name));
        for (path, (text, _)) in files.iter().filter(|(path, _)| !path.ends_with("LICENSE-MIT")) {
            let lower = text.to_lowercase();
            assert!(!lower.contains("trenz") && !lower.contains("tiktok"), "{path:?}");
            for line in lower.lines().filter(|line| line.trim_start().starts_with("///")) {
                let own = ["coin", "budget", "scope", "ledger"];
                assert!(!own.iter().any(|own| line.contains(own)), "{path:?}: {line}");
            }
        }
        let read = |file: &str| files[&workspace.join(name).join(file)].0.clone();
        let readme = read("README.md");
        for part in [&format!("# {name}\n"), "Pets \\<of a\\> store", "document.json", environment]
        {
            assert!(readme.contains(part), "{part:?} is not in:\n{readme}");
        }
        assert!(readme.contains(read("examples/call.rs").split_once("\n\n#").unwrap().1));
        // What callers need is there and told of.
        for (file, item) in [
            ("client/builder.rs", "pub fn from_env"),
            ("client/builder.rs", "pub fn builder"),
            ("client/builder.rs", "pub fn base_url"),
            ("client/builder.rs", "pub fn retry_policy"),
            ("client/call.rs", "pub fn timeout"),
            ("client/call.rs", "pub fn dry_run"),
            ("client/blocking.rs", "pub trait Block:"),
            ("operation/request.rs", "pub trait Operation:"),
            ("error.rs", "pub fn outcome"),
            ("error/kind.rs", "pub fn is_not_found"),
            ("money/outcome.rs", "    Unknown,"),
            ("wire/response.rs", "pub data: T"),
            ("client/retry.rs", "pub struct RetryPolicy"),
        ] {
            assert!(shown(&read(&format!("src/{file}")), item), "{name}: {file}: {item}");
        }
        // A client whose calls carry no key is made of none.
        let takes_key = name == "petstore";
        for (file, item) in
            [("client/builder.rs", "pub fn new"), ("client/builder.rs", "pub fn api_key")]
        {
            assert_eq!(shown(&read(&format!("src/{file}")), item), takes_key, "{name}: {item}");
        }
        assert_eq!(readme.contains(".api_key("), takes_key);
        assert_eq!(readme.contains("`Authorization: Bearer …`"), takes_key);
        assert_eq!(readme.contains("GET /tags (listTags)"), takes_key);
    }
}

/// Whether an item is there and documented.
fn shown(text: &str, item: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.contains(item)).unwrap();
    let above = lines[..at].iter().rev();
    let heads: Vec<_> = above
        .take_while(|line| {
            line.trim_start().starts_with("#[") || line.trim_start().starts_with("///")
        })
        .collect();
    heads.iter().any(|line| line.contains("///"))
        && !heads.iter().any(|line| line.contains("hidden"))
}

#[test]
fn a_crate_is_regenerated_in_its_own_folder_only() {
    let place = Place::new();
    let folder = place.folder("store");
    place.make(&keyless(), &folder, &[]).succeeded();
    let before = files(&folder);
    // Again: nothing is touched.
    let told = place.make(&keyless(), &folder, &[]).succeeded();
    assert!(!told.contains("deleted  "), "{told}");
    assert!(files(&folder) == before, "a file was touched");
    // Another document: what has changed is written, what is stale goes, and what is not ours stays.
    fs::write(folder.join("src/theirs.rs"), "// theirs\n").unwrap();
    let mut other = keyless();
    other["paths"]["/pets/{id}"]["get"]["tags"][0] = "one".into();
    place.make(&other, &folder, &[]).succeeded();
    assert!(folder.join("src/generated/one.rs").exists() && folder.join("src/theirs.rs").exists());
    let told = place.make(&keyless(), &folder, &["--check"]);
    assert_eq!(told.code, 1, "{}", told.out);
    assert!(folder.join("src/generated/one.rs").exists());
    let told = place.make(&keyless(), &folder, &[]).succeeded();
    assert_eq!(told.matches("deleted  ").count(), 1, "{told}");
    assert!(!folder.join("src/generated/one.rs").exists() && folder.join("src/theirs.rs").exists());

    // What cannot be read leaves the crate as it is.
    let before = files(&folder);
    place.make(&json!({ "swagger": "2.0" }), &folder, &[]).failed(&["document.json#/swagger"]);
    assert!(files(&folder) == before, "a file was touched");

    // A folder with other files.
    for (name, file) in [("notes", "notes.txt"), ("crate", "Cargo.toml")] {
        let folder = place.folder(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), "[package]\n").unwrap();
        place.make(&keyless(), &folder, &[]).failed(&[folder.to_str().unwrap(), "--crate"]);
        assert_eq!(files(&folder).len(), 1, "{name}");
    }
    let inside = place.project.path("target/store");
    place.make(&keyless(), &inside, &[]).failed(&["--crate"]);
    assert!(!inside.exists());
    place.project.failures_are("crate_folders");
}

#[test]
fn a_crate_is_named_by_its_folder_or_an_option() {
    let place = Place::new();
    for (folder, name) in [
        ("9lives", None),
        ("späti", None),
        ("fine", Some("a b")),
        ("fine", Some("match")),
        ("fine", Some("percent_encoding")),
        ("fine", Some("")),
    ] {
        let args = name.map_or(Vec::new(), |name| vec!["--name", name]);
        let named = name.unwrap_or(folder);
        place.make(&keyless(), &place.folder(folder), &args).failed(&[named, "--name"]);
        assert!(!place.folder(folder).exists(), "{folder}");
    }
    place.project.failures_are("crate_names");
    place.make(&keyless(), &place.folder("9lives"), &["--name", "task-coins"]).succeeded();
    let read = |file: &str| fs::read_to_string(place.folder("9lives").join(file)).unwrap();
    assert!(read("Cargo.toml").contains("name = \"task-coins\"\n"));
    assert!(read("examples/call.rs").contains("task_coins::Client::builder()"));
    assert!(read("src/client/builder.rs").contains("\"TASK_COINS_BASE_URL\""));
    assert!(shown(&read("src/client/builder.rs"), "pub fn from_env"));
}
