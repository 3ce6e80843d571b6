//! What changed, between two moments, and what the record cannot say about them.

use rolecall_sim::npm::Role;

use crate::support::{run, served};

#[tokio::test(flavor = "multi_thread")]
async fn changes_between_two_moments_and_what_is_not_known_of_them() {
    let served = served(81, 8, 3, 4).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    {
        let mut world = served.server.world();
        world.account("brand-new");
        world.member(&served.organization, "brand-new", Role::Owner);
    }
    served.sync(&binary, &[]).await;

    let all = run(&binary, &["changes", "--format", "ndjson"]).stdout;
    let between = |from: &str, to: &str| run(&binary, &["changes", "--between", from, to, "--format", "ndjson"]);
    assert!(all.contains("brand-new"), "{all}");
    assert_eq!(between("1h", "0s").stdout, all);
    assert_eq!(between("2001-01-01", "2001-12-31").stdout, "");
    let mut days: Vec<&str> =
        all.split("\"notAfter\":\"").skip(1).map(|rest| rest.split('T').next().unwrap()).collect();
    days.sort_unstable();
    assert_eq!(between(days[0], days[days.len() - 1]).stdout, all, "a date is the whole day");
    assert_eq!(between("sync:1", "now").stdout, all);
    assert_eq!(between("sync:1", "sync:2").stdout, all);
    assert_eq!(between("sync:2", "now").stdout, "", "what a sync made current is before what followed it");
    assert_eq!(between("sync:2", "sync:1").code, 2, "the earlier end comes first");

    let table = run(&binary, &["changes", "--between", "2001-01-01", "0s"]);
    assert!(table.stdout.contains("is recorded since") && table.stdout.contains("before is unknown"), "{table:?}");
    assert!(table.stdout.contains("Complete: every listing"), "{table:?}");
    assert!(between("2001-01-01", "2001-12-31").stderr.contains("before is unknown"));
    let strict = run(&binary, &["changes", "--between", "2001-01-01", "0s", "--require-complete"]);
    assert_eq!(strict.code, 5, "{strict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_that_make_no_sense_are_explained() {
    let served = served(82, 6, 2, 3).await;
    let binary = served.binary();
    for (arguments, word) in [
        (&["changes", "--between", "2026-11-02", "2026-11-01"][..], "earlier end comes first"),
        (&["changes", "--between", "soon", "now"], "is no moment"),
        (&["changes", "--between", "2026-11-02"], "--between"),
        (&["changes", "--between", "7d", "1d", "--since", "2d"], "cannot be used with"),
    ] {
        let ran = run(&binary, arguments);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(word), "{ran:?}");
    }
}
