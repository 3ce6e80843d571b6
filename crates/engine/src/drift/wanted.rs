//! What a file wants, in terms of what is recorded.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::{ResourceRef, TypeDeclaration};

use super::exception::Exception;
use crate::placed::Place;

/// What it wants of one connector.
#[derive(Debug)]
pub(super) struct WantedConnector {
    pub(super) segment: u32,
    /// The kinds of things that are judged.
    pub(super) kinds: Vec<WantedKind>,
    pub(super) exceptions: Vec<Exception>,
}

/// What it wants of the things of one kind.
#[derive(Debug)]
pub(super) struct WantedKind {
    pub(super) declared: &'static TypeDeclaration,
    /// Whether there is to be no other thing of the kind.
    pub(super) only: bool,
    pub(super) things: BTreeMap<ResourceRef, WantedThing>,
}

/// What it wants of one thing.
#[derive(Debug, Default)]
pub(super) struct WantedThing {
    pub(super) place: Place,
    /// Whether nobody is to hold anything else on it.
    pub(super) only: bool,
    /// The rights that are mentioned: nobody else is to hold these.
    pub(super) mentioned: BTreeSet<String>,
    pub(super) holders: BTreeMap<ResourceRef, BTreeMap<String, WantedRight>>,
}

/// A right that somebody is to hold.
#[derive(Clone, Debug, Default)]
pub(super) struct WantedRight {
    pub(super) place: Place,
    /// What is worth knowing of it: that nobody is called so.
    pub(super) remark: Option<String>,
}
