//! A connector is changed, paused and read when somebody wants it.

use rolecall_e2e::{Hub, Simulator};
use rstest::rstest;

use crate::person::{administrator, connector_path, first_account, invited, npm_connect};

#[rstest]
fn a_connector_is_changed_paused_and_read_now(#[values(true, false)] has_javascript: bool) {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = hub.browser_with(has_javascript);
    first_account(&mut browser, &hub);
    npm_connect(&mut browser, &simulator);
    browser.see_after_reloads("Read at");
    browser.press("Edit");
    browser.arrive("Edit acme-npm");
    assert_eq!(browser.value("Access token"), "", "what is sealed is never shown");
    browser.fill("Description", "Everything we publish");
    browser.choose("Polling Interval", "Every week");
    browser.press("Save");
    browser.arrive("acme-npm");
    browser.see("The changes are saved.");
    browser.see("Everything we publish");

    browser.press("Pause sync");
    browser.see("Syncing is paused.");
    browser.see("Paused");
    browser.press("Resume sync");
    browser.see("The connector is read again.");
    browser.press("Sync now");
    browser.see("A sync");
    browser.press("Sync history");
    browser.see_after_reloads("finished");
}

#[test]
fn the_second_of_two_who_change_the_same_is_told() {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut ada = administrator(&hub);
    npm_connect(&mut ada, &simulator);
    let path = connector_path(&ada);
    let mut ben = invited(&hub, "ben", "administrator");
    ada.open(&format!("{path}/edit"));
    ben.open(&format!("{path}/edit"));
    ada.fill("Description", "as ada says");
    ada.press("Save");
    ada.see("The changes are saved.");
    ben.fill("Description", "as ben says");
    ben.press("Save");
    ben.see("Nothing was saved: ada changed this connector after you opened the form.");
    assert_eq!(ben.value("Description"), "as ben says", "what was filled in is kept");
    ben.press("load the form again");
    ben.see_gone("Nothing was saved");
    assert_eq!(ben.value("Description"), "as ada says");
    ben.fill("Description", "as both say");
    ben.press("Save");
    ben.see("as both say");
}
