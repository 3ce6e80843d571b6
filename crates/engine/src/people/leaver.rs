//! What somebody who leaves can still do, how it is taken away, and what remains after that.

use std::collections::BTreeMap;

use rolecall_model::person::{Employment, PersonKey};
use rolecall_model::{ResourceRef, TakingDeclaration, WriteDeclaration};
use rolecall_store::{Store, StoreError};
use serde::Serialize;

use super::{AccountRow, FormerAccount, Identities, LeaverComparison, former_accounts};
use crate::account_access::{AccessAnswer, AccountAccessAnswer, RemainsAnswer};
use crate::attestation::AttestedTwoFactor;
use crate::completeness::Completeness;
use crate::moment::moment_text;
use crate::name::{Candidate, NameError};
use crate::owners::{OwnedAnswer, OwnerAnswer, OwnerBook};
use crate::step_text::{StepSubject, StepText};
use crate::world::{ConnectorView, WorldView};

/// Said of a right that nothing explains.
const UNEXPLAINED: &str =
    "find out where the right comes from, for only one list says that it is there; read again afterwards";

/// What has to be known of somebody who leaves.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverAnswer {
    /// Who they are; absent where only an account was asked about.
    pub person: Option<LeaverPerson>,
    /// Their accounts.
    pub accounts: Vec<LeaverAccount>,
    /// What is to be done, in order.
    pub steps: Vec<LeaverStep>,
    /// What remains once all of it is done.
    pub remains: Vec<AccessAnswer>,
    /// What was seen to be gone, and stays current until somebody confirms it. No step is told for it.
    pub waits: Vec<AccessAnswer>,
    /// What no step takes away, and what to think of.
    pub besides: Vec<&'static str>,
    /// Accounts that may be theirs: somebody has to say.
    pub perhaps: Vec<AccountRow>,
    /// Accounts that were theirs as far as was known, and of which nothing says whose they are now.
    pub formerly: Vec<FormerAccount>,
    /// Accounts of services, and such as nobody may take away, for which they answer: somebody else has to.
    pub answers_for: Vec<AccountRow>,
    /// What became of it since a moment, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<LeaverComparison>,
    /// Packages and repositories that they answer for: somebody else has to.
    pub owns: Vec<LeaverOwned>,
    /// How complete the answer is.
    pub completeness: Completeness,
    /// What only a person can have read, and nobody did.
    pub not_read: Vec<String>,
    /// What no interface of the sources shows.
    pub not_shown: Vec<String>,
}

/// Who leaves.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverPerson {
    /// What identifies them.
    pub key: PersonKey,
    /// How they are called.
    pub display_name: String,
    /// Whether they work here.
    pub employment: Employment,
    /// Since when no directory lists them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlisted_since: Option<String>,
}

/// An account of theirs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverAccount {
    /// Which.
    pub account: Candidate,
    /// Every connector it is seen in.
    pub seen_in: Vec<String>,
    /// Why it is theirs.
    pub why: Vec<String>,
    /// Whether it is suspended: it keeps what it may do, and can use none of it until somebody lets it in again.
    pub suspended: bool,
    /// What people state of its two-factor authentication.
    pub attested_two_factor: Vec<AttestedTwoFactor>,
    /// On how many things it has rights.
    pub things: usize,
    /// What it can publish or push.
    pub writes: Vec<Candidate>,
    /// What nobody else holds: the last owner of something cannot simply go.
    pub alone: Vec<String>,
}

/// A package or repository that a leaver answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverOwned {
    /// What.
    pub resource: Candidate,
    /// How that is known.
    pub how: String,
    /// Whether nobody else who is here answers for it.
    pub alone: bool,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverStep {
    /// Where: the connector.
    pub connector: String,
    /// What it does.
    pub what: String,
    /// How: a command, or a page.
    pub how: String,
    /// What one needs for it.
    pub needs: &'static str,
    /// What has to be done before, or it will be refused or leave something without an owner.
    pub first: Option<String>,
}

/// What is known of leavers besides the graph.
#[derive(Clone, Debug, Default)]
pub struct LeaverKnown {
    /// Accounts that were theirs.
    pub formerly: Vec<FormerAccount>,
    /// What they answer for.
    pub owns: Vec<LeaverOwned>,
    /// With whose credential each connector is read, by the connector's title, where that is known.
    pub readers: BTreeMap<String, String>,
}

impl LeaverKnown {
    /// What is known of a person, or of an account whose person nobody knows.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn load(
        store: &Store,
        view: &WorldView,
        of: Option<(&Identities, &PersonKey)>,
    ) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for connector in &view.connectors {
            let seen = store.fingerprints(connector.record.id).await?.latest;
            let account = seen.and_then(|fingerprint| fingerprint.seen.account);
            known.readers.extend(account.map(|account| (connector.title(), account)));
        }
        if let Some((identities, key)) = of {
            known.formerly = former_accounts(store, view, identities, key).await?;
            // What is said of owners is said now.
            if view.as_of().is_none() {
                let owned = OwnerBook::load(store, view, identities).await?.of_person(key);
                known.owns = owned.iter().filter_map(|owned| answered_for(owned, key)).collect();
            }
        }
        Ok(known)
    }
}

impl WorldView {
    /// What a person who leaves can still do.
    ///
    /// # Errors
    /// When an account that is theirs cannot be named.
    pub fn leaver(
        &self,
        identities: &Identities,
        key: &PersonKey,
        known: LeaverKnown,
    ) -> Result<LeaverAnswer, NameError> {
        let theirs: Vec<(String, Vec<String>)> =
            identities.accounts_of(key).map(|(account, link)| (account.name(), link.reasons())).collect();
        let mut answer = self.leaver_of(&theirs, &known)?;
        answer.answers_for = identities.account_rows_where(|state| state.owner() == Some(key));
        answer.perhaps = identities.account_rows_where(|state| state.may_be(key));
        answer.formerly = known.formerly;
        answer.owns = known.owns;
        answer.person = identities.people.get(key).map(|person| LeaverPerson {
            key: key.clone(),
            display_name: person.display_name.clone(),
            employment: person.employment,
            unlisted_since: identities.unlisted.get(key).copied().map(moment_text),
        });
        Ok(answer)
    }

    /// The same of accounts by name, each with why it is theirs.
    ///
    /// # Errors
    /// When a name means nothing or too much.
    pub fn leaver_of(
        &self,
        accounts: &[(String, Vec<String>)],
        known: &LeaverKnown,
    ) -> Result<LeaverAnswer, NameError> {
        let mut found: Vec<(AccountAccessAnswer, Vec<String>)> = Vec::new();
        for (name, why) in accounts {
            let access = self.account_access(name)?;
            // An account that two connectors show is one account.
            if found.iter().all(|(known, _)| known.account != access.account) {
                found.push((access, why.clone()));
            }
        }
        let mut answer = LeaverAnswer {
            person: None,
            accounts: Vec::new(),
            steps: Vec::new(),
            remains: Vec::new(),
            waits: Vec::new(),
            besides: Vec::new(),
            perhaps: Vec::new(),
            formerly: Vec::new(),
            answers_for: Vec::new(),
            compared: None,
            owns: Vec::new(),
            completeness: self
                .accounts_completeness(found.iter().filter_map(|(access, _)| self.node_of(&access.account))),
            not_read: Vec::new(),
            not_shown: Vec::new(),
        };
        for (access, why) in found {
            self.leaver_add(&mut answer, &access, why, known);
        }
        Ok(answer)
    }

    fn leaver_add(
        &self,
        answer: &mut LeaverAnswer,
        access: &AccountAccessAnswer,
        why: Vec<String>,
        known: &LeaverKnown,
    ) {
        let alone = self.alone(access);
        for remains in &access.remains_after_leaving {
            let Some((connector, write)) = self.writing(&remains.organization) else { continue };
            let Some(taking) = write.taking_out(&access.account.kind) else { continue };
            let first = before_leaving(access, &remains.organization, &alone, known);
            answer.steps.push(step(taking, access, &remains.organization, connector, first));
            extend_new(&mut answer.besides, write.after_leaving.iter().copied());
        }
        for item in self.own_rights(access) {
            let Some((connector, write)) = self.writing(&item.resource) else { continue };
            // What a group brings goes with the group, which is among these itself.
            if waits(item) || item.paths.iter().all(|path| path.steps.len() > 1) {
                continue;
            }
            let Some(taking) = write.taking_off(&access.account.kind, &item.resource.kind) else {
                answer.remains.push(item.clone());
                continue;
            };
            let is_unexplained = item.paths.iter().all(|path| path.path_unknown);
            let first = is_unexplained.then(|| UNEXPLAINED.to_owned());
            answer.steps.push(step(taking, access, &item.resource, connector, first));
            extend_new(&mut answer.besides, write.after_leaving.iter().copied());
        }
        answer.waits.extend(access.items.iter().filter(|item| waits(item)).cloned());
        extend_new(&mut answer.not_read, access.not_read.iter().cloned());
        extend_new(&mut answer.not_shown, access.not_shown.iter().cloned());
        answer.accounts.push(LeaverAccount {
            account: access.account.clone(),
            seen_in: access.seen_in.clone(),
            why,
            suspended: !access.suspended.is_empty(),
            attested_two_factor: access.attested_two_factor.clone(),
            things: access.items.len(),
            writes: access
                .items
                .iter()
                .filter(|item| self.is_written(item) && !waits(item))
                .map(|item| item.resource.clone())
                .collect(),
            alone,
        });
    }

    /// Rights that stay after every organisation is left.
    fn own_rights<'a>(&self, access: &'a AccountAccessAnswer) -> Vec<&'a AccessAnswer> {
        let left: Vec<&RemainsAnswer> = access.remains_after_leaving.iter().collect();
        match left.split_first() {
            None => access.items.iter().collect(),
            Some((first, others)) => {
                let stays = |item: &&AccessAnswer| {
                    others.iter().all(|other| other.items.iter().any(|known| known.resource == item.resource))
                };
                let is_root = |item: &&AccessAnswer| left.iter().any(|one| one.organization == item.resource);
                first.items.iter().filter(stays).filter(|item| !is_root(item)).collect()
            }
        }
    }

    /// What the account holds that must not be without a holder, and nobody else does.
    fn alone(&self, access: &AccountAccessAnswer) -> Vec<String> {
        let is_alone = |item: &&AccessAnswer| {
            let slug = item.entitlement.as_str();
            let Some(node) = self.node_of(&item.resource) else { return false };
            let declared = self.declared(node).and_then(|of| of.entitlements.iter().find(|one| one.slug == slug));
            declared.is_some_and(|declared| declared.last_holder_protected)
                && self.world.holder_count(node, &[slug]).0 <= 1
        };
        let alone = access.items.iter().filter(is_alone);
        alone.map(|item| format!("{} of {} {}", item.entitlement, item.resource.kind, item.resource.id)).collect()
    }

    fn is_written(&self, item: &AccessAnswer) -> bool {
        let Some(node) = self.node_of(&item.resource) else { return false };
        let action =
            self.connector(node).and_then(|connector| connector.declaration.write.as_ref()).map(|it| it.action);
        let slugs = action.and_then(|action| self.world.slugs_of_action(node, action));
        slugs.is_some_and(|slugs| self.world.includes_any(node, &item.entitlement, slugs))
    }

    /// The connector that shows a thing, and what writing means there.
    fn writing(&self, thing: &Candidate) -> Option<(&ConnectorView, &'static WriteDeclaration)> {
        let connector = self.connector(self.node_of(thing)?)?;
        Some((connector, connector.declaration.write.as_ref()?))
    }
}

/// What has to be done before somebody can leave an organisation.
fn before_leaving(
    access: &AccountAccessAnswer,
    organization: &Candidate,
    alone: &[String],
    known: &LeaverKnown,
) -> Option<String> {
    let connector = &organization.connector;
    let reads = known.readers.get(connector).is_some_and(|reader| *reader == access.account.id);
    let reads = reads.then(|| {
        format!("give Rolecall a token of somebody else for {connector}: the one it reads with is this account's")
    });
    let alone = (!alone.is_empty()).then(|| format!("give {} to somebody else too", alone.join(" and ")));
    let both: Vec<String> = alone.into_iter().chain(reads).collect();
    (!both.is_empty()).then(|| both.join("; and "))
}

fn step(
    taking: &TakingDeclaration,
    access: &AccountAccessAnswer,
    held_on: &Candidate,
    connector: &ConnectorView,
    first: Option<String>,
) -> LeaverStep {
    let of = |one: &Candidate| ResourceRef::new(one.kind.clone(), one.id.as_str());
    let (principal, resource, root) = (&of(&access.account), &of(held_on), &connector.root());
    let text = StepText::of(&taking.step, StepSubject { principal, resource, root }, connector.declaration);
    LeaverStep { connector: held_on.connector.clone(), what: text.what, how: text.how, needs: text.needs, first }
}

fn answered_for(owned: &OwnedAnswer, key: &PersonKey) -> Option<LeaverOwned> {
    let is_theirs = |owner: &&OwnerAnswer| owner.person.as_ref() == Some(key);
    let own = owned.owners.iter().find(is_theirs)?;
    let others = owned.owners.iter().any(|owner| !is_theirs(&owner) && !owner.has_left);
    Some(LeaverOwned { resource: owned.resource.clone(), how: own.how.clone(), alone: !others })
}

/// Whether all that a right rests on was missing in the last reading and waits for a person.
fn waits(item: &AccessAnswer) -> bool {
    item.paths.iter().all(|path| path.removal_unconfirmed)
}

fn extend_new<T: PartialEq>(known: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for one in more {
        if !known.contains(&one) {
            known.push(one);
        }
    }
}
