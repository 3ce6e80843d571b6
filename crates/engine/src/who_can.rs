//! Who can do something to a resource, by every path.

use std::collections::BTreeMap;

use rolecall_graph::{Holder, Might, NodeId, Take, WhoCan};
use rolecall_model::ResourceRef;
use serde::Serialize;

use crate::as_of::AsOf;
use crate::attestation::AttestedTwoFactor;
use crate::completeness::{Completeness, CompletenessBuilder};
use crate::name::{Candidate, NameError};
use crate::once::Support;
use crate::path::PathAnswer;
use crate::publisher::{CredentialAnswer, ObservedPublisherAnswer, TrustedPublisherAnswer};
use crate::world::WorldView;

/// The answer to *who can*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoCanAnswer {
    /// The past moment that the answer is of: what was known then. Absent for the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// The action asked about.
    pub action: String,
    /// The resource asked about.
    pub resource: Candidate,
    /// How many accounts can; at least so many, when the answer is not complete.
    pub count: usize,
    /// Every account that can, with every path.
    pub accounts: Vec<AccountAnswer>,
    /// Accounts that have the right and are suspended, so that they cannot use it. They are not counted.
    pub suspended: Vec<SuspendedAnswer>,
    /// Accounts that may have the right: the registry does not say whether they do. They are not counted.
    pub might: Vec<MightAnswer>,
    /// Credentials that have the right by themselves, without an account.
    pub credentials: Vec<CredentialAnswer>,
    /// What can, or almost can, and is no account: source repositories whose workflows may publish.
    pub trusted_publishers: Vec<TrustedPublisherAnswer>,
    /// Workflows that were seen to publish.
    pub observed_publishers: Vec<ObservedPublisherAnswer>,
    /// Why everyone can, if everyone can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anyone: Option<String>,
    /// Accounts that could give themselves the right. They do not have it.
    pub can_take: Vec<TakeAnswer>,
    /// How complete the answer is.
    pub completeness: Completeness,
    /// What only a person can have read, and nobody did.
    pub not_read: Vec<String>,
    /// What no interface of the source shows.
    pub not_shown: Vec<String>,
    /// Whether there are more paths than are listed. The accounts are always all listed.
    pub paths_cut: bool,
    /// Whether it was read who wrote when; `None` where the source does not show it.
    #[serde(skip)]
    pub writes_read: Option<bool>,
}

/// An account that can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountAnswer {
    /// The account.
    pub account: Candidate,
    /// What it holds on the organisation: its role. Empty for an outsider.
    pub roles: Vec<String>,
    /// Every way in which it comes to the right.
    pub paths: Vec<PathAnswer>,
    /// When it last published this package, if the package's document says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_published: Option<String>,
    /// What people state of its two-factor authentication. No registry tells it.
    pub attested_two_factor: Vec<AttestedTwoFactor>,
}

/// An account that has the right and cannot use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuspendedAnswer {
    /// The account, and how it comes to the right.
    #[serde(flatten)]
    pub account: AccountAnswer,
    /// What it is not: `active`. With it, the account could use the right.
    #[serde(skip)]
    pub lacks: &'static str,
    /// Why it cannot use the right: `not active`.
    pub why: String,
}

/// An account that may have the right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MightAnswer {
    /// The account.
    pub account: Candidate,
    /// What may give it the right, as baton spells it: `organization:acme:service-member`.
    pub entitlement: String,
    /// What it may have: `write`.
    pub gives: &'static str,
    /// What is not known, in words.
    pub why: &'static str,
    /// Whether what this rests on was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// An account that could give itself the right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TakeAnswer {
    /// The account.
    pub account: Candidate,
    /// What lets it, as baton spells it: `organization:acme:owner`.
    pub entitlement: String,
    /// How it is done, in words.
    pub how: String,
}

/// How much of an answer is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt {
    /// So many accounts, in their order.
    pub accounts: usize,
    /// So many of those that are alike.
    pub of_alike: usize,
}

/// Accounts of one type that come to a right in the same ways since the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlikeAnswer {
    /// The first of them.
    pub accounts: Vec<AccountAnswer>,
    /// How many there are beside those.
    pub more: usize,
}

/// What was asked, and what the graph answers.
struct AskedOf<'v> {
    node: NodeId,
    action: &'v str,
    found: WhoCan<'v>,
    last_published: BTreeMap<String, String>,
}

impl AskedOf<'_> {
    fn account(&self, view: &WorldView, holder: &Holder<'_>) -> AccountAnswer {
        let last = self.last_published.get(view.world.id(holder.account)).cloned();
        view.account_answer(holder, self.node, last)
    }
}

impl WorldView {
    /// Answers who can do `action` to the resource called `name`.
    ///
    /// # Errors
    /// When the name means nothing or too much, or its type knows no such action.
    pub fn who_can(&self, action: &str, name: &str) -> Result<WhoCanAnswer, NameError> {
        let asked = self.who_can_asked(action, name)?;
        Ok(self.who_can_answer(&asked, asked.found.holders.len()))
    }

    /// The same with the first `excerpt.accounts` accounts alone, and with all of them as those that are alike: what a
    /// page shows, at the cost of what it shows. The count is that of the whole answer.
    ///
    /// # Errors
    /// As [`WorldView::who_can`].
    pub fn who_can_excerpt(
        &self,
        action: &str,
        name: &str,
        excerpt: Excerpt,
    ) -> Result<(WhoCanAnswer, Vec<AlikeAnswer>), NameError> {
        let asked = self.who_can_asked(action, name)?;
        let alike = self.alike(&asked.found.holders);
        let alike = alike.into_iter().map(|holders| AlikeAnswer {
            more: holders.len().saturating_sub(excerpt.of_alike),
            accounts: holders.into_iter().take(excerpt.of_alike).map(|holder| asked.account(self, holder)).collect(),
        });
        Ok((self.who_can_answer(&asked, excerpt.accounts), alike.collect()))
    }

    fn who_can_asked<'v>(&'v self, action: &'v str, name: &str) -> Result<AskedOf<'v>, NameError> {
        let node = self.resolve("resource", name, |node| self.has_actions(node))?;
        let Some(slugs) = self.world.slugs_of_action(node, action) else {
            return Err(self.no_action(node, action));
        };
        let found = self.world.who_can(node, slugs);
        Ok(AskedOf { node, action, found, last_published: self.last_published(node) })
    }

    /// The answer with so many of the accounts.
    fn who_can_answer(&self, asked: &AskedOf<'_>, accounts: usize) -> WhoCanAnswer {
        let AskedOf { node, action, found, .. } = asked;
        let suspended = |holder: &Holder<'_>| self.suspended_answer(holder.account, asked.account(self, holder));
        WhoCanAnswer {
            as_of: self.as_of().cloned(),
            action: (*action).to_owned(),
            resource: self.candidate(*node),
            count: found.holders.len(),
            accounts: found.holders.iter().take(accounts).map(|holder| asked.account(self, holder)).collect(),
            suspended: found.suspended.iter().map(suspended).collect(),
            might: found.might.iter().map(|might| self.might_answer(might)).collect(),
            credentials: self.credentials(found),
            trusted_publishers: self.trusted_publishers(*node, action, found),
            observed_publishers: if self.is_shown_to_persons(*node, action) {
                self.observed_publishers(*node)
            } else {
                Vec::new()
            },
            anyone: found.anyone.map(|_| "it is public: everyone can, without an account".to_owned()),
            can_take: found.can_take.iter().map(|take| self.take_answer(take)).collect(),
            completeness: self.completeness_of(*node, action),
            not_read: self.unread(*node, &[self.world.reference(*node)]),
            not_shown: self.blind_spots(*node),
            paths_cut: found.truncated,
            writes_read: self.writes_read(*node),
        }
    }

    /// Whether it was read who wrote when; `None` where the source does not show it.
    fn writes_read(&self, node: NodeId) -> Option<bool> {
        let history = self.connector(node)?.declaration.write.as_ref()?.history.as_ref()?;
        Some(self.world.same_account(node).any(|twin| self.world.property(twin, history.property).is_some()))
    }

    fn account_answer(&self, holder: &Holder<'_>, resource: NodeId, last_published: Option<String>) -> AccountAnswer {
        AccountAnswer {
            account: self.candidate(holder.account),
            roles: self.roles_around(holder.account, resource),
            paths: holder.paths.iter().map(|path| self.path_answer(path)).collect(),
            last_published,
            attested_two_factor: self.attested_two_factor(holder.account),
        }
    }

    fn suspended_answer(&self, node: NodeId, account: AccountAnswer) -> SuspendedAnswer {
        let lacks = self.suspended_by(node).unwrap_or("active");
        SuspendedAnswer { account, lacks, why: format!("not {lacks}") }
    }

    /// The property that says whether an account is suspended, where its connector type declares one.
    pub(crate) fn suspended_by(&self, account: NodeId) -> Option<&'static str> {
        self.connector(account)?.declaration.suspended_by(self.world.kind(account))
    }

    fn might_answer(&self, might: &Might) -> MightAnswer {
        MightAnswer {
            account: self.candidate(might.account),
            entitlement: self.world.reference(might.parent).entitlement(might.via).to_string(),
            gives: might.slug,
            why: might.why,
            removal_unconfirmed: might.unconfirmed,
        }
    }

    pub(crate) fn take_answer(&self, take: &Take) -> TakeAnswer {
        TakeAnswer {
            account: self.candidate(take.account),
            entitlement: self.world.reference(take.parent).entitlement(take.via).to_string(),
            how: take.how.to_owned(),
        }
    }

    /// What the account holds on the parent of `resource`.
    fn roles_around(&self, account: NodeId, resource: NodeId) -> Vec<String> {
        let mut roles = Vec::new();
        for twin in self.world.same_account(resource) {
            if let Some(parent) = self.world.parent(twin) {
                roles.extend(self.roles_on(account, parent));
            }
        }
        roles.sort();
        roles.dedup();
        roles
    }

    /// Slugs the account directly holds on `resource`.
    pub(crate) fn roles_on(&self, account: NodeId, resource: NodeId) -> Vec<String> {
        self.world
            .same_account(account)
            .flat_map(|twin| self.world.grants_by(twin))
            .filter(|step| step.resource == resource)
            .map(|step| step.slug.to_owned())
            .collect()
    }

    /// Whether the account belongs to the organisation itself: it has a role there that is not one of outsiders.
    pub(crate) fn is_insider(&self, segment: u32, account: &ResourceRef) -> bool {
        let node = self.world.resource(segment, account.kind.as_str(), &account.id);
        node.zip(self.world.root(segment)).is_some_and(|(account, root)| {
            let outside = self.connector(root).and_then(|it| it.declaration.write.as_ref()).map(|write| write.outside);
            self.roles_on(account, root).iter().any(|role| !outside.unwrap_or_default().contains(&role.as_str()))
        })
    }

    /// When each account last published, from the package's own document.
    pub(crate) fn last_published(&self, package: NodeId) -> BTreeMap<String, String> {
        self.world
            .same_account(package)
            .filter_map(|twin| self.world.property(twin, "lastPublished"))
            .filter_map(|json| serde_json::from_str::<BTreeMap<String, String>>(json).ok())
            .flatten()
            .collect()
    }

    pub(crate) fn completeness_of(&self, node: NodeId, action: &str) -> Completeness {
        let mut builder = CompletenessBuilder::default();
        for twin in self.world.same_account(node) {
            if let Some(connector) = self.connector(twin) {
                builder.merge(self.support(twin.segment(), Support::Groups(action.to_owned())));
                // A resource may be a group itself.
                let own = Some(self.world.reference(twin))
                    .filter(|own| !self.world.is_group(twin) && *own != connector.root());
                builder.add_supporting(&connector.book(), Some(action), &own);
            }
        }
        builder.finish()
    }

    /// What of `subjects` only a person could have read, and nobody did.
    pub(crate) fn unread(&self, node: NodeId, subjects: &[ResourceRef]) -> Vec<String> {
        self.connector(node).map(|connector| connector.book().unread(subjects)).unwrap_or_default()
    }

    pub(crate) fn blind_spots(&self, node: NodeId) -> Vec<String> {
        self.connector(node)
            .map(|connector| connector.declaration.blind_spots.iter().map(|spot| (*spot).to_owned()).collect())
            .unwrap_or_default()
    }

    /// Whether something can be done to it.
    pub(crate) fn has_actions(&self, node: NodeId) -> bool {
        self.declared(node).is_some_and(|declared| !declared.actions.is_empty())
    }

    pub(crate) fn declared(&self, node: NodeId) -> Option<&'static rolecall_model::TypeDeclaration> {
        self.connector(node)?.declaration.resource_type(self.world.kind(node))
    }

    fn no_action(&self, node: NodeId, action: &str) -> NameError {
        let known = self.declared(node).map(|declared| declared.actions).unwrap_or_default();
        NameError::Action {
            action: action.to_owned(),
            kind: self.world.kind(node).to_owned(),
            known: known.iter().map(|known| known.word.to_owned()).collect(),
        }
    }
}
