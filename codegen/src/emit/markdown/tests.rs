//! What rustdoc is given for what the vendor wrote, and what it must never be given.

use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag};

use super::inline::NAMES;
use super::{rustdoc, sentence};

#[track_caller]
fn check(markdown: &str, expected: &str) {
    let lines = rustdoc(markdown);
    assert_eq!(lines.join("\n"), expected, "\nof {markdown:?}");
    assert_valid(&lines);
    assert_eq!(rustdoc(expected), lines, "\nof {expected:?}");
}

/// Reads the lines as rustdoc does, and looks for everything that it or its lints reject.
#[track_caller]
fn assert_valid(lines: &[String]) {
    for line in lines {
        assert_eq!(line.trim_end(), line);
        assert!(!line.contains(['\n', '\r', '\t', '\0', '\u{202E}', '\u{200B}', '\u{FEFF}']));
    }
    let text = lines.join("\n");
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS;
    let broken = |link: pulldown_cmark::BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        panic!("{:?} could be the name of an item in:\n{text}", link.reference)
    };
    let mut in_link = false;
    let mut in_code = false;
    for event in Parser::new_with_broken_link_callback(&text, options, Some(broken)) {
        match &event {
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::Start(
                Tag::Image { .. }
                | Tag::FootnoteDefinition(_)
                | Tag::HtmlBlock
                | Tag::CodeBlock(CodeBlockKind::Indented)
                | Tag::Heading { level: HeadingLevel::H1, .. },
            ) => panic!("{event:?} in:\n{text}"),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(label))) => {
                assert!(
                    super::LABELS.split(' ').any(|known| known == &**label),
                    "label {label:?} in:\n{text}"
                );
                in_code = true;
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { dest_url, .. }) => {
                let is_full = ["http://", "https://", "mailto:"].map(|s| dest_url.starts_with(s));
                assert!(is_full.contains(&true) || dest_url.contains('@'), "{dest_url}");
                in_link = true;
            }
            Event::End(pulldown_cmark::TagEnd::Link) => in_link = false,
            Event::Text(prose) if !in_link && !in_code => {
                let bare = prose.split_once("https://").or(prose.split_once("http://"));
                let bare = bare.is_some_and(|(_, host)| host.starts_with(char::is_alphanumeric));
                assert!(!bare, "bare address in:\n{text}");
            }
            _ => {}
        }
    }
}

/// The letters and digits of what a reader sees.
fn letters(markdown: &str) -> String {
    let mut letters = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        if let Event::Text(text) | Event::Code(text) = event {
            letters.extend(text.chars().filter(|c| c.is_alphanumeric()));
        }
    }
    letters
}

#[test]
fn headings_are_nested_below_the_item() {
    check("## A\n\n### B", "## A\n\n### B");
    check("# A\n\n## B\n\n###### C", "## A\n\n### B\n\n###### C");
    check("A\n=\nB\n-", "## A\n\n### B");
    check("## 5 \\#", "## 5 \\#");
}

#[test]
fn bare_addresses_become_links() {
    check("See https://a.b/c?d=1&e=2.", "See <https://a.b/c?d=1&e=2>.");
    check("(http://a.b/(x))", "(<http://a.b/(x)>)");
    check("url=https://a.b, s3://c/d", "url=<https://a.b>, `s3://c/d`");
    check("<https://a.b> <me_2@a.b> <mailto:a@b.c>", "<https://a.b> <me_2@a.b> <mailto:a@b.c>");
    check("[a](https://a.b) [https://c.d](https://c.d)", "[a](https://a.b) <https://c.d>");
    check("| u |\n|---|\n| https://a.b/c |", "| u |\n| --- |\n| <https://a.b/c> |");
    check("https:// is a scheme", "`https://` is a scheme");
}

#[test]
fn relative_links_become_text() {
    check("[guide](/docs/guide) and [type](Vec) and [a](#b)", "guide and type and a");
}

#[test]
fn images_become_links() {
    check("![logo](https://a.b/c.png)", "[logo](https://a.b/c.png)");
    check("Look![here](https://a.b)", "Look[here](https://a.b)");
    check("Look\\![here](https://a.b)", "Look\\![here](https://a.b)");
}

#[test]
fn html_is_escaped() {
    check("Bearer <API-Key>", "Bearer \\<API-Key>");
    check("<div>\nx\n</div>", "\\<div>\nx\n\\</div>");
    check("a <b>c</b> <!-- d -->", "a \\<b>c\\</b> \\<!-- d -->");
    check("a<br>b", "a\\\nb");
    check("1 < 2 &lt;i&gt; &amp;amp;", "1 \\< 2 \\<i> \\&amp;");
}

#[test]
fn code_blocks_are_not_doctests() {
    check("```\na\n```", "```text\na\n```");
    check("    a\n\n    b", "```text\na\n\nb\n```");
    check("```bash\ncurl \\\n\t-X\n```", "```bash\ncurl \\\n    -X\n```");
    check("~~~JSON title=x\n{}\n~~~", "```json\n{}\n```");
    for label in ["rust", "rs", "no_run", "ignore", "should_panic", "edition2021", "rust,ignore"] {
        check(&format!("```{label}\na\n```"), "```text\na\n```");
    }
    check("````\n```\n````", "````text\n```\n````");
    check("```", "```text\n```");
}

#[test]
fn brackets_are_not_intra_doc_links() {
    check("[x] and items[0] and [`T`]", "\\[x\\] and items\\[0\\] and \\[`T`\\]");
    check("- [ ] open\n- [x] done", "- \\[ \\] open\n- \\[x\\] done");
    check("note[^1]", "note\\[^1\\]");
}

#[test]
fn identifiers_become_code_spans() {
    check("Use task_id, not (job_id)!", "Use `task_id`, not (`job_id`)!");
    check("Poll /open/v1/tasks/{task_id}.", "Poll `/open/v1/tasks/{task_id}`.");
    check("{issues, quality_score}", "{issues, `quality_score`}");
    check("std::vec or PostgreSql or f()", "`std::vec` or `PostgreSql` or `f()`");
    check("## the task_id", "## the `task_id`");
    check("**task_id** `task_id`", "**`task_id`** `task_id`");
    check("_a_ __init__ a _ b", "*a* **init** a \\_ b");
    check("TikTok's URLs, OAuth, an ID", "TikTok's URLs, OAuth, an ID");
    check("| A |\n|---|\n| BAD_REQUEST |", "| A |\n| --- |\n| `BAD_REQUEST` |");
}

#[test]
fn mixed_case_names_are_in_clippy_toml() {
    let known = include_str!("../../../../clippy.toml");
    for name in NAMES {
        assert!(known.contains(&format!("\"{name}\"")), "{name} is not in clippy.toml");
    }
}

#[test]
fn punctuation_is_escaped() {
    check("field:asc|desc * 2 ~5s~", "field:asc|desc \\* 2 ~~5s~~");
    check("a\\*b\\`c a\\b", "a\\*b\\`c a\\b");
    check("\\# a\n\\- b\n1\\. c\n\\> d\n\\---\n\\===", "\\# a\n\\- b\n1\\. c\n\\> d\n\\---\n\\===");
    check("a *&nbsp;* b", "a b");
    check("a\n-- | --", "a\n\\-- | --");
    check("Beauty & Care, R&D; x &#42;", "Beauty & Care, R\\&D; x \\*");
}

#[test]
fn lists_and_quotes_keep_their_structure() {
    check("* a\n* b\n  c", "- a\n- b\n  c");
    check("1. a\n   - b\n   - c\n2. d", "1. a\n   - b\n   - c\n2. d");
    check("- a\n\n- b\n\n  c", "- a\n\n- b\n\n  c");
    check("9) a\n10) b\n    - c", "9. a\n10. b\n    - c");
    check("> a\n>\n> - b\nc", "> a\n>\n> - b\n>   c");
    check("- a\n\n* b", "- a\n\n* b");
    check("a\n\n---\n\nb  \nc", "a\n\n___\n\nb\\\nc");
    check("- ```\n  a\n\n  b\n  ```", "- ```text\n  a\n\n  b\n  ```");
}

#[test]
fn tables_keep_their_cells() {
    check(
        "a | b\n:-|-:\n`x\\|y` | z\\|w\n1 | ",
        "| a | b |\n| :-- | --: |\n| `x\\|y` | z\\|w |\n| 1 |  |",
    );
}

#[test]
fn invisible_characters_are_shown() {
    check("a\u{202E}b\u{200B}c\u{FEFF}d\0", "a\\u{202E}b\\u{200B}c\\u{FEFF}d\\u{0}");
    check("a\u{2066}`b\u{2069}`", "a\\u{2066}`b\\u{2069}`");
    check("a\r\nb\rc\u{A0}d\u{2028}e", "a\nb\nc d e");
    check("&#x202E; &#27; &#13;a", "\\u{202E} \\u{1B} a");
    check("```\na\u{202A}\u{C}b\n```", "```text\na\\u{202A} b\n```");
    check("[a](https://b/\u{202E})", "[a](https://b/%5Cu{202E})");
}

#[test]
fn emoji_are_kept_whole() {
    check(
        "💡 🎯 ⚠\u{FE0F} 1\u{FE0F}\u{20E3} 👩🏽\u{200D}💻",
        "💡 🎯 ⚠\u{FE0F} 1\u{FE0F}\u{20E3} 👩🏽\u{200D}💻",
    );
    check("pay\u{200D}pal a\u{FE0F}", "pay\\u{200D}pal a\\u{FE0F}");
}

#[test]
fn summaries_are_one_sentence_on_one_line() {
    for (markdown, expected) in [
        ("Keyword", "Keyword."),
        ("Done.", "Done."),
        ("Done (see `a.b`.)", "Done (see `a.b`.)"),
        ("What for?", "What for?"),
        ("values:\n- a\n- b_c", "values: a `b_c`."),
        ("  a \n\n b:  ", "a b."),
        ("# T\n\n```json\n{ \"a\": 1 }\n```", "T `{ \"a\": 1 }`."),
        ("- not a list", "not a list."),
        ("\\- not a list", "\\- not a list."),
        ("<API-Key> [x] https://a.b", "\\<API-Key> \\[x\\] <https://a.b>."),
        ("a | b\n--|--\nc | d", "a b c d."),
        ("", ""),
        (" \n", ""),
    ] {
        let sentence = sentence(markdown);
        assert_eq!(sentence, expected, "of {markdown:?}");
        assert_valid(&[sentence]);
    }
}

#[test]
fn every_description_of_the_document_becomes_valid_rustdoc() {
    fn visit(value: &serde_json::Value, seen: &mut usize) {
        match value {
            serde_json::Value::String(text) => {
                let lines = rustdoc(text);
                assert_valid(&lines);
                assert_eq!(rustdoc(&lines.join("\n")), lines, "of {text:?}");
                assert_eq!(letters(text), letters(&lines.join("\n")));
                assert_valid(&[sentence(text)]);
                *seen += 1;
            }
            serde_json::Value::Array(values) => {
                for value in values {
                    visit(value, seen);
                }
            }
            serde_json::Value::Object(values) => {
                for value in values.values() {
                    visit(value, seen);
                }
            }
            _ => {}
        }
    }
    let document = include_str!("../../../../spec/trenz-openapi.json");
    let mut seen = 0;
    visit(&serde_json::from_str(document).unwrap(), &mut seen);
    assert!(seen > 5_000);
}

#[test]
fn deep_and_long_texts_take_linear_time() {
    for markdown in [
        ">".repeat(2_000) + &"a\n".repeat(2_000),
        "- ".repeat(5_000),
        "*a **b ".repeat(5_000),
        "[".repeat(20_000),
        "https://a\"".repeat(5_000),
        "(".repeat(20_000) + "a_b",
        "`".repeat(20_000),
        "a_b".repeat(20_000),
    ] {
        let lines = rustdoc(&markdown);
        assert_valid(&lines);
        assert!(lines.iter().map(String::len).sum::<usize>() <= 20 * markdown.len());
        sentence(&markdown);
    }
}

/// Texts made of what has a meaning to somebody.
fn markdown() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "b_c",
        "FooBar",
        " ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "\t",
        "-",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "#",
        "# ",
        "### ",
        ">",
        "> ",
        "*",
        "**",
        "_",
        "__",
        "~~",
        "~",
        "`",
        "``",
        "```",
        "```rust\n",
        "|",
        "\n|---|\n",
        "[",
        "]",
        "[x]",
        "](",
        "(",
        ")",
        "<",
        ">",
        "<b>",
        "</b>",
        "<br>",
        "<!--",
        "-->",
        "&amp;",
        "&nbsp;",
        "&#13;",
        "&",
        ";",
        "!",
        "!",
        "\\",
        "https://",
        "https://a.b/c",
        "http://x_y",
        "s3:/",
        "::",
        "()",
        "=",
        "---",
        "===",
        "***",
        "[^1]",
        "[^1]: ",
        "[a]: https://b.c",
        ".",
        ":",
        "'",
        "\"",
        "\u{202E}",
        "\u{A0}",
        "\r",
        "\0",
        "💡",
        "é",
        "5",
        "@",
        "mailto:",
        "$",
        "^",
        "{",
        "}",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_markdown_becomes_valid_rustdoc(markdown in markdown()) {
        assert_valid(&rustdoc(&markdown));
        let sentence = sentence(&markdown);
        assert!(!sentence.contains('\n'));
        assert_valid(&[sentence]);
    }

    #[test]
    fn any_characters_become_valid_rustdoc(text in "\\PC*|(?s).{0,40}") {
        assert_valid(&rustdoc(&text));
        assert_valid(&[sentence(&text)]);
    }
}
