//! Whether something that is not there would have been seen.

use rolecall_model::{ListingDeclaration, Purpose, ResourceRef, Stage, Trait};

use super::actual::Actual;
use crate::completeness::{Completeness, CompletenessBuilder, ListingBook};
use crate::world::ConnectorView;

/// The listings of a connector, as they show who holds what.
pub(super) struct Seen<'v> {
    connector: &'v ConnectorView,
    actual: &'v Actual,
    book: ListingBook<'v>,
}

impl<'v> Seen<'v> {
    pub(super) fn of(connector: &'v ConnectorView, actual: &'v Actual) -> Self {
        Self { connector, actual, book: connector.book() }
    }

    /// Why it is not known whether a thing is there; nothing where it is known that it is not.
    pub(super) fn thing_doubt(&self) -> Option<String> {
        let mut builder = CompletenessBuilder::default();
        self.root_add(&mut builder);
        doubt(builder)
    }

    /// The same of a right of somebody on a thing.
    pub(super) fn right_doubt(&self, thing: &ResourceRef, holder: &ResourceRef, slug: &str) -> Option<String> {
        let mut builder = CompletenessBuilder::default();
        self.root_add(&mut builder);
        self.holder_add(&mut builder, holder);
        self.thing_add(&mut builder, thing, |declared| self.shows(declared, thing, holder, slug));
        doubt(builder)
    }

    /// What everything rests on that is said of these things.
    pub(super) fn completeness_add<'r>(
        &self,
        builder: &mut CompletenessBuilder,
        things: impl Iterator<Item = &'r ResourceRef>,
    ) {
        self.root_add(builder);
        let types = self.connector.declaration.types;
        let is_group =
            |kind: &str| types.iter().any(|declared| declared.name == kind && declared.trait_ == Some(Trait::Group));
        let root = self.connector.root();
        let groups = self.actual.things.keys().filter(|thing| is_group(thing.kind.as_str()) && **thing != root);
        groups.for_each(|group| self.holder_add(builder, group));
        for thing in things.filter(|thing| **thing != root && !is_group(thing.kind.as_str())) {
            self.thing_add(builder, thing, |declared| {
                declared.stage == Stage::Membership || self.is_evidence(declared, thing)
            });
        }
    }

    fn root_add(&self, builder: &mut CompletenessBuilder) {
        let root = self.connector.root();
        self.add(builder, &root, |declared| declared.stage == Stage::Membership);
    }

    /// What a group holds may be shown by its own listings.
    fn holder_add(&self, builder: &mut CompletenessBuilder, holder: &ResourceRef) {
        if self.actual.things.contains_key(holder) {
            self.add(builder, holder, |declared| declared.stage == Stage::Membership);
        }
    }

    /// What is not there has no listings.
    fn thing_add(
        &self,
        builder: &mut CompletenessBuilder,
        thing: &ResourceRef,
        shows: impl Fn(&ListingDeclaration) -> bool,
    ) {
        if self.actual.things.contains_key(thing) && *thing != self.connector.root() {
            self.add(builder, thing, shows);
        }
    }

    fn add(&self, builder: &mut CompletenessBuilder, of: &ResourceRef, shows: impl Fn(&ListingDeclaration) -> bool) {
        let listings = self.connector.declaration.listings.iter();
        let supporting = listings.filter(|declared| of.kind == declared.per && !declared.supports.is_empty());
        supporting.filter(|declared| shows(declared)).for_each(|declared| builder.add(&self.book, declared, of));
    }

    /// Whether a listing of a thing may show a right on it. What groups and accounts hold is in the listings of who is in
    /// what and in those whose evidence counts; owners may be named where people are named, and what is neither may be
    /// anywhere.
    fn shows(&self, declared: &ListingDeclaration, thing: &ResourceRef, holder: &ResourceRef, slug: &str) -> bool {
        let kind = self.connector.declaration.resource_type(holder.kind.as_str());
        let is_usual = kind.is_some_and(|kind| matches!(kind.trait_, Some(Trait::User | Trait::Group)));
        let purpose = self.connector.declaration.entitlement(thing.kind.as_str(), slug).map(|known| known.purpose);
        let named_in = self.connector.declaration.write.as_ref().and_then(|write| write.named_in);
        declared.stage == Stage::Membership
            || !is_usual
            || self.is_evidence(declared, thing)
            || purpose == Some(Purpose::Ownership) && named_in == Some(declared.kind)
    }

    fn is_evidence(&self, declared: &ListingDeclaration, thing: &ResourceRef) -> bool {
        let mut counts = self.connector.declaration.evidence_counts();
        counts.any(|(kind, listing)| thing.kind == kind && listing == declared.kind)
    }
}

fn doubt(builder: CompletenessBuilder) -> Option<String> {
    let Completeness { gaps, .. } = builder.finish();
    gaps.first().map(|gap| gap.sentence())
}
