//! Whoever is erased is named in no campaign any more, and the log still verifies.

use super::support::{Office, soon};
use crate::taking::{acme, sync};

const STAFF: &str = "\
id,name,email,npm,status,manager
E1,Mara Unique,mara.unique@acme.test,,active,
E2,Devi Onlyone,devi.onlyone@acme.test,dev1,active,E1
";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_is_named_in_no_campaign() {
    let served = acme().await;
    let office = Office::of(served.binary());
    sync(&served, &office.binary).await;
    office.roster(STAFF);
    let description = "asked for by Mara Unique";
    let by = ["--reviewer", "mara.unique@acme.test", "--fallback", "Mara Unique", "--owner", "mara.unique@acme.test"];
    office.campaign("Q4", &[&by[..], &["--description", description]].concat());
    let until = soon();
    let delegate = ["reviews", "delegate", "Mara Unique", "--to", "Devi Onlyone", "--until", &until];
    office.asked(&[&delegate[..], &["--reason", "Mara Unique is away"]].concat());
    office.deny("Q4", &[("user dev1", "team:acme/core:member")]);
    let decide = ["reviews", "decide", "Q4", "1", "--deny", "--reviewer", "mara.unique@acme.test"];
    office.asked(&[&decide[..], &["--reason", "Devi Onlyone left it"]].concat());
    office.asked(&["reviews", "upkeep"]);
    office.asked(&["reviews", "complete", "Q4", "--reason", "Mara Unique said so"]);
    office.asked(&["reviews", "step", "Q4", "1", "--owner", "Mara Unique", "--reason", "Mara Unique wants it"]);
    office.roster("id,name,email,npm,status,manager\nE9,Somebody Else,else@acme.test,,active,\n");
    for who in ["E1", "E2"] {
        office.asked(&["people", "erase", who, "--reason", "asked to"]);
    }
    office.asked(&["audit", "verify"]);
    let told = [
        office.asked(&["reviews", "list", "--format", "json"]),
        office.asked(&["reviews", "show", "Q4", "--format", "json"]),
        office.asked(&["reviews", "items", "Q4", "--format", "json"]),
        office.asked(&["reviews", "plan", "Q4", "--format", "json"]),
        office.asked(&["reviews", "delegates", "--format", "json"]),
        office.asked(&["reviews", "export", "Q4"]),
        office.asked(&["audit", "list", "--format", "json"]),
    ];
    let file = std::fs::read(office.binary.database()).unwrap();
    for name in ["Mara Unique", "mara.unique", "Devi Onlyone", "devi.onlyone", "person:E1", "person:E2"] {
        for text in &told {
            assert!(!text.contains(name), "{name} is in {text}");
        }
        assert!(!file.windows(name.len()).any(|bytes| bytes == name.as_bytes()), "{name} is in the file");
    }
}
