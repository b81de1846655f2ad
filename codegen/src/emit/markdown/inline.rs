//! Prints inline text: words, code, links and emphasis.

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::visible::visible;

/// Mixed-case names that are not identifiers. `clippy.toml` has the same list.
pub(super) const NAMES: &[&str] = &[
    "JSONPath",
    "LinkedIn",
    "OAuth",
    "OmniHuman",
    "OpenAPI",
    "SeeDance",
    "TikTok",
    "WeChat",
    "WhatsApp",
    "YouTube",
];

/// Text under construction, possibly of several lines.
#[derive(Debug, Default)]
pub(super) struct Inline {
    text: String,
    one_line: bool,
    in_cell: bool,
    /// Where the open emphasis began, after its marker.
    emphasis: Vec<usize>,
    /// The open links: the start of their text and their destination, or none if only the text is
    /// kept.
    links: Vec<Option<(usize, String)>>,
}

impl Inline {
    /// Text in which a line break is a space.
    pub(super) fn one_line() -> Self {
        Self { one_line: true, ..Self::default() }
    }

    /// Text in a cell of a table.
    pub(super) fn cell() -> Self {
        Self { in_cell: true, ..Self::one_line() }
    }

    /// Returns the text, and starts anew.
    pub(super) fn take(&mut self) -> String {
        self.emphasis.clear();
        self.links.clear();
        std::mem::take(&mut self.text).trim().to_owned()
    }

    /// Prints an event, if it is inline.
    pub(super) fn event(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Text(text) => self.words(&visible(text)),
            Event::Code(code) => self.code(code),
            Event::SoftBreak => self.line_break(""),
            Event::HardBreak => self.line_break("\\"),
            Event::Start(Tag::Emphasis) => self.open("*"),
            Event::Start(Tag::Strong) => self.open("**"),
            Event::Start(Tag::Strikethrough) => self.open("~~"),
            Event::End(TagEnd::Emphasis) => self.close("*"),
            Event::End(TagEnd::Strong) => self.close("**"),
            Event::End(TagEnd::Strikethrough) => self.close("~~"),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                self.open_link(*link_type, dest_url);
            }
            // An image would be fetched by readers' browsers; a link is not.
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.open_link(LinkType::Inline, dest_url);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.close_link(),
            _ => return false,
        }
        true
    }

    /// Separates what follows from what precedes it.
    pub(super) fn space(&mut self) {
        let at_opening = self.emphasis.last() == Some(&self.text.len());
        if !at_opening && !self.at_line_start() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// Prints code, in as many backticks as it needs.
    pub(super) fn code(&mut self, code: &str) {
        let mut code = visible(code).replace(['\n', '\t'], " ").trim().to_owned();
        if self.in_cell {
            code = code.replace('|', "\\|");
        }
        if code.is_empty() {
            return self.space();
        }
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
        if self.text.ends_with('`') {
            // Adjacent code spans would become one.
            self.text.push(' ');
        }
        self.text.extend([&fence, pad, &code, pad, &fence]);
    }

    fn line_break(&mut self, marker: &str) {
        if self.one_line {
            return self.space();
        }
        if !self.at_line_start() {
            self.text.truncate(self.text.trim_end_matches(' ').len());
            self.text.push_str(marker);
            self.text.push('\n');
        }
    }

    fn open(&mut self, marker: &str) {
        self.text.push_str(marker);
        self.emphasis.push(self.text.len());
    }

    fn close(&mut self, marker: &str) {
        let start = self.emphasis.pop().unwrap_or_default();
        let end = self.text.trim_end().len();
        if end <= start {
            self.text.truncate(start.saturating_sub(marker.len()));
            return;
        }
        // A marker after a space does not close emphasis.
        let spaces = self.text.split_off(end);
        self.text.push_str(marker);
        self.text.push_str(&spaces);
    }

    fn open_link(&mut self, link_type: LinkType, dest: &str) {
        let dest = visible(dest).replace(['\n', '\t'], " ");
        let dest = match link_type {
            LinkType::Email => format!("mailto:{dest}"),
            _ => dest,
        };
        // A relative address refers to the vendor's pages, and rustdoc would take it for an item.
        // And links do not nest.
        let is_full = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| dest.strip_prefix(scheme).is_some_and(|rest| !rest.trim().is_empty()));
        if !is_full || self.in_link() {
            self.links.push(None);
            return;
        }
        if self.text.ends_with('!') {
            // Otherwise the link would become an image.
            self.text.insert(self.text.len() - 1, '\\');
        }
        self.text.push('[');
        self.links.push(Some((self.text.len(), dest)));
    }

    fn close_link(&mut self) {
        let Some(Some((start, dest))) = self.links.pop() else { return };
        let text = self.text.split_off(start.min(self.text.len()));
        let own_words = text.trim_matches(|c: char| c == '`' || c.is_whitespace());
        let says_the_address = dest == own_words || dest.strip_prefix("mailto:") == Some(own_words);
        if (own_words.is_empty() || says_the_address) && !dest.contains([' ', '<', '>']) {
            self.text.pop();
            self.autolink(if own_words.is_empty() { &dest } else { own_words });
        } else {
            let text = if own_words.is_empty() { "link" } else { text.trim() };
            self.text.extend([text, "](", &address(&dest), ")"]);
        }
    }

    fn in_link(&self) -> bool {
        self.links.iter().any(Option::is_some)
    }

    fn autolink(&mut self, address: &str) {
        self.text.push('<');
        self.text.push_str(&if self.in_cell {
            address.replace('|', "%7C")
        } else {
            address.into()
        });
        self.text.push('>');
    }

    fn at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    fn words(&mut self, text: &str) {
        let is_apart = |c: char| c.is_whitespace() || c == '\'';
        for word in text.split_inclusive(is_apart) {
            let (word, end) = match word.chars().next_back() {
                Some(end) if is_apart(end) => (&word[..word.len() - end.len_utf8()], Some(end)),
                _ => (word, None),
            };
            self.word(word);
            match end {
                Some('\n') => self.line_break(""),
                Some('\'') => self.text.push('\''),
                Some(_) => self.space(),
                None => {}
            }
        }
    }

    fn word(&mut self, mut word: &str) {
        while let Some((before, url, after)) = split_url(word) {
            self.plain_word(before);
            if self.in_link() {
                self.code(url);
            } else {
                self.autolink(url);
            }
            word = after;
        }
        self.plain_word(word);
    }

    fn plain_word(&mut self, word: &str) {
        // Clippy considers only the part of a word between its first and last letter or digit.
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric() && c != ':');
        let core = [trim(word), letters].into_iter().find(|core| needs_code(core));
        if let Some(core) = core {
            let start = core.as_ptr() as usize - word.as_ptr() as usize;
            self.escaped(&word[..start]);
            self.code(core);
            self.escaped(&word[start + core.len()..]);
        } else {
            self.escaped(word);
        }
    }

    /// Prints text with all Markdown syntax escaped.
    fn escaped(&mut self, text: &str) {
        let at_line_start = self.at_line_start();
        let mut before = self.text.chars().next_back();
        for (index, c) in text.char_indices() {
            let rest = &text[index + c.len_utf8()..];
            let next = rest.chars().next();
            let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let special = match c {
                '`' | '*' | '[' | ']' | '~' => true,
                '\\' => next.is_none_or(|next| next.is_ascii_punctuation()),
                '<' => next.is_none_or(|c| c.is_ascii_alphabetic() || "/!?".contains(c)),
                '&' => is_entity(rest),
                '_' => !(is_inside(before) && is_inside(next)),
                '|' => self.in_cell || at_line_start && index == 0,
                '>' => at_line_start && index == 0,
                '-' | '+' | '=' | '#' | ':' => {
                    at_line_start && index == 0 && text.chars().all(|c| "-+=#:|".contains(c))
                }
                '.' | ')' => at_line_start && rest.is_empty() && is_number(&text[..index]),
                _ => false,
            };
            if special {
                self.text.push('\\');
            }
            self.text.push(c);
            before = Some(c);
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an ampersand before this would start a character reference.
fn is_entity(rest: &str) -> bool {
    rest.split_once(';').is_some_and(|(name, _)| {
        let name = name.strip_prefix('#').unwrap_or(name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Finds the first URL in a word, with the text before and after it.
fn split_url(word: &str) -> Option<(&str, &str, &str)> {
    word.match_indices("http").find_map(|(start, _)| {
        let (before, rest) = word.split_at(start);
        let end = rest.find(['<', '>', '`', '"', '\\']).unwrap_or(rest.len());
        let url = trim_end(&rest[..end]);
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        // A bare `https://` is not a URL.
        host.starts_with(char::is_alphanumeric).then(|| (before, url, &rest[url.len()..]))
    })
}

/// Whether clippy would require backticks around the word.
fn needs_code(word: &str) -> bool {
    word.contains("://")
        || word.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme, rest))
        || word.trim_matches('_').contains('_')
        || word.contains("::") && !word.chars().all(|c| c == ':')
        || word.ends_with("()") && word.len() > 2
        || is_camel_case(word) && !NAMES.contains(&word)
}

/// Whether the text before a colon is a URL scheme.
fn is_scheme(scheme: &str, rest: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_name =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_part);
    is_name && rest.starts_with('/')
        || matches!(scheme, "http" | "https" | "ftp" | "file" | "ws" | "wss")
}

fn is_camel_case(word: &str) -> bool {
    !word.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_lowercase())
        && word.chars().all(char::is_alphanumeric)
        && word.chars().filter(|c| c.is_uppercase()).count() > 1
        // The plural of an acronym is not mixed case.
        && word.strip_suffix('s').unwrap_or(word).chars().any(char::is_lowercase)
}

/// The word without surrounding punctuation.
fn trim(word: &str) -> &str {
    let mut core = word;
    loop {
        let mut inner = trim_end(core.trim_start_matches(BEFORE));
        for (open, close) in [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')] {
            let Some(opened) = inner.strip_prefix(open) else { continue };
            match opened.strip_suffix(close) {
                Some(enclosed) if !enclosed.contains([open, close]) => inner = enclosed,
                None if !opened.contains(close) => inner = opened,
                _ => {}
            }
        }
        if inner == core {
            return core;
        }
        core = inner;
    }
}

/// Punctuation before a word.
const BEFORE: &[char] =
    &['"', '“', '”', '‘', '’', ',', ';', ':', '!', '?', '*', '~', '|', '>', ')', ']', '}'];

/// The word without trailing punctuation; brackets are kept if they were opened in it.
fn trim_end(word: &str) -> &str {
    let mut core = word;
    while let Some(last) = core.chars().next_back() {
        let unopened = |open| core.matches(last).count() > core.matches::<char>(open).count();
        let outside = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '"' | '”' | '’' | '“' | '‘' | '*' | '~' | '|'
            | '<' | '(' | '[' | '{' | '\\' => true,
            ')' => unopened('('),
            ']' => unopened('['),
            '}' => unopened('{'),
            '>' => unopened('<'),
            _ => false,
        };
        if !outside {
            break;
        }
        core = &core[..core.len() - last.len_utf8()];
    }
    core
}

/// The URL, escaped as a link destination.
fn address(dest: &str) -> String {
    let mut address = String::with_capacity(dest.len());
    for (index, c) in dest.char_indices() {
        match c {
            ' ' => address.push_str("%20"),
            '"' => address.push_str("%22"),
            '(' => address.push_str("%28"),
            ')' => address.push_str("%29"),
            '<' => address.push_str("%3C"),
            '>' => address.push_str("%3E"),
            '\\' => address.push_str("%5C"),
            '|' => address.push_str("%7C"),
            '&' if is_entity(&dest[index + 1..]) => address.push_str("&amp;"),
            c => address.push(c),
        }
    }
    address
}
