//! The directory of people, as whoever has a roster brings it.

use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::support::{binary, run, story_served};

const STAFF: &str = "\
Employee ID;Name;E-mail;Status;Manager;npm
E1;Ada Lovelace;ada@acme.test;active;;alice
E2;Bob Byron;bob@acme.test;departed;E1;bob
E3;Carol Kaye;carol@acme.test;on leave;E1;
E4;Dan;dan@acme.test;active;E2;
E5;Eve;eve@acme.test;active;E2;
E6;Fay;fay@acme.test;active;E2;
";

struct Office {
    binary: Binary,
}

impl Office {
    fn new() -> Self {
        Self { binary: binary("") }
    }

    fn write(&self, text: impl AsRef<[u8]>) -> String {
        let path = self.binary.home().join("staff.csv");
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn import(&self, text: impl AsRef<[u8]>, more: &[&str]) -> Ran {
        let file = self.write(text);
        run(&self.binary, &[&["people", "import", &file], more].concat())
    }

    fn imported(&self, text: &str, more: &[&str]) -> Json {
        let ran = self.import(text, &[&["--format", "json"], more].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str(&ran.stdout).unwrap()
    }

    fn asked(&self, arguments: &[&str]) -> String {
        let ran = run(&self.binary, arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran.stdout
    }

    fn people(&self) -> Vec<String> {
        let rows: Json = serde_json::from_str(&self.asked(&["list", "people", "--format", "json"])).unwrap();
        rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// The roster without these people.
fn without(ids: &[&str]) -> String {
    let stays = |line: &&str| !ids.iter().any(|id| line.starts_with(&format!("{id};")));
    STAFF.lines().filter(stays).map(|line| format!("{line}\n")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_is_previewed_made_current_and_asked_about() {
    let office = Office::new();
    let preview = office.import(STAFF, &["--dry-run"]);
    assert_eq!(preview.code, 0, "{preview:?}");
    assert!(preview.stdout.starts_with("people would be read: 6 people in the roster, 6 new"), "{preview:?}");
    assert!(preview.stdout.contains("\"npm\" is the attribute npmUsername"), "{preview:?}");
    assert!(!office.binary.home().join("rolecall.db").exists(), "a preview writes nothing");
    let made = office.imported(STAFF, &[]);
    assert_eq!((&made["madeCurrent"], &made["roster"]["added"]), (&Json::Bool(true), &Json::from(6)));
    assert_eq!(office.people(), ["E1", "E2", "E3", "E4", "E5", "E6"]);
    let left = office.asked(&["query", "FIND Person WITH active=false", "--format", "csv"]);
    assert!(left.contains("Bob Byron") && !left.contains("Ada"), "{left}");
    let managed = "FIND Person WITH displayName='Ada Lovelace' THAT MANAGES >> Person AS p RETURN p.email";
    let managed = office.asked(&["query", managed, "--format", "csv"]);
    assert_eq!(managed.matches("@acme.test").count(), 2, "{managed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_otherwise_is_shown_and_the_same_again_changes_nothing() {
    let office = Office::new();
    office.imported(STAFF, &[]);
    let again = office.imported(STAFF, &[]);
    assert_eq!(again["roster"]["differences"], Json::Array(Vec::new()));
    let moved = STAFF.replace("dan@acme.test;active", "dan@acme.test;departed");
    let preview = office.import(&moved, &["--dry-run"]);
    assert!(preview.stdout.contains("employment: active → departed"), "{preview:?}");
    office.imported(&moved, &[]);
    let changes = office.asked(&["changes", "--kind", "property"]);
    assert!(changes.contains("employment is \"departed\"") || changes.contains("departed"), "{changes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn few_who_are_missing_go_and_many_wait_for_a_person() {
    let office = Office::new();
    office.imported(STAFF, &[]);
    let few = office.imported(&without(&["E5", "E6"]), &[]);
    assert_eq!(few["removalsWait"], Json::Bool(false));
    assert_eq!(office.people(), ["E1", "E2", "E3", "E4"]);
    office.imported(STAFF, &[]);
    let many = office.import(without(&["E1", "E2", "E3", "E4"]), &[]);
    assert_eq!(many.code, 5, "{many:?}");
    assert!(many.stdout.contains("4 of 6 are missing"), "{many:?}");
    assert_eq!(office.people().len(), 6, "they stay until somebody says so");
    office.asked(&["changes", "confirm", "roster:people", "--reason", "the company was sold"]);
    assert_eq!(office.people(), ["E5", "E6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_said_once_and_remembered() {
    let office = Office::new();
    let text = "Nr,Who,Badge\n1,Ada,a-1\n2,Bob,b-2\n";
    let refused = office.import(text, &[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("no column is an id or an e-mail address"), "{refused:?}");
    office.imported(text, &["--map", "Nr=id", "--map", "Who=displayName", "--map", "Badge=attribute:badge"]);
    let again = office.imported(&text.replace("Bob", "Robert"), &[]);
    assert_eq!(again["roster"]["differences"][0]["properties"][0]["is"], "Robert");
    let other = office.import("Number,Name\n1,Ada\n2,Bob\n", &[]);
    assert!(other.code == 2 && other.stderr.contains("there is no column `Nr`"), "{other:?}");
    let anew = office.imported("Id,Name\n1,Ada\n2,Bob\n", &["--anew"]);
    assert_eq!(anew["roster"]["mapping"]["fields"]["id"], "Id");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_with_something_wrong_in_it_changes_nothing_and_says_where() {
    let office = Office::new();
    office.imported(STAFF, &[]);
    for (text, said) in [
        (STAFF.replace("E6;", "E5;"), "line 7: `E5` is on line 6 already"),
        (STAFF.replace("eve@acme.test", "eve"), "line 6: `eve` is not an e-mail address"),
        (STAFF.replace("Lovelace;ada@acme.test;active;;", "Lovelace;ada@acme.test;active;E4;"), "E1"),
        (String::new(), "hint:"),
    ] {
        let ran = office.import(&text, &[]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(said), "{said:?} is missing in {ran:?}");
        assert_eq!(office.people().len(), 6);
    }
    let ran = office.import([STAFF.as_bytes(), b"E7;J\xf6rg;;;;\n"].concat(), &[]);
    assert!(ran.code == 2 && ran.stderr.contains("line 8") && ran.stderr.contains("is not UTF-8"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_no_registry() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    let asked = || serde_json::from_str::<Json>(&office.asked(&["check", "--format", "json"])).unwrap();
    let before = asked();
    office.imported(STAFF, &[]);
    let after = asked();
    let all = ["rules", "findings"].into_iter().flat_map(|list| after[list].as_array().unwrap());
    assert!(all.clone().count() > 0 && all.clone().all(|one| one["connector"] == "npm:acme"), "nobody writes in one");
    // It says whose accounts are, and nothing else of them.
    let of_people = ["departed-person", "orphan-account", "service-account"];
    let besides = |answer: &Json, list: &str| {
        let of = answer[list].as_array().unwrap().clone().into_iter();
        of.filter(|one| !of_people.contains(&one["rule"].as_str().unwrap())).collect::<Vec<_>>()
    };
    for list in ["rules", "findings"] {
        assert_eq!(besides(&after, list), besides(&before, list));
    }
    let synced = run(&office.binary, &["sync", "--all"]);
    assert!(!synced.stdout.contains("roster:people"), "{synced:?}");
    let listed = office.asked(&["connectors", "list"]);
    assert!(listed.contains("roster:people"), "{listed}");
    let named = run(&office.binary, &["connectors", "sync", "roster:people"]);
    assert!(named.code != 0 && format!("{named:?}").contains("rolecall people import"), "{named:?}");
}

/// The demo's organisations, and its people.
const DEMO_STAFF: &str = "\
Employee ID;Name;E-mail;Status;Manager;npm;Cloudsmith
E1;Maria Lund;maria.lund@acme.test;active;;maria-lund;maria-lund
E2;Otto Brandt;otto.brandt@acme.test;departed;E1;;
E3;Yuki Tan;yuki.tan@acme.test;active;E1;yuki_tan;
";

impl Office {
    /// What each account is, and whose.
    fn accounts(&self) -> Vec<(String, String, String)> {
        let rows = self.asked(&["people", "accounts", "--format", "json"]);
        let rows: Json = serde_json::from_str(&rows).unwrap();
        let text = |row: &Json, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        rows.as_array().unwrap().iter().map(|row| (text(row, "id"), text(row, "state"), text(row, "person"))).collect()
    }

    fn account(&self, id: &str) -> (String, String) {
        let found = self.accounts().into_iter().find(|(account, _, _)| account == id);
        let (_, state, person) = found.unwrap_or_else(|| panic!("there is no {id}"));
        (state, person)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_joined_to_people_and_what_somebody_said_is_never_overruled() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    assert!(office.accounts().iter().all(|(_, state, _)| state == "unmatched"));
    office.imported(DEMO_STAFF, &[]);
    let is = |state: &str, person: &str| (state.to_owned(), person.to_owned());
    assert_eq!(office.account("maria-lund"), is("person", "E1"));
    assert_eq!(office.account("otto.brandt"), is("suggested", ""), "a name alone links nobody");
    office.asked(&["people", "pin", "npm:otto.brandt", "--person", "otto.brandt@acme.test", "--reason", "he said so"]);
    office.asked(&["people", "pin", "npm:acme-release-bot", "--service", "--owner", "Maria Lund", "--reason", "a bot"]);
    office.asked(&["people", "pin", "npm:maria-lund", "--external", "--reason", "a namesake"]);
    office.asked(&["people", "refuse", "npm:yuki_tan", "--person", "E3", "--reason", "another Yuki"]);
    // Neither a roster that says otherwise nor another sync changes any of it.
    office.imported(&DEMO_STAFF.replace("departed;E1;;", "departed;E1;tomek77;"), &[]);
    served.sync(&office.binary, &[]).await;
    assert_eq!(office.account("otto.brandt"), is("person", "E2"));
    assert_eq!(office.account("acme-release-bot"), is("service", "E1"));
    assert_eq!(office.account("maria-lund"), is("external", ""));
    assert_ne!(office.account("yuki_tan"), is("person", "E3"));
    office.asked(&["people", "unpin", "npm:maria-lund", "--reason", "it was she"]);
    assert_eq!(office.account("maria-lund"), is("person", "E1"));
    let audited = office.asked(&["audit", "list", "--format", "json"]);
    for action in ["identity.pinned", "identity.refused", "identity.unpinned"] {
        assert!(audited.contains(action), "{action} is not in {audited}");
    }
    office.asked(&["audit", "verify"]);
    let left = office.asked(&["people", "list", "--departed", "--format", "csv"]);
    assert!(left.contains("npm:acme otto.brandt"), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_needs_an_account_a_person_and_a_reason() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    let nobody = run(&office.binary, &["people", "pin", "npm:otto.brandt", "--person", "E2", "--reason", "x"]);
    assert!(nobody.code == 6 && nobody.stderr.contains("rolecall people import"), "{nobody:?}");
    office.imported(DEMO_STAFF, &[]);
    for (arguments, code) in [
        (vec!["people", "pin", "npm:nobody", "--person", "E2", "--reason", "x"], 6),
        (vec!["people", "pin", "npm:otto.brandt", "--person", "Nobody", "--reason", "x"], 6),
        (vec!["people", "pin", "npm:otto.brandt", "--person", "E2"], 2),
        (vec!["people", "pin", "npm:otto.brandt", "--reason", "x"], 2),
        (vec!["people", "pin", "npm:otto.brandt", "--protected", "--reason", "x"], 2),
        (vec!["people", "unpin", "npm:otto.brandt", "--reason", "x"], 6),
    ] {
        let ran = run(&office.binary, &arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_way_of_matching_is_tried_before_it_is_set() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    office.imported(DEMO_STAFF, &[]);
    let mut rules: Json = serde_json::from_str(&office.asked(&["people", "rules"])).unwrap();
    rules["attributes"] = Json::Array(Vec::new());
    let file = office.binary.home().join("rules.json");
    std::fs::write(&file, rules.to_string()).unwrap();
    let path = file.display().to_string();
    let tried = office.asked(&["people", "rules", "--try", &path]);
    assert!(tried.starts_with("2 accounts would be something else. Nothing is changed."), "{tried}");
    assert!(tried.contains("is no longer linked to E1"), "{tried}");
    assert_eq!(office.account("maria-lund").0, "person");
    office.asked(&["people", "rules", "--set", &path]);
    assert_ne!(office.account("maria-lund").0, "person");
    std::fs::write(&file, "{\"automaticFrom\": 900, \"trust\": []}").unwrap();
    let wrong = run(&office.binary, &["people", "rules", "--set", &path]);
    assert!(wrong.code == 2 && wrong.stderr.contains("unknown field"), "{wrong:?}");
}

impl Office {
    fn query(&self, text: &str, more: &[&str]) -> Vec<String> {
        let ran = self.asked(&[&["query", text, "--format", "csv"], more].concat());
        ran.lines().skip(1).map(str::to_owned).collect()
    }

    fn leaver(&self, who: &str) -> Json {
        serde_json::from_str(&self.asked(&["leaver", who, "--format", "json"])).unwrap()
    }
}

fn accounts_in(list: &Json) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["id"].as_str().or(row["account"]["id"].as_str()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_goes_from_people_to_their_accounts_and_on() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    office.imported(DEMO_STAFF, &[]);
    office.asked(&["people", "pin", "npm:otto.brandt", "--person", "E2", "--reason", "he said so"]);
    office.asked(&["people", "pin", "npm:acme-release-bot", "--service", "--owner", "E1", "--reason", "a bot"]);
    let theirs = "FIND npm_user AS u THAT IS AS link Person AS p RETURN u.username, p.displayName, link.rule";
    assert_eq!(
        office.query(theirs, &[]),
        ["maria-lund,Maria Lund,attribute", "otto.brandt,Otto Brandt,pin", "yuki_tan,Yuki Tan,attribute"]
    );
    let left =
        "FIND UNIQUE Person WITH active = false THAT IS User THAT CAN publish npm_package AS k RETURN k.displayName";
    assert!(!office.query(left, &[]).is_empty());
    assert!(office.query("FIND User THAT !IS Person RETURN COUNT(User)", &[]) != ["0"]);
    let answers = "FIND Person AS p THAT OWNS >> npm_user AS u RETURN p.displayName, u.username";
    assert_eq!(office.query(answers, &[]), ["Maria Lund,acme-release-bot"]);
    office.asked(&["owners", "set", "npm:@acme/core", "--person", "E3", "--reason", "she wrote it"]);
    let owned = "FIND Person AS p THAT OWNS AS o npm_package AS k RETURN p.displayName, k.displayName, o.source";
    assert_eq!(office.query(owned, &[]), ["Yuki Tan,@acme/core,said"]);
    let outside = "FIND npm_package AS k THAT !OWNS Person RETURN COUNT(k)";
    assert!(office.query(outside, &[]) != ["0"]);
    let arrow = "FIND Person THAT IS >> npm_user AS u RETURN u.username";
    assert!(office.query(arrow, &[]).is_empty(), "it points from the account to the person");
    let paths = office.asked(&["query", "FIND npm_user THAT IS Person WITH displayName='Otto Brandt' RETURN PATH"]);
    assert!(paths.contains("otto.brandt") && paths.contains("IS"), "{paths}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_listed_no_more_counts_as_departed_and_keeps_their_accounts() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    office.imported(DEMO_STAFF, &[]);
    let without = DEMO_STAFF.lines().filter(|line| !line.starts_with("E3")).map(|line| format!("{line}\n"));
    office.imported(&without.collect::<String>(), &[]);
    assert_eq!(office.account("yuki_tan"), ("person".to_owned(), "E3".to_owned()));
    let left = office.asked(&["people", "list", "--departed", "--with-accounts", "--format", "json"]);
    assert!(left.contains("\"unlistedSince\": \"20") && left.contains("Yuki Tan"), "{left}");
    let yuki = office.leaver("Yuki Tan");
    assert_eq!((accounts_in(&yuki["accounts"]), &yuki["person"]["employment"]), (vec!["yuki_tan"], &"departed".into()));
    assert!(office.asked(&["leaver", "E3"]).contains("In no directory since "));
    // Who comes back is no leaver any more.
    office.imported(DEMO_STAFF, &[]);
    let back = office.leaver("E3");
    assert_eq!((&back["person"]["employment"], back["person"].get("unlistedSince")), (&"active".into(), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_does_not_disappear_from_a_report_because_a_directory_says_less() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    office.imported(DEMO_STAFF, &[]);
    office.asked(&["people", "pin", "npm:acme-release-bot", "--service", "--owner", "E3", "--reason", "a bot"]);
    office.imported(&DEMO_STAFF.replace("yuki.tan@acme.test;active;E1;yuki_tan", "y@acme.test;departed;E1;"), &[]);
    let yuki = office.leaver("E3");
    let known = [accounts_in(&yuki["formerly"]), accounts_in(&yuki["perhaps"])].concat();
    assert_eq!((accounts_in(&yuki["accounts"]), known), (Vec::new(), vec!["yuki_tan"]), "{yuki:#}");
    assert_eq!(accounts_in(&yuki["answersFor"]), ["acme-release-bot"]);
    // The account is another's, as the roster says now: it was theirs all the same.
    office.imported(
        &DEMO_STAFF
            .replace("yuki.tan@acme.test;active;E1;yuki_tan", "y@acme.test;departed;E1;")
            .replace("otto.brandt@acme.test;departed;E1;;", "otto.brandt@acme.test;active;E1;yuki_tan;"),
        &[],
    );
    let yuki = office.leaver("E3");
    assert_eq!(
        (accounts_in(&yuki["formerly"]), &yuki["formerly"][0]["personName"]),
        (vec!["yuki_tan"], &"Otto Brandt".into())
    );
    assert!(office.asked(&["leaver", "E3"]).contains("now Otto Brandt's"));
    // Once somebody has said so, it is told no more.
    office.asked(&["people", "refuse", "npm:yuki_tan", "--person", "E3", "--reason", "it was never theirs"]);
    assert_eq!(office.leaver("E3")["formerly"], Json::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn worklists_name_who_has_several_accounts_and_what_several_may_share() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    // Two people claim one account, and one has two.
    office.imported(&DEMO_STAFF.replace("departed;E1;;", "departed;E1;maria-lund;"), &[]);
    office.asked(&["people", "pin", "npm:acme-release-bot", "--person", "E3", "--reason", "it is theirs"]);
    let shared: Json =
        serde_json::from_str(&office.asked(&["people", "accounts", "--shared", "--format", "json"])).unwrap();
    assert_eq!((accounts_in(&shared), &shared[0]["open"]), (vec!["maria-lund"], &"several-people".into()));
    let several = office.asked(&["people", "list", "--several-accounts", "--format", "csv"]);
    assert!(several.lines().count() == 2 && several.contains("Yuki Tan"), "{several}");
    let none = office.asked(&["people", "list", "--without-accounts", "--format", "csv"]);
    assert!(none.contains("Maria Lund") && !none.contains("Yuki Tan"), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_accounts_were_is_what_was_known_then() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    office.imported(DEMO_STAFF, &[]);
    let then = jiff::Timestamp::now().to_string();
    office.asked(&["people", "pin", "npm:maria-lund", "--external", "--reason", "a namesake"]);
    let past = office.asked(&["people", "accounts", "--format", "csv", "--as-of", &then]);
    assert!(past.lines().any(|line| line.contains("maria-lund,") && line.contains(",E1,")), "{past}");
    assert!(office.asked(&["people", "list", "--as-of", &then]).contains("As of 20"));
    assert_eq!(office.account("maria-lund").0, "external");
    let is = "FIND npm_user WITH username = 'maria-lund' THAT IS Person RETURN npm_user.username";
    assert!(office.query(is, &["--as-of", &then])[0].starts_with("maria-lund,"));
    assert!(office.query(is, &[]).is_empty());
    let before = run(&office.binary, &["people", "list", "--as-of", "2020-01-01"]);
    assert_eq!(before.code, 6, "{before:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_is_a_pseudonym_everywhere_and_the_log_still_verifies() {
    let served = story_served().await;
    let office = Office { binary: served.binary() };
    served.sync(&office.binary, &[]).await;
    let staff = DEMO_STAFF.replace("yuki.tan@acme.test", "yuki.private@acme.test").replace(";Yuki Tan;", ";Yuki Sato;");
    office.imported(&staff, &[]);
    office.asked(&[
        "people",
        "pin",
        "npm:acme-release-bot",
        "--service",
        "--owner",
        "E3",
        "--reason",
        "Yuki Sato said",
    ]);
    let listed = run(&office.binary, &["people", "erase", "E3", "--reason", "asked to"]);
    assert!(listed.code == 2 && listed.stderr.contains("listed in a directory"), "{listed:?}");
    office.imported(&staff.lines().filter(|line| !line.starts_with("E3")).collect::<Vec<_>>().join("\n"), &[]);
    let erased = office.asked(&["people", "erase", "E3", "--reason", "asked to", "--format", "json"]);
    let erased: Json = serde_json::from_str(&erased).unwrap();
    let pseudonym = erased["pseudonym"].as_str().unwrap();
    assert!(erased["fields"] == 1 && erased["rows"].as_u64().unwrap() > 5, "{erased}");
    office.asked(&["audit", "verify"]);
    let audited = office.asked(&["audit", "list", "--format", "json"]);
    assert!(audited.contains("person.erased") && audited.contains(pseudonym), "{audited}");
    // What was theirs remains told apart: the report by pseudonym names the account that returned.
    let left = office.leaver(pseudonym);
    assert_eq!((accounts_in(&left["formerly"]), &left["person"]["employment"]), (vec!["yuki_tan"], &"departed".into()));
    assert_eq!(accounts_in(&left["answersFor"]), ["acme-release-bot"]);
    let everything = [
        office.asked(&["people", "list", "--format", "json"]),
        office.asked(&["people", "accounts", "--format", "json"]),
        office.asked(&["changes", "--format", "json"]),
        left.to_string(),
    ];
    for name in ["Yuki Sato", "yuki.private", "\"E3\""] {
        assert!(everything.iter().all(|told| !told.contains(name)), "{name} is in {everything:?}");
    }
    let file = std::fs::read(office.binary.home().join("rolecall.db")).unwrap();
    for name in ["Yuki Sato", "yuki.private"] {
        assert!(!file.windows(name.len()).any(|bytes| bytes == name.as_bytes()), "{name} is still in the file");
    }
    let again = run(&office.binary, &["people", "erase", "E3", "--reason", "asked to"]);
    assert_eq!(again.code, 6, "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_would_be_a_formula_is_text_in_every_table() {
    let office = Office::new();
    office.imported("id,name,email,department\nE1,=HYPERLINK(1),a@acme.test,+cmd\nE2,@SUM(A1),b@acme.test,-2+3\n", &[]);
    let list = office.asked(&["people", "list", "--format", "csv"]);
    for cell in ["'=HYPERLINK(1)", "'+cmd", "'@SUM(A1)", "'-2+3"] {
        assert!(list.contains(cell), "{cell} is not in {list}");
    }
    let exported = office.asked(&["export", "--format", "csv"]);
    assert!(!exported.contains(",=HYPERLINK") && !exported.contains(",+cmd"), "{exported}");
    assert!(office.asked(&["people", "list", "--format", "json"]).contains("\"=HYPERLINK(1)\""), "JSON is not changed");
}
