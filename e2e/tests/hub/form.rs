//! What stands in the way of a connector, and how that is said.

use rolecall_e2e::{Hub, Simulator};
use rstest::rstest;

use crate::person::{address_fill, administrator, first_account, npm_connect, npm_fill};

/// Nothing real looks like this one.
const SECRET: &str = "npm_notarealtokenatallbutlongenough0001";

#[rstest]
fn all_that_is_wrong_is_said_at_once_and_the_secret_is_not_repeated(#[values(true, false)] has_javascript: bool) {
    let hub = Hub::start();
    let mut browser = hub.browser_with(has_javascript);
    first_account(&mut browser, &hub);
    browser.open("/connectors/add/npm/settings");
    browser.fill("Account Name", "no: colons");
    browser.fill("Description", "what it is for");
    browser.fill("Organization", "Not An Organisation!");
    browser.fill("Access token", SECRET);
    address_fill(&mut browser, "Registry address", "http://127.0.0.1:1");
    browser.fill("Requests per second", "many");
    browser.press("Save");
    browser.see("Nothing was saved");
    let wrong =
        browser.script("return [...document.querySelectorAll('[aria-invalid=true]')].map((it) => it.name)", vec![]);
    assert_eq!(wrong, serde_json::json!(["name", "organization", "rate"]), "each field says what is wrong with it");
    assert_eq!(browser.value("Account Name"), "no: colons");
    assert_eq!(browser.value("Description"), "what it is for");
    assert_eq!(browser.value("Requests per second"), "many");
    assert_eq!(browser.value("Access token"), "");
    assert!(!browser.source().contains(SECRET), "a secret is never sent back");
}

#[test]
fn a_refused_credential_is_said_at_its_field() {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = administrator(&hub);
    browser.open("/connectors/add/npm/settings");
    npm_fill(&mut browser, &simulator, SECRET);
    browser.press("Save");
    browser.see("Nothing was saved");
    let wrong =
        browser.script("return [...document.querySelectorAll('[aria-invalid=true]')].map((it) => it.name)", vec![]);
    assert_eq!(wrong, serde_json::json!(["secret"]));
    assert!(!browser.source().contains(SECRET), "a secret is never sent back");
    browser.fill("Access token", simulator.token("read-only"));
    browser.press("Save");
    browser.arrive("acme-npm is added");
}

#[test]
fn an_organisation_is_connected_once() {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = administrator(&hub);
    npm_connect(&mut browser, &simulator);
    browser.open("/connectors/add/npm/settings");
    npm_fill(&mut browser, &simulator, simulator.token("read-only"));
    browser.fill("Account Name", "acme-again");
    browser.press("Save");
    browser.press("Open npm:acme-npm");
    browser.arrive("acme-npm");
}
