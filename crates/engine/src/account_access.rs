//! What one account may do, by which path, and what remains if it leaves the organisation.

use rolecall_graph::{AccessItem, NodeId};
use serde::Serialize;

use crate::as_of::AsOf;
use crate::attestation::AttestedTwoFactor;
use crate::completeness::{Completeness, CompletenessBuilder};
use crate::name::{Candidate, NameError};
use crate::once::Support;
use crate::path::PathAnswer;
use crate::reappearance::NameUsedBefore;
use crate::text::counted;
use crate::world::WorldView;

/// The answer to *what may this account do*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountAccessAnswer {
    /// The past moment that the answer is of: what was known then. Absent for the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// The account.
    pub account: Candidate,
    /// Every connector it is seen in; one account can be in several organisations.
    pub seen_in: Vec<String>,
    /// Where an account of that name was gone for certain before this one was there. What it holds may be another's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub name_used_before: Vec<NameUsedBefore>,
    /// Where it is suspended: it keeps what it holds there and cannot use it.
    pub suspended: Vec<SuspensionAnswer>,
    /// What people state of its two-factor authentication. No registry tells it.
    pub attested_two_factor: Vec<AttestedTwoFactor>,
    /// What it holds, resource by resource.
    pub items: Vec<AccessAnswer>,
    /// What it could give itself. It does not have it.
    pub can_take: Vec<TakeGroupAnswer>,
    /// What it may have: the registry does not say whether it does.
    pub might: Vec<MightGroupAnswer>,
    /// For each organisation: what the account keeps if it is removed from it.
    pub remains_after_leaving: Vec<RemainsAnswer>,
    /// How complete the answer is.
    pub completeness: Completeness,
    /// What only a person can have read, and nobody did.
    pub not_read: Vec<String>,
    /// What no interface of the source shows.
    pub not_shown: Vec<String>,
    /// Whether there are more paths than are listed. The resources are always all listed.
    pub paths_cut: bool,
}

/// Where an account is suspended, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuspensionAnswer {
    /// The connector.
    pub connector: String,
    /// Why: `not active`.
    pub why: String,
}

/// Something the account holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessAnswer {
    /// On what.
    pub resource: Candidate,
    /// The strongest entitlement it holds there.
    pub entitlement: String,
    /// Every way in which it comes to it.
    pub paths: Vec<PathAnswer>,
}

/// What the account could give itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TakeGroupAnswer {
    /// What lets it, as baton spells it: `organization:acme:owner`.
    pub because: String,
    /// The entitlement it could take.
    pub entitlement: String,
    /// On how many resources.
    pub count: usize,
    /// That many in words: `3 packages`.
    #[serde(skip)]
    pub counted: String,
    /// How it is done, in words.
    pub how: String,
}

/// What the account may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MightGroupAnswer {
    /// What may give it, as baton spells it: `organization:acme:service-member`.
    pub because: String,
    /// The entitlement it may have.
    pub entitlement: String,
    /// On how many resources.
    pub count: usize,
    /// That many in words: `3 repositories`.
    #[serde(skip)]
    pub counted: String,
    /// What is not known, in words.
    pub why: String,
}

/// What remains after leaving one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemainsAnswer {
    /// The organisation.
    pub organization: Candidate,
    /// What the account keeps.
    pub items: Vec<AccessAnswer>,
}

impl WorldView {
    /// Answers what the account called `name` may do.
    ///
    /// # Errors
    /// When the name means nothing or too much.
    pub fn account_access(&self, name: &str) -> Result<AccountAccessAnswer, NameError> {
        let account = self.resolve("account", name, |node| self.world.is_account(node))?;
        let mut found = self.world.access(account);
        // Memberships explain the rest, so they come first; the sort is stable.
        found.items.sort_by_key(|item| !self.world.is_group(item.resource));
        let mut seen_in: Vec<String> = self.world.same_account(account).map(|twin| self.title(twin)).collect();
        seen_in.dedup();
        Ok(AccountAccessAnswer {
            as_of: self.as_of().cloned(),
            account: self.candidate(account),
            seen_in,
            name_used_before: self.names_used_before(account),
            suspended: self.suspensions(account),
            attested_two_factor: self.attested_two_factor(account),
            items: found.items.iter().map(|item| self.access_answer(item)).collect(),
            can_take: self.take_groups(&found),
            might: self.might_groups(&found),
            remains_after_leaving: self.remains(account),
            completeness: self.accounts_completeness([account]),
            not_read: self.unread_anywhere(account.segment()),
            not_shown: self.blind_spots(account),
            paths_cut: found.truncated,
        })
    }

    fn access_answer(&self, item: &AccessItem<'_>) -> AccessAnswer {
        AccessAnswer {
            resource: self.candidate(item.resource),
            entitlement: item.slug.to_owned(),
            paths: item.paths.iter().map(|path| self.path_answer(path)).collect(),
        }
    }

    fn take_groups(&self, found: &rolecall_graph::AccountAccess<'_>) -> Vec<TakeGroupAnswer> {
        found
            .can_take
            .iter()
            .map(|group| TakeGroupAnswer {
                because: self.world.reference(group.parent).entitlement(group.via).to_string(),
                entitlement: group.slug.to_owned(),
                count: group.resources.len(),
                counted: self.counted(&group.resources),
                how: group.how.to_owned(),
            })
            .collect()
    }

    fn might_groups(&self, found: &rolecall_graph::AccountAccess<'_>) -> Vec<MightGroupAnswer> {
        found
            .might
            .iter()
            .map(|group| MightGroupAnswer {
                because: self.world.reference(group.parent).entitlement(group.via).to_string(),
                entitlement: group.slug.to_owned(),
                count: group.resources.len(),
                counted: self.counted(&group.resources),
                why: group.why.to_owned(),
            })
            .collect()
    }

    /// How many resources of one type these are: `1 package`, `3 repositories`.
    fn counted(&self, resources: &[NodeId]) -> String {
        let declared = resources.first().and_then(|first| self.declared(*first));
        let (one, many) = declared.map_or(("resource", "resources"), |declared| (declared.name, declared.plural));
        counted(resources.len(), one, many)
    }

    fn suspensions(&self, account: NodeId) -> Vec<SuspensionAnswer> {
        let suspended = self.world.same_account(account).filter(|twin| self.world.is_suspended(*twin));
        suspended
            .map(|twin| SuspensionAnswer {
                connector: self.title(twin),
                why: format!("not {}", self.suspended_by(twin).unwrap_or("active")),
            })
            .collect()
    }

    /// Only organisations the account belongs to can be left.
    fn remains(&self, account: NodeId) -> Vec<RemainsAnswer> {
        let roots = self.world.same_account(account).filter_map(|twin| self.world.root(twin.segment()));
        roots
            .filter(|root| !self.roles_on(account, *root).is_empty())
            .map(|root| RemainsAnswer {
                organization: self.candidate(root),
                items: self
                    .world
                    .remains_after_leaving(account, root)
                    .items
                    .iter()
                    .map(|item| self.access_answer(item))
                    .collect(),
            })
            .collect()
    }

    /// Everything that is recorded may hold a right of an account, so an answer about some rests on all listings that
    /// support an answer about access, in every connector that sees one of them.
    pub(crate) fn accounts_completeness(&self, accounts: impl IntoIterator<Item = NodeId>) -> Completeness {
        let mut builder = CompletenessBuilder::default();
        for twin in accounts.into_iter().flat_map(|account| self.world.same_account(account)) {
            builder.merge(self.support(twin.segment(), Support::Whole));
        }
        builder.finish()
    }
}
