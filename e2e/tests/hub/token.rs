//! A token for programs is made, shown once, and revoked.

use rolecall_e2e::Hub;

use crate::person::administrator;

#[test]
fn a_token_is_made_shown_once_and_revoked() {
    let hub = Hub::start();
    let mut browser = administrator(&hub);
    browser.open("/account");
    browser.fill("Name", "the build");
    browser.choose("Role", "Auditor");
    browser.press("Make a token");
    browser.arrive("the build is made");
    let token = browser.script("return document.querySelector('pre').innerText.trim()", vec![]);
    let token = token.as_str().expect("a token").to_owned();
    assert!(token.len() > 20, "{token:?} is no token");
    browser.press("Done");
    browser.see_gone("the build is made");
    browser.see("the build");
    assert!(!browser.source().contains(&token), "it is shown once");
    browser.press("Revoke the build");
    browser.see("The token is revoked.");
    browser.see("Revoked");
}
