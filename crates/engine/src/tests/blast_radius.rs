//! What accounts could write, and what nobody else could.

use rolecall_model::{Reason, Verdict};
use rolecall_store::ListingState;

use super::support::{exported_with, view};
use crate::blast_radius::{BlastRadius, blast_radius};

/// `ada 2/3 66 % alone 1+0 fetched 5`.
fn said(radius: &BlastRadius) -> String {
    let BlastRadius { account, writes, of, percent, alone, perhaps_alone, fetched, .. } = radius;
    let fetched = fetched.map_or_else(|| "unknown".to_owned(), |fetched| fetched.to_string());
    format!("{} {writes}/{of} {percent} % alone {alone}+{perhaps_alone} fetched {fetched}", account.id)
}

const COMPANY: &str = "
    repository:a in workspace:acme
    repository:b in workspace:acme
    repository:c in workspace:acme
    team:t in workspace:acme
    team:t write repository:a
    team:t write repository:b
    ada member team:t
    bo member team:t
    ada write repository:c
    cy read repository:a
    dora write repository:a
    dora active = false";

#[test]
fn the_worst_come_first_with_what_only_they_can() {
    let answer = blast_radius(&view(COMPANY));
    let told: Vec<String> = answer.accounts.iter().map(said).collect();
    assert_eq!(told, ["ada 3/3 100 % alone 1+0 fetched unknown", "bo 2/3 66 % alone 0+0 fetched unknown"]);
    let ada = &answer.accounts[0];
    assert_eq!(ada.alone_on.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["c"]);
    assert!(!ada.at_least && answer.connectors[0].completeness.complete);
}

#[test]
fn what_was_not_read_could_only_add_to_it_and_nobody_is_certainly_alone() {
    let unread = |state: &mut ListingState| {
        if state.key.kind.as_str() == "privileges" && &*state.key.subject.id == "c" {
            state.verdict = Verdict::Unavailable(Reason::new("forbidden", "it may not be read"));
        }
    };
    let answer = blast_radius(&exported_with(COMPANY, unread).view);
    assert!(answer.accounts.iter().all(|one| one.at_least) && !answer.connectors[0].completeness.complete);
    assert_eq!(said(&answer.accounts[0]), "ada 3/3 100 % alone 0+1 fetched unknown");
}

#[test]
fn fetches_are_summed_where_each_of_them_is_told() {
    let lines = format!("{COMPANY}\n repository:a fetched = 5\n repository:b fetched = 7");
    let told: Vec<String> = blast_radius(&view(&lines)).accounts.iter().map(said).collect();
    assert_eq!(
        told,
        ["ada 3/3 100 % alone 1+0 fetched unknown", "bo 2/3 66 % alone 0+0 fetched 12"],
        "of repository c nobody knows"
    );
}

#[test]
fn where_nothing_is_written_nobody_is_named() {
    let answer = blast_radius(&view("ada member workspace:acme"));
    assert_eq!((answer.accounts, answer.connectors.len()), (Vec::new(), 1));
}
