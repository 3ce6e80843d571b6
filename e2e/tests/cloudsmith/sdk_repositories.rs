//! Repositories: who sees which, and how they are made and unmade.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::{merged, owner};

fn seen(simulator: &Simulator, sdk: &mut Sdk, part: &str) -> Vec<String> {
    sdk.set("key", simulator.key(part));
    let mut slugs = sdk.column("repos_namespace_list", owner(json!({})), "slug");
    slugs.sort_unstable();
    slugs
}

#[test]
fn a_list_holds_what_its_reader_may_read() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("repos_namespace_list", owner(json!({})));
    assert_eq!((listed.kind(), listed.header("x-pagination-count")), ("list of Repository", Some("8")));
    assert_eq!(seen(&simulator, &mut sdk, "owner").len(), 8);
    assert_eq!(seen(&simulator, &mut sdk, "service"), ["open-tools", "staging", "web-assets"]);
    assert_eq!(seen(&simulator, &mut sdk, "collaborator"), ["open-tools", "partner-drops"]);
    let member = seen(&simulator, &mut sdk, "member");
    assert_eq!(member, ["open-tools", "partner-drops", "staging", "web-assets"], "two of them by default");
    let everywhere = sdk.column("repos_user_list", json!({}), "slug");
    assert!(everywhere.len() >= member.len(), "{everywhere:?}");
}

#[test]
fn a_repository_tells_who_may_read_it_by_default() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let mut default = |slug: &str| {
        let read = sdk.get("repos_read", owner(json!({ "identifier": slug })));
        (read["default_privilege"].clone(), read["repository_type_str"].clone(), read["broadcast_state"].clone())
    };
    assert_eq!(default("staging"), (json!("Write"), json!("Private"), json!("Off")));
    assert_eq!(default("production"), (json!("None"), json!("Private"), json!("Off")));
    assert_eq!(default("open-tools").1, "Open-Source");
    assert_eq!(default("partner-drops").2, "Private");
    let production = sdk.get("repos_read", owner(json!({ "identifier": "production" })));
    let by_id = owner(json!({ "identifier": production["slug_perm"] }));
    assert_eq!(sdk.get("repos_read", by_id), production);
}

#[test]
fn a_repository_is_made_changed_and_deleted() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "manager");
    let data = json!({ "name": "New Repo", "repository_type_str": "Private", "default_privilege": "Read" });
    let made = sdk.call("repos_create", owner(json!({ "data": data })));
    assert_eq!((made.kind(), made.status()), ("RepositoryCreate", 201));
    let slug = made.succeeded()["slug"].clone();
    let one = |others: Value| merged(owner(json!({ "identifier": slug })), others);
    let entries = sdk.get("repos_privileges_list", one(json!({})));
    assert_eq!(entries["privileges"], json!([{ "privilege": "Admin", "user": simulator.account("manager") }]));

    sdk.get("repos_partial_update", one(json!({ "data": { "default_privilege": "Write" } })));
    assert_eq!(sdk.get("repos_read", one(json!({})))["default_privilege"], "Write");
    sdk.call("repos_partial_update", one(json!({ "data": { "default_privilege": "All" } }))).refused(422);
    assert_eq!(sdk.call("repos_delete", one(json!({}))).status(), 200);
    sdk.call("repos_read", one(json!({}))).refused(404);
}
