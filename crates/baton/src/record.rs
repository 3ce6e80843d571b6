//! Resource types, resources, entitlements and grants, as connectors list them (`reference/baton.md` §2.2, §2.3).

use rolecall_model::{Purpose, ResourceRef, Timestamp};
use serde_json::{Map, Value as Json};

/// What kind of thing a resource type is. Numbers are baton's; one that is newer than this build is kept as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraitKind(pub i32);

impl TraitKind {
    /// Somebody.
    pub const USER: Self = Self(1);
    /// Something with members.
    pub const GROUP: Self = Self(2);
    /// A role.
    pub const ROLE: Self = Self(3);
    /// An application.
    pub const APP: Self = Self(4);
    /// A credential.
    pub const SECRET: Self = Self(5);
}

/// A kind of resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceType {
    /// Its id: `team`.
    pub id: String,
    /// As people read it.
    pub display_name: String,
    /// More about it.
    pub description: String,
    /// Its traits.
    pub traits: Vec<TraitKind>,
    /// Whether nothing is held on such resources, so that nobody need ask.
    pub holds_nothing: bool,
}

/// Something that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its type and id.
    pub id: ResourceRef,
    /// What it belongs to.
    pub parent: Option<ResourceRef>,
    /// As people read it.
    pub display_name: String,
    /// More about it.
    pub description: String,
    /// What its type's traits say of it.
    pub details: Vec<Detail>,
    /// Types of the resources that belong to it.
    pub children: Vec<String>,
    /// Its id as the source spells it, where that is said.
    pub raw_id: Option<String>,
    /// Its page, where that is said.
    pub link: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

impl Resource {
    /// A resource of which nothing is said but its name.
    #[must_use]
    pub fn named(id: ResourceRef, display_name: String) -> Self {
        Self {
            id,
            parent: None,
            display_name,
            description: String::new(),
            details: Vec::new(),
            children: Vec::new(),
            raw_id: None,
            link: None,
            created_at: None,
        }
    }
}

/// What a trait says of a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// Of somebody.
    User(UserDetail),
    /// Of something with members, with whatever its source knows of it.
    Group(Map<String, Json>),
    /// Of a role.
    Role(Map<String, Json>),
    /// Of an application.
    App(Map<String, Json>),
    /// Of a credential.
    Secret(SecretDetail),
}

/// What is said of somebody. What is absent is not known, which is another thing than *no*.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserDetail {
    /// The name they sign in with.
    pub login: String,
    /// Addresses; the first one is the main one.
    pub emails: Vec<String>,
    /// Whether the account can be used.
    pub is_enabled: Option<bool>,
    /// Whether it is no person's.
    pub is_service: Option<bool>,
    /// Whether a second factor is set up.
    pub has_second_factor: Option<bool>,
    /// When they last signed in.
    pub last_login: Option<Timestamp>,
    /// Numbers by which an employer knows them.
    pub employee_ids: Vec<String>,
    /// Whatever else the source knows.
    pub profile: Map<String, Json>,
}

/// What is said of a credential.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecretDetail {
    /// Whose it is.
    pub identity: Option<ResourceRef>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Until when it opens anything.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Whatever else the source knows.
    pub profile: Map<String, Json>,
}

/// Something that can be held on a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Entitlement {
    /// What it is held on.
    pub resource: ResourceRef,
    /// How that is called.
    pub resource_name: String,
    /// Its id; `TYPE:RESOURCE:SLUG` by convention.
    pub id: String,
    /// Its short name.
    pub slug: String,
    /// As people read it.
    pub display_name: String,
    /// More about it.
    pub description: String,
    /// Types whose resources can hold it.
    pub grantable_to: Vec<String>,
    /// What it is for, where that is said.
    pub purpose: Option<Purpose>,
    /// Which others it excludes, and its place among them.
    pub exclusion: Option<Exclusion>,
}

/// A group of entitlements of which nobody holds two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The group.
    pub group: String,
    /// The place in it, weakest first.
    pub order: u32,
}

/// That somebody or something holds an entitlement.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Its id; `ENTITLEMENT:TYPE:PRINCIPAL` by convention.
    pub id: String,
    /// The entitlement's id.
    pub entitlement: String,
    /// What it is held on.
    pub resource: ResourceRef,
    /// Who holds it.
    pub principal: ResourceRef,
    /// How it is passed on.
    pub expandable: Option<Expandable>,
    /// Whether it cannot be taken away by itself.
    pub is_immutable: bool,
    /// Whatever else is said of it.
    pub metadata: Map<String, Json>,
    /// The entitlements that it comes through, and whether its holder holds them directly. Empty of a grant that nobody
    /// passes on.
    pub sources: Vec<(String, bool)>,
}

/// That whoever holds one of these entitlements holds a grant as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expandable {
    /// Ids of entitlements on the principal.
    pub entitlements: Vec<String>,
    /// Whether only those get it who hold one of them directly.
    pub is_shallow: bool,
    /// The types of those who get it; all, where there are none.
    pub resource_types: Vec<String>,
}
