//! What people do so often that no test is about it.

use rolecall_e2e::{Browser, Hub, Simulator};

/// A password that nobody else would choose.
pub(crate) const PASSWORD: &str = "seven quiet otters knit";

/// The first administrator, called ada, in a browser of their own.
pub(crate) fn administrator(hub: &Hub) -> Browser {
    let mut browser = hub.browser();
    first_account(&mut browser, hub);
    browser
}

/// Makes the first account and is signed in with it.
pub(crate) fn first_account(browser: &mut Browser, hub: &Hub) {
    browser.open(&hub.first_run_link());
    browser.arrive("Welcome to Rolecall");
    account_make(browser, "ada");
    browser.arrive("Overview");
}

/// The first administrator in a browser, whose npm organisation is read.
pub(crate) fn npm_connected(has_javascript: bool) -> (Hub, Simulator, Browser) {
    let (hub, simulator) = (Hub::start(), Simulator::npm());
    let mut browser = hub.browser_with(has_javascript);
    first_account(&mut browser, &hub);
    npm_connect(&mut browser, &simulator);
    browser.see_after_reloads("Connected");
    (hub, simulator, browser)
}

/// Somebody of this name and role, invited on the command line, in a browser of their own.
pub(crate) fn invited(hub: &Hub, name: &str, role: &str) -> Browser {
    let link = hub.command(&["users", "invite", "--role", role, "--base-url", hub.address()]);
    let mut browser = hub.browser();
    browser.open(link.trim());
    browser.arrive("You are invited");
    account_make(&mut browser, name);
    browser.arrive("Overview");
    browser
}

/// Fills in the form of an invitation.
pub(crate) fn account_make(browser: &mut Browser, name: &str) {
    browser.fill("Name to sign in with", name);
    browser.fill("Password", PASSWORD);
    browser.press("Make the account");
}

/// Signs in on the page that asks for it.
pub(crate) fn sign_in(browser: &mut Browser, name: &str, password: &str) {
    browser.arrive("Sign in");
    browser.fill("Name", name);
    browser.fill("Password", password);
    browser.press("Sign in");
}

/// Fills in the settings of an npm connector.
pub(crate) fn npm_fill(browser: &mut Browser, simulator: &Simulator, token: &str) {
    browser.fill("Account Name", "acme-npm");
    browser.fill("Organization", simulator.organization());
    browser.fill("Access token", token);
    address_fill(browser, "Registry address", simulator.registry());
}

/// Fills in the settings of a Cloudsmith connector.
pub(crate) fn cloudsmith_fill(browser: &mut Browser, simulator: &Simulator) {
    browser.fill("Account Name", "acme-cloudsmith");
    browser.fill("Organization slug", simulator.organization());
    browser.fill("Cloudsmith API key", simulator.key("owner"));
    address_fill(browser, "API address", simulator.url());
}

/// Fills in an address, which few need: it is folded away at first.
pub(crate) fn address_fill(browser: &mut Browser, label: &str, address: &str) {
    if !browser.has_field(label) {
        browser.press("More settings, which few need");
    }
    browser.fill(label, address);
}

/// Connects an npm organisation, and waits until it is on its page.
pub(crate) fn npm_connect(browser: &mut Browser, simulator: &Simulator) {
    browser.open("/connectors/add/npm/settings?owners=ada");
    npm_fill(browser, simulator, simulator.token("read-only"));
    browser.press("Save");
    browser.press("Watch the first sync");
    browser.arrive("acme-npm");
}

/// Connects a Cloudsmith organisation, and waits until it is on its page.
pub(crate) fn cloudsmith_connect(browser: &mut Browser, simulator: &Simulator) {
    browser.open("/connectors/add/cloudsmith/settings?owners=ada");
    cloudsmith_fill(browser, simulator);
    browser.press("Save");
    browser.press("Watch the first sync");
    browser.arrive("acme-cloudsmith");
}

/// The path of the connector whose page is open.
pub(crate) fn connector_path(browser: &Browser) -> String {
    let path = browser.path();
    let id = path.strip_prefix("/connectors/").and_then(|rest| rest.split(['/', '?']).next());
    format!("/connectors/{}", id.expect("a connector's page is open"))
}
