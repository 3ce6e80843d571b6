//! From a name to who can publish it and why, and on to everything that one of them may do.

use rolecall_e2e::{Hub, Simulator};
use rstest::rstest;

use crate::person::{first_account, npm_connect};

#[rstest]
fn who_can_publish_a_package_and_why_is_a_few_clicks_away(#[values(true, false)] has_javascript: bool) {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = if has_javascript { hub.browser() } else { hub.browser_without_javascript() };
    first_account(&mut browser, &hub);
    npm_connect(&mut browser, &simulator);
    browser.see_after_reloads("Connected");
    browser.press("Explore");
    browser.arrive("Explore");
    browser.fill("Package, repository or account", "core");
    browser.press("Search");
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
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = hub.browser();
    first_account(&mut browser, &hub);
    npm_connect(&mut browser, &simulator);
    browser.see_after_reloads("Connected");
    browser.open("/explore/resource?name=@acme/core");
    let lit = |browser: &rolecall_e2e::Browser| {
        browser.script("return document.querySelectorAll('.picture .lit').length", vec![]).as_u64().expect("a number")
    };
    assert_eq!(lit(&browser), 0);
    let _ = browser.script("document.querySelector('.picture .node a').focus()", vec![]);
    assert!(lit(&browser) >= 3, "a box, a line and where it leads: {}", lit(&browser));
}
