//! A page for an auditor: what it must say, and that no name can break it.

use rolecall_sim::npm::{Permission, Role, story};

use crate::support::{run, served, story_served};

#[tokio::test(flavor = "multi_thread")]
async fn the_report_says_what_an_auditor_asks() {
    let served = story_served().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    story::a_week_later(&mut served.server.world());
    served.sync(&binary, &[]).await;

    let html = run(&binary, &["report", "--output", "report.html"]);
    assert_eq!(html.code, 0, "{html:?}");
    let html = std::fs::read_to_string(binary.home().join("report.html")).unwrap();
    let markdown = run(&binary, &["report"]).stdout;
    for expected in [
        "Who can publish: npm:acme",
        "How completely",
        "read in full",
        "Owners and admins",
        "otto.brandt",
        "Who can publish each package",
        "team acme/payments (2)",
        "Outside collaborators",
        "nadia-freelance",
        "listed in collaborators, path unknown",
        "Access tokens of the account that reads",
        "inventory",
        "user lena.k holds owner on organization acme",
        "computed = collaborators for 13 of 14 packages",
        "two-factor state of members",
    ] {
        let found = |page: &str| page.replace('\\', "").to_lowercase().contains(&expected.to_lowercase());
        assert!(found(&html), "{expected:?} is missing in {html}");
        assert!(found(&markdown), "{expected:?} is missing in {markdown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_needs_nothing_else_and_is_accessible() {
    let served = served(71, 8, 3, 4).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let page = run(&binary, &["report", "--format", "html"]).stdout;
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{page}");
    for forbidden in ["<script", "<link", "<img", "<iframe", "url(", "@import", "src=", "href="] {
        assert!(!page.contains(forbidden), "{forbidden} in {page}");
    }
    for expected in
        ["name=\"viewport\"", "prefers-color-scheme:dark", "<main>", "<h1>", "scope=\"col\"", "scope=\"row\""]
    {
        assert!(page.contains(expected), "{expected} is missing in {page}");
    }
    let count = |what: &str| page.matches(what).count();
    assert_eq!(count("<table>"), count("<caption>"));
    assert_eq!(count("<h1>"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_name_is_text() {
    let served = served(72, 6, 2, 3).await;
    let hostile = "a|b`<script>alert(1)</script>";
    {
        let mut world = served.server.world();
        world.account(hostile);
        world.member(&served.organization, hostile, Role::Owner);
        let package = world.packages()[0].clone();
        world.team(&served.organization, "x|<b>");
        world.team_member(&served.organization, "x|<b>", hostile);
        world.grant(&served.organization, "x|<b>", &package, Permission::Write);
    }
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let html = run(&binary, &["report", "--format", "html"]).stdout;
    assert!(html.contains("&#60;script&#62;"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    let markdown = run(&binary, &["report", "--format", "markdown"]).stdout;
    assert!(markdown.contains(r"a\|b\`&lt;script&gt;alert\(1\)&lt;/script&gt;"), "{markdown}");
    for row in markdown.lines().filter(|row| row.starts_with("| ") && row.contains("alert")) {
        let bars = row.replace(r"\|", "").matches('|').count();
        assert!([4, 5, 6, 7, 9].contains(&bars), "{bars} in {row}");
    }
    assert!(!markdown.contains("<script"), "{markdown}");
}
