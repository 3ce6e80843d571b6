//! Every name that can be looked for, ready to be looked through: a hub is asked for one with every key that somebody
//! presses, and lower-casing a few hundred thousand names takes longer than finding something in them.

use memchr::memmem::Finder;

/// Names in lower case, one after the other.
#[derive(Debug)]
pub(crate) struct SearchIndex<K> {
    names: String,
    /// Where each name begins.
    starts: Vec<usize>,
    /// What has it.
    keys: Vec<K>,
}

/// Between two names; none has it, and nobody types it.
const BETWEEN: char = '\n';

impl<K: Copy> SearchIndex<K> {
    /// The index of these names. `O(their length)`.
    pub(crate) fn of<'n>(named: impl Iterator<Item = (K, &'n str)>) -> Self {
        let mut index = Self { names: String::new(), starts: Vec::new(), keys: Vec::new() };
        for (key, name) in named {
            index.starts.push(index.names.len());
            index.keys.push(key);
            index.names.extend(name.chars().flat_map(char::to_lowercase).filter(|letter| *letter != BETWEEN));
            index.names.push(BETWEEN);
        }
        index
    }

    /// Everything whose name has this in it, with its name, in lower case both. `O(length of all names)`, as fast as
    /// memory is read.
    pub(crate) fn having<'i>(&'i self, wanted: &'i str) -> impl Iterator<Item = (K, &'i str)> {
        let finder = Finder::new(wanted);
        // Otherwise the end of a name and the beginning of another would be found.
        let mut next = if wanted.contains(BETWEEN) { self.starts.len() } else { 0 };
        std::iter::from_fn(move || {
            let rest = self.names.as_bytes().get(self.starts.get(next).copied()?..)?;
            let at = self.names.len() - rest.len() + finder.find(rest)?;
            let place = self.starts.partition_point(|start| *start <= at).checked_sub(1)?;
            next = place + 1;
            Some((self.keys.get(place).copied()?, self.name(place)))
        })
    }

    fn name(&self, place: usize) -> &str {
        let end = self.starts.get(place + 1).copied().unwrap_or(self.names.len());
        let name = self.starts.get(place).and_then(|start| self.names.get(*start..end));
        name.unwrap_or_default().trim_end_matches(BETWEEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], wanted: &str) -> Vec<String> {
        let index = SearchIndex::of((0_usize..).zip(names.iter().copied()));
        let found = index.having(wanted).inspect(|(key, _)| assert!(*key < names.len()));
        found.map(|(_, name)| name.to_owned()).collect()
    }

    #[test]
    fn a_name_is_found_once_by_any_part_of_it() {
        let names = ["@acme/core", "Core-Core", "corn", "", "ẞ-STRASSE"];
        assert_eq!(found(&names, "core"), ["@acme/core", "core-core"]);
        assert_eq!(found(&names, "corn"), ["corn"]);
        assert_eq!(found(&names, "ß-strasse"), ["ß-strasse"]);
        assert_eq!(found(&names, "e\nc"), [""; 0]);
        assert_eq!(found(&names, "nothing"), [""; 0]);
        assert_eq!(found(&[], ""), [""; 0]);
    }

    #[test]
    fn an_empty_wish_finds_everything() {
        assert_eq!(found(&["a", "", "b"], ""), ["a", "", "b"]);
    }
}
