//! People by the words of their names, so that only those are compared who share one.

use std::collections::HashMap;

use super::name::similarity;
use super::spelling::name_words;
use super::{Confidence, Person};

/// The words of everybody's name.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    /// Who has a word in their name, in ascending order.
    holders: HashMap<String, Vec<usize>>,
    /// The names of each person, as words: as displayed, and as given and family name where that is different.
    names: Vec<Vec<Vec<String>>>,
}

impl NameIndex {
    /// Of these people, who are then known by their place among them.
    pub(super) fn of(people: &[&Person]) -> Self {
        let mut index = Self::default();
        for (number, person) in people.iter().enumerate() {
            let names = names_of(person);
            let mut words: Vec<&String> = names.iter().flatten().collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                index.holders.entry(word.clone()).or_default().push(number);
            }
            index.names.push(names);
        }
        index
    }

    /// Who has a name like this one, by at least `from`. Words that more than `crowd` people have are not looked
    /// through but given to `skipped`.
    pub(super) fn alike(
        &self,
        name: &str,
        from: Confidence,
        crowd: usize,
        skipped: &mut impl FnMut(&str, usize),
    ) -> Vec<(usize, Confidence)> {
        let words = name_words(name);
        let mut found: Vec<usize> = Vec::new();
        for word in &words {
            match self.holders.get(word) {
                Some(holders) if holders.len() > crowd => skipped(word, holders.len()),
                Some(holders) => found.extend(holders),
                None => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|person| (person, self.likeness(person, &words))).filter(|(_, is)| *is >= from).collect()
    }

    fn likeness(&self, person: usize, words: &[String]) -> Confidence {
        let names = self.names.get(person).map_or(&[][..], Vec::as_slice);
        names.iter().map(|name| similarity(words, name)).max().unwrap_or_default()
    }
}

fn names_of(person: &Person) -> Vec<Vec<String>> {
    let parts = [person.given_name.as_deref(), person.family_name.as_deref()];
    let in_parts = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut names = vec![name_words(&person.display_name), name_words(&in_parts)];
    names.dedup();
    names.retain(|words| !words.is_empty());
    names
}
