//! Every page, whatever is on it: open to everybody, without complaints of the browser, and fit for every window.

use rolecall_e2e::{Browser, Hub, Look, Simulator};
use serde_json::Value;

use crate::person::{administrator, cloudsmith_connect, connector_path, invited};
use crate::removals::lost_many;

/// What depends on the colours, and on the room there is.
const OF_LOOKS: &[&str] = &["color-contrast", "target-size", "scrollable-region-focusable"];

/// All windows and lights, with the rules that are applied there: all of them, once.
const LOOKS: [(&str, Look, Option<&[&str]>); 4] = [
    ("desktop", Look::DESKTOP, None),
    ("desktop-dark", Look::DESKTOP.dark(), Some(OF_LOOKS)),
    ("telephone", Look::TELEPHONE, Some(OF_LOOKS)),
    ("telephone-dark", Look::TELEPHONE.dark(), Some(OF_LOOKS)),
];

/// What is no page: it is for programs.
fn is_page(path: &str) -> bool {
    let others =
        ["/api/", "/scim/", "/asset/", "/health", "/metrics", "/ready", "/live", "/sign-in/sso", "/notices/read"];
    !others.iter().any(|other| path.starts_with(other)) && !path.ends_with(".csv") && !path.ends_with(".json")
}

/// What stands for the parameters of addresses.
struct Samples {
    connector: String,
    sync: String,
    user: String,
    finding: String,
    rule: String,
    endpoint: String,
    delivery: String,
    /// Campaigns that are written, that run, and that are over.
    reviews: [String; 3],
    plan: String,
}

impl Samples {
    /// The path with something in the place of every parameter.
    fn fill(&self, path: &str) -> String {
        let filled = match path {
            "/users/{id}" => format!("/users/{}", self.user),
            "/findings/{code}" => self.finding.clone(),
            "/rules/{id}" => self.rule.clone(),
            "/rules/{id}/edit" => format!("{}/edit", self.rule),
            "/endpoints/{id}" => self.endpoint.clone(),
            "/endpoints/add/{kind}" => "/endpoints/add/email".to_owned(),
            "/deliveries/{id}" => self.delivery.clone(),
            "/reviews/{id}" | "/reviews/{id}/edit" => path.replace("/reviews/{id}", &self.reviews[0]),
            "/reviews/{id}/plan" => format!("{}/plan", self.reviews[2]),
            "/plans/{id}" => self.plan.clone(),
            path if path.starts_with("/reviews/{id}") => path.replace("/reviews/{id}", &self.reviews[1]),
            "/documentation/{*path}" => "/documentation/connectors/npm".to_owned(),
            "/connectors/{id}/syncs/{sync}" => format!("{}/syncs/{}", self.connector, self.sync),
            "/explore/resource" => format!("{path}?name=npm:acme-npm:@acme/core"),
            "/explore/account" => format!("{path}?name=npm:acme-npm:lena.k"),
            "/people/person" => format!("{path}?key=E1&since=1d"),
            "/people/account" => format!("{path}?connector=npm:acme-npm&kind=user&id=otto.brandt"),
            "/explore/group" => format!("{path}?name=npm:acme-npm:acme"),
            path if path.starts_with("/connectors/{id}") => path.replace("/connectors/{id}", &self.connector),
            path => path.replace("{type}", "npm").replace("{token}", "nobody-has-this-link"),
        };
        assert!(!filled.contains('{'), "nothing stands for a parameter of {path}: add it here");
        filled
    }
}

#[test]
fn every_page_is_fit_for_everybody_and_every_window() {
    let hub = Hub::start();
    let (npm, cloudsmith) = (Simulator::npm(), Simulator::cloudsmith());
    let mut browser = administrator(&hub);
    cloudsmith_connect(&mut browser, &cloudsmith);
    lost_many(&mut browser, &npm);
    drop(invited(&hub, "olga", "auditor"));
    people(&hub);
    rules(&hub);
    let samples = samples(&mut browser);
    let routes: Value = serde_json::from_str(&hub.command(&["serve", "--print-routes"])).expect("routes as JSON");
    let paths = routes.as_array().expect("a list").iter().filter(|route| route["method"] == "GET");
    let paths = paths.filter_map(|route| route["path"].as_str()).filter(|path| is_page(path));
    let mut paths: Vec<String> = paths.map(|path| samples.fill(path)).collect();
    paths.extend(
        [
            "/documentation/guides/hub",
            "/connectors?q=nothing-like-this",
            "/no-such-page",
            "/jobs?state=queued",
            "/people/attestations?state=expired",
            "/people?only=several-accounts",
            "/people/accounts?state=suggested",
            "/people/person?key=E2&since=never",
            "/explore?q=core",
            "/explore?q=nothing-like-this",
            "/explore/resource?name=npm:acme-npm:@acme/core&action=read",
            "/changes?since=",
            "/changes?text=nothing-like-this",
            "/changes/compare?from=2020-01-01",
            "/findings?severity=high",
            "/findings?severity=critical",
            "/findings?state=resolved&text=nothing-like-this",
            "/findings?as-of=1d",
            "/rules?only=active",
            "/rules?text=nothing-like-this",
            "/deliveries?state=failed",
            // An answer of each form, a query that is wrong, one that is odd, and one that waits.
            "/queries?q=FIND+npm_user+AS+u+THAT+CAN+publish+npm_package+AS+p+RETURN+u.username,+count(p)+AS+packages",
            "/queries?q=FIND+npm_user",
            "/queries?q=FIND+npm_team+THAT+HAS+npm_user+RETURN+TREE",
            "/queries?q=FIND+npm_user+THAT+CAN+publish+npm_package+RETURN+PATH+LIMIT+20",
            "/queries?q=FIND+npm_user+WITH",
            "/queries?q=FIND+npm_usr",
            "/queries?q=FIND+npm_user+WITH+username+%3D+%24%7Bwho%7D",
            "/queries?q=FIND+npm_user&as-of=2020-01-01",
        ]
        .map(str::to_owned),
    );
    let [written, running, over] = &samples.reviews;
    for part in ["", "/decide?part=unchanged", "/decide?part=denied", "/grants?outcome=denied"] {
        paths.push(format!("{running}{part}"));
    }
    paths.extend([over.clone(), format!("{written}/decide"), "/reviews?tab=draft".to_owned()]);
    paths.push(format!("/changes/compare?from=sync:{}", samples.sync));
    assert!(paths.len() > 25, "these are all pages: {paths:?}");
    let wrongs: Vec<String> = paths.iter().flat_map(|path| inspect(&mut browser, path)).collect();
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn what_is_seen_before_anybody_is_signed_in_is_fit_too() {
    let hub = Hub::start();
    let mut browser = hub.browser();
    let paths = [hub.first_run_link(), "/sign-in".to_owned()];
    let wrongs: Vec<String> = paths.iter().flat_map(|path| inspect(&mut browser, path)).collect();
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// Brings somebody who works here and somebody who left.
fn people(hub: &Hub) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("staff.csv");
    let staff = "id,name,email,status,manager,npm\nE1,Maria Lund,maria@acme.test,active,,maria-lund\n\
                 E2,Otto Brandt,otto.brandt@acme.test,departed,E1,\n";
    std::fs::write(&file, staff).expect("a roster");
    let made = hub.command(&["people", "import", &file.display().to_string()]);
    assert!(made.contains("2 new"), "{made}");
    let file = folder.path().join("members.csv");
    std::fs::write(&file, "account,2fa\nmaria-lund,yes\nlena.k,no\n").expect("a list");
    let stated = hub.command(&["attest", "npm-2fa", &file.display().to_string(), "--connector", "npm:acme-npm"]);
    assert!(stated.contains("Stated: 2 accounts"), "{stated}");
}

/// Has rules evaluated, and what they find told where nobody listens.
fn rules(hub: &Hub) {
    let added = hub.command(&["endpoints", "add", "webhook", "ops", "--set", "url=https://127.0.0.1:9/hook"]);
    assert!(added.contains("is kept"), "{added}");
    let enabled = hub.command(&["rules", "enable-pack", "--endpoint", "ops"]);
    assert!(enabled.contains("enabled"), "{enabled}");
    let evaluated = hub.command(&["rules", "evaluate"]);
    assert!(!evaluated.is_empty(), "it says what it found");
}

/// What is wrong with a page, in all windows and lights.
fn inspect(browser: &mut Browser, path: &str) -> Vec<String> {
    browser.look(Look::DESKTOP);
    browser.open(path);
    let mut wrongs = Vec::new();
    for (name, look, rules) in LOOKS {
        browser.look(look);
        keep(browser, name);
        wrongs.extend(browser.wrongs(rules).into_iter().map(|wrong| format!("{name} {wrong}")));
    }
    wrongs
}

/// Keeps a picture of every page in the folder that `ROLECALL_E2E_PICTURES` names, for whoever wants to look at them.
fn keep(browser: &Browser, look: &str) {
    let Some(folder) = std::env::var_os("ROLECALL_E2E_PICTURES") else { return };
    let name = browser.path().trim_matches('/').replace(['/', '?', '='], "_");
    browser.picture(&std::path::Path::new(&folder).join(format!("{look}-{name}.png")));
}

fn samples(browser: &mut Browser) -> Samples {
    let last = |browser: &Browser, script: &str| {
        let address = browser.script(script, vec![]);
        address.as_str().expect("an address").rsplit('/').next().expect("a last part").to_owned()
    };
    let connector = connector_path(browser);
    browser.open(&format!("{connector}/syncs"));
    let sync = last(browser, "return document.querySelector('tbody a').getAttribute('href')");
    browser.open("/users");
    let user = last(browser, "return document.querySelector('tbody a').getAttribute('href')");
    let first = |browser: &mut Browser, path: &str| {
        browser.open(path);
        let address = browser.script("return document.querySelector('tbody a').getAttribute('href')", vec![]);
        address.as_str().expect("an address").to_owned()
    };
    let (finding, rule, endpoint) =
        (first(browser, "/findings"), first(browser, "/rules"), first(browser, "/endpoints"));
    browser.open(&endpoint);
    browser.press("Try");
    browser.arrive("Rolecall can reach you here");
    let delivery = browser.path().split('?').next().expect("a path").to_owned();
    let all = [("Written", Course::Written), ("Running", Course::Running), ("Over", Course::Over)];
    let reviews = all.map(|(name, course)| review(browser, name, course));
    let plan = first(browser, "/plans");
    Samples { connector, sync, user, finding, rule, endpoint, delivery, reviews, plan }
}

/// How far a campaign goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    Written,
    Running,
    Over,
}

/// Makes a campaign. Where it is.
pub(crate) fn review(browser: &mut Browser, name: &str, course: Course) -> String {
    browser.open("/reviews/new");
    browser.fill("Name", name);
    browser.press("Keep as a draft");
    browser.arrive(name);
    let path = browser.path().split('?').next().expect("a path").to_owned();
    if course == Course::Written {
        return path;
    }
    browser.press("Stage campaign");
    browser.see("Who will be asked");
    browser.tick("I have looked at who will be asked");
    browser.press("Start");
    browser.see("its reviewers are asked");
    if course == Course::Over {
        browser.tick("Is denied");
        let _ = browser.script("document.getElementById('complete-reason').value = 'a test'", vec![]);
        browser.press("Complete");
        browser.see("its decisions stand");
    }
    path
}
