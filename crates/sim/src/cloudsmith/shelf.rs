//! Things that are looked up by slug or by permanent slug and listed in the order they were made.

use std::cmp::Ordering;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

/// A shared name.
pub(crate) type Name = Arc<str>;

/// Which of the things of one kind; a number that is never used again.
pub(crate) struct Id<T> {
    number: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    fn new(number: u32) -> Self {
        Self { number, kind: PhantomData }
    }

    /// The number, for things that show one.
    pub(crate) fn number(self) -> u32 {
        self.number
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.number)
    }
}

/// What has two names: one that people choose, and one that never changes.
pub(crate) trait Shelved {
    fn slug(&self) -> &Name;
    fn slug_perm(&self) -> &Name;
}

/// All things of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Shelf<T> {
    items: BTreeMap<Id<T>, T>,
    names: HashMap<Name, Id<T>>,
    next: u32,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: BTreeMap::new(), names: HashMap::new(), next: 0 }
    }
}

impl<T: Shelved> Shelf<T> {
    /// Adds a thing. Its names must be free, see [`Self::find`].
    pub(crate) fn put(&mut self, item: T) -> Id<T> {
        let id = Id::new(self.next);
        self.next += 1;
        for name in [item.slug(), item.slug_perm()] {
            self.names.insert(Name::clone(name), id);
        }
        self.items.insert(id, item);
        id
    }

    /// Looks a thing up by either name.
    pub(crate) fn find(&self, name: &str) -> Option<Id<T>> {
        self.names.get(name).copied()
    }

    pub(crate) fn get(&self, id: Id<T>) -> Option<&T> {
        self.items.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: Id<T>) -> Option<&mut T> {
        self.items.get_mut(&id)
    }

    /// The thing of this slug, made when there is none.
    pub(crate) fn ensure(&mut self, slug: &str, make: impl FnOnce() -> T) -> (Id<T>, &mut T) {
        let id = self.find(slug).unwrap_or_else(|| Id::new(self.next));
        match self.items.entry(id) {
            Entry::Occupied(entry) => (id, entry.into_mut()),
            Entry::Vacant(entry) => {
                let item = make();
                self.next += 1;
                for name in [item.slug(), item.slug_perm()] {
                    self.names.insert(Name::clone(name), id);
                }
                (id, entry.insert(item))
            }
        }
    }

    /// Looks a thing up by either name, to read it.
    pub(crate) fn named(&self, name: &str) -> Option<&T> {
        self.get(self.find(name)?)
    }

    /// Looks a thing up by either name, to change it.
    pub(crate) fn named_mut(&mut self, name: &str) -> Option<&mut T> {
        self.get_mut(self.find(name)?)
    }

    /// Takes a thing and its names away.
    pub(crate) fn remove(&mut self, id: Id<T>) -> Option<T> {
        let item = self.items.remove(&id)?;
        self.names.retain(|_, named| *named != id);
        Some(item)
    }

    /// Makes a thing known by a new slug; the caller changes the thing.
    pub(crate) fn rename(&mut self, id: Id<T>, from: &str, to: &Name) {
        self.names.remove(from);
        self.names.insert(Name::clone(to), id);
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Id<T>, &T)> {
        self.items.iter().map(|(id, item)| (*id, item))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Id<T>, &mut T)> {
        self.items.iter_mut().map(|(id, item)| (*id, item))
    }

    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = Id<T>> {
        self.items.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing(Name, Name);

    impl Shelved for Thing {
        fn slug(&self) -> &Name {
            &self.0
        }

        fn slug_perm(&self) -> &Name {
            &self.1
        }
    }

    #[test]
    fn a_thing_is_found_by_both_names_until_it_is_gone() {
        let mut shelf = Shelf::default();
        let first = shelf.put(Thing("web".into(), "Aa1".into()));
        assert_eq!((shelf.find("web"), shelf.find("Aa1")), (Some(first), Some(first)));
        shelf.rename(first, "web", &"site".into());
        assert_eq!((shelf.find("web"), shelf.find("site")), (None, Some(first)));
        assert!(shelf.remove(first).is_some());
        assert_eq!((shelf.find("site"), shelf.find("Aa1"), shelf.ids().count()), (None, None, 0));
        let second = shelf.put(Thing("web".into(), "Bb2".into()));
        assert_ne!(first, second, "a number is used once");
    }
}
