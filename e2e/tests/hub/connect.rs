//! From an empty hub to what is connected.

use rolecall_e2e::{Browser, Hub, Simulator};
use rstest::rstest;

use crate::person::{administrator, cloudsmith_fill, first_account, npm_connect, npm_fill};

#[rstest]
fn from_an_empty_hub_to_connected(#[values(true, false)] has_javascript: bool) {
    let hub = Hub::start();
    let mut browser = hub.browser_with(has_javascript);
    let (npm, cloudsmith) = (Simulator::npm(), Simulator::cloudsmith());
    first_account(&mut browser, &hub);
    browser.see("Nothing is connected yet");
    browser.press("Add connector");
    browser.arrive("Add connector");
    browser.fill("Search", "NPM Organization");
    if !has_javascript {
        browser.press("Search");
    }
    browser.see_gone("Cloudsmith organization");
    browser.press("Add npm");
    settings_reach(&mut browser, "npm");
    let said_before = ["The token has to belong to an owner or admin", "Access token"];
    assert!(stand_in_order(&browser.text(), &said_before), "warnings stand before the secret");
    npm_fill(&mut browser, &npm, npm.token("read-only"));
    saved(&mut browser, "acme-npm", has_javascript);

    browser.open("/connectors/add/cloudsmith");
    settings_reach(&mut browser, "Cloudsmith");
    let said_before = ["Most keys see only part of an organisation", "Cloudsmith API key"];
    assert!(stand_in_order(&browser.text(), &said_before), "warnings stand before the secret");
    cloudsmith_fill(&mut browser, &cloudsmith);
    saved(&mut browser, "acme-cloudsmith", has_javascript);

    browser.open("/connectors");
    browser.see("acme-npm");
    browser.see("acme-cloudsmith");
}

/// Goes through the questions before the settings.
fn settings_reach(browser: &mut Browser, title: &str) {
    browser.arrive(&format!("Add {title}"));
    browser.see("Choose how to set up");
    browser.press("Next");
    browser.see("Set the owner");
    assert_eq!(browser.value("Set the owner"), "ada", "whoever adds it is proposed");
    browser.press("Next");
    browser.see("Account Name");
    assert_eq!(browser.value("Owners"), "ada");
}

/// Saves the settings, reads what the credential sees, and waits for the first sync.
fn saved(browser: &mut Browser, name: &str, has_javascript: bool) {
    browser.press("Save");
    browser.arrive(&format!("{name} is added"));
    browser.see("can see");
    browser.see("The credential works");
    browser.press("Watch the first sync");
    browser.arrive(name);
    match has_javascript {
        true => browser.see("Read at"),
        false => browser.see_after_reloads("Read at"),
    }
    browser.see("Connected");
    browser.see("were read in full");
}

/// Whether these texts stand one after the other.
fn stand_in_order(text: &str, wanted: &[&str]) -> bool {
    let places: Option<Vec<usize>> = wanted.iter().map(|part| text.find(part)).collect();
    places.is_some_and(|places| places.is_sorted())
}

#[test]
fn a_page_follows_a_sync_without_being_loaded_again() {
    let hub = Hub::start();
    let slow = Simulator::npm_with(&["--fault", "always late-400 GET /**"]);
    let mut browser = administrator(&hub);
    npm_connect(&mut browser, &slow);
    let _ = browser.script("window.isTheSame = true", vec![]);
    browser.see("Syncing");
    browser.see("stage are read");
    browser.see("Read at");
    browser.see("Connected");
    let is_same = browser.script("return window.isTheSame === true", vec![]);
    assert_eq!(is_same, true, "the page was loaded again");
}
