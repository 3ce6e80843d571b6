//! One-time passwords where nobody sits at a terminal.

use rolecall_e2e::{Npm, Page, Simulator};
use rstest::rstest;

const INVITE: &str = "org set acme felix-outside";

#[test]
fn without_a_terminal_the_newest_npm_prints_both_addresses() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    for line in [INVITE, "trust list @acme/core", "team create acme:sec", "access revoke acme:release @acme/core"] {
        let answer = npm.run(line);
        let complaint = answer.failed("EOTP");
        // The identifiers in them are blackened by npm.
        let registry = simulator.registry();
        assert!(complaint.contains(&format!("{registry}auth/cli/")), "{complaint}");
        assert!(complaint.contains(&format!("{registry}-/v1/done?authId=")), "{complaint}");
        assert!(complaint.contains("to use your security key"), "{complaint}");
    }
}

#[rstest]
fn a_challenge_as_text_says_how_to_pass_it(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm_with(&["--otp", "text"]);
    let npm = Npm::new(version, &simulator, "owner-session");
    let answer = npm.run(INVITE);
    let complaint = answer.failed("EOTP");
    assert!(complaint.contains("--otp=<code>"), "{complaint}");
    // Where the notice sends a person, the password is shown.
    let mut words = complaint.split_whitespace();
    if let Some(page) = words.find(|word| word.contains("/login/") && !word.ends_with("***")) {
        let page = Page::open(page);
        assert!(page.status == 200 && page.body.contains("123456"), "{page:?}");
    }
    npm.run(&format!("{INVITE} {}", simulator.otp())).succeeded();
}

#[rstest]
#[case("12", "web")]
#[case("12", "text")]
#[case("10", "by-client")]
#[case("6", "by-client")]
fn a_wrong_password_is_refused(#[case] version: &str, #[case] form: &str) {
    let simulator = Simulator::npm_with(&["--otp", form]);
    let npm = Npm::new(version, &simulator, "owner-session");
    let answer = npm.run("org rm acme lena.k --otp=000000");
    let complaint = answer.failed("EOTP");
    assert!(complaint.contains("If you already provided a one-time password"), "{complaint}");
    assert!(npm.run("org ls acme --parseable").lines().contains(&"lena.k\tdeveloper"));
}
