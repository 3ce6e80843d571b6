//! The scheduled job of the guide: its very lines, run by a shell in a folder with nothing in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rolecall_sim::npm::{Role, World};
use rolecall_sim::{Fault, Pattern, Times};

use crate::support::{Served, serve};

/// A step of the job that a shell runs.
#[derive(Debug, Default)]
struct Step {
    name: String,
    always: bool,
    is_given_the_token: bool,
    script: String,
}

/// The steps of the example, of which those that only the host of the workflow can do are left out.
fn steps() -> Vec<Step> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/scheduled-ci.yml");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, listed) = text.split_once("    steps:\n").unwrap();
    let steps: Vec<Step> = listed.split("      - name: ").filter(|text| !text.trim().is_empty()).map(step).collect();
    steps.into_iter().filter(|step| !step.script.is_empty()).collect()
}

fn step(text: &str) -> Step {
    let mut lines = text.lines();
    let mut step = Step { name: lines.next().unwrap().to_owned(), ..Step::default() };
    let mut in_script = false;
    for line in lines {
        match line.strip_prefix("          ") {
            Some(line) if in_script => step.script.push_str(&format!("{line}\n")),
            Some(line) => step.is_given_the_token |= line.starts_with("NPM_TOKEN: ${{ secrets."),
            None => {
                let line = line.trim();
                step.always |= line == "if: always()";
                in_script = line == "run: |";
                if let (false, Some(script)) = (in_script, line.strip_prefix("run: ")) {
                    step.script = script.to_owned();
                }
            }
        }
    }
    step
}

/// What the job printed, and the exit codes of the steps that failed.
#[derive(Debug, Default)]
struct Night {
    said: String,
    failed: Vec<(String, i32)>,
}

/// Runs the job as its host would: a failed step stops all but those that always run.
fn night(served: &Served, folder: &Path) -> Night {
    let mut night = Night::default();
    for step in steps() {
        if !night.failed.is_empty() && !step.always {
            continue;
        }
        let output = tokio::task::block_in_place(|| shell(&step, served, folder).output()).unwrap();
        night.said.push_str(&String::from_utf8_lossy(&output.stdout));
        night.said.push_str(&String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            night.failed.push((step.name, output.status.code().unwrap_or(-1)));
        }
    }
    let secret = served.token.trim_start_matches("npm_");
    assert!(!night.said.contains(&secret[..12]), "{}", night.said);
    night
}

/// A shell with nothing in its environment but a search path, npm's variables and, where the job says so, the token.
fn shell(step: &Step, served: &Served, folder: &Path) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_rolecall")).parent().unwrap();
    let mut command = Command::new("sh");
    command.args(["-e", "-c", &step.script]).current_dir(folder).env_clear().stdin(Stdio::null());
    command.env("PATH", format!("{}:/usr/bin:/bin", binary.display()));
    command.env("npm_config_registry", served.server.url());
    command.env("npm_config_userconfig", folder.join("no-such-npmrc"));
    if step.is_given_the_token {
        command.env("NPM_TOKEN", &served.token);
    }
    command
}

/// An organisation in which `check` finds nothing.
async fn acme() -> Served {
    let mut world = World::new();
    world.organization("acme");
    for (name, role) in [("ada", Role::Owner), ("bo", Role::Owner), ("cy", Role::Developer), ("di", Role::Developer)] {
        world.member("acme", name, role);
    }
    let lately = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(240)).to_string();
    world.package("@acme/one").published("1.0.0", "ada", &lately).maintainer("ada");
    serve(world, "acme", "ada").await
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_fails_the_job_and_is_told_in_words() {
    let served = acme().await;
    let folder = tempfile::tempdir().unwrap();
    let first = night(&served, folder.path());
    assert_eq!(first.failed, [], "{}", first.said);
    assert!(first.said.contains("nothing to compare with"), "{}", first.said);
    assert_eq!(files(folder.path()), ["yesterday.ndjson"], "one file is kept");

    let quiet = night(&served, folder.path());
    assert_eq!(quiet.failed, [], "{}", quiet.said);
    assert!(quiet.said.contains("No difference in who can do what."), "{}", quiet.said);

    served.server.world().member("acme", "mallory", Role::Owner);
    let loud = night(&served, folder.path());
    assert_eq!(loud.failed, [("Compare with last night".to_owned(), 9)], "{}", loud.said);
    let row = loud.said.lines().find(|line| line.contains("mallory")).unwrap();
    assert!(row.contains("| high | added | user mallory is now owner of organization acme |"), "{row}");
    assert!(row.contains("can decide who has rights"), "{row}");

    let after = night(&served, folder.path());
    assert_eq!(after.failed, [], "a difference is told once: {}", after.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_without_a_whole_reading_fails_and_the_next_one_compares_over_it() {
    let served = acme().await;
    let folder = tempfile::tempdir().unwrap();
    night(&served, folder.path());
    served.server.faults().add(Pattern::new("GET /-/org/*/user"), Fault::Truncated, Times::Always);
    served.server.world().member("acme", "mallory", Role::Owner);
    let broken = night(&served, folder.path());
    assert_eq!(broken.failed, [("Read the organisation".to_owned(), 5)], "{}", broken.said);
    assert_eq!(files(folder.path()), ["yesterday.ndjson"]);

    served.server.faults().clear();
    let mended = night(&served, folder.path());
    assert!(mended.said.contains("user mallory is now owner of organization acme"), "{}", mended.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_stays_red_every_night() {
    let served = acme().await;
    served.server.world().member("acme", "bo", Role::Developer);
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let night = night(&served, folder.path());
        assert_eq!(night.failed, [("Look for what is wrong".to_owned(), 9)], "{}", night.said);
        assert!(night.said.contains("organization acme has a single owner: ada"), "{}", night.said);
    }
}

#[test]
fn the_token_is_given_to_the_step_that_reads_and_to_no_other() {
    let given: Vec<String> = steps().into_iter().filter(|step| step.is_given_the_token).map(|step| step.name).collect();
    assert_eq!(given, ["Read the organisation"]);
}
