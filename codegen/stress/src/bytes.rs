//! Changes texts without a thought of what they say.

use crate::dice::Dice;

/// What JSON is made of, what is nearly JSON, and what has confused its readers.
const TOKENS: [&[u8]; 36] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"null",
    b"true",
    b"0",
    b"-0",
    b"1e999",
    b"-9223372036854775809",
    b"0.1e-400",
    b"NaN",
    b"\"\"",
    b"\\u0000",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\0",
    b"\r\n",
    b"\xe2\x80\xa8",
    b"/* */",
    b"# ",
    b"\"$ref\":\"#/components/schemas/A\"",
    b"\"$ref\":\"#\"",
    b"\"type\":\"object\",",
    b"\"openapi\":\"3.0.3\",",
    b"\"paths\":{",
    b"\"allOf\":[",
];

/// A text of chance: of bytes, of JSON's letters or of its words.
pub fn arbitrary(dice: &mut dyn Dice) -> Vec<u8> {
    let length = dice.below(2_000);
    match dice.below(4) {
        0 => (0..length).map(|_| byte(dice)).collect(),
        1 => {
            const LETTERS: &[u8] = b"{}[]\",:\\ \n\t0123456789.eE+-truefalsn$/";
            (0..length).map(|_| LETTERS[dice.below(LETTERS.len())]).collect()
        }
        2 => {
            let depth = dice.below(20_000);
            [b"[", b"{\"a\":".as_slice()][dice.below(2)].repeat(depth)
        }
        _ => (0..length / 4).flat_map(|_| TOKENS[dice.below(TOKENS.len())]).copied().collect(),
    }
}

/// Makes `count` changes to a text. `donors` give pieces.
pub fn corrupt(text: &mut Vec<u8>, donors: &[Vec<u8>], count: usize, dice: &mut dyn Dice) {
    for _ in 0..count {
        change(text, donors, dice);
    }
}

fn change(text: &mut Vec<u8>, donors: &[Vec<u8>], dice: &mut dyn Dice) {
    let at = dice.below(text.len() + 1);
    match dice.below(10) {
        0 | 1 => {
            if let Some(byte) = text.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        // Most letters stand in names and values: what comes out is often still JSON.
        2 | 3 => {
            const LETTERS: &[u8] = b"abcxyzABC_-./0123456789 ";
            if let Some(byte) = text.get_mut(at).filter(|byte| byte.is_ascii_alphanumeric()) {
                *byte = LETTERS[dice.below(LETTERS.len())];
            }
        }
        4 => {
            let token = TOKENS[dice.below(TOKENS.len())];
            text.splice(at..at, token.iter().copied());
        }
        5 => {
            let bytes: Vec<u8> = (0..=dice.below(8)).map(|_| byte(dice)).collect();
            text.splice(at..at, bytes);
        }
        6 => text.truncate(at),
        7 => {
            let range = range(text, dice);
            text.drain(range);
        }
        8 => {
            let range = range(text, dice);
            let copy = text[range].to_vec();
            text.splice(at..at, copy);
        }
        _ => {
            let Some(donor) = donors.get(dice.below(donors.len())) else { return };
            let piece = donor[range(donor, dice)].to_vec();
            let range = range(text, dice);
            text.splice(range, piece);
        }
    }
}

/// A part of a text, short ones more often than long ones.
fn range(text: &[u8], dice: &mut dyn Dice) -> std::ops::Range<usize> {
    let start = dice.below(text.len() + 1);
    let most = [4, 32, 400, text.len()][dice.below(4)];
    start..(start + dice.below(most + 1)).min(text.len())
}

fn byte(dice: &mut dyn Dice) -> u8 {
    u8::try_from(dice.below(256)).unwrap_or_default()
}
