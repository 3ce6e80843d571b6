//! Findings that are kept: what becomes of them, what people decide, and how they leave for other programs.

use rolecall_sim::npm::Role;
use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::support::{Served, run, story_served};

fn ok(binary: &Binary, arguments: &[&str]) -> Ran {
    let ran = run(binary, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    ran
}

async fn read() -> (Served, Binary) {
    let served = story_served().await;
    let binary = served.binary();
    let synced = served.sync(&binary, &[]).await;
    assert!(synced.code == 0 && synced.stderr.contains("new findings: rolecall findings"), "{synced:?}");
    (served, binary)
}

fn findings(binary: &Binary, more: &[&str]) -> Vec<Json> {
    let listed = ok(binary, &[&["findings", "--format", "json"][..], more].concat()).json();
    listed["findings"].as_array().unwrap().clone()
}

fn code_of(finding: &Json) -> String {
    finding["code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_what_a_check_finds_and_a_pipeline_can_fail_on_it() {
    let (_served, binary) = read().await;
    let kept = findings(&binary, &[]);
    let checked = ok(&binary, &["check", "--format", "json"]).json();
    let mut titles: [Vec<&str>; 2] = [
        kept.iter().map(|one| one["title"].as_str().unwrap()).collect(),
        checked["findings"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect(),
    ];
    titles.iter_mut().for_each(|titles| titles.sort_unstable());
    assert_eq!(titles[0], titles[1]);
    assert_eq!(run(&binary, &["findings", "--fail-on", "high"]).code, 9);
    assert_eq!(run(&binary, &["findings", "--rule", "owner-count", "--fail-on", "critical"]).code, 0);
    let mut codes: Vec<String> = kept.iter().map(code_of).collect();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), kept.len(), "a code is one finding's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_resolved_by_itself_and_is_the_same_one_when_it_comes_back() {
    let (served, binary) = read().await;
    let outside = ["--rule", "outside-collaborator"];
    let [finding] = findings(&binary, &outside).try_into().unwrap();
    let code = code_of(&finding);
    // Whoever was outside becomes a member.
    served.server.world().member(&served.organization, "nadia-freelance", Role::Developer);
    served.sync(&binary, &[]).await;
    assert_eq!(findings(&binary, &outside), Vec::<Json>::new());
    served.server.world().member_remove(&served.organization, "nadia-freelance");
    served.sync(&binary, &[]).await;
    let explained = ok(&binary, &["explain", &code, "--format", "json"]).json();
    let events: Vec<&str> =
        explained["history"].as_array().unwrap().iter().map(|event| event["what"].as_str().unwrap()).collect();
    assert_eq!(events.first(), Some(&"found"), "{events:?}");
    assert!(events.contains(&"resolved"), "{events:?}");
    assert_eq!(explained["state"], "open", "{explained}");
    let text = ok(&binary, &["explain", &code]).stdout;
    for part in ["Why it matters", "What to do", "@acme/charts", "SOC 2 CC6.2", "found again"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_holds_until_its_day_and_is_in_the_history_and_the_audit_log() {
    let (_served, binary) = read().await;
    let code = code_of(&findings(&binary, &[])[0]);
    let refused = run(&binary, &["findings", "accept", &code, "--until", "2999-01-01", "--reason", "x"]);
    assert!(refused.code == 2 && refused.stderr.contains("a year"), "{refused:?}");
    let refused = run(&binary, &["findings", "accept", &code, "--until", "2020-01-01", "--reason", "x"]);
    assert!(refused.code == 2 && refused.stderr.contains("past"), "{refused:?}");
    assert_eq!(run(&binary, &["findings", "suppress", &code]).code, 2, "a reason is missing");
    assert_eq!(run(&binary, &["findings", "reopen", "nothing-0123456789"]).code, 6);
    assert_eq!(run(&binary, &["explain", "nothing-0123456789"]).code, 6);

    let snoozed = ok(&binary, &["findings", "snooze", &code, "--days", "30"]);
    assert!(snoozed.stdout.contains("snoozed until"), "{snoozed:?}");
    ok(&binary, &["findings", "suppress", &code, "--reason", "a test organisation"]);
    assert!(!findings(&binary, &[]).iter().any(|one| code_of(one) == code));
    let [suppressed] = findings(&binary, &["--state", "suppressed"]).try_into().unwrap();
    assert_eq!(suppressed["decision"]["reason"], "a test organisation");
    ok(&binary, &["findings", "reopen", &code]);
    let owned = ok(&binary, &["findings", "own", &code, "--owner", "platform@acme.test"]);
    assert!(owned.stdout.contains("owner platform@acme.test"), "{owned:?}");
    assert_eq!(findings(&binary, &["--owner", "platform@acme.test"]).len(), 1);
    let audited = ok(&binary, &["audit", "list"]).stdout;
    for action in ["finding.snoozed", "finding.suppressed", "finding.reopened", "finding.owner-set"] {
        assert!(audited.contains(action), "{action} is missing: {audited}");
    }
    assert!(!audited.contains("platform@acme.test"), "who it is, is told like a name: {audited}");
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_leave_as_sarif_and_ocsf_with_what_was_decided() {
    let (_served, binary) = read().await;
    let code = code_of(&findings(&binary, &[])[0]);
    ok(&binary, &["findings", "suppress", &code, "--reason", "known"]);
    let all = ["--state", "open", "--state", "suppressed"];
    let count = findings(&binary, &all).len();
    let sarif = ok(&binary, &[&["findings", "--format", "sarif"][..], &all].concat()).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!((sarif["version"].as_str(), results.len()), (Some("2.1.0"), count));
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[place]["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.is_empty() && !uri.contains([':', ' ']), "{uri}");
    }
    let suppressed = results.iter().filter(|result| result.get("suppressions").is_some()).count();
    assert_eq!(suppressed, 1);
    let ocsf = ok(&binary, &[&["findings", "--format", "ocsf"][..], &all].concat()).stdout;
    let events: Vec<Json> = ocsf.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), count);
    for event in &events {
        let (class, activity) = (event["class_uid"].as_u64().unwrap(), event["activity_id"].as_u64().unwrap());
        assert_eq!(event["type_uid"].as_u64(), Some(class * 100 + activity));
        assert!(event["time"].as_i64().unwrap() > 1_600_000_000_000 && event["finding_info"]["uid"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_not_whole_resolves_nothing() {
    let (served, binary) = read().await;
    let before = findings(&binary, &[]).len();
    served.server.faults().add("GET /-/org/**", rolecall_sim::Fault::html(500), rolecall_sim::Times::Always);
    served.sync(&binary, &[]).await;
    let after = findings(&binary, &["--state", "open"]);
    let new = |finding: &&Json| !finding["rule"].as_str().unwrap().starts_with("listing-");
    assert_eq!(after.iter().filter(new).count(), before, "{after:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_of_a_file_are_kept_and_what_cannot_run_says_why() {
    let (_served, binary) = read().await;
    let rules = r#"[
      { "name": "npm owners", "pollingInterval": "ONE_DAY", "question": { "queries": [{ "name": "query0", "query": "FIND npm_user WITH role = 'owner'" }] },
        "operations": [{ "when": { "type": "FILTER", "condition": "{{queries.query0.total > 0}}" },
          "actions": [{ "type": "CREATE_ALERT" }, { "type": "SEND_EMAIL", "recipients": ["sec@acme.test"], "body": "{{queries.query0.total}} owners" }] }] },
      { "name": "broken", "question": { "queries": [{ "name": "query0", "query": "FIND npm_user WITH" }] } }
    ]"#;
    std::fs::write(binary.home().join("rules.json"), rules).unwrap();
    let dry = run(&binary, &["rules", "import", "rules.json", "--dry-run", "--format", "json"]);
    assert_eq!(dry.code, 5, "{dry:?}");
    assert_eq!(ok(&binary, &["rules", "list", "--format", "json"]).json(), Json::Array(Vec::new()));
    assert_eq!(run(&binary, &["rules", "import", "rules.json"]).code, 5);
    let listed = ok(&binary, &["rules", "list", "--format", "json"]).json();
    let broken = listed.as_array().unwrap().iter().find(|rule| rule["definition"]["name"] == "broken").unwrap();
    assert_eq!(broken["definition"]["interval"], "DISABLED");
    assert!(broken["problems"][0].as_str().unwrap().contains("query0"), "{broken}");
    ok(&binary, &["rules", "evaluate"]);
    let shown = ok(&binary, &["rules", "show", "npm owners", "--format", "json"]).json();
    assert_eq!(shown["rule"]["alert"], "active");
    assert!(shown["rule"]["undelivered"][0].as_str().unwrap().contains("email"), "{shown}");
    let exported = ok(&binary, &["rules", "export"]).stdout;
    std::fs::write(binary.home().join("again.json"), &exported).unwrap();
    run(&binary, &["rules", "import", "again.json"]);
    assert_eq!(ok(&binary, &["rules", "export"]).stdout, exported, "what is written is read as it was");
    let refused = run(&binary, &["rules", "set", "npm owners", "--interval", "SOMETIMES"]);
    assert!(refused.code == 2 && refused.stderr.contains("ONE_HOUR"), "{refused:?}");
    ok(&binary, &["rules", "set", "npm owners", "--interval", "one_hour"]);
    ok(&binary, &["rules", "remove", "npm owners", "--reason", "a test"]);
    assert_eq!(run(&binary, &["rules", "show", "npm owners"]).code, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_of_a_file_are_kept_asked_and_used_by_rules() {
    let (_served, binary) = read().await;
    let questions = "questions:\n  - id: my-owners\n    title: Who owns it here?\n    description: Ours.\n    tags: [mine]\n    queries:\n      - name: query0\n        query: FIND npm_user WITH role = 'owner' AS u RETURN u.username AS account ORDER BY account\n";
    std::fs::write(binary.home().join("questions.yaml"), questions).unwrap();
    ok(&binary, &["questions", "--import", "questions.yaml"]);
    assert!(ok(&binary, &["questions", "--saved"]).stdout.contains("Who owns it here?"));
    let asked = ok(&binary, &["query", "--question", "my-owners", "--format", "csv"]).stdout;
    assert!(asked.contains("acme-release-bot"), "{asked}");
    let rule = r#"[{ "name": "owners asked", "questionId": "my-owners" }]"#;
    std::fs::write(binary.home().join("rule.json"), rule).unwrap();
    run(&binary, &["rules", "import", "rule.json"]);
    ok(&binary, &["rules", "evaluate", "owners asked"]);
    let shown = ok(&binary, &["rules", "show", "owners asked", "--format", "json"]).json();
    assert!(!shown["rows"].as_array().unwrap().is_empty(), "{shown}");
    ok(&binary, &["questions", "--remove", "my-owners"]);
    assert_eq!(run(&binary, &["query", "--question", "my-owners"]).code, 2);
    let failed = run(&binary, &["rules", "evaluate", "owners asked"]);
    assert!(failed.code == 5 && failed.stdout.contains("no question is called"), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blast_radius_of_each_account_is_what_a_query_counts() {
    let (_served, binary) = read().await;
    let answer = ok(&binary, &["blast-radius", "--format", "json"]).json();
    let query =
        "FIND npm_user AS u THAT CAN publish npm_package AS p RETURN u.username AS account, count(p) AS packages";
    let counted = ok(&binary, &["query", query, "--format", "json"]).json();
    let counted = counted["data"].as_array().unwrap();
    let radii = answer["accounts"].as_array().unwrap();
    assert_eq!(radii.len(), counted.len());
    for radius in radii {
        let name = &radius["account"]["id"];
        let row = counted.iter().find(|row| row["account"] == *name).unwrap();
        assert_eq!(radius["writes"], row["packages"], "{name}");
    }
    let text = ok(&binary, &["blast-radius", "--limit", "1"]).stdout;
    assert!(text.contains("100 %") && text.contains("more (--limit 0 shows all)"), "{text}");
}
