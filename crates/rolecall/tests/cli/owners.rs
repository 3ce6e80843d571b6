//! Who answers for packages and repositories, as somebody says it, brings it, and reads it.

use rolecall_testkit::{Binary, Ran};
use serde_json::Value as Json;

use crate::cloudsmith::support::Workspace;
use crate::source::Source as _;
use crate::support::{Served, run, story_served};

const STAFF: &str = "\
id,name,email,aliases,status,npm,cloudsmith,GitHub username
E1,Maria Lund,maria.lund@acme.test,maria@acme.test,active,maria-lund,maria-lund,MLund
E2,Otto Brandt,otto.brandt@acme.test,,departed,otto.brandt,,otto
E3,Yuki Tan,yuki.tan@acme.test,,active,yuki_tan,yuki_tan,
E4,Berit Moen,berit@acme.test,,departed,,berit-left,
";

const CODEOWNERS: &str = "\
# Everybody's
*                   @acme/everybody
/packages/          @mlund @nobody-known
/packages/core/     otto.brandt@acme.test  # he wrote it
packages/http       maria@acme.test
/packages/logger/
!/packages/config/  @mlund
";

/// Some packages come from one repository, and there are people.
struct Office {
    binary: Binary,
    _npm: Served,
}

impl Office {
    async fn new() -> Self {
        let npm = story_served().await;
        {
            let mut world = npm.server.world();
            for name in ["core", "http", "logger", "config"] {
                let package = world.package(&format!("@acme/{name}"));
                let _ = package
                    .repository("git+https://code.example/acme/Mono.git")
                    .repository_directory(&format!("packages/{name}"));
            }
            let _ = world.package("@acme/cli").repository("https://code.example/acme/mono");
        }
        let binary = npm.binary();
        npm.sync(&binary, &[]).await;
        let office = Self { binary, _npm: npm };
        office.asked(&["people", "import", &office.file("staff.csv", STAFF)]);
        office
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.binary.home().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(&self.binary, arguments)
    }

    fn asked(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran.stdout
    }

    fn json(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&self.asked(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    fn import(&self, text: impl AsRef<[u8]>, more: &[&str]) -> Ran {
        self.run(&[&["owners", "import", &self.file("owners.csv", text)], more].concat())
    }

    fn codeowners(&self, text: &str, more: &[&str]) -> Ran {
        let file = self.file("CODEOWNERS", text);
        let repository = ["--repository", "https://code.example/acme/mono"];
        self.run(&[&["owners", "codeowners", &file], &repository[..], more].concat())
    }

    /// Who answers for what: `@acme/core: Otto Brandt codeowners left`.
    fn owners(&self, more: &[&str]) -> Vec<String> {
        let rows = self.json(&[&["owners", "list"], more].concat());
        let told = |row: &Json| {
            let owners: Vec<String> = row["owners"]
                .as_array()
                .unwrap()
                .iter()
                .map(|owner| format!("{} {}", owner["name"].as_str().unwrap(), owner["source"].as_str().unwrap()))
                .collect();
            format!(
                "{}: {} {}",
                row["resource"]["id"].as_str().unwrap(),
                owners.join(", "),
                row["state"].as_str().unwrap()
            )
        };
        rows.as_array().unwrap().iter().map(told).collect()
    }
}

/// A text without days and names of this machine.
fn steady(text: &str) -> String {
    let mut steady = String::new();
    for word in text.split_inclusive([' ', '\n', ',', ';', ':', '.']) {
        let (bare, end) = word.split_at(word.trim_end_matches([' ', '\n', ',', ';', ':', '.']).len());
        let is_day =
            bare.len() == 10 && bare.chars().filter(|letter| *letter == '-').count() == 2 && bare.starts_with("20");
        steady.push_str(if is_day { "DAY" } else { bare });
        steady.push_str(end);
    }
    let lines: Vec<String> = steady.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_says_counts_before_lists_and_those_before_codeowners() {
    let office = Office::new().await;
    assert_eq!(office.owners(&["@acme/core"]), ["@acme/core:  none"], "for npm nothing is invented");
    let ran = office.codeowners(CODEOWNERS, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(office.owners(&["acme/core"]), ["@acme/core: Otto Brandt codeowners left"]);
    assert_eq!(office.import("package,owner\n@acme/core,yuki.tan@acme.test\n", &[]).code, 0);
    assert_eq!(office.owners(&["acme/core"]), ["@acme/core: Yuki Tan list owned"]);
    let set = ["owners", "set", "npm:@acme/core", "--person", "Maria Lund", "--team", "npm:acme/release"];
    let said = office.asked(&[&set[..], &["--reason", "they said so"]].concat());
    assert_eq!(
        said,
        "@acme/core: answered for by Maria Lund, as somebody said; acme/release of npm:acme, as somebody said.\n"
    );
    assert_eq!(office.owners(&["acme/core"]), ["@acme/core: Maria Lund said, acme/release of npm:acme said owned"]);
    let shown = office.json(&["owners", "show", "@acme/core"]);
    let besides: Vec<&str> =
        shown["owned"]["besides"].as_array().unwrap().iter().map(|owner| owner["source"].as_str().unwrap()).collect();
    assert_eq!(besides, ["list", "codeowners"]);
    office.asked(&["owners", "set", "@acme/core", "--person", "E3", "--reason", "she took over"]);
    office.asked(&["owners", "unset", "@acme/core", "--reason", "the list knows"]);
    assert_eq!(office.owners(&["acme/core"]), ["@acme/core: Yuki Tan list owned"]);
    let before = office.json(&["owners", "show", "@acme/core"])["before"].clone();
    let before: Vec<(&str, &str)> = before
        .as_array()
        .unwrap()
        .iter()
        .map(|past| (past["owner"].as_str().unwrap(), past["endedReason"].as_str().unwrap()))
        .collect();
    assert_eq!(before[0], ("Yuki Tan", "the list knows"), "{before:?}");
    assert!(before.contains(&("Maria Lund", "she took over")) && before.len() == 3, "{before:?}");
    let audited = office.asked(&["audit", "list", "--format", "json"]);
    for action in ["owner.set", "owner.unset", "owner.imported"] {
        assert!(audited.contains(action), "{action} is not in {audited}");
    }
    office.asked(&["audit", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn codeowners_are_read_for_the_packages_that_come_from_there() {
    let office = Office::new().await;
    let dry = office.codeowners(CODEOWNERS, &["--dry-run"]);
    assert_eq!(dry.code, 0, "{dry:?}");
    insta::assert_snapshot!("owners_codeowners_dry", steady(&format!("{}\n{}", dry.stderr, dry.stdout)));
    assert!(office.owners(&["codeowners"]).is_empty(), "a preview writes nothing");
    assert_eq!(office.codeowners(CODEOWNERS, &[]).code, 0);
    let from: Vec<String> = office.owners(&[]).into_iter().filter(|row| row.contains("codeowners")).collect();
    assert_eq!(
        from,
        [
            "@acme/cli: @acme/everybody codeowners owned",
            "@acme/config: Maria Lund codeowners, @nobody-known codeowners owned",
            "@acme/core: Otto Brandt codeowners left",
            "@acme/http: Maria Lund codeowners owned",
        ]
    );
    let shown = office.asked(&["owners", "show", "@acme/core"]);
    insta::assert_snapshot!("owners_show", steady(&shown));
    assert_eq!(office.owners(&["--departed"]), ["@acme/core: Otto Brandt codeowners left"]);
    // The file is the whole of what it says: whoever is not in it any more is ended, and the rest is as old as it was.
    let again = office.codeowners(&CODEOWNERS.replace("otto.brandt@acme.test", "yuki.tan@acme.test"), &[]);
    assert!(again.stdout.contains("1 owner added, 1 ended, 4 as before"), "{again:?}");
    let same = office.codeowners(&CODEOWNERS.replace("otto.brandt@acme.test", "yuki.tan@acme.test"), &[]);
    assert!(same.stdout.contains("nothing is other than before"), "{same:?}");
    let elsewhere = office.run(&[
        "owners",
        "codeowners",
        &office.file("C", "* @a"),
        "--repository",
        "https://code.example/acme/mono2",
    ]);
    assert!(elsewhere.code == 6 && elsewhere.stderr.contains("did you mean code.example/acme/Mono"), "{elsewhere:?}");
    let none = office.run(&["owners", "codeowners", &office.file("C", "* @a"), "--repository", "no repository"]);
    assert!(none.code == 2 && none.stderr.contains("is no address of a source repository"), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_replaces_what_the_list_said_and_is_used_whole_or_not_at_all() {
    let office = Office::new().await;
    let list = "Package;Owner;Connector\r\n@acme/core;E1;npm:acme\r\n@acme/http;maria@acme.test,acme/release;\r\n";
    let dry = office.import(list, &["--dry-run"]);
    assert_eq!(dry.code, 0, "{dry:?}");
    insta::assert_snapshot!("owners_import_dry", steady(&dry.stdout));
    assert_eq!(office.import(format!("\u{feff}{list}"), &[]).code, 0);
    let json = "[{\"package\": \"@acme/http\", \"owner\": \"E1\"}, {\"resource\": \"@acme/cli\", \"owner\": [\"E3\"]}]";
    let second = office.import(json, &["--format", "json"]);
    let second: Json = serde_json::from_str(&second.stdout).unwrap();
    let numbers = ["added", "ended", "kept"].map(|name| second["list"][name].as_u64().unwrap());
    assert_eq!(numbers, [1, 2, 1], "{second:#}");
    let wrong =
        "package,owner\n@acme/cor,E1\n@acme/core,maria.lundt@acme.test\n@acme/core,E1\n@acme/core,E1\n@acme/http,\n";
    let refused = office.import(wrong, &[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    insta::assert_snapshot!(
        "owners_import_refused",
        refused.stderr.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    );
    assert_eq!(office.owners(&["list"]).len(), 0, "the filter is about names");
    let from: Vec<String> = office.owners(&[]).into_iter().filter(|row| row.contains(" list ")).collect();
    assert_eq!(from, ["@acme/cli: Yuki Tan list owned", "@acme/http: Maria Lund list owned"]);
    let bytes = office.import(b"package,owner\n@acme/core,J\xf6rg\n", &[]);
    assert!(bytes.code == 2 && bytes.stderr.contains("line 2") && bytes.stderr.contains("is not UTF-8"), "{bytes:?}");
    let missing = office.run(&["owners", "import", "nowhere.csv"]);
    assert!(missing.code == 2 && missing.stderr.contains("name the file of a list of owners"), "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_manages_the_team_that_may_most_answers_where_nothing_else_is_said() {
    let office = Office::new().await;
    let cloudsmith = Workspace::story().await;
    let arguments = cloudsmith.sync_arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let binary = Binary::new(env!("CARGO_BIN_EXE_rolecall")).unwrap().variable("CLOUDSMITH_API_KEY", &cloudsmith.key);
    let database = office.binary.home().join("rolecall.db").display().to_string();
    let synced = run(&binary, &[&["--database", &database], arguments.as_slice()].concat());
    assert_eq!(synced.code, 0, "{synced:?}");
    let rows = office.owners(&["cloudsmith:acme"]);
    assert_eq!(
        rows,
        [
            "acme/attic:  none",
            "acme/incident-tools: priya-n derived owned",
            "acme/open-tools: Maria Lund derived owned",
            "acme/partner-drops:  none",
            "acme/payments: Yuki Tan derived owned",
            "acme/production: Maria Lund derived owned",
            "acme/staging: Maria Lund derived owned",
            "acme/web-assets: jonas-weber derived owned",
        ],
        "whose account is not active answers for nothing"
    );
    let table = office.asked(&["owners", "list", "acme/p"]);
    insta::assert_snapshot!("owners_list", steady(&table));
    let csv = office.asked(&["owners", "list", "--without", "cloudsmith:acme", "--format", "csv"]);
    assert_eq!(
        csv,
        "resource,type,connector,owner,known by,since\nacme/attic,repository,cloudsmith:acme,,,\nacme/partner-drops,repository,cloudsmith:acme,,,\n"
    );
    office.asked(&["owners", "set", "cloudsmith:acme/payments", "--person", "E4", "--reason", "hers"]);
    assert_eq!(office.owners(&["--departed"]), ["acme/payments: Berit Moen said left"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_hands_over_what_they_answer_for() {
    let office = Office::new().await;
    office.asked(&["owners", "set", "@acme/core", "--person", "E1", "--reason", "hers"]);
    office.asked(&["owners", "set", "@acme/http", "--person", "E1", "--person", "E3", "--reason", "theirs"]);
    office.asked(&["owners", "set", "@acme/cli", "--person", "E1", "--person", "E2", "--reason", "theirs"]);
    let answer = office.json(&["leaver", "E1"]);
    let owned: Vec<(&str, bool)> = answer["owns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|owned| (owned["resource"]["id"].as_str().unwrap(), owned["alone"].as_bool().unwrap()))
        .collect();
    assert_eq!(owned, [("@acme/cli", true), ("@acme/core", true), ("@acme/http", false)]);
    let printed = office.asked(&["leaver", "E1"]);
    let begin = printed
        .find("They answer for these packages and repositories; hand them over")
        .unwrap_or_else(|| panic!("{printed}"));
    assert!(
        printed[begin..].contains("  package @acme/core (npm:acme), and nobody else who is here does\n"),
        "{printed}"
    );
    assert_eq!(office.json(&["leaver", "E4"])["owns"], Json::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_needs_a_resource_somebody_and_a_reason() {
    let office = Office::new().await;
    for (arguments, code, said) in [
        (&["set", "@acme/cor", "--person", "E1", "--reason", "x"][..], 6, "did you mean @acme/core"),
        (&["set", "maria-lund", "--person", "E1", "--reason", "x"], 6, "is not recorded"),
        (&["set", "@acme/core", "--person", "Nobody", "--reason", "x"], 6, "rolecall people list"),
        (&["set", "@acme/core", "--team", "acme/nobody", "--reason", "x"], 6, "team \"acme/nobody\" is not recorded"),
        (&["set", "@acme/core", "--person", "E1"], 2, "--reason"),
        (&["set", "@acme/core", "--reason", "x"], 2, "--person"),
        (&["unset", "@acme/core", "--reason", "x"], 6, "nobody said who answers for @acme/core"),
        (&["show", "@acme/cor"], 6, "did you mean"),
        (&["list", "--without", "--departed"], 2, "cannot be used with"),
    ] {
        let ran = office.run(&[&["owners"], arguments].concat());
        assert!(ran.code == code && ran.stderr.contains(said), "{arguments:?}: {ran:?}");
    }
}
