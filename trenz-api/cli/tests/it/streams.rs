//! What happens to the coins and to the exit code when nobody reads the output, or it cannot be written.

use trenz_sandbox::{Pace, Sandbox};

use crate::program::World;

const SEARCH: &str = "trenz data products search --country=us";
const VIDEO: &str = "trenz content ai-video sora2-generate --prompt=x --yes";

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_after_a_paid_call_is_no_failure_without_cost() {
    let sandbox = Sandbox::builder().rate_limit(None).lenient(true).pace(Pace::Polls(1));
    let world = World::of(sandbox);
    world.write("film.mp4", "x");
    for (line, code) in [
        (SEARCH.to_owned(), 6),
        (format!("{SEARCH} --max-pages=2"), 6),
        (format!("{VIDEO} --wait"), 6),
        ("trenz upload film.mp4 --yes".to_owned(), 6),
        ("trenz login tiktok --yes".to_owned(), 6),
        ("trenz publish film.mp4 --to=4687 --yes".to_owned(), 6),
        ("trenz operations".to_owned(), 1),
        (format!("{SEARCH} --dry-run"), 1),
        ("trenz ledger".to_owned(), 1),
        // Bought before; this run pays for nothing.
        (format!("{SEARCH} --once=x >first; {SEARCH} --once=x"), 1),
    ] {
        let before = world.sandbox.ledger().charged();
        let run = world.shell(&format!("{line} >/dev/full"));
        assert_eq!(run.code, Some(code), "{line}: {run:#?}");
        let paid = world.sandbox.ledger().charged() > before;
        assert!(paid == (code == 6) || line.contains("--once"), "{line}: {run:#?}");
        // What was paid for is printed by the command that the message ends with, without paying again.
        let next = run.err.lines().rev().find_map(|line| line.split_once("to print it: "));
        if let Some((_, next)) = next {
            let before = world.sandbox.ledger().charged();
            let run = world.shell(next).done();
            assert!(run.json().is_object(), "{line}: {run:#?}");
            let polls = world.sandbox.ledger().charged() - before;
            assert!(polls <= 2, "{line}: {polls} coins more");
        }
    }
}

#[test]
fn a_reader_that_stops_reading_ends_a_list_and_is_no_error() {
    let world = World::of(Sandbox::builder().rate_limit(None).items(400));
    let script = format!("({SEARCH} --all-pages --yes; echo $? >code) | head -n 1");
    let run = world.shell(&script).done();
    assert_eq!(run.out.lines().count(), 1, "{run:#?}");
    assert_eq!(std::fs::read_to_string(world.home().join("code")).unwrap().trim(), "0");
    let sent = world.sandbox.requests().len();
    assert!(sent <= 5, "{sent} pages for a reader of one line: {run:#?}");
    for line in [SEARCH, "trenz operations", "trenz --help", "trenz completions bash"] {
        let run = world.shell(&format!("({line}; echo $? >code) | true")).done();
        let code = std::fs::read_to_string(world.home().join("code")).unwrap();
        assert_eq!(code.trim(), "0", "{line}: {run:#?}");
    }
}

#[test]
fn a_task_whose_files_cannot_be_fetched_prints_its_result() {
    let sandbox = Sandbox::builder().rate_limit(None).pace(Pace::Polls(1));
    let world = World::of(sandbox);
    // The sandbox's results name a host that does not exist.
    let run = world.shell(&format!("{VIDEO} --download=out"));
    assert_eq!(run.code, Some(6), "{run:#?}");
    assert_eq!(run.json()["status"], "completed", "{run:#?}");
    let last = run.err.lines().last().unwrap();
    assert!(
        last.contains("to download the rest: trenz tasks wait") && last.ends_with("out"),
        "{last}"
    );
}
