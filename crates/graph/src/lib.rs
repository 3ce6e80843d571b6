//! Rolecall's access graph: who can do what, by which path, and what an account can reach.
//!
//! A [`Segment`] is everything one connector instance observed, compressed: strings are interned once, nodes are
//! numbered in the order of their type and wire id, and every table is a compressed sparse row. A [`World`] is a
//! list of shared segments plus a small overlay that joins equal source-wide resources, so that one npm account in
//! two organisations is one account. When a connector has a new snapshot, only its segment is built again.
//!
//! The graph alone interprets [`AccessRule`](rolecall_model::AccessRule)s:
//!
//! * *Expandable*, *Implies* and *Inherited* decide who **holds** an entitlement ([`World::who_can`],
//!   [`World::access`]). What an *Inherited* rule gives is passed on by that rule alone ([`Origin::Rule`],
//!   [`Origin::Setting`]).
//! * *Suspended* decides whose rights are of no use: those accounts are [`WhoCan::suspended`], never holders.
//! * *CanTake* decides who could give themself one; that is a [`Take`], never a [`Path`] and never a holder.
//! * *MayHold* decides who may hold one for all the registry says; that is a [`Might`], never a holder either.
//! * *Anyone* says that everybody holds one; that is [`WhoCan::anyone`], never a list of accounts.
//! * *EvidenceCounts* turns what a second source states, and no grant explains, into grants whose path is unknown
//!   ([`Origin::PathUnknown`]).
//!
//! **Architecture Invariant:** nothing here performs I/O, takes a clock or fails on data. Cycles, references to
//! resources nobody stated, duplicate facts and unknown types, slugs and listings all have a defined meaning.
//!
//! **Architecture Invariant:** the *set* of holders is computed by reachability, apart from the paths that explain
//! it. Paths are bounded and say so; the set never is.
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod access;
mod agreement;
mod builder;
mod csr;
mod derived;
mod downstream;
mod edge;
mod few;
mod find;
mod group;
mod hash;
mod image;
mod inherited;
mod leaving;
mod list;
mod might;
mod overlay;
mod path;
mod reach;
mod routes;
mod rules;
mod segment;
mod take;
mod targets;
mod text;
mod upstream;
mod view;
mod who_can;
mod without;
mod world;

#[cfg(test)]
mod tests;

pub use access::{AccessItem, AccountAccess};
pub use agreement::Agreement;
pub use builder::{Mark, NumberedMark, SegmentBuilder};
pub use few::FewHolders;
pub use image::{ImageError, image_fingerprint};
pub use list::{Counts, Evidence, Link};
pub use might::{Might, MightGroup};
pub use path::{Origin, Path, Step};
pub use reach::{ActionReach, Passing};
pub use segment::{Segment, SegmentIdentity};
pub use take::{Take, TakeGroup};
pub use targets::TargetSet;
pub use view::{
    Access, AccessInput, Across, ActionIndex, Besides, ConnectorLabel, EntityGraph, EntityGraphBuilder, EntityId,
    EntityInput, Gone, History, PropertyReader, PropertyValue, RelationshipId, RelationshipInput, RelationshipKind,
    Run, Stated, ValueRef, Vocabulary,
};
pub use who_can::{Holder, WhoCan};
pub use without::Then;
pub use world::{NodeId, World};
