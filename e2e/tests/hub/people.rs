//! People are invited, and may do what their role says.

use rolecall_e2e::{Hub, Simulator};

use crate::person::{account_make, administrator, connector_path, invited, npm_connect};

/// What changes something, on the pages of a connector and the list of them.
const CHANGING: [&str; 8] =
    ["Add connector", "Sync now", "Pause sync", "Edit", "Remove", "Confirm changes", "Do it again", "Cancel"];

#[test]
fn an_invitation_makes_one_account_and_works_once() {
    let hub = Hub::start();
    let mut ada = administrator(&hub);
    ada.press("Users");
    ada.press("Invite somebody");
    ada.arrive("Invite somebody");
    ada.fill("E-mail address", "ben@example.com");
    ada.tick("Reviewer");
    ada.press("Make a link");
    ada.see("It is shown this once");
    let link = ada.script("return document.querySelector('pre').innerText.trim()", vec![]);
    let link = link.as_str().expect("a link");
    let mut ben = hub.browser();
    ben.open(link);
    ben.arrive("You are invited");
    ben.see("Reviewer");
    account_make(&mut ben, "ben");
    ben.arrive("Overview");
    ada.press("Done");
    ada.see("ben");
    ben.press("Sign out");
    ben.arrive("Sign in");
    ben.open(link);
    ben.see_gone("You are invited");
}

#[test]
fn an_auditor_reads_everything_and_changes_nothing() {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut ada = administrator(&hub);
    npm_connect(&mut ada, &simulator);
    ada.see("Read at");
    let path = connector_path(&ada);
    let mut olga = invited(&hub, "olga", "auditor");
    let parts = ["", "/data", "/log", "/syncs", "/configuration", "/removals"].map(|part| format!("{path}{part}"));
    for page in parts.iter().map(String::as_str).chain(["/connectors", "/jobs", "/audit", "/notices", "/account"]) {
        olga.open(page);
        let offered: Vec<&str> = CHANGING.into_iter().filter(|words| olga.has_button(words)).collect();
        assert_eq!(offered, Vec::<&str>::new(), "at {page}");
    }
    for page in [format!("{path}/edit"), format!("{path}/remove"), "/connectors/add".to_owned(), "/users".to_owned()] {
        olga.open(&page);
        olga.see("403");
    }
}
