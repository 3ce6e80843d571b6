//! Sets of entities.

use rolecall_graph::EntityId;

/// A bit for each entity.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntitySetBits {
    words: Vec<u64>,
    len: u32,
}

impl EntitySetBits {
    /// With room for so many entities, so that it need not grow.
    pub(crate) fn with_room(entities: u32) -> Self {
        Self { words: vec![0; entities.div_ceil(64) as usize], len: 0 }
    }

    /// Adds an entity; whether it is new.
    pub(crate) fn insert(&mut self, entity: EntityId) -> bool {
        let number = entity.number();
        let (word, bit) = ((number / 64) as usize, 1_u64 << (number % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let Some(slot) = self.words.get_mut(word) else { return false };
        let is_new = *slot & bit == 0;
        *slot |= bit;
        self.len += u32::from(is_new);
        is_new
    }

    pub(crate) fn contains(&self, entity: EntityId) -> bool {
        let number = entity.number();
        self.words.get((number / 64) as usize).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    pub(crate) fn extend(&mut self, entities: impl Iterator<Item = EntityId>) {
        entities.for_each(|entity| {
            self.insert(entity);
        });
    }

    /// All in order.
    pub(crate) fn to_vec(&self) -> Vec<EntityId> {
        let mut all = Vec::with_capacity(self.len as usize);
        for (word, index) in self.words.iter().zip(0_u32..) {
            let mut left = *word;
            while left != 0 {
                all.push(EntityId::new(index * 64 + left.trailing_zeros()));
                left &= left - 1;
            }
        }
        all
    }

    /// In order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = EntityId> + Clone + use<'_> {
        self.words.iter().zip(0_u32..).flat_map(|(word, index)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(EntityId::new(index * 64 + bit))
            })
        })
    }
}
