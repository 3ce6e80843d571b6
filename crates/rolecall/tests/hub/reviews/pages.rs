//! By forms, without a script.

use std::time::Duration;

use super::{Scene, items, number_of};
use crate::harness::{Answer, sync, until};

#[track_caller]
fn says(answer: &Answer, words: &[&str]) {
    for word in words {
        assert!(answer.body.contains(word), "{word} is missing in {}", answer.body);
    }
}

/// The page that a form led to.
fn led(answer: &Answer) -> String {
    answer.location().split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_goes_from_its_draft_to_a_step_that_is_verified() {
    let scene = Scene::begin().await;
    let page = &scene.administrator.browser;
    says(&page.get("/reviews").await.expect(200), &["No campaign was made yet", "New campaign"]);
    says(
        &page.get("/reviews/new").await.expect(200),
        &["npm:acme", "Validate scope", "Whoever answers for the resource"],
    );

    // What is wrong is said beside its field, and nothing that was typed is lost.
    let (first, second) = (scene.first.name.as_str(), scene.second.name.as_str());
    let named = format!("{first}\n{second}");
    let fields = |change: &[(&'static str, &'static str)]| {
        let mut fields = vec![
            ("name", "Q4 <review>"),
            ("description", "once a <quarter>"),
            ("connector", "npm:acme"),
            ("entitlements", "organization:owner, organization:admin, organization:developer"),
            ("reviewer", "named"),
            ("days", "14"),
            ("plan-days", "7"),
            ("remaining", "skip"),
            ("repeat", "never"),
            ("remind", "7, 1"),
        ];
        fields.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        fields.extend(change);
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    let post = async |path: &str, fields: Vec<(String, String)>| {
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("named", &named));
        page.post_form(path, &fields).await
    };
    for (change, id) in [
        (("days", "soon"), "days"),
        (("days", "0"), "days"),
        (("resources", "no-such-thing"), "resources"),
        (("question", "FIND"), "question"),
        (("fallback", "nobody at all"), "fallback"),
        (("owner", "nobody at all"), "owner"),
        (("endpoint", "nowhere"), "endpoint"),
        (("remind", "30"), "remind"),
        (("connector", "npm:gone"), "connectors"),
        (("name", ""), "name"),
    ] {
        let wrong = post("/reviews/new", fields(&[change])).await.expect(422);
        says(&wrong, &["Nothing was saved", &format!("id=\"{id}-wrong\""), "once a &#60;quarter&#62;", first, second]);
        if !change.1.is_empty() {
            says(&wrong, &[change.1]);
        }
    }
    let counted = post("/reviews/validate", fields(&[("name", "")])).await.expect(200);
    says(&counted, &["6 grants that 6 accounts and groups hold", "npm:acme: 6", "Nothing is saved yet"]);
    let made = post("/reviews/new", fields(&[])).await.expect(303);
    let path = led(&made);
    says(&post("/reviews/new", fields(&[])).await.expect(422), &["already"]);

    let draft = page.get(&path).await.expect(200);
    says(
        &draft,
        &["Q4 &#60;review&#62;", "Draft", "Stage campaign", "Accuracy", "npm:acme", "Written as a draft by ada"],
    );
    says(&page.post_form(&format!("{path}/validate"), &[]).await.expect(200), &["6 grants that 6"]);
    // It cannot start before it is staged, nor without a look.
    page.post_form(&format!("{path}/start"), &[("looked", "on")]).await.expect(409);
    page.post_form(&format!("{path}/stage"), &[]).await.expect(303);
    let staged = page.get(&path).await.expect(200);
    says(&staged, &["Staged", "Who will be asked", first, second, "6 grants were fixed", "I have looked"]);
    says(&page.post_form(&format!("{path}/start"), &[]).await.expect(422), &["Look at who will be asked"]);
    page.post_form(&format!("{path}/start"), &[("looked", "on")]).await.expect(303);
    page.post_form(&format!("{path}/start"), &[("looked", "on")]).await.expect(409);
    page.get(&format!("{path}/edit")).await.expect(409);
    says(&page.get("/reviews").await.expect(200), &["0 of 6 decided", "Running (1)"]);

    // The first reviewer.
    let id = path.trim_start_matches("/reviews/").to_owned();
    let reviewer = &scene.first.browser;
    says(&reviewer.get("/reviews").await.expect(200), &["My reviews", "5 grants of yours to decide"]);
    let decide = format!("{path}/decide");
    let shown = reviewer.get(&decide).await.expect(200);
    says(&shown, &["0 of 5 decided – 0 ready for submission", "New (5)", "dev-0", "Two-factor", "unknown", "never"]);
    assert!(!shown.body.contains(&format!(">user {first}<")), "their own is another's: {}", shown.body);
    let all = items(&scene.administrator.program, &id, "limit=100").await;
    let of = |holder: &str| number_of(&all, &format!("user {holder}"));
    let (gone, stays, own) = (of("dev-0"), of("dev-1"), of(first));
    let choose = async |choices: &[(i64, &str, &str)], more: &[(&str, &str)]| {
        let mut fields: Vec<(String, String)> = vec![("part".to_owned(), "new".to_owned())];
        for (number, decision, reason) in choices {
            fields.push(("number".to_owned(), number.to_string()));
            fields.push((format!("choice-{number}"), (*decision).to_owned()));
            fields.push((format!("reason-{number}"), (*reason).to_owned()));
        }
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend(more);
        reviewer.post_form(&format!("{path}/choose"), &fields).await
    };
    // A deny needs a reason; the other choices are kept.
    let wrong = choose(&[(stays, "certify", "known <well>"), (gone, "deny", "")], &[]).await.expect(422);
    says(&wrong, &["Say why: a deny needs a reason.", "1 ready for submission", "known &#60;well&#62;"]);
    choose(&[(gone, "deny", "moved <on>")], &[]).await.expect(303);
    says(&reviewer.get(&decide).await.expect(200), &["2 ready for submission", "moved &#60;on&#62;"]);
    // What is somebody else's is refused, also where it is their own.
    choose(&[(own, "certify", "")], &[]).await.expect(403);
    choose(&[(99, "certify", "")], &[]).await.expect(403);
    reviewer.post_form(&format!("{path}/choose"), &[("number", "x")]).await.expect(400);
    let summary = reviewer.get(&format!("{path}/submit")).await.expect(200);
    says(&summary, &["Submit 2 decisions", "moved &#60;on&#62;", "dev-0"]);
    reviewer.post_form(&format!("{path}/submit"), &[]).await.expect(303);
    says(&reviewer.post_form(&format!("{path}/submit"), &[]).await.expect(422), &["Nothing is chosen"]);
    says(&reviewer.get(&decide).await.expect(200), &["2 of 5 decided – 0 ready for submission", "Denied (1)"]);
    // The rest together, once it was looked at.
    let rest: Vec<(i64, &str, &str)> = all
        .iter()
        .map(|item| item["number"].as_i64().unwrap())
        .filter(|number| ![gone, stays, own].contains(number))
        .map(|number| (number, "none", ""))
        .collect();
    says(&choose(&rest, &[("together", "yes")]).await.expect(422), &["Look at all of them first"]);
    choose(&rest, &[("together", "yes"), ("looked", "on")]).await.expect(303);
    reviewer.post_form(&format!("{path}/submit"), &[]).await.expect(303);
    // What was decided is changed with a reason only, and stays on record.
    let number = stays.to_string();
    let change = async |reason: &str| {
        let fields = [("number", number.as_str()), ("decision", "deny"), ("reason", reason), ("part", "certified")];
        reviewer.post_form(&format!("{path}/change"), &fields).await
    };
    says(&change("").await.expect(422), &["needs a reason"]);
    change("looked again").await.expect(303);
    says(&reviewer.get(&format!("{decide}?part=denied")).await.expect(200), &["known &#60;well&#62;", "looked again"]);

    // Nobody ends it without a reason while something is left.
    let complete = format!("{path}/complete");
    says(&page.post_form(&complete, &[]).await.expect(422), &["Say why it ends all the same"]);
    let (number, choice) = (own.to_string(), format!("choice-{own}"));
    let taken = [("number", number.as_str()), (choice.as_str(), "certify")];
    scene.second.browser.post_form(&format!("{path}/choose"), &taken).await.expect(303);
    scene.second.browser.post_form(&format!("{path}/submit"), &[]).await.expect(303);
    says(
        &page.get(&path).await.expect(200),
        &["6 of 6 decided", "What was left, from the start", "Everything is decided"],
    );
    page.post_form(&complete, &[]).await.expect(303);
    page.post_form(&complete, &[]).await.expect(409);
    reviewer.post_form(&format!("{path}/choose"), &taken).await.expect(409);

    // The plan.
    says(&page.get("/reviews?tab=completed").await.expect(200), &["Completed", "6 of 6 decided"]);
    let plans = page.get("/plans").await.expect(200);
    says(&plans, &["2 Requested", "Q4 &#60;review&#62;"]);
    let plan = page.get(&format!("{path}/plan")).await.expect(200);
    says(&plan, &["Requested", "npm org rm acme dev-0", "Needs "]);
    let plan = plans.between("<th scope=\"row\"><a href=\"", "\"");
    page.post_form(&format!("{plan}/steps/1/owner"), &[("owner", "grace")]).await.expect(303);
    says(&page.post_form(&format!("{plan}/steps/1/due"), &[("due", "<soon>")]).await.expect(422), &["&#60;soon&#62;"]);
    page.post_form(&format!("{plan}/steps/1/due"), &[("due", "2099-01-01")]).await.expect(303);
    for number in ["1", "2"] {
        page.post_form(&format!("{plan}/steps/{number}/done"), &[("note", "ticket <7>")]).await.expect(303);
    }
    page.post_form(&format!("{plan}/steps/1/done"), &[]).await.expect(409);
    page.post_form(&format!("{plan}/steps/9/done"), &[]).await.expect(404);
    says(&page.get(&plan).await.expect(200), &["2 Done", "grace", "ticket &#60;7&#62;", "owner set"]);
    scene.source.leave(0..2);
    let program = &scene.administrator.program;
    let ask = async || {
        sync(program, &scene.connector).await;
        page.get(&plan).await.expect(200)
    };
    let verified = until(Duration::from_secs(60), ask, |page| page.body.contains("2 Verified")).await;
    says(&verified, &["read in full at", "verified by a reading"]);
    let table = page.get(&format!("{path}/decisions.csv")).await.expect(200);
    assert_eq!(table.body.lines().count(), 7, "{}", table.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_come_in_a_file_and_grants_change_hands() {
    let scene = Scene::begin().await;
    let page = &scene.administrator.browser;
    let id = scene.started("Q1").await;
    let path = format!("/reviews/{id}");
    let table = page.get(&format!("{path}/decisions.csv")).await.expect(200).body;
    let header = table.lines().next().unwrap();
    let line = table.lines().find(|line| line.contains("dev-0")).unwrap();
    let filled = format!("{header}\n{}deny,not here any more\n", line.strip_suffix(",").unwrap());
    let bring = async |text: &str| page.post_form(&format!("{path}/decisions"), &[("text", text)]).await;
    says(&bring("").await.expect(422), &["Choose a file"]);
    says(&bring("a,b\n1,2\n").await.expect(422), &["It has no column", "a,b"]);
    let taken = bring(&filled).await.expect(200);
    says(&taken, &["0 certified, 1 denied", "SHA-256"]);
    says(&bring(&filled).await.expect(200), &["The same file was brought before", "1 decided so already"]);
    // A decision about what its bringer's reviewer holds is theirs in no file.
    let own = table.lines().find(|line| line.contains(&format!("user {}", scene.first.name))).unwrap();
    let own = format!("{header}\n{}certify,\n", own.strip_suffix(",").unwrap());
    let fields = [("text", own.as_str()), ("reviewer", scene.first.name.as_str())];
    let refused = page.post_form(&format!("{path}/decisions"), &fields).await.expect(200);
    says(&refused, &["1 not taken"]);

    let all = page.get(&path).await.expect(200);
    let key = all.between("<option value=\"user:reviewer-1", "</option>");
    assert!(key.contains("reviewer-1"), "{key}");
    let reassign = async |to: &str, reason: &str| {
        let fields = [("from", "user:reviewer-1"), ("to", to), ("reason", reason)];
        page.post_form(&format!("{path}/reassign"), &fields).await
    };
    says(&reassign("nobody at all", "x").await.expect(422), &["nobody at all", "called"]);
    says(&reassign("reviewer-2", "").await.expect(422), &["Say why somebody else", "reviewer-2"]);
    reassign("reviewer-2", "on <leave>").await.expect(303);
    says(&page.get(&path).await.expect(200), &["4 grants reassigned by ada", "on &#60;leave&#62;"]);
    // What they hold themself stays where it is.
    let fields = [("from", "user:reviewer-2"), ("to", "reviewer-1"), ("reason", "back")];
    let stays = page.post_form(&format!("{path}/reassign"), &fields).await.expect(200);
    says(&stays, &["4 grants reassigned. 1 grant stays where they are"]);
    says(&page.post_form(&format!("{path}/cancel"), &[]).await.expect(422), &["Say why it is given up"]);
    page.post_form(&format!("{path}/cancel"), &[("reason", "a test")]).await.expect(303);
    says(&page.get(&path).await.expect(200), &["Cancelled by ada"]);
    says(&page.get(&format!("{path}/grants?outcome=denied")).await.expect(200), &["dev-0", "not here any more"]);
    page.get(&format!("{path}/plan")).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_decides_for_a_while_and_nobody_about_their_own() {
    let scene = Scene::begin().await;
    let id = scene.started("Q2").await;
    let (first, second) = (&scene.first, &scene.second);
    let until_when = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(240)).unwrap();
    let until_when = until_when.strftime("%Y-%m-%d").to_string();
    let path = "/reviews/delegates";
    let set = async |delegate: &str, until: &str, reason: &str| {
        let fields = [("delegate", delegate), ("until", until), ("reason", reason)];
        second.browser.post_form(path, &fields).await
    };
    says(&set(&first.name, "", "x").await.expect(422), &["Say until when", "id=\"until-wrong\""]);
    says(&set("nobody at all", &until_when, "x").await.expect(422), &["id=\"delegate-wrong\"", "nobody at all"]);
    says(&set(&first.name, &until_when, "").await.expect(422), &["id=\"reason-wrong\""]);
    set(&first.name, &until_when, "on <leave>").await.expect(303);
    let list = second.browser.get(path).await.expect(200);
    says(&list, &["on &#60;leave&#62;", ">End</button>"]);
    // What is now theirs to decide for somebody else is their own: it is shown, and cannot be chosen.
    let shown = first.browser.get(&format!("/reviews/{id}/decide")).await.expect(200);
    says(&shown, &["Yours: somebody else reviews it.", "0 of 6 decided"]);
    let own = number_of(&items(&scene.administrator.program, &id, "").await, &format!("user {}", first.name));
    let (number, choice) = (own.to_string(), format!("choice-{own}"));
    let fields = [("number", number.as_str()), (choice.as_str(), "certify")];
    let refused = first.browser.post_form(&format!("/reviews/{id}/choose"), &fields).await.expect(403);
    says(&refused, &["what they hold themself"]);
    let wish = serde_json::json!({ "choices": [{ "number": own, "decision": "certify" }] });
    let decided = first.program.json("POST", &format!("/api/v1/reviews/{id}/decide"), &wish).await.expect(200).json();
    assert_eq!(decided["refused"][0]["code"], "own", "{decided:#}");
    // Only whose decisions they are ends it, or whoever runs reviews.
    let end = list.between("action=\"/reviews/delegates/", "/end\"");
    first.browser.post_form(&format!("{path}/{end}/end"), &[]).await.expect(403);
    first.browser.post_form(&format!("{path}/others/{end}/end"), &[]).await.expect(403);
    second.browser.post_form(&format!("{path}/{end}/end"), &[]).await.expect(303);
    second.browser.post_form(&format!("{path}/{end}/end"), &[]).await.expect(404);
    let shown = first.browser.get(&format!("/reviews/{id}/decide")).await.expect(200);
    says(&shown, &["0 of 5 decided"]);
}
