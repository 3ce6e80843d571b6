//! Files against a made-up registry: what is written differs in nothing, and each change is told as that and no more.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use rolecall_model::{Reason, Timestamp, Verdict};

use super::*;
use crate::tests::support::{FIRST, LATER, view};

/// What everybody holds on everything: holder, thing, rights.
type Held = BTreeMap<(String, String), BTreeSet<&'static str>>;

const LEVELS: [(&str, &[&str]); 2] =
    [("workspace", &["member", "manager", "owner"]), ("repository", &["read", "write", "admin"])];
const THINGS: [&str; 6] = ["workspace:acme", "team:t0", "team:t1", "repository:r0", "repository:r1", "repository:r2"];

fn kind(thing: &str) -> &str {
    thing.split(':').next().unwrap_or_default()
}

fn levels(thing: &str) -> &'static [&'static str] {
    LEVELS.iter().find(|(of, _)| *of == kind(thing)).map_or(&[], |(_, levels)| levels)
}

/// What somebody may hold on a thing: one level, or any of what is none.
fn rights(thing: &str) -> Vec<BTreeSet<&'static str>> {
    let sets: Vec<Vec<&'static str>> = match kind(thing) {
        "team" => vec![vec![], vec!["member"], vec!["manager"], vec!["member", "manager"]],
        "workspace" => {
            vec![
                vec![],
                vec!["member"],
                vec!["manager"],
                vec!["owner"],
                vec!["service-member"],
                vec!["member", "service-member"],
            ]
        }
        _ => vec![vec![], vec!["read"], vec!["write"], vec!["admin"]],
    };
    sets.into_iter().map(|rights| rights.into_iter().collect()).collect()
}

fn holders(thing: &str) -> Vec<String> {
    let users = (0..4).map(|number| format!("user:u{number}"));
    match kind(thing) {
        "repository" => users.chain(["team:t0".to_owned(), "team:t1".to_owned()]).collect(),
        _ => users.collect(),
    }
}

fn organisation() -> impl Strategy<Value = Held> {
    let places: Vec<(String, String)> = THINGS
        .iter()
        .flat_map(|thing| holders(thing).into_iter().map(|holder| (holder, (*thing).to_owned())))
        .collect();
    prop::collection::vec(any::<Index>(), places.len()).prop_map(move |chosen| {
        let held =
            places.iter().zip(chosen).map(|(place, chosen)| (place.clone(), chosen.get(&rights(&place.1)).clone()));
        held.filter(|(_, rights)| !rights.is_empty()).collect()
    })
}

/// What somebody else holds somewhere.
fn change() -> impl Strategy<Value = (Index, Index, Index)> {
    (any::<Index>(), any::<Index>(), any::<Index>())
}

fn changed(held: &Held, (thing, holder, now): (Index, Index, Index)) -> Held {
    let thing = (*thing.get(&THINGS)).to_owned();
    let holder = holder.get(&holders(&thing)).clone();
    let place = (holder, thing);
    let before = held.get(&place).cloned().unwrap_or_default();
    let others: Vec<_> = rights(&place.1).into_iter().filter(|rights| *rights != before).collect();
    let mut changed = held.clone();
    changed.insert(place, now.get(&others).clone());
    changed
}

fn lines(held: &Held) -> String {
    let mut lines: String = THINGS[1..].iter().map(|thing| format!("{thing} in workspace:acme\n")).collect();
    for ((holder, thing), rights) in held {
        rights.iter().for_each(|right| lines += &format!("{holder} {right} {thing}\n"));
    }
    lines
}

fn file(held: &Held, format: AccessFormat) -> String {
    access_write(&view(&lines(held)), format).text
}

fn told(lines: &str, text: &str) -> Vec<String> {
    let answer = drift(&view(lines), text, &[], LATER).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"));
    answer.rows.iter().map(spelled).collect()
}

fn spelled(row: &DriftRow) -> String {
    format!("{} {} {:?}→{:?} {}", row.word(), row.who.as_deref().unwrap_or("-"), row.held, row.wanted, row.on)
}

/// The same, worked out right by right.
fn expected(wanted: &Held, held: &Held) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for place in wanted.keys().chain(held.keys()) {
        let (mut wanted, mut held) =
            (wanted.get(place).cloned().unwrap_or_default(), held.get(place).cloned().unwrap_or_default());
        let both: Vec<&'static str> = wanted.intersection(&held).copied().collect();
        both.iter().for_each(|right| assert!(wanted.remove(right) && held.remove(right)));
        let level =
            |rights: &BTreeSet<&'static str>| rights.iter().copied().find(|right| levels(&place.1).contains(right));
        let mut row = |word: &str, held: Option<&str>, wanted: Option<&str>| {
            rows.insert(format!("{word} {} {held:?}→{wanted:?} {}", place.0, place.1));
        };
        if let (Some(to), Some(from)) = (level(&wanted), level(&held)) {
            wanted.remove(to);
            held.remove(from);
            row("to change", Some(from), Some(to));
        }
        wanted.iter().for_each(|right| row("to add", None, Some(right)));
        held.iter().for_each(|right| row("to remove", Some(right), None));
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_differs_from_what_was_written(held in organisation(), unexplained in prop::collection::vec(0..4, 0..3)) {
        let evidence: String = unexplained.iter().map(|user| format!("roster: user:u{user} member team:t0\n")).collect();
        let lines = format!("{}{evidence}", lines(&held));
        for format in [AccessFormat::Yaml, AccessFormat::Json] {
            let written = access_write(&view(&lines), format);
            prop_assert_eq!(told(&lines, &written.text), Vec::<String>::new(), "{}", written.text);
            let turned: Vec<&str> = lines.lines().rev().collect();
            prop_assert_eq!(access_write(&view(&turned.join("\n")), format).text, written.text);
        }
    }

    #[test]
    fn a_change_of_the_registry_or_of_the_file_is_told_as_that_and_no_more(held in organisation(), change in change()) {
        let other = changed(&held, change);
        for (wanted, held) in [(&held, &other), (&other, &held)] {
            let rows = told(&lines(held), &file(wanted, AccessFormat::Yaml));
            prop_assert_eq!(rows.len(), rows.iter().collect::<BTreeSet<_>>().len());
            prop_assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), expected(wanted, held));
        }
    }

    #[test]
    fn any_two_differ_in_what_differs(wanted in organisation(), held in organisation()) {
        let rows = told(&lines(&held), &file(&wanted, AccessFormat::Json));
        prop_assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), expected(&wanted, &held));
    }

    #[test]
    fn no_text_does_any_harm(text in prop_oneof![any::<String>(), "(connectors|hosted:acme|teams|t|only|exceptions|[-:{}\\[\\], \n~x0]){0,40}"]) {
        let _ = drift(&view("ada owner workspace:acme"), &text, &[], LATER);
    }
}

const ACME: &str = "
    ada owner workspace:acme
    mia member workspace:acme
    dora member workspace:acme
    team:acme/core in workspace:acme
    team:acme/tools in workspace:acme
    repository:prod in workspace:acme
    mia member team:acme/core
    team:acme/core write repository:prod
    dora read repository:prod
";

fn wanting(text: &str) -> String {
    format!("connectors:\n  hosted:acme:\n{text}")
}

#[test]
fn what_is_not_mentioned_is_not_judged() {
    for text in [
        "    workspace: {owner: ada}",
        "    teams: {acme/core: {member: [mia]}}",
        "    repositories: {prod: {write: team:acme/core}}",
        "    repositories: {prod: {push: acme/core, read: [dora]}}",
        "    only: false",
        "    teams: {only: true, acme/core: {only: false}, acme/tools: {}}",
    ] {
        assert_eq!(told(ACME, &wanting(text)), Vec::<String>::new(), "{text}");
    }
    let none = drift(&view(ACME), "connectors: {}", &[], LATER).unwrap();
    assert_eq!((none.rows.len(), none.not_judged), (0, vec!["hosted:acme".to_owned()]));
}

#[test]
fn what_is_to_be_the_only_thing_is() {
    let rows = told(ACME, &wanting("    teams: {only: true, acme/core: {member: [mia, zoe]}}"));
    assert_eq!(rows, ["to add user:zoe None→Some(\"member\") team:acme/core", "to remove - None→None team:acme/tools"]);
    let rows = told(ACME, &wanting("    repositories: {prod: {only: true, write: team:acme/core}}"));
    assert_eq!(rows, ["to remove user:dora Some(\"read\")→None repository:prod"]);
    let rows = told(ACME, &wanting("    repositories: {prod: {read: [dora, acme/core]}}"));
    assert_eq!(rows, ["to change team:acme/core Some(\"write\")→Some(\"read\") repository:prod"]);
    assert_eq!(told(ACME, &wanting("    only: true")).len(), 9, "everything, once");
}

#[test]
fn a_thing_that_is_gone_is_to_be_added_and_a_misspelt_one_is_a_mistake() {
    let gone = ACME.lines().filter(|line| !line.contains("acme/tools")).collect::<Vec<_>>().join("\n");
    let text = wanting("    teams: {acme/tools: {member: dora}}");
    let rows = told(&gone, &text);
    assert_eq!(rows, ["to add - None→None team:acme/tools", "to add user:dora None→Some(\"member\") team:acme/tools"]);
    let misspelt = wanting("    teams: {acme/tool: {member: dora}}");
    let mistakes = drift(&view(ACME), &misspelt, &[], LATER).unwrap_err();
    assert!(mistakes[0].text.contains("did you mean acme/tools"), "{mistakes:?}");
    let new = wanting("    teams: {acme/tool: {new: true, member: dora}}");
    assert_eq!(told(ACME, &new).len(), 2);
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let text = "\
connectors:
  hosted:acne:
  hosted:acme:
    workspace:
      owner: [ada, team:acme/core]
      boss: ada
    team: {}
    repositories:
      prd: {read: 7}
      prod: {write: dora, read: [dora, mia, mia]}
      prod: {}
    exceptions:
      - {who: ada, reasn: x, until: tomorrow}
      - on: nothing
        reason: x
        until: 2026-02-30
version: 1
";
    let mistakes = drift(&view(ACME), text, &[], LATER).unwrap_err();
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
    assert!(drift(&view(ACME), "connectors: {hosted:acne: {}}", &["hosted:acne".to_owned()], LATER).is_ok());
    assert_eq!(drift(&view(ACME), "a: [", &[], LATER).unwrap_err().len(), 1);
}

#[test]
fn what_was_not_read_in_full_is_unknown_and_what_is_seen_is_not() {
    let mut partial = view(ACME);
    for state in &mut partial.connectors[0].states {
        if state.key.kind == "team-members" {
            state.verdict = Verdict::Partial(Reason::new("cut-off", "the answer ended early"));
        }
    }
    let text = wanting("    teams: {acme/core: {member: [zoe]}}\n    workspace: {owner: [zoe]}");
    let answer = drift(&partial, &text, &[], LATER).unwrap();
    let told: Vec<String> = answer.rows.iter().map(spelled).collect();
    assert_eq!(
        told,
        [
            "to remove user:ada Some(\"owner\")→None workspace:acme",
            "to add user:zoe None→Some(\"owner\") workspace:acme",
            "to remove user:mia Some(\"member\")→None team:acme/core",
            "unknown user:zoe None→Some(\"member\") team:acme/core",
        ]
    );
    assert!(answer.rows[3].remarks[0].contains("ended early"), "{answer:?}");
    assert_eq!((answer.completeness.complete, answer.counts.unknown, answer.counts.drift()), (false, 1, 3));
}

#[test]
fn an_exception_counts_until_its_last_day_has_passed() {
    let text = wanting(
        "    workspace: {owner: [zoe]}\n    exceptions:\n      - {who: ada, on: acme, right: owner, reason: leaves in spring, until: 2023-11-14}\n      \
         - {who: dora, on: prod, reason: unused, until: 2100-01-01}",
    );
    let on_its_last_day = drift(&view(ACME), &text, &[], FIRST).unwrap();
    let words: Vec<String> = on_its_last_day.rows.iter().map(DriftRow::word).collect();
    assert_eq!(words, ["excepted until 2023-11-14", "to add"]);
    let later = drift(&view(ACME), &text, &[], Timestamp(FIRST.0 + 86_400_000_000)).unwrap();
    assert_eq!(later.rows[0].word(), "to remove");
    assert_eq!(later.rows[0].remark(), "expired exception, until 2023-11-14: leaves in spring");
    let became: Vec<_> = later.exceptions.iter().map(|one| (one.text.as_str(), one.expired, one.rows)).collect();
    assert_eq!(became, [("user:ada owner on workspace:acme", true, 1), ("user:dora on repository:prod", false, 0)]);
}
