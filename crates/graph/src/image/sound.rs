//! Whether tables fit together: every number names something that is there, and what is searched is sorted.
//!
//! A builder makes no others. An image with the right checksum could still be of somebody's own making, and traversals
//! must not have to ask.

use crate::csr::Csr;
use crate::edge::{Entry, Inherited, Label, Stated};
use crate::segment::{Both, Kinds, Segment};
use crate::text::{NONE, Texts, number_of};

/// How much there is of each sort of thing that has a number.
struct Limits {
    nodes: u32,
    words: u32,
    values: u32,
    rules: u32,
}

impl Segment {
    /// `O(bytes)`.
    pub(super) fn is_sound(&self) -> bool {
        let limits = Limits {
            nodes: self.nodes(),
            words: number_of(self.words.len()),
            values: number_of(self.values.len()),
            rules: number_of(self.declaration.rules.len()),
        };
        let is_all_sorted = |texts: &Texts| texts.is_sorted_within(0, number_of(texts.len()));
        is_all_sorted(&self.words)
            && is_all_sorted(&self.values)
            && self.kinds.is_sound(&self.ids)
            && self.has_sound_nodes(limits.nodes)
            && is_table(&self.properties, limits.nodes, |entry| {
                entry.other < limits.values && limits.has_word(entry.label)
            })
            && is_both(&self.grants, limits.nodes, |entry| limits.has_entry(entry))
            && is_both(&self.links, limits.nodes, |entry| limits.has_entry(entry))
            && is_both(&self.evidence, limits.nodes, |stated| limits.has_stated(stated))
            && self.has_sound_inherited(&limits)
    }

    fn has_sound_nodes(&self, nodes: u32) -> bool {
        let is_node = |node: &u32| *node < nodes;
        let has_length = |length: usize| number_of(length) == nodes;
        has_length(self.parents.len())
            && self.parents.iter().all(|parent| *parent == NONE || is_node(parent))
            && self.unconfirmed_parents.is_sorted()
            && self.unconfirmed_parents.iter().all(is_node)
            && is_table(&self.children, nodes, is_node)
            && has_length(self.statements.len())
            && (self.times.is_empty() || has_length(self.times.len()))
    }

    /// Where no rule gives anything, there are no rows.
    fn has_sound_inherited(&self, limits: &Limits) -> bool {
        let rows = if self.inherited.on.rows() == 0 { 0 } else { limits.nodes };
        is_both(&self.inherited, rows, |right| limits.has_inherited(right))
    }
}

impl Kinds {
    fn is_sound(&self, ids: &Texts) -> bool {
        let kinds = number_of(self.names.len());
        self.names.is_sorted_within(0, kinds)
            && number_of(self.starts.len()) == kinds.saturating_add(1)
            && self.starts.first() == Some(&0)
            && self.starts.is_sorted()
            && self.starts.last() == Some(&number_of(ids.len()))
            && (0..kinds).all(|kind| {
                let nodes = self.range(kind);
                ids.is_sorted_within(nodes.start, nodes.end)
            })
    }
}

impl Limits {
    const fn has_word(&self, label: Label) -> bool {
        label.word() < self.words
    }

    const fn has_entry(&self, entry: &Entry) -> bool {
        entry.other < self.nodes && self.has_word(entry.label)
    }

    const fn has_stated(&self, stated: &Stated) -> bool {
        stated.other < self.nodes && self.has_word(stated.label) && stated.listing < self.words
    }

    const fn has_inherited(&self, right: &Inherited) -> bool {
        right.other < self.nodes && self.has_word(right.label) && right.rule < self.rules
    }
}

fn is_table<T: Copy + Default>(table: &Csr<T>, rows: u32, is_sound: impl Fn(&T) -> bool) -> bool {
    table.rows() == rows && table.parts().1.iter().all(is_sound)
}

fn is_both<T: Copy + Default>(both: &Both<T>, rows: u32, is_sound: impl Fn(&T) -> bool) -> bool {
    is_table(&both.on, rows, &is_sound) && is_table(&both.by, rows, &is_sound)
}
