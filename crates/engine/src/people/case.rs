//! One account, for somebody who has to say whose it is: what it shows, whom it may belong to, and what was known before.

use rolecall_graph::NodeId;
use rolecall_model::person::{AccountKey, Candidate, IdentityLink, LinkState, Person, PersonKey, Pinned};
use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{AccountNamed, Decision, IdentityLinkRow, Store, StoreError};
use serde::Serialize;

use super::decide::{account_pin, account_refuse, account_unpin};
use super::{AccountRow, Identities};
use crate::moment::moment_text;
use crate::world::WorldView;

/// What somebody who decides looks at.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountCase {
    /// What is known of it.
    pub row: AccountRow,
    /// The name that it shows.
    pub display_name: Option<String>,
    /// Addresses that it shows; whoever has the account wrote them.
    pub addresses: Vec<String>,
    /// Whom it belongs to, or may, the most probable first.
    pub people: Vec<CasePerson>,
    /// What somebody said of it, if anybody did.
    pub decided: Option<CaseDecision>,
    /// Whose it is not, as somebody said.
    pub refused: Vec<CaseRefusal>,
    /// What was known of it, the newest first.
    pub history: Vec<CaseSpan>,
    /// Which it is, in each connector that shows it.
    #[serde(skip)]
    named: Vec<AccountNamed>,
}

/// Somebody whose account it is, or may be.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CasePerson {
    /// Who.
    pub person: Person,
    /// What speaks for them, from 0 to 1.
    pub confidence: String,
    /// And what it is.
    pub why: Vec<String>,
    /// Whether it is theirs already.
    pub is_theirs: bool,
}

/// Who said something, when, and why.
#[derive(Clone, Debug, Serialize)]
pub struct CaseDecision {
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: String,
}

/// That somebody said whose it is not.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseRefusal {
    /// Whose it is not.
    pub person_name: String,
    /// Who said so.
    pub decision: CaseDecision,
}

/// What it was for a while.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseSpan {
    /// `person`, `unmatched` and so on.
    pub state: &'static str,
    /// Whose it was.
    pub person_name: Option<String>,
    /// Why.
    pub why: Vec<String>,
    /// Since when that was known.
    pub since: String,
    /// Until when; `None` of what is known now.
    pub until: Option<String>,
}

/// What somebody says of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountWord {
    /// What it is.
    Is(Pinned),
    /// Whose it is not.
    IsNot(PersonKey),
    /// That the rules shall say again what it is.
    TakeBack,
}

impl WorldView {
    /// The case of an account, by its connector's title, type and id. `None` when there is none like that.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn account_case(
        &self,
        store: &Store,
        identities: &Identities,
        key: &AccountKey,
    ) -> Result<Option<AccountCase>, StoreError> {
        let Some((node, state)) = self.account_node(key).zip(identities.correlation.states.get(key)) else {
            return Ok(None);
        };
        let named = self.account_twins(node);
        let facts = self.account_facts(node);
        let is_this = |account: &AccountNamed| named.contains(account);
        let decided = store.identity_pin_list().await?.into_iter().find(|pin| is_this(&pin.account));
        let refused = store.identity_refusal_list().await?.into_iter().filter(|refusal| is_this(&refusal.account));
        Ok(Some(AccountCase {
            row: identities.account_row(key, state),
            display_name: facts.as_ref().and_then(|facts| facts.display_name.clone()),
            addresses: facts.into_iter().flat_map(|facts| facts.addresses).map(|address| address.address).collect(),
            people: case_people(identities, state),
            decided: decided.map(|pin| decision_of(pin.decision, pin.at)),
            refused: refused
                .map(|refusal| CaseRefusal {
                    person_name: identities.name_of(&refusal.person),
                    decision: decision_of(refusal.decision, refusal.at),
                })
                .collect(),
            history: history(store, identities, named.first()).await?,
            named,
        }))
    }

    fn account_node(&self, key: &AccountKey) -> Option<NodeId> {
        let ResourceRef { kind, id } = &key.resource;
        let place = self.connectors.iter().position(|connector| connector.title() == *key.connector)?;
        let node = self.world.resource(u32::try_from(place).ok()?, kind.as_str(), id)?;
        self.world.is_account(node).then_some(node)
    }
}

impl AccountCase {
    /// Does what somebody says of the account and why, wherever it is shown, and works out what follows. Says whether there
    /// was anything to do.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn say(
        &self,
        store: &Store,
        word: &AccountWord,
        (actor, reason): (&str, &str),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let decision = Decision { actor: actor.to_owned(), reason: reason.to_owned() };
        match word {
            AccountWord::Is(pinned) => account_pin(store, &self.named, pinned, &decision, now).await.map(|()| true),
            AccountWord::IsNot(person) => {
                account_refuse(store, &self.named, person, &decision, now).await.map(|()| true)
            }
            AccountWord::TakeBack => account_unpin(store, &self.named, &decision, now).await,
        }
    }
}

fn case_people(identities: &Identities, state: &LinkState) -> Vec<CasePerson> {
    let theirs = state.link().and_then(|link| {
        let person = identities.people.get(&link.person)?.clone();
        let confidence = link.confidence.to_string();
        Some(CasePerson { person, confidence, why: link.reasons(), is_theirs: true })
    });
    let candidates = state.shortlist().map(|shortlist| shortlist.candidates.as_slice()).unwrap_or_default();
    let candidate = |candidate: &Candidate| {
        let person = identities.people.get(&candidate.person)?.clone();
        let confidence = candidate.confidence.to_string();
        Some(CasePerson { person, confidence, why: candidate.reasons(), is_theirs: false })
    };
    theirs.into_iter().chain(candidates.iter().filter_map(candidate)).collect()
}

fn decision_of(decision: Decision, at: Timestamp) -> CaseDecision {
    CaseDecision { actor: decision.actor, reason: decision.reason, at: moment_text(at) }
}

async fn history(
    store: &Store,
    identities: &Identities,
    account: Option<&AccountNamed>,
) -> Result<Vec<CaseSpan>, StoreError> {
    let Some(account) = account else { return Ok(Vec::new()) };
    let spans = store.identity_link_history(account).await?;
    let span = |(row, until): (IdentityLinkRow, Option<Timestamp>)| CaseSpan {
        state: row.state.word(),
        person_name: row.state.person().map(|person| identities.name_of(person)),
        why: row.state.link().map(IdentityLink::reasons).unwrap_or_default(),
        since: moment_text(row.since),
        until: until.map(moment_text),
    };
    Ok(spans.into_iter().map(span).collect())
}
