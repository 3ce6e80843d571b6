//! Signing in with the word of an identity provider, which is a real one.

use std::cell::RefCell;

use rolecall_e2e::{Browser, Hub, Issuer, Page, Visitor};
use rstest::rstest;

use crate::person::administrator;

/// A hub whose members of the group `security` are auditors, and its provider.
fn federated(algorithm: &str) -> (Hub, Issuer) {
    let mut issuer = Issuer::start(algorithm);
    let hub = Hub::start_with(&[
        ("ROLECALL_OIDC_ISSUER", issuer.address()),
        ("ROLECALL_OIDC_CLIENT_ID", "rolecall"),
        ("ROLECALL_OIDC_CLIENT_SECRET", issuer.client_secret()),
        ("ROLECALL_OIDC_TITLE", "Acme"),
        ("ROLECALL_OIDC_GROUP_ROLE", "security=auditor"),
    ]);
    issuer.serve(hub.address());
    (hub, issuer)
}

fn go(browser: &mut Browser, login: &str) {
    browser.open("/");
    browser.arrive("Sign in");
    browser.press("Sign in with Acme");
    browser.arrive("Who are you?");
    browser.fill("Login", login);
    browser.press("Go on");
}

#[rstest]
fn the_role_of_a_group_is_given_to_who_comes(
    #[values(true, false)] has_javascript: bool,
    #[values("RS256", "ES256")] algorithm: &str,
) {
    let (hub, _issuer) = federated(algorithm);
    let mut browser = hub.browser_with(has_javascript);
    go(&mut browser, "grace");
    browser.arrive("Overview");
    browser.open("/account");
    browser.see("Grace Hopper");
    browser.see("Auditor");
    // Who comes again has the same account.
    browser.press("Sign out");
    browser.arrive("Sign in");
    browser.press("Sign in with Acme");
    browser.arrive("Overview");
    let users = hub.command(&["users", "list", "--format", "json"]);
    assert_eq!(users.matches("grace@acme.test").count(), 1, "{users}");
}

#[test]
fn who_is_in_no_group_needs_an_invitation_to_a_checked_address() {
    let (hub, _issuer) = federated("RS256");
    drop(administrator(&hub));
    let mut stranger = hub.browser();
    go(&mut stranger, "eve");
    stranger.see("there is no account for it");
    let _link = hub.command(&["users", "invite", "--role", "reviewer", "--email", "ida@acme.test"]);
    let mut pretender = hub.browser();
    go(&mut pretender, "ivan");
    pretender.see("there is no account for it");
    let mut invited = hub.browser();
    go(&mut invited, "ida");
    invited.arrive("Overview");
    invited.open("/account");
    invited.see("Reviewer");
}

#[test]
fn who_would_rather_not_is_told_that_nothing_happened() {
    let (hub, _issuer) = federated("RS256");
    let mut browser = hub.browser();
    browser.open("/");
    browser.press("Sign in with Acme");
    browser.arrive("Who are you?");
    browser.press("Rather not");
    browser.see("Acme did not sign you in");
    browser.see("the person would rather not");
}

/// Goes to the provider and signs in there, and says where that leads back to.
fn way_back(visitor: &mut Visitor, hub: &Hub, login: &str) -> String {
    let begin = format!("{}/sign-in/sso?next=/jobs", hub.address());
    let mut at = Visitor::next(&begin, &visitor.open(&begin));
    at = Visitor::next(&at, &visitor.open(&at));
    let decided = visitor.send(&at, &format!("login={login}"));
    at = Visitor::next(&at, &decided);
    Visitor::next(&at, &visitor.open(&at))
}

fn is_let_in(page: &Page) -> bool {
    page.status == 303 && page.header("location") == Some("/jobs") && page.header("set-cookie").is_some()
}

fn refusals(hub: &Hub) -> usize {
    let log = hub.command(&["audit", "list", "--format", "json"]);
    log.matches("hub.credential-refused").count()
}

#[test]
fn a_token_that_lies_opens_nothing() {
    let (hub, issuer) = federated("RS256");
    let issuer = RefCell::new(issuer);
    let attempt = |lie: &str, login: &str| {
        issuer.borrow_mut().lie(lie);
        let mut visitor = Visitor::default();
        let back = way_back(&mut visitor, &hub, login);
        visitor.open(&back)
    };
    for lie in
        ["audience", "issuer", "nonce", "no-nonce", "expired", "key", "none", "hmac", "altered", "rubbish", "absent"]
    {
        let page = attempt(lie, if lie == "altered" { "eve" } else { "grace" });
        assert_eq!(page.status, 403, "{lie}: {page:?}");
        assert!(!page.body.contains("eyJ"), "{lie}: a token is shown: {page:?}");
    }
    assert_eq!(refusals(&hub), 1, "one record a minute for each address");
    assert!(is_let_in(&attempt("", "grace")));
    assert!(hub.command(&["users", "list"]).contains("Grace Hopper"));
}

#[test]
fn only_the_browser_that_began_comes_back_and_only_once() {
    let (hub, _issuer) = federated("RS256");
    let mut visitor = Visitor::default();
    let back = way_back(&mut visitor, &hub, "grace");
    // A link that signs its victim in to another's account.
    let victim = Visitor::default().open(&back);
    assert!(victim.status == 403 && victim.body.contains("not begun in this browser"), "{victim:?}");
    let forged = back.replace("state=", "state=x");
    assert_eq!(visitor.open(&forged).status, 403);
    assert!(is_let_in(&visitor.open(&back)));
    let again = visitor.open(&back);
    assert!(!is_let_in(&again) && again.status >= 400, "{again:?}");
    assert_eq!(refusals(&hub), 1, "one record a minute for each address");
}

#[test]
fn a_provider_that_is_away_is_said_to_be_and_passwords_still_work() {
    let (hub, issuer) = federated("RS256");
    drop(issuer);
    let page = Page::open(&format!("{}/sign-in/sso", hub.address()));
    assert!(page.status == 502 && page.body.contains("cannot be asked"), "{page:?}");
    drop(administrator(&hub));
}
