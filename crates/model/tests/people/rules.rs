//! Each rule: what it links, what it only suggests, what it leaves open.

use rolecall_model::person::{
    AccountAddress, AccountFacts, Ambiguity, AttributeMapping, Confidence, CorrelationRule, CorrelationSettings, Crowd,
    Employment, LinkState, Person, PersonKey, Pinned, Pins, ServiceSaidBy, Standing, Told, ToldBy, Trust, correlate,
};

use crate::world::{
    address, cloudsmith, key, npm, person, pins, said, settings, state, subject, to_person, with_address,
};

fn alone(people: &[Person], account: &AccountFacts, settings: &CorrelationSettings) -> String {
    said(&correlate(people, std::slice::from_ref(account), &Pins::default(), settings), account)
}

fn attribute(key: &str, name: &str, value: &str) -> Person {
    let mut person = person(key, "Grace Hopper");
    person.attributes.insert(name.to_owned(), value.to_owned());
    person
}

#[test]
fn a_subject_links_within_its_issuer() {
    let ada = Person { subjects: vec![subject("s1")], ..person("ada", "Ada") };
    let mut account = AccountFacts { subject: Some(subject("s1")), ..npm("x") };
    assert_eq!(alone(std::slice::from_ref(&ada), &account, &settings()), "person ada by subject");
    if let Some(subject) = &mut account.subject {
        subject.issuer = "elsewhere".to_owned();
    }
    assert_eq!(alone(&[ada], &account, &settings()), "unmatched");
}

#[test]
fn an_attribute_links_accounts_of_its_type_unless_people_edit_it() {
    let ada = attribute("ada", "npmUsername", " @ADA ");
    let mut settings = settings();
    assert_eq!(alone(std::slice::from_ref(&ada), &npm("ada"), &settings), "person ada by attribute");
    let elsewhere = AccountFacts::new(key("cloudsmith", "ada"), "cloudsmith");
    let elsewhere = AccountFacts { username: Some("ada".to_owned()), ..elsewhere };
    assert_eq!(alone(std::slice::from_ref(&ada), &elsewhere, &settings), "unmatched");
    settings.attributes =
        settings.attributes.into_iter().map(|by| AttributeMapping { is_editable: true, ..by }).collect();
    assert_eq!(alone(&[ada], &npm("ada"), &settings), "suggested ada 1000");
}

#[test]
fn a_list_and_a_proven_claim_link() {
    for (by, rule) in [(ToldBy::List, "attribute"), (ToldBy::SelfClaim, "self-claim")] {
        let account = AccountFacts { told: vec![Told { person: PersonKey::from("ada"), by }], ..npm("x") };
        assert_eq!(alone(&[person("ada", "Ada")], &account, &settings()), format!("person ada by {rule}"));
        assert_eq!(alone(&[person("bob", "Bob")], &account, &settings()), "unmatched", "nobody has that key");
    }
}

#[test]
fn an_address_links_only_if_it_is_verified_trusted_and_nobodys_own_word() {
    let said_of = |trust, standing, is_main, of_account: &str| {
        let ada = Person { addresses: vec![address("Ada@acme.test", is_main, standing)], ..person("ada", "Ada") };
        let other = Person { addresses: vec![address("ada@mail.test", is_main, standing)], ..person("ann", "Ann") };
        alone(&[ada, other], &cloudsmith("x", of_account, trust), &settings())
    };
    let verified = Trust::Verified;
    assert_eq!(said_of(verified, Standing::Roster, true, " ADA+npm@acme.test"), "person ada by verified-address");
    assert_eq!(said_of(verified, Standing::Provisioned, true, "ada@acme.test"), "person ada by verified-address");
    assert_eq!(said_of(verified, Standing::Roster, false, "ada@acme.test"), "person ada by alias");
    assert_eq!(said_of(verified, Standing::SelfSet, true, "ada@acme.test"), "suggested ada 600");
    assert_eq!(said_of(verified, Standing::Roster, true, "ada@mail.test"), "suggested ann 600");
    assert_eq!(said_of(Trust::SelfSet, Standing::Provisioned, true, "ada@acme.test"), "suggested ada 600");
    assert_eq!(said_of(Trust::Public, Standing::Provisioned, true, "ada@acme.test"), "suggested ada 600");
    assert_eq!(said_of(verified, Standing::Roster, true, "eve@acme.test"), "unmatched");
}

#[test]
fn without_trusted_domains_no_address_links() {
    let account = cloudsmith("x", "ada@acme.test", Trust::Verified);
    let people = [with_address("ada", "ada@acme.test")];
    assert_eq!(alone(&people, &account, &CorrelationSettings::default()), "suggested ada 600");
}

#[test]
fn what_is_proven_in_one_registry_is_suggested_in_another() {
    let people = [attribute("ada", "npmUsername", "pixel")];
    let (there, here) = (npm("pixel"), cloudsmith("Pixel", "nobody@mail.test", Trust::Verified));
    let accounts = [there.clone(), here.clone()];
    let both = correlate(&people, &accounts, &Pins::default(), &settings());
    assert_eq!(said(&both, &here), "suggested ada 700");
    let pinned = correlate(&[person("bob", "Bob")], &accounts, &pins([(there.key, to_person("bob"))]), &settings());
    assert_eq!(said(&pinned, &here), "suggested bob 700");
}

#[test]
fn usernames_and_names_are_suggested() {
    let mut people = vec![with_address("1", "ada@acme.test"), person("2", "Grace Hopper")];
    assert_eq!(alone(&people, &npm("ada"), &settings()), "suggested 1 500");
    assert_eq!(alone(&people, &npm("hopper.grace"), &settings()), "suggested 2 400");
    let shown = AccountFacts { display_name: Some("Hopper, Grace".to_owned()), ..npm("ada") };
    assert_eq!(alone(&people, &shown, &settings()), "suggested 1 500, 2 400");
    people.push(person("3", "Grace Hopper"));
    assert_eq!(alone(&people, &npm("grace-hopper"), &settings()), "ambiguous 2 400, 3 400");
}

#[test]
fn what_can_be_edited_neither_links_nor_keeps_anybody_from_being_linked() {
    let people = [with_address("ada", "ada@acme.test"), with_address("eve", "eve@acme.test")];
    let mut account = cloudsmith("eve", "ada@acme.test", Trust::Verified);
    account.addresses.push(AccountAddress { address: "eve@acme.test".to_owned(), trust: Trust::Public });
    let impostor = cloudsmith("impostor", "ada@acme.test", Trust::SelfSet);
    let both = correlate(&people, &[account.clone(), impostor.clone()], &Pins::default(), &settings());
    assert_eq!(said(&both, &account), "person ada by verified-address");
    assert_eq!(said(&both, &impostor), "suggested ada 600");
}

#[test]
fn one_address_of_two_people_is_ambiguous_also_when_one_of_them_left() {
    let left = Person { employment: Employment::Departed, ..with_address("old-ada", "ada@acme.test") };
    let account = cloudsmith("ada", "ada@acme.test", Trust::Verified);
    let people = [left.clone(), with_address("ada", "ada@acme.test")];
    let found = correlate(&people, std::slice::from_ref(&account), &Pins::default(), &settings());
    assert!(matches!(state(&found, &account), LinkState::Ambiguous { why: Ambiguity::SeveralPeople, .. }));
    assert_eq!(said(&found, &account), "ambiguous ada 950, old-ada 950");
    assert_eq!(alone(&[left], &account, &settings()), "person old-ada by verified-address", "access that returned");
}

#[test]
fn evidence_of_different_worth_for_two_people_is_ambiguous() {
    let people =
        [with_address("ada", "ada@acme.test"), Person { subjects: vec![subject("s")], ..person("bob", "Bob") }];
    let account = AccountFacts { subject: Some(subject("s")), ..cloudsmith("x", "ada@acme.test", Trust::Verified) };
    assert_eq!(alone(&people, &account, &settings()), "ambiguous bob 1000, ada 950");
}

#[test]
fn two_accounts_of_one_registry_with_equal_evidence_are_ambiguous_until_one_is_decided() {
    let people = [with_address("ada", "ada@acme.test")];
    let one = cloudsmith("one", "ada@acme.test", Trust::Verified);
    let two = cloudsmith("two", "ada+ci@acme.test", Trust::Verified);
    let accounts = [one.clone(), two.clone()];
    let found = correlate(&people, &accounts, &Pins::default(), &settings());
    let LinkState::Ambiguous { why: Ambiguity::SeveralAccounts { others }, .. } = state(&found, &one) else {
        panic!("{:?}", state(&found, &one));
    };
    assert_eq!(others, std::slice::from_ref(&two.key));
    assert_eq!(said(&found, &two), "ambiguous ada 950");
    let bot = Pinned::Service { owner: Some(PersonKey::from("ada")) };
    let found = correlate(&people, &accounts, &pins([(two.key.clone(), bot)]), &settings());
    assert_eq!(
        (said(&found, &one).as_str(), said(&found, &two).as_str()),
        ("person ada by verified-address", "service")
    );
    assert_eq!(state(&found, &two).owner(), Some(&PersonKey::from("ada")));
}

#[test]
fn two_accounts_of_different_registries_or_by_different_evidence_are_both_linked() {
    let mut ada = Person { subjects: vec![subject("s")], ..with_address("ada", "ada@acme.test") };
    ada.attributes.insert("npmUsername".to_owned(), "ada".to_owned());
    let by_address = cloudsmith("one", "ada@acme.test", Trust::Verified);
    let by_subject = AccountFacts { subject: Some(subject("s")), ..cloudsmith("two", "", Trust::Verified) };
    let accounts = [by_address, by_subject, npm("ada")];
    let found = correlate(&[ada], &accounts, &Pins::default(), &settings());
    let all = accounts.each_ref().map(|account| said(&found, account));
    assert_eq!(all, ["person ada by verified-address", "person ada by subject", "person ada by attribute"]);
}

#[test]
fn a_decision_is_what_the_account_is() {
    let owner = PersonKey::from("olivia");
    let account = cloudsmith("x", "ada@acme.test", Trust::Verified);
    for (pinned, word) in [
        (to_person("nobody-known"), "person nobody-known by pin"),
        (Pinned::External, "external"),
        (Pinned::Protected { owner }, "protected"),
        (Pinned::Service { owner: None }, "service"),
    ] {
        let decided = pins([(account.key.clone(), pinned)]);
        let people = [with_address("ada", "ada@acme.test")];
        let found = correlate(&people, std::slice::from_ref(&account), &decided, &settings());
        assert_eq!(said(&found, &account), word);
    }
}

#[test]
fn whoever_was_refused_is_not_proposed_again() {
    let people = [with_address("ada", "ada@acme.test"), with_address("bob", "ada@acme.test")];
    let account = cloudsmith("ada", "ada@acme.test", Trust::Verified);
    let refused = [(account.key.clone(), PersonKey::from("ada"))].into();
    let pins = Pins { refused, ..Pins::default() };
    let found = correlate(&people, std::slice::from_ref(&account), &pins, &settings());
    assert_eq!(said(&found, &account), "person bob by verified-address");
}

#[test]
fn what_the_source_marks_as_a_service_is_nobodys_until_a_person_says() {
    let people = [with_address("ada", "ada@acme.test")];
    let account = AccountFacts { is_service: true, ..cloudsmith("ci", "ada@acme.test", Trust::Verified) };
    let found = correlate(&people, std::slice::from_ref(&account), &Pins::default(), &settings());
    assert_eq!(*state(&found, &account), LinkState::Service { owner: None, said_by: ServiceSaidBy::Source });
    let decided = pins([(account.key.clone(), to_person("ada"))]);
    let found = correlate(&people, std::slice::from_ref(&account), &decided, &settings());
    assert_eq!(said(&found, &account), "person ada by pin");
}

#[test]
fn rules_can_be_switched_off_and_made_stricter() {
    let people = [with_address("ada", "ada@acme.test")];
    let account = cloudsmith("x", "ada@acme.test", Trust::Verified);
    let off = CorrelationSettings { rules_off: [CorrelationRule::VerifiedAddress].into(), ..settings() };
    assert_eq!(alone(&people, &account, &off), "unmatched");
    let strict = CorrelationSettings { automatic_from: Confidence(1000), ..settings() };
    assert_eq!(alone(&people, &account, &strict), "suggested ada 950");
    let loose = CorrelationSettings { automatic_from: Confidence(0), ..settings() };
    assert_eq!(alone(&people, &cloudsmith("x", "ada@acme.test", Trust::SelfSet), &loose), "suggested ada 600");
}

#[test]
fn a_link_keeps_everything_that_speaks_for_it() {
    let ada = Person { subjects: vec![subject("s")], ..with_address("ada", "ada@acme.test") };
    let account = AccountFacts { subject: Some(subject("s")), ..cloudsmith("x", "ADA@acme.test", Trust::Verified) };
    let found = correlate(&[ada], std::slice::from_ref(&account), &Pins::default(), &settings());
    let link = state(&found, &account).link().unwrap();
    let inputs: Vec<&str> = link.evidence.iter().map(|evidence| evidence.inputs.as_str()).collect();
    assert_eq!(
        inputs,
        [
            "signs in as `s` of `login`, and so does the person",
            "`ada@acme.test` is verified, and the person's main address",
        ]
    );
}

#[test]
fn of_many_candidates_the_best_are_kept_and_the_rest_counted() {
    let people: Vec<Person> = (0..9).map(|number| person(&number.to_string(), "Ada Lovelace")).collect();
    let account = npm("ada-lovelace");
    let found = correlate(&people, std::slice::from_ref(&account), &Pins::default(), &settings());
    let shortlist = state(&found, &account).shortlist().unwrap();
    assert_eq!((shortlist.candidates.len(), shortlist.left_out), (5, 4));
    assert!(found.crowds.is_empty());
}

#[test]
fn a_name_that_too_many_have_is_said_and_not_looked_through() {
    let people: Vec<Person> = (0..9).map(|number| person(&number.to_string(), &format!("Ada L{number}x"))).collect();
    let settings = CorrelationSettings { crowd: 8, ..settings() };
    let account = npm("ada-l3x");
    let found = correlate(&people, std::slice::from_ref(&account), &Pins::default(), &settings);
    assert_eq!(said(&found, &account), "suggested 3 400", "the other word finds the one");
    assert_eq!(found.crowds, [Crowd { word: "ada".to_owned(), size: 9 }].into());
}

#[test]
fn states_survive_json() {
    let people = [with_address("ada", "ada@acme.test"), with_address("bob", "ada@acme.test"), person("c", "Cy Lee")];
    let decided = pins([(key("npm", "p"), Pinned::Protected { owner: PersonKey::from("ada") })]);
    let accounts = [
        cloudsmith("ada", "ada@acme.test", Trust::Verified),
        AccountFacts { is_service: true, ..npm("ci") },
        npm("cy.lee"),
        npm("none"),
        npm("p"),
        AccountFacts { told: vec![Told { person: PersonKey::from("c"), by: ToldBy::SelfClaim }], ..npm("c") },
    ];
    let found = correlate(&people, &accounts, &decided, &settings());
    let words: Vec<&str> = accounts.iter().map(|account| state(&found, account).word()).collect();
    assert_eq!(words, ["ambiguous", "service", "suggested", "unmatched", "protected", "person"]);
    for state in found.states.values() {
        let json = serde_json::to_string(state).unwrap();
        assert_eq!(serde_json::from_str::<LinkState>(&json).unwrap(), *state, "{json}");
    }
}
