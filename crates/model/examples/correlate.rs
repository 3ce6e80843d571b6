//! How long it takes to find the people behind 100,000 accounts among 50,000:
//! `cargo run --release -p rolecall-model --example correlate -- CROWD`, where CROWD is how many who share a name are
//! looked through.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what is printed is the result")]

#[path = "../tests/people/company/mod.rs"]
mod company;

use std::collections::BTreeMap;
use std::time::Instant;

use company::Company;
use rolecall_model::person::{LinkState, Pins, changes, correlate};

fn main() {
    let mut company = Company::new(50_000, 1000, 1);
    company.accounts.truncate(100_000);
    if let Some(crowd) = std::env::args().nth(1) {
        company.settings.crowd = crowd.parse().unwrap();
    }
    let pins = Pins::default();
    let start = Instant::now();
    let before = correlate(&company.people, &company.accounts, &pins, &company.settings);
    let full = start.elapsed();
    for person in company.people.iter_mut().step_by(1000) {
        person.attributes.clear();
        person.addresses.clear();
    }
    let start = Instant::now();
    let after = correlate(&company.people, &company.accounts, &pins, &company.settings);
    let again = start.elapsed();
    let start = Instant::now();
    let differing = changes(&before, &after).len();
    let compared = start.elapsed();
    println!("{} people, {} accounts: {full:?}, once more {again:?}", company.people.len(), company.accounts.len());
    println!("{differing} changes, found in {compared:?}");
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for state in before.states.values() {
        *states.entry(LinkState::word(state)).or_default() += 1;
    }
    let links = before.states.iter().filter_map(|(account, state)| Some((account, state.link()?)));
    let wrong = links.filter(|(account, link)| company.truth[*account].as_ref() != Some(&link.person)).count();
    println!("{states:?}, {wrong} of the persons wrong");
    let crowds: Vec<String> = before.crowds.iter().map(|crowd| format!("{} ({})", crowd.word, crowd.size)).collect();
    println!("{} words that too many share: {}", crowds.len(), crowds.join(", "));
}
