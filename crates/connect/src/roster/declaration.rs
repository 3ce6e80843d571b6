//! What a directory of people declares. People hold nothing: their accounts do, which are joined to them elsewhere.

use rolecall_model::person::PERSON;
use rolecall_model::{
    ConnectorDeclaration, EntityMapping, IdReuse, ListingDeclaration, RelationshipMapping, RelationshipSource, Stage,
    TypeDeclaration,
};

/// Resource type of a directory.
pub const DIRECTORY: &str = "directory";
/// Listing: everybody in it.
pub const PEOPLE: &str = "people";

/// The roster connector type.
pub static DECLARATION: ConnectorDeclaration = declared("roster", "Roster");

/// The connector type of what an identity provider pushes by SCIM.
pub static SCIM: ConnectorDeclaration = declared("scim", "SCIM");

const fn declared(name: &'static str, title: &'static str) -> ConnectorDeclaration {
    ConnectorDeclaration {
        name,
        title,
        root_type: DIRECTORY,
        account_type: "",
        types: TYPES,
        listings: LISTINGS,
        populations: &[],
        rules: &[],
        relationships: RELATIONSHIPS,
        volatile: &[],
        blind_spots: &[],
        events: None,
        write: None,
    }
}

const LISTINGS: &[ListingDeclaration] = &[ListingDeclaration {
    kind: PEOPLE,
    title: "people of {}",
    stage: Stage::Membership,
    per: DIRECTORY,
    sight: None,
    supports: &[],
    conditional: false,
    interactive: None,
}];

const RELATIONSHIPS: &[RelationshipMapping] = &[
    RelationshipMapping {
        source: RelationshipSource::Link { from_type: PERSON, to_type: PERSON },
        type_: "person_manages_person",
        class: "MANAGES",
    },
    RelationshipMapping {
        source: RelationshipSource::Parent { parent_type: DIRECTORY, child_type: PERSON },
        type_: "directory_has_person",
        class: "HAS",
    },
];

const TYPES: &[TypeDeclaration] = &[
    TypeDeclaration {
        name: DIRECTORY,
        plural: "directories",
        trait_: None,
        entitlements: &[],
        actions: &[],
        source_wide: false,
        reuse: IdReuse::Never,
        entity: EntityMapping::new("directory", &["Directory"], "directory:{}"),
    },
    TypeDeclaration {
        name: PERSON,
        plural: "people",
        trait_: None,
        entitlements: &[],
        actions: &[],
        source_wide: false,
        reuse: IdReuse::Never,
        entity: EntityMapping {
            renamed: &[("givenName", "firstName"), ("familyName", "lastName")],
            ..EntityMapping::new("person", &["Person"], "person:{}")
        },
    },
];
