//! `--recorded`: as one real organisation was seen to answer.

use rolecall_e2e::{Npm, Page, Simulator};
use rstest::rstest;
use serde_json::json;

#[test]
fn after_sixty_searches_a_page_asks_to_wait() {
    let simulator = Simulator::npm_with(&["--recorded"]);
    let address = format!("{}-/v1/search?text=scope:acme&size=1", simulator.registry());
    for search in 1..=60 {
        assert_eq!(Page::open(&address).status, 200, "search {search}");
    }
    let refusal = Page::open(&address);
    assert_eq!((refusal.status, refusal.header("retry-after")), (429, Some("65")));
    assert!(refusal.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{refusal:?}");

    let npm = Npm::new("12", &simulator, "read-only");
    npm.run("search scope:acme").failed("E429");
    assert!(npm.run("org ls acme --parseable").lines().contains(&"lena.k\tdeveloper"), "only searches are limited");
}

#[rstest]
fn short_words_for_permissions_are_understood(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm_with(&["--recorded"]);
    let npm = Npm::new(version, &simulator, "read-only");
    let command = if version == "6" { "ls-packages" } else { "list packages" };
    let packages = npm.run(&format!("access {command} acme:docs --json")).json();
    assert_eq!(packages, json!({ "@acme/ui-kit": "read-only" }));
}
