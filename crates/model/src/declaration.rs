//! What a connector type says about itself, as values: its resource types, listings, access rules and graph view.
//!
//! Adding a connector type means writing such a declaration and the code that reads its listings; `engine`, `store`,
//! `graph` and the surfaces interpret the declaration and know no registry.

use crate::{Term, Value};

/// Everything a connector type declares.
#[derive(Debug)]
pub struct ConnectorDeclaration {
    /// Type name, which is also the prefix of names on the command line: `npm`.
    pub name: &'static str,
    /// The name people read.
    pub title: &'static str,
    /// The type of the one resource that an instance is configured for.
    pub root_type: &'static str,
    /// The resource type of accounts.
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
}

/// Where it can be seen who wrote, and when.
#[derive(Debug)]
pub struct WriteHistory {
    /// The listing of each resource that shows it.
    pub listing: &'static str,
    /// The property of the resource: an object from account to the moment of its last write.
    pub property: &'static str,
}

impl ConnectorDeclaration {
    /// The listings whose evidence counts ([`AccessRule::EvidenceCounts`]): resource type and listing kind.
    pub fn evidence_counts(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.rules.iter().filter_map(|rule| match rule {
            AccessRule::EvidenceCounts { resource_type, listing } => Some((*resource_type, *listing)),
            _ => None,
        })
    }

    /// Whether somebody's rights, or what they can do with them, depend on this property of a resource.
    #[must_use]
    pub fn is_decisive(&self, resource_type: &str, property: &str) -> bool {
        let is_public_by = |rule: &AccessRule| match *rule {
            AccessRule::Anyone { resource_type: of, property: named, .. } => of == resource_type && named == property,
            _ => false,
        };
        self.is_setting(resource_type, property) || self.rules.iter().any(is_public_by)
    }

    /// Whether a rule reads off this property who holds a right, or who can use one.
    #[must_use]
    pub fn is_setting(&self, resource_type: &str, property: &str) -> bool {
        let is_held_on_it = |slugs: &[&str]| slugs.iter().any(|slug| self.entitlement(resource_type, slug).is_some());
        self.rules.iter().any(|rule| match *rule {
            AccessRule::Suspended { resource_type: of, property: named }
            | AccessRule::Inherited { resource_type: of, gives: Given::Property(named), .. } => {
                of == resource_type && named == property
            }
            AccessRule::Inherited { holder_slugs, gives: Given::ParentProperty(named), .. } => {
                named == property && is_held_on_it(holder_slugs)
            }
            _ => false,
        })
    }

    /// Whether a property that a rule reads says less than before: an account that may no longer be used, a default that
    /// gives less, a resource that is no longer open. Somebody loses something by it, as by the removal of a grant.
    #[must_use]
    pub fn is_lowered(&self, resource_type: &str, property: &str, old: &Value, new: &Value) -> bool {
        let level = |of_type: &str, value: &Value| {
            let slug = value.to_text()?;
            self.entitlement(of_type, &slug)?.exclusive_order
        };
        self.rules.iter().any(|rule| match *rule {
            AccessRule::Suspended { resource_type: of, property: named }
            | AccessRule::Anyone { resource_type: of, property: named, .. } => {
                of == resource_type && named == property && old.is_true() && !new.is_true()
            }
            AccessRule::Inherited { resource_type: of, gives: Given::Property(named), .. }
            | AccessRule::MayHold { resource_type: of, gives: Given::Property(named), .. } => {
                of == resource_type && named == property && level(of, new) < level(of, old)
            }
            AccessRule::Inherited { resource_type: of, holder_slugs, gives: Given::ParentProperty(named), .. } => {
                let is_parent = holder_slugs.iter().any(|slug| self.entitlement(resource_type, slug).is_some());
                is_parent && named == property && level(of, new) < level(of, old)
            }
            _ => false,
        })
    }

    /// Whether what holders of this entitlement have on other resources is the registry's own rule, which nobody can
    /// change: the owners of an organisation who administer all of it.
    #[must_use]
    pub fn is_given_by_rule(&self, slug: &str) -> bool {
        self.rules.iter().any(|rule| match rule {
            AccessRule::Inherited { holder_slugs, gives: Given::Slug(_), .. } => holder_slugs.contains(&slug),
            _ => false,
        })
    }

    /// The property that says whether an account of this type is suspended, if there is one.
    #[must_use]
    pub fn suspended_by(&self, resource_type: &str) -> Option<&'static str> {
        self.rules.iter().find_map(|rule| match rule {
            AccessRule::Suspended { resource_type: declared, property } if *declared == resource_type => {
                Some(*property)
            }
            _ => None,
        })
    }

    /// The declaration of a resource type.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&'static TypeDeclaration> {
        self.types.iter().find(|declared| declared.name == name)
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
    /// How it appears in the graph view.
    pub entity: EntityMapping,
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

/// A registry's rule about rights, as a value. `graph` interprets these; nobody else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessRule {
    /// A grant on a `resource_type` held by a `group_type` reaches every holder of `through` on that group.
    Expandable {
        /// Type of the resource granted on.
        resource_type: &'static str,
        /// Type of the group that holds the grant.
        group_type: &'static str,
        /// Entitlement on the group that passes it on.
        through: &'static str,
    },
    /// Holding `slug` on a resource of this type includes `implied` on the same resource.
    Implies {
        /// Type of the resource.
        resource_type: &'static str,
        /// The stronger entitlement.
        slug: &'static str,
        /// The weaker one.
        implied: &'static str,
    },
    /// A holder of any of `holder_slugs` on the parent of a `resource_type` can give themself `slug` on it.
    /// Shown apart and never exported as a grant.
    CanTake {
        /// Entitlements on the parent that allow it.
        holder_slugs: &'static [&'static str],
        /// Type of the resource on which the right can be taken.
        resource_type: &'static str,
        /// The entitlement that can be taken.
        slug: &'static str,
        /// How it is done, in words.
        how: &'static str,
    },
    /// A holder of any of `holder_slugs` on the parent of a `resource_type` can put themself into a `group_type`, and so
    /// take the strongest that one of them holds on the resource. Shown apart, like *CanTake*.
    CanJoin {
        /// Entitlements on the parent that allow it.
        holder_slugs: &'static [&'static str],
        /// Type of the resource on which the right can be taken.
        resource_type: &'static str,
        /// Type of the groups.
        group_type: &'static str,
        /// How it is done, in words.
        how: &'static str,
    },
    /// Rights on a resource of this type count for those only who hold something on its parent: whoever leaves the parent
    /// keeps none of them.
    MembersOnly {
        /// Type of the resource.
        resource_type: &'static str,
    },
    /// Everyone holds `slug` on a resource of this type whose boolean `property` is `true`.
    Anyone {
        /// Type of the resource.
        resource_type: &'static str,
        /// The entitlement everyone holds.
        slug: &'static str,
        /// The property that must be `true`.
        property: &'static str,
    },
    /// Evidence on a `resource_type` counts as a grant of origin *path unknown* when no grant explains it: an outside
    /// collaborator, or a member with a right of their own. Once a right that may have explained it has ended, it
    /// counts only for those who hold no entitlement at all on the resource's parent, until it is read again.
    EvidenceCounts {
        /// Type of the resource.
        resource_type: &'static str,
        /// The listing kind whose evidence counts.
        listing: &'static str,
    },
    /// A holder of any of `holder_slugs` on the parent of a `resource_type` holds on it what `gives` names. The
    /// parent's type has the group trait, and nobody else gets it through the parent, whatever other rules pass on.
    Inherited {
        /// Entitlements on the parent that give it.
        holder_slugs: &'static [&'static str],
        /// Type of the resource.
        resource_type: &'static str,
        /// The entitlement that is given.
        gives: Given,
        /// Whose rule or setting it is, in words: `the repository's default privilege`.
        why: &'static str,
    },
    /// The same, where the registry does not say whether it is so. Shown apart, never counted, never exported as a
    /// grant.
    MayHold {
        /// Entitlements on the parent that may give it.
        holder_slugs: &'static [&'static str],
        /// Type of the resource.
        resource_type: &'static str,
        /// The entitlement that may be given.
        gives: Given,
        /// What is not known, in words.
        why: &'static str,
    },
    /// An account of this type whose boolean `property` is `false` keeps its rights and cannot use them.
    Suspended {
        /// Type of the account.
        resource_type: &'static str,
        /// The property that is `false`. Unknown is not false: an account without it is not suspended.
        property: &'static str,
    },
}

/// Which entitlement a rule gives. A property whose value is no text, or a text that is no declared entitlement of the
/// type (such as `none`), gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Given {
    /// Always this one.
    Slug(&'static str),
    /// The strongest that a group of this type holds on the resource.
    OfGroups(&'static str),
    /// The one that this property of the resource names.
    Property(&'static str),
    /// The one that this property of its parent names.
    ParentProperty(&'static str),
}

/// How a resource type appears in the graph view (`reference/jupiterone.md` §3).
#[derive(Debug)]
pub struct EntityMapping {
    /// `_type`.
    pub type_: &'static str,
    /// `_class`.
    pub class: &'static [&'static str],
    /// `_key`, with `{}` for the wire id.
    pub key: &'static str,
}

impl EntityMapping {
    /// The `_key` of the entity with this wire id.
    #[must_use]
    pub fn key_of(&self, id: &str) -> String {
        self.key.replace("{}", id)
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
