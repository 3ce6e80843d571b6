//! The words a graph knows, whether or not anything of the sort is in it.

use std::collections::BTreeSet;

use rolecall_model::{ConnectorDeclaration, EntityMapping};

use crate::view::columns::OF_RELATIONSHIPS;

/// Classes that are there as soon as there is anything of the sort, whichever connector it comes from.
const CLASSES: [&str; 2] = ["AccessRole", "Person"];

/// Types, classes, properties, relationship classes and action words: for telling an unknown word from one of which there
/// is nothing just now, and for suggesting the nearest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// `npm_user`
    pub types: BTreeSet<Box<str>>,
    /// `User`
    pub classes: BTreeSet<Box<str>>,
    /// `displayName`
    pub properties: BTreeSet<Box<str>>,
    /// `HAS`
    pub verbs: BTreeSet<Box<str>>,
    /// `publish`
    pub actions: BTreeSet<Box<str>>,
}

impl Vocabulary {
    /// What these connector types declare, and the names of properties that there are.
    pub(crate) fn of<'n>(
        declarations: impl Iterator<Item = &'static ConnectorDeclaration>,
        properties: impl Iterator<Item = &'n str>,
    ) -> Self {
        let mut words = Self::default();
        words.classes.extend(CLASSES.map(Box::from));
        words.verbs.extend(["HAS", "ALLOWS", "ASSIGNED", "IS", "OWNS"].map(Box::from));
        words.properties.extend(properties.chain(OF_RELATIONSHIPS).map(Box::from));
        for declaration in declarations {
            words.actions.extend(declaration.types.iter().flat_map(|of| of.actions).map(|action| action.word.into()));
            words.verbs.extend(declaration.relationships.iter().map(|mapping| mapping.class.into()));
            for mapping in declaration.types.iter().map(|declared| &declared.entity) {
                words.add(mapping);
            }
        }
        words
    }

    fn add(&mut self, mapping: &EntityMapping) {
        self.types.insert(mapping.type_.into());
        self.types.extend(mapping.roles.map(|roles| roles.type_.into()));
        self.classes.extend(mapping.class.iter().map(|class| Box::from(*class)));
        let of_id = mapping.of_id.iter().map(|(name, _)| *name);
        let renamed = mapping.renamed.iter().map(|(_, name)| *name);
        let constants = mapping.constants.iter().map(|(name, _)| *name);
        self.properties.extend(of_id.chain(renamed).chain(constants).map(Box::from));
    }
}
