//! An office that reviews: a binary with a database, and people who act at its terminal.

use std::process::Stdio;

use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::support::run;

/// A binary, with what campaigns are asked and told.
pub(super) struct Office {
    pub(super) binary: Binary,
}

/// Whoever acts where nothing else is said.
pub(super) const TESTER: &str = "user:tester";

impl Office {
    pub(super) const fn of(binary: Binary) -> Self {
        Self { binary }
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        run(&self.binary, arguments)
    }

    /// What a command says that ends well.
    pub(super) fn asked(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran.stdout
    }

    pub(super) fn json(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&self.asked(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    /// What a command says that is refused with this code.
    pub(super) fn refused(&self, code: i32, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        format!("{}{}", ran.stdout, ran.stderr)
    }

    /// Runs it as somebody else at the terminal.
    pub(super) fn run_as(&self, who: &str, arguments: &[&str]) -> Ran {
        let mut command = self.binary.command(arguments);
        let output = tokio::task::block_in_place(|| command.env("USER", who).stdin(Stdio::null()).output()).unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(super) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.binary.home().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub(super) fn roster(&self, text: &str) {
        let file = self.write("staff.csv", text);
        self.asked(&["people", "import", &file]);
    }

    /// Writes a campaign, stages it and asks its reviewers.
    pub(super) fn campaign(&self, name: &str, more: &[&str]) {
        self.asked(&[&["reviews", "create", name], more].concat());
        self.asked(&["reviews", "stage", name]);
        self.asked(&["reviews", "start", name]);
    }

    pub(super) fn items(&self, name: &str) -> Vec<Json> {
        self.json(&["reviews", "items", name]).as_array().unwrap().clone()
    }

    /// A grant of a campaign: `user dev1` holds `team:acme/core:member`.
    pub(super) fn item(&self, name: &str, holder: &str, entitlement: &str) -> Json {
        let items = self.items(name);
        let is_it = |item: &&Json| item["shown"]["holder"] == holder && item["shown"]["entitlement"] == entitlement;
        let found = items.iter().find(is_it);
        found.unwrap_or_else(|| panic!("{holder} holds no {entitlement} in {items:#?}")).clone()
    }

    pub(super) fn number(&self, name: &str, holder: &str, entitlement: &str) -> String {
        self.item(name, holder, entitlement)["number"].to_string()
    }

    /// Denies these grants, in the name of whoever reviews each.
    pub(super) fn deny(&self, name: &str, grants: &[(&str, &str)]) {
        for (holder, entitlement) in grants {
            let item = self.item(name, holder, entitlement);
            let reviewer = item["reviewerKey"].as_str().unwrap_or(TESTER).to_owned();
            let number = item["number"].to_string();
            let said = ["--reason", "not needed any more", "--reviewer", &reviewer];
            self.asked(&[&["reviews", "decide", name, &number, "--deny"], &said[..]].concat());
        }
    }

    /// Denies these grants in a campaign of its own about everything, and completes it.
    pub(super) fn denied(&self, name: &str, grants: &[(&str, &str)]) -> Json {
        self.campaign(name, &["--reviewer", TESTER]);
        self.deny(name, grants);
        self.asked(&["reviews", "complete", name, "--reason", "enough"]);
        self.plan(name)
    }

    pub(super) fn plan(&self, name: &str) -> Json {
        self.json(&["reviews", "plan", name])
    }

    /// Where each step of a plan stands: `dev1 team:acme/core:member verified`.
    pub(super) fn stands(&self, name: &str) -> Vec<String> {
        let plan = self.plan(name);
        let text = |step: &Json, field: &str| step[field].as_str().unwrap().to_owned();
        let line = |step: &Json| {
            let holder = text(step, "holder");
            let (_, holder) = holder.split_once(' ').unwrap();
            format!("{holder} {} {}", text(step, "entitlement"), text(step, "state"))
        };
        plan["steps"].as_array().unwrap().iter().map(line).collect()
    }

    /// The words of what happened in a campaign.
    pub(super) fn history(&self, name: &str) -> Vec<String> {
        let shown = self.json(&["reviews", "show", name]);
        shown["events"].as_array().unwrap().iter().map(|event| event["what"].as_str().unwrap().to_owned()).collect()
    }
}

/// Text in which ids, moments and digests are the same at every run.
pub(super) fn steady(text: &str) -> String {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || "-:.".contains(letter);
    let (mut out, mut word) = (String::new(), String::new());
    for letter in text.chars().chain(['\0']) {
        if is_word(letter) {
            word.push(letter);
            continue;
        }
        let colons = word.len() - word.trim_end_matches(':').len();
        let end = word.split_off(word.len() - colons);
        out.push_str(match word.as_str() {
            text if text.parse::<jiff::Timestamp>().is_ok() => "MOMENT",
            text if text.parse::<jiff::civil::Date>().is_ok() => "DAY",
            text if text.parse::<uuid::Uuid>().is_ok() && text.len() == 36 => "ID",
            text if [32, 64].contains(&text.len()) && text.chars().all(|letter| letter.is_ascii_hexdigit()) => "DIGEST",
            text => text,
        });
        word.clear();
        out.push_str(&end);
        out.push(letter);
    }
    let squeezed = out.trim_end_matches('\0').lines().map(|line| {
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        format!("{indent}{}", rest.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    squeezed.collect::<Vec<_>>().join("\n")
}

/// A moment that a delegation may last to.
pub(super) fn soon() -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(30 * 24)).to_string()
}
