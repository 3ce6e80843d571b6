//! What a caller gives to a query, and what a query asks its caller for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

use rolecall_graph::{EntityGraph, PropertyValue};

use crate::changes::{Changes, Window};

/// What a query has to be given before it can be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Moments of which the graph is needed, in milliseconds since 1970; `None` is the present.
    pub moments: BTreeSet<Option<i64>>,
    /// Windows of changes, each with the moment of the graph that they are of.
    pub windows: BTreeSet<(Option<i64>, Window)>,
    /// Whether entities that are gone have to be in the graphs, and how often the others changed.
    pub deleted: bool,
}

/// The graphs that a query is asked of.
#[derive(Debug, Default)]
pub struct Worlds<'g> {
    /// By moment; `None` is the present.
    pub graphs: HashMap<Option<i64>, &'g EntityGraph>,
    /// By moment and window.
    pub changes: HashMap<(Option<i64>, Window), &'g Changes>,
    /// `#Name`: the queries whose entities it is.
    pub smart_classes: BTreeMap<String, Vec<String>>,
}

/// How a query is asked.
#[derive(Debug, Default)]
pub struct Asked<'a> {
    /// The values of `${name}` and `{{name}}`; `None` is null.
    pub parameters: BTreeMap<String, Option<PropertyValue>>,
    /// `date.now`, in milliseconds since 1970.
    pub now: i64,
    /// Whether entities that are gone are found by every pattern.
    pub include_deleted: bool,
    /// What the answer may cost.
    pub budget: Budget,
    /// Set by whoever no longer wants the answer.
    pub cancelled: Option<&'a AtomicBool>,
}

/// What an answer may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Rows.
    pub rows: u64,
    /// Work units: about one for each relationship looked at and each comparison.
    pub work: u64,
}

impl Default for Budget {
    /// A hundred thousand rows, and some seconds.
    fn default() -> Self {
        Self { rows: 100_000, work: 1_000_000_000 }
    }
}
