//! From claims to states: who is linked, who is suggested, what cannot be told.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::claim::{Claim, Gatherer};
use super::index::{PeopleIndex, bounded};
use super::spelling::normal_username;
use super::{
    AccountFacts, AccountKey, Ambiguity, Candidate, Correlation, CorrelationRule, CorrelationSettings, Crowd, Evidence,
    IdentityLink, LinkState, Person, PersonKey, Pin, Pinned, Pins, ServiceSaidBy, Shortlist,
};

/// Says of every account whose it is, as far as that can be known.
///
/// A match links by itself when its evidence is worth enough, rests on nothing that people edit about themselves, speaks
/// for one person only, and for no other account of the same connector. Pins come before all of it, also those to people
/// who are not in the directory. The order of people and accounts does not matter; of several with the same key one
/// counts. `O((n + m) log (n + m))`.
#[must_use]
pub fn correlate(
    people: &[Person],
    accounts: &[AccountFacts],
    pins: &Pins,
    settings: &CorrelationSettings,
) -> Correlation {
    let mut accounts: Vec<&AccountFacts> = accounts.iter().collect();
    accounts.sort_unstable();
    accounts.dedup_by(|next, kept| next.key == kept.key);
    let people = PeopleIndex::of(people, &settings.attributes);
    let mut correlator = Correlator { people: &people, accounts, pins, settings, crowds: BTreeMap::new() };
    let mut states = correlator.declared();
    let open = correlator.link(&mut states);
    correlator.suggest(open, &mut states);
    let crowds = correlator.crowds.into_iter().map(|(word, size)| Crowd { word, size }).collect();
    let with_key = |(account, state): (&&AccountFacts, Option<LinkState>)| Some((account.key.clone(), state?));
    let states = correlator.accounts.iter().zip(states).filter_map(with_key).collect();
    Correlation { states, crowds }
}

/// The states of all accounts, `None` while open.
type States = Vec<Option<LinkState>>;

/// An account that nothing links.
struct Open {
    account: usize,
    claims: Vec<Claim>,
    why: Option<Ambiguity>,
}

struct Correlator<'a, 'p> {
    people: &'p PeopleIndex<'a>,
    accounts: Vec<&'a AccountFacts>,
    pins: &'a Pins,
    settings: &'a CorrelationSettings,
    crowds: BTreeMap<String, usize>,
}

impl<'a> Correlator<'a, '_> {
    /// What a person or the source says outright.
    fn declared(&self) -> States {
        let said_by_source = |account: &AccountFacts| {
            account.is_service.then_some(LinkState::Service { owner: None, said_by: ServiceSaidBy::Source })
        };
        let state = |account: &&AccountFacts| {
            self.pins.decided.get(&account.key).map(pinned_state).or_else(|| said_by_source(account))
        };
        self.accounts.iter().map(state).collect()
    }

    /// Links what can be linked and returns what cannot.
    fn link(&mut self, states: &mut States) -> Vec<Open> {
        let accounts = self.accounts.clone();
        let undeclared = accounts.iter().zip(states.iter()).enumerate().filter(|(_, (_, state))| state.is_none());
        let claimed: Vec<(usize, Vec<Claim>)> =
            undeclared.map(|(number, (account, _))| (number, self.strong_claims(account))).collect();
        let rivals = Rivals::of(&claimed, self);
        let mut open = Vec::new();
        for (number, claims) in claimed {
            match self.automatic(number, &claims, &rivals) {
                Ok(Some(link)) => {
                    if let Some(state) = states.get_mut(number) {
                        *state = Some(LinkState::Person(link));
                    }
                }
                Ok(None) => open.push(Open { account: number, claims, why: None }),
                Err(why) => open.push(Open { account: number, claims, why: Some(why) }),
            }
        }
        open
    }

    fn strong_claims(&mut self, account: &AccountFacts) -> Vec<Claim> {
        let crowds = &mut self.crowds;
        let skipped = |word: &str, size| note_crowd(crowds, word, size);
        let mut claims = Gatherer { people: self.people, settings: self.settings, skipped }.strong(account);
        claims.retain(|claim| !self.is_refused(account, claim.person));
        strongest_of_each_kind(&mut claims);
        claims
    }

    fn is_refused(&self, account: &AccountFacts, person: usize) -> bool {
        self.people.person(person).is_some_and(|person| self.pins.refuses(&account.key, &person.key))
    }

    fn is_automatic(&self, claim: &Claim) -> bool {
        claim.evidence.may_link && claim.evidence.confidence >= self.settings.automatic_from
    }

    /// The link that the claims make by themselves, if any; an error where they would but for others.
    fn automatic(
        &self,
        number: usize,
        claims: &[Claim],
        rivals: &Rivals<'a>,
    ) -> Result<Option<IdentityLink>, Ambiguity> {
        let automatic: Vec<&Claim> = claims.iter().filter(|claim| self.is_automatic(claim)).collect();
        let Some(first) = automatic.first() else { return Ok(None) };
        if automatic.iter().any(|claim| claim.person != first.person) {
            return Err(Ambiguity::SeveralPeople);
        }
        let strongest = automatic.iter().take_while(|claim| claim.evidence.confidence == first.evidence.confidence);
        let Some(alone) = strongest.clone().find(|claim| rivals.of_claim(self, number, claim).is_empty()) else {
            let others = strongest.flat_map(|claim| rivals.of_claim(self, number, claim)).collect::<BTreeSet<_>>();
            let others = others.into_iter().take(self.settings.candidates).cloned().collect();
            return Err(Ambiguity::SeveralAccounts { others });
        };
        let evidence = automatic.iter().map(|claim| claim.evidence.clone()).collect();
        let Some(person) = self.people.person(alone.person) else { return Ok(None) };
        let (rule, confidence) = (alone.evidence.rule, alone.evidence.confidence);
        Ok(Some(IdentityLink { person: person.key.clone(), rule, confidence, evidence }))
    }

    /// Looks for whoever may be behind the accounts that nothing linked.
    fn suggest(&mut self, open: Vec<Open>, states: &mut States) {
        let proven = self.proven_usernames(states);
        for Open { account: number, mut claims, why } in open {
            let Some(account) = self.accounts.get(number).copied() else { continue };
            let crowds = &mut self.crowds;
            let skipped = |word: &str, size| note_crowd(crowds, word, size);
            claims.extend(Gatherer { people: self.people, settings: self.settings, skipped }.weak(account));
            claims.extend(self.same_username(account, &proven));
            claims.retain(|claim| !self.is_refused(account, claim.person));
            let state = self.undecided(claims, why);
            if let Some(place) = states.get_mut(number) {
                *place = Some(state);
            }
        }
    }

    /// The usernames of linked accounts, with the people and the connectors.
    fn proven_usernames(&self, states: &States) -> HashMap<String, Vec<(usize, &'a AccountKey)>> {
        let mut proven: HashMap<String, Vec<(usize, &AccountKey)>> = HashMap::new();
        if !self.settings.uses(CorrelationRule::SameUsername) {
            return proven;
        }
        for (account, state) in self.accounts.iter().zip(states) {
            let link = state.as_ref().and_then(LinkState::link);
            let person = link.and_then(|link| self.people.number(&link.person));
            let username = account.username.as_deref().and_then(normal_username);
            if let (Some(person), Some(username)) = (person, username) {
                proven.entry(username).or_default().push((person, &account.key));
            }
        }
        proven
    }

    fn same_username(
        &mut self,
        account: &AccountFacts,
        proven: &HashMap<String, Vec<(usize, &AccountKey)>>,
    ) -> Vec<Claim> {
        let Some(username) = account.username.as_deref().and_then(normal_username) else { return Vec::new() };
        let found = proven.get(&username).map_or(&[][..], Vec::as_slice);
        let crowds = &mut self.crowds;
        let found = bounded(found, &username, self.settings, &mut |word, size| note_crowd(crowds, word, size));
        let elsewhere = found.iter().filter(|(_, key)| key.connector != account.key.connector);
        let claim = |(person, key): &(usize, &AccountKey)| {
            let inputs = format!("`{username}` of {} is theirs", key.connector);
            Claim::by(CorrelationRule::SameUsername, *person, false, inputs)
        };
        elsewhere.map(claim).collect()
    }

    /// The state of an account that nothing linked.
    fn undecided(&self, mut claims: Vec<Claim>, why: Option<Ambiguity>) -> LinkState {
        strongest_of_each_kind(&mut claims);
        let mut of_person: BTreeMap<usize, Vec<Evidence>> = BTreeMap::new();
        for Claim { person, evidence } in claims {
            of_person.entry(person).or_default().push(evidence);
        }
        let candidate = |(person, evidence): (usize, Vec<Evidence>)| {
            let confidence = evidence.first()?.confidence;
            let person = self.people.person(person)?.key.clone();
            (confidence >= self.settings.suggest_from).then_some(Candidate { person, confidence, evidence })
        };
        let mut candidates: Vec<Candidate> = of_person.into_iter().filter_map(candidate).collect();
        candidates.sort_by_cached_key(|candidate| (Reverse(rank(candidate)), candidate.person.clone()));
        let tied = matches!(candidates.as_slice(), [first, second, ..] if rank(first) == rank(second));
        let why = why.or(tied.then_some(Ambiguity::EquallyGood));
        let left_out = candidates.len().saturating_sub(self.settings.candidates);
        candidates.truncate(self.settings.candidates);
        match (why, candidates.len() + left_out) {
            (Some(why), _) => LinkState::Ambiguous { why, shortlist: Shortlist { candidates, left_out } },
            (None, 0) => LinkState::Unmatched,
            (None, _) => LinkState::Suggested(Shortlist { candidates, left_out }),
        }
    }
}

/// Who else claims what: for each connector, person and rule the accounts with an automatic claim.
struct Rivals<'a> {
    accounts: HashMap<(&'a str, usize, CorrelationRule), Vec<usize>>,
}

impl<'a> Rivals<'a> {
    fn of(claimed: &[(usize, Vec<Claim>)], correlator: &Correlator<'a, '_>) -> Self {
        let mut accounts: HashMap<_, Vec<usize>> = HashMap::new();
        for (number, claims) in claimed {
            let Some(account) = correlator.accounts.get(*number) else { continue };
            for claim in claims.iter().filter(|claim| correlator.is_automatic(claim)) {
                let place = (&*account.key.connector, claim.person, claim.evidence.rule);
                accounts.entry(place).or_default().push(*number);
            }
        }
        Self { accounts }
    }

    /// The first other accounts with the same claim. Only that there are any decides; so many are enough to show.
    fn of_claim(&self, correlator: &Correlator<'a, '_>, number: usize, claim: &Claim) -> Vec<&'a AccountKey> {
        let key = |number: &usize| correlator.accounts.get(*number).map(|account| &account.key);
        let Some(account) = key(&number) else { return Vec::new() };
        let place = (&*account.connector, claim.person, claim.evidence.rule);
        let others = self.accounts.get(&place).map_or(&[][..], Vec::as_slice).iter().filter(|other| **other != number);
        others.take(correlator.settings.candidates.max(1)).filter_map(key).collect()
    }
}

/// Keeps the strongest claim of each person by each rule; strongest first. One that may link goes before one that may not.
fn strongest_of_each_kind(claims: &mut Vec<Claim>) {
    let order = |claim: &Claim| {
        let Evidence { rule, confidence, may_link, inputs } = &claim.evidence;
        (Reverse(*confidence), *rule, claim.person, Reverse(*may_link), inputs.clone())
    };
    claims.sort_by_cached_key(order);
    let mut seen = BTreeSet::new();
    claims.retain(|claim| seen.insert((claim.person, claim.evidence.rule)));
}

/// Candidates with the same rank are equally good: what speaks for them is worth the same, piece by piece.
fn rank(candidate: &Candidate) -> Vec<u16> {
    candidate.evidence.iter().map(|evidence| evidence.confidence.0).collect()
}

fn note_crowd(crowds: &mut BTreeMap<String, usize>, word: &str, size: usize) {
    match crowds.get_mut(word) {
        Some(known) => *known = size.max(*known),
        None => {
            crowds.insert(word.to_owned(), size);
        }
    }
}

fn pinned_state(pin: &Pin) -> LinkState {
    match &pin.pinned {
        Pinned::Person(person) => LinkState::Person(pinned_link(person, &pin.by)),
        Pinned::Service { owner } => LinkState::Service { owner: owner.clone(), said_by: ServiceSaidBy::Person },
        Pinned::External => LinkState::External,
        Pinned::Protected { owner } => LinkState::Protected { owner: owner.clone() },
    }
}

fn pinned_link(person: &PersonKey, by: &str) -> IdentityLink {
    let (rule, confidence) = (CorrelationRule::Pin, CorrelationRule::Pin.confidence());
    let evidence = vec![Evidence { rule, confidence, may_link: true, inputs: format!("pinned by {by}") }];
    IdentityLink { person: person.clone(), rule, confidence, evidence }
}
