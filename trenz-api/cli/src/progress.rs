//! One line of standard error that says how far something is: at a terminal alone.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Output;

/// A line for something of which only a state is known.
pub(crate) fn spinner(output: &Output, what: &str) -> ProgressBar {
    styled(output, ProgressBar::new_spinner(), "{spinner} {prefix}: {msg} ({elapsed})", what)
}

/// A line for bytes.
pub(crate) fn bytes(output: &Output, what: &str) -> ProgressBar {
    let template = "{prefix} {bar:30} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
    styled(output, ProgressBar::no_length(), template, what)
}

fn styled(output: &Output, bar: ProgressBar, template: &str, what: &str) -> ProgressBar {
    if output.quiet {
        return ProgressBar::hidden();
    }
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_prefix(what.to_owned());
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(200));
    }
    bar
}
