//! What a connector type says about itself, as values: its resource types, listings, access rules and graph view.
//!
//! Adding a connector type means writing such a declaration and the code that reads its listings; `engine`, `store`,
//! `graph` and the surfaces interpret the declaration and know no registry.

use crate::{AccessRule, GovernanceDeclaration, TakingDeclaration, Term};

/// Everything a connector type declares.
#[derive(Debug)]
pub struct ConnectorDeclaration {
    /// Type name, which is also the prefix of names on the command line: `npm`.
    pub name: &'static str,
    /// The name people read.
    pub title: &'static str,
    /// The type of the one resource that an instance is configured for.
    pub root_type: &'static str,
    /// The resource type of accounts; empty where there are none.
    pub account_type: &'static str,
    /// Resource types.
    pub types: &'static [TypeDeclaration],
    /// Listings, in the order in which they are worth reading.
    pub listings: &'static [ListingDeclaration],
    /// Listings that name everything of a type there is.
    pub populations: &'static [Population],
    /// The registry's rules about rights.
    pub rules: &'static [AccessRule],
    /// Relationships of the graph view.
    pub relationships: &'static [RelationshipMapping],
    /// Properties that change by mere use. They are kept, and their changes are no news.
    pub volatile: &'static [&'static str],
    /// What no interface of this source shows, said at the end of every answer about access.
    pub blind_spots: &'static [&'static str],
    /// What the source calls its own record of who did what, where it keeps one.
    pub events: Option<&'static str>,
    /// What writing means here; `None` for a source in which nothing is written, such as a list of people.
    pub write: Option<WriteDeclaration>,
}

/// What writing means in a source, and where the source shows who writes. Rules about writers are written in these
/// terms and know no registry.
#[derive(Debug)]
pub struct WriteDeclaration {
    /// The action word that writes: `publish`.
    pub action: &'static str,
    /// The listing of the root that says who belongs to it. Who is not in it is outside only if it was read in full.
    pub members: &'static str,
    /// Entitlements on the root whose holders are outside all the same: they were let in, and do not belong.
    pub outside: &'static [&'static str],
    /// The listing that names people as responsible for a resource, whether or not they can still write it.
    pub named_in: Option<&'static str>,
    /// Where it can be seen who wrote, and when.
    pub history: Option<WriteHistory>,
    /// How grants are taken away.
    pub takings: &'static [TakingDeclaration],
    /// What no step takes away from somebody who leaves, and what to think of.
    pub after_leaving: &'static [&'static str],
    /// Where it can be seen who answers for what.
    pub ownership: OwnershipDeclaration,
    /// What can be seen besides rights.
    pub governance: GovernanceDeclaration,
}

/// Where a source shows who in the organisation answers for its resources, which says nothing about access.
#[derive(Debug)]
pub struct OwnershipDeclaration {
    /// Properties of a resource that name the source repository that it comes from, and the directory in that.
    pub origin: Option<(&'static str, &'static str)>,
    /// Groups by type, and the entitlement on them whose holders answer for what the group holds something on.
    pub stewards: &'static [(&'static str, &'static str)],
}

/// Where it can be seen who wrote, and when.
#[derive(Debug)]
pub struct WriteHistory {
    /// The listing of each resource that shows it.
    pub listing: &'static str,
    /// The property of the resource: an object from account to the moment of its last write.
    pub property: &'static str,
    /// Names in it under which workflows write: they are no accounts.
    pub workflows: &'static [&'static str],
}

impl ConnectorDeclaration {
    /// The declaration of a resource type.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&'static TypeDeclaration> {
        self.types.iter().find(|declared| declared.name == name)
    }

    /// The types whose ids can be given anew.
    #[must_use]
    pub fn reused_ids(&self) -> Vec<(&'static str, IdReuse)> {
        let reused = self.types.iter().filter(|declared| declared.reuse != IdReuse::Never);
        reused.map(|declared| (declared.name, declared.reuse)).collect()
    }

    /// The declaration of a listing kind.
    #[must_use]
    pub fn listing(&self, kind: &str) -> Option<&'static ListingDeclaration> {
        self.listings.iter().find(|declared| declared.kind == kind)
    }

    /// The declaration of an entitlement of a resource type.
    #[must_use]
    pub fn entitlement(&self, resource_type: &str, slug: &str) -> Option<&'static EntitlementDeclaration> {
        self.resource_type(resource_type)?.entitlements.iter().find(|declared| declared.slug == slug)
    }
}

/// What kind of thing a resource type is; baton's traits (`reference/baton.md` §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// An account.
    User,
    /// Something with members.
    Group,
    /// An application.
    App,
    /// A role.
    Role,
    /// A credential.
    Secret,
}

/// A resource type.
#[derive(Debug)]
pub struct TypeDeclaration {
    /// Type name: `team`.
    pub name: &'static str,
    /// Plural, as `rolecall list` takes it: `teams`.
    pub plural: &'static str,
    /// Its trait, if any.
    pub trait_: Option<Trait>,
    /// Entitlements that can be held on it.
    pub entitlements: &'static [EntitlementDeclaration],
    /// Which entitlements each action word needs (any one of them suffices).
    pub actions: &'static [ActionDeclaration],
    /// Whether its ids mean the same thing in every connector that talks to the same host.
    pub source_wide: bool,
    /// Whether an id can be given to another once its holder is gone.
    pub reuse: IdReuse,
    /// How it appears in the graph view.
    pub entity: EntityMapping,
}

/// Whether a source gives an id anew once its holder is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdReuse {
    /// It stays with whom it was given to.
    Never,
    /// It may, and nothing tells whether the holder is the same: a person has to say so.
    Untold,
    /// It may, and this property stays with its holder.
    ToldBy(&'static str),
}

impl IdReuse {
    /// Whether this property tells it.
    #[must_use]
    pub fn is_told_by(self, property: &str) -> bool {
        matches!(self, Self::ToldBy(told) if told == property)
    }
}

/// An entitlement of a resource type.
#[derive(Debug)]
pub struct EntitlementDeclaration {
    /// Slug: the last part of baton's entitlement id.
    pub slug: &'static str,
    /// Assignment (membership), permission (a level) or ownership.
    pub purpose: Purpose,
    /// Types that can hold it.
    pub grantable_to: &'static [&'static str],
    /// Position among mutually exclusive entitlements of the type, weakest first. A principal that moves up in it
    /// gained rights, and the lower entitlement that it no longer holds is no loss of sight.
    pub exclusive_order: Option<u8>,
    /// Whether losing the last holder is so unlikely that it must be confirmed by a person.
    pub last_holder_protected: bool,
}

/// Purposes of entitlements, in baton's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Membership.
    Assignment,
    /// A level of rights.
    Permission,
    /// Ownership.
    Ownership,
}

/// An action word and the entitlements that allow it.
#[derive(Debug)]
pub struct ActionDeclaration {
    /// `publish`, `read`, …
    pub word: &'static str,
    /// Entitlements of the type, any of which allows the action.
    pub slugs: &'static [&'static str],
}

/// The stages of a sync. Each makes one snapshot current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Who is in what, and what groups may do: a few requests, always read whole.
    Membership,
    /// One or more requests per resource: read in rotation, oldest first, within the budget.
    Detail,
}

impl Stage {
    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Membership => "membership",
            Self::Detail => "detail",
        }
    }
}

/// A kind of listing.
#[derive(Debug)]
pub struct ListingDeclaration {
    /// Kind: `team-members`.
    pub kind: &'static str,
    /// What people call it, with `{}` for the subject: `members of team {}`.
    pub title: &'static str,
    /// When it is read.
    pub stage: Stage,
    /// There is one such listing for each resource of this type.
    pub per: &'static str,
    /// The listing kind whose verdict says how much the credential can see.
    pub sight: Option<&'static str>,
    /// Action words whose answers rest on it.
    pub supports: &'static [&'static str],
    /// Whether *not modified* answers may be asked for. Never for a listing whose proof needs more than its own body.
    pub conditional: bool,
    /// Set when nobody but a person can have it read: what answers say while it was not, with how to read it. A sync
    /// leaves such a listing out unless it is asked for, and an answer is no less complete for one never read.
    pub interactive: Option<&'static str>,
}

impl ListingDeclaration {
    /// What people call such listings, without a subject: `members`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.title.split_once(" of ").map_or(self.title, |(name, _)| name)
    }

    /// The title with the subject's id filled in.
    #[must_use]
    pub fn title_of(&self, subject_id: &str) -> String {
        self.title.replace("{}", subject_id)
    }
}

/// Everything of a type that holds anything is named by one listing of the root. A holder, or a group that something is
/// held on, which is not in it shows that the listing is not all there is, whatever the source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Population {
    /// The type.
    pub resource_type: &'static str,
    /// The listing kind.
    pub listing: &'static str,
}

/// How a resource type appears in the graph view (`reference/jupiterone.md` §3).
#[derive(Clone, Copy, Debug)]
pub struct EntityMapping {
    /// `_type`.
    pub type_: &'static str,
    /// `_class`.
    pub class: &'static [&'static str],
    /// `_key`, with `{}` for the wire id.
    pub key: &'static str,
    /// Properties that are made of the wire id, besides `id`, `name` and `displayName`, which are all of it unless
    /// something here or among the resource's own properties says otherwise.
    pub of_id: &'static [(&'static str, IdPart)],
    /// Properties that have another name in the graph view: ours, and the one there.
    pub renamed: &'static [(&'static str, &'static str)],
    /// Properties that are the same for all.
    pub constants: &'static [(&'static str, &'static str)],
    /// Its exclusive entitlements as entities of their own.
    pub roles: Option<RoleMapping>,
    /// Set for what a connector only knows by name: it gives way to the real one of another connector.
    pub stands_in: Option<StandIn>,
}

/// A part of a wire id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdPart {
    /// All of it.
    Whole,
    /// What stands before the last such character; nothing where there is none.
    Before(char),
    /// What stands behind the last such character; all of it where there is none.
    After(char),
}

/// How the entitlements that exclude each other on a resource appear in the graph view: each is an `AccessRole`, which the
/// resource HAS and its holders are ASSIGNED.
#[derive(Clone, Copy, Debug)]
pub struct RoleMapping {
    /// `_type`.
    pub type_: &'static str,
    /// `_key`, with `{}` for the wire id of the resource and then the entitlement.
    pub key: &'static str,
    /// `_type` of the relationship from the resource to the role.
    pub has: &'static str,
    /// The beginning of the `_type` of the relationship from a holder to the role: `npm_{}_assigned_role`, with `{}` for the
    /// holder's type.
    pub assigned: &'static str,
    /// Entitlements whose holders are administrators.
    pub admin: &'static [&'static str],
}

/// What an entity of which no more than the name is known stands in for.
#[derive(Clone, Copy, Debug)]
pub struct StandIn {
    /// The class of the real one.
    pub class: &'static str,
    /// Properties of the real one, any of which names it as this wire id does.
    pub properties: &'static [&'static str],
}

impl EntityMapping {
    /// A mapping that says no more than type, classes and key.
    #[must_use]
    pub const fn new(type_: &'static str, class: &'static [&'static str], key: &'static str) -> Self {
        Self { type_, class, key, of_id: &[], renamed: &[], constants: &[], roles: None, stands_in: None }
    }

    /// The `_key` of the entity with this wire id.
    #[must_use]
    pub fn key_of(&self, id: &str) -> String {
        self.key.replace("{}", id)
    }

    /// What a property is called in the graph view.
    #[must_use]
    pub fn name_of<'n>(&self, property: &'n str) -> &'n str {
        self.renamed.iter().find(|(ours, _)| *ours == property).map_or(property, |(_, theirs)| theirs)
    }
}

/// Which grants or links become which relationship of the graph view.
#[derive(Debug)]
pub struct RelationshipMapping {
    /// What it is made from.
    pub source: RelationshipSource,
    /// `_type`.
    pub type_: &'static str,
    /// `_class`.
    pub class: &'static str,
}

/// What a relationship of the graph view is made from.
#[derive(Debug, PartialEq, Eq)]
pub enum RelationshipSource {
    /// A grant: from the resource to the principal (`npm_team HAS npm_user`).
    Grant {
        /// Type of the resource.
        resource_type: &'static str,
        /// Type of the principal.
        principal_type: &'static str,
        /// The entitlement, or any when absent.
        slug: Option<&'static str>,
    },
    /// A link, in its own direction.
    Link {
        /// Type of its start.
        from_type: &'static str,
        /// Type of its end.
        to_type: &'static str,
    },
    /// That a resource belongs to another: from the parent to the child (`npm_organization HAS npm_team`).
    Parent {
        /// Type of the parent.
        parent_type: &'static str,
        /// Type of the child.
        child_type: &'static str,
    },
}

impl ConnectorDeclaration {
    /// The relationship of the graph view that a grant becomes, if it is mapped.
    #[must_use]
    pub fn relationship_of_grant(
        &self,
        resource_type: &Term,
        principal_type: &Term,
        slug: &Term,
    ) -> Option<&'static RelationshipMapping> {
        self.relationships.iter().find(|mapping| match &mapping.source {
            RelationshipSource::Grant { resource_type: resource, principal_type: principal, slug: wanted } => {
                resource_type == resource && principal_type == principal && wanted.is_none_or(|wanted| *slug == wanted)
            }
            RelationshipSource::Link { .. } | RelationshipSource::Parent { .. } => false,
        })
    }

    /// The relationship of the graph view that a link becomes, if it is mapped.
    #[must_use]
    pub fn relationship_of_link(&self, from_type: &Term, to_type: &Term) -> Option<&'static RelationshipMapping> {
        self.relationships.iter().find(|mapping| match &mapping.source {
            RelationshipSource::Link { from_type: from, to_type: to } => from_type == from && to_type == to,
            RelationshipSource::Grant { .. } | RelationshipSource::Parent { .. } => false,
        })
    }

    /// The relationship of the graph view that belonging to a parent becomes, if it is mapped.
    #[must_use]
    pub fn relationship_of_parent(
        &self,
        parent_type: &Term,
        child_type: &Term,
    ) -> Option<&'static RelationshipMapping> {
        self.relationships.iter().find(|mapping| match &mapping.source {
            RelationshipSource::Parent { parent_type: parent, child_type: child } => {
                parent_type == parent && child_type == child
            }
            RelationshipSource::Grant { .. } | RelationshipSource::Link { .. } => false,
        })
    }
}
