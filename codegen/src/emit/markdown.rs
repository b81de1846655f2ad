//! Placeholder until the Markdown converter lands.
pub(crate) fn rustdoc(markdown: &str) -> Vec<String> {
    markdown.lines().map(|l| l.replace('<', "&lt;").replace('[', "\\[")).collect()
}
pub(crate) fn sentence(text: &str) -> String {
    let t = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if t.is_empty() || t.ends_with('.') { t } else { format!("{t}.") }
}
