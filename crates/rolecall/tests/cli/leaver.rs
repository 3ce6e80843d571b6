//! What a leaver can still do, checked against the registry: its steps are taken there, and then it is read again.

use rolecall_testkit::{Binary, cases};
use serde_json::Value as Json;

use crate::support::{Served, run, served, story_served};

fn leaver(binary: &Binary, who: &str) -> Json {
    let ran = run(binary, &["leaver", who, "--format", "json"]);
    assert_eq!(ran.code, 0, "{who}: {ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

fn ids(list: &Json, path: &[&str]) -> Vec<String> {
    let id = |one: &Json| path.iter().fold(one, |json, name| &json[*name]).as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(id).collect()
}

/// Does at the registry what a step says.
fn take(served: &Served, how: &str) {
    let words: Vec<&str> = how.split(' ').collect();
    let mut world = served.server.world();
    match words.as_slice() {
        ["npm", "org", "rm", organization, account] => {
            world.member_remove(organization, account);
        }
        ["npm", "team", "rm", team, account] => {
            let (organization, team) = team.split_once(':').unwrap();
            world.team_member_remove(organization, team, account);
        }
        ["npm", "owner", "rm", account, package] => {
            let _ = world.package(package).maintainer_remove(account).collaborator_remove(account);
        }
        other => panic!("nobody can do {other:?}"),
    }
}

/// What an account may still publish at the registry.
fn publishes(served: &Served, account: &str) -> Vec<String> {
    let world = served.server.world();
    world.packages().into_iter().filter(|package| world.may_publish(account, package)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn once_every_step_is_taken_no_more_remains_than_was_told() {
    let served = served(11, cases(40, 260), 6, 25).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let users = run(&binary, &["list", "users", "--format", "json"]);
    let users = ids(&serde_json::from_str(&users.stdout).unwrap(), &["account"]);
    let owners = run(&binary, &["list", "grants", "--format", "csv"]).stdout;
    let is_owner = |user: &str| owners.lines().any(|line| line.contains("owner") && line.contains(user));
    let mut leavers: Vec<String> = users.into_iter().filter(|user| !is_owner(user)).take(cases(6, 200)).collect();
    // With whose token everything is read, leaves last: nothing can be read after that.
    let reads = |account: &String| {
        let answer = leaver(&binary, &format!("npm:{account}"));
        answer["steps"][0]["first"].as_str().is_some_and(|first| first.contains("the one it reads with"))
    };
    let readers: Vec<String> = leavers.extract_if(.., |account| reads(account)).collect();
    assert!(leavers.len() > 4 && readers.len() < 2, "{leavers:?}, {readers:?}");
    for account in &leavers {
        let answer = leaver(&binary, &format!("npm:{account}"));
        let can = ids(&answer["accounts"][0]["writes"], &["id"]);
        let mut published = publishes(&served, account);
        published.retain(|package| can.contains(package) || package.starts_with('@'));
        assert_eq!(
            {
                let mut can = can.clone();
                can.sort();
                can
            },
            {
                published.sort();
                published
            },
            "{account}"
        );
        ids(&answer["steps"], &["how"]).iter().for_each(|how| take(&served, how));
        served.sync(&binary, &[]).await;
        let remains = ids(&answer["remains"], &["resource", "id"]);
        let mut left = publishes(&served, account);
        left.retain(|package| can.contains(package));
        assert_eq!(left, remains, "{account}: {answer:#}");
        // Read again, the report says that nothing is left to do; or the account is gone altogether.
        let after = run(&binary, &["leaver", &format!("npm:{account}"), "--format", "json"]);
        if after.code != 6 {
            let after: Json = serde_json::from_str(&after.stdout).unwrap();
            assert_eq!(ids(&after["accounts"][0]["writes"], &["id"]), remains, "{account}: {after:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_is_a_person_with_all_accounts_and_those_that_may_be_theirs() {
    let served = story_served().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let file = binary.home().join("staff.csv");
    std::fs::write(&file, "id,name,email,npm,status\nE1,Maria Lund,maria@acme.test,maria-lund,active\nE2,Otto Brandt,otto.brandt@acme.test,,departed\n").unwrap();
    assert_eq!(run(&binary, &["people", "import", &file.display().to_string()]).code, 0);
    let maria = leaver(&binary, "maria@acme.test");
    assert_eq!(maria["person"]["key"], "E1");
    assert_eq!(ids(&maria["steps"], &["how"]), ["npm org rm acme maria-lund"]);
    assert!(maria["besides"].as_array().unwrap().len() > 2 && maria["completeness"]["complete"] == true, "{maria:#}");
    let otto = leaver(&binary, "Otto Brandt");
    assert_eq!(otto["accounts"], Json::Array(Vec::new()), "{otto:#}");
    assert_eq!(ids(&otto["perhaps"], &["id"]), ["otto.brandt"], "what may be theirs is not left out");
    let printed = run(&binary, &["leaver", "E1"]).stdout;
    for said in
        ["theirs because", "What to do, in this order", "npm org rm acme maria-lund", "Think of:", "No interface shows"]
    {
        assert!(printed.contains(said), "{said:?} is missing in {printed}");
    }
    let outsider = leaver(&binary, "npm:nadia-freelance");
    assert_eq!(ids(&outsider["steps"], &["how"]), ["npm owner rm nadia-freelance @acme/charts"]);
    assert!(outsider["steps"][0]["first"].as_str().unwrap().contains("find out where"), "{outsider:#}");
    let nobody = run(&binary, &["leaver", "nobody"]);
    assert!(nobody.code == 6 && nobody.stderr.contains("hint:"), "{nobody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_and_after_are_compared_once_it_is_done() {
    let served = story_served().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let file = binary.home().join("staff.csv");
    std::fs::write(&file, "id,name,email,npm,status\nE1,Yuki Tan,yuki@acme.test,yuki_tan,departed\n").unwrap();
    assert_eq!(run(&binary, &["people", "import", &file.display().to_string()]).code, 0);
    let before = jiff::Timestamp::now().to_string();
    let answer = leaver(&binary, "E1");
    ids(&answer["steps"], &["how"]).iter().for_each(|how| take(&served, how));
    served.sync(&binary, &[]).await;
    let compared = run(&binary, &["leaver", "E1", "--since", &before, "--format", "json"]).json();
    let compared = &compared["compared"];
    let gone = ids(&compared["gone"], &["resource"]);
    for package in ids(&answer["accounts"][0]["writes"], &["id"]) {
        assert!(gone.contains(&package), "{package} is not among {gone:?}");
    }
    assert_eq!(
        (&compared["remains"], &compared["added"]),
        (&Json::Array(vec![]), &Json::Array(vec![])),
        "{compared:#}"
    );
    let printed = run(&binary, &["leaver", "E1", "--since", &before]).stdout;
    assert!(printed.contains("Since 20") && printed.contains("gone") && !printed.contains("remains "), "{printed}");
    for (arguments, code) in [(["E1", "--since", "never"], 2), (["npm:lena.k", "--since", "7d"], 2)] {
        let ran = run(&binary, &[&["leaver"], &arguments[..]].concat());
        assert!(ran.code == code && ran.stderr.contains("hint:"), "{ran:?}");
    }
}
