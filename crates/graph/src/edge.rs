//! What tables keep about a grant, a link or a piece of evidence, and a grant as traversals see it.

use crate::text::NONE;
use crate::world::NodeId;

/// A word of a segment's vocabulary (30 bits), whether the removal of what it labels is unconfirmed, and whether it is
/// evidence that something newer speaks against (1 bit each).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Label(u32);

impl Label {
    const UNCONFIRMED: u32 = 1 << 31;
    const OUTDATED: u32 = 1 << 30;
    /// One more than the largest word that fits.
    pub(crate) const WORDS: usize = 1 << 30;

    pub(crate) const fn new(word: u32, unconfirmed: bool) -> Self {
        let word = word & !(Self::UNCONFIRMED | Self::OUTDATED);
        Self(if unconfirmed { word | Self::UNCONFIRMED } else { word })
    }

    /// As a number.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// The label that is this number.
    pub(crate) const fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The same label with another word.
    pub(crate) const fn with_word(self, word: u32) -> Self {
        let marks = self.0 & (Self::UNCONFIRMED | Self::OUTDATED);
        Self(Self::new(word, false).0 | marks)
    }

    /// Marked as outdated, or not.
    pub(crate) const fn outdated_if(self, outdated: bool) -> Self {
        Self(if outdated { self.0 | Self::OUTDATED } else { self.0 & !Self::OUTDATED })
    }

    pub(crate) const fn word(self) -> u32 {
        self.0 & !(Self::UNCONFIRMED | Self::OUTDATED)
    }

    pub(crate) const fn outdated(self) -> bool {
        self.0 & Self::OUTDATED != 0
    }

    pub(crate) const fn unconfirmed(self) -> bool {
        self.0 & Self::UNCONFIRMED != 0
    }
}

/// One end of a grant or link as seen from the other, in eight bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// The node at the other end; for a property, the number of its value.
    pub(crate) other: u32,
    /// The slug, link class or property name.
    pub(crate) label: Label,
}

/// One end of a piece of evidence as seen from the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// The node at the other end.
    pub(crate) other: u32,
    /// The slug.
    pub(crate) label: Label,
    /// The listing kind that states it.
    pub(crate) listing: u32,
}

/// One end of a right that an *Inherited* rule gives, as seen from the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Inherited {
    /// The node at the other end.
    pub(crate) other: u32,
    /// The slug.
    pub(crate) label: Label,
    /// The rule's place in the declaration.
    pub(crate) rule: u32,
}

/// What a grant comes from, in four bytes: [`NONE`] for one that was observed as such, a listing's word for evidence,
/// and above all words the rule that gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source(u32);

impl Source {
    const RULE: u32 = 1 << 31;
    pub(crate) const OBSERVED: Self = Self(NONE);

    pub(crate) const fn evidence(listing: u32) -> Self {
        Self(listing)
    }

    pub(crate) const fn rule(rule: u32) -> Self {
        Self(rule | Self::RULE)
    }

    /// The listing whose evidence it is.
    pub(crate) const fn listing(self) -> Option<u32> {
        if self.0 & Self::RULE == 0 { Some(self.0) } else { None }
    }

    /// The place in the declaration of the rule that gives it.
    pub(crate) const fn given_by(self) -> Option<u32> {
        if self.0 & Self::RULE == 0 || self.0 == NONE { None } else { Some(self.0 & !Self::RULE) }
    }
}

/// A grant as traversals see it. Both ends are in one segment, whose vocabulary names the slug and the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) segment: u32,
    pub(crate) principal: u32,
    pub(crate) resource: u32,
    pub(crate) label: Label,
    pub(crate) source: Source,
}

impl Edge {
    pub(crate) const fn observed(segment: u32, principal: u32, resource: u32, label: Label) -> Self {
        Self { segment, principal, resource, label, source: Source::OBSERVED }
    }

    pub(crate) const fn principal(&self) -> NodeId {
        NodeId::new(self.segment, self.principal)
    }

    pub(crate) const fn resource(&self) -> NodeId {
        NodeId::new(self.segment, self.resource)
    }
}

/// Which grants a traversal rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// What sources state as rights, and what rules give.
    Observed,
    /// These and the evidence that counts.
    All,
    /// All of them except those whose removal is unconfirmed.
    Confirmed,
}

impl Basis {
    pub(crate) const fn has_derived(self) -> bool {
        !matches!(self, Self::Observed)
    }

    pub(crate) const fn admits(self, edge: &Edge) -> bool {
        !matches!(self, Self::Confirmed) || !edge.label.unconfirmed()
    }
}
