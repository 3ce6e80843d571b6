//! From a name to who can publish it and why, and on to everything that one of them may do.

use rolecall_e2e::Hub;
use rstest::rstest;

use crate::person::{administrator, connector_path, npm_connected};

#[rstest]
fn who_can_publish_a_package_and_why_is_a_few_clicks_away(#[values(true, false)] has_javascript: bool) {
    let (_hub, _simulator, mut browser) = npm_connected(has_javascript);
    // The first page asks what people come for.
    browser.press("Overview");
    browser.arrive("Overview");
    browser.fill("Who can publish what?", "core");
    browser.press("Find");
    browser.arrive("Explore");
    browser.see("@acme/core");
    browser.press("@acme/core");
    browser.arrive("@acme/core");
    browser.see("can publish @acme/core");
    browser.see("lena.k");
    browser.press("lena.k");
    browser.arrive("lena.k");
    browser.see("What remains after leaving acme");
}

#[test]
fn what_is_on_the_same_way_lights_up() {
    let (_hub, _simulator, mut browser) = npm_connected(true);
    browser.open("/explore/resource?name=@acme/core");
    let lit = |browser: &rolecall_e2e::Browser| {
        browser.script("return document.querySelectorAll('.picture .lit').length", vec![]).as_u64().expect("a number")
    };
    assert_eq!(lit(&browser), 0);
    let _ = browser.script("document.querySelector('.picture .node a').focus()", vec![]);
    assert!(lit(&browser) >= 3, "a box, a line and where it leads: {}", lit(&browser));
}

#[rstest]
fn what_changed_is_found_filtered_and_followed_to_who_it_is_about(#[values(true, false)] has_javascript: bool) {
    let (_hub, simulator, mut browser) = npm_connected(has_javascript);
    let connector = connector_path(&browser);
    simulator.npm_member_remove("sofia-ricci");
    browser.press("Sync now");
    browser.see("A sync is asked for");
    browser.open("/changes");
    browser.see_after_reloads("sofia-ricci");
    browser.fill("With words", "sofia-ricci developer");
    browser.choose("What", "Rights");
    browser.press("Show");
    browser.arrive("Changes");
    browser.see("sofia-ricci");
    assert!(!browser.shows("holds member on team"), "only what was asked for is shown: {}", browser.text());
    // Who is gone is shown as they were.
    browser.press("sofia-ricci");
    browser.arrive("sofia-ricci");
    browser.see("This is what was known at");
    browser.open("/changes/compare");
    browser.arrive("Compare two moments");
    let first = first_sync(&mut browser, &connector);
    browser.open("/changes/compare");
    browser.fill("From", &first);
    browser.press("Compare");
    browser.see("sofia-ricci");
    browser.see("removed");
}

/// The oldest sync of a connector, as comparisons name it.
fn first_sync(browser: &mut rolecall_e2e::Browser, connector: &str) -> String {
    browser.open(&format!("{connector}/syncs"));
    let source = browser.source();
    let mark = format!("{connector}/syncs/");
    let last = source.rsplit(&mark).next().and_then(|rest| rest.split('"').next()).expect("a sync");
    format!("sync:{last}")
}

#[test]
fn keys_search_list_themselves_and_lead_to_pages() {
    let hub = Hub::start();
    let mut browser = administrator(&hub);
    let typed = |browser: &rolecall_e2e::Browser, key: &str| {
        let script = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0], bubbles: true }))";
        let _ = browser.script(script, vec![key.into()]);
    };
    typed(&browser, "?");
    browser.see("Search everything");
    browser.press("Close");
    browser.see_gone("This list");
    typed(&browser, "/");
    let focused = browser.script("return document.activeElement.name", vec![]);
    assert_eq!(focused.as_str(), Some("q"));
    let _ = browser.script("document.activeElement.blur()", vec![]);
    typed(&browser, "g");
    typed(&browser, "c");
    browser.arrive("Changes");
    browser.press("Keyboard shortcuts");
    browser.arrive("Keyboard shortcuts");
}
