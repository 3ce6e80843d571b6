//! What can be held on something, in words, and how many hold it.

use std::collections::BTreeSet;

use rolecall_graph::NodeId;
use rolecall_model::{AccessRule, ConnectorDeclaration, Purpose};
use serde::Serialize;

use crate::name::Candidate;
use crate::world::WorldView;

/// Something that can be held on a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementAnswer {
    /// The last part of its name as baton spells it: `member`.
    pub slug: String,
    /// What it is, and what it brings with it, in words.
    pub text: String,
    /// How many accounts hold it, or something that includes it, and can use it.
    pub accounts: usize,
    /// How much holds it that is neither account nor group: workflows, credentials.
    pub others: usize,
    /// Whether everybody holds it, without an account.
    pub anyone: bool,
}

impl WorldView {
    /// What can be held on something that an answer names.
    #[must_use]
    pub fn entitlements(&self, thing: &Candidate) -> Vec<EntitlementAnswer> {
        self.node_of(thing).map(|node| self.entitlements_of(node)).unwrap_or_default()
    }

    /// What can be held on something: all that its type declares, and whatever else somebody holds.
    pub(crate) fn entitlements_of(&self, node: NodeId) -> Vec<EntitlementAnswer> {
        let entitlement = |slug: &str| {
            let (accounts, others) = self.world.holder_count(node, &[slug]);
            let (text, anyone) = (self.entitlement_text(node, slug), self.world.is_for_anyone(node, &[slug]));
            EntitlementAnswer { slug: slug.to_owned(), text, accounts, others, anyone }
        };
        self.slugs_on(node).into_iter().map(entitlement).collect()
    }

    /// The entitlements on something, weakest first, and what the registry has besides what is declared.
    pub(crate) fn slugs_on(&self, node: NodeId) -> Vec<&str> {
        let declared = self.declared(node).map_or(&[][..], |declared| declared.entitlements);
        let mut slugs: Vec<&str> = declared.iter().map(|declared| declared.slug).collect();
        let twins = self.world.same_account(node);
        let held: BTreeSet<&str> = twins.flat_map(|twin| self.world.grants_on(twin)).map(|step| step.slug).collect();
        let undeclared: Vec<&str> = held.into_iter().filter(|slug| !slugs.contains(slug)).collect();
        slugs.extend(undeclared);
        slugs
    }

    /// What it is to hold something, in words.
    pub(crate) fn entitlement_text(&self, node: NodeId, slug: &str) -> String {
        let kind = self.world.kind(node);
        let Some(declaration) = self.connector(node).map(|connector| connector.declaration) else {
            return String::new();
        };
        let actions = self.declared(node).map_or(&[][..], |declared| declared.actions);
        let included = included(declaration, kind, slug);
        let allowed = actions.iter().filter(|action| action.slugs.iter().any(|wanted| included.contains(wanted)));
        let words: Vec<&str> = allowed.map(|action| action.word).collect();
        let mut says = vec![purpose(declaration, kind, slug).to_owned()];
        if !words.is_empty() {
            says.push(format!("may {}", words.join(", ")));
        }
        says.extend(declaration.rules.iter().filter_map(|rule| rule_text(rule, kind, slug)));
        says.dedup();
        says.join("; ")
    }
}

/// An entitlement and those that it includes, by the rules alone: nobody may hold it, and the graph does not know it then.
fn included<'d>(declaration: &'d ConnectorDeclaration, kind: &str, slug: &'d str) -> BTreeSet<&'d str> {
    let (mut included, mut fresh) = (BTreeSet::from([slug]), vec![slug]);
    while let Some(held) = fresh.pop() {
        for rule in declaration.rules {
            if let AccessRule::Implies { resource_type, slug, implied } = *rule
                && (resource_type, slug) == (kind, held)
                && included.insert(implied)
            {
                fresh.push(implied);
            }
        }
    }
    included
}

fn purpose(declaration: &ConnectorDeclaration, kind: &str, slug: &str) -> &'static str {
    match declaration.entitlement(kind, slug).map(|declared| declared.purpose) {
        Some(Purpose::Assignment) => "membership",
        Some(Purpose::Permission) => "a level of rights",
        Some(Purpose::Ownership) => "ownership",
        None => "not described: the registry has it, and Rolecall knows no more of it",
    }
}

/// What a rule of the registry says of an entitlement, if it is about it.
fn rule_text(rule: &AccessRule, kind: &str, slug: &str) -> Option<String> {
    match *rule {
        AccessRule::Implies { resource_type, slug: stronger, implied } if resource_type == kind && stronger == slug => {
            Some(format!("includes {implied}"))
        }
        AccessRule::Expandable { resource_type, group_type, through } if group_type == kind && through == slug => {
            Some(format!("brings what the {kind} holds on each {resource_type}"))
        }
        AccessRule::ExpandableSlug { resource_type, slug: held, group_type, through }
            if group_type == kind && through == slug =>
        {
            Some(format!("brings {held} where the {kind} holds it on a {resource_type}"))
        }
        _ => None,
    }
}
