//! Who was in the directories, and whose accounts were whose.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rolecall_model::person::{Day, PersonKey};

use super::population::employment;
use super::scope::Scope;
use super::section::{Extent, Put, Section, filled, text};
use crate::moment::moment_text;

/// See [`Section`].
pub(super) struct People<'s> {
    pub(super) scope: &'s Scope<'s>,
}

impl Section for People<'_> {
    fn name(&self) -> &'static str {
        "people"
    }

    fn title(&self) -> &'static str {
        "People: who was in the directories"
    }

    fn proves(&self) -> &'static str {
        "Everybody whom a directory of people listed at that moment, or had listed before, with what it said of their \
         employment and which accounts were known as theirs. Whoever is left out of a directory counts as departed."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "person",
            "name",
            "email",
            "employment",
            "inNoDirectorySince",
            "firstDay",
            "lastDay",
            "department",
            "manager",
            "accounts",
        ]
    }

    fn extent(&self) -> Extent {
        if self.scope.people.identities.people.is_empty() {
            let why = "no directory of people was known by then, so that nobody could be told to have left";
            return Extent::at_least(&[why.to_owned()]);
        }
        Extent::complete_unless(&self.scope.missing(), "everybody whom a directory had told of by then is a row")
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        let identities = &self.scope.people.identities;
        let asked: BTreeSet<String> = self.scope.view.connector_titles().into_iter().collect();
        let mut accounts: BTreeMap<&PersonKey, Vec<String>> = BTreeMap::new();
        for (key, state) in &identities.correlation.states {
            let is_asked = self.scope.is_whole() || asked.contains(&*key.connector);
            if let Some(link) = state.link().filter(|_| is_asked) {
                accounts.entry(&link.person).or_default().push(format!("{} {}", key.connector, key.resource.id));
            }
        }
        let mut none = Vec::new();
        for (key, person) in &identities.people {
            let theirs = accounts.get_mut(key).unwrap_or(&mut none);
            theirs.sort();
            put(vec![
                text(key.as_str()),
                text(&person.display_name),
                filled(person.main_address()),
                employment(person.employment),
                filled(identities.unlisted.get(key).copied().map(moment_text)),
                filled(person.start.as_ref().map(Day::to_string)),
                filled(person.end.as_ref().map(Day::to_string)),
                filled(person.department.as_deref()),
                filled(person.manager.as_ref().map(|manager| identities.name_of(manager))),
                text(theirs.join("; ")),
            ])?;
        }
        Ok(())
    }
}
