//! Tells the compiler which workflows the client is made with: those that the document has all operations for.
//! A module of one stands under `#[cfg(workflow = "…")]`.

#[path = "src/generated/kept.rs"]
mod kept;

fn main() {
    println!("cargo::rerun-if-changed=src/generated/kept.rs");
    println!(
        "cargo::rustc-check-cfg=cfg(workflow, values(\"login\", \"publish\", \"tasks\", \"upload\"))"
    );
    for workflow in kept::KEPT {
        println!("cargo::rustc-cfg=workflow=\"{workflow}\"");
    }
}
