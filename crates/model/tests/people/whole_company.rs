//! A company of 5,000 with leavers, namesakes, changed names, contractors and bots: not one automatic link is wrong.

use std::collections::BTreeMap;

use rolecall_model::person::{
    AccountKey, Correlation, CorrelationRule, Employment, LinkState, PersonKey, Pins, correlate,
};

use crate::company::Company;

/// What one rule brought.
#[derive(Default)]
struct Yield {
    /// Accounts that it links to the right person.
    linked: usize,
    /// Accounts that nothing links, where it brings the right person onto the list.
    listed: usize,
    /// Of these, with the right person in the first place.
    first: usize,
}

struct Judgement {
    of_people: usize,
    linked: usize,
    wrong: Vec<String>,
    by_rule: BTreeMap<CorrelationRule, Yield>,
}

impl Judgement {
    fn of(company: &Company, found: &Correlation) -> Self {
        let of_people = company.truth.values().flatten().count();
        let mut judgement = Self { of_people, linked: 0, wrong: Vec::new(), by_rule: BTreeMap::new() };
        for (account, truth) in &company.truth {
            judgement.judge(account, &found.states[account], truth.as_ref());
        }
        judgement
    }

    fn judge(&mut self, account: &AccountKey, state: &LinkState, truth: Option<&PersonKey>) {
        if let Some(link) = state.link() {
            self.linked += 1;
            if truth == Some(&link.person) {
                self.by_rule.entry(link.rule).or_default().linked += 1;
            } else {
                self.wrong.push(format!("{account} is {truth:?}'s, not {}'s: {:?}", link.person, link.evidence));
            }
        }
        let candidates = state.shortlist().map_or(&[][..], |list| &list.candidates);
        let Some(at) = candidates.iter().position(|candidate| Some(&candidate.person) == truth) else { return };
        for evidence in &candidates[at].evidence {
            let rule = self.by_rule.entry(evidence.rule).or_default();
            rule.listed += 1;
            rule.first += usize::from(at == 0);
        }
    }

    fn report(&self) -> String {
        let share = |count: usize| 100.0 * count as f64 / self.of_people as f64;
        let mut lines = vec![format!(
            "{} accounts of people, {} linked ({:.1} %)",
            self.of_people,
            self.linked,
            share(self.linked)
        )];
        for (rule, Yield { linked, listed, first }) in &self.by_rule {
            let share = share(*linked);
            lines.push(format!("{rule:>16}: {linked:5} linked ({share:4.1} %), {listed:5} listed, {first:5} first"));
        }
        lines.join("\n")
    }
}

#[test]
fn not_one_automatic_link_is_wrong_and_every_rule_brings_something() {
    for seed in 1..=4 {
        let company = Company::new(5_000, 600, seed);
        let found = correlate(&company.people, &company.accounts, &Pins::default(), &company.settings);
        let judgement = Judgement::of(&company, &found);
        println!("seed {seed}: {}", judgement.report());
        assert_eq!(judgement.wrong, [""; 0], "seed {seed}");
        assert!(judgement.linked * 2 > judgement.of_people, "seed {seed}: half of the accounts at least");
        for rule in CorrelationRule::ALL.into_iter().filter(|rule| *rule != CorrelationRule::Pin) {
            let brought = judgement.by_rule.get(&rule);
            let is_useful =
                brought.is_some_and(|brought| if rule.may_link() { brought.linked > 0 } else { brought.first > 0 });
            assert!(is_useful, "seed {seed}: {rule} brings nothing");
        }
    }
}

#[test]
fn the_company_is_made_to_mislead() {
    let company = Company::new(5_000, 600, 1);
    let found = correlate(&company.people, &company.accounts, &Pins::default(), &company.settings);
    let misled = found.states.iter().filter(|(account, state)| {
        let first = state.shortlist().and_then(|list| list.candidates.first());
        first.is_some_and(|first| company.truth[*account].as_ref() != Some(&first.person))
    });
    let ambiguous = found.states.values().filter(|state| matches!(state, LinkState::Ambiguous { .. }));
    let (misled, ambiguous) = (misled.count(), ambiguous.count());
    println!("{misled} accounts with somebody else in the first place, {ambiguous} ambiguous");
    assert!(misled > 100 && ambiguous > 100);
}

#[test]
fn every_leaver_with_access_is_found_like_everybody_else() {
    let company = Company::new(5_000, 600, 1);
    let found = correlate(&company.people, &company.accounts, &Pins::default(), &company.settings);
    let mut everybody_active = company.people.clone();
    everybody_active.iter_mut().for_each(|person| person.employment = Employment::Active);
    let same = correlate(&everybody_active, &company.accounts, &Pins::default(), &company.settings);
    assert_eq!(found, same, "whether somebody left changes nothing about what is theirs");
    let left = |key: &PersonKey| {
        company.people.iter().any(|person| person.key == *key && person.employment == Employment::Departed)
    };
    let links = found.states.values().filter_map(LinkState::link).filter(|link| left(&link.person));
    assert!(links.count() > 50);
}
