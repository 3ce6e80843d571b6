//! Work that nobody has to start: `rolecall work`, schedules, and the jobs that every sync is.

use std::process::Child;

use rolecall_sim::{Fault, Pattern, Times};
use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::support::{Served, run, served};

/// The jobs that sync, newest first. Rules are evaluated after each.
fn jobs(binary: &Binary) -> Vec<Json> {
    let mut all = run(binary, &["jobs", "list", "--format", "json"]).json().as_array().unwrap().clone();
    all.retain(|job| job["kind"] == "sync");
    all
}

/// One organisation with a connector that is read so often.
async fn scheduled(seed: u64, every: &str) -> (Served, Binary) {
    let served = served(seed, 8, 2, 3).await;
    let binary = served.binary();
    let added = run(&binary, &served.add_arguments(&["--every", every]));
    assert_eq!(added.code, 0, "{added:?}");
    (served, binary)
}

fn once(binary: &Binary) -> Ran {
    run(binary, &["work", "--once"])
}

/// Starts a command, and waits until the registry is asked for something that it does not answer.
async fn stalled(served: &Served, binary: &Binary, arguments: &[&str]) -> Child {
    served.server.faults().add("GET /-/package/**", Fault::Stalled, Times::Always);
    let asked = || served.server.requests().iter().filter(|request| request.target.starts_with("/-/package/")).count();
    let before = asked();
    let mut child = binary.start(arguments).unwrap();
    while asked() == before {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was to be stopped");
        tokio::task::yield_now().await;
    }
    child
}

fn signal(child: &Child, signal: &str) {
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Ends a child, and says what it printed on standard error.
fn ended(child: Child) -> (Option<i32>, String) {
    let output = tokio::task::block_in_place(|| child.wait_with_output()).unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_with_an_interval_is_read_when_it_is_due_and_not_before() {
    let (served, binary) = scheduled(81, "6h").await;
    let ran = once(&binary);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    let title = format!("npm:{}", served.organization);
    for text in [format!("job 1: sync of {title} begins"), format!("job 1: sync of {title} done"), "2 jobs done".into()]
    {
        assert!(ran.stderr.contains(&text), "{text} is missing: {ran:?}");
    }
    assert_eq!(run(&binary, &["status", "--format", "json"]).json()[0]["state"], "Connected");
    let listed = jobs(&binary);
    assert_eq!(listed.len(), 1);
    let job = &listed[0];
    assert_eq!(
        (&job["state"], &job["askedBy"], &job["about"]),
        (&"done".into(), &"schedule".into(), &title.as_str().into())
    );
    assert!(
        job["result"]["requests"].as_u64().unwrap() > 0 && job["result"]["appeared"].as_u64().unwrap() > 0,
        "{job}"
    );

    let again = once(&binary);
    assert!(again.code == 0 && again.stderr.contains("0 jobs done"), "{again:?}");
    let by_hand = run(&binary, &["connectors", "sync", &title]);
    assert_eq!(by_hand.code, 0, "{by_hand:?}");
    let listed = jobs(&binary);
    assert_eq!((listed.len(), &listed[0]["askedBy"], &listed[0]["state"]), (2, &"tester".into(), &"done".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_has_an_interval_and_is_not_paused_is_read_by_itself() {
    let (paused, binary) = scheduled(82, "1d").await;
    let by_hand = served(83, 8, 2, 3).await;
    assert_eq!(run(&binary, &by_hand.add_arguments(&["--name", "by-hand"])).code, 0);
    let title = format!("npm:{}", paused.organization);
    run(&binary, &["connectors", "pause", &title]);
    assert!(once(&binary).stderr.contains("0 jobs done"));
    assert_eq!(jobs(&binary), Vec::<Json>::new());

    run(&binary, &["connectors", "resume", &title]);
    let shown = run(&binary, &["connectors", "edit", &title, "--unset", "every"]);
    assert!(shown.stdout.contains("every"), "{shown:?}");
    assert!(once(&binary).stderr.contains("0 jobs done"));
    let refused = run(&binary, &["connectors", "edit", &title, "--every", "10s"]);
    assert!(refused.code == 2 && refused.stderr.contains("15m"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_terminated_give_their_job_back_and_the_next_ones_go_on() {
    let (served, binary) = scheduled(84, "6h").await;
    let child = stalled(&served, &binary, &["work"]).await;
    let running = &jobs(&binary)[0];
    let worker = running["worker"].as_str().unwrap();
    assert!(running["state"] == "running" && worker.contains(&format!("process {}", child.id())), "{running}");

    let second = run(&binary, &["work", "--once"]);
    assert_eq!(second.code, 8, "{second:?}");
    assert!(second.stderr.contains(&format!("process {}", child.id())), "{second:?}");
    let busy = run(&binary, &served.sync_arguments(&[]));
    assert_eq!(busy.code, 8, "{busy:?}");
    assert!(busy.stderr.contains(&format!("process {}", child.id())), "{busy:?}");

    signal(&child, "-TERM");
    let (code, said) = ended(child);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("stopping") && said.contains("waits for another attempt"), "{said}");
    served.server.faults().clear();
    assert_eq!(jobs(&binary)[0]["state"], "queued");
    let ran = once(&binary);
    assert!(ran.code == 0 && ran.stderr.contains("begins, attempt 2"), "{ran:?}");
    let listed = jobs(&binary);
    assert_eq!((listed.len(), &listed[0]["state"], &listed[0]["attempt"]), (1, &"done".into(), &2.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_whose_process_was_killed_is_taken_over_at_once() {
    let served = served(85, 8, 2, 3).await;
    let binary = served.binary();
    let mut child = stalled(&served, &binary, &served.sync_arguments(&[])).await;
    child.kill().unwrap();
    child.wait().unwrap();
    served.server.faults().clear();
    let left = &jobs(&binary)[0];
    assert_eq!((&left["state"], &left["askedBy"]), (&"running".into(), &"tester".into()), "nobody was there to say so");
    assert!(!once(&binary).stderr.contains("sync of"), "its lease lasts");

    let ran = served.sync(&binary, &[]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let listed = jobs(&binary);
    assert_eq!((listed.len(), &listed[0]["state"], &listed[0]["attempt"]), (1, &"done".into(), &2.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_sync_leaves_nothing_to_do() {
    let served = served(86, 8, 2, 3).await;
    let binary = served.binary();
    let child = stalled(&served, &binary, &served.sync_arguments(&[])).await;
    signal(&child, "-INT");
    assert_eq!(ended(child).0, Some(130));
    let job = &jobs(&binary)[0];
    assert_eq!((&job["state"], &job["error"]["code"]), (&"cancelled".into(), &"stopped".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_unless_only_a_person_can_help() {
    let (served, binary) = scheduled(87, "6h").await;
    served.server.faults().add(Pattern::all(), Fault::html(403), Times::Always);
    let ran = once(&binary);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stderr.contains("1 failed"), "{ran:?}");
    let job = jobs(&binary).remove(0);
    assert_eq!((&job["state"], &job["attempt"]), (&"failed".into(), &1.into()), "{job}");
    assert!(!job["error"]["message"].as_str().unwrap().is_empty());
    assert!(once(&binary).stderr.contains("0 jobs done"), "it is not asked for again at once");

    served.server.faults().clear();
    let number = job["job"].to_string();
    let retried = run(&binary, &["jobs", "retry", &number]);
    assert!(retried.code == 0 && retried.stdout.contains("waits to be done again"), "{retried:?}");
    served.server.faults().add(Pattern::all(), Fault::html(404), Times::Always);
    let ran = once(&binary);
    assert!(ran.code == 0 && ran.stderr.contains("1 to be tried again"), "{ran:?}");
    let waiting = jobs(&binary).remove(0);
    assert!(waiting["state"] == "queued" && waiting["runAt"].as_str() > waiting["startedAt"].as_str(), "{waiting}");

    let cancelled = run(&binary, &["jobs", "cancel", &number, "--format", "csv"]);
    assert!(cancelled.code == 0 && cancelled.stdout.contains("cancelled by tester"), "{cancelled:?}");
    assert!(once(&binary).stderr.contains("0 jobs done"));
    let finished = run(&binary, &["jobs", "cancel", &number]);
    assert!(finished.code == 2 && finished.stderr.contains("nothing left to cancel"), "{finished:?}");
    let listed = run(&binary, &["jobs", "list", "--state", "cancelled"]).stdout;
    assert!(listed.contains("ASKED BY") && listed.lines().count() == 2, "{listed}");
    assert!(run(&binary, &["jobs", "list", "--state", "done"]).stdout.contains("no such job"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_about_a_connector_that_is_gone_is_not_wanted() {
    let (served, binary) = scheduled(88, "6h").await;
    served.server.faults().add(Pattern::all(), Fault::html(403), Times::Always);
    once(&binary);
    run(&binary, &["jobs", "retry", "1"]);
    let title = format!("npm:{}", served.organization);
    assert_eq!(run(&binary, &["connectors", "remove", &title, "--yes"]).code, 0);
    let ran = once(&binary);
    assert!(ran.code == 0 && ran.stderr.contains("cancelled: the connector was removed"), "{ran:?}");
}
