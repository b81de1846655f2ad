//! Converts the vendor's Markdown to rustdoc that compiles without a warning.
//!
//! It is printed from the parsed events, not patched, so that no spelling of the vendor's reaches
//! rustdoc or its lints. Existing serialisers of Markdown preserve what has to change here
//! (unlabelled code, bare URLs) and escape for their own parser, not for rustdoc's link syntax.

mod inline;

/// The text in a code span.
pub(super) fn span(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

#[cfg(test)]
mod tests;

use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd,
};

pub(crate) use crate::visible::line;
use crate::visible::visible;
use inline::Inline;

/// The lines of a documentation comment with the content of `markdown`.
pub(crate) fn rustdoc(markdown: &str) -> Vec<String> {
    let markdown = one_line_ending(markdown);
    let events = events(&markdown);
    let has_title = events
        .iter()
        .any(|event| matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })));
    let mut writer = Writer {
        // The item is itself the title, so titles in the text are demoted.
        demotion: usize::from(has_title),
        ..Writer::default()
    };
    for event in events {
        writer.event(event);
    }
    writer.finish()
}

/// The same on one line, as a sentence: for summaries, fields and table cells.
pub(crate) fn sentence(markdown: &str) -> String {
    let markdown = one_line_ending(markdown);
    let mut inline = Inline::one_line();
    let mut in_code = false;
    for event in events(&markdown) {
        match event {
            Event::Text(code) if in_code => {
                inline.code(&code.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            event if inline.event(&event) => {}
            event => {
                match event {
                    Event::Start(Tag::CodeBlock(_)) => in_code = true,
                    Event::End(TagEnd::CodeBlock) => in_code = false,
                    _ => {}
                }
                inline.space();
            }
        }
    }
    full_stop(inline.take())
}

/// The same as a phrase: without a full stop that the text did not have.
pub(crate) fn phrase(markdown: &str) -> String {
    let mut phrase = sentence(markdown);
    if phrase.ends_with('.') && !markdown.trim_end().ends_with('.') {
        phrase.pop();
    }
    phrase
}

fn full_stop(mut sentence: String) -> String {
    let open_end = [':', ';', ',', ' '];
    sentence.truncate(sentence.trim_end_matches(open_end).len());
    let closing = ['"', '\'', ')', '*', '”', '’'];
    if !sentence.is_empty()
        && !sentence.trim_end_matches(closing).ends_with(['.', '!', '?', '…', '。', '！', '？'])
    {
        sentence.push('.');
    }
    sentence
}

fn one_line_ending(markdown: &str) -> String {
    markdown.replace("\r\n", "\n").replace('\r', "\n")
}

/// The parser's events, with HTML treated as text and adjacent texts joined.
fn events(markdown: &str) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Vec::new();
    // Text with many special characters comes in many pieces.
    let mut text = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        let event = match event {
            Event::InlineHtml(html) if is_line_break(&html) => Event::HardBreak,
            Event::Html(piece) | Event::InlineHtml(piece) | Event::Text(piece) => {
                text.push_str(&piece);
                continue;
            }
            event => event,
        };
        if !text.is_empty() {
            events.push(Event::Text(CowStr::from(std::mem::take(&mut text))));
        }
        events.push(event);
    }
    if !text.is_empty() {
        events.push(Event::Text(CowStr::from(text)));
    }
    events
}

fn is_line_break(html: &str) -> bool {
    matches!(html, "<br>" | "<br/>" | "<br />")
}

/// Lists and quotes nested more deeply than this are printed as plain text, so that hostile text
/// does not become quadratically long.
const DEPTH_LIMIT: usize = 16;

/// Labels of code that rustdoc does not take for Rust. All others are replaced by `text`.
const LABELS: &str = "\
    bash c console cpp csharp css csv diff go graphql html http ini java javascript js json \
    json5 jsonc kotlin markdown php py python ruby sh shell sql swift text toml ts \
    typescript xml yaml";

/// Prints blocks. Containers are on a stack, so nesting causes no recursion.
#[derive(Debug)]
struct Writer {
    demotion: usize,
    frames: Vec<Frame>,
    inline: Inline,
    /// The label and the content of the code being read.
    code: Option<(String, String)>,
    alignments: Vec<Alignment>,
    row: Vec<String>,
}

/// A container with its content so far.
#[derive(Debug)]
struct Frame {
    container: Container,
    blocks: Vec<Block>,
}

#[derive(Debug)]
enum Container {
    /// The text itself, or a container nested too deeply to be shown.
    Plain,
    Quote,
    List {
        marker: char,
        /// The number of the next item, in a numbered list.
        number: Option<u64>,
        /// Whether blank lines separate its items.
        loose: bool,
    },
    Item,
}

#[derive(Debug)]
struct Block {
    lines: Vec<String>,
    /// The marker, if it is a list.
    list: Option<char>,
    is_text: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            demotion: 0,
            frames: vec![Frame { container: Container::Plain, blocks: Vec::new() }],
            inline: Inline::default(),
            code: None,
            alignments: Vec::new(),
            row: Vec::new(),
        }
    }
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        if let (Some((_, code)), Event::Text(text)) = (&mut self.code, &event) {
            code.push_str(text);
            return;
        }
        if self.inline.event(&event) {
            return;
        }
        match event {
            Event::Start(tag) => {
                if !matches!(tag, Tag::TableHead | Tag::TableRow | Tag::TableCell) {
                    self.flush();
                }
                self.start(tag);
            }
            Event::End(tag) => self.end(tag),
            // Other spellings of a rule could be read as a list marker.
            Event::Rule => self.block(vec!["___".to_owned()]),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.loosen(),
            Tag::Heading { .. } => self.inline = Inline::one_line(),
            Tag::BlockQuote(_) => self.push(Container::Quote),
            Tag::List(number) => {
                let before = self.last().blocks.last().and_then(|block| block.list);
                // Two adjacent lists with the same marker would be one.
                let marker = match number {
                    Some(_) if before == Some('.') => ')',
                    Some(_) => '.',
                    None if before == Some('-') => '*',
                    None => '-',
                };
                self.push(Container::List { marker, number, loose: false });
            }
            Tag::Item => self.push(Container::Item),
            Tag::CodeBlock(kind) => self.code = Some((label(&kind), String::new())),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.inline = Inline::cell();
                // A table's rows are one block, to which each row adds a line.
                self.block(Vec::new());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                let level = (level as usize + self.demotion).min(6);
                let mut text = std::mem::take(&mut self.inline).take();
                let end = text.trim_end_matches('#').len();
                if text[end..].starts_with('#') && !text[..end].ends_with('\\') {
                    // Number signs at the end of a heading would be removed.
                    text.insert(end, '\\');
                }
                if !text.is_empty() {
                    self.block(vec![format!("{} {text}", "#".repeat(level))]);
                }
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::TableCell => {
                let cell = self.inline.take();
                self.row.push(cell);
            }
            TagEnd::TableHead => {
                self.end_row();
                self.row = self.alignments.iter().copied().map(delimiter).collect();
                self.end_row();
            }
            TagEnd::TableRow => self.end_row(),
            TagEnd::Table => self.inline = Inline::default(),
            TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::List(_) => {
                self.flush();
                self.pop();
            }
            _ => self.flush(),
        }
    }

    fn end_row(&mut self) {
        let row = format!("| {} |", std::mem::take(&mut self.row).join(" | "));
        if let Some(table) = self.last().blocks.last_mut() {
            table.lines.push(row);
        }
    }

    fn end_code(&mut self) {
        let Some((label, code)) = self.code.take() else { return };
        let code = visible(&code).replace('\t', "    ");
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let mut lines = vec![format!("{fence}{label}")];
        lines.extend(code.lines().map(str::to_owned));
        lines.push(fence);
        self.block(lines);
    }

    /// A paragraph in a list item separates its items.
    fn loosen(&mut self) {
        if let [.., list, Frame { container: Container::Item, .. }] = &mut self.frames[..]
            && let Container::List { loose, .. } = &mut list.container
        {
            *loose = true;
        }
    }

    fn push(&mut self, container: Container) {
        let shown = match container {
            Container::Item => matches!(self.last().container, Container::List { .. }),
            _ => self.frames.len() < DEPTH_LIMIT,
        };
        let container = if shown { container } else { Container::Plain };
        self.frames.push(Frame { container, blocks: Vec::new() });
    }

    fn pop(&mut self) {
        let Some(Frame { container, blocks }) = self.frames.pop() else { return };
        match container {
            Container::Plain => self.last().blocks.extend(blocks),
            Container::Quote => {
                let lines = join(blocks, false);
                self.block(lines.iter().map(|line| format!("> {line}")).collect());
            }
            Container::List { marker, loose, .. } => {
                let lines = if loose {
                    join(blocks, false)
                } else {
                    blocks.into_iter().flat_map(|item| item.lines).collect()
                };
                if !lines.is_empty() {
                    self.last().blocks.push(Block { lines, list: Some(marker), is_text: false });
                }
            }
            Container::Item => self.item(blocks),
        }
    }

    fn item(&mut self, blocks: Vec<Block>) {
        let Container::List { marker, number, loose } = &mut self.last().container else { return };
        let marker = match number {
            Some(number) => {
                let marker = format!("{number}{marker}");
                *number += 1;
                marker
            }
            None => marker.to_string(),
        };
        let indent = " ".repeat(marker.len() + 1);
        let mut lines = join(blocks, !*loose).into_iter();
        let first = format!("{marker} {}", lines.next().unwrap_or_default());
        let rest = lines.map(|line| format!("{indent}{line}"));
        self.block(std::iter::once(first).chain(rest).collect());
    }

    /// Ends the current text, if there is one.
    fn flush(&mut self) {
        let text = self.inline.take();
        let lines: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
        if !text.is_empty() {
            self.last().blocks.push(Block { lines, list: None, is_text: true });
        }
    }

    fn block(&mut self, lines: Vec<String>) {
        self.last().blocks.push(Block { lines, list: None, is_text: false });
    }

    fn last(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame { container: Container::Plain, blocks: Vec::new() });
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn finish(mut self) -> Vec<String> {
        self.flush();
        while self.frames.len() > 1 {
            self.pop();
        }
        let blocks = std::mem::take(&mut self.last().blocks);
        join(blocks, false).iter().map(|line| line.trim_end().to_owned()).collect()
    }
}

/// The lines of all blocks, with blank lines between them. A list directly follows the text above
/// it if it is `tight`.
fn join(blocks: Vec<Block>, tight: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut after_text = false;
    for block in blocks {
        let follows = tight && after_text && block.list.is_some();
        if !lines.is_empty() && !follows {
            lines.push(String::new());
        }
        after_text = block.is_text;
        lines.extend(block.lines);
    }
    lines
}

fn delimiter(alignment: Alignment) -> String {
    match alignment {
        Alignment::None => "---",
        Alignment::Left => ":--",
        Alignment::Center => ":-:",
        Alignment::Right => "--:",
    }
    .to_owned()
}

fn label(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return "text".to_owned() };
    let label = info.split([' ', ',', '\t']).next().unwrap_or_default().to_lowercase();
    if LABELS.split(' ').any(|known| known == label) { label } else { "text".to_owned() }
}
