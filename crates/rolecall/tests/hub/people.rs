//! People on the hub's pages: who they are, and what they can do with all their accounts.

use rolecall_testkit::Ran;

use crate::harness::{Hub, Source};

pub(crate) const STAFF: &str = "\
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

/// Brings a roster.
pub(crate) fn import(hub: &Hub, staff: &str) {
    let file = hub.binary.home().join("staff.csv");
    std::fs::write(&file, staff).unwrap();
    run(hub, &["people", "import", &file.display().to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_shown_with_every_account_and_what_it_may_do() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let empty = person.browser.get("/people").await.expect(200);
    assert!(empty.body.contains("Nobody is in a directory yet"), "{}", empty.body);
    Source::npm().await.connect(&person.program).await;
    Source::cloudsmith().await.connect(&person.program).await;
    import(&hub, STAFF);

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
    let compared = person.browser.get("/people/person?key=E1&since=1d").await.expect(200);
    assert!(compared.body.contains("Before and after") && compared.body.contains(" are new."), "{}", compared.body);
    let wrong = person.browser.get("/people/person?key=E1&since=%3Cx%3E").await.expect(200);
    assert!(wrong.body.contains("id=\"since-wrong\"") && !wrong.body.contains("<x>"), "{}", wrong.body);
    person.browser.get("/people/person?key=nobody").await.expect(404);
    person.browser.get("/people/person").await.expect(404);
    let elsewhere = person.browser.get("/explore?q=lund-of").await.expect(200);
    assert!(elsewhere.body.contains("/people?text=lund-of"), "{}", elsewhere.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_for_something_is_on_its_page_and_on_theirs() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    Source::cloudsmith().await.connect(&person.program).await;
    let file = hub.binary.home().join("staff.csv");
    std::fs::write(&file, STAFF).unwrap();
    run(&hub, &["people", "import", &file.display().to_string()]);
    let core = "/explore/resource?name=npm:acme:@acme/core";
    let page = person.browser.get(core).await.expect(200);
    assert!(page.body.contains("Nobody is known to answer for it."), "{}", page.body);
    let codeowners = hub.binary.home().join("CODEOWNERS");
    std::fs::write(&codeowners, "* otto.brandt@acme.test @<b>\n").unwrap();
    let codeowners = codeowners.display().to_string();
    run(&hub, &["owners", "codeowners", &codeowners, "--repository", "https://code.example/acme/core"]);
    let page = person.browser.get(core).await.expect(200);
    let said = "<a href=\"/people/person?key=E2\"><bdi>Otto Brandt (has left)</bdi></a>, as CODEOWNERS says";
    assert!(page.body.contains(said) && page.body.contains("@&#60;b&#62; (not known who that is)"), "{}", page.body);
    run(&hub, &["owners", "set", "npm:@acme/core", "--person", "E2", "--reason", "his"]);
    let page = person.browser.get(core).await.expect(200);
    for said in ["Everybody who answers for it has left.", "as somebody said", "Does not count:"] {
        assert!(page.body.contains(said), "{said} is not in {}", page.body);
    }
    let then = person.browser.get(&format!("{core}&as-of=yesterday")).await;
    assert!(!then.body.contains("Owner:"), "what is said now was not said then: {}", then.body);
    let otto = person.browser.get("/people/person?key=E2").await.expect(200);
    assert!(
        otto.body.contains("Answers for these packages and repositories")
            && otto.body.contains("nobody else who is here does"),
        "{}",
        otto.body
    );
    let production = person.browser.get("/explore/resource?name=cloudsmith:acme:acme/production").await.expect(200);
    assert!(production.body.contains("manages the team acme/release, which holds write"), "{}", production.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_an_account_is_is_shown_with_the_reason_and_what_is_open() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    import(&hub, &STAFF.replace(";otto.brandt;", ";;"));
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

#[tokio::test(flavor = "multi_thread")]
async fn whose_an_account_is_is_decided_side_by_side() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    Source::npm().await.connect(&person.program).await;
    import(&hub, &STAFF.replace(";otto.brandt;", ";;"));
    let open = person.browser.get("/people/accounts?state=suggested").await.expect(200);
    assert!(
        open.body.contains("/people/account?connector=npm%3Aacme&#38;kind=user&#38;id=otto.brandt"),
        "{}",
        open.body
    );
    let path = "/people/account?connector=npm%3Aacme&kind=user&id=otto.brandt";
    let page = person.browser.get(path).await.expect(200);
    for said in
        ["Side by side", "Otto Brandt", "perhaps theirs, 0.500", "What speaks for them", "otto.brandt@acme.test"]
    {
        assert!(page.body.contains(said), "{said:?} is missing in {}", page.body);
    }
    let account = [("connector", "npm:acme"), ("kind", "user"), ("id", "otto.brandt")];
    let post = async |to: &str, more: &[(&'static str, &'static str)]| {
        person.browser.post_form(&format!("/people/account/{to}"), &[&account[..], more].concat()).await
    };
    let why = ("reason", "he <showed> it");
    for (to, more, wrong) in [
        ("pin", vec![("person", "E2")], "Say how you know"),
        ("pin", vec![why], "Say who has it"),
        ("pin", vec![("as", "other"), ("other", "Nobody"), why], "Nobody in the directories is"),
        ("pin", vec![("as", "protected"), why], "Say who answers for it"),
        // Enter in a field means that field, and never the first person.
        ("pin", vec![("as", "enter"), ("owner", "E1"), why], "Press one of the buttons"),
        ("pin", vec![("as", "enter"), ("other", "Nobody"), why], "Nobody in the directories is"),
    ] {
        let page = post(to, &more).await.expect(422);
        assert!(page.body.contains(wrong), "{more:?}: {wrong:?} is missing in {}", page.body);
    }
    assert!(post("pin", &[("as", "other"), ("other", "Nobody"), why]).await.body.contains("he &#60;showed&#62; it"));
    post("pin", &[("person", "E2"), why]).await.expect(303);
    let theirs = person.browser.get(path).await.expect(200);
    assert!(
        theirs.body.contains("said what it is") && theirs.body.contains("he &#60;showed&#62; it"),
        "{}",
        theirs.body
    );
    assert!(theirs.body.contains("What was known of it") && theirs.body.contains("Suggested"), "{}", theirs.body);
    post("unpin", &[why]).await.expect(303);
    post("refuse", &[("person", "E2"), why]).await.expect(303);
    let refused = person.browser.get(path).await.expect(200);
    assert!(refused.body.contains("Whose it is not"), "{}", refused.body);
    post("pin", &[("as", "service"), ("owner", "Maria Lund"), why]).await.expect(303);
    let maria = person.browser.get("/people/person?key=E1").await.expect(200);
    assert!(maria.body.contains("Answers for") && maria.body.contains("otto.brandt"), "{}", maria.body);
    person.browser.get("/people/account?connector=npm%3Aacme&kind=user&id=nobody").await.expect(404);
    person.browser.get("/people/account?connector=npm%3Aacme&kind=package&id=%40acme%2Fcore").await.expect(404);
    person.browser.get("/people/account").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_state_is_listed_with_what_became_of_it_and_told_on_the_pages_of_accounts() {
    let hub = Hub::start().await;
    let person = hub.administrator().await.clone();
    let get = async |path: &str| person.browser.get(path).await.expect(200).body;
    assert!(get("/people").await.contains("href=\"/people/attestations\""), "it is found where people look");
    assert!(get("/people/attestations").await.contains("Nothing was stated yet"));
    Source::npm().await.connect(&person.program).await;
    let file = hub.binary.home().join("<members>.csv");
    let path = file.display().to_string();
    let state = |text: &str| {
        std::fs::write(&file, text).unwrap();
        run(&hub, &["attest", "npm-2fa", &path, "--connector", "npm:acme"]);
    };
    let before = get("/explore/account?name=npm:acme:otto.brandt").await;
    assert!(!before.contains("by statement"), "what is unknown is not told: {before}");
    state("account,2fa\notto.brandt,no\nlena.k,yes\n");
    let account = get("/explore/account?name=npm:acme:otto.brandt").await;
    assert!(
        account.contains("by statement</a> in npm:acme: off, attested by"),
        "the view that was kept is over: {account}"
    );
    let told = person.program.get("/api/v1/access?account=npm:acme:otto.brandt").await.expect(200).json();
    assert_eq!(
        (&told["attestedTwoFactor"][0]["isOn"], told["attestedTwoFactor"][0]["isExpired"].as_bool()),
        (&false.into(), Some(false))
    );
    let who = person.program.get("/api/v1/who-can?action=publish&resource=%40acme%2Fcore").await.expect(200).json();
    let said = |one: &serde_json::Value| one["attestedTwoFactor"].as_array().is_some_and(|told| !told.is_empty());
    assert!(who["accounts"].as_array().unwrap().iter().any(said), "{who}");
    let accounts = get("/people/accounts?text=otto").await;
    assert!(accounts.contains("off, attested by") && !accounts.contains("not known"), "{accounts}");

    state("account,2fa\notto.brandt,yes\nlena.k,yes\n");
    let all = get("/people/attestations").await;
    assert!(all.contains("<h2>2 statements</h2>") && all.contains("&#60;members&#62;.csv"), "{all}");
    assert!(all.contains("Current (1)") && all.contains("Superseded (1)") && all.contains("Withdrawn (0)"), "{all}");
    let superseded = get("/people/attestations?state=superseded").await;
    assert!(superseded.contains("<h2>1 statement</h2>") && superseded.contains("1 with two-factor"), "{superseded}");
    assert!(get("/people/attestations?text=nobody").await.contains("No statement is like that"));
    let table = get("/people/attestations.csv?state=current").await;
    assert_eq!(table.lines().count(), 2, "{table}");
    let id = table.lines().nth(1).unwrap().split(',').next().unwrap();
    run(&hub, &["attest", "withdraw", id, "--reason", "<b>wrong</b>"]);
    let withdrawn = get("/people/attestations?state=withdrawn").await;
    assert!(withdrawn.contains("&#60;b&#62;wrong&#60;/b&#62;"), "{withdrawn}");
    let account = get("/explore/account?name=npm:acme:otto.brandt").await;
    assert!(!account.contains("by statement"), "the view that was kept is over, and nothing is known: {account}");
}
