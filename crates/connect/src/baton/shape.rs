//! What a source consists of, as it is remembered among the settings of its connector.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// More kinds of things than this, in all, are no vocabulary.
const MOST_WORDS: usize = 10_000;

/// The types, entitlements and rules of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shape {
    /// By id.
    pub types: BTreeMap<String, ShapeType>,
    /// How grants reach others.
    pub passed_on: BTreeSet<ShapePassage>,
}

/// That a grant to a group reaches whoever holds something on the group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShapePassage {
    /// The type of the resource granted on.
    pub resource_type: String,
    /// What is granted.
    pub slug: String,
    /// The type of the group.
    pub group_type: String,
    /// What is held on the group.
    pub through: String,
}

/// A type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShapeType {
    /// As people read it.
    pub title: String,
    /// Numbers of its traits (`reference/baton.md` §2.2).
    pub traits: BTreeSet<i32>,
    /// Types of what such resources belong to.
    pub parents: BTreeSet<String>,
    /// By slug.
    pub entitlements: BTreeMap<String, ShapeEntitlement>,
}

/// An entitlement of all resources of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShapeEntitlement {
    /// What it is for.
    pub purpose: ShapePurpose,
    /// Its place among those that exclude each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u8>,
    /// Types that can hold it, or do.
    pub grantable_to: BTreeSet<String>,
}

/// What an entitlement is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShapePurpose {
    /// Membership.
    Assignment,
    /// A level of rights; so is what says nothing.
    #[default]
    Permission,
    /// Ownership.
    Ownership,
}

/// The source has more kinds of things than anybody tells apart.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it has {0} kinds of resources and entitlements, and {MOST_WORDS} are the most that are told apart")]
pub struct ShapeError(usize);

impl Shape {
    /// Adds what another reading of the source knows. Nothing is ever taken out: what is gone was there in the past.
    pub fn merge(&mut self, other: Self) {
        for (id, new) in other.types {
            let known = self.types.entry(id).or_default();
            if !new.title.is_empty() {
                known.title = new.title;
            }
            known.traits.extend(new.traits);
            known.parents.extend(new.parents);
            for (slug, new) in new.entitlements {
                let known = known.entitlements.entry(slug).or_default();
                (known.purpose, known.order) = (new.purpose, new.order.or(known.order));
                known.grantable_to.extend(new.grantable_to);
            }
        }
        self.passed_on.extend(other.passed_on);
    }

    /// Checks that there are not too many kinds of things.
    ///
    /// # Errors
    /// When there are.
    pub fn check(&self) -> Result<(), ShapeError> {
        let words = self.types.len() + self.types.values().map(|one| one.entitlements.len()).sum::<usize>();
        if words + self.passed_on.len() > MOST_WORDS { Err(ShapeError(words + self.passed_on.len())) } else { Ok(()) }
    }
}
