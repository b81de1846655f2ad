//! Finds the lines of a text that JSON pointers lead to.

use std::collections::BTreeMap;

/// The lines, from 1, that the values at the pointers or their nearest owners begin on. The
/// text is known to be JSON, and is read once, however many pointers there are.
pub(super) fn lines(text: &str, pointers: &[&str]) -> Vec<Option<usize>> {
    let mut wanted = Wanted::default();
    for (index, pointer) in pointers.iter().enumerate() {
        let tokens = pointer.split('/').skip(1);
        let tokens = tokens.map(|token| token.replace("~1", "/").replace("~0", "~"));
        let node = tokens.fold(&mut wanted, |node, token| node.below.entry(token).or_default());
        node.pointers.push(index);
    }
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, found: vec![None; pointers.len()] };
    scan.space();
    scan.find(scan.at, &wanted);
    let mut order: Vec<_> = (0..pointers.len()).collect();
    order.sort_by_key(|index| scan.found[*index]);
    let (mut line, mut from) = (1, 0);
    let mut lines = vec![None; pointers.len()];
    for index in order {
        if let Some(at) = scan.found[index]
            && let Some(between) = text.get(from..at)
        {
            line += between.matches('\n').count();
            from = at;
            lines[index] = Some(line);
        }
    }
    lines
}

/// What is looked for below a value, and which pointers end at it.
#[derive(Default)]
struct Wanted {
    below: BTreeMap<String, Wanted>,
    pointers: Vec<usize>,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the value of each pointer begins: at its name, if it has one.
    found: Vec<Option<usize>>,
}

impl Scan<'_> {
    /// Looks for what is wanted of the value here, which begins at `start`. It goes as deep
    /// as the pointers do.
    fn find(&mut self, start: usize, wanted: &Wanted) -> Option<()> {
        self.mark(start, wanted);
        self.space();
        let object = match self.bytes.get(self.at)? {
            b'{' if !wanted.below.is_empty() => true,
            b'[' if !wanted.below.is_empty() => false,
            _ => return self.value(),
        };
        self.at += 1;
        for index in 0_usize.. {
            self.space();
            let start = self.at;
            if matches!(self.bytes.get(self.at)?, b'}' | b']') {
                self.at += 1;
                return Some(());
            }
            let token = if object {
                let name = self.string()?;
                self.space();
                self.at += 1;
                name
            } else {
                index.to_string()
            };
            match wanted.below.get(&token) {
                Some(wanted) => self.find(start, wanted)?,
                None => self.value()?,
            }
            self.space();
            if self.bytes.get(self.at)? == &b',' {
                self.at += 1;
            }
        }
        Some(())
    }

    /// Notes a place for every pointer that ends here or below; those that lead further
    /// find a better one.
    fn mark(&mut self, start: usize, wanted: &Wanted) {
        let mut todo = vec![wanted];
        while let Some(node) = todo.pop() {
            for index in &node.pointers {
                self.found[*index] = Some(start);
            }
            todo.extend(node.below.values());
        }
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
            if depth == 0 && self.bytes.get(self.at).is_none_or(|byte| b",}]".contains(byte)) {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_pointer_leads_to_its_line() {
        let text = "\u{FEFF}{\n \"a\": [1, {\"x\": \"}\\\"]\"},\n  {\"b/c\": 2,\n\"d\": [[],\n 7]}],\n \"e\": {} }";
        let expected = [
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
        ];
        let pointers = expected.map(|(pointer, _)| pointer);
        assert_eq!(lines(text, &pointers), expected.map(|(_, line)| Some(line)));
        for (pointer, line) in expected {
            assert_eq!(lines(text, &[pointer]), [Some(line)], "{pointer}");
        }
        assert_eq!(lines("", &["/a"]), [Some(1)]);
    }
}
