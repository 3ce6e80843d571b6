//! How a single grant is taken away in a source, for a person to do: reading cannot write.

use crate::WriteDeclaration;

/// How grants of one sort are taken away.
#[derive(Debug)]
pub struct TakingDeclaration {
    /// Types of the principals that it is for.
    pub from: &'static [&'static str],
    /// Type of what they hold something on.
    pub resource_type: &'static str,
    /// Entitlements that it is for; any where there are none.
    pub slugs: &'static [&'static str],
    /// What is to be done.
    pub step: LeavingStep,
    /// What is gone once it is done.
    pub leaves: TakingEffect,
}

/// A step for a person. In its texts stand
///
/// - `{account}` and `{principal}` for the wire id of whoever holds the grant, the latter where that may be a group;
/// - `{name}` for what stands behind the last `/` of that;
/// - `{organization}` for the wire id of the root, `{resource}` for that of what the grant is on;
/// - `{team}` for that of the principal if it is a group and otherwise of the resource, with a colon before its name, as
///   npm's client takes a team.
#[derive(Debug)]
pub struct LeavingStep {
    /// What it does.
    pub what: &'static str,
    /// How: a command, or a page.
    pub how: &'static str,
    /// What one needs for it.
    pub needs: &'static str,
}

/// What a step takes away besides the grant that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakingEffect {
    /// Nothing.
    Grant,
    /// The account leaves the root: all that it holds on the root and on groups goes too.
    Everything,
    /// Nothing, and this entitlement is held in its place.
    Lowered(&'static str),
}

impl TakingDeclaration {
    fn is_for(&self, principal_type: &str, resource_type: &str) -> bool {
        self.resource_type == resource_type && self.from.contains(&principal_type)
    }
}

impl WriteDeclaration {
    /// How this grant is taken away.
    #[must_use]
    pub fn taking(&self, principal_type: &str, resource_type: &str, slug: &str) -> Option<&'static TakingDeclaration> {
        let of_slug = |taking: &&TakingDeclaration| taking.slugs.is_empty() || taking.slugs.contains(&slug);
        self.takings.iter().filter(|taking| taking.is_for(principal_type, resource_type)).find(of_slug)
    }

    /// How all goes that an account of this type holds on the root, whatever it is.
    #[must_use]
    pub fn taking_out(&self, account_type: &str) -> Option<&'static TakingDeclaration> {
        self.takings
            .iter()
            .find(|taking| taking.leaves == TakingEffect::Everything && taking.from.contains(&account_type))
    }

    /// How all goes that a principal of this type holds by itself on something of that type, whatever it is.
    #[must_use]
    pub fn taking_off(&self, principal_type: &str, resource_type: &str) -> Option<&'static TakingDeclaration> {
        let takings = self.takings.iter().filter(|taking| taking.is_for(principal_type, resource_type));
        takings.into_iter().find(|taking| taking.leaves == TakingEffect::Grant)
    }
}
