//! The first page and the findings: what they say agrees with what the interface says.

use rolecall_sim::npm::story;

use crate::findings::noted;
use crate::harness::{Hub, Source, sync};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_says_what_changed_what_is_wrong_and_how_much_is_read() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let empty = person.browser.get("/").await.expect(200);
    assert!(empty.body.contains("Nothing is connected yet"), "{}", empty.body);
    let source = Source::npm().await;
    let connector = source.connect(&person.program).await["id"].as_str().unwrap().to_owned();
    let first = person.browser.get("/").await.expect(200);
    assert!(first.body.contains("Nothing changed"), "{}", first.body);
    story::a_week_later(&mut source.npm_server().world());
    sync(&person.program, &connector).await;
    let page = person.browser.get("/").await.expect(200);
    let changes = person.program.get("/api/v1/changes?since=7d&kind=grant").await.expect(200).json();
    let changes = changes["items"].as_array().unwrap();
    let gone = changes.iter().filter(|change| change["change"] == "disappeared").count();
    for (title, number) in [("Rights that came", changes.len() - gone), ("Rights that went", gone)] {
        assert!(page.body.contains(&format!("<dt>{title}</dt><dd>{number}</dd>")), "{title} {number}: {}", page.body);
    }
    let said = format!("In 12 weeks {} rights came and {gone} went.", changes.len() - gone);
    assert!(page.body.contains(&said), "{said}: {}", page.body);
    let findings = noted(&person.program).await;
    let page = person.browser.get("/").await.expect(200);
    for severity in ["critical", "high", "medium", "low", "info"] {
        let number = findings["items"].as_array().unwrap().iter().filter(|one| one["severity"] == severity).count();
        let link = format!("<a href=\"/findings?severity={severity}\">{number}</a>");
        assert_eq!(page.body.contains(&link), number > 0, "{severity} {number}: {}", page.body);
    }
    assert!(page.body.contains(">Connected</span>") && page.body.contains("npm:acme"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_filtered_and_are_files_too() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let none = person.browser.get("/findings").await.expect(200);
    assert!(none.body.contains("Nothing is connected yet"), "{}", none.body);
    Source::npm().await.connect(&person.program).await;
    Source::cloudsmith().await.connect(&person.program).await;
    noted(&person.program).await;
    for query in
        ["", "severity=high", "rule=dormant-publisher", "connector=npm:acme", "severity=high&connector=npm:acme"]
    {
        let told = person.program.get(&format!("/api/v1/findings/noted?limit=1000&{query}")).await.expect(200).json();
        let told = told["items"].as_array().unwrap();
        let page = person.browser.get(&format!("/findings?{query}")).await.expect(200);
        assert_eq!(page.body.matches("<tr class=\"finding-row\"").count(), told.len(), "{query}: {}", page.body);
        for finding in told {
            let link = format!("href=\"/findings/{}\"", finding["code"].as_str().unwrap());
            assert!(page.body.contains(&link), "{finding:#}");
        }
        let file = person.browser.get(&format!("/findings.csv?{query}")).await.expect(200);
        assert_eq!(file.body.lines().count(), told.len() + 1, "{}", file.body);
        // A past moment is worked out anew, and nobody decided about it.
        let then = jiff::Timestamp::now().to_string();
        let then = person.browser.get(&format!("/findings?{query}&as-of={then}")).await.expect(200);
        assert_eq!(then.body.matches("<article").count(), told.len(), "{query}: {}", then.body);
    }
    let then = person.browser.get(&format!("/findings?as-of={}", jiff::Timestamp::now())).await.expect(200);
    assert!(then.body.contains("/explore/account?name=npm%3Aacme%3A"), "{}", then.body);
    person.browser.get("/findings?as-of=2020-01-01").await.expect(404);
    let rubbish = person.browser.get("/findings?severity=%3Cscript%3E").await.expect(200);
    assert!(rubbish.body.contains("No finding is like this") && !rubbish.body.contains("<script>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_listed_for_whoever_has_no_script_and_only_those_that_lead_somewhere() {
    let hub = Hub::start().await;
    let (administrator, reviewer) = (hub.administrator().await.clone(), hub.person("reviewer").await);
    let all = administrator.browser.get("/keys").await.expect(200);
    let some = reviewer.browser.get("/keys").await.expect(200);
    assert!(all.body.contains("<kbd>g</kbd> <kbd>a</kbd></dt><dd>Audit log"), "{}", all.body);
    assert!(!some.body.contains("Audit log") && some.body.contains("<kbd>c</kbd></dt><dd>Changes"), "{}", some.body);
}
