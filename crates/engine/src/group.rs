//! Who is in a group, by which path, and what that gives: of teams, organisations, and whatever else gives rights to others.

use std::collections::BTreeMap;

use rolecall_graph::{AccessItem, Holder, NodeId};
use rolecall_model::{AccessRule, ConnectorDeclaration, Trait};
use serde::Serialize;

use crate::as_of::AsOf;
use crate::attribute::AttributeAnswer;
use crate::completeness::{Completeness, CompletenessBuilder};
use crate::entitlement::EntitlementAnswer;
use crate::name::{Candidate, NameError};
use crate::once::Support;
use crate::path::PathAnswer;
use crate::world::WorldView;

/// The answer to *who is in it, and what does that give*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupAnswer {
    /// The past moment that the answer is of: what was known then. Absent for the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// The group.
    pub group: Candidate,
    /// What is recorded of it besides rights.
    pub attributes: Vec<AttributeAnswer>,
    /// What can be held on it.
    pub entitlements: Vec<EntitlementAnswer>,
    /// Everybody who holds anything on it.
    pub members: Vec<MemberAnswer>,
    /// What its members get through it.
    pub gives: Vec<GivenAnswer>,
    /// What is true of holders besides: what they could take, and what they may have.
    pub beyond: Vec<BeyondAnswer>,
    /// How complete the answer is.
    pub completeness: Completeness,
    /// What only a person can have read, and nobody did.
    pub not_read: Vec<String>,
    /// What no interface of the source shows.
    pub not_shown: Vec<String>,
    /// Whether there are more paths than are listed. Members and resources are always all listed.
    pub paths_cut: bool,
}

/// Somebody, or something, in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberAnswer {
    /// Who.
    pub account: Candidate,
    /// Whether it is an account, and not a credential or a workflow.
    pub is_account: bool,
    /// What it holds on the group.
    pub entitlements: Vec<String>,
    /// Why it cannot use that: `not active`. Absent where it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<String>,
    /// Every way in which it comes to it.
    pub paths: Vec<PathAnswer>,
}

/// Something that a group gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenAnswer {
    /// On what.
    pub resource: Candidate,
    /// What it gives there.
    pub entitlement: String,
    /// Who gets it: those who hold one of these on the group.
    pub holders: Vec<String>,
    /// Every way in which the group gives it, from the group on.
    pub paths: Vec<PathAnswer>,
}

/// What holders of something on the group have besides, or may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BeyondAnswer {
    /// Whose: those who hold one of these on the group.
    pub holders: Vec<String>,
    /// The type of what it is about.
    pub resource_type: String,
    /// How a right can be taken, or what is not known about one, in words.
    pub text: String,
    /// Whether it could be taken. Otherwise the source does not say whether it is held.
    pub can_take: bool,
}

impl BeyondAnswer {
    fn new(holders: &[&str], resource_type: &str, text: &str, can_take: bool) -> Self {
        Self {
            holders: holders.iter().map(|&slug| slug.to_owned()).collect(),
            resource_type: resource_type.to_owned(),
            text: text.to_owned(),
            can_take,
        }
    }
}

impl WorldView {
    /// Answers who is in the group called `name`, and what that gives.
    ///
    /// # Errors
    /// When the name means nothing or too much.
    pub fn group(&self, name: &str) -> Result<GroupAnswer, NameError> {
        let group = self.resolve("group", name, |node| self.is_giver(node))?;
        let slugs = self.slugs_on(group);
        let (members, members_cut) = self.group_members(group, &slugs);
        let (gives, gives_cut) = self.group_gives(group, &slugs);
        Ok(GroupAnswer {
            as_of: self.as_of().cloned(),
            group: self.candidate(group),
            attributes: self.attributes_of(group),
            entitlements: self.entitlements_of(group),
            members,
            gives,
            beyond: self.group_beyond(group),
            completeness: self.group_completeness(group),
            not_read: self.unread(group, &[self.world.reference(group)]),
            not_shown: self.blind_spots(group),
            paths_cut: members_cut || gives_cut,
        })
    }

    /// Whether something gives rights to others: a group, or what a connector is configured for.
    pub(crate) fn is_giver(&self, node: NodeId) -> bool {
        self.world.is_group(node) || self.world.root(node.segment()) == Some(node)
    }

    fn group_members(&self, group: NodeId, slugs: &[&str]) -> (Vec<MemberAnswer>, bool) {
        let found = self.world.holding(group, slugs);
        let active = found.all().map(|holder| self.member(holder, None));
        let suspended = found.suspended.iter().map(|holder| {
            let why = format!("not {}", self.suspended_by(holder.account).unwrap_or("active"));
            self.member(holder, Some(why))
        });
        (active.chain(suspended).collect(), found.truncated)
    }

    fn member(&self, holder: &Holder<'_>, suspended: Option<String>) -> MemberAnswer {
        let held = holder.paths.iter().filter_map(|path| path.steps.last());
        let mut entitlements: Vec<String> = held.map(|step| step.slug.to_owned()).collect();
        entitlements.sort();
        entitlements.dedup();
        MemberAnswer {
            account: self.candidate(holder.account),
            is_account: self.world.is_account(holder.account),
            entitlements,
            suspended,
            paths: holder.paths.iter().map(|path| self.path_answer(path)).collect(),
        }
    }

    /// What each entitlement gives; what several give is one row.
    fn group_gives(&self, group: NodeId, slugs: &[&str]) -> (Vec<GivenAnswer>, bool) {
        let (mut given, mut is_cut): (BTreeMap<(NodeId, &str), GivenAnswer>, bool) = (BTreeMap::new(), false);
        for slug in slugs {
            let found = self.world.access_through(group, slug);
            is_cut |= found.truncated;
            for item in found.items {
                let row = given.entry((item.resource, item.slug)).or_insert_with(|| self.given_nothing(&item));
                row.holders.push((*slug).to_owned());
                for path in item.paths.iter().map(|path| self.path_answer(path)) {
                    if !row.paths.contains(&path) {
                        row.paths.push(path);
                    }
                }
            }
        }
        (given.into_values().collect(), is_cut)
    }

    fn given_nothing(&self, item: &AccessItem<'_>) -> GivenAnswer {
        GivenAnswer {
            resource: self.candidate(item.resource),
            entitlement: item.slug.to_owned(),
            holders: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// What rules say that holders could take on what belongs to the group, or may have there.
    fn group_beyond(&self, group: NodeId) -> Vec<BeyondAnswer> {
        let Some(declaration) = self.connector(group).map(|connector| connector.declaration) else { return Vec::new() };
        let kind = self.world.kind(group);
        let applies = |slugs: &[&str], resource_type: &str| {
            slugs.iter().all(|slug| declaration.entitlement(kind, slug).is_some())
                && self.world.children(group).any(|child| self.world.kind(child) == resource_type)
        };
        let of_rule =
            |rule: &AccessRule| match *rule {
                AccessRule::CanTake { holder_slugs, resource_type, how, .. }
                | AccessRule::CanJoin { holder_slugs, resource_type, how, .. } => applies(holder_slugs, resource_type)
                    .then(|| BeyondAnswer::new(holder_slugs, resource_type, how, true)),
                AccessRule::MayHold { holder_slugs, resource_type, why, .. } => applies(holder_slugs, resource_type)
                    .then(|| BeyondAnswer::new(holder_slugs, resource_type, why, false)),
                _ => None,
            };
        declaration.rules.iter().filter_map(of_rule).collect()
    }

    /// Who is in it rests on the lists about it and about where it belongs; what it gives on those of everything else, each
    /// of which may name it. What other groups have is no part of it.
    fn group_completeness(&self, group: NodeId) -> Completeness {
        let mut builder = CompletenessBuilder::default();
        for twin in self.world.same_account(group) {
            let Some(connector) = self.connector(twin) else { continue };
            builder.merge(self.support(twin.segment(), Support::Others));
            let root = self.world.root(twin.segment()).filter(|root| *root != twin);
            let groups = root.into_iter().chain([twin]).filter(|node| self.world.is_group(*node));
            let own: Vec<_> = groups.map(|node| self.world.reference(node)).collect();
            builder.add_supporting(&connector.book(), None, &own);
        }
        builder.finish()
    }
}

/// Whether a group of this type passes something on by this rule.
fn is_passed_on_by(rule: &AccessRule, kind: &str) -> bool {
    match rule {
        AccessRule::Expandable { group_type, .. } | AccessRule::ExpandableSlug { group_type, .. } => {
            *group_type == kind
        }
        _ => false,
    }
}

/// The types that give rights to others.
pub(crate) fn group_types(declaration: &'static ConnectorDeclaration) -> impl Iterator<Item = &'static str> {
    let is_expanded = |kind: &str| {
        let mut rules = declaration.rules.iter();
        rules.any(|rule| is_passed_on_by(rule, kind))
    };
    let types = declaration.types.iter().filter(move |declared| {
        declared.trait_ == Some(Trait::Group) || declared.name == declaration.root_type || is_expanded(declared.name)
    });
    types.map(|declared| declared.name)
}
