//! From an account of which nobody knows whose it is to a person, and to what they can do with it.

use rstest::rstest;

use crate::person::npm_connected;

#[rstest]
fn whose_an_account_is_is_said_side_by_side(#[values(true, false)] has_javascript: bool) {
    let (hub, _simulator, mut browser) = npm_connected(has_javascript);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("staff.csv");
    std::fs::write(&file, "id,name,email,status\nE2,Otto Brandt,otto.brandt@acme.test,departed\n").expect("a roster");
    let _ = hub.command(&["people", "import", &file.display().to_string()]);

    browser.press("People");
    browser.arrive("People");
    browser.press("Whose accounts are");
    browser.arrive("Whose accounts are");
    browser.press("Suggested (1)");
    browser.see("otto.brandt");
    browser.press("Whose is it?");
    browser.arrive("Whose is otto.brandt?");
    browser.see("What speaks for them");
    browser.fill("How you know", "he showed it to me");
    browser.press("It is Otto Brandt's");
    browser.see("That is written down");
    browser.see("said what it is");
    browser.press("Otto Brandt");
    browser.arrive("Otto Brandt");
    browser.see("They left, and still have 1 account.");
    browser.see("npm org rm acme otto.brandt");
    browser.fill("Compare with", "1d");
    browser.press("Compare");
    browser.see("are new.");
}
