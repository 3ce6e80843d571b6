//! What holds of any people, accounts and decisions. Few names and addresses, so that they meet all the time.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::{collection, option, sample};
use rolecall_model::ResourceRef;
use rolecall_model::person::{
    AccountAddress, AccountFacts, AccountField, AccountKey, AttributeMapping, Confidence, Correlation, CorrelationRule,
    CorrelationSettings, IdentityLink, LinkState, Person, PersonAddress, PersonKey, Pin, Pinned, Pins, ServiceSaidBy,
    Standing, Subject, Told, ToldBy, Trust, changes, correlate,
};

use crate::world::subject;

const ADDRESSES: &[&str] =
    &["ada@acme.test", "Ada+x@acme.test", "bob@acme.test", "ada@mail.test", "eve@mail.test", "broken", "@", ""];
const NAMES: &[&str] = &["Ada Lovelace", "Lovelace, Ada", "A. Lovelace", "Bob Stone", "Bób Stones", "", "山田"];
const WORDS: &[&str] = &["ada", "ADA", "bob", "eve", "ada-lovelace", ""];
const PEOPLE: &[&str] = &["p1", "p2", "p3", "p4"];

fn word(all: &'static [&'static str]) -> impl Strategy<Value = String> {
    sample::select(all).prop_map(str::to_owned)
}

fn person_key() -> impl Strategy<Value = PersonKey> {
    sample::select(PEOPLE).prop_map(PersonKey::from)
}

fn subjects() -> impl Strategy<Value = Subject> {
    sample::select(&["s1", "s2"][..]).prop_map(subject)
}

fn standing() -> impl Strategy<Value = Standing> {
    sample::select(&[Standing::Provisioned, Standing::Roster, Standing::SelfSet][..])
}

fn trust() -> impl Strategy<Value = Trust> {
    sample::select(&[Trust::Verified, Trust::SelfSet, Trust::Public][..])
}

prop_compose! {
    fn person_address()(address in word(ADDRESSES), is_main in any::<bool>(), standing in standing()) -> PersonAddress {
        PersonAddress { address, is_main, source: "staff".to_owned(), standing }
    }
}

prop_compose! {
    fn any_person()(
        key in person_key(),
        name in word(NAMES),
        addresses in collection::vec(person_address(), 0..3),
        subjects in collection::vec(subjects(), 0..2),
        npm in option::weighted(0.3, word(WORDS)),
        nick in option::weighted(0.3, word(WORDS)),
    ) -> Person {
        let npm = npm.map(|value| ("npmUsername".to_owned(), value));
        let nick = nick.map(|value| ("nick".to_owned(), value));
        Person { addresses, subjects, attributes: npm.into_iter().chain(nick).collect(), ..Person::new(key, name) }
    }
}

fn account_key() -> impl Strategy<Value = AccountKey> {
    let connector = sample::select(&["npm-a", "npm-b", "cloudsmith"][..]);
    (connector, 0..4_u8)
        .prop_map(|(connector, id)| AccountKey::new(connector, ResourceRef::new("user", id.to_string())))
}

fn told() -> impl Strategy<Value = Told> {
    let by = sample::select(&[ToldBy::SelfClaim, ToldBy::List][..]);
    (person_key(), by).prop_map(|(person, by)| Told { person, by })
}

prop_compose! {
    fn account()(
        key in account_key(),
        username in option::of(word(WORDS)),
        display_name in option::of(word(NAMES)),
        addresses in collection::vec((word(ADDRESSES), trust()), 0..3),
        subject in option::weighted(0.2, subjects()),
        told in collection::vec(told(), 0..2),
        is_service in prop::bool::weighted(0.1),
    ) -> AccountFacts {
        let addresses = addresses.into_iter().map(|(address, trust)| AccountAddress { address, trust }).collect();
        let kind = if &*key.connector == "cloudsmith" { "cloudsmith" } else { "npm" };
        AccountFacts { username, display_name, addresses, subject, told, is_service, ..AccountFacts::new(key, kind) }
    }
}

fn pinned() -> impl Strategy<Value = Pinned> {
    prop_oneof![
        person_key().prop_map(Pinned::Person),
        option::of(person_key()).prop_map(|owner| Pinned::Service { owner }),
        Just(Pinned::External),
        person_key().prop_map(|owner| Pinned::Protected { owner }),
    ]
}

prop_compose! {
    fn any_pins()(
        decided in collection::btree_map(account_key(), pinned(), 0..4),
        refused in collection::btree_set((account_key(), person_key()), 0..4),
    ) -> Pins {
        let pin = |(key, pinned)| (key, Pin { pinned, by: "olivia".to_owned() });
        Pins { decided: decided.into_iter().map(pin).collect::<BTreeMap<_, _>>(), refused }
    }
}

prop_compose! {
    fn any_settings()(
        trusts in prop::bool::weighted(0.8),
        rules_off in collection::btree_set(sample::select(&CorrelationRule::ALL[..]), 0..2),
        automatic_from in sample::select(&[0, 900, 1000][..]),
        suggest_from in sample::select(&[0, 300, 600][..]),
        candidates in 0..4_usize,
        crowd in 0..4_usize,
    ) -> CorrelationSettings {
        let mut settings = CorrelationSettings {
            rules_off,
            automatic_from: Confidence(automatic_from),
            suggest_from: Confidence(suggest_from),
            candidates,
            crowd,
            ..CorrelationSettings::default()
        };
        settings.trusted_domains = trusts.then(|| "acme.test".to_owned()).into_iter().collect();
        let nick = AttributeMapping::new("nick", "npm", AccountField::Username);
        settings.attributes.push(AttributeMapping { is_editable: true, ..nick });
        settings
    }
}

#[derive(Clone, Debug)]
struct Case {
    people: Vec<Person>,
    accounts: Vec<AccountFacts>,
    pins: Pins,
    settings: CorrelationSettings,
}

impl Case {
    fn correlate(&self) -> Correlation {
        correlate(&self.people, &self.accounts, &self.pins, &self.settings)
    }
}

prop_compose! {
    fn case()(
        people in collection::vec(any_person(), 0..6),
        accounts in collection::vec(account(), 0..9),
        pins in any_pins(),
        settings in any_settings(),
    ) -> Case {
        Case { people, accounts, pins, settings }
    }
}

/// The links that no person decided.
fn automatic(found: &Correlation) -> impl Iterator<Item = (&AccountKey, &IdentityLink)> {
    let links = found.states.iter().filter_map(|(key, state)| Some((key, state.link()?)));
    links.filter(|(_, link)| link.rule != CorrelationRule::Pin)
}

/// Takes away from an account and from people all that can be edited by anybody or by themselves.
fn without_editable(case: &Case) -> Case {
    let mut case = case.clone();
    for person in &mut case.people {
        person.addresses.retain(|address| address.standing != Standing::SelfSet);
        person.attributes.remove("nick");
        person.display_name = String::new();
    }
    for account in &mut case.accounts {
        account.addresses.retain(|address| address.trust == Trust::Verified);
        account.display_name = None;
    }
    case
}

/// Of several with one key the first in order counts, which would be another one after editing.
fn each_once(case: &mut Case) {
    case.people.sort();
    case.people.dedup_by(|next, kept| next.key == kept.key);
    case.accounts.sort();
    case.accounts.dedup_by(|next, kept| next.key == kept.key);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_account_is_in_exactly_one_state(case in case()) {
        let found = case.correlate();
        let accounts: BTreeSet<&AccountKey> = case.accounts.iter().map(|account| &account.key).collect();
        prop_assert!(found.states.keys().eq(accounts));
    }

    #[test]
    fn pins_survive_everything(case in case()) {
        let found = case.correlate();
        for (key, state) in &found.states {
            let pin = case.pins.decided.get(key).map(|pin| &pin.pinned);
            let is_kept = match (pin, state) {
                (Some(Pinned::Person(person)), LinkState::Person(link)) => {
                    link.person == *person && link.rule == CorrelationRule::Pin
                }
                (Some(Pinned::Service { owner: pinned }), LinkState::Service { owner, said_by }) => {
                    owner == pinned && *said_by == ServiceSaidBy::Person
                }
                (Some(Pinned::External), LinkState::External) => true,
                (Some(Pinned::Protected { owner: pinned }), LinkState::Protected { owner }) => owner == pinned,
                (Some(_), _) | (None, LinkState::External | LinkState::Protected { .. }) => false,
                (None, LinkState::Person(link)) => link.rule != CorrelationRule::Pin,
                (None, _) => true,
            };
            prop_assert!(is_kept, "{key}: {pin:?} became {state:?}");
        }
        for (key, person) in &case.pins.refused {
            let Some(state) = found.states.get(key).filter(|_| !case.pins.decided.contains_key(key)) else { continue };
            let linked = state.link().map(|link| &link.person);
            let listed = state.shortlist().into_iter().flat_map(|list| &list.candidates).map(|candidate| &candidate.person);
            prop_assert!(linked.into_iter().chain(listed).all(|proposed| proposed != person), "{key}: {state:?}");
        }
    }

    #[test]
    fn the_order_of_inputs_does_not_matter(
        (case, people, accounts) in case().prop_flat_map(|case| {
            let shuffled = (Just(case.people.clone()).prop_shuffle(), Just(case.accounts.clone()).prop_shuffle());
            (Just(case), shuffled).prop_map(|(case, (people, accounts))| (case, people, accounts))
        })
    ) {
        let found = case.correlate();
        let shuffled = Case { people, accounts, ..case };
        prop_assert_eq!(found, shuffled.correlate());
    }

    #[test]
    fn nothing_that_can_be_edited_makes_or_prevents_a_link(case in case()) {
        let mut case = case;
        each_once(&mut case);
        // Whoever is looked through in a crowd may depend on what else is in it.
        case.settings.crowd = 100;
        let (found, bare) = (case.correlate(), without_editable(&case).correlate());
        prop_assert!(automatic(&found).eq(automatic(&bare)));
    }

    #[test]
    fn an_automatic_link_is_unique_both_ways_and_strong_enough(case in case()) {
        let found = case.correlate();
        let mut linked = BTreeSet::new();
        for (key, link) in automatic(&found) {
            prop_assert!(linked.insert((&key.connector, &link.person, link.rule)), "{key} is not alone: {link:?}");
            prop_assert!(link.rule.may_link() && link.confidence >= case.settings.automatic_from);
            prop_assert!(link.confidence >= Confidence(900), "no rule that is worth less may link");
            prop_assert!(!case.settings.rules_off.contains(&link.rule));
            prop_assert!(case.people.iter().any(|person| person.key == link.person));
            prop_assert!(link.evidence.iter().all(|evidence| evidence.may_link));
            prop_assert!(speaks_for_nobody_else(&case, key, &link.person), "{key} is also another's");
        }
    }

    #[test]
    fn candidates_come_best_first_and_not_more_than_asked_for(case in case()) {
        let found = case.correlate();
        for state in found.states.values() {
            let Some(list) = state.shortlist() else { continue };
            prop_assert!(list.candidates.len() <= case.settings.candidates);
            prop_assert!(list.candidates.is_sorted_by(|one, next| one.confidence >= next.confidence));
            for candidate in &list.candidates {
                prop_assert_eq!(candidate.evidence.first().map(|best| best.confidence), Some(candidate.confidence));
                prop_assert!(candidate.confidence >= case.settings.suggest_from);
            }
        }
    }

    #[test]
    fn changes_say_what_differs_and_only_that((before, after) in (case(), case())) {
        let (before, after) = (before.correlate(), after.correlate());
        let told: BTreeSet<AccountKey> = changes(&before, &after).into_iter().map(|change| change.account).collect();
        let accounts: BTreeSet<&AccountKey> = before.states.keys().chain(after.states.keys()).collect();
        for key in accounts {
            let summary = |found: &Correlation| {
                let state = found.states.get(key)?;
                let link = state.link().map(|link| (link.person.clone(), link.rule));
                Some((state.word(), state.owner().cloned(), link))
            };
            prop_assert_eq!(told.contains(key), summary(&before) != summary(&after), "{}", key);
        }
        prop_assert_eq!(changes(&after, &after), vec![]);
    }
}

/// Without the person, no evidence of the account links it to anybody: else it would have spoken for two.
fn speaks_for_nobody_else(case: &Case, account: &AccountKey, person: &PersonKey) -> bool {
    let people = case.people.iter().filter(|other| other.key != *person).cloned().collect();
    let accounts = case.accounts.iter().filter(|other| other.key == *account).cloned().collect();
    let settings = CorrelationSettings { crowd: 100, ..case.settings.clone() };
    let alone = Case { people, accounts, pins: case.pins.clone(), settings };
    alone.correlate().states.values().all(|state| state.link().is_none())
}
