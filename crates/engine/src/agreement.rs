//! Whether the computed rights agree with what the registry itself says (*Architecture Invariant* 8).

use rolecall_graph::NodeId;
use rolecall_model::TypeDeclaration;
use serde::Serialize;

use crate::name::Candidate;
use crate::world::{ConnectorView, WorldView};

/// How far computed and stated rights agree in one connector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementAnswer {
    /// The connector.
    pub connector: String,
    /// The registry, as people call it.
    #[serde(skip)]
    pub registry: &'static str,
    /// The listing that states rights: `collaborators`.
    pub listing: String,
    /// The type of the resources it states them on.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What people call several of them: `packages`.
    #[serde(skip)]
    pub plural: &'static str,
    /// Resources for which both agree.
    pub agree: usize,
    /// Resources that were compared.
    pub compared: usize,
    /// Where they differ.
    pub exceptions: Vec<Disagreement>,
}

/// One resource about which they differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Disagreement {
    /// The resource.
    pub resource: Candidate,
    /// Accounts with a right that only we compute, `alice (read-write)`.
    pub only_computed: Vec<String>,
    /// Accounts with a right that only the registry states.
    pub only_stated: Vec<String>,
}

/// Compares, for every connector, the computed rights with each listing that is declared to state rights.
#[must_use]
pub fn agreement(view: &WorldView) -> Vec<AgreementAnswer> {
    let indexed = view.connectors.iter().zip(0_u32..);
    indexed.flat_map(|(connector, segment)| compared(view, connector, segment)).collect()
}

fn compared(view: &WorldView, connector: &ConnectorView, segment: u32) -> Vec<AgreementAnswer> {
    connector
        .declaration
        .evidence_counts()
        .map(|(resource_type, listing)| one(view, connector, segment, resource_type, listing))
        .collect()
}

fn one(
    view: &WorldView,
    connector: &ConnectorView,
    segment: u32,
    resource_type: &'static str,
    listing: &str,
) -> AgreementAnswer {
    let declared = connector.declaration.resource_type(resource_type);
    let levels = declared.map(levels).unwrap_or_default();
    let read = read(view, connector, segment, resource_type, listing);
    let mut found = view.world.agreement(segment, &levels, listing, &read);
    for agreement in &mut found {
        agreement.only_computed.retain(|(account, _)| speaks_of(connector, listing, view.world.kind(*account)));
    }
    let spelled = |rights: &[(NodeId, &str)]| {
        rights.iter().map(|(account, slug)| format!("{} ({slug})", view.world.id(*account))).collect()
    };
    AgreementAnswer {
        connector: connector.title(),
        registry: connector.declaration.title,
        listing: listing.to_owned(),
        kind: resource_type,
        plural: declared.map_or("resources", |declared| declared.plural),
        agree: found.iter().filter(|agreement| agreement.agrees()).count(),
        compared: found.len(),
        exceptions: found
            .iter()
            .filter(|agreement| !agreement.agrees())
            .map(|agreement| Disagreement {
                resource: view.candidate(agreement.resource),
                only_computed: spelled(&agreement.only_computed),
                only_stated: spelled(&agreement.only_stated),
            })
            .collect(),
    }
}

/// Whether a listing says anything of principals of this type: one that names a population does not speak of another's.
fn speaks_of(connector: &ConnectorView, listing: &str, kind: &str) -> bool {
    let populations = connector.declaration.populations;
    let names_one = populations.iter().any(|population| population.listing == listing);
    let of_kind = populations.iter().find(|population| population.resource_type == kind);
    !names_one || of_kind.is_none_or(|population| population.listing == listing)
}

/// The resources of which a reading says that nobody else is stated on them. A listing of something else, such as a
/// roster that names teams, says nothing of the resources it does not mention.
fn read(view: &WorldView, connector: &ConnectorView, segment: u32, resource_type: &str, listing: &str) -> Vec<NodeId> {
    if connector.declaration.listing(listing).is_none_or(|declared| declared.per != resource_type) {
        return Vec::new();
    }
    let (book, nodes) = (connector.book(), view.world.nodes(segment));
    let of_type = nodes.filter(|node| view.world.kind(*node) == resource_type);
    of_type.filter(|node| book.is_read(listing, &view.world.reference(*node))).collect()
}

/// The type's mutually exclusive entitlements, weakest first, or all of them where none exclude each other.
fn levels(declared: &'static TypeDeclaration) -> Vec<&'static str> {
    let mut levels: Vec<_> = declared.entitlements.iter().filter(|level| level.exclusive_order.is_some()).collect();
    if levels.is_empty() {
        levels = declared.entitlements.iter().collect();
    }
    levels.sort_by_key(|level| level.exclusive_order);
    levels.into_iter().map(|level| level.slug).collect()
}
