//! What people state of two-factor authentication, and how it is told: as their word, until when, and never as what was read.

use std::fmt::Write as _;

use rolecall_model::Timestamp;
use rolecall_store::{AttestedFile, Mode, NewAttestation, Stated, Store};
use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::support::{Served, run, story_served};

const DAY: i64 = 24 * 60 * 60;

/// The demo's organisation, read, with somebody at the keyboard.
struct Office {
    binary: Binary,
    _served: Served,
}

impl Office {
    async fn new() -> Self {
        let served = story_served().await;
        let binary = served.binary().variable("USER", "mara");
        served.sync(&binary, &[]).await;
        Self { binary, _served: served }
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.binary.home().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn attest(&self, text: impl AsRef<[u8]>, more: &[&str]) -> Ran {
        let file = self.file("members.csv", text);
        run(&self.binary, &[&["attest", "npm-2fa", &file, "--connector", "npm:acme"], more].concat())
    }

    /// States something, and returns its id.
    fn attested(&self, text: &str, more: &[&str]) -> String {
        let ran = self.attest(text, &[&["--format", "json"], more].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        let answer: Json = serde_json::from_str(&ran.stdout).unwrap();
        answer["id"].as_str().unwrap().to_owned()
    }

    fn asked(&self, arguments: &[&str]) -> String {
        let ran = run(&self.binary, arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran.stdout
    }

    fn json(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&self.asked(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    /// The names of the accounts that a query finds.
    fn found(&self, query: &str) -> Vec<String> {
        let text = self.asked(&["query", query, "--format", "csv"]);
        let mut names: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        names.sort();
        names
    }

    /// What is known of an account, as `people accounts` tells it.
    fn known(&self, account: &str) -> Option<Json> {
        let rows = self.json(&["people", "accounts"]);
        let row = rows.as_array().unwrap().iter().find(|row| row["id"] == account).unwrap().clone();
        row.get("attestedTwoFactor").cloned()
    }

    fn states(&self) -> Vec<String> {
        let rows = self.json(&["attest", "list"]);
        rows.as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap().to_owned()).collect()
    }

    async fn store(&self) -> Store {
        let path = self.binary.home().join("rolecall.db");
        Store::open(&path.display().to_string().parse().unwrap(), Mode::Write).await.unwrap()
    }

    /// States something as if it had been so many days ago.
    async fn stated_before(&self, days: i64, accounts: &[(&str, bool)], holds: i64) {
        let store = self.store().await;
        let at = rolecall_engine::clock_system().plus_seconds(-days * DAY);
        let new = NewAttestation {
            connector: store.connector_list().await.unwrap()[0].id,
            stated: Stated::TwoFactor(accounts.iter().map(|(name, is_on)| ((*name).to_owned(), *is_on)).collect()),
            actor: "nils".to_owned(),
            file: Some(AttestedFile { name: "old.csv".to_owned(), sha256: "0".repeat(64) }),
            expires_at: at.plus_seconds(holds * DAY),
        };
        store.attestation_add(&new, at).await.unwrap();
        store.close().await;
    }
}

/// Ids and days of this run as words, and columns without their width.
fn plain(text: &str) -> String {
    let mut shown = String::new();
    for line in text.lines() {
        let words = line.split(' ').filter(|word| !word.is_empty()).map(|word| {
            let bare = word.trim_end_matches(['.', ',']);
            let is_id = bare.len() == 36 && bare.matches('-').count() == 4;
            let word = if is_id { word.replace(bare, "ID") } else { word.to_owned() };
            // Midnight may have passed.
            [0, -1]
                .into_iter()
                .fold(word, |word, passed| word.replace(&day(passed), "TODAY").replace(&day(passed + 90), "IN-90-DAYS"))
        });
        writeln!(shown, "{}", words.collect::<Vec<_>>().join(" ")).unwrap();
    }
    shown
}

fn day(ahead: i64) -> String {
    let at: Timestamp = rolecall_engine::clock_system().plus_seconds(ahead * DAY);
    rolecall_engine::day_text(&rolecall_engine::moment_text(at))
}

/// As `sha256sum` tells it.
const LIST_SHA256: &str = "2aa3ac884d3486098af1cc5ab235fb90ea7779bac9483abeca1850b3ea48f73c";

const LIST: &str =
    "Username;Role;2FA\nmaria-lund;owner;enabled\notto.brandt;developer;disabled\n@yuki_tan;developer;enabled\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_previewed_stated_and_told_as_somebodys_word() {
    let office = Office::new().await;
    let mut shown = String::new();
    let preview = office.attest(LIST, &["--dry-run"]);
    assert_eq!(preview.code, 0, "{preview:?}");
    assert_eq!(office.asked(&["attest", "list", "--format", "csv"]).lines().count(), 1, "a preview states nothing");
    let ran = office.attest(LIST, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let evidence = office.file("settings.png", b"\x89PNG");
    let required =
        ["attest", "npm-2fa-required", "--connector", "acme", "--since", "2026-05-03", "--evidence", &evidence];
    let required = office.asked(&required);
    for text in [
        &preview.stdout,
        &ran.stdout,
        &required,
        &office.asked(&["attest", "list"]),
        &office.asked(&["attest", "list", "--account", "npm:otto.brandt"]),
        &office.asked(&["attest", "list", "--state", "withdrawn"]),
    ] {
        writeln!(shown, "{}", plain(text)).unwrap();
    }
    insta::assert_snapshot!(shown);
    // The digest is that of the file's bytes, which an auditor can work out again.
    let rows = office.json(&["attest", "list"]);
    assert_eq!(rows[1]["sha256"], LIST_SHA256);
    let audited = office.asked(&["audit", "list", "--format", "json"]);
    assert_eq!(audited.matches("attestation.recorded").count(), 2, "{audited}");
    office.asked(&["audit", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_tells_it_as_a_statement_and_of_nobody_else() {
    let office = Office::new().await;
    assert_eq!(office.known("maria-lund"), None);
    assert!(!office.asked(&["access", "npm:otto.brandt"]).contains("Two-factor"), "what is unknown is not told");
    office.attested(LIST, &[]);
    office.asked(&["attest", "npm-2fa-required", "--connector", "npm:acme", "--since", "2026-05-03"]);
    let known = office.known("otto.brandt").unwrap();
    assert_eq!((&known["isOn"], &known["by"], &known["isExpired"]), (&false.into(), &"mara".into(), &false.into()));
    let said = format!("off, attested by mara on {} until {}", day(0), day(90));
    for arguments in
        [&["access", "npm:otto.brandt"][..], &["leaver", "npm:otto.brandt"], &["people", "accounts", "--format", "csv"]]
    {
        let text = office.asked(arguments);
        assert!(text.contains(&said), "{arguments:?}: {text}");
    }
    assert_eq!(office.json(&["access", "npm:otto.brandt"])["attestedTwoFactor"][0]["isOn"], false);
    assert_eq!(office.json(&["leaver", "npm:otto.brandt"])["accounts"][0]["attestedTwoFactor"][0]["by"], "mara");
    let who = office.json(&["who-can", "publish", "@acme/core"]);
    let accounts = who["accounts"].as_array().unwrap();
    let of = |name: &str| accounts.iter().find(|one| one["account"]["id"] == name).unwrap();
    assert_eq!(of("maria-lund")["attestedTwoFactor"][0]["isOn"], true, "{who}");
    assert!(office.asked(&["who-can", "publish", "@acme/core"]).contains("as people stated it: on for"));

    let id = |query: &str| office.found(query);
    assert_eq!(id("FIND npm_user AS u WITH attestedTwoFactor = true RETURN u.id"), ["maria-lund", "yuki_tan"]);
    assert_eq!(id("FIND npm_user AS u WITH attestedTwoFactor = false RETURN u.id"), ["otto.brandt"]);
    let all = id("FIND npm_user AS u WITH attestedTwoFactor = undefined RETURN u.id");
    assert!(all.len() > 3 && !all.contains(&"otto.brandt".to_owned()), "{all:?}");
    let columns = "FIND npm_user AS u WITH id = 'otto.brandt' \
                   RETURN u.attestedTwoFactorBy, u.attestedTwoFactorOn, u.attestedTwoFactorUntil";
    let [row] = id(columns).try_into().unwrap();
    assert!(row.starts_with("mara,") && row.contains(&day(0)) && row.contains(&day(90)), "{row}");
    let organization = "FIND npm_organization AS o \
                        RETURN o.attestedTwoFactorRequiredSince, o.attestedTwoFactorRequiredBy, o.attestedTwoFactor";
    let [row] = id(organization).try_into().unwrap();
    assert!(row.starts_with("2026-05-03T00:00:00Z,mara,"), "{row}");
    assert!(!office.asked(&["list", "users", "--format", "json"]).contains("attested"), "nobody read it");
}

#[tokio::test(flavor = "multi_thread")]
async fn later_statements_count_and_what_is_withdrawn_brings_nothing_back() {
    let office = Office::new().await;
    office.attested(LIST, &[]);
    let second = office.attested("account,2fa\notto.brandt,yes\n", &["--expires", "30"]);
    assert_eq!(office.known("otto.brandt").unwrap()["isOn"], true);
    assert_eq!(office.known("maria-lund").unwrap()["isOn"], true);
    let history = office.json(&["attest", "list", "--account", "otto.brandt"]);
    let told: Vec<_> = history.as_array().unwrap().iter().map(|row| (&row["isOn"], &row["state"])).collect();
    assert_eq!(told, [(&true.into(), &"current".into()), (&false.into(), &"superseded".into())]);
    let preview = office.attest("account,2fa\notto.brandt,no\n", &["--dry-run", "--format", "json"]);
    let preview: Json = serde_json::from_str(&preview.stdout).unwrap();
    assert_eq!(preview["attestation"]["accounts"][0]["wasOn"], true);
    assert!(preview["attestation"]["membersLeftOut"].as_array().unwrap().contains(&"maria-lund".into()));

    office.asked(&["attest", "withdraw", &second, "--reason", "it was another Otto"]);
    assert_eq!(office.known("otto.brandt"), None, "it is not known, and not what was stated before");
    assert_eq!(office.states(), ["withdrawn", "current"]);
    let listed = office.asked(&["attest", "list"]);
    assert!(listed.contains("it was another Otto") && listed.contains("of 1 something was stated later"), "{listed}");
    let again = run(&office.binary, &["attest", "withdraw", &second, "--reason", "x"]);
    assert!(again.code == 6 && again.stderr.contains("was withdrawn already, by mara"), "{again:?}");
    let nothing = "018c0000-0000-7000-8000-000000000001";
    let nothing = run(&office.binary, &["attest", "withdraw", nothing, "--reason", "x"]);
    assert!(nothing.code == 6 && nothing.stderr.contains("rolecall attest list"), "{nothing:?}");
    office.attested(LIST, &[]);
    assert_eq!(office.states(), ["current", "withdrawn", "superseded"]);
    let audited = office.asked(&["audit", "list", "--format", "json"]);
    assert_eq!(audited.matches("attestation.withdrawn").count(), 1, "{audited}");
    office.asked(&["audit", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_told_as_that_and_is_no_property() {
    let office = Office::new().await;
    office.stated_before(100, &[("maria-lund", true), ("otto.brandt", true)], 90).await;
    office.stated_before(80, &[("yuki_tan", true)], 90).await;
    assert_eq!(office.states(), ["current", "expired"]);
    assert_eq!(office.found("FIND npm_user AS u WITH attestedTwoFactor = true RETURN u.id"), ["yuki_tan"]);
    let by = "FIND npm_user AS u WITH attestedTwoFactorBy = 'nils' RETURN u.id";
    assert_eq!(office.found(by), ["yuki_tan"], "nothing of it is left");
    assert_eq!(office.known("maria-lund").unwrap()["isExpired"], true);
    let told = office.asked(&["access", "npm:maria-lund"]);
    let said = format!("not known: that it is on was attested by nils on {} and expired on {}", day(-100), day(-10));
    assert!(told.contains(&said), "{told}");
    let expired = office.asked(&["attest", "list", "--state", "expired", "--format", "csv"]);
    assert!(expired.lines().count() == 2 && expired.contains(&day(-10)), "{expired}");
    // What expired is not superseded by what comes after, and what was stated before it does not come back.
    office.attested("account,2fa\nmaria-lund,no\n", &[]);
    assert_eq!(office.known("maria-lund").unwrap()["isOn"], false);
    assert_eq!(office.states(), ["current", "current", "expired"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_moment_knows_what_was_stated_by_then() {
    let office = Office::new().await;
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let before = rolecall_engine::moment_text(rolecall_engine::clock_system().plus_seconds(-1));
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    office.attested(LIST, &[]);
    let query = "FIND npm_user AS u WITH attestedTwoFactor = true RETURN u.id";
    let then = office.asked(&["query", query, "--as-of", &before, "--format", "csv"]);
    assert!(!then.contains("maria-lund"), "{then}");
    assert!(!office.asked(&["access", "npm:maria-lund", "--as-of", &before]).contains("Two-factor"));
    assert!(office.asked(&["access", "npm:maria-lund"]).contains("Two-factor"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_with_something_wrong_in_it_states_nothing_and_says_where() {
    let office = Office::new().await;
    for (text, said) in [
        (String::new(), "line 1: there is nothing in it"),
        ("account,2fa\n".to_owned(), "line 1: nothing is said of anybody"),
        ("maria-lund,yes\n".to_owned(), "no column is the account"),
        (
            LIST.replace("otto.brandt", "oto.brandt"),
            "line 3: `oto.brandt` is not in the roster of npm:acme; did you mean otto.brandt?",
        ),
        (LIST.replace("otto.brandt", "Maria-Lund"), "did you mean maria-lund?"),
        (LIST.replace("otto.brandt", "maria-lund"), "line 3: `maria-lund` is said otherwise on line 2"),
        (
            LIST.replace("otto.brandt;developer;disabled", "maria-lund;owner;on"),
            "line 3: `maria-lund` is on line 2 already",
        ),
        (LIST.replace("disabled", "perhaps"), "line 3: `perhaps` says neither yes nor no of `otto.brandt`"),
        (LIST.replace(";disabled", ""), "line 3: there are 2 cells and 3 columns"),
        (
            "[{\"user\": \"maria-lund\", \"mfa\": true},\n{\"user\": \"nobody\", \"mfa\": true}]".to_owned(),
            "line 2: `nobody`",
        ),
        ("[{\"user\": \"maria-lund\"".to_owned(), "this is not JSON"),
    ] {
        let ran = office.attest(&text, &[]);
        assert_eq!(ran.code, 2, "{text:?}: {ran:?}");
        assert!(ran.stderr.contains(said) && ran.stderr.contains("hint:"), "{said:?} is missing in {ran:?}");
    }
    let latin = office.attest(b"account,2fa\nmaria-lund,yes\nJ\xf6rg,no\n", &[]);
    assert!(latin.code == 2 && latin.stderr.contains("line 3: this is not UTF-8"), "{latin:?}");
    assert_eq!(office.states(), Vec::<String>::new());
    // A mark of byte order, and other ways of writing the same, are no mistakes.
    office.attested("\u{feff}MFA\tLogin\r\nON\t\"maria-lund\"\r\n", &[]);
    office.attested("[{\"account\": \"otto.brandt\", \"two-factor\": false}]", &[]);
    assert_eq!(office.known("otto.brandt").unwrap()["isOn"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_needs_an_npm_organisation_that_was_read_a_day_and_an_end() {
    let office = Office::new().await;
    let file = office.file("members.csv", LIST);
    let (list, required) = (["attest", "npm-2fa", &file], ["attest", "npm-2fa-required"]);
    let roster = office.file("staff.csv", "Id,Name\n1,Ada\n");
    office.asked(&["people", "import", &roster]);
    for (arguments, code, said) in [
        ([&list[..], &["--connector", "npm:other"]].concat(), 6, "no connector is called"),
        ([&list[..], &["--connector", "roster:people"]].concat(), 6, "is no npm organisation"),
        (list.to_vec(), 2, "--connector"),
        ([&list[..], &["--connector", "npm:acme", "--expires", "366"]].concat(), 2, "1 to 365 days"),
        ([&list[..], &["--connector", "npm:acme", "--expires", "0"]].concat(), 2, "1 to 365 days"),
        ([&list[..], &["--connector", "npm:acme", "--expires", "2020-01-01"]].concat(), 2, "2020-01-01 is over"),
        ([&list[..], &["--connector", "npm:acme", "--expires", "soon"]].concat(), 2, "no number of days"),
        ([&required[..], &["--connector", "npm:acme"]].concat(), 2, "--since"),
        ([&required[..], &["--connector", "npm:acme", "--since", "2026-13-01"]].concat(), 2, "--since"),
        ([&required[..], &["--connector", "npm:acme", "--since", "2999-01-01"]].concat(), 2, "still to come"),
        (
            [&required[..], &["--connector", "npm:acme", "--since", "2026-01-01", "--evidence", "gone.png"]].concat(),
            2,
            "gone.png",
        ),
        (vec!["attest", "npm-2fa", "gone.csv", "--connector", "npm:acme"], 2, "gone.csv cannot be read"),
    ] {
        let ran = run(&office.binary, &arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{said:?} is missing in {ran:?}");
    }
    assert_eq!(office.states(), Vec::<String>::new());
    // The last day is one on which it holds.
    let last = day(10);
    office.attested(LIST, &["--expires", &last]);
    assert!(office.known("maria-lund").unwrap()["until"].as_str().unwrap().starts_with(&day(11)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_was_never_read_has_nobody_to_state_something_of() {
    let served = story_served().await;
    let binary = served.binary();
    assert_eq!(run(&binary, &served.add_arguments(&[])).code, 0);
    let file = binary.home().join("members.csv");
    std::fs::write(&file, LIST).unwrap();
    let ran = run(&binary, &["attest", "npm-2fa", &file.display().to_string(), "--connector", "npm:acme"]);
    assert!(ran.code == 5 && ran.stderr.contains("rolecall sync --all"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_lines_of_strangers_are_refused_in_a_moment() {
    let office = Office::new().await;
    let mut text = "account,2fa\n".to_owned();
    for number in 0..1_000_000 {
        writeln!(text, "stranger-{number},yes").unwrap();
    }
    let begun = std::time::Instant::now();
    let ran = office.attest(&text, &[]);
    assert!(ran.code == 2 && ran.stderr.contains("1000000 problems"), "{} {}", ran.code, ran.stderr.len());
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
}
