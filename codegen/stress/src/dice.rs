//! Where choices come from.

/// Makes choices.
pub trait Dice {
    /// A number below `count`; 0 where there is nothing to choose from.
    fn below(&mut self, count: usize) -> usize;

    /// Whether one of `count` came up.
    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

impl Dice for fastrand::Rng {
    fn below(&mut self, count: usize) -> usize {
        if count < 2 { 0 } else { self.usize(..count) }
    }
}
