//! A connector that reads once and writes a file.

use rolecall_sim::{Fault, Pattern, Times};
use rstest::rstest;

use super::support::{Content, TYPES, reading};
use crate::cloudsmith::support::Workspace;
use crate::support::{run, served};

#[tokio::test(flavor = "multi_thread")]
async fn one_run_writes_the_file_and_leaves_nothing_else_behind() {
    let served = served(321, 8, 3, 4).await;
    let binary = reading(&served);
    let ran = run(&binary, &["runner", "npm"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    let content = Content::of(&std::fs::read(binary.home().join("sync.c1z")).unwrap());
    assert_eq!(content.types(), TYPES);
    assert!(content.entitlements > 0 && !content.grants.is_empty());
    let names: Vec<_> = std::fs::read_dir(binary.home()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["sync.c1z"], "no database is made");
    assert!(!ran.stderr.contains(&served.token[4..20]), "{ran:?}");
}

#[rstest]
#[case(&["--sync-resource-types", "user,team"], &["team", "user"], true)]
#[case(&["--skip-entitlements-and-grants"], TYPES, false)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_what_is_wanted(#[case] more: &[&str], #[case] types: &[&str], #[case] grants: bool) {
    let served = served(322, 8, 3, 4).await;
    let binary = reading(&served);
    let ran = run(&binary, &[&["runner", "npm", "-f", "some.c1z"], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let content = Content::of(&std::fs::read(binary.home().join("some.c1z")).unwrap());
    assert_eq!(content.types(), types);
    assert_eq!((content.entitlements > 0, !content.grants.is_empty()), (grants, grants));
    let is_within = |kind: &str| types.contains(&kind);
    let within = |grant: &rolecall_baton::record::Grant| {
        is_within(grant.resource.kind.as_str()) && is_within(grant.principal.kind.as_str())
    };
    assert!(content.grants.iter().all(within));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloudsmith_organisation_is_read_too() {
    let workspace = Workspace::generated(323, 6, 2, 3).await;
    let binary = rolecall_testkit::Binary::new(env!("CARGO_BIN_EXE_rolecall"))
        .unwrap()
        .variable("BATON_ACCESS_TOKEN", &workspace.key)
        .variable("BATON_ORGANIZATION", &workspace.organization)
        .variable("BATON_API", workspace.server.url());
    let ran = run(&binary, &["runner", "cloudsmith"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let content = Content::of(&std::fs::read(binary.home().join("sync.c1z")).unwrap());
    assert!(content.types().contains(&"repository") && !content.grants.is_empty(), "{:?}", content.types());
}

#[rstest]
#[case::refused(Fault::html(403), 16)]
#[case::away(Fault::html_ok(), 14)]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_leaves_the_file_as_it_was(#[case] fault: Fault, #[case] code: i32) {
    let served = served(324, 8, 3, 4).await;
    let binary = reading(&served);
    std::fs::write(binary.home().join("sync.c1z"), "before").unwrap();
    served.server.faults().add(Pattern::all(), fault, Times::Always);
    let ran = run(&binary, &["runner", "npm"]);
    assert!(ran.code == code && ran.stderr.contains("error:"), "{ran:?}");
    assert_eq!(std::fs::read(binary.home().join("sync.c1z")).unwrap(), b"before");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_where_that_is_said() {
    let served = served(325, 8, 3, 4).await;
    let binary = reading(&served);
    let ran = run(&binary, &["runner", "npm", "--skip-full-sync"]);
    assert!(ran.code == 0 && ran.stderr.contains("nothing was read"), "{ran:?}");
    assert!(served.server.requests().is_empty() && !binary.home().join("sync.c1z").exists());
}
