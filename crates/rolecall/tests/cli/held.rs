//! *Architecture Invariants* 1 and 3 from outside: what waits, what does not, and how a person decides.

use rolecall_sim::npm::Role;

use crate::support::{run, served};

#[tokio::test(flavor = "multi_thread")]
async fn many_removals_wait_while_additions_are_current_at_once() {
    let served = served(21, 30, 3, 6).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let gone: Vec<String> = {
        let mut world = served.server.world();
        let members = world.members(&served.organization);
        let developers = members.iter().filter(|(_, role)| *role == Role::Developer).map(|(name, _)| name.clone());
        let gone: Vec<String> = developers.take(8).collect();
        for name in &gone {
            world.member_remove(&served.organization, name);
        }
        world.account("brand-new");
        world.member(&served.organization, "brand-new", Role::Owner);
        gone
    };
    let ran = served.sync(&binary, &[]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("Confirm changes"), "{}", ran.stdout);
    let users = run(&binary, &["list", "users", "--format", "json"]).json();
    let user = |name: &str| users.as_array().unwrap().iter().find(|user| user["account"] == name).cloned();
    assert_eq!(user("brand-new").unwrap()["roles"][0], "owner", "a new owner never hides behind what waits");
    for name in &gone {
        let user = user(name).unwrap();
        assert_eq!(user["removalUnconfirmed"], true, "{user}");
    }
    assert!(run(&binary, &["status"]).stdout.contains("Confirm changes"));

    let title = format!("npm:{}", served.organization);
    let decided = run(&binary, &["changes", "confirm", &title, "--reason", "they left", "--format", "json"]);
    assert!(decided.json()["facts"].as_u64().unwrap() >= 8, "{decided:?}");
    let users = run(&binary, &["list", "users", "--format", "json"]).json();
    let roles_of_gone =
        users.as_array().unwrap().iter().filter(|user| gone.iter().any(|name| user["account"] == **name));
    assert!(roles_of_gone.clone().all(|user| user["roles"].as_array().unwrap().is_empty()), "{users}");
    let changes = run(&binary, &["changes", "--format", "json"]).stdout;
    assert!(changes.contains("they left"), "{changes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_removal_passes_and_a_discarded_drop_is_not_announced_again() {
    let served = served(22, 30, 3, 6).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let members = served.server.world().members(&served.organization);
    let developers: Vec<String> =
        members.into_iter().filter(|(_, role)| *role == Role::Developer).map(|(name, _)| name).collect();
    served.server.world().member_remove(&served.organization, &developers[0]);
    let ran = served.sync(&binary, &[]).await;
    assert!(!ran.stdout.contains("Confirm changes"), "{}", ran.stdout);
    let changes = run(&binary, &["changes", "--format", "json"]).stdout;
    assert!(changes.contains("disappeared") && changes.contains(&developers[0]), "{changes}");

    for name in &developers[1..9] {
        served.server.world().member_remove(&served.organization, name);
    }
    served.sync(&binary, &[]).await;
    let title = format!("npm:{}", served.organization);
    run(&binary, &["changes", "discard", &title]);
    served.sync(&binary, &[]).await;
    let status = run(&binary, &["status", "--format", "json"]).json();
    assert_eq!(status[0]["removalsWaiting"], 0, "{status}");
    let users = run(&binary, &["list", "users", "--format", "json"]).json();
    let kept = users.as_array().unwrap().iter().filter(|user| user["removalUnconfirmed"] == true).count();
    assert!(kept >= 8, "they stay current: {users}");
}
