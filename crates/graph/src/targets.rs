//! Sets of numbered resources, small ones as lists and large ones as bits.

/// A set of resources, by their place among [`ActionReach::targets`](crate::ActionReach::targets).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TargetSet {
    words: Vec<u64>,
}

impl TargetSet {
    /// Adds a place.
    pub fn insert(&mut self, place: usize) {
        let word = place / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (place % 64);
        }
    }

    /// Whether a place is in it.
    #[must_use]
    pub fn contains(&self, place: usize) -> bool {
        self.words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// How many there are. `O(largest place / 64)`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether both share a place.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(left, right)| left & right != 0)
    }

    /// The places in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + use<'_> {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(index * 64 + bit)
            })
        })
    }

    pub(crate) fn add(&mut self, other: &Self) {
        if other.words.len() > self.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }
}

/// What a group passes on: few places are a list, so that a thousand small teams do not take a bit for every package.
#[derive(Debug)]
pub(crate) enum Passed {
    Few(Vec<u32>),
    Many(TargetSet),
}

impl Passed {
    /// The smaller of the two forms. A list entry takes half of what a word of 64 bits takes.
    pub(crate) fn of(set: TargetSet) -> Self {
        let few = set.len() <= set.words.len().saturating_mul(2);
        match few {
            true => Self::Few(set.iter().map(crate::text::number_of).collect()),
            false => Self::Many(set),
        }
    }

    pub(crate) fn add_to(&self, set: &mut TargetSet) {
        match self {
            Self::Few(places) => places.iter().for_each(|place| set.insert(*place as usize)),
            Self::Many(more) => set.add(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_whichever_form_it_is_kept_in() {
        for places in [vec![], vec![0], vec![63, 64, 1000], (0..500).collect::<Vec<_>>()] {
            let mut set = TargetSet::default();
            places.iter().for_each(|place| set.insert(*place));
            assert_eq!(set.iter().collect::<Vec<_>>(), places);
            assert_eq!((set.len(), set.is_empty()), (places.len(), places.is_empty()));
            let mut copy = TargetSet::default();
            Passed::of(set.clone()).add_to(&mut copy);
            assert_eq!(copy, set);
            assert!(places.iter().all(|place| set.contains(*place)) && !set.contains(2000));
            assert_eq!(set.intersects(&copy), !places.is_empty());
        }
    }
}
