//! A whole campaign: written, staged, decided by somebody with a keyboard, carried out with a real npm, and verified by reading
//! again; and its evidence, verified by a program that knows the documents alone.

use rolecall_e2e::{Browser, Hub, Npm, Simulator, verify_evidence};

use crate::person::{invited, npm_connected};

/// Whose places are denied, and why.
const DENIED: [(&str, &str); 3] = [
    ("user HenrikB is member of team acme/developers", "moved to another department"),
    ("user sofia-ricci is member of team acme/web", "left the team in May"),
    ("user yuki_tan is member of team acme/payments", "does not need it"),
];

/// Sets a campaign up on the pages, until it runs.
fn begin(browser: &mut Browser) {
    browser.open("/reviews/new");
    browser.arrive("New campaign");
    browser.fill("Name", "Q4 npm");
    browser.tick("npm:acme-npm");
    browser.fill("Fallback", "rita");
    browser.press("Validate scope");
    browser.see("What is in it");
    browser.press("Keep as a draft");
    browser.arrive("Q4 npm");
    browser.see("Accuracy");
    browser.press("Stage campaign");
    browser.see("Who will be asked");
    browser.tick("I have looked at who will be asked");
    browser.press("Start");
    browser.see_that("it runs", "return location.search.includes('said=review-started')");
}

/// Decides about everything with keys: what is denied gets its reason, all else is certified.
fn decide(browser: &mut Browser) {
    browser.open("/reviews");
    browser.arrive("Reviews");
    browser.see("Q4 npm");
    let address = browser.script(
        "return [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).find(h => /reviews\\/[^/]+\\/decide/.test(h))",
        vec![],
    );
    browser.open(address.as_str().expect("what waits is linked"));
    browser.see("decided");
    for (grant, reason) in DENIED {
        let deny = format!(
            "const row = [...document.querySelectorAll('[data-grant]')].find(row => row.querySelector('h2').innerText.includes({grant:?}));\
             const key = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key, bubbles: true }}));\
             row.focus(); key('d');\
             const why = row.querySelector('textarea'); why.value = {reason:?};\
             why.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        );
        let _ = browser.script(&deny, vec![]);
        browser.see_that(
            "the denial is kept",
            &format!(
                "return [...document.querySelectorAll('[data-grant]')].find(row => row.querySelector('h2').innerText.includes({grant:?})).innerText.includes('Kept')"
            ),
        );
    }
    let _ = browser.script(
        "const key = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));\
         document.querySelector('[data-grant]').focus();\
         for (const row of document.querySelectorAll('[data-grant]')) {\
           row.focus();\
           if (row.querySelector('input[value=deny]').checked) continue;\
           key('c');\
         }",
        vec![],
    );
    browser.see_that(
        "all choices are kept",
        "return [...document.querySelectorAll('[data-grant]')].every(row => row.innerText.includes('Kept'))",
    );
    browser.press("Submit …");
    browser.arrive("Submit");
    browser.see("moved to another department");
    let submit = browser.script("return [...document.querySelectorAll('main form button')].map(b => b.innerText).find(text => text.startsWith('Submit'))", vec![]);
    browser.press(submit.as_str().expect("it says how many"));
    browser.see_that("it is submitted", "return location.search.includes('said=submitted')");
}

/// The commands of a plan's page, and each is said to be done.
fn carry_out(browser: &mut Browser, npm: &Npm, simulator: &Simulator) {
    let commands = browser
        .script("return [...document.querySelectorAll('section.step pre')].map(pre => pre.innerText.trim())", vec![]);
    let commands: Vec<String> = serde_json::from_value(commands).expect("commands");
    assert_eq!(commands.len(), DENIED.len(), "{commands:?}");
    for (command, number) in commands.iter().zip(1..) {
        let line = command.strip_prefix("npm ").expect("a command of npm's");
        npm.run(&format!("{line} {}", simulator.otp())).succeeded();
        let number: usize = number;
        browser.press(&format!("Step {number} is done"));
        let left = "[...document.querySelectorAll('button')].map(button => button.ariaLabel)";
        browser.see_that("that is written down", &format!("return !{left}.includes('Step {number} is done')"));
    }
}

#[test]
fn a_campaign_goes_from_its_draft_to_removals_that_are_verified_and_evidence_of_it() {
    let (hub, simulator, mut ada) = npm_connected(true);
    let mut rita = invited(&hub, "rita", "reviewer");
    begin(&mut ada);
    decide(&mut rita);

    ada.reload();
    ada.see("Everything is decided.");
    ada.press("Complete");
    ada.see("the plan");
    ada.open("/plans");
    ada.press("Q4 npm");
    ada.see_that("the steps", "return document.querySelectorAll('section.step pre').length > 0");
    let npm = Npm::new("12", &simulator, "owner-session");
    carry_out(&mut ada, &npm, &simulator);
    let plan = ada.path();
    assert!(!ada.shows("Verified since"), "nobody's word verifies a step");

    ada.open("/connectors");
    let connector = ada.script(
        "return [...document.querySelectorAll('main a')].map(a => a.getAttribute('href')).find(href => /^.connectors.[0-9a-f-]{36}/.test(href))",
        vec![],
    );
    ada.open(connector.as_str().expect("it is linked"));
    ada.press("Sync now");
    ada.see_after_reloads("Connected");
    ada.open(&plan);
    ada.see_after_reloads("3 Verified");
    evidence(&hub);
}

/// What is made of it is verified by somebody who never saw our programs.
fn evidence(hub: &Hub) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("q4.zip");
    let _ = hub.command(&["evidence", "-f", &file.display().to_string()]);
    let verdict = verify_evidence(&file, &[]);
    assert!(verdict.is_sound, "{:?}\n{}", verdict.faults, verdict.said);
    let plan = hub.command(&["reviews", "plan", "Q4 npm", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("a plan");
    let steps = plan["steps"].as_array().expect("steps");
    assert!(steps.iter().all(|step| step["state"] == "verified" && step["doneBy"] == "ada"), "{plan:#}");
}
