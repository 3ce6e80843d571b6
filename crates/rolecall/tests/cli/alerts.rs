//! Rules that tell what is new, at real receivers: what arrives, once, signed, and again where it is not known to have arrived.

use rolecall_sim::npm::Role;
use rolecall_testkit::{Binary, MailStep, Mailbox, MailboxOptions, Ran, Received, Receiver, Reply};
use serde_json::Value as Json;

use crate::support::{Served, run, story_served};

/// The binary, which may reach receivers on this machine.
fn binary(served: &Served) -> Binary {
    served.binary().variable("ROLECALL_ALLOW_INTERNAL", "1")
}

fn ok(binary: &Binary, arguments: &[&str]) -> Ran {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

/// The demo's organisation, read once, with the ready rules telling at an endpoint.
async fn told_at(served: &Served, kind: &str, settings: &[&str]) -> Binary {
    let binary = binary(served);
    ok(&binary, &served.add_arguments(&["--every", "6h"]));
    ok(&binary, &["work", "--once"]);
    let mut add = vec!["endpoints", "add", kind, "ops"];
    settings.iter().for_each(|setting| add.extend(["--set", setting]));
    ok(&binary, &add);
    ok(&binary, &["rules", "enable-pack", "--endpoint", "ops"]);
    ok(&binary, &["work", "--once"]);
    binary
}

/// Has somebody become an owner, and reads that.
async fn promote(served: &Served, binary: &Binary, account: &str) {
    served.server.world().member(&served.organization, account, Role::Owner);
    ok(binary, &["connectors", "sync", &format!("npm:{}", served.organization)]);
}

fn rule_of(received: &Received) -> String {
    received.json()["data"]["rule"]["name"].as_str().unwrap_or_default().to_owned()
}

fn titles(received: &Received) -> Vec<String> {
    let rows = received.json()["data"]["rows"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

fn deliveries(binary: &Binary) -> Vec<Json> {
    ok(binary, &["deliveries", "list", "--format", "json"]).json().as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_reaches_the_webhook_once_with_both_values_of_the_role() {
    let (served, receiver) = (story_served().await, Receiver::start([]).await.unwrap());
    let binary = told_at(&served, "webhook", &[&format!("url={}", receiver.url("/hook"))]).await;
    let first: Vec<String> = receiver.received().iter().map(rule_of).collect();
    assert_eq!(first, ["Outside collaborator"], "what is there from the beginning is no news to the others");

    promote(&served, &binary, "tomek77").await;
    ok(&binary, &["work", "--once"]);
    let received = receiver.received();
    let mut told: Vec<(String, Vec<String>)> = received.iter().skip(1).map(|one| (rule_of(one), titles(one))).collect();
    told.sort();
    let tomek = vec!["tomek77".to_owned()];
    assert_eq!(told, [("New owner or administrator".to_owned(), tomek.clone()), ("Role raised".to_owned(), tomek)]);
    let raised = received.iter().find(|one| rule_of(one) == "Role raised").unwrap().json();
    let change = &raised["data"]["rows"][0]["changes"][0];
    assert_eq!(
        (change["property"].as_str(), change["old"].as_str(), change["new"].as_str()),
        (Some("role"), Some("developer"), Some("owner"))
    );
    for one in &received {
        assert!(one.header("webhook-signature").is_some_and(|signature| signature.starts_with("v1,")));
    }

    ok(&binary, &["connectors", "sync", &format!("npm:{}", served.organization)]);
    ok(&binary, &["work", "--once"]);
    assert_eq!(receiver.received().len(), received.len(), "nothing is told twice");
    let active = ok(&binary, &["rules", "list", "--active", "--format", "json"]).json();
    assert_eq!(active.as_array().unwrap().len(), 3, "{active}");
    ok(&binary, &["rules", "dismiss", "Role raised", "--reason", "he starts as an owner"]);
    assert_eq!(run(&binary, &["rules", "dismiss", "Role raised"]).code, 2);
    let findings = ok(&binary, &["findings", "--rule", "New owner or administrator", "--format", "json"]).json();
    assert_eq!(findings["findings"][0]["title"], "New owner or administrator: tomek77");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_is_told_while_removals_wait() {
    let (served, receiver) = (story_served().await, Receiver::start([]).await.unwrap());
    let binary = told_at(&served, "webhook", &[&format!("url={}", receiver.url("/hook"))]).await;
    let before = receiver.received().len();
    let members = served.server.world().members(&served.organization);
    let mut developers: Vec<String> =
        members.into_iter().filter(|(_, role)| *role == Role::Developer).map(|(account, _)| account).collect();
    let promoted = developers.pop().unwrap();
    for account in developers.iter().take(5) {
        served.server.world().member_remove(&served.organization, account);
    }
    served.server.world().member(&served.organization, &promoted, Role::Owner);
    run(&binary, &["connectors", "sync", &format!("npm:{}", served.organization)]);
    let changes = ok(&binary, &["changes"]).stdout;
    assert!(changes.contains("changes confirm"), "removals wait: {changes}");
    ok(&binary, &["work", "--once"]);
    let told: Vec<Vec<String>> = receiver.received().iter().skip(before).map(titles).collect();
    assert!(told.iter().any(|titles| titles.contains(&promoted)), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_by_a_process_that_was_killed_is_sent_again_with_the_same_id() {
    let replies = [Reply::new(204), Reply::new(200).stalling(), Reply::new(204)];
    let (served, receiver) = (story_served().await, Receiver::start(replies).await.unwrap());
    let binary = told_at(&served, "webhook", &[&format!("url={}", receiver.url("/hook"))]).await;
    promote(&served, &binary, "tomek77").await;
    let mut child = binary.start(&["work"]).unwrap();
    while receiver.received().len() < 2 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was to be killed");
        tokio::task::yield_now().await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let jobs = ok(&binary, &["jobs", "list", "--state", "running", "--format", "json"]).json();
    let job = jobs[0]["job"].to_string();
    ok(&binary, &["jobs", "cancel", &job]);
    ok(&binary, &["work", "--once"]);
    let ids: Vec<String> = receiver.received().iter().map(|one| one.header("webhook-id").unwrap().to_owned()).collect();
    assert_eq!(ids[1], ids[2], "the same message");
    assert_eq!(ids.len(), 4, "one repeat, and the other message: {ids:?}");
    assert!(deliveries(&binary).iter().all(|one| one["state"] == "delivered"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_waits_and_what_is_refused_is_given_up_and_shown_with_its_answer() {
    let replies = [Reply::new(503).body("not now"), Reply::new(404).body("no such hook"), Reply::new(204)];
    let (served, receiver) = (story_served().await, Receiver::start(replies).await.unwrap());
    let binary = told_at(&served, "webhook", &[&format!("url={}", receiver.url("/hook"))]).await;
    let [waiting] = deliveries(&binary).try_into().unwrap();
    assert_eq!((waiting["state"].as_str(), waiting["attempts"].as_i64()), (Some("pending"), Some(1)));
    assert!(waiting["answer"].as_str().unwrap().contains("503"), "{waiting}");
    let id = waiting["id"].as_str().unwrap();
    ok(&binary, &["deliveries", "retry", id]);
    ok(&binary, &["work", "--once"]);
    let [failed] = deliveries(&binary).try_into().unwrap();
    assert_eq!(failed["state"], "failed");
    ok(&binary, &["deliveries", "retry", id, "--reason", "the hook is there again"]);
    ok(&binary, &["work", "--once"]);
    let shown = ok(&binary, &["deliveries", "show", id, "--format", "json"]).json();
    let answers: Vec<&str> =
        shown["attempts"].as_array().unwrap().iter().map(|one| one["answer"].as_str().unwrap()).collect();
    assert!(answers[0].contains("503") && answers[1].contains("404") && answers.len() == 3, "{answers:?}");
    assert_eq!(shown["state"], "delivered");
    let ids: Vec<_> = receiver.received().iter().map(|one| one.header("webhook-id").unwrap().to_owned()).collect();
    assert!(ids.iter().all(|one| one == id), "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_endpoint_gets_nothing_until_it_is_enabled_and_a_removed_one_nothing_at_all() {
    let (served, receiver) = (story_served().await, Receiver::start([]).await.unwrap());
    let binary = told_at(&served, "webhook", &[&format!("url={}", receiver.url("/hook"))]).await;
    ok(&binary, &["endpoints", "disable", "ops", "--reason", "it moves"]);
    promote(&served, &binary, "tomek77").await;
    ok(&binary, &["work", "--once"]);
    assert_eq!(receiver.received().len(), 1);
    let listed = ok(&binary, &["endpoints"]).stdout;
    assert!(listed.contains("disabled since") && listed.contains("it moves"), "{listed}");
    ok(&binary, &["endpoints", "enable", "ops"]);
    ok(&binary, &["work", "--once"]);
    assert_eq!(receiver.received().len(), 3, "what was to be told in between is told");
    ok(&binary, &["endpoints", "remove", "ops"]);
    promote(&served, &binary, "jonas-weber").await;
    ok(&binary, &["work", "--once"]);
    assert_eq!(receiver.received().len(), 3);
    let shown = ok(&binary, &["rules", "show", "Role raised"]).stdout;
    assert!(shown.contains("no endpoint is called \"ops\""), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_says_what_is_new_in_words() {
    let mailbox = Mailbox::start(MailboxOptions::default()).await.unwrap();
    let (served, port) = (story_served().await, format!("port={}", mailbox.port()));
    let settings =
        ["host=127.0.0.1", &port, "security=none", "from=rolecall@acme.test", "to=ops@acme.test, sec@acme.test"];
    let binary = told_at(&served, "email", &settings).await;
    promote(&served, &binary, "tomek77").await;
    ok(&binary, &["work", "--once"]);
    let mails = mailbox.mails();
    let raised = mails.iter().find(|mail| mail.header("Subject").unwrap().contains("Role raised")).unwrap();
    assert_eq!(raised.header("Subject").unwrap(), "[high] Role raised: tomek77");
    assert!(raised.header("Message-ID").is_some() && raised.header("X-Rolecall-Id").is_some());
    let refusing = MailboxOptions {
        refusals: vec![(MailStep::Greeting, "554 5.3.2 closed".to_owned())],
        ..MailboxOptions::default()
    };
    let closed = Mailbox::start(refusing).await.unwrap();
    let port = format!("port={}", closed.port());
    let add = ["endpoints", "add", "email", "closed", "--set", "host=127.0.0.1", "--set", &port, "--set"];
    let more = ["security=none", "--set", "from=a@acme.test", "--set", "to=b@acme.test"];
    ok(&binary, &[&add[..], &more[..]].concat());
    let tried = run(&binary, &["endpoints", "try", "closed"]);
    assert!(tried.code == 4 && tried.stderr.contains("554"), "{tried:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_endpoint_is_said_all_at_once_and_no_secret_is_ever_shown() {
    let served = story_served().await;
    let binary = served.binary().variable("HOOK", "https://hooks.example.test/T0/s3cr3t-c4nary");
    ok(&binary, &served.add_arguments(&[]));
    let refused = run(&binary, &["endpoints", "add", "email", "ops", "--set", "prot=25", "--set", "from=nobody"]);
    assert_eq!(refused.code, 2);
    for word in ["host", "prot", "from"] {
        assert!(refused.stderr.contains(word), "{word} is missing: {refused:?}");
    }
    ok(&binary, &["endpoints", "add", "slack", "chat", "--secret-env", "HOOK"]);
    let made =
        ok(&binary, &["endpoints", "add", "webhook", "siem", "--set", "url=https://siem.example.test/a?k=s3cr3t"]);
    assert!(made.stdout.contains("whsec_"), "{made:?}");
    let again = ok(&binary, &["endpoints", "add", "webhook", "siem", "--set", "url=https://siem.example.test/b"]);
    assert!(!again.stdout.contains("whsec_"), "it keeps its key: {again:?}");
    for arguments in [&["endpoints"][..], &["endpoints", "--format", "json"], &["secrets", "list"], &["audit", "list"]]
    {
        let ran = run(&binary, arguments);
        assert!(!format!("{ran:?}").contains("c4nary") && !format!("{ran:?}").contains("whsec_"), "{ran:?}");
    }
    let inside = ok(&binary, &["endpoints", "add", "webhook", "own", "--set", "url=https://127.0.0.1:1/x"]);
    assert_eq!(inside.code, 0);
    let tried = run(&binary, &["endpoints", "try", "own"]);
    assert!(tried.code == 4 && tried.stderr.contains("ROLECALL_ALLOW_INTERNAL"), "{tried:?}");
}
