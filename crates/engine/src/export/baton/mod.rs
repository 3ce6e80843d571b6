//! A connector as baton has it: resource types, resources, entitlements and grants (`reference/baton.md` §2, §5).
//!
//! A team's right on a package is one grant, marked expandable. So is what a rule gives to holders of something on the
//! parent: a grant of the parent. What an owner could take, or a service may have, is no grant.
//!
//! | question | file |
//! |---|---|
//! | what is a resource, an entitlement, a grant? | `records.rs`, `grants.rs` |
//! | who holds what through whom, and in which order is that told? | `expansion.rs`, `told.rs` |
//! | how does it become JSON, or a `.c1z` file? | `json.rs`, `c1z.rs` |

mod c1z;
mod expansion;
mod grants;
mod json;
mod records;
mod told;

pub use c1z::{C1zExport, C1zExportError, C1zParts, c1z_export};

pub(super) use expansion::Expansion;
pub(super) use told::GrantTold;

use rolecall_baton::record::ResourceType;
use rolecall_model::{ConnectorDeclaration, TypeDeclaration};

use crate::world::ConnectorView;

/// The resource types that files of a connector of this type may hold.
#[must_use]
pub fn baton_types(declaration: &'static ConnectorDeclaration) -> Vec<ResourceType> {
    shown_of(declaration).map(records::resource_type).collect()
}

pub(super) fn shown(connector: &ConnectorView) -> impl Iterator<Item = &'static TypeDeclaration> + use<> {
    shown_of(connector.declaration)
}

/// Baton knows who holds what; a type that neither is somebody, nor can be held on, nor holds anything has no place in it.
fn shown_of(declaration: &'static ConnectorDeclaration) -> impl Iterator<Item = &'static TypeDeclaration> + use<> {
    let types = declaration.types;
    let can_hold = |kind: &str| {
        let entitlements = || types.iter().flat_map(|declared| declared.entitlements);
        entitlements().any(|entitlement| entitlement.grantable_to.contains(&kind))
    };
    types.iter().filter(move |declared| {
        declared.trait_.is_some() || !declared.entitlements.is_empty() || can_hold(declared.name)
    })
}

/// `read-write` as people write it in a title: `Read Write`.
fn words(slug: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    slug.split('-').map(word).collect::<Vec<_>>().join(" ")
}
