//! Answers about what held at a past moment, by all that is known today: yes, or possibly.
//!
//! Nobody sees a right appear or go, only that it was not there in one reading and was in the next. So two worlds are
//! asked: one of what held for certain, in which whatever is unsure gives as little as it can, and one of what may have
//! held, in which it gives as much as it can. Whoever can in the first could; whoever can in the second only, possibly;
//! of anybody else, no reading shows it.
//!
//! *Architecture Invariant*: *yes* is never said of what any reading leaves open, and nothing is left out that one does,
//! although not every fact gives a right: what suspends an account takes all of them away ([`settings`]).

mod load;
mod settings;

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use serde::Serialize;

pub use load::was_load;
#[cfg(test)]
pub(crate) use load::{Both, Sides};

use crate::account_access::{AccessAnswer, AccountAccessAnswer, MightGroupAnswer};
use crate::completeness::Completeness;
use crate::moment::{moment_parse, moment_text};
use crate::name::{Candidate, NameError};
use crate::path::PathAnswer;
use crate::who_can::WhoCanAnswer;
use crate::world::WorldView;

/// What held at a moment, and what may have.
#[derive(Debug)]
pub struct WasView {
    at: Timestamp,
    certain: WorldView,
    possible: WorldView,
    /// What the record cannot say about the moment.
    unseen: Vec<String>,
}

/// How sure it is that something held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Held {
    /// Readings before and after show it.
    Yes,
    /// No reading shows that it did not.
    Possibly,
}

impl Held {
    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Possibly => "possibly",
        }
    }

    const fn of(is_certain: bool) -> Self {
        if is_certain { Self::Yes } else { Self::Possibly }
    }
}

/// The answer to *who could*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoCouldAnswer {
    /// The moment asked about.
    pub was: String,
    /// The action asked about.
    pub action: String,
    /// The resource asked about.
    pub resource: Candidate,
    /// How many accounts could for certain.
    pub count: usize,
    /// Every account that could, and every one that possibly could.
    pub accounts: Vec<HolderAnswer>,
    /// What could without an account: credentials and trusted publishers.
    pub others: Vec<HolderAnswer>,
    /// Whether everyone could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anyone: Option<Held>,
    /// What the record cannot say about the moment.
    pub unseen: Vec<String>,
    /// How complete what is known today is.
    pub completeness: Completeness,
}

/// Who could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HolderAnswer {
    /// Who.
    pub holder: Candidate,
    /// How sure it is.
    pub held: Held,
    /// By which paths.
    pub paths: Vec<HeldPath>,
}

/// A path that there was, or may have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldPath {
    /// In words.
    pub text: String,
    /// How sure it is.
    pub held: Held,
}

/// The answer to *what could this account do*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessThenAnswer {
    /// The moment asked about.
    pub was: String,
    /// The account.
    pub account: Candidate,
    /// Where it was suspended, or may have been: what it held there it could not use.
    pub suspended: Vec<SuspendedThen>,
    /// What it held or may have held, resource by resource.
    pub items: Vec<HeldItem>,
    /// What it may have had for all the registry says.
    pub might: Vec<MightGroupAnswer>,
    /// What the record cannot say about the moment.
    pub unseen: Vec<String>,
    /// How complete what is known today is.
    pub completeness: Completeness,
}

/// Where an account was suspended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SuspendedThen {
    /// The connector.
    pub connector: String,
    /// Why: `not active`.
    pub why: String,
    /// How sure it is.
    pub held: Held,
}

/// Something an account held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldItem {
    /// On what.
    pub resource: Candidate,
    /// The entitlement.
    pub entitlement: String,
    /// How sure it is.
    pub held: Held,
    /// By which paths.
    pub paths: Vec<HeldPath>,
}

/// Reads the moment that a person asks about.
///
/// # Errors
/// A sentence that says what is understood, or that the moment is still to come.
pub fn was_parse(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let at = moment_parse(text, now)?;
    if at > now {
        return Err(format!("{} is still to come; nothing is known of it", moment_text(at)));
    }
    Ok(at)
}

impl WasView {
    /// Answers who could do `action` to the resource called `name`.
    ///
    /// # Errors
    /// When the name means nothing or too much, or its type knows no such action.
    pub fn who_could(&self, action: &str, name: &str) -> Result<WhoCouldAnswer, NameError> {
        let possible = self.possible.who_can(action, name)?;
        // What may not even have existed then is not in the other world.
        let certain = self.certain.who_can(action, name).ok();
        let (sure, mut unsure) = (certain.as_ref().map(holders).unwrap_or_default(), holders(&possible));
        for might in &possible.might {
            let known = unsure.0.entry(key(&might.account));
            known.or_insert_with(|| (might.account.clone(), vec![might.why.to_owned()]));
        }
        let (accounts, others) = (joined(&sure.0, &unsure.0), joined(&sure.1, &unsure.1));
        Ok(WhoCouldAnswer {
            was: moment_text(self.at),
            action: possible.action,
            resource: possible.resource,
            count: accounts.iter().filter(|account| account.held == Held::Yes).count(),
            accounts,
            others,
            anyone: possible.anyone.map(|_| Held::of(certain.is_some_and(|certain| certain.anyone.is_some()))),
            unseen: self.unseen.clone(),
            completeness: possible.completeness,
        })
    }

    /// Answers what the account called `name` could do.
    ///
    /// # Errors
    /// When the name means nothing or too much.
    pub fn account_access(&self, name: &str) -> Result<AccessThenAnswer, NameError> {
        let possible = self.possible.account_access(name)?;
        let certain = self.certain.account_access(name).ok();
        Ok(AccessThenAnswer {
            was: moment_text(self.at),
            suspended: suspended(certain.as_ref(), &possible),
            items: self.items(certain.map(|certain| certain.items).unwrap_or_default(), possible.items),
            account: possible.account,
            might: possible.might,
            unseen: self.unseen.clone(),
            completeness: possible.completeness,
        })
    }

    /// What may have been held, and beside it the weaker that was for certain.
    fn items(&self, certain: Vec<AccessAnswer>, possible: Vec<AccessAnswer>) -> Vec<HeldItem> {
        let mut sure: BTreeMap<_, AccessAnswer> = certain.into_iter().map(|item| (key(&item.resource), item)).collect();
        let mut items = Vec::new();
        for item in possible {
            let known = sure.remove(&key(&item.resource));
            let is_sure = known.as_ref().is_some_and(|known| self.includes(&item, &known.entitlement));
            let paths = held_paths(known.as_ref().filter(|_| is_sure).map(|known| known.paths.as_slice()), &item.paths);
            items.push(item_of(item, Held::of(is_sure), paths));
            if let Some(known) = known.filter(|_| !is_sure) {
                let paths = held_paths(Some(&known.paths), &[]);
                items.push(item_of(known, Held::Yes, paths));
            }
        }
        items
    }

    /// Whether who holds `held` on the resource of an item holds what the item says.
    fn includes(&self, item: &AccessAnswer, held: &str) -> bool {
        let node = self.possible.node_of(&item.resource);
        held == item.entitlement
            || node.is_some_and(|node| self.possible.world.includes_any(node, held, &[item.entitlement.as_str()]))
    }
}

type Key = (String, String, String);

fn key(candidate: &Candidate) -> Key {
    (candidate.connector.clone(), candidate.kind.clone(), candidate.id.clone())
}

/// Who can in one world, with the texts of the paths: accounts, and what is none.
type Holders = BTreeMap<Key, (Candidate, Vec<String>)>;

fn holders(answer: &WhoCanAnswer) -> (Holders, Holders) {
    let (mut accounts, mut others) = (Holders::new(), Holders::new());
    for account in &answer.accounts {
        let paths = account.paths.iter().map(|path| path.text.clone()).collect();
        accounts.insert(key(&account.account), (account.account.clone(), paths));
    }
    for credential in &answer.credentials {
        let paths = credential.paths.iter().map(|path| path.text.clone()).collect();
        others.insert(key(&credential.credential), (credential.credential.clone(), paths));
    }
    for publisher in answer.trusted_publishers.iter().filter(|publisher| publisher.can) {
        others.insert(key(&publisher.principal), (publisher.principal.clone(), vec![publisher.text.clone()]));
    }
    (accounts, others)
}

fn joined(certain: &Holders, possible: &Holders) -> Vec<HolderAnswer> {
    let mut all: Vec<HolderAnswer> = possible
        .iter()
        .map(|(key, (holder, texts))| {
            let sure = certain.get(key).map(|(_, texts)| texts.as_slice());
            HolderAnswer {
                holder: holder.clone(),
                held: Held::of(sure.is_some()),
                paths: texts_held(sure.unwrap_or_default(), texts),
            }
        })
        .collect();
    all.sort_by_key(|holder| holder.held);
    all
}

fn texts_held(certain: &[String], possible: &[String]) -> Vec<HeldPath> {
    let sure = certain.iter().map(|text| HeldPath { text: text.clone(), held: Held::Yes });
    let unsure = possible.iter().filter(|text| !certain.contains(text));
    sure.chain(unsure.map(|text| HeldPath { text: text.clone(), held: Held::Possibly })).collect()
}

fn held_paths(certain: Option<&[PathAnswer]>, possible: &[PathAnswer]) -> Vec<HeldPath> {
    let texts = |paths: &[PathAnswer]| paths.iter().map(|path| path.text.clone()).collect::<Vec<_>>();
    texts_held(&certain.map(texts).unwrap_or_default(), &texts(possible))
}

fn item_of(item: AccessAnswer, held: Held, paths: Vec<HeldPath>) -> HeldItem {
    HeldItem { resource: item.resource, entitlement: item.entitlement, held, paths }
}

/// The world of what held for certain suspends whoever may have been suspended.
fn suspended(certain: Option<&AccountAccessAnswer>, possible: &AccountAccessAnswer) -> Vec<SuspendedThen> {
    let maybe = certain.map_or(&possible.suspended, |certain| &certain.suspended);
    let surely = |connector: &str| possible.suspended.iter().any(|suspended| suspended.connector == connector);
    maybe
        .iter()
        .map(|suspended| SuspendedThen {
            connector: suspended.connector.clone(),
            why: suspended.why.clone(),
            held: Held::of(surely(&suspended.connector)),
        })
        .collect()
}
