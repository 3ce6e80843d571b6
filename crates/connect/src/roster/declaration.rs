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
pub static DECLARATION: ConnectorDeclaration = ConnectorDeclaration {
    name: "roster",
    title: "Roster",
    root_type: DIRECTORY,
    account_type: "",
    types: TYPES,
    listings: &[ListingDeclaration {
        kind: PEOPLE,
        title: "people of {}",
        stage: Stage::Membership,
        per: DIRECTORY,
        sight: None,
        supports: &[],
        conditional: false,
        interactive: None,
    }],
    populations: &[],
    rules: &[],
    relationships: &[
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
    ],
    volatile: &[],
    blind_spots: &[],
    events: None,
    write: None,
};

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
