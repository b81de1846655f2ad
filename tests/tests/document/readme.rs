//! The output that the README shows is what its programs print.

use super::tour::tour;

const README: &str = include_str!("../../../README.md");

#[tokio::test]
async fn the_readme_shows_the_output_of_the_tour() {
    let mut out = Vec::new();
    tour(&mut out).await.unwrap();
    let out = String::from_utf8(out).unwrap();
    // The balance has the time of the response.
    let (shown, _) = out.split_once("balance").unwrap();
    assert!(README.contains(shown), "the README lacks:\n{shown}");
}

#[test]
fn the_readme_shows_a_real_change_report() {
    let golden = include_str!("../../../codegen/tests/golden/changes/report.txt");
    let (_, report) = README.split_once("$ cargo xtask diff").unwrap();
    let report = report.split("```").next().unwrap();
    for line in report.lines().skip(1).filter(|line| !matches!(line.trim(), "" | "…")) {
        assert!(golden.contains(line), "{line}");
    }
}
