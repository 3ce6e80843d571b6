//! A changed match is an event.

use rolecall_model::person::{
    AccountFacts, Correlation, LinkChanged, Person, PersonKey, Pinned, Pins, Trust, changes, correlate,
};

use crate::world::{cloudsmith, npm, pins, settings, to_person, with_address};

fn sentences(before: &Correlation, after: &Correlation) -> Vec<String> {
    changes(before, after).iter().map(|change| change.sentence()).collect()
}

fn found(people: &[Person], accounts: &[AccountFacts], pins: &Pins) -> Correlation {
    correlate(people, accounts, pins, &settings())
}

#[test]
fn every_change_of_a_match_is_told_with_its_reason() {
    let account = cloudsmith("x", "ada@acme.test", Trust::Verified);
    let accounts = std::slice::from_ref(&account);
    let (ada, bob) = (with_address("ada", "ada@acme.test"), with_address("bob", "ada@acme.test"));
    let none = Pins::default();
    let nothing = found(&[], &[], &none);
    let open = found(&[], accounts, &none);
    let is_adas = found(std::slice::from_ref(&ada), accounts, &none);
    let is_bobs = found(std::slice::from_ref(&bob), accounts, &none);
    let either = found(&[ada.clone(), bob], accounts, &none);
    let pinned = found(&[ada], accounts, &pins([(account.key.clone(), to_person("ada"))]));
    let service = Pinned::Service { owner: Some(PersonKey::from("ada")) };
    let service = found(&[], accounts, &pins([(account.key.clone(), service)]));
    let adas = "`ada@acme.test` is verified, and the person's main address";
    let x = "cloudsmith user:x";
    for (before, after, sentence) in [
        (&nothing, &open, format!("{x} was not there and is now unmatched")),
        (&open, &is_adas, format!("{x} is now linked to ada: {adas}")),
        (&nothing, &is_adas, format!("{x} is now linked to ada: {adas}")),
        (&is_adas, &is_bobs, format!("{x} was linked to ada ({adas}) and is now linked to bob: {adas}")),
        (&is_adas, &either, format!("{x} is no longer linked to ada ({adas}) and is now ambiguous")),
        (&is_adas, &nothing, format!("{x} is no longer linked to ada ({adas}) and is now not there")),
        (
            &is_adas,
            &pinned,
            format!(
                "{x} remains linked to ada, not by “Verified address on a trusted domain” any more but: pinned by olivia"
            ),
        ),
        (&open, &service, format!("{x} was unmatched and is now service, for which ada answers")),
        (&open, &nothing, format!("{x} was unmatched and is now not there")),
    ] {
        assert_eq!(sentences(before, after), [sentence]);
        assert_eq!(changes(before, before), []);
    }
}

#[test]
fn a_new_owner_of_a_service_is_told_and_new_candidates_are_not() {
    let account = npm("ada");
    let of = |owner: &str| {
        let service = Pinned::Service { owner: Some(PersonKey::from(owner)) };
        found(&[], std::slice::from_ref(&account), &pins([(account.key.clone(), service)]))
    };
    assert!(
        matches!(changes(&of("ada"), &of("bob"))[..], [ref one] if matches!(one.changed, LinkChanged::StateChanged { .. }))
    );
    let accounts = std::slice::from_ref(&account);
    let before = found(&[with_address("1", "ada@acme.test")], accounts, &Pins::default());
    let after = found(&[with_address("2", "ada@acme.test")], accounts, &Pins::default());
    assert_ne!(before, after);
    assert_eq!(changes(&before, &after), []);
}
