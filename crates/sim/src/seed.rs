//! Chance that repeats itself: a small seeded generator with no dependency, so that a seed gives
//! the same world on every machine and after every update.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;

/// A seeded source of numbers (the splitmix64 sequence).
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// A sequence that depends on nothing but the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            return 0;
        }
        let end = end as u64;
        usize::try_from(self.roll() % end).unwrap_or(0)
    }

    /// A second between two moments, the later one excluded.
    pub(crate) fn between(&mut self, from: Timestamp, to: Timestamp) -> Timestamp {
        let span = to.as_second().saturating_sub(from.as_second());
        let span = usize::try_from(span).unwrap_or(0);
        later(from, Duration::from_secs(self.below(span) as u64))
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items; `fallback` when there is none.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T], fallback: &'a T) -> &'a T {
        let index = self.below(items.len());
        items.get(index).copied().unwrap_or(fallback)
    }

    /// A number whose size is spread like sizes of real groups: many small ones, few big ones.
    pub fn skewed(&mut self, most: usize) -> usize {
        let range = self.below(most) + 1;
        let range = self.below(range) + 1;
        self.below(range) + 1
    }

    /// Letters and digits, as in a token.
    pub fn text(&mut self, length: usize) -> String {
        const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length).map(|_| char::from(LETTERS[self.below(LETTERS.len())])).collect()
    }

    /// An identifier with the looks of a random UUID.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.roll(), self.roll());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0x0fff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_sequence() {
        let (mut one, mut two) = (Dice::new(7), Dice::new(7));
        assert_eq!(one.uuid(), two.uuid());
        assert_eq!(one.text(36), two.text(36));
        assert_ne!(one.roll(), one.roll());
    }

    #[test]
    fn empty_ranges_are_harmless() {
        let mut dice = Dice::new(1);
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick(&[], "none"), "none");
        assert!((1..=5).contains(&dice.skewed(5)));
    }
}
