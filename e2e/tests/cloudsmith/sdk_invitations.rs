//! Invitations of people who are no members yet.

use rolecall_e2e::{Sdk, Simulator};
use serde_json::{Value, json};

use crate::{merged, org};

#[test]
fn an_invitation_is_sent_prolonged_changed_and_withdrawn() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let listed = sdk.call("orgs_invites_list", org(json!({})));
    assert_eq!(listed.kind(), "list of OrganizationInvite");
    assert_eq!(listed.succeeded()[0]["email"], "kai-new@mail.example");

    let teams = json!([{ "team": "web", "role": "Member" }]);
    let data = json!({ "email": "n@x.example", "role": "Member", "teams": teams });
    let sent = sdk.call("orgs_invites_create", org(json!({ "data": data })));
    assert_eq!((sent.kind(), sent.status()), ("OrganizationInvite", 201));
    assert_eq!(sent.succeeded()["inviter"], simulator.account("owner"));
    assert_eq!(sent.succeeded()["teams"], teams);

    let one = |others: Value| merged(org(json!({ "slug_perm": sent.succeeded()["slug_perm"] })), others);
    assert_eq!(sdk.call("orgs_invites_extend", one(json!({}))).kind(), "OrganizationInviteExtend");
    assert_eq!(sdk.call("orgs_invites_resend", one(json!({}))).kind(), "OrganizationInviteExtend");
    let changed = sdk.get("orgs_invites_partial_update", one(json!({ "data": { "role": "Manager" } })));
    assert_eq!(changed["role"], "Manager");
    let roles = sdk.column("orgs_invites_list", org(json!({})), "role");
    assert_eq!(roles.len(), 2);
    assert!(roles.iter().any(|role| role == "Manager"));
    assert_eq!(sdk.call("orgs_invites_delete", one(json!({}))).status(), 204);
    assert_eq!(sdk.column("orgs_invites_list", org(json!({})), "email"), ["kai-new@mail.example"]);
}

#[test]
fn nobody_is_invited_to_what_is_not_there_or_by_plain_members() {
    let simulator = Simulator::cloudsmith();
    let mut sdk = Sdk::new(&simulator, "owner");
    let invite = |data: Value| org(json!({ "data": data }));
    let nowhere = json!({ "email": "n@x.example", "teams": [{ "team": "nowhere", "role": "Member" }] });
    sdk.call("orgs_invites_create", invite(nowhere)).refused(422);
    sdk.set("key", simulator.key("member"));
    sdk.call("orgs_invites_create", invite(json!({ "email": "n@x.example", "role": "Member" }))).refused(403);
    sdk.call("orgs_invites_list", org(json!({}))).refused(403);
}
