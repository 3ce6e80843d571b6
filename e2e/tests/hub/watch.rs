//! What is told of a connector: its log, its syncs, what they read, and what is recorded.

use rolecall_e2e::{Hub, Simulator};

use crate::person::{administrator, npm_connect};

#[test]
fn log_syncs_verdicts_and_data_are_shown() {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = administrator(&hub);
    npm_connect(&mut browser, &simulator);
    browser.see("Read at");

    browser.press("Connector log");
    browser.see("sync-ended");
    browser.fill("Search the log", "nothing is called like this");
    browser.press("Filter");
    browser.see("Nothing in the log is like that.");

    browser.press("Sync history");
    browser.see("finished");
    let first = browser.script("return document.querySelector('tbody a').getAttribute('href')", vec![]);
    browser.open(first.as_str().expect("a sync has an address"));
    browser.see("How each listing was read by this sync.");
    browser.see("Members of team acme/web");

    browser.press("Data");
    browser.fill("Name contains", "lena");
    browser.press("Show");
    browser.see_gone("tomek77");

    browser.press("Configuration");
    browser.see("Who changed what");
    browser.see("ada");
}

#[test]
fn a_source_that_fails_is_an_error_that_says_why() {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = administrator(&hub);
    npm_connect(&mut browser, &simulator);
    browser.see("Read at");
    drop(simulator);
    browser.press("Sync now");
    browser.see("Error");
    browser.press("Connector log");
    browser.choose("Show", "Errors");
    browser.press("Filter");
    browser.see_that("errors alone", "return location.search.includes('level=error')");
    browser.see("error");
}
