//! Strings, each kept once in one arena and named by a number.

use std::collections::HashMap;

/// The number that means *none*. No table ever has this many rows.
pub(crate) const NONE: u32 = u32::MAX;

/// An arena of strings. In one that was finished sorted, numbers compare as the strings do.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Puts strings in an arena, in the order given. `O(total length)`.
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut arena = Self::default();
        for text in texts {
            arena.bytes.push_str(text);
            arena.ends.push(arena.bytes.len());
        }
        arena.bytes.shrink_to_fit();
        arena.ends.shrink_to_fit();
        arena
    }

    /// None yet, with room for so many of so many bytes together.
    pub(crate) fn with_room(texts: usize, bytes: usize) -> Self {
        Self { bytes: String::with_capacity(bytes), ends: Vec::with_capacity(texts) }
    }

    /// Adds a string that is given in parts.
    pub(crate) fn push<const N: usize>(&mut self, parts: [&str; N]) {
        parts.into_iter().for_each(|part| self.bytes.push_str(part));
        self.ends.push(self.bytes.len());
    }

    /// All strings one after the other, and where each ends.
    pub(crate) fn parts(&self) -> (&str, &[usize]) {
        (&self.bytes, &self.ends)
    }

    /// An arena of such parts. `None` where they do not fit together. `O(strings)`.
    pub(crate) fn of_parts(bytes: String, ends: Vec<usize>) -> Option<Self> {
        let fits = ends.is_sorted() && ends.last().copied().unwrap_or(0) == bytes.len();
        let fits = fits && ends.iter().all(|end| bytes.is_char_boundary(*end));
        fits.then_some(Self { bytes, ends })
    }

    /// Whether the strings from `first` up to but not including `end` are in order, each once.
    pub(crate) fn is_sorted_within(&self, first: u32, end: u32) -> bool {
        (first..end).map(|number| self.get(number)).is_sorted_by(|left, right| left < right)
    }

    /// How many strings there are.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The string with this number, or the empty string for a number that was never given. `O(1)`.
    pub(crate) fn get(&self, number: u32) -> &str {
        let index = number as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The number of a string among the sorted ones from `first` up to but not including `end`. `O(log n)`.
    pub(crate) fn find_within(&self, text: &str, first: u32, end: u32) -> Option<u32> {
        let (mut low, mut high) = (first, end);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle).cmp(text) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The number of a string in a sorted arena. `O(log n)`.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.find_within(text, 0, number_of(self.len()))
    }

    /// Heap bytes in use.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

/// A length as a number. Builders refuse rows long before this saturates.
pub(crate) fn number_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(NONE)
}

/// Gives each distinct string a provisional number while facts stream in.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    numbers: HashMap<Box<str>, u32>,
}

impl Interner {
    /// The number of this string, new or known. Expected `O(length)`.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = number_of(self.numbers.len());
        self.numbers.insert(text.into(), number);
        number
    }

    /// The number of a string that is known.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// How many distinct strings there are.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The strings in order, and the final number of each provisional one. `O(n log n)`.
    pub(crate) fn finish(self) -> (Texts, Renumbering) {
        let mut sorted: Vec<(Box<str>, u32)> = self.numbers.into_iter().collect();
        sorted.sort_unstable();
        let texts = Texts::of(sorted.iter().map(|(text, _)| &**text));
        (texts, Renumbering::of(sorted.iter().map(|(_, provisional)| *provisional)))
    }
}

/// Final numbers by provisional number.
#[derive(Debug)]
pub(crate) struct Renumbering(Vec<u32>);

impl Renumbering {
    /// From the provisional numbers in their final order.
    pub(crate) fn of(in_final_order: impl ExactSizeIterator<Item = u32>) -> Self {
        let mut finals = vec![NONE; in_final_order.len()];
        for (last, provisional) in in_final_order.enumerate() {
            if let Some(slot) = finals.get_mut(provisional as usize) {
                *slot = number_of(last);
            }
        }
        Self(finals)
    }

    /// The final number; [`NONE`] stays [`NONE`].
    pub(crate) fn of_provisional(&self, provisional: u32) -> u32 {
        self.0.get(provisional as usize).copied().unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn final_numbers_compare_as_the_strings_do() {
        let mut interner = Interner::default();
        let provisional: Vec<u32> = ["pear", "apple", "", "pear", "fig"].map(|text| interner.intern(text)).to_vec();
        let (texts, renumbering) = interner.finish();
        let finals: Vec<u32> = provisional.into_iter().map(|number| renumbering.of_provisional(number)).collect();
        assert_eq!(finals, [3, 1, 0, 3, 2]);
        assert_eq!((texts.get(0), texts.get(3), texts.get(9)), ("", "pear", ""));
        assert_eq!((texts.find("fig"), texts.find("kiwi")), (Some(2), None));
        assert_eq!(renumbering.of_provisional(NONE), NONE);
    }

    #[test]
    fn parts_that_do_not_fit_together_are_no_arena() {
        let of = |ends: &[usize]| Texts::of_parts("aé".to_owned(), ends.to_vec());
        assert!(of(&[1, 3]).is_some_and(|texts| texts.get(1) == "é" && texts.is_sorted_within(0, 2)));
        assert!([&[][..], &[1], &[2, 3], &[3, 1], &[1, 4]].into_iter().all(|ends| of(ends).is_none()));
    }
}
