//! What searches do, for people: their plan, and what everybody can do.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_graph::{EntityGraph, EntityId};

use super::search::Search;
use crate::compile::Along;
use crate::diagnostic::{Diagnostic, Severity};

/// What everybody can do is not listed; this says so.
pub(super) fn everybody(searches: &[Search<'_, '_>]) -> Vec<Diagnostic> {
    let mut remarks = BTreeMap::new();
    for search in searches {
        for at in 0..search.last() {
            for (action, count) in search.everybody(at) {
                let known = remarks.entry((at, action)).or_insert(0);
                *known = count.max(*known);
            }
        }
    }
    let remark = |((_, action), count): ((usize, &str), usize)| Diagnostic {
        severity: Severity::Warning,
        code: "everybody-can",
        message: format!("everybody can {action} {count} of these, and holders of that are not listed"),
        span: None,
        help: None,
    };
    remarks.into_iter().map(remark).collect()
}

impl<'g> Search<'_, 'g> {
    /// What it does, a line for each step.
    pub(super) fn plan(&self) -> Vec<String> {
        let graph = self.engine.graph;
        let estimates: Vec<String> = self.estimates.iter().map(u64::to_string).collect();
        let mut lines = vec![format!("entities that come into question at each place: {}", estimates.join(", "))];
        lines.push(format!("begin at place {}: {}", self.seed + 1, self.describe(graph, self.seed)));
        if let Some(starts) = self.first_set() {
            lines.push(format!("go left from there to place 1, {} entities in all", starts.len()));
        }
        lines
    }

    fn describe(&self, graph: &EntityGraph, at: usize) -> String {
        let shapes: BTreeSet<&str> = self.shapes(at).map(|shape| graph.shape_type(shape)).collect();
        match shapes.len() {
            0 => "nothing of the sort".to_owned(),
            1..=4 => shapes.into_iter().collect::<Vec<_>>().join(", "),
            many => format!("{many} types"),
        }
    }

    fn everybody(&self, at: usize) -> Vec<(&'g str, usize)> {
        let Some(Along::Access(actions)) = self.hop(at).map(|hop| &hop.along) else {
            return Vec::new();
        };
        let meant = |entity: &EntityId| self.accepts(at, *entity) || self.accepts(at + 1, *entity);
        let counted = actions.iter().map(|(action, index)| (*action, index.everybody().filter(meant).count()));
        counted.filter(|(_, count)| *count > 0).collect()
    }
}
