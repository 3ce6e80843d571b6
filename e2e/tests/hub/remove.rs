//! A connector is removed by typing its name.

use rolecall_e2e::{Hub, Simulator};
use rstest::rstest;

use crate::person::{first_account, npm_connect};

#[rstest]
fn a_connector_is_removed_by_typing_its_name(#[values(true, false)] has_javascript: bool) {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = hub.browser_with(has_javascript);
    first_account(&mut browser, &hub);
    npm_connect(&mut browser, &simulator);
    browser.press("Remove");
    browser.arrive("Remove acme-npm");
    browser.fill("Type acme-npm to remove it", "acme");
    if has_javascript {
        let is_disabled = browser.script("return document.querySelector('button.danger').disabled", vec![]);
        assert_eq!(is_disabled, true, "another name is no name");
    } else {
        browser.press("Remove");
        browser.see("Nothing was removed");
    }
    browser.fill("Type acme-npm to remove it", "acme-npm");
    browser.press("Remove");
    browser.see("Now revoke the credential at npm.");
    browser.press("All connectors");
    browser.see("Nothing is connected yet");
}
