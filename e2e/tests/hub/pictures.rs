//! The pictures in the guide. They are made when `UPDATE_DOCS=1` says so, and only then is anything written.

use std::path::{Path, PathBuf};

use rolecall_e2e::{Browser, Hub, Look, Simulator};

use crate::pages::{Course, review};
use crate::person::{administrator, cloudsmith_connect, connector_path, npm_connect};
use crate::removals::lost_many;

/// Larger pictures are too much for a page.
const LARGEST: u64 = 120_000;

#[test]
fn pictures_of_the_guide_are_made_when_asked_for() {
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        first_steps();
        what_is_known();
        what_is_reviewed();
    }
}

/// From the sign-in to the first sync.
fn first_steps() {
    let hub = Hub::start();
    let slow = Simulator::npm_with(&["--fault", "always late-400 GET /**"]);
    let mut browser = administrator(&hub);
    picture(&browser, "empty");
    browser.open("/connectors/add");
    picture(&browser, "add-connector");
    browser.open("/connectors/add/npm/settings?owners=ada");
    picture(&browser, "settings");
    npm_connect(&mut browser, &slow);
    browser.see("stage are read");
    picture(&browser, "syncing");
    browser.press("Sign out");
    browser.arrive("Sign in");
    picture(&browser, "sign-in");
}

/// What is seen of an organisation that lost many members, and of one that did not.
fn what_is_known() {
    let hub = Hub::start();
    let (npm, cloudsmith) = (Simulator::npm(), Simulator::cloudsmith());
    let mut browser = administrator(&hub);
    cloudsmith_connect(&mut browser, &cloudsmith);
    browser.see("Read at");
    picture(&browser, "connected");
    browser.look(Look::DESKTOP.dark());
    picture(&browser, "connected-dark");
    browser.look(Look::DESKTOP);
    lost_many(&mut browser, &npm);
    let connector = connector_path(&browser);
    picture(&browser, "removals");
    browser.open(&format!("{connector}/log"));
    picture(&browser, "log");
    browser.open("/explore/resource?name=npm:acme-npm:@acme/core");
    picture(&browser, "explore");
    browser.open(
        "/queries?q=FIND+npm_user+AS+u+THAT+CAN+publish+npm_package+AS+p+RETURN+u.username,+count(p)+AS+packages",
    );
    picture(&browser, "queries");
    browser.open("/");
    picture(&browser, "overview");
    browser.open("/changes");
    picture(&browser, "changes");
    browser.open("/connectors");
    picture(&browser, "list");
    browser.look(Look::TELEPHONE);
    picture(&browser, "list-telephone");
}

/// What a reviewer sees, and what follows from what was denied.
fn what_is_reviewed() {
    let hub = Hub::start();
    let npm = Simulator::npm();
    let mut browser = administrator(&hub);
    npm_connect(&mut browser, &npm);
    browser.see("Read at");
    let running = review(&mut browser, "Q4 npm", Course::Running);
    browser.open(&format!("{running}/decide"));
    picture(&browser, "review");
    let over = review(&mut browser, "Q3 npm", Course::Over);
    browser.open(&format!("{over}/plan"));
    picture(&browser, "plan");
}

fn picture(browser: &Browser, name: &str) {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images/hub");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let file = folder.join(format!("{name}.png"));
    browser.picture(&file);
    let size = std::fs::metadata(&file).expect("a picture").len();
    assert!(size <= LARGEST, "{} has {size} bytes", file.display());
}
