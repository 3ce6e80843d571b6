//! Who could, when some of what decides it is not sure: compared with every world that may have been.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rolecall_model::{Fact, Term};
use rolecall_store::{Certainty, SnapshotId, ValidFact};
use rolecall_testkit::cases;

use super::support::{LATER, connector_view, fact};
use crate::was::{Both, Held, Sides, WasView};

/// Grants, evidence, existence, and every kind of property by which somebody holds or loses a right.
const LINES: [&str; 16] = [
    "repository:r in workspace:acme",
    "ada owner workspace:acme",
    "mia member workspace:acme",
    "dora manager workspace:acme",
    "mia member team:t",
    "dora manager team:t",
    "team:t write repository:r",
    "zoe write repository:r",
    "roster: dora member team:t",
    "mia active = true",
    "mia active = false",
    "repository:r default = \"write\"",
    "repository:r default = \"none\"",
    "workspace:acme default = \"write\"",
    "workspace:acme default = \"read\"",
    "repository:r public = true",
];

fn valid(line: &str, certainty: Certainty) -> ValidFact {
    let (fact, listing, _) = fact(line);
    let listing_kind = Term::from(listing.to_owned());
    ValidFact { fact, listing_kind, since: SnapshotId(1), baseline: true, certainty }
}

fn view(facts: impl IntoIterator<Item = ValidFact>) -> WasView {
    let connector = connector_view(&[]);
    let mut both = Both::new(&connector, connector.since.clone());
    facts.into_iter().for_each(|fact| both.add(&fact));
    let mut sides = Sides::default();
    sides.add(connector, both);
    sides.finish(LATER, Vec::new())
}

fn could(view: &WasView, held: &[Held]) -> BTreeSet<String> {
    let Ok(answer) = view.who_could("push", "r") else { return BTreeSet::new() };
    let found = answer.accounts.into_iter().filter(|account| held.contains(&account.held));
    found.map(|account| account.holder.id).collect()
}

/// Which property a line sets.
fn setting(line: &str) -> Option<String> {
    match fact(line).0 {
        Fact::Property { resource, name, .. } => Some(format!("{resource} {name}")),
        _ => None,
    }
}

/// Every world that may have been: what is sure holds, of what is not some does, and a property has one value, or none
/// unless it is sure that it had one.
fn completions(lines: &[(&'static str, Certainty)]) -> Vec<Vec<&'static str>> {
    let mut worlds: Vec<Vec<&'static str>> = vec![Vec::new()];
    let mut settings = BTreeSet::new();
    for (line, certainty) in lines {
        let Some(name) = setting(line) else {
            let with = worlds.iter().map(|world| [world.as_slice(), &[*line]].concat()).collect::<Vec<_>>();
            worlds = if *certainty == Certainty::Certain { with } else { [worlds, with].concat() };
            continue;
        };
        if !settings.insert(name.clone()) {
            continue;
        }
        let of_it: Vec<_> = lines.iter().filter(|(other, _)| setting(other).as_ref() == Some(&name)).collect();
        let had_one = of_it.iter().any(|(_, certainty)| *certainty == Certainty::Certain);
        let mut chosen: Vec<_> = of_it
            .iter()
            .flat_map(|(value, _)| {
                worlds.iter().map(|world| [world.as_slice(), &[*value]].concat()).collect::<Vec<_>>()
            })
            .collect();
        if !had_one {
            chosen.extend(worlds);
        }
        worlds = chosen;
    }
    worlds
}

fn lines() -> impl Strategy<Value = Vec<(&'static str, Certainty)>> {
    let certainty =
        prop_oneof![1 => Just(None), 2 => Just(Some(Certainty::Certain)), 2 => Just(Some(Certainty::Possible))];
    prop::collection::vec(certainty, LINES.len()).prop_map(|chosen| {
        let lines = LINES.into_iter().zip(chosen).filter_map(|(line, certainty)| Some((line, certainty?)));
        // Few enough to try every world; the repository is always there.
        let mut unsure = 0;
        lines
            .map(|(line, certainty)| {
                unsure += usize::from(certainty == Certainty::Possible);
                (line, if unsure > 6 { Certainty::Certain } else { certainty })
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(64, 3000)).unwrap(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn yes_is_so_in_every_world_that_may_have_been_and_no_in_none(lines in lines()) {
        let asked = view(lines.iter().map(|(line, certainty)| valid(line, *certainty)));
        let (yes, said) = (could(&asked, &[Held::Yes]), could(&asked, &[Held::Yes, Held::Possibly]));
        for world in completions(&lines) {
            let truly = could(&view(world.iter().map(|line| valid(line, Certainty::Certain))), &[Held::Yes]);
            prop_assert!(yes.is_subset(&truly), "yes {yes:?}, but {truly:?} in {world:?}");
            prop_assert!(truly.is_subset(&said), "said {said:?}, but {truly:?} in {world:?}");
        }
    }
}

#[test]
fn what_may_have_suspended_an_account_takes_the_certainty_and_no_more() {
    let sure = ["repository:r in workspace:acme", "mia write repository:r"];
    let with = |lines: &[(&str, Certainty)]| {
        let sure = sure.iter().map(|line| valid(line, Certainty::Certain));
        let view = view(sure.chain(lines.iter().map(|(line, certainty)| valid(line, *certainty))));
        view.who_could("push", "r").unwrap().accounts.into_iter().map(|account| account.held).next()
    };
    use Certainty::{Certain, Possible};
    assert_eq!(with(&[]), Some(Held::Yes));
    assert_eq!(with(&[("mia active = true", Certain)]), Some(Held::Yes));
    assert_eq!(with(&[("mia active = true", Possible)]), Some(Held::Possibly), "it may have had another value");
    assert_eq!(with(&[("mia active = false", Possible)]), Some(Held::Possibly));
    assert_eq!(with(&[("mia active = true", Possible), ("mia active = false", Possible)]), Some(Held::Possibly));
    assert_eq!(with(&[("mia active = false", Certain)]), None);
}

#[test]
fn a_stronger_right_that_is_not_sure_is_told_beside_the_weaker_that_is() {
    let view = view([
        valid("repository:r in workspace:acme", Certainty::Certain),
        valid("zoe read repository:r", Certainty::Certain),
        valid("zoe write repository:r", Certainty::Possible),
    ]);
    let items = view.account_access("zoe").unwrap().items;
    let told: Vec<_> = items.iter().map(|item| (item.entitlement.as_str(), item.held)).collect();
    assert_eq!(told, [("write", Held::Possibly), ("read", Held::Yes)]);
}
