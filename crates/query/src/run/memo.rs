//! What was found out about entities.

use std::cell::RefCell;

use rolecall_graph::EntityId;

/// Yes, no or not known yet, of each entity: two bits.
#[derive(Debug, Default)]
pub(super) struct Memo(RefCell<Vec<u64>>);

impl Memo {
    pub(super) fn get(&self, entity: EntityId) -> Option<bool> {
        let (word, shift) = place(entity);
        let bits = self.0.borrow().get(word).map_or(0, |word| word >> shift & 3);
        (bits & 1 == 1).then_some(bits & 2 == 2)
    }

    pub(super) fn set(&self, entity: EntityId, yes: bool) {
        let (word, shift) = place(entity);
        let mut words = self.0.borrow_mut();
        if word >= words.len() {
            words.resize(word + 1, 0);
        }
        if let Some(slot) = words.get_mut(word) {
            *slot |= (1 | u64::from(yes) << 1) << shift;
        }
    }
}

fn place(entity: EntityId) -> (usize, u32) {
    ((entity.number() / 32) as usize, entity.number() % 32 * 2)
}
