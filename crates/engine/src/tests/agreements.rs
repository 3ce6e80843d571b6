//! Computed rights against a listing of something else than the resource.

use super::support::view;
use crate::agreement::agreement;

#[test]
fn only_teams_that_the_roster_mentions_are_compared() {
    let view = view(
        "team:a in workspace:acme
        team:b in workspace:acme
        team:c in workspace:acme
        ada member team:a
        mia manager team:b
        zoe member team:c
        roster: ada member team:a
        roster: mia member team:b",
    );
    let answers = agreement(&view);
    let [answer, vaults] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!((vaults.kind, vaults.compared), ("vault", 0), "of vaults there are none");
    assert_eq!((answer.agree, answer.compared), (1, 2), "the roster says nothing of team c");
    assert_eq!((answer.kind, answer.plural, answer.registry), ("team", "teams", "Hosted"));
    let exception = &answer.exceptions[0];
    assert_eq!(
        (&*exception.only_computed, &*exception.only_stated),
        (&["mia (manager)".to_owned()][..], &["mia (member)".to_owned()][..])
    );
}
