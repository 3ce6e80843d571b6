//! A registry's rules about rights, as values, and what can be read off them. Only `graph` applies them.

use crate::{ConnectorDeclaration, Value};

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
    /// The same of grants of one entitlement alone; what is said of all others does not apply to them.
    ExpandableSlug {
        /// Type of the resource granted on.
        resource_type: &'static str,
        /// The entitlement that is granted.
        slug: &'static str,
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

impl ConnectorDeclaration {
    /// Whether accounts can be suspended.
    #[must_use]
    pub fn has_suspension(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule, AccessRule::Suspended { .. }))
    }

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
}
