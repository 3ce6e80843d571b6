//! Evidence packages, verified by somebody else: whether they are what the documents say, and whether `rolecall evidence
//! verify` refuses what a verifier that shares nothing with it refuses.
#![expect(clippy::expect_used, clippy::panic, reason = "what helps the tests reports to them by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use rolecall_e2e::{
    Npm, Simulator, binary, evidence_forgeries, forge_evidence, is_deep, rolecall, rolecall_command, verify_evidence,
};
use serde_json::Value;
use tempfile::TempDir;

/// The invented company's database with two reviews, and a folder for packages of it.
struct Company {
    home: TempDir,
}

impl Company {
    /// Without any review yet.
    fn new() -> Self {
        let company = Self { home: tempfile::tempdir().expect("a folder") };
        company.run(&["demo", "--no-serve", "--keep", &company.database().display().to_string()]);
        company
    }

    /// One review is completed, with a step that somebody did, and another runs.
    fn reviewed() -> Self {
        let company = Self::new();
        company.begin("npm in autumn", "npm:acme");
        company.decide("npm in autumn");
        company.run(&["reviews", "complete", "npm in autumn", "--reason", "all that was asked for"]);
        let plan = company.json(&["reviews", "plan", "npm in autumn", "--format", "json"]);
        let steps = plan["steps"].as_array().expect("steps");
        let asked = steps.iter().find(|step| step["state"] == "requested").expect("one that is not refused");
        company.run(&["reviews", "done", "npm in autumn", &asked["number"].to_string()]);
        company.begin("the other registry", "cloudsmith:acme");
        company.decide("the other registry");
        company
    }

    fn begin(&self, review: &str, connector: &str) {
        let reviewers =
            ["--reviewer", "resource-owner", "--reviewer", "manager", "--fallback", "maria.lund@acme.example"];
        self.run(&[&["reviews", "create", review, "--connector", connector], &reviewers[..]].concat());
        self.run(&["reviews", "stage", review]);
        self.run(&["reviews", "start", review]);
        // Nobody else is found for these than whoever wrote the campaign at a terminal.
        let nobody =
            self.items(review, |item| item["reviewer"] == "nobody" || item["reviewerWhy"] == "runs the campaign");
        let ask = ["--to", "yuki.tan@acme.example", "--reason", "knows them, \"all\""];
        // Yuki holds some of them, as a member of a team, which stay with nobody: the command says so and exits with 2.
        let asked = [&["reviews", "reassign", review], &texts(&nobody)[..], &ask].concat();
        let answer = rolecall_command(&self.database(), &asked).output().expect("rolecall starts");
        let told = String::from_utf8_lossy(&answer.stderr);
        assert!(told.lines().all(|line| line.ends_with("yuki.tan@acme.example holds it")), "{told}");
    }

    /// Decisions of several people, of which some are decided twice, and the reasons of some are no plain words.
    fn decide(&self, review: &str) {
        let of = |reviewer: &'static str| move |item: &Value| item["reviewer"] == reviewer;
        let (yuki, maria) = (self.items(review, of("Yuki Tan")), self.items(review, of("Maria Lund")));
        let gone = |item: &Value| item["shown"]["employment"] == "departed" && item["reviewer"] == "Maria Lund";
        let gone = self.items(review, gone);
        let others: Vec<String> = maria.iter().filter(|number| !gone.contains(number)).cloned().collect();
        let say = |numbers: &[String], what: &[&str], reviewer: &str| {
            let said = [what, &["--reviewer", reviewer]].concat();
            self.run(&[&["reviews", "decide", review], &texts(numbers)[..], &said].concat());
            // Decisions are told apart by the second.
            sleep(Duration::from_millis(1100));
        };
        say(&yuki[..2], &["--certify"], "Yuki Tan");
        say(&gone, &["--deny", "--reason", "=HYPERLINK(\"gone\"),\nsince spring"], "Maria Lund");
        say(&others[..6], &["--certify"], "Maria Lund");
        say(&others[4..8], &["--deny", "--reason=- no, it is not"], "Maria Lund");
        say(&others[5..6], &["--certify", "--reason", "unknown"], "Maria Lund");
        // Whoever decides after somebody else does not undo a deny.
        self.run(&["reviews", "reassign", review, &others[7], "--to", "dan@elsewhere.example", "--reason", "+1"]);
        say(&others[7..8], &["--certify", "--reason", "it is"], "dan@elsewhere.example");
    }

    /// The numbers of the grants of which something is so.
    fn items(&self, review: &str, is_wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        let items = self.json(&["reviews", "items", review, "--format", "json"]);
        let items = items.as_array().expect("grants").iter().filter(|item| is_wanted(item));
        items.map(|item| item["number"].to_string()).collect()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).expect("an answer")
    }

    fn run(&self, arguments: &[&str]) -> String {
        rolecall(&self.database(), arguments)
    }

    fn database(&self) -> PathBuf {
        self.home.path().join("rolecall.db")
    }

    fn key(&self) -> String {
        self.run(&["audit", "key"]).trim().to_owned()
    }

    fn package(&self, options: &[&str]) -> PathBuf {
        let file = self.home.path().join(format!("of{}.zip", options.concat().replace(':', "-")));
        self.run(&[&["evidence", "-f", &file.display().to_string()], options].concat());
        file
    }
}

fn texts(numbers: &[String]) -> Vec<&str> {
    numbers.iter().map(String::as_str).collect()
}

/// Whether Rolecall itself takes the package, which it looks at without a database.
fn is_taken(package: &Path, keys: &[&str]) -> bool {
    let mut command = Command::new(binary());
    command.env_clear().current_dir("/").args(["evidence", "verify"]).arg(package);
    command.args(keys.iter().flat_map(|key| ["--key", key]));
    let output = command.output().expect("rolecall starts");
    match output.status.code() {
        Some(0) => true,
        Some(9) => false,
        code => panic!("{} ended with {code:?}\n{}", package.display(), String::from_utf8_lossy(&output.stderr)),
    }
}

/// Both verdicts, which have to be the same.
fn is_sound(package: &Path, keys: &[&str], what: &str) -> bool {
    let verdict = verify_evidence(package, keys);
    assert_eq!(verdict.is_sound, is_taken(package, keys), "{what}\n{}", verdict.said);
    verdict.is_sound
}

#[test]
fn packages_are_what_the_documents_say() {
    let company = Company::reviewed();
    let key = company.key();
    let records = company.json(&["audit", "list", "--format", "json"]);
    let of = |record: &&Value| record["action"] == "review.submitted";
    let submitted: Vec<&Value> = records.as_array().expect("records").iter().filter(of).collect();
    let within = submitted[submitted.len() / 2]["at"].as_str().expect("a moment");
    let kinds: [(&[&str], &[&str]); 6] = [
        (&[], &["2 reviews have", "denied grants have a step", "decisions were submitted"]),
        (&["--connector", "npm:acme"], &["of npm:acme\n", "1 reviews have"]),
        (&["--connector", "cloudsmith:acme", "--since", "3d"], &["of cloudsmith:acme\n"]),
        (&["--as-of", "7d"], &[]),
        (&["--as-of", within], &["reviews have", "decisions were submitted"]),
        (&["--as-of", "8d", "--since", "30d", "--connector", "npm:acme"], &["of npm:acme\n"]),
    ];
    for (options, expected) in kinds {
        let package = company.package(options);
        let verdict = verify_evidence(&package, &[&key]);
        assert!(verdict.is_sound, "{options:?}\n{}", verdict.said);
        assert!(verdict.said.contains("as expected"), "{options:?}\n{}", verdict.said);
        for words in expected {
            assert!(verdict.said.contains(words), "{options:?} {words}\n{}", verdict.said);
        }
        assert!(is_sound(&package, &[&key], "with its key"));
        assert!(!is_sound(&package, &["0".repeat(64).as_str()], "with another key"));
    }
    company.run(&["audit", "erase", "--person", "Yuki Tan"]);
    let verdict = verify_evidence(&company.package(&["--since", "60d"]), &[&key]);
    assert!(verdict.is_sound, "where somebody was erased\n{}", verdict.said);
}

/// What becomes of the bytes of a package.
#[derive(Debug)]
enum Harm {
    Changed(usize, u8),
    CutOff(usize),
    Behind(Vec<u8>),
    WithoutTheFirst,
}

impl Harm {
    fn done(&self, whole: &[u8]) -> Vec<u8> {
        match self {
            Self::Changed(place, by) => {
                let mut bytes = whole.to_vec();
                bytes[*place] ^= by;
                bytes
            }
            Self::CutOff(length) => whole[..*length].to_vec(),
            Self::Behind(more) => [whole, more].concat(),
            Self::WithoutTheFirst => whole[1..].to_vec(),
        }
    }

    /// A change in each of so many parts of a package, so that headers, files, the directory and the end are all among
    /// them; and everything else that can be done to one without understanding it.
    fn all(whole: &[u8], parts: usize) -> Vec<Self> {
        let mut state = 0x005e_ed0f_ee17_b1a5_u64;
        let mut any = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).expect("it is below")
        };
        let end = whole.len() - END;
        let changed = (0..parts).map(|part| {
            let (begin, next) = (part * whole.len() / parts, (part + 1) * whole.len() / parts);
            Self::Changed(begin + any(next - begin), u8::try_from(1 + any(255)).expect("a byte"))
        });
        let structure = (0..30).chain(end..whole.len()).map(|place| Self::Changed(place, 1));
        let lengths = [0, 1, END - 1, END, whole.len() / 3, end, whole.len() - 1];
        let more = [&b"\0"[..], b"\n", b"PK\x05\x06", &whole[end..]];
        let more = more.map(|more| Self::Behind(more.to_vec()));
        let others = lengths.map(Self::CutOff).into_iter().chain(more).chain([Self::WithoutTheFirst]);
        changed.chain(structure).chain(others).collect()
    }
}

/// The bytes of the end of a ZIP file.
const END: usize = 22;

#[test]
fn any_byte_that_is_another_is_found() {
    let company = Company::reviewed();
    let package = company.package(&["--connector", "npm:acme"]);
    let whole = fs::read(&package).expect("a package");
    assert!(is_sound(&package, &[], "as it was made"));

    let harms = Harm::all(&whole, if is_deep() { 4000 } else { 240 });
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for share in harms.chunks(harms.len().div_ceil(hands)) {
            let (folder, whole) = (tempfile::tempdir().expect("a folder"), &whole);
            scope.spawn(move || {
                let harmed = folder.path().join("harmed.zip");
                for harm in share {
                    fs::write(&harmed, harm.done(whole)).expect("it can be written");
                    assert!(!is_sound(&harmed, &[], &format!("{harm:?}")), "{harm:?} of {} bytes", whole.len());
                }
            });
        }
    });
}

#[test]
fn whatever_is_forged_is_found() {
    let company = Company::reviewed();
    let (package, key) = (company.package(&[]), company.key());
    let forged = company.home.path().join("forged.zip");
    let kinds = |group: &str| {
        let kinds = evidence_forgeries()[group].as_array().expect("kinds").clone();
        kinds.into_iter().map(|kind| kind.as_str().expect("a word").to_owned()).collect::<Vec<_>>()
    };
    for kind in kinds("shapes") {
        forge_evidence(&kind, &package, &forged);
        assert!(!is_sound(&forged, &[], &kind), "{kind}");
    }
    for kind in kinds("signers") {
        forge_evidence(&kind, &package, &forged);
        assert!(is_sound(&forged, &[], &kind), "{kind}: anybody can sign");
        assert!(!is_sound(&forged, &[&key], &kind), "{kind}");
    }
    // Signed as a whole, so that only whoever looks at what is told finds it, if they do not know the key.
    for kind in kinds("contradictions") {
        forge_evidence(&kind, &package, &forged);
        contradicts(&forged, &kind);
        assert!(!is_taken(&forged, &[&key]), "{kind}");
    }
}

/// The verifier finds it, and not only in that the page for people shows something else.
fn contradicts(forged: &Path, kind: &str) {
    let faults = verify_evidence(forged, &[]).faults;
    let is_of_page = ["report", "script"].contains(&kind);
    assert!(faults.iter().any(|fault| fault.starts_with("report.html") == is_of_page), "{kind}: {faults:?}");
}

#[test]
fn a_step_is_verified_by_a_reading_that_came_after_it() {
    let simulator = Simulator::npm();
    let npm = Npm::new("12", &simulator, "owner-session");
    let company = Company { home: tempfile::tempdir().expect("a folder") };
    let token = company.home.path().join("token");
    fs::write(&token, simulator.token("read-only")).expect("a file for the token");
    let token = token.display().to_string();
    let read = || {
        let registry = ["--registry", simulator.registry(), "--token-file", &token];
        company.run(&[&["sync", "npm", "--org", simulator.organization()], &registry[..]].concat());
    };
    read();
    company.run(&["reviews", "create", "all", "--connector", "npm:acme", "--reviewer", "dan@acme.example"]);
    company.run(&["reviews", "stage", "all"]);
    company.run(&["reviews", "start", "all"]);
    let of = |account: &'static str, entitlement: &'static str| {
        move |item: &Value| {
            item["shown"]["holder"] == format!("user {account}") && item["shown"]["entitlement"] == entitlement
        }
    };
    let web = company.items("all", of("tomek77", "team:acme/web:member"));
    let left = company.items("all", of("tomek77", "organization:acme:developer"));
    let kept = company.items("all", of("amara-d", "team:acme/web:member"));
    let denied = [web, left, kept].concat();
    assert_eq!(denied.len(), 3);
    let deny = ["--deny", "--reason", "left", "--reviewer", "dan@acme.example"];
    company.run(&[&["reviews", "decide", "all"], &texts(&denied)[..], &deny].concat());
    company.run(&["reviews", "complete", "all", "--reason", "the rest is as it was"]);
    // What is asked for and what is read within one second could not be told apart.
    sleep(Duration::from_millis(1100));
    npm.run(&format!("org rm acme tomek77 {}", simulator.otp())).succeeded();
    for step in ["1", "2", "3"] {
        company.run(&["reviews", "done", "all", step]);
    }
    sleep(Duration::from_millis(1100));
    read();

    let package = company.package(&[]);
    assert!(is_sound(&package, &[&company.key()], "as it was made"));
    let said = verify_evidence(&package, &[]).said;
    assert!(said.contains("2 steps are verified by a later reading"), "{said}");
    let forged = company.home.path().join("forged.zip");
    for kind in evidence_forgeries()["verifications"].as_array().expect("kinds") {
        let kind = kind.as_str().expect("a word");
        forge_evidence(kind, &package, &forged);
        contradicts(&forged, kind);
    }
}
