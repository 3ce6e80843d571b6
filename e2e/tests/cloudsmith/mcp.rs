//! `cloudsmith mcp start`: the server for assistants, which has the calls about members and teams that the
//! command line lacks, made from the document that the service publishes.

use rolecall_e2e::{Mcp, Sdk, Simulator};
use serde_json::json;

use crate::org;

/// Calls one tool after another, each with what its answer must contain.
fn tell(mcp: &mut Mcp, calls: &[(&str, serde_json::Value, &str)]) {
    for (tool, arguments, expected) in calls {
        let told = mcp.call(tool, arguments.clone());
        assert!(told.text.contains(expected) && !told.is_error, "{tool}: `{expected}` is not in\n{}", told.text);
    }
}

#[test]
fn it_offers_every_call_that_is_published() {
    let simulator = Simulator::cloudsmith();
    let mut mcp = Mcp::new(&simulator, "owner");
    let tools = mcp.tools();
    for tool in ["user_self", "orgs_members_list", "orgs_teams_members_update", "repos_privileges_list"] {
        assert!(tools.iter().any(|name| name == tool), "{tool} is not in {tools:?}");
    }
    assert!(tools.len() > 90, "{tools:?}");
}

#[test]
fn it_reads_members_teams_and_repositories() {
    let simulator = Simulator::cloudsmith();
    let mut mcp = Mcp::new(&simulator, "owner");
    let repository = json!({ "owner": "acme", "identifier": "production" });
    let services = json!({ "org": "acme", "team": "release", "user_kind": "service" });
    let active = json!({ "org": "acme", "is_active": true, "page": 1, "page_size": 2 });
    tell(
        &mut mcp,
        &[
            ("user_self", json!({}), "slug: maria-lund"),
            ("orgs_list", json!({}), "Acme,acme,"),
            ("orgs_members_list", org(json!({ "page_size": 2 })), "user: berit-left"),
            ("orgs_members_list", active, "user: henrikb"),
            ("orgs_members_read", org(json!({ "member": "lena-k" })), "email: lena.k@acme.example"),
            ("orgs_teams_list", org(json!({})), "Incident Response,incident-response,"),
            ("orgs_teams_members_list", services, "Member,acme-release-bot,Service"),
            ("orgs_services_list", org(json!({})), "slug: ci"),
            ("orgs_invites_list", org(json!({})), "email: kai-new@mail.example"),
            ("repos_namespace_list", json!({ "owner": "acme", "page_size": 1 }), "slug: incident-tools"),
            ("repos_privileges_list", repository, "Write,null,release,null"),
            ("audit_log_namespace_list", json!({ "owner": "acme" }), "user.login"),
            ("orgs_members_read", org(json!({ "member": "ghost" })), "404 Not Found"),
        ],
    );
}

#[test]
fn it_changes_roles_teams_and_members() {
    let simulator = Simulator::cloudsmith();
    let mut mcp = Mcp::new(&simulator, "owner");
    let role = org(json!({ "member": "lena-k", "role": "Collaborator" }));
    let add = org(json!({ "team": "web", "members": [{ "user": "lena-k", "role": "Member" }] }));
    tell(
        &mut mcp,
        &[
            ("orgs_members_update_role", role, "role: Collaborator"),
            ("orgs_teams_members_create", add, "Member,lena-k,User"),
            ("orgs_members_delete", org(json!({ "member": "henrikb" })), ""),
        ],
    );
    let mut sdk = Sdk::new(&simulator, "owner");
    let lena = sdk.get("orgs_members_read", org(json!({ "member": "lena-k" })));
    assert_eq!(lena["role"], "Collaborator");
    assert!(lena["teams"].to_string().contains("\"web\""), "{lena}");
    sdk.call("orgs_members_read", org(json!({ "member": "henrikb" }))).refused(404);
    // An array in a body gets through, which it does not when the published document is of another version.
    let only = org(json!({ "team": "web", "members": [{ "user": "yuki_tan", "role": "Manager" }] }));
    mcp.call("orgs_teams_members_update", only);
    let seats = sdk.get("orgs_teams_members_list", org(json!({ "team": "web" })));
    assert_eq!(seats["members"], json!([{ "role": "Manager", "user": "yuki_tan", "user_kind": "User" }]));
}

#[test]
fn it_sees_no_more_than_its_key() {
    let simulator = Simulator::cloudsmith();
    let mut mcp = Mcp::new(&simulator, "collaborator");
    let seen = mcp.call("orgs_members_list", org(json!({}))).text;
    assert!(seen.contains("nadia-freelance") && !seen.contains("maria-lund"), "{seen}");
    assert!(mcp.call("orgs_services_list", org(json!({}))).text.contains("403 Forbidden"));
}
