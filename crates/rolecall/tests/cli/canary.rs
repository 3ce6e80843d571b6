//! *Architecture Invariant* 7, for secrets that are kept: every command is run, everything goes wrong that can, the log is
//! at its finest, and whatever was printed or written is searched for what was sealed, in every spelling.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use rolecall_sim::{Fault, Pattern, Times};
use rolecall_testkit::{Binary, Ran};

use crate::cloudsmith::support::Workspace;
use crate::support::{Served, served};

/// Commands that have no organisation of ours in them.
const APART: [&str; 3] = ["demo", "sim", "help"];

struct Canary {
    binary: Binary,
    secrets: Vec<(&'static str, String)>,
    run: BTreeSet<String>,
    printed: usize,
    /// Files as they were when they were last looked at.
    seen: BTreeMap<PathBuf, Vec<u8>>,
}

impl Canary {
    /// Runs a command, whatever comes of it, and looks at everything.
    fn run(&mut self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    fn run_with(&mut self, arguments: &[&str], input: &str) -> Ran {
        let ran = tokio::task::block_in_place(|| self.binary.run_with_input(arguments, input)).unwrap();
        self.run.extend(arguments.first().map(|command| (*command).to_owned()));
        self.printed += ran.stdout.len() + ran.stderr.len();
        for (stream, text) in [("output", &ran.stdout), ("log", &ran.stderr)] {
            self.is_clean(&format!("the {stream} of {arguments:?}"), text.as_bytes());
        }
        let home = self.binary.home().to_owned();
        self.files_are_clean(&home, arguments);
        ran
    }

    fn files_are_clean(&mut self, folder: &Path, arguments: &[&str]) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.files_are_clean(&path, arguments);
            } else if path.extension().is_none_or(|ending| ending != "key") {
                let bytes = fs::read(&path).unwrap();
                if self.seen.get(&path) == Some(&bytes) {
                    continue;
                }
                let place = format!("{} after {arguments:?}", path.display());
                self.is_clean(&place, &bytes);
                if bytes.starts_with(&[0x1f, 0x8b]) {
                    let mut text = Vec::new();
                    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
                    assert!(!text.is_empty());
                    self.is_clean(&place, &text);
                }
                self.seen.insert(path, bytes);
            }
        }
    }

    fn is_clean(&self, place: &str, bytes: &[u8]) {
        let text = characters(bytes);
        for (spelling, secret) in &self.secrets {
            assert!(!text.contains(secret), "{place} holds a secret, {spelling}");
        }
    }
}

/// A character for each byte, because the standard library finds texts quickly.
fn characters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The ways in which a secret could be written down.
fn spellings(secret: &[u8]) -> Vec<(&'static str, String)> {
    let digits = |format: fn(&u8) -> String| secret.iter().map(format).collect::<String>();
    let decimal = digits(|byte| format!("{byte}, "));
    let mut all = vec![
        ("as it is", characters(secret)),
        ("backwards", characters(secret).chars().rev().collect()),
        ("in hexadecimal", digits(|byte| format!("{byte:02x}"))),
        ("in hexadecimal", digits(|byte| format!("{byte:02X}"))),
        ("percent-encoded", digits(|byte| format!("%{byte:02X}"))),
        ("as numbers", decimal.trim_end_matches(", ").to_owned()),
    ];
    // In base64 it looks different at each of three places; only what depends on nothing around it is looked for.
    for shift in 0..3 {
        let padded: Vec<u8> = std::iter::repeat_n(0, shift).chain(secret.iter().copied()).collect();
        for encoded in [STANDARD.encode(&padded), URL_SAFE.encode(&padded)] {
            let begin = if shift == 0 { 0 } else { 4 };
            let end = padded.len() / 3 * 4;
            all.push(("in base64", encoded[begin..end].to_owned()));
        }
    }
    all
}

/// A part from the middle, long enough to be nothing else, so that a secret that is cut off is found too.
fn middle(token: &str) -> &[u8] {
    let bytes = token.as_bytes();
    &bytes[bytes.len() / 2 - 8..bytes.len() / 2 + 8]
}

#[test]
fn the_search_finds_each_spelling() {
    let secret = b"0123456789abcdefghij";
    let spellings = spellings(middle("0123456789abcdefghij"));
    let canary = |bytes: &[u8]| spellings.iter().any(|(_, secret)| characters(bytes).contains(secret));
    for shift in 0..3 {
        let around: Vec<u8> = std::iter::repeat_n(b'x', shift).chain(*secret).chain(*b"yz").collect();
        assert!(canary(&around) && canary(STANDARD.encode(&around).as_bytes()), "{shift}");
    }
    assert!(canary(format!("{secret:?}").as_bytes()) && canary(format!("{secret:02x?}").replace(", ", "").as_bytes()));
    assert!(!canary(b"nothing of it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_sealed_is_in_any_output_table_export_log_or_error() {
    let (npm, workspace) = (served(71, 8, 3, 4).await, Workspace::generated(72, 6, 2, 3).await);
    let binary = Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap().variable("ROLECALL_LOG", "trace");
    let secrets = [&npm.token, &workspace.key].iter().flat_map(|token| spellings(middle(token))).collect();
    let mut canary = Canary { binary, secrets, run: BTreeSet::new(), printed: 0, seen: BTreeMap::new() };
    let seal = ["--name", "acme", "--seal-token", "--token-stdin"];
    let added = canary.run_with(&npm.add_arguments(&[&seal[..], &["--check"]].concat()), &npm.token);
    assert_eq!(added.code, 0, "{added:?}");
    let url = workspace.server.url().to_owned();
    let cloudsmith = ["connectors", "add", "cloudsmith", "--org", &workspace.organization, "--api", &url];
    let added = canary.run_with(&[&cloudsmith[..], &seal].concat(), &workspace.key);
    assert_eq!(added.code, 0, "{added:?}");
    // From here on the master key is looked for too.
    let key = fs::read_to_string(canary.binary.home().join("rolecall.db.key")).unwrap();
    canary.secrets.extend(spellings(&STANDARD.decode(key.trim()).unwrap()[8..24]));
    canary.secrets.push(("as its file has it", key[..24].to_owned()));

    assert_eq!(canary.run(&["sync", "--all", "-vv"]).code, 0);
    questions(&mut canary);
    registries(&mut canary, &npm);
    configuration(&mut canary, &npm);
    failures(&mut canary, &npm);
    every_command_was_run(&mut canary);
    assert!(canary.printed > 100_000, "the log is at its finest: {}", canary.printed);
}

fn questions(canary: &mut Canary) {
    let all: &[&[&str]] = &[
        &["status", "--format", "json"],
        &["list", "grants", "--format", "csv"],
        &["list", "tokens", "--format", "ndjson"],
        &["who-can", "publish", "nothing"],
        &["access", "nobody"],
        &["leaver", "nobody"],
        &["evidence", "-f", "evidence.zip", "-vv"],
        &["evidence", "verify", "evidence.zip", "--format", "json"],
        &["evidence", "leavers", "--format", "json"],
        &["evidence", "new-grants", "--since", "7d"],
        &[
            "endpoints",
            "add",
            "github",
            "tickets",
            "--set",
            "repository=acme/ops",
            "--set",
            "api=https://127.0.0.1:1",
            "--secret-env",
            "NPM_TOKEN",
        ],
        &["endpoints", "--format", "json"],
        &["rules", "enable-pack", "--endpoint", "tickets"],
        &["rules", "evaluate", "-vv"],
        &["rules", "export"],
        &["findings", "--format", "sarif"],
        &["explain", "nothing"],
        &["blast-radius", "--format", "json"],
        &["endpoints", "try", "tickets", "-vv"],
        &["deliveries", "--format", "json"],
        &["query", "FIND *", "--format", "json", "--include-deleted"],
        &["query", "--question", "npm-tokens"],
        &["questions"],
        &["check", "--format", "json"],
        &["changes", "--format", "json"],
        &["changes", "discard", "npm:acme", "--reason", "a test"],
        &["export", "--output", "all.ndjson"],
        &["export", "--format", "csv", "--output", "all.csv"],
        &["export", "--view", "jupiterone", "--output", "graph.json"],
        &["export", "--view", "baton", "--connector", "npm:acme", "--output", "baton.json"],
        &["export", "jupiterone", "--connector", "npm:acme", "--folder", "j1"],
        &["export", "parquet", "--folder", "tables"],
        &["export", "--view", "opengraph", "--output", "opengraph.json"],
        &["export", "--view", "graphml", "--output", "graph.graphml"],
        &["export", "c1z", "--connector", "npm:acme", "-f", "sync.c1z"],
        &["--database", "brought.db", "import", "c1z", "sync.c1z"],
        &["import", "c1z", "nowhere.c1z"],
        &["diff", "all.ndjson", "all.ndjson"],
        &["watch", "--once", "--format", "ndjson"],
        &["drift", "--write", "access.yaml"],
        &["drift", "access.yaml", "--format", "json"],
        &["report", "--output", "report.html"],
        &["report", "--output", "report.md"],
        &["secrets", "list", "--format", "json"],
        &["secrets", "list"],
        &["secrets", "check", "-vv"],
        &["users", "list", "--format", "json"],
        &["users", "invite", "--role", "auditor"],
        &["people", "erase", "E2", "--reason", "asked to"],
        &["people", "scim", "add", "okta"],
        &["people", "scim", "list", "--format", "json"],
        &["people", "scim", "revoke", "okta"],
        &["owners", "list", "--format", "json"],
        &["owners", "show", "nothing"],
        &["owners", "set", "nothing", "--person", "nobody", "--reason", "a test"],
        &["owners", "unset", "nothing", "--reason", "a test"],
        &["owners", "import", "nowhere.csv"],
        &["owners", "codeowners", "nowhere", "--repository", "https://code.example/acme/core", "--dry-run"],
        &["reviews", "create", "Q4", "--connector", "npm:acme", "--fallback", "nobody@acme.example"],
        &["reviews", "scope", "Q4", "-vv"],
        &["reviews", "accuracy", "Q4", "--format", "json"],
        &["reviews", "stage", "Q4", "-vv"],
        &["reviews", "start", "Q4"],
        &["reviews", "items", "Q4", "--format", "json"],
        &["reviews", "decide", "Q4", "1", "--deny", "--reason", "a test", "--reviewer", "nobody@acme.example"],
        &["reviews", "export", "Q4", "-f", "decisions.csv"],
        &["reviews", "import", "Q4", "decisions.csv"],
        &["reviews", "upkeep", "-vv"],
        &["reviews", "complete", "Q4", "--reason", "a test", "-vv"],
        &["reviews", "plan", "Q4", "--format", "json"],
        &["reviews", "show", "Q4", "--format", "json"],
        &["attest", "npm-2fa-required", "--connector", "npm:acme", "--since", "2026-05-03"],
        &["attest", "npm-2fa", "nothing.csv", "--connector", "npm:acme"],
        &["attest", "list", "--format", "json"],
        &["attest", "list", "--account", "nobody"],
        &["attest", "withdraw", "018c0000-0000-7000-8000-000000000001", "--reason", "a test"],
        &["serve", "--print-routes"],
        &["serve", "--probe", "--listen", "127.0.0.1:9"],
        &["audit", "list", "--format", "json"],
        &["audit", "head", "-vv"],
        &["audit", "export", "audit.jsonl"],
        &["audit", "verify", "audit.jsonl"],
        &["jobs", "list", "--format", "json"],
        &["work", "--once", "-vv"],
        &["accounts", "confirm-same", "npm:acme", "nobody", "--reason", "a test"],
        &["db", "check"],
        &["db", "migrate"],
        &["db", "export", "database.jsonl.gz"],
        &["--database", "copy.db", "db", "import", "database.jsonl.gz"],
        &["runner", "npm", "capabilities"],
        &["runner", "npm", "--organization", "acme", "--log-level", "trace"],
        &["completions", "bash"],
        &["man"],
    ];
    for arguments in all {
        canary.run(arguments);
    }
    assert!(canary.binary.home().join("copy.db").exists());
}

fn registries(canary: &mut Canary, npm: &Served) {
    let here = ["--org", &npm.organization, "--registry", npm.server.url(), "--name", "acme"];
    let doctor = ["doctor", "npm", "--transcript", "transcript.ndjson", "--bundle", "bundle.json", "-vv"];
    assert_eq!(canary.run(&[&doctor[..], &here].concat()).code, 0);
    assert_eq!(canary.run(&[&["sync", "npm", "-vv"][..], &here].concat()).code, 0);
    canary.run(&["connectors", "sync", "npm:acme"]);
}

fn configuration(canary: &mut Canary, npm: &Served) {
    let replace = ["connectors", "edit", "npm:acme", "--seal-token", "--token-stdin", "-vv"];
    assert_eq!(canary.run_with(&replace, &npm.token).code, 0);
    let all: &[&[&str]] = &[
        &["connectors", "list", "--format", "json"],
        &["connectors", "show", "npm:acme", "--format", "json"],
        &["connectors", "show", "npm:acme"],
        &["connectors", "describe", "npm"],
        &["connectors", "pause", "npm:acme"],
        &["connectors", "resume", "npm:acme"],
        &["connectors", "edit", "npm:acme", "--description", "all of it", "--check"],
        &["secrets", "rotate", "-vv"],
        &["sync", "--all"],
    ];
    for arguments in all {
        let ran = canary.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    }
}

fn failures(canary: &mut Canary, npm: &Served) {
    npm.server.faults().add(Pattern::all(), Fault::html(403), Times::Always);
    canary.run(&["sync", "--all", "-vv"]);
    let echoed = serde_json::json!({ "error": format!("the token {} is not welcome", npm.token) });
    npm.server.faults().clear();
    npm.server.faults().add(Pattern::all(), Fault::json(401, &echoed), Times::Always);
    assert_ne!(canary.run(&["sync", "--all", "-vv"]).code, 0);
    canary.run(&["status"]);
    npm.server.faults().clear();
    // Given where none belongs.
    canary.run(&["runner", "npm", "--organization", "acme", "--token", &npm.token]);
    canary.run(&["runner", "npm", "--organization", "acme", "--registry", &npm.token]);
    canary.run(&npm.sync_arguments(&["--token", &npm.token]));
    canary.run(&["connectors", "edit", "npm:acme", "--token-env", &npm.token]);
    let address = format!("https://ada:{}@127.0.0.1:1", npm.token);
    for arguments in [&["login", &*npm.token][..], &["login", &address], &["logout", &npm.token], &["login", "--list"]]
    {
        canary.run(arguments);
    }
    canary.run(&["status", "--hub", &address]);
    let two = format!("{}\n{}", npm.token, npm.token);
    canary.run_with(&["connectors", "edit", "npm:acme", "--seal-token", "--token-stdin"], &two);
    // Without the key, and with another.
    let (key, away) = (canary.binary.home().join("rolecall.db.key"), canary.binary.home().join("away.key"));
    fs::rename(&key, &away).unwrap();
    for arguments in [&["sync", "--all", "-vv"][..], &["secrets", "check"], &["secrets", "rotate"]] {
        assert_eq!(canary.run(arguments).code, 3, "{arguments:?}");
    }
    let _ = fs::remove_file(key.with_extension("key.new"));
    fs::rename(&away, &key).unwrap();
    canary.run(&["connectors", "remove", "npm:acme", "--yes"]);
    canary.run(&["connectors", "remove", "npm:acme", "--purge", "--yes"]);
}

/// A command that is added to the program has to be run here too.
fn every_command_was_run(canary: &mut Canary) {
    let help = canary.run(&["help"]).stdout;
    let commands = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    let commands = commands.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("    "));
    let names: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"secrets"), "{help}");
    let missing: Vec<&&str> =
        names.iter().filter(|name| !canary.run.contains(**name) && !APART.contains(name)).collect();
    assert!(missing.is_empty(), "run these in the canary's test: {missing:?}");
}
