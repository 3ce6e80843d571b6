//! What happens to campaigns without anybody asking.

use rolecall_testkit::{Mailbox, MailboxOptions, Receiver};
use serde_json::Value as Json;

use super::support::{Office, TESTER};
use crate::support::Served;
use crate::taking::{acme, sync};

const STAFF: &str = "\
id,name,email,status,manager
E1,Mara Boss,mara@acme.test,active,
E2,Ada,ada@acme.test,active,E1
E3,Fay Back,fay@acme.test,active,
";

async fn office() -> (Served, Office) {
    let served = acme().await;
    let office = Office::of(served.binary().variable("ROLECALL_ALLOW_INTERNAL", "1"));
    sync(&served, &office.binary).await;
    office.roster(STAFF);
    (served, office)
}

fn reviewers(office: &Office) -> Vec<String> {
    let mut names: Vec<String> =
        office.items("Q4").iter().map(|item| item["reviewer"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_leaver_comes_to_their_manager_then_to_the_fallback_then_to_the_owner() {
    let (_served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "ada@acme.test", "--fallback", "fay@acme.test", "--owner", TESTER]);
    assert_eq!(reviewers(&office), ["Ada"]);
    let mut staff = STAFF.to_owned();
    for (leaves, then) in [
        ("E2,Ada,ada@acme.test,", "Mara Boss"),
        ("E1,Mara Boss,mara@acme.test,", "Fay Back"),
        ("E3,Fay Back,fay@acme.test,", "tester"),
    ] {
        staff = staff.replace(&format!("{leaves}active"), &format!("{leaves}departed"));
        office.roster(&staff);
        office.asked(&["reviews", "upkeep"]);
        assert_eq!(reviewers(&office), [then]);
        office.asked(&["reviews", "upkeep"]);
        assert_eq!(reviewers(&office), [then]);
    }
    let shown = office.json(&["reviews", "show", "Q4"]);
    let escalated: Vec<&Json> =
        shown["events"].as_array().unwrap().iter().filter(|event| event["what"] == "escalated").collect();
    assert_eq!(escalated.len(), 3);
    assert!(escalated.iter().all(|event| event["reason"] == "its reviewer has left"), "{escalated:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reviewer_is_told_once_that_they_are_asked() {
    let (_served, office) = office().await;
    let receiver = Receiver::start([]).await.unwrap();
    let url = format!("url={}", receiver.url("/hook"));
    office.asked(&["endpoints", "add", "webhook", "ops", "--set", &url]);
    office.campaign("Q4", &["--reviewer", "ada@acme.test", "--endpoint", "ops"]);
    for told in [1, 0] {
        assert_eq!(office.json(&["reviews", "upkeep"])["told"], told);
    }
    office.asked(&["work", "--once"]);
    let received = receiver.received();
    assert_eq!(received.len(), 1, "{received:?}");
    let data = received[0].json()["data"].clone();
    assert_eq!((&data["reviewer"], &data["occasion"], &data["review"]), (&"Ada".into(), &"asked".into(), &"Q4".into()));
    // Days before the end that have come are told as such, and once.
    office.campaign("Short", &["--reviewer", "ada@acme.test", "--days", "1", "--remind", "1"]);
    office.asked(&["reviews", "upkeep"]);
    office.asked(&["reviews", "upkeep"]);
    let shown = office.json(&["reviews", "show", "Short"]);
    let reminded = shown["events"].as_array().unwrap().iter().filter(|event| event["what"] == "reminded");
    let occasions: Vec<&Json> = reminded.map(|event| &event["details"]["occasion"]).collect();
    assert_eq!(occasions, ["1 day left"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_to_the_reviewer_and_to_nobody_else() {
    let (_served, office) = office().await;
    let mailbox = Mailbox::start(MailboxOptions::default()).await.unwrap();
    let port = format!("port={}", mailbox.port());
    let mut add = vec!["endpoints", "add", "email", "post"];
    for setting in ["host=127.0.0.1", &port, "security=none", "from=rolecall@acme.test", "to=ops@acme.test"] {
        add.extend(["--set", setting]);
    }
    office.asked(&add);
    office.campaign("Q4", &["--reviewer", "ada@acme.test", "--endpoint", "post"]);
    office.asked(&["reviews", "upkeep"]);
    office.asked(&["work", "--once"]);
    let mails = mailbox.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].header("Subject").unwrap().starts_with("Q4: "), "{mails:?}");
    assert_eq!(mails[0].to, ["ada@acme.test"]);
}
