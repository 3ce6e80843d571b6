//! Everything that is current leaves as one file, and comes back as it was.

use serde_json::Value as Json;

use crate::support::{run, served};

fn lines(text: &str) -> Vec<Json> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exports_of_the_same_state_are_the_same_bytes_but_for_the_time() {
    let served = served(51, 10, 3, 5).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let without_time = |text: &str| {
        let (header, rest) = text.split_once('\n').unwrap();
        let mut header: Json = serde_json::from_str(header).unwrap();
        assert!(header["exportedAt"].take().is_string());
        (header.to_string(), rest.to_owned())
    };
    let first = run(&binary, &["export"]);
    assert_eq!(first.code, 0, "{first:?}");
    let second = run(&binary, &["export", "--output", "e.ndjson", "--connector", &served.organization]);
    assert_eq!((second.code, second.stdout.as_str()), (0, ""), "{second:?}");
    let second = std::fs::read_to_string(binary.home().join("e.ndjson")).unwrap();
    assert_eq!(without_time(&first.stdout), without_time(&second));

    let lines = lines(&first.stdout);
    let (header, connector) = (&lines[0], &lines[0]["connectors"][0]);
    assert_eq!(
        (&header["line"], &header["format"], &header["version"]),
        (&"header".into(), &"rolecall-export".into(), &1.into())
    );
    assert_eq!(connector["root"]["id"], served.organization);
    let listings = connector["listings"].as_u64().unwrap() as usize;
    // What only a person can have read was not.
    let (unread, read): (Vec<&Json>, Vec<&Json>) = lines[1..=listings].iter().partition(|line| line["kind"] == "trust");
    assert!(read.iter().all(|line| line["line"] == "listing" && line["readAt"].is_string()));
    assert!(read.iter().all(|line| line["verdict"] == "proven"), "{}", first.stdout);
    assert!(unread.iter().all(|line| line["verdict"] == "unread"), "{}", first.stdout);
    let facts = &lines[1 + listings..];
    assert_eq!(facts.len() as u64, connector["facts"].as_u64().unwrap());
    assert!(
        facts.iter().all(|line| line["line"] == "fact" && line.get("since").is_none()),
        "all of it was there before"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_read_is_listed_as_such() {
    let served = served(52, 6, 2, 3).await;
    let binary = served.binary();
    served.sync(&binary, &["--membership-only"]).await;
    let exported = run(&binary, &["export"]);
    let unread = lines(&exported.stdout).into_iter().filter(|line| line["verdict"] == "unread");
    let unread: Vec<Json> = unread.collect();
    assert!(unread.iter().any(|line| line["kind"] == "collaborators"), "{}", exported.stdout);
    assert!(unread.iter().all(|line| line["reason"]["code"] == "not-read-yet" && line.get("readAt").is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_and_csv_hold_the_same_facts() {
    let served = served(53, 6, 2, 3).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let ndjson = lines(&run(&binary, &["export", "--format", "ndjson"]).stdout);
    let json = run(&binary, &["export", "--format", "json"]).json();
    let of = |word: &str| -> Vec<Json> {
        let found = ndjson.iter().filter(|line| line["line"] == word).cloned();
        let strip = |mut line: Json| {
            line.as_object_mut().unwrap().remove("line");
            line
        };
        found.map(strip).collect()
    };
    assert_eq!(json["facts"].as_array().unwrap(), &of("fact"));
    assert_eq!(json["listings"].as_array().unwrap(), &of("listing"));
    assert_eq!(json["header"]["connectors"], ndjson[0]["connectors"]);
    let csv = run(&binary, &["export", "--output", "e.csv"]);
    assert_eq!(csv.code, 0, "{csv:?}");
    let csv = std::fs::read_to_string(binary.home().join("e.csv")).unwrap();
    assert!(csv.starts_with("connector,listing,line,principal type,principal,entitlement,"), "{csv}");
    assert_eq!(csv.lines().count(), ndjson.len(), "one header and as many rows as lines");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_secret_nor_mail_address_is_exported() {
    let served = served(54, 8, 3, 5).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    for format in ["ndjson", "json", "csv"] {
        let exported = run(&binary, &["export", "--format", format]).stdout;
        assert!(!exported.contains(&served.token[4..16]), "{exported}");
        let mail = exported
            .split(['"', ',', ' '])
            .find(|word| word.split_once('@').is_some_and(|(name, _)| !name.is_empty() && !name.contains(':')));
        assert_eq!(mail, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn formats_and_names_that_cannot_be_are_refused_with_what_can() {
    let served = served(55, 6, 2, 3).await;
    let binary = served.binary();
    served.sync(&binary, &["--membership-only"]).await;
    for (arguments, can) in [
        (&["export", "--format", "html"][..], "ndjson, json, csv"),
        (&["status", "--format", "markdown"], "table, json, csv, ndjson"),
        (&["who-can", "publish", "x", "--format", "html"], "table, json, csv"),
        (&["diff", "x", "--format", "html"], "table, json, csv, ndjson, markdown"),
        (&["report", "--format", "csv"], "markdown, html"),
    ] {
        let ran = run(&binary, arguments);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(can), "{ran:?}");
    }
    assert_eq!(run(&binary, &["export", "--connector", "npm:other"]).code, 6);
    let nowhere = run(&binary, &["export", "--output", "no/such/folder/e.ndjson"]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.stderr.contains("cannot be written") && nowhere.stderr.contains("hint:"), "{nowhere:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_can_be_had_line_by_line() {
    let served = served(56, 6, 2, 3).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    for command in [&["list", "users"][..], &["list", "packages"], &["list", "grants"], &["status"], &["changes"]] {
        let as_json = run(&binary, &[command, &["--format", "json"]].concat()).json();
        let as_lines = lines(&run(&binary, &[command, &["--format", "ndjson"]].concat()).stdout);
        assert_eq!(as_json.as_array().unwrap(), &as_lines);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_that_collectors_leave_holds_the_same_as_one_file() {
    let served = served(53, 12, 3, 4).await;
    let binary = served.binary();
    served.sync(&binary, &["--membership-only"]).await;
    for _ in 0..2 {
        let written = run(&binary, &["export", "jupiterone", "--folder", "j1"]);
        assert_eq!(written.code, 0, "{written:?}");
    }
    let whole: Json = serde_json::from_str(&run(&binary, &["export", "--view", "jupiterone"]).stdout).unwrap();
    let folder = binary.home().join("j1");
    let step = folder.join("graph").join(format!("read-npm-{}", served.organization));
    for kind in ["entities", "relationships"] {
        let files = std::fs::read_dir(step.join(kind)).unwrap();
        let objects = files.flat_map(|file| {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let document: Json = serde_json::from_str(&text).unwrap();
            document[kind].as_array().unwrap().clone()
        });
        let key = |object: &Json| object["_key"].as_str().unwrap().to_owned();
        let mut told: Vec<String> = objects.map(|object| key(&object)).collect();
        let mut wanted: Vec<String> = whole[kind].as_array().unwrap().iter().map(key).collect();
        told.sort();
        wanted.sort();
        assert_eq!(told, wanted, "an earlier run leaves nothing behind");
    }
    let summary: Json = serde_json::from_str(&std::fs::read_to_string(folder.join("summary.json")).unwrap()).unwrap();
    let results = summary["integrationStepResults"].as_array().unwrap();
    assert_eq!((results.len(), &results[0]["status"]), (1, &Json::from("success")), "{summary}");
    assert_eq!(summary["metadata"]["partialDatasets"]["types"], Json::Array(Vec::new()));
    assert!(results[0]["encounteredTypes"].as_array().unwrap().contains(&"npm_user".into()), "{summary}");
}
