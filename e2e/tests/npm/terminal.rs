//! One-time passwords at a terminal, as `npm-client-requests.md` §3 tells it.

use rolecall_e2e::{Npm, Page, Simulator, Terminal};
use rstest::rstest;

const INVITE: &str = "org set acme felix-outside";

#[rstest]
#[case("12", "Enter OTP:")]
#[case("10", "Enter OTP:")]
#[case("6", "Enter OTP:")]
fn a_code_is_asked_for_and_the_request_repeated_with_it(#[case] version: &str, #[case] prompt: &str) {
    let simulator = Simulator::npm_with(&["--otp", "text"]);
    let npm = Npm::new(version, &simulator, "owner-session");
    let mut terminal = npm.on_terminal(INVITE);
    let shown = terminal.wait_for(prompt);
    assert!(shown.contains("to use your security key"), "{shown}");
    terminal.enter("123456");
    let answer = terminal.end();
    assert!(answer.succeeded().contains("Added felix-outside as developer to acme"), "{}", answer.stdout);
    assert!(answer.stdout.contains("felix-outside was invited to acme"), "{}", answer.stdout);
}

#[test]
fn a_wrong_code_at_the_terminal_is_refused() {
    let simulator = Simulator::npm_with(&["--otp", "text"]);
    let npm = Npm::new("12", &simulator, "owner-session");
    let mut terminal = npm.on_terminal("org rm acme lena.k");
    terminal.wait_for("Enter OTP:");
    terminal.enter("000000");
    let answer = terminal.end();
    assert_eq!(answer.code, Some(1), "{}", answer.stdout);
    assert!(answer.stdout.contains("EOTP"), "{}", answer.stdout);
    assert!(npm.run("org ls acme --parseable").lines().contains(&"lena.k\tdeveloper"));
}

#[rstest]
fn a_page_is_shown_and_the_request_repeated_once_it_was_opened(#[values("12", "10")] version: &str) {
    let simulator = Simulator::npm_with(&["--quirk", "approved-by-opening"]);
    let npm = Npm::new(version, &simulator, "owner-session");
    let mut terminal = npm.on_terminal(INVITE);
    approve(&mut terminal, &simulator);
    let answer = terminal.end();
    assert!(answer.succeeded().contains("Added felix-outside as developer to acme"), "{}", answer.stdout);
    assert!(answer.stdout.contains("felix-outside was invited to acme"), "{}", answer.stdout);
}

#[test]
fn reading_trusted_publishers_asks_for_a_password_too() {
    let simulator = Simulator::npm_with(&["--otp", "web", "--quirk", "approved-by-opening"]);
    let npm = Npm::new("12", &simulator, "owner-session");
    let mut terminal = npm.on_terminal("trust list @acme/core");
    approve(&mut terminal, &simulator);
    let answer = terminal.end();
    assert!(answer.succeeded().contains("repository: acme/core"), "{}", answer.stdout);
}

#[test]
fn waiting_is_enough_unless_somebody_has_to_open_the_page() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let mut terminal = npm.on_terminal("team create acme:sec");
    terminal.wait_for("Authenticate your account at:");
    let answer = terminal.end();
    assert!(answer.succeeded().contains("+@acme:sec"), "{}", answer.stdout);
    assert!(npm.run("team ls acme --parseable").lines().contains(&"acme:sec"));
}

/// Opens the page that the terminal shows.
fn approve(terminal: &mut Terminal, simulator: &Simulator) {
    terminal.wait_for("Authenticate your account at:\n");
    let shown = terminal.wait_for("\n");
    let page = shown.trim();
    assert!(page.starts_with(&format!("{}auth/cli/", simulator.registry())), "{page}");
    let page = Page::open(page);
    assert!(page.status == 200 && page.body.contains("Approved"), "{page:?}");
}
