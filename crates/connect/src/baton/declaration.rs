//! A declaration for whatever a source consists of. Declarations live as long as the program, as all others do: one is made
//! for each different shape, of which a source has a new one only when it lists something of a new kind.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use rolecall_model::{
    AccessRule, ActionDeclaration, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, IdReuse,
    ListingDeclaration, Purpose, RelationshipMapping, RelationshipSource, Stage, Trait, TypeDeclaration,
};

use super::shape::{Shape, ShapeEntitlement, ShapePurpose, ShapeType};

/// The name of the connector type.
pub const TYPE: &str = "baton";
/// The type of the one resource that stands for the whole source.
pub const ROOT: &str = "baton-connector";
/// Listing: everything that a sync found.
pub const EVERYTHING: &str = "sync";
/// Property of accounts: whether they can be used.
pub(super) const ACTIVE: &str = "active";

/// Baton's number of the trait of accounts.
const USER: i32 = 1;
const GROUP: i32 = 2;
const ROLE: i32 = 3;
const APP: i32 = 4;
const SECRET: i32 = 5;

/// A source of which nothing is known yet.
pub static DECLARATION: ConnectorDeclaration = UNKNOWN;

const UNKNOWN: ConnectorDeclaration = ConnectorDeclaration {
    name: TYPE,
    title: "baton",
    root_type: ROOT,
    account_type: "",
    types: &[ROOT_DECLARED],
    listings: &[listing(&[])],
    populations: &[],
    rules: &[],
    relationships: &[],
    volatile: VOLATILE,
    blind_spots: BLIND_SPOTS,
    events: None,
    write: None,
};

const VOLATILE: &[&str] = &["lastLogin", "lastUsed"];
const BLIND_SPOTS: &[&str] = &["whatever the connector that wrote the file does not read"];

const ROOT_DECLARED: TypeDeclaration = TypeDeclaration {
    name: ROOT,
    plural: "baton-connectors",
    trait_: None,
    entitlements: &[],
    actions: &[],
    source_wide: false,
    reuse: IdReuse::Never,
    entity: EntityMapping::new("baton_connector", &["Account"], "baton-connector:{}"),
};

const fn listing(supports: &'static [&'static str]) -> ListingDeclaration {
    ListingDeclaration {
        kind: EVERYTHING,
        title: "sync of {}",
        stage: Stage::Membership,
        per: ROOT,
        sight: None,
        supports,
        conditional: false,
        interactive: None,
    }
}

/// The declaration of a source of this name and shape.
pub fn declared(name: &str, shape: &Shape) -> &'static ConnectorDeclaration {
    static MADE: LazyLock<Mutex<HashMap<(String, Shape), &'static ConnectorDeclaration>>> =
        LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made.get(&(name.to_owned(), shape.clone())) {
        return known;
    }
    let new: &'static ConnectorDeclaration = Box::leak(Box::new(made_of(name, shape)));
    made.insert((name.to_owned(), shape.clone()), new);
    new
}

fn made_of(name: &str, shape: &Shape) -> ConnectorDeclaration {
    let types = shape.types.iter().filter(|(id, _)| *id != ROOT).map(|(id, one)| type_of(name, id, one));
    let words: std::collections::BTreeSet<&String> =
        shape.types.values().flat_map(|one| one.entitlements.keys()).collect();
    let account = shape.types.iter().find(|(_, one)| one.traits.contains(&USER));
    ConnectorDeclaration {
        account_type: account.map_or("", |(id, _)| text(id)),
        types: slice(std::iter::once(ROOT_DECLARED).chain(types)),
        listings: slice([listing(slice(words.into_iter().map(|word| text(word))))]),
        rules: slice(rules(shape)),
        relationships: slice(relationships(shape)),
        ..UNKNOWN
    }
}

/// Texts and lists of a declaration, which lives as long as the program.
fn text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn slice<T>(items: impl IntoIterator<Item = T>) -> &'static [T] {
    Box::leak(items.into_iter().collect::<Vec<T>>().into_boxed_slice())
}

fn type_of(name: &str, id: &str, shape: &ShapeType) -> TypeDeclaration {
    let entitlements = slice(shape.entitlements.iter().map(|(slug, one)| entitlement(slug, one)));
    let actions = entitlements.iter().map(|one| ActionDeclaration { word: one.slug, slugs: slice([one.slug]) });
    TypeDeclaration {
        name: text(id),
        plural: text(&format!("{id}s")),
        trait_: trait_of(shape),
        entitlements,
        actions: slice(actions),
        source_wide: false,
        // Nothing in a file tells whether an id is given anew.
        reuse: IdReuse::Never,
        entity: EntityMapping::new(
            text(&format!("baton_{}", word(id))),
            class_of(shape),
            text(&format!("baton-{}:{}:{{}}", word(name), word(id))),
        ),
    }
}

fn trait_of(shape: &ShapeType) -> Option<Trait> {
    let known =
        [(USER, Trait::User), (GROUP, Trait::Group), (ROLE, Trait::Role), (APP, Trait::App), (SECRET, Trait::Secret)];
    known.into_iter().find(|(number, _)| shape.traits.contains(number)).map(|(_, trait_)| trait_)
}

const fn class_named(trait_: Option<Trait>) -> &'static [&'static str] {
    match trait_ {
        Some(Trait::User) => &["User"],
        Some(Trait::Group) => &["UserGroup"],
        Some(Trait::Role) => &["AccessRole"],
        Some(Trait::App) => &["Application"],
        Some(Trait::Secret) => &["AccessKey"],
        None => &["Resource"],
    }
}

fn class_of(shape: &ShapeType) -> &'static [&'static str] {
    class_named(trait_of(shape))
}

fn entitlement(slug: &str, shape: &ShapeEntitlement) -> EntitlementDeclaration {
    EntitlementDeclaration {
        slug: text(slug),
        purpose: match shape.purpose {
            ShapePurpose::Assignment => Purpose::Assignment,
            ShapePurpose::Permission => Purpose::Permission,
            ShapePurpose::Ownership => Purpose::Ownership,
        },
        grantable_to: slice(shape.grantable_to.iter().map(|kind| text(kind))),
        exclusive_order: shape.order,
        last_holder_protected: false,
    }
}

fn rules(shape: &Shape) -> impl Iterator<Item = AccessRule> {
    let passed_on = shape.passed_on.iter().map(|passage| AccessRule::ExpandableSlug {
        resource_type: text(&passage.resource_type),
        slug: text(&passage.slug),
        group_type: text(&passage.group_type),
        through: text(&passage.through),
    });
    let accounts = shape.types.iter().filter(|(_, one)| one.traits.contains(&USER));
    let suspended = accounts.map(|(id, _)| AccessRule::Suspended { resource_type: text(id), property: ACTIVE });
    passed_on.chain(suspended)
}

/// A group HAS its members, anything else ALLOWS whoever holds something on it, and a parent HAS its children.
fn relationships(shape: &Shape) -> Vec<RelationshipMapping> {
    let mut mappings = Vec::new();
    for (id, one) in &shape.types {
        let holders: std::collections::BTreeSet<&String> =
            one.entitlements.values().flat_map(|entitlement| &entitlement.grantable_to).collect();
        let (verb, class) = match trait_of(one) {
            Some(Trait::Group) => ("has", "HAS"),
            Some(Trait::Role) => ("assigned", "ASSIGNED"),
            _ => ("allows", "ALLOWS"),
        };
        mappings.extend(holders.into_iter().map(|holder| RelationshipMapping {
            source: RelationshipSource::Grant { resource_type: text(id), principal_type: text(holder), slug: None },
            type_: text(&format!("baton_{}_{verb}_{}", word(id), word(holder))),
            class,
        }));
        mappings.extend(one.parents.iter().map(|parent| RelationshipMapping {
            source: RelationshipSource::Parent { parent_type: text(parent), child_type: text(id) },
            type_: text(&format!("baton_{}_has_{}", word(parent), word(id))),
            class: "HAS",
        }));
        if trait_of(one) == Some(Trait::Secret) {
            let accounts = shape.types.iter().filter(|(_, other)| other.traits.contains(&USER));
            mappings.extend(accounts.map(|(account, _)| RelationshipMapping {
                source: RelationshipSource::Link { from_type: text(id), to_type: text(account) },
                type_: text(&format!("baton_{}_assigned_{}", word(id), word(account))),
                class: "ASSIGNED",
            }));
        }
    }
    mappings
}

/// A name as a word of a query: letters, digits and `_`.
fn word(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}
