//! Reproducible randomness: every made-up value follows from the seed and its place.

use fastrand::Rng;

/// A place in the tree of made-up values. Equal paths from equal seeds give equal values, in
/// whatever order they are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn named(self, name: &str) -> Self {
        // FNV-1a; the standard library's hasher does not promise to stay the same.
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(self.0.rotate_left(7), fold))
    }

    pub(crate) fn numbered(self, number: i64) -> Self {
        self.named(&number.to_string())
    }

    pub(crate) fn rng(self) -> Rng {
        Rng::with_seed(self.0)
    }
}

/// One of several, which must not be none.
pub(crate) fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

/// Between two bounds, with two digits after the point.
pub(crate) fn amount(rng: &mut Rng, from: f64, to: f64) -> f64 {
    let raw = from + rng.f64() * (to - from);
    (raw * 100.0).round() / 100.0
}

/// An id as TikTok gives them: 19 digits, more than a double can hold.
pub(crate) fn snowflake(rng: &mut Rng) -> String {
    rng.u64(1_700_000_000_000_000_000..1_799_999_999_999_999_999).to_string()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(rng: &mut Rng, digits: usize) -> String {
    (0..digits).map(|_| rng.digit(16)).collect()
}

/// A UUID in its usual dress.
pub(crate) fn uuid(rng: &mut Rng) -> String {
    [8, 4, 4, 4, 12].map(|digits| hex(rng, digits)).join("-")
}
