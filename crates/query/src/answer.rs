//! What a query found.

use rolecall_graph::{EntityGraph, EntityId, RelationshipId};

use crate::diagnostic::Diagnostic;
use crate::table::Table;

/// An answer. Its entities and relationships are those of `graph`.
#[derive(Debug)]
pub struct Answer<'g> {
    /// What was asked.
    pub graph: &'g EntityGraph,
    /// What was found.
    pub found: Found<'g>,
    /// Warnings about query and answer.
    pub diagnostics: Vec<Diagnostic>,
    /// Bounds that were reached: the answer lacks something. Never silent.
    pub limits: Vec<LimitReached>,
    /// How it was found, a line for each step.
    pub plan: Vec<String>,
    /// Work units spent: about one for each relationship looked at.
    pub work: u64,
}

/// What was found.
#[derive(Debug)]
pub enum Found<'g> {
    /// Without `RETURN`: entities.
    List(Vec<EntityId>),
    /// `RETURN` with columns.
    Table(Table<'g>),
    /// `RETURN TREE`.
    Tree(Tree),
    /// `RETURN PATH`.
    Paths(Vec<FoundPath>),
}

impl Found<'_> {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::List(list) => list.is_empty(),
            Self::Table(table) => table.is_empty(),
            Self::Tree(tree) => tree.entities.is_empty(),
            Self::Paths(paths) => paths.is_empty(),
        }
    }
}

/// A relationship of the graph, or that someone can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge<'g> {
    /// A relationship.
    Relationship(RelationshipId),
    /// Effective access.
    Access {
        /// Who.
        holder: EntityId,
        /// Can do something with what.
        resource: EntityId,
        /// Can do what.
        action: &'g str,
    },
}

/// All entities and relationships of all paths.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// In order, each once.
    pub entities: Vec<EntityId>,
    /// In order, each once: the holder's number, the action and the resource's of access; otherwise a relationship.
    pub edges: Vec<TreeEdge>,
}

/// An edge of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TreeEdge {
    /// A relationship.
    Relationship(RelationshipId),
    /// Effective access.
    Access {
        /// Who.
        holder: EntityId,
        /// Can do something with what.
        resource: EntityId,
        /// Can do what.
        action: String,
    },
}

/// One path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FoundPath {
    /// Where it begins.
    pub start: EntityId,
    /// Where it goes.
    pub steps: Vec<PathStep>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathStep {
    /// Along what.
    pub edge: TreeEdge,
    /// Whether it is gone along against its direction.
    pub backwards: bool,
    /// To where.
    pub to: EntityId,
}

/// A bound that was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    /// Which one.
    pub limit: Limit,
    /// How much was allowed.
    pub allowed: u64,
}

/// Bounds of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Rows, beyond those that the query itself limits.
    Rows,
    /// Work units.
    Work,
    /// The caller gave up.
    Cancelled,
}
