//! Finds the line of a text that a JSON pointer leads to.

/// The line, from 1, that the value at `pointer` or its nearest owner begins on. The text
/// is known to be JSON.
pub(super) fn line(text: &str, pointer: &str) -> Option<usize> {
    let wanted: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    let at = scan.find(&wanted)?;
    Some(1 + text.get(..at)?.matches('\n').count())
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    /// Where the value that `wanted` leads to begins: at its name, if it has one.
    fn find(&mut self, wanted: &[String]) -> Option<usize> {
        self.space();
        let mut found = self.at;
        'down: for token in wanted {
            self.space();
            let object = match self.bytes.get(self.at)? {
                b'{' => true,
                b'[' => false,
                _ => return Some(found),
            };
            self.at += 1;
            for index in 0_usize.. {
                self.space();
                let start = self.at;
                if matches!(self.bytes.get(self.at)?, b'}' | b']') {
                    return Some(found);
                }
                let is_wanted = if object {
                    let name = self.string()?;
                    self.space();
                    self.at += 1;
                    name == *token
                } else {
                    index.to_string() == *token
                };
                if is_wanted {
                    found = start;
                    continue 'down;
                }
                self.value()?;
                self.space();
                if self.bytes.get(self.at)? == &b',' {
                    self.at += 1;
                }
            }
        }
        Some(found)
    }

    fn space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        // A byte order mark may stand in front.
        if self.at == 0 && self.bytes.starts_with(b"\xEF\xBB\xBF") {
            self.at = 3;
            self.space();
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_slice(&self.bytes[start..self.at]).ok()
    }

    /// Goes past a value, however deep it is.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        self.space();
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.bytes.get(self.at)?, b',' | b'}' | b']') {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_pointer_leads_to_its_line() {
        let text = "\u{FEFF}{\n \"a\": [1, {\"x\": \"}\\\"]\"},\n  {\"b/c\": 2,\n\"d\": [[],\n 7]}],\n \"e\": {} }";
        for (pointer, expected) in [
            ("", 1),
            ("/a", 2),
            ("/a/0", 2),
            ("/a/1/x", 2),
            ("/a/2", 3),
            ("/a/2/b~1c", 3),
            ("/a/2/d", 4),
            ("/a/2/d/1", 5),
            ("/e", 6),
            ("/e/missing", 6),
            ("/a/9", 2),
        ] {
            assert_eq!(line(text, pointer), Some(expected), "{pointer}");
        }
        assert_eq!(line("", "/a"), None);
    }
}
