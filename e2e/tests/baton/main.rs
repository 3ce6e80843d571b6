//! The `.c1z` files that are written for baton's programs, read by somebody else: whether they are what the format's
//! reference says, and whether they hold what the view of the same shape shows.
#![expect(clippy::expect_used, reason = "what helps the tests reports to them by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use rolecall_e2e::{read_c1z, rolecall, try_c1z_reader};
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a file can be asked to be, and what the reader is to expect of it then.
const KINDS: [(&[&str], &[&str]); 7] = [
    (&[], &[]),
    (&["--as-of", "7d"], &[]),
    (&["--as-of", "7d", "--as-of", "now"], &[]),
    (&["--no-indexes"], &["--no-indexes"]),
    (&["--no-expand"], &["--no-expand"]),
    (&["--plain"], &["--plain"]),
    (&["--exclusions"], &[]),
];

/// The invented company's database, and a folder for what is written from it.
struct Demo {
    home: TempDir,
    connector: String,
}

impl Demo {
    fn new(connector: &str) -> Self {
        let demo = Self { home: tempfile::tempdir().expect("a folder"), connector: connector.to_owned() };
        rolecall(&demo.database(), &["demo", "--keep", &demo.database().display().to_string()]);
        demo
    }

    fn database(&self) -> PathBuf {
        self.home.path().join("demo.db")
    }

    /// A `.c1z` file written with these options.
    fn file(&self, options: &[&str]) -> PathBuf {
        let file = self.home.path().join(format!("of{}.c1z", options.concat()));
        let path = file.display().to_string();
        let command = ["export", "c1z", "--connector", &self.connector, "-f", &path];
        rolecall(&self.database(), &[&command, options].concat());
        file
    }

    /// The same as one JSON document, with these options.
    fn view(&self, options: &[&str]) -> Value {
        let file = self.home.path().join("view.json");
        let path = file.display().to_string();
        let command = ["export", "--view", "baton", "--connector", &self.connector, "--output", &path];
        rolecall(&self.database(), &[&command, options].concat());
        serde_json::from_slice(&fs::read(file).expect("it was written")).expect("JSON")
    }
}

fn items<'a>(document: &'a Value, kind: &str) -> &'a [Value] {
    document[kind].as_array().expect("a list")
}

fn count(document: &Value, kind: &str) -> usize {
    items(document, kind).len()
}

/// What says the same of a thing in both documents, whatever else each of them tells.
type Told = BTreeMap<String, Value>;

fn told(document: &Value, kind: &str, of: impl Fn(&Value) -> Value) -> Told {
    items(document, kind).iter().map(|item| (name(&item["id"]), of(item))).collect()
}

/// What a thing is called: by its id, or where it has one of two parts, by both.
fn name(id: &Value) -> String {
    let part = |part: &str| id[part].as_str().expect("both parts").to_owned();
    let whole = id.as_str().map(str::to_owned);
    whole.unwrap_or_else(|| format!("{}:{}", part("resourceType"), part("resource")))
}

/// The types to whose accounts an entitlement can be given.
fn grantable(entitlement: &Value) -> BTreeSet<String> {
    let types = entitlement["grantableTo"].as_array().into_iter().flatten();
    types.map(|to| to["id"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Grants that somebody gave, as opposed to those that follow from others: what an expanded one is made of are sources
/// other than its own entitlement.
fn given(document: &Value) -> BTreeSet<String> {
    let is_given = |grant: &&Value| {
        let own = grant["entitlement"]["id"].as_str().unwrap_or_default();
        grant["sources"]["sources"].as_object().is_none_or(|sources| sources.contains_key(own))
    };
    let grants = items(document, "grants").iter().filter(is_given);
    grants.map(|grant| grant["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn the_reader_says_what_is_wrong_with_files_made_by_hand() {
    let (is_content, said) = try_c1z_reader();
    assert!(is_content, "{said}");
}

#[rstest]
#[case::npm("npm:acme")]
#[case::cloudsmith("cloudsmith:acme")]
fn every_kind_of_file_is_as_the_reference_says(#[case] connector: &str) {
    let demo = Demo::new(connector);
    let mut wrong = Vec::new();
    for (options, flags) in KINDS {
        let read = read_c1z(&demo.file(options), flags);
        assert!(count(&read, "grants") > 0, "{options:?}");
        assert_eq!(read["notes"], json!([]), "{options:?}");
        let problems = items(&read, "problems").iter().filter_map(Value::as_str);
        wrong.extend(problems.map(|problem| format!("{options:?} {problem}")));
    }
    assert!(wrong.is_empty(), "{} problems\n{}", wrong.len(), wrong.join("\n"));
}

#[rstest]
#[case::npm("npm:acme")]
#[case::cloudsmith("cloudsmith:acme")]
fn a_file_holds_what_the_view_shows(#[case] connector: &str) {
    let demo = Demo::new(connector);
    let view = demo.view(&[]);
    let file = read_c1z(&demo.file(&[]), &[]);
    for kind in ["resourceTypes", "resources", "entitlements"] {
        assert_eq!(count(&file, kind), count(&view, kind), "{kind}");
        let words = |item: &Value| json!([item["displayName"], item["parentResourceId"], item["slug"]]);
        assert_eq!(told(&file, kind, words), told(&view, kind, words), "{kind}");
    }
    let to = |item: &Value| json!([item["resource"]["id"], grantable(item)]);
    assert_eq!(told(&file, "entitlements", to), told(&view, "entitlements", to));
    assert_eq!(given(&file), given(&view));
    let sources = |grant: &Value| grant["sources"].clone();
    assert_eq!(told(&file, "grants", sources), told(&demo.view(&["--expanded"]), "grants", sources));

    let bare = read_c1z(&demo.file(&["--no-expand"]), &["--no-expand"]);
    assert_eq!(count(&bare, "grants"), given(&view).len(), "nothing but what somebody gave");
    assert!(count(&file, "grants") > count(&bare, "grants"), "and otherwise what follows from it too");
}

#[rstest]
#[case::npm("npm:acme")]
#[case::cloudsmith("cloudsmith:acme")]
fn a_file_of_two_moments_holds_two_syncs_of_which_the_later_is_now(#[case] connector: &str) {
    let demo = Demo::new(connector);
    let file = demo.file(&["--as-of", "7d", "--as-of", "now"]);
    let both = read_c1z(&file, &[]);
    let syncs = items(&both, "syncs");
    let times: Vec<&str> = syncs.iter().filter_map(|sync| sync["ended_at"].as_str()).collect();
    assert!(times.len() == 2 && times[0] < times[1], "{times:?}");

    let id = syncs[1]["sync_id"].as_str().expect("an id");
    let later = read_c1z(&file, &["--sync", id]);
    assert_eq!(items(&later, "syncs"), &syncs[1..]);
    let now = read_c1z(&demo.file(&[]), &[]);
    for kind in ["resourceTypes", "resources", "entitlements", "grants"] {
        let of = |document: &Value| -> Told {
            let bare = |item: &Value| {
                let mut item = item.clone();
                item["syncId"].take();
                item
            };
            told(document, kind, bare)
        };
        assert_eq!(of(&later), of(&now), "{kind}");
    }
}

#[test]
fn what_is_left_out_makes_a_file_smaller() {
    let demo = Demo::new("npm:acme");
    let size = |options: &[&str]| fs::metadata(demo.file(options)).expect("a file").len();
    let whole = size(&[]);
    for option in ["--no-indexes", "--no-expand", "--plain"] {
        assert!(size(&[option]) < whole, "{option}");
    }
    let plain = read_c1z(&demo.file(&[]), &["--plain"]);
    let said = plain["problems"].to_string();
    assert!(said.contains("a table that the reference does not know"), "without the option there are tables of ours");
}
