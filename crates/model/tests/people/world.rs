//! Short words for people and accounts.

use rolecall_model::ResourceRef;
use rolecall_model::person::{
    AccountAddress, AccountFacts, AccountKey, Correlation, CorrelationSettings, LinkState, Person, PersonAddress,
    PersonKey, Pin, Pinned, Pins, Standing, Subject, Trust,
};

pub(crate) fn settings() -> CorrelationSettings {
    CorrelationSettings { trusted_domains: ["Acme.test".to_owned()].into(), ..Default::default() }
}

pub(crate) fn person(key: &str, name: &str) -> Person {
    Person::new(PersonKey::from(key), name)
}

pub(crate) fn address(address: &str, is_main: bool, standing: Standing) -> PersonAddress {
    PersonAddress { address: address.to_owned(), is_main, source: "staff".to_owned(), standing }
}

/// A person whom the roster gives this main address.
pub(crate) fn with_address(key: &str, main: &str) -> Person {
    Person { addresses: vec![address(main, true, Standing::Roster)], ..person(key, key) }
}

pub(crate) fn subject(id: &str) -> Subject {
    Subject { issuer: "login".to_owned(), id: id.to_owned() }
}

pub(crate) fn key(connector: &str, username: &str) -> AccountKey {
    AccountKey::new(connector, ResourceRef::new("user", username))
}

/// An npm account of that name.
pub(crate) fn npm(username: &str) -> AccountFacts {
    AccountFacts { username: Some(username.to_owned()), ..AccountFacts::new(key("npm", username), "npm") }
}

/// A Cloudsmith account of that name with this address.
pub(crate) fn cloudsmith(username: &str, address: &str, trust: Trust) -> AccountFacts {
    let mut account = AccountFacts::new(key("cloudsmith", username), "cloudsmith");
    account.username = Some(username.to_owned());
    account.addresses.push(AccountAddress { address: address.to_owned(), trust });
    account
}

pub(crate) fn pins(decided: impl IntoIterator<Item = (AccountKey, Pinned)>) -> Pins {
    let pin = |(key, pinned)| (key, Pin { pinned, by: "olivia".to_owned() });
    Pins { decided: decided.into_iter().map(pin).collect(), ..Pins::default() }
}

pub(crate) fn to_person(key: &str) -> Pinned {
    Pinned::Person(PersonKey::from(key))
}

pub(crate) fn state<'c>(correlation: &'c Correlation, account: &AccountFacts) -> &'c LinkState {
    &correlation.states[&account.key]
}

/// The state in words: `person ada by verified-address`, `suggested ada 500, bob 400`, `unmatched`.
pub(crate) fn said(correlation: &Correlation, account: &AccountFacts) -> String {
    let state = state(correlation, account);
    if let Some(link) = state.link() {
        return format!("person {} by {}", link.person, link.rule);
    }
    let candidates = state.shortlist().map_or(&[][..], |shortlist| &shortlist.candidates);
    let names: Vec<String> =
        candidates.iter().map(|candidate| format!(" {} {}", candidate.person, candidate.confidence.0)).collect();
    format!("{}{}", state.word(), names.join(","))
}
