//! `npm token`: the inventory of one's own tokens.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

#[rstest]
fn list_shows_granular_tokens_and_pages_are_followed(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm_with(&["--quirk", "tokens-one-by-one"]);
    let npm = Npm::new(version, &simulator, "owner-session");
    let tokens = npm.run("token list --json").json();
    let names: Vec<_> = tokens.as_array().expect("a list").iter().map(|token| token["name"].clone()).collect();
    assert_eq!(names, ["bypass", "expired", "elsewhere"], "and not the session that asks");
    assert_eq!(tokens[0]["bypass_2fa"], true);
    assert_eq!(tokens[2]["cidr_whitelist"][0], "203.0.113.0/24");

    let printed = npm.run("token list");
    let token = tokens[2]["token"].as_str().expect("a shortened token");
    assert!(printed.succeeded().contains(&token[..6]), "{}", printed.stdout);
    assert!(printed.succeeded().contains("203.0.113.0/24"), "{}", printed.stdout);
}

#[rstest]
fn revoke_ends_a_token_by_the_start_of_its_id(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let machine = Npm::new(version, &simulator, "bypass");
    assert_eq!(machine.run("whoami").succeeded(), "maria-lund");

    let tokens = npm.run("token list --json").json();
    // npm 12 blackens the key and shows its start beside it.
    let field = if npm.major() < 12 { "key" } else { "id" };
    let id = &tokens[0][field].as_str().expect("an id")[..6];
    let revoked = npm.run(&format!("token revoke {id} {}", simulator.otp()));
    assert_eq!(revoked.succeeded(), "Removed 1 token");
    machine.run("whoami").failed("E401");
    assert_eq!(npm.run("token list --json").json().as_array().map(Vec::len), Some(2));
}

#[test]
fn a_created_token_does_what_was_selected_for_it_and_no_more() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let otp = simulator.otp();
    let made = npm.run(&format!(
        "token create --name=gov --orgs=acme --orgs-permission=read-only --expires=30 --password=pw \
         --token-description=d {otp}"
    ));
    let governance = Npm::with_token("12", &simulator, secret(made.succeeded()));
    assert!(governance.run("org ls acme").succeeded().contains("maria-lund - owner"));
    governance.run(&format!("org rm acme lena.k {otp}")).forbidden("This token is read-only");
    governance.run("view @acme/billing-rules version").failed("E404");

    let made = npm.run(&format!(
        "token create --name=ci --packages=@acme/core --scopes=@acme --packages-and-scopes-permission=read-write \
         --bypass-2fa --password=pw {otp}"
    ));
    assert!(made.stderr.contains("can publish directly"), "{}", made.stderr);
    let machine = Npm::with_token("12", &simulator, secret(made.succeeded()));
    machine.publish("@acme/core", "99.0.0").succeeded();
    machine.run("org ls acme").failed("E403");

    let made = npm.run(&format!(
        "token create --name=all --packages-all --packages-and-scopes-permission=read-only --password=pw {otp}"
    ));
    let reader = Npm::with_token("12", &simulator, secret(made.succeeded()));
    assert_eq!(reader.run("view @acme/billing-rules version").succeeded(), "0.12.0");
    reader.publish("@acme/core", "99.0.1").forbidden("You do not have permission to publish");
}

#[test]
fn what_npm_does_not_allow_for_a_token_is_refused() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let writing = "token create --name=long --packages-all --packages-and-scopes-permission=read-write --password=pw";
    let refused = npm.run(&format!("{writing} --expires=91 {}", simulator.otp()));
    let complaint = refused.failed("E400");
    assert!(complaint.contains("cannot have expiration longer than 90 days"), "{complaint}");
    npm.run(writing).failed("EOTP");
    // Only somebody who has signed in makes tokens.
    let machine = Npm::new("12", &simulator, "bypass");
    machine.run(writing).failed("E403");
    assert_eq!(npm.run("token list --json").json().as_array().map(Vec::len), Some(3));
}

/// npm 10 and 6 give no name, and all tokens that are left need one. They do not print why.
#[rstest]
fn tokens_of_the_old_kind_are_no_longer_made(#[values("10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let mut terminal = npm.on_terminal(&format!("token create {}", simulator.otp()));
    terminal.wait_for("npm password:");
    terminal.enter("pw");
    let answer = terminal.end();
    assert_ne!(answer.code, Some(0), "{}", answer.stdout);
    assert!(answer.stdout.contains("400 Bad Request - POST"), "{}", answer.stdout);
}

/// The token in what npm prints about it.
fn secret(printed: &str) -> &str {
    printed.split_whitespace().find(|word| word.starts_with("npm_")).unwrap_or(printed)
}
