//! Who is let in, and who is not any more.

use rolecall_e2e::Hub;
use rstest::rstest;

use crate::person::{PASSWORD, administrator, first_account, sign_in};

#[rstest]
fn nobody_is_let_in_with_a_wrong_password(#[values(true, false)] has_javascript: bool) {
    let hub = Hub::start();
    let mut browser = hub.browser_with(has_javascript);
    first_account(&mut browser, &hub);
    browser.press("Sign out");
    sign_in(&mut browser, "ada", "something else entirely");
    browser.see("The name, the password or the code is not right");
    assert_eq!(browser.value("Name"), "ada");
    assert_eq!(browser.value("Password"), "");
    browser.fill("Password", PASSWORD);
    browser.press("Sign in");
    browser.arrive("Overview");
}

#[test]
fn who_is_not_signed_in_is_led_to_the_sign_in_and_back() {
    let hub = Hub::start();
    let mut browser = administrator(&hub);
    browser.press("Sign out");
    browser.arrive("Sign in");
    browser.open("/jobs?state=queued");
    sign_in(&mut browser, "ada", PASSWORD);
    browser.arrive("Jobs");
    assert_eq!(browser.path(), "/jobs?state=queued");
}

#[test]
fn a_session_that_was_ended_elsewhere_opens_nothing() {
    let hub = Hub::start();
    let mut here = administrator(&hub);
    let mut there = hub.browser();
    there.open("/");
    sign_in(&mut there, "ada", PASSWORD);
    there.arrive("Overview");
    here.open("/account");
    here.press("End it");
    here.see("The session has ended.");
    there.press("Jobs");
    there.arrive("Sign in");
    here.open("/jobs");
    here.arrive("Jobs");
}
