//! Facts whose names are numbers: very many are read and passed on without a name being looked at.

use crate::FactKind;

/// A [`Fact`](crate::Fact) in the numbers of resources and words that whoever hands it out has told before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberedFact<'v> {
    /// [`Fact::Resource`](crate::Fact::Resource)
    Resource {
        /// What exists.
        resource: u32,
        /// The resource it belongs to.
        parent: Option<u32>,
    },
    /// [`Fact::Property`](crate::Fact::Property)
    Property {
        /// Whose property.
        resource: u32,
        /// The property's name, a word.
        name: u32,
        /// Its value as JSON.
        value: &'v str,
    },
    /// [`Fact::Grant`](crate::Fact::Grant)
    Grant {
        /// Who holds it.
        principal: u32,
        /// What it is held on.
        resource: u32,
        /// What is held, a word.
        slug: u32,
    },
    /// [`Fact::Evidence`](crate::Fact::Evidence)
    Evidence {
        /// Who is said to hold it.
        principal: u32,
        /// What it is said to be held on.
        resource: u32,
        /// What is said to be held, a word.
        slug: u32,
    },
    /// [`Fact::Link`](crate::Fact::Link)
    Link {
        /// Start.
        from: u32,
        /// Relationship verb, a word.
        class: u32,
        /// End.
        to: u32,
    },
}

impl<'v> NumberedFact<'v> {
    /// Puts a fact together from its parts; `None` when a part is missing that the kind needs.
    #[must_use]
    pub fn of_parts(
        kind: FactKind,
        subject: u32,
        object: Option<u32>,
        term: Option<u32>,
        value: Option<&'v str>,
    ) -> Option<Self> {
        Some(match kind {
            FactKind::Resource => Self::Resource { resource: subject, parent: object },
            FactKind::Property => Self::Property { resource: subject, name: term?, value: value? },
            FactKind::Grant => Self::Grant { principal: object?, resource: subject, slug: term? },
            FactKind::Evidence => Self::Evidence { principal: object?, resource: subject, slug: term? },
            FactKind::Link => Self::Link { from: subject, class: term?, to: object? },
        })
    }

    /// The same in other numbers.
    #[must_use]
    pub fn renumbered(self, mut node: impl FnMut(u32) -> u32, word: impl FnOnce(u32) -> u32) -> Self {
        match self {
            Self::Resource { resource, parent } => {
                Self::Resource { resource: node(resource), parent: parent.map(node) }
            }
            Self::Property { resource, name, value } => {
                Self::Property { resource: node(resource), name: word(name), value }
            }
            Self::Grant { principal, resource, slug } => {
                Self::Grant { principal: node(principal), resource: node(resource), slug: word(slug) }
            }
            Self::Evidence { principal, resource, slug } => {
                Self::Evidence { principal: node(principal), resource: node(resource), slug: word(slug) }
            }
            Self::Link { from, class, to } => Self::Link { from: node(from), class: word(class), to: node(to) },
        }
    }
}
