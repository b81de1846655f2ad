//! What `--help` prints.

/// All commands.
pub(crate) const HELP: &str = "\
The commands of the project

  cargo xtask regen [--check] [--spec FILE] [--out DIR | --crate DIR] [--foreign]
      generate the client from spec/, or a crate of another vendor's document
  cargo xtask coverage FILE [--foreign] [--format FORMAT]
      say how much of a document generates, and why the rest does not
  cargo xtask diff [OLD] NEW [--format FORMAT] [--exit-code] [--write-changelog]
      say what a document changes for callers
  cargo xtask import FILE
      take a new document into spec/, and say what it changes
  cargo xtask fetch [--url URL]
      the same with the vendor's live document
  cargo xtask test
      run every check there is: formatting, lints, documentation, tests
  cargo xtask semver [--edit NAME]
      have the verdicts of the change report judged by cargo-semver-checks
  cargo xtask sandbox [OPTIONS]
      start a local Trenz to try the client against
  cargo xtask help [COMMAND]
      print this, or more about a command";

/// `regen`.
pub(crate) const REGEN_HELP: &str = "\
cargo xtask regen [--check] [--spec FILE] [--out DIR | --crate DIR [--name NAME]]
                  [--foreign] [--verbose]

Generates the client. Reads spec/trenz-openapi.json, corrected by spec/overlay.json and
by the decisions in spec/decisions.json; writes trenz-api/src/generated/,
trenz-api/OPERATIONS.md and the calls in tests/tests/calls/generated.rs. Files that are
right already are left untouched, generated files that are no longer needed are deleted.
If there is any problem, all of them are reported and nothing is written. At the end it
says what spec/ changes of what was last committed, which is what callers have:
`cargo xtask diff HEAD spec/trenz-openapi.json` says the same without generating.

  --check      Write nothing; fail with a diff if what is there differs.
  --spec FILE  Read this document instead, or standard input for `-`. The overlay and the
               decisions are the same. Needs --out, so that another document does not
               replace the project's client; or --check, to see what it would change.
  --out DIR    Write the generated files and OPERATIONS.md into this folder instead. It
               must not be inside of the project, except below target/. Files in it that
               were not generated are left alone.
  --crate DIR  Write a whole crate into this folder, which compiles as it is: manifest,
               sources, licences, a README that says how to call it. The folder must be
               new, empty, or one that this command made. Needs --foreign.
  --name NAME  What the crate is called, if not like its folder.
  --foreign    The document is another vendor's: see `cargo xtask help coverage`. What
               generates is written, and what does not is listed. Exits with 0 only if
               that is nothing, and with 3 if operations are missing. Needs --spec, and
               --crate or --out; the overlay and the decisions are not read.
  --verbose    Print every note on such a document, where otherwise those that say the same
               of different things are one line: how many there are, and the first.
  --help       Print this.";

/// `coverage`.
pub(crate) const COVERAGE_HELP: &str = "\
cargo xtask coverage FILE [--foreign] [--verbose] [--format FORMAT]

Says how many operations of a document generate, and of each other one why it does not, by
cause and with its place. Nothing is written. FILE may be `-` for standard input. It is
read as this project's own document would be, with its overlay and its decisions.

Exits with 0 if everything generates, with 3 if something does not, and with 1 if the
document cannot be read at all. An operation that is generated has been: the others were
left out until what remained had no problem.

  --foreign        The document is another vendor's. Every call is free and asks for no
                   scope; an operation without an operationId is called by method and path;
                   extensions and what else nothing reads are noted and left out. The
                   overlay and the decisions are not read.
  --verbose        Print every note, and not only how many there are of each kind.
  --format FORMAT  text (the default) or json.
  --help           Print this.";

/// `diff`.
pub(crate) const DIFF_HELP: &str = "\
cargo xtask diff [OLD] NEW [--format FORMAT] [--exit-code] [--write-changelog]

Says what a document changes for callers of the client, in their terms: prices first, then
what breaks their code, what they gain and what they do not notice; likely renames; and
which lines of spec/ no longer hold. OLD and NEW are files, `-` for standard input, or
revisions of this project, each with its own overlay and decisions. OLD is what stands in
spec/ where it is left out.

  --format FORMAT    text (the default), markdown or json.
  --exit-code        Exit with 0 if it is the same client, with 3 if callers do not notice
                     (patch), 4 if they gain something (minor) and 5 if their code may no
                     longer compile (major). 1 and 2 are failures, as always.
  --write-changelog  Add the entry for the next version to CHANGELOG.md.
  --help             Print this.";

/// `import`.
pub(crate) const IMPORT_HELP: &str = "\
cargo xtask import FILE

Takes a document into spec/, laid out for review, with its source, the date and the
checksum of the bytes as they were received; and says what it changes, as `cargo xtask
diff` does. FILE may be `-` for standard input. What is no OpenAPI document is refused,
and spec/ stays as it is.

  --help  Print this.";

/// `fetch`.
pub(crate) const FETCH_HELP: &str = "\
cargo xtask fetch [--url URL]

Gets the vendor's document, as it is served now, and imports it, as `cargo xtask import`
does. What does not arrive whole, is no JSON, comes with an error status or from an address
that is not https (unless you name it) is refused, and spec/ stays as it is.

  --url URL  Get it from here instead of where the document in spec/ came from.
  --help     Print this.";

/// `test`.
pub(crate) const TEST_HELP: &str = "\
cargo xtask test

Runs every check there is, in this order, and stops at the first that fails: formatting,
clippy without warnings, documentation without warnings, all tests with those in the
documentation.

  --help  Print this.";

/// `semver`.
pub(crate) const SEMVER_HELP: &str = "\
cargo xtask semver [--edit NAME]

Has the verdicts of the change report judged by cargo-semver-checks, which has to be
installed: for each edit of codegen/tests/it/changes it compares the client as it is with
the client of the edited document. What it says is written to
codegen/tests/golden/changes/semver.txt, which every run of the tests holds against the
verdicts. Asks about the edits that were not judged yet.

  --edit NAME  Ask about this edit instead, or about `all`, which takes some twenty
               minutes: worth it when the generator prints items of another kind.
  --help       Print this.";

/// `sandbox`.
pub(crate) const SANDBOX_HELP: &str = "\
cargo xtask sandbox [OPTIONS]

Starts a local Trenz to try the client against, and prints what to set so that the client
uses it. `cargo xtask sandbox --help` asks the sandbox itself for its options.";
