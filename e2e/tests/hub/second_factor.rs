//! A second factor is set up, asked for, and replaced by a recovery code.

use std::time::{SystemTime, UNIX_EPOCH};

use rolecall_e2e::{Browser, Hub};
use totp_rs::{Builder, Secret};

use crate::person::{PASSWORD, administrator, sign_in};

#[test]
fn a_second_factor_is_asked_for() {
    let hub = Hub::start();
    let mut browser = administrator(&hub);
    browser.open("/account");
    browser.press("Set it up");
    browser.arrive("Set up a second factor");
    let secret = pre(&browser);
    browser.fill("The code that the app shows now", "000000");
    browser.press("Turn it on");
    browser.see("code does not fit");
    browser.fill("The code that the app shows now", &code(&secret, 0));
    browser.press("Turn it on");
    browser.arrive("Your second factor is on");
    let recovery = pre(&browser).lines().next().expect("recovery codes").trim().to_owned();
    browser.press("Done");
    browser.press("Sign out");

    sign_in(&mut browser, "ada", PASSWORD);
    browser.see("is not right");
    browser.fill("Password", PASSWORD);
    // Each code works once; that of the next half minute is taken already.
    browser.fill("Code", &code(&secret, 1));
    browser.press("Sign in");
    browser.arrive("Overview");

    browser.press("Sign out");
    browser.arrive("Sign in");
    browser.fill("Name", "ada");
    browser.fill("Password", PASSWORD);
    browser.press("I have a second factor");
    browser.fill("Code", &recovery);
    browser.press("Sign in");
    browser.arrive("Overview");
}

fn pre(browser: &Browser) -> String {
    let text = browser.script("return document.querySelector('pre').innerText.trim()", vec![]);
    text.as_str().expect("a text").to_owned()
}

/// What an app shows so many half minutes from now.
fn code(secret: &str, later: u64) -> String {
    let secret = Secret::try_from_base32(secret).expect("a secret in base32");
    let codes = Builder::new().with_secret(secret).with_account_name("ada").build().expect("codes");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs();
    codes.generate(now + 30 * later).to_string()
}
