//! Queries, through the front door: formats, parameters, the past, what is wrong with them, and many of them at once.

use rolecall_sim::npm::{Role, story};
use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::cloudsmith::support::Workspace;
use crate::support::{Served, run, served, story_served};

/// The demo's organisation, read.
async fn demo() -> (Served, Binary) {
    let served = story_served().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    (served, binary)
}

fn query(binary: &Binary, text: &str, more: &[&str]) -> Ran {
    run(binary, &[&["query", text], more].concat())
}

fn json(binary: &Binary, text: &str, more: &[&str]) -> Json {
    let ran = query(binary, text, &[&["--format", "json"], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()
}

/// One column of an answer, row by row.
fn column<'j>(answer: &'j Json, name: &str) -> Vec<&'j str> {
    answer["data"].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap_or_default()).collect()
}

fn input(binary: &Binary, arguments: &[&str], text: &str) -> Ran {
    tokio::task::block_in_place(|| binary.run_with_input(&[&["query"], arguments].concat(), text)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_query_finds_is_who_who_can_finds() {
    let (_served, binary) = demo().await;
    for package in ["@acme/payments-sdk", "@acme/charts", "@acme/core"] {
        let asked = run(&binary, &["who-can", "publish", package, "--format", "json"]).json();
        let mut expected: Vec<&str> =
            asked["accounts"].as_array().unwrap().iter().map(|one| one["account"]["id"].as_str().unwrap()).collect();
        let text = "FIND npm_user AS u THAT CAN publish npm_package WITH id = ${package} RETURN u.username AS name";
        let answer = json(&binary, text, &["--param", &format!("package={package}")]);
        assert_eq!(answer["type"], "table");
        let mut found = column(&answer, "name");
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{package}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_answer_can_be_had_in_every_format_it_has() {
    let (_served, binary) = demo().await;
    let list = query(&binary, "FIND npm_team", &[]).stdout;
    assert!(list.contains("NAME") && list.contains("acme/release") && list.contains("npm_team"), "{list}");
    assert!(list.contains("entities.\nComplete: every listing"), "{list}");
    let csv = query(&binary, "FIND npm_team", &["--format", "csv"]).stdout;
    assert_eq!(csv.lines().next(), Some("displayName,_type,_class,_key,connector"));
    assert!(csv.contains("npm_team,\"Team, UserGroup\",npm-team:acme/release,acme"), "{csv}");
    let answer = json(&binary, "FIND npm_team WITH displayName = 'acme/release'", &[]);
    let found = &answer["data"][0];
    assert_eq!((&answer["type"], &found["id"]), (&Json::from("list"), &found["entity"]["_id"]));
    assert!(found["id"].as_str().unwrap().ends_with("/npm_team/npm-team:acme/release"), "{found}");
    assert_eq!(found["entity"]["tag.AccountName"], Json::Null, "that is a property");
    assert_eq!(found["properties"]["tag.AccountName"], "acme");
    assert_eq!((&answer["complete"], &answer["completeness"]["complete"]), (&true.into(), &true.into()));

    let path = "FIND npm_user WITH username = 'nadia-freelance' THAT CAN publish npm_package RETURN PATH";
    let text = query(&binary, path, &[]).stdout;
    assert!(text.starts_with("nadia-freelance -CAN publish-> @acme/charts\n  by "), "{text}");
    assert!(text.contains("\n1 path.\n"), "{text}");
    let answer = json(&binary, path, &[]);
    let step = &answer["data"][0]["steps"][0];
    assert_eq!((&answer["type"], &step["backwards"]), (&Json::from("path"), &false.into()));
    assert_eq!(
        (&step["relationship"]["relationship"]["_class"], &step["to"]["properties"]["id"]),
        (&"CAN".into(), &"@acme/charts".into())
    );
    let steps = step["paths"][0]["steps"].as_array().unwrap();
    assert_eq!(steps[0]["principal"]["id"], "nadia-freelance");
    let rows = query(&binary, path, &["--format", "csv"]).stdout;
    assert!(
        rows.starts_with("path,step,from,relationship,to,by\n1,1,nadia-freelance,CAN publish,@acme/charts,"),
        "{rows}"
    );

    let tree = "FIND npm_team WITH displayName = 'acme/release' THAT (HAS|ALLOWS) (npm_user|npm_package) RETURN TREE";
    let text = query(&binary, tree, &[]).stdout;
    assert!(text.contains("acme/release (npm_team)\n") && text.contains("  HAS lena.k (npm_user)\n"), "{text}");
    let graph = query(&binary, tree, &["--format", "graph"]).json();
    assert_eq!(graph["type"], "tree");
    let vertices = graph["data"]["vertices"].as_array().unwrap();
    let ids: Vec<&Json> = vertices.iter().map(|vertex| &vertex["id"]).collect();
    for edge in graph["data"]["edges"].as_array().unwrap() {
        assert!(ids.contains(&&edge["fromVertexId"]) && ids.contains(&&edge["toVertexId"]), "{edge}");
    }
    assert_eq!(json(&binary, tree, &[])["data"], graph["data"]);
    let dot = query(&binary, tree, &["--format", "dot"]).stdout;
    assert!(dot.starts_with("digraph answer {\n") && dot.contains("[label=\"HAS\"]") && dot.ends_with("}\n"), "{dot}");
    let rows = query(&binary, tree, &["--format", "csv"]).stdout;
    assert!(rows.contains("acme/release,HAS,lena.k\n"), "{rows}");

    let refused = query(&binary, "FIND npm_team", &["--format", "dot"]);
    assert!(refused.code == 2 && refused.stderr.contains("RETURN TREE"), "{refused:?}");
    let refused = query(&binary, "FIND npm_team", &["--format", "html"]);
    assert!(refused.code == 2 && refused.stderr.contains("table, json, csv, tree, graph, dot"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smart_class_is_what_its_queries_find() {
    let (_served, binary) = demo().await;
    let text = "FIND #Chosen AS u RETURN u.displayName AS name";
    let of = |name: &str| format!("Chosen=FIND npm_user WITH username = '{name}'");
    let (lena, henrik) = (of("lena.k"), of("HenrikB"));
    let answer = json(&binary, text, &["--smart-class", &lena, "--smart-class", &henrik]);
    assert_eq!((column(&answer, "name"), &answer["warnings"]), (vec!["HenrikB", "lena.k"], &Json::Array(Vec::new())));
    let unknown = json(&binary, text, &[]);
    assert_eq!(unknown["warnings"][0]["code"], "unknown-smart-class");
    for (wrong, why) in [
        ("Chosen", "a name, = and a query"),
        ("Chosen=FIND", "cannot be asked"),
        ("A=FIND User AS u RETURN u.id", "a RETURN"),
        ("A=FIND User AS OF date.now", "an AS OF"),
    ] {
        let refused = query(&binary, text, &["--smart-class", wrong]);
        assert!(refused.code == 2 && refused.stderr.contains(why), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_query_is_shown_in_it() {
    let (_served, binary) = demo().await;
    let wrong = [
        "FIND npm_usr",
        "FIND User THAT CAN publsh npm_package",
        "FIND User WITH",
        "FIND npm_user AS u RETURN x.username",
        "FIND npm_user WITH username = ${who}",
        "FIND npm_user WITH username = 'ada",
    ];
    let shown: Vec<String> = wrong
        .into_iter()
        .map(|text| {
            let ran = query(&binary, text, &["--format", "csv"]);
            assert!(!ran.stderr.contains("panicked"), "{ran:?}");
            format!("$ {text}\nexit code {}\n{}", ran.code, ran.stderr)
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    let answer = json(&binary, "FIND npm_usr", &[]);
    assert_eq!(answer["data"], Json::Array(Vec::new()));
    assert!(answer["warnings"][0]["help"].as_str().unwrap().contains("npm_user"), "{answer}");
    assert_eq!(answer["warnings"][0]["span"], serde_json::json!({ "start": 5, "end": 12 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_lacks_is_said() {
    let (served, binary) = demo().await;
    let ran = query(&binary, "FIND npm_user", &["--limit-rows", "2"]);
    assert!(ran.code == 0 && ran.stderr.contains("Not everything: only the first 2 rows"), "{ran:?}");
    assert!(ran.stdout.contains("at least 2 entities."), "{ran:?}");
    let answer = json(&binary, "FIND npm_user", &["--limit-rows", "2"]);
    assert_eq!(answer["limits"], serde_json::json!([{ "limit": "rows", "allowed": 2 }]));
    assert_eq!(answer["complete"], false);
    let ran = query(&binary, "FIND npm_user THAT CAN publish npm_package RETURN PATH", &["--limit-work", "3"]);
    assert!(ran.stderr.contains("--limit-work"), "{ran:?}");
    let strict = query(&binary, "FIND npm_user", &["--limit-rows", "2", "--require-complete"]);
    assert_eq!(strict.code, 5, "{strict:?}");

    let plan = query(&binary, "FIND npm_user THAT CAN publish npm_package", &["--explain"]);
    assert!(plan.code == 0 && plan.stdout.contains("Work: "), "{plan:?}");
    assert!(!plan.stdout.contains("maria-lund"), "{plan:?}");
    let plan = json(&binary, "FIND npm_user", &["--explain"]);
    assert!(!plan["plan"].as_array().unwrap().is_empty() && plan["work"].is_u64(), "{plan}");

    served.server.faults().add(
        rolecall_sim::Pattern::new("GET /-/org/*/user"),
        rolecall_sim::Fault::Truncated,
        rolecall_sim::Times::Always,
    );
    served.sync(&binary, &[]).await;
    let ran = query(&binary, "FIND npm_user", &[]);
    assert!(ran.stdout.contains("at least ") && ran.stdout.contains("Not complete:"), "{ran:?}");
    let csv = query(&binary, "FIND npm_user", &["--format", "csv"]);
    assert!(csv.stderr.contains("not complete: "), "{csv:?}");
    assert_eq!(json(&binary, "FIND npm_user", &[])["complete"], false);
    assert_eq!(query(&binary, "FIND npm_user", &["--require-complete"]).code, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_asked_in_the_query_or_beside_it() {
    let (served, binary) = demo().await;
    let text = "FIND npm_user AS u THAT CAN publish npm_package AS p RETURN u.username, p.id";
    let then = json(&binary, text, &[])["data"].clone();
    let moment = jiff::Timestamp::now().to_string();
    story::a_week_later(&mut served.server.world());
    served.sync(&binary, &[]).await;
    assert_ne!(json(&binary, text, &[])["data"], then);

    let beside = json(&binary, text, &["--as-of", &moment]);
    assert_eq!(beside["data"], then);
    assert!(beside["asOf"][0]["moment"].as_str().unwrap().starts_with(&moment[..16]), "{beside}");
    let within = json(&binary, &format!("{text} AS OF '{moment}'"), &[]);
    assert_eq!((&within["data"], &within["asOf"]), (&then, &beside["asOf"]));
    let table = query(&binary, text, &["--as-of", &moment]);
    assert!(table.stdout.starts_with("As of 20"), "{table:?}");
    let csv = query(&binary, text, &["--as-of", &moment, "--format", "csv"]);
    assert!(csv.stdout.starts_with("u.username,p.id,as of\n") && csv.stderr.contains("As of 20"), "{csv:?}");

    let changed = "FIND npm_user CHANGED SINCE date.now - 1 hours AS c AS u RETURN u.username, c.kind, c.property, c";
    let answer = json(&binary, changed, &[]);
    let told = |answer: &Json| -> Vec<String> {
        let rows = answer["data"].as_array().unwrap().iter();
        let word = |row: &Json, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        rows.map(|row| format!("{} {} {}", word(row, "u.username"), word(row, "c.kind"), word(row, "c.property")))
            .collect()
    };
    let all = told(&answer);
    for expected in
        ["lena.k gained owner on acme", "HenrikB lost member on acme/release", "kai-new gained developer on acme"]
    {
        assert!(all.iter().any(|one| one == expected), "{expected:?} is missing in {all:#?}");
    }
    let gone = json(&binary, "FIND npm_user WITH _deleted = true AS u RETURN u.username, u._endOn", &[]);
    assert_eq!(column(&gone, "u.username"), ["amara-d"], "{gone}");
    let with_gone = json(&binary, "FIND npm_user", &["--include-deleted"]);
    let without = json(&binary, "FIND npm_user", &[]);
    let count = |answer: &Json| answer["data"].as_array().unwrap().len();
    assert_eq!(count(&with_gone), count(&without) + 1);

    for (arguments, code, word) in [
        (&["--as-of", "2999-01-01"][..], 2, "still to come"),
        (&["--as-of", "2001-01-01"], 6, "nothing was known"),
        (&["--connector", "npm:other"], 6, "no connector is called"),
    ] {
        let ran = query(&binary, text, arguments);
        assert!(ran.code == code && ran.stderr.contains(word), "{ran:?}");
    }
    let future = query(&binary, "FIND npm_user AS OF '2999-01-01'", &[]);
    assert!(future.code == 2 && future.stderr.contains("still to come"), "{future:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_queries_are_asked_one_after_the_other() {
    let served = served(97, 6, 2, 3).await;
    let binary = served.binary();
    let early = input(&binary, &[], "FIND npm_user");
    assert_eq!(early.code, 7, "{early:?}");
    served.sync(&binary, &[]).await;
    {
        let mut world = served.server.world();
        world.account("newest");
        world.member(&served.organization, "newest", Role::Owner);
    }
    let text = "// who is there; a comment\nFIND npm_user; :format csv\nFIND npm_team;\n:explain on\nFIND npm_package";
    let ran = input(&binary, &[], text);
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in ["NAME", "entities.", "displayName,_type", "Work: "] {
        assert!(ran.stdout.contains(part), "{part:?} is missing in {ran:?}");
    }
    let ran = input(&binary, &["-"], "FIND npm_user WITH; :wrong\nFIND npm_team;");
    assert!(ran.code == 2 && ran.stdout.contains("npm_team"), "{ran:?}");
    assert!(ran.stderr.contains(":wrong is no setting") && ran.stderr.contains(":help"), "{ran:?}");
    let ran = input(&binary, &[], ":help\n:param name=acme\nFIND npm_organization WITH name = ${name};:quit\nFIND x;");
    assert!(ran.code == 0 && ran.stdout.contains(":as-of TIME|now"), "{ran:?}");
    assert_eq!(input(&binary, &[], "  // nothing\n").code, 2);

    let file = binary.home().join("teams.j1ql");
    std::fs::write(&file, "FIND npm_team WITH name = {{name}};").unwrap();
    let ran = run(&binary, &["query", "--file", "teams.j1ql", "--param", "name=x", "--format", "csv"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 1), "{ran:?}");
    let missing = run(&binary, &["query", "--file", "missing.j1ql"]);
    assert!(missing.code == 2 && missing.stderr.contains("cannot read missing.j1ql"), "{missing:?}");
    for wrong in
        [&["FIND x", "--param", "x"][..], &["FIND x", "--file", "x"], &["FIND x", "--param", "a=1", "--param", "a=2"]]
    {
        assert_eq!(run(&binary, &[&["query"], wrong].concat()).code, 2, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_registries_are_asked_at_once() {
    let (served, npm) = demo().await;
    let workspace = Workspace::story().await;
    let binary = npm.variable("CLOUDSMITH_API_KEY", &workspace.key);
    assert_eq!(workspace.sync(&binary, &[]).code, 0);
    drop(served);
    let answer = json(&binary, "FIND User AS u RETURN u._type AS type, count(u) AS users", &[]);
    let types = column(&answer, "type");
    assert!(types.contains(&"npm_user") && types.contains(&"cloudsmith_user"), "{answer}");
    let asked = run(&binary, &["who-can", "push", "acme/production", "--format", "json"]).json();
    let text = "FIND User AS u THAT CAN push cloudsmith_repository WITH id = 'acme/production' RETURN u.id";
    let answer = json(&binary, text, &[]);
    assert_eq!(column(&answer, "u.id").len(), asked["accounts"].as_array().unwrap().len(), "{answer}");
    let one = json(&binary, "FIND User AS u RETURN u._type AS type, count(u) AS users", &["--connector", "npm:acme"]);
    assert_eq!(column(&one, "type"), ["npm_user"]);
}
