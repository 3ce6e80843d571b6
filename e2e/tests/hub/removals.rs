//! What disappears in numbers waits for a person.

use rolecall_e2e::{Browser, Hub, Simulator};

use crate::person::{administrator, npm_connect};

/// Most of those who are ordinary members.
const LEAVING: [&str; 6] = ["HenrikB", "amara-d", "jonas-weber", "sofia-ricci", "tomek77", "yuki_tan"];

/// Connects an organisation that then loses most of its members, and is read again.
pub(crate) fn lost_many(browser: &mut Browser, simulator: &Simulator) {
    npm_connect(browser, simulator);
    browser.see("Read at");
    LEAVING.iter().for_each(|member| simulator.npm_member_remove(member));
    browser.press("Sync now");
    // That removals wait is told before the last stage is read, whose own are still to come.
    browser.see("for a person's word");
    browser.press("Look at what would be removed");
    browser.see("Would be removed");
}

#[test]
fn removals_are_discarded_and_confirmed() {
    let hub = Hub::start();
    let simulator = Simulator::npm();
    let mut browser = administrator(&hub);
    lost_many(&mut browser, &simulator);
    browser.see("sofia-ricci");
    let waiting = groups(&browser);
    assert!(waiting > 1, "members and teams wait each for themselves: {}", browser.text());

    // Without a reason nothing is decided: the field has to be filled in.
    browser.press("Discard");
    assert_eq!(groups(&browser), waiting);
    browser.fill("Why", "The registry was in maintenance.");
    browser.press("Discard");
    browser.see("The removals are discarded: what was held stays current.");

    assert_eq!(groups(&browser), waiting - 1, "what was discarded is not asked about again");
    while groups(&browser) > 0 {
        let before = groups(&browser);
        browser.fill("Why", "They left, says the personnel department.");
        browser.press("Confirm changes");
        // What the page before said of the last decision is not to be taken for what this one says.
        browser.see_that("fewer listings that wait", &format!("return {GROUPS} < {before}"));
        browser.see("The removals are confirmed.");
    }
    browser.see("Discarded before");
}

const GROUPS: &str = "document.querySelectorAll('main section form').length";

/// How many listings wait for a decision.
fn groups(browser: &Browser) -> u64 {
    browser.script(&format!("return {GROUPS}"), vec![]).as_u64().expect("a number")
}
