//! People on the hub's pages: who they are, and what they can do with all their accounts.

use rolecall_testkit::Ran;

use crate::harness::{Hub, Source};

const STAFF: &str = "\
Employee ID;Name;E-mail;Status;Manager;npm;Cloudsmith
E1;Maria Lund;maria.lund@acme.test;active;;maria-lund;maria-lund
E2;Otto Brandt;otto.brandt@acme.test;departed;E1;otto.brandt;
E3;Yuki <Tan>;yuki.tan@acme.test;active;E1;;
";

fn run(hub: &Hub, arguments: &[&str]) -> Ran {
    let ran = tokio::task::block_in_place(|| hub.binary.run(arguments)).unwrap();
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_shown_with_every_account_and_what_it_may_do() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let empty = person.browser.get("/people").await.expect(200);
    assert!(empty.body.contains("Nobody is in a directory yet"), "{}", empty.body);
    Source::npm().await.connect(&person.program).await;
    Source::cloudsmith().await.connect(&person.program).await;
    let file = hub.binary.home().join("staff.csv");
    std::fs::write(&file, STAFF).unwrap();
    run(&hub, &["people", "import", &file.display().to_string()]);

    let list = person.browser.get("/people").await.expect(200);
    assert!(list.body.contains("<h2>3 people</h2>") && list.body.contains("Yuki &#60;Tan&#62;"), "{}", list.body);
    let left = person.browser.get("/people?only=departed-with-accounts").await.expect(200);
    assert!(left.body.contains("Otto Brandt") && left.body.contains("<h2>1 person</h2>"), "{}", left.body);
    let file = person.browser.get("/people.csv?text=lund").await.expect(200);
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);

    let otto = person.browser.get("/people/person?key=E2").await.expect(200);
    assert!(otto.body.contains("They left, and still have 1 account"), "{}", otto.body);
    let told = person.program.get("/api/v1/access?account=npm:acme:otto.brandt").await.expect(200).json();
    for item in told["items"].as_array().unwrap() {
        let id = item["resource"]["id"].as_str().unwrap();
        assert!(otto.body.contains(&format!("<bdi>{id}</bdi>")), "{id}: {}", otto.body);
    }
    assert!(
        otto.body.contains("What to take away") && otto.body.contains("npm org rm acme otto.brandt"),
        "{}",
        otto.body
    );
    let maria = person.browser.get("/people/person?key=E1").await.expect(200);
    assert!(maria.body.contains("npm:acme") && maria.body.contains("cloudsmith:acme"), "{}", maria.body);
    person.browser.get("/people/person?key=nobody").await.expect(404);
    person.browser.get("/people/person").await.expect(404);
    let elsewhere = person.browser.get("/explore?q=lund-of").await.expect(200);
    assert!(elsewhere.body.contains("/people?text=lund-of"), "{}", elsewhere.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_an_account_is_is_shown_with_the_reason_and_what_is_open() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    let file = hub.binary.home().join("staff.csv");
    std::fs::write(&file, STAFF.replace(";otto.brandt;", ";;")).unwrap();
    run(&hub, &["people", "import", &file.display().to_string()]);
    let suggested = person.browser.get("/people/accounts?state=suggested").await.expect(200);
    assert!(suggested.body.contains("otto.brandt") && suggested.body.contains("perhaps, 0.500"), "{}", suggested.body);
    let otto = person.browser.get("/people/person?key=E2").await.expect(200);
    assert!(otto.body.contains("May be theirs"), "{}", otto.body);
    run(&hub, &["people", "pin", "npm:otto.brandt", "--person", "E2", "--reason", "he told us"]);
    let theirs = person.browser.get("/people/accounts?state=person&text=otto").await.expect(200);
    assert!(theirs.body.contains("Otto Brandt") && theirs.body.contains("pinned by"), "{}", theirs.body);
    let rows = tokio::task::block_in_place(|| hub.binary.run(&["people", "accounts", "--format", "csv"])).unwrap();
    let file = person.browser.get("/people/accounts.csv").await.expect(200);
    assert_eq!(file.body.lines().count(), rows.stdout.lines().count());
}
