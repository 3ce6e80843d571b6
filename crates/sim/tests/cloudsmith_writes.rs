//! What can be changed, by whom, and with what effect.

mod cloudsmith_support;

use cloudsmith_support::{Client, serve};
use reqwest::Method;
use rolecall_sim::cloudsmith::{Level, Principal, Quirks, Role, Server, ServiceRole, TeamRole, World};
use serde_json::{Value, json};

fn acme() -> World {
    let mut world = World::new();
    world
        .organization("acme")
        .member("acme", "olivia", Role::Owner)
        .member("acme", "max", Role::Manager)
        .member("acme", "mia", Role::Member)
        .team_member("acme", "web", "mia", TeamRole::Manager)
        .team_service("acme", "web", "ci", TeamRole::Member)
        .privilege("acme", "prod", Principal::Team("web"), Level::Write)
        .privilege("acme", "prod", Principal::User("max"), Level::Admin);
    world
}

async fn started() -> (Server, Client, Client, Client) {
    let server = serve(acme()).await;
    let [owner, manager, member] = ["olivia", "max", "mia"].map(|account| Client::of(&server, account));
    (server, owner, manager, member)
}

#[tokio::test]
async fn roles_are_changed_by_those_above() {
    let (server, owner, manager, member) = started().await;
    let role = |word: &str| json!({ "role": word });
    let path = "/orgs/acme/members/mia/update-role/";
    let (status, changed) = manager.patch(path, &role("Collaborator")).await;
    assert_eq!((status, &changed["role"]), (200, &json!("Collaborator")));
    assert!(changed.get("is_active").is_none() && changed.get("teams").is_none());
    assert_eq!(manager.patch(path, &role("Owner")).await.0, 403, "nobody gives more than they have");
    assert_eq!(manager.patch("/orgs/acme/members/olivia/update-role/", &role("Member")).await.0, 403);
    assert_eq!(member.patch("/orgs/acme/members/mia/update-role/", &role("Owner")).await.0, 403);
    assert_eq!(owner.patch("/orgs/acme/members/olivia/update-role/", &role("Member")).await.0, 400, "the last owner");
    let (status, body) = owner.patch(path, &role("Admin")).await;
    assert_eq!((status, &body["fields"]), (422, &json!({ "role": ["\"Admin\" is not a valid choice."] })));
    assert_eq!(body["code"], "invalid");
    assert!(server.world().members("acme").contains(&("mia".to_owned(), Role::Collaborator)));
    let (_, changed) =
        member.patch("/orgs/acme/members/mia/update-visibility/", &json!({ "visibility": "Private" })).await;
    assert_eq!(changed["visibility"], "Private");
}

#[tokio::test]
async fn one_get_removes_a_member_and_so_does_delete() {
    let (server, owner, manager, member) = started().await;
    assert_eq!(member.get("/orgs/acme/members/max/remove/").await.0, 403);
    assert_eq!(manager.get("/orgs/acme/members/olivia/remove/").await.0, 403);
    assert_eq!(owner.get("/orgs/acme/members/mia/remove/").await.0, 204);
    assert!(server.world().team_members("acme", "web").is_empty());
    assert_eq!(owner.delete("/orgs/acme/members/max/").await.0, 204);
    assert_eq!(server.world().privileges("acme", "prod").len(), 1, "the manager's own is gone");
    assert_eq!(owner.delete("/orgs/acme/members/olivia/").await.0, 400);
    assert_eq!(member.get("/orgs/acme/members/").await.0, 404, "an outsider now");
    let (_, log) = owner.get("/audit-log/acme/?query=event:org.member.removed").await;
    assert_eq!(cloudsmith_support::column(&log, "target"), ["max", "mia"], "newest first");
}

#[tokio::test]
async fn whoever_makes_a_team_is_in_it() {
    let (server, owner, _, member) = started().await;
    let (status, team) = owner.post("/orgs/acme/teams/", &json!({ "name": "New Team", "visibility": "Hidden" })).await;
    assert_eq!((status, &team["slug"], &team["visibility"]), (201, &json!("new-team"), &json!("Hidden")));
    assert_eq!(server.world().team_members("acme", "new-team"), [("olivia".to_owned(), TeamRole::Manager)]);
    assert_eq!(owner.post("/orgs/acme/teams/", &json!({ "name": "New Team" })).await.0, 422);
    assert_eq!(member.post("/orgs/acme/teams/", &json!({ "name": "Mine" })).await.0, 403);
    // A manager of a team changes it, by either of its names.
    let path = "/orgs/acme/teams/web/";
    let slug_perm = member.get(path).await.1["slug_perm"].as_str().map(ToOwned::to_owned).expect("a name");
    assert_eq!(member.patch(path, &json!({ "slug": "site", "description": "All pages" })).await.0, 200);
    assert_eq!(member.get(path).await.0, 404);
    assert_eq!(member.get(&format!("/orgs/acme/teams/{slug_perm}/")).await.1["description"], "All pages");
    assert_eq!(owner.delete("/orgs/acme/teams/site/").await.0, 204);
    assert_eq!(server.world().privileges("acme", "prod").len(), 1, "the team's is gone");
}

#[tokio::test]
async fn members_of_a_team_are_added_one_by_one_and_replaced_all_at_once() {
    let (server, owner, _, _) = started().await;
    let path = "/orgs/acme/teams/web/members";
    let seats = |user: &str, kind: &str| json!({ "members": [{ "user": user, "role": "Member", "user_kind": kind }] });
    let (_, people) = owner.get(path).await;
    assert_eq!(people, json!({ "members": [{ "user": "mia", "role": "Manager", "user_kind": "User" }] }));
    let (_, services) = owner.get(&format!("{path}/?user_kind=service")).await;
    assert_eq!(services["members"][0]["user"], "ci");
    let (status, all) = owner.post(path, &seats("max", "User")).await;
    assert_eq!((status, all["members"].as_array().map(Vec::len)), (201, Some(3)));
    let (status, body) = owner.post(path, &seats("max", "User")).await;
    assert_eq!(
        (status, &body["fields"]["non_field_errors"][0]),
        (422, &json!("max is already a member of this team."))
    );
    let (status, body) = owner.post(path, &seats("ghost", "Service")).await;
    assert_eq!((status, &body["fields"]), (422, &json!({ "members": ["user: Service not found."] })));
    server.world().quirks.nested_fields = true;
    let (_, body) = owner.post(path, &seats("ghost", "User")).await;
    assert_eq!(body["fields"], json!({ "members": [{ "user": ["User not found."] }] }));

    server.world().quirks.team_put_keeps_services = true;
    assert_eq!(owner.put(path, &seats("max", "User")).await, (204, Value::Null));
    assert_eq!(server.world().team_services("acme", "web").len(), 1);
    server.world().quirks = Quirks { team_put_answers_200: true, ..Quirks::default() };
    assert_eq!(owner.put(path, &seats("max", "User")).await.0, 200);
    assert!(server.world().team_services("acme", "web").is_empty(), "replaced, services included");
    assert_eq!(server.world().team_members("acme", "web"), [("max".to_owned(), TeamRole::Member)]);
}

#[tokio::test]
async fn a_services_key_is_shown_once() {
    let (server, owner, manager, member) = started().await;
    let body = json!({ "name": "New Service", "role": "Manager", "teams": [{ "slug": "web", "role": "Member" }] });
    let (status, service) = manager.post("/orgs/acme/services/", &body).await;
    let key = service["key"].as_str().expect("a key").to_owned();
    assert_eq!((status, &service["slug"], &service["created_by"]), (200, &json!("new-service"), &json!("max")));
    let (_, shown) = owner.get("/orgs/acme/services/new-service/").await;
    assert!(
        shown["key"].as_str().is_some_and(|shown| shown.starts_with('*') && key.ends_with(&shown[shown.len() - 4..]))
    );
    assert_eq!(owner.with(&key).post("/packages/acme/prod/upload/raw/", &json!({})).await.0, 201, "by its team");
    let (_, refreshed) = owner.post("/orgs/acme/services/new-service/refresh/", &json!({})).await;
    assert_eq!(owner.with(&key).get("/user/self/").await.0, 401);
    let key = refreshed["key"].as_str().expect("a key");
    assert_eq!(owner.with(key).get("/user/self/").await.1["slug"], "new-service");
    let (_, changed) = owner.patch("/orgs/acme/services/new-service/", &json!({ "role": "Member", "teams": [] })).await;
    assert_eq!((&changed["role"], &changed["teams"]), (&json!("Member"), &json!([])));
    assert_eq!(member.delete("/orgs/acme/services/new-service/").await.0, 403);
    assert_eq!(owner.delete("/orgs/acme/services/new-service/").await.0, 204);
    assert_eq!(owner.with(key).get("/user/self/").await.0, 401);
    assert_eq!(server.world().services("acme"), [("ci".to_owned(), ServiceRole::Member)]);
    let long = json!({ "name": "a name that is far longer than any slug may be" });
    let (_, service) = owner.post("/orgs/acme/services/", &long).await;
    assert!(service["slug"].as_str().is_some_and(|slug| slug.len() <= 30));
}

#[tokio::test]
async fn an_invitation_becomes_a_membership_when_it_is_accepted() {
    let (server, owner, manager, _) = started().await;
    let body =
        json!({ "email": "kai@mail.example", "role": "Member", "teams": [{ "team": "web", "role": "Manager" }] });
    let (status, sent) = manager.post("/orgs/acme/invites/", &body).await;
    assert_eq!((status, &sent["inviter"], &sent["teams"][0]["team"]), (201, &json!("max"), &json!("web")));
    assert_eq!(manager.post("/orgs/acme/invites/", &json!({ "email": "x@y.example", "role": "Owner" })).await.0, 403);
    assert_eq!(owner.post("/orgs/acme/invites/", &json!({})).await.0, 422);
    assert_eq!(owner.post("/orgs/acme/invites/", &json!({ "user": "mia" })).await.0, 422, "a member already");
    let path = format!("/orgs/acme/invites/{}/", sent["slug_perm"].as_str().expect("a name"));
    assert_eq!(owner.patch(&path, &json!({ "role": "Manager" })).await.1["role"], "Manager");
    server.world().advance(std::time::Duration::from_secs(20 * 24 * 3600));
    let (_, extended) = owner.post(&format!("{path}extend/"), &json!({})).await;
    assert!(extended["expires_at"].as_str() > sent["expires_at"].as_str());
    assert!(server.world().invite_accept("acme", "kai@mail.example"));
    assert!(server.world().members("acme").contains(&("kai".to_owned(), Role::Manager)));
    assert!(server.world().team_members("acme", "web").contains(&("kai".to_owned(), TeamRole::Manager)));
    assert_eq!(owner.get("/orgs/acme/invites/").await.1, json!([]));
}

#[tokio::test]
async fn privileges_are_added_to_and_replaced() {
    let (server, owner, manager, member) = started().await;
    let path = "/repos/acme/prod/privileges";
    let one = |kind: &str, slug: &str, level: &str| json!({ "privileges": [{ "privilege": level, kind: slug }] });
    assert_eq!(manager.patch(path, &one("service", "ci", "Read")).await, (204, Value::Null));
    assert_eq!(manager.patch(path, &one("team", "web", "Admin")).await.0, 204);
    let (_, held) = manager.get(path).await;
    let entry = |service: Value, team: Value, user: Value, level: &str| json!({ "privilege": level, "service": service, "team": team, "user": user });
    let expected = [
        entry(json!("ci"), Value::Null, Value::Null, "Read"),
        entry(Value::Null, json!("web"), Value::Null, "Admin"),
        entry(Value::Null, Value::Null, json!("max"), "Admin"),
    ];
    assert_eq!(held, json!({ "privileges": expected }));
    for wrong in [
        json!({ "privileges": [{ "privilege": "Read", "team": "web", "user": null }] }),
        json!({ "privileges": [{ "privilege": "Read", "team": "web", "user": "mia" }] }),
        json!({ "privileges": [{ "privilege": "None", "team": "web" }] }),
        json!({ "privileges": [{ "privilege": "Read" }] }),
        one("team", "ghost", "Read"),
    ] {
        assert_eq!(manager.patch(path, &wrong).await.0, 422, "{wrong}");
    }
    assert_eq!(manager.put(path, &json!({})).await.0, 422, "the list is required here");
    // Whoever leaves themselves out is locked out.
    assert_eq!(manager.put(path, &one("user", "mia", "Read")).await.0, 204);
    assert_eq!(manager.get(path).await.0, 404);
    assert_eq!(member.get(path).await.0, 403);
    assert_eq!(server.world().privileges("acme", "prod"), [("user", "mia".to_owned(), Level::Read)]);
    server.world().quirks.privilege_nulls = false;
    assert_eq!(owner.get(path).await.1, one("user", "mia", "Read"));
}

#[tokio::test]
async fn whoever_makes_a_repository_administers_it() {
    let (server, owner, manager, member) = started().await;
    assert_eq!(member.post("/repos/acme/", &json!({ "name": "Mine" })).await.0, 403);
    let body = json!({ "name": "New Repository", "repository_type_str": "Private", "proxy_npmjs": true });
    let (status, made) = manager.post("/repos/acme/", &body).await;
    assert_eq!((status, &made["slug"], &made["is_private"]), (201, &json!("new-repository"), &json!(true)));
    assert_eq!(made["proxy_npmjs"], true);
    assert!(server.world().may_administer("acme", "new-repository", "max"));
    let path = "/repos/acme/new-repository/";
    let change = json!({ "default_privilege": "Write", "broadcast_state": "Internal", "slug": "renamed" });
    let (status, changed) = manager.patch(path, &change).await;
    assert_eq!((status, &changed["default_privilege"], &changed["slug"]), (200, &json!("Write"), &json!("renamed")));
    assert!(server.world().may_push("acme", "renamed", "mia"));
    assert_eq!(manager.patch("/repos/acme/renamed/", &json!({ "slug": "prod" })).await.0, 422, "taken");
    assert_eq!(manager.patch("/repos/acme/renamed/", &json!({ "default_privilege": "Root" })).await.0, 422);
    assert_eq!(owner.delete("/repos/acme/renamed/").await.0, 200);
    assert_eq!(owner.get("/repos/acme/renamed/").await.0, 404);
    let (_, few) = owner.get("/repos/acme/?fields[repositories]=slug,size").await;
    assert_eq!(few[0], json!({ "size": 0, "slug": "prod" }), "as one client asks");
}

#[tokio::test]
async fn entitlement_tokens_are_made_switched_and_hidden() {
    let (server, owner, _, member) = started().await;
    let list = "/entitlements/acme/prod/";
    let (status, made) = owner.post(&format!("{list}?show_tokens=True"), &json!({ "name": "customer" })).await;
    let secret = made["token"].as_str().expect("a secret").to_owned();
    assert_eq!((status, &made["created_by"], &made["user"]), (201, &json!("olivia"), &Value::Null));
    assert!(server.world().entitlement_opens("acme", "prod", &secret));
    assert_eq!(owner.get(list).await.1[0]["token"], "************");
    assert_eq!(owner.post(list, &json!({ "name": "" })).await.0, 422);
    assert_eq!(
        member.post(list, &json!({ "name": "mine" })).await.0,
        403,
        "seen by readers, changed by administrators"
    );
    let one = format!("{list}{}/", made["slug_perm"].as_str().expect("a name"));
    assert_eq!(owner.post(&format!("{one}disable/"), &json!({})).await.0, 204);
    assert!(!server.world().entitlement_opens("acme", "prod", &secret));
    assert_eq!(owner.get(&format!("{list}?active=true")).await.1, json!([]));
    assert_eq!(owner.post(&format!("{one}enable/"), &json!({})).await.0, 204);
    let until = json!({ "limit_date_range_to": "2026-11-23T11:00:00Z" });
    assert_eq!(owner.patch(&one, &until).await.1["has_limits"], true);
    assert!(!server.world().entitlement_opens("acme", "prod", &secret), "over");
    let open = json!({ "limit_date_range_to": null });
    let (_, refreshed) = owner.post(&format!("{one}refresh/?show_tokens=true"), &open).await;
    let fresh = refreshed["token"].as_str().expect("a secret");
    assert!(fresh != secret && server.world().entitlement_opens("acme", "prod", fresh));
    server.world().repository("acme", "copy");
    let (_, synced) = owner.post("/entitlements/acme/copy/sync/", &json!({ "source": "prod" })).await;
    assert_eq!(synced["tokens"][0]["name"], "customer");
    assert_eq!(owner.post("/entitlements/acme/copy/sync/", &json!({ "source": "ghost" })).await.0, 422);
    assert_eq!(owner.delete(&one).await.0, 204);
    server.world().entitlement_token("acme", "prod", "personal", "max").personal();
    assert_eq!(owner.get(list).await.1.as_array().map(Vec::len), Some(1));
    assert_eq!(member.get(list).await.1, json!([]), "other people's are for administrators");
}

#[tokio::test]
async fn an_identity_becomes_a_service_when_the_claims_fit() {
    let (server, owner, _, _) = started().await;
    let provider = json!({
        "name": "Pipelines", "provider_url": "https://ci.example", "enabled": true,
        "claims": { "repository": "acme/web" }, "service_accounts": ["ci"],
    });
    let (status, made) = owner.post("/orgs/acme/openid-connect/", &provider).await;
    assert_eq!((status, &made["dynamic_mappings"]), (201, &json!([])));
    let anybody = Client::anonymous(&server);
    let right = server.world().oidc_token("https://ci.example/", &[("repository", "acme/web")]);
    let wrong = server.world().oidc_token("https://ci.example", &[("repository", "evil/web")]);
    let ask = |token: &str, service: &str| json!({ "oidc_token": token, "service_slug": service });
    for (token, service) in [(wrong.as_str(), "ci"), (&right, "other"), ("junk", "ci")] {
        assert_eq!(anybody.post("/openid/acme/", &ask(token, service)).await.0, 401);
    }
    let (status, exchanged) = anybody.post("/openid/acme/", &ask(&right, "ci")).await;
    let token = exchanged["token"].as_str().expect("a token").to_owned();
    assert_eq!(status, 201);
    assert_eq!(anybody.with(&token).get("/user/self/").await.1["slug"], "ci", "in a key's place");
    let bearer = |token: String| anybody.request(Method::GET, "/user/self/").bearer_auth(token).send();
    assert_eq!(bearer(token.clone()).await.expect("an answer").status(), 200);
    server.world().advance(std::time::Duration::from_secs(2 * 3600));
    assert_eq!(bearer(token).await.expect("an answer").status(), 401, "after two hours");
    let path = format!("/orgs/acme/openid-connect/{}/", made["slug_perm"].as_str().expect("a name"));
    let mapped = json!({ "mapping_claim": "branch", "service_accounts": [],
        "dynamic_mappings": [{ "claim_value": "main", "service_account": "ci" }] });
    assert_eq!(owner.patch(&path, &mapped).await.0, 200);
    let main = server.world().oidc_token("https://ci.example", &[("repository", "acme/web"), ("branch", "main")]);
    assert_eq!(anybody.post("/openid/acme/", &ask(&main, "ci")).await.0, 201);
    assert_eq!(owner.get(&format!("{path}dynamic-mappings/main/")).await.1["service_account"], "ci");
    assert_eq!(owner.patch(&path, &json!({ "service_accounts": ["ghost"] })).await.0, 422);
    assert_eq!(owner.delete(&path).await.0, 204);
}

#[tokio::test]
async fn groups_of_the_identity_provider_fill_teams() {
    let (server, owner, _, _) = started().await;
    let mapping =
        json!({ "idp_key": "groups", "idp_value": "web", "organization": "acme", "team": "web", "role": "Member" });
    assert_eq!(owner.post("/orgs/acme/saml-group-sync/", &mapping).await.0, 201);
    assert_eq!(owner.get("/orgs/acme/saml-group-sync/status/").await.1, json!({ "saml_group_sync_status": false }));
    assert_eq!(owner.post("/orgs/acme/saml-group-sync/enable/", &json!({})).await.0, 204);
    server.world().saml_login("acme", "max", &[("groups", "web")]).saml_login("acme", "mia", &[]);
    assert_eq!(server.world().team_members("acme", "web"), [("max".to_owned(), TeamRole::Member)], "mia is not mapped");
    let (_, changed) = owner.patch("/orgs/acme/saml-authentication", &json!({ "saml_auth_enforced": true })).await;
    assert_eq!((&changed["saml_auth_enforced"], &changed["saml_metadata_inline"]), (&json!(true), &json!("")));
    server.world().quirks.saml_unpaid = true;
    assert_eq!(owner.get("/orgs/acme/saml-authentication").await.0, 402);
    server.world().quirks.audit_log_unpaid = true;
    assert_eq!(owner.get("/audit-log/acme/").await.0, 402);
}

#[tokio::test]
async fn rules_about_keys_are_the_owners_and_take_effect() {
    let (server, owner, manager, _) = started().await;
    let key = server.world().service_key("acme", "ci");
    server.world().service_key_created("acme", "ci", "2026-11-01");
    let path = "/orgs/acme/api-key-rules/";
    let rule = json!({ "rule_type": "Service Accounts", "max_age_hours": 240, "enforce_refresh": false });
    assert_eq!(manager.post(path, &rule).await.0, 403);
    let (status, made) = owner.post(path, &rule).await;
    assert_eq!((status, &made["is_enabled"]), (201, &json!(true)));
    let (_, service) = owner.get("/orgs/acme/services/ci/").await;
    assert_eq!(service["key_expires_at"], "2026-11-11T12:00:00.000000Z");
    assert_eq!(owner.with(&key).get("/orgs/acme/").await.0, 200, "told, not enforced");
    let one = format!("{path}{}/", made["slug_perm"].as_str().expect("a name"));
    assert_eq!(owner.patch(&one, &json!({ "enforce_refresh": true })).await.0, 200);
    assert_eq!(owner.with(&key).get("/orgs/acme/").await.0, 401);
    let (_, applied) = owner.patch(&one, &json!({ "refresh_immediately": true })).await;
    assert_eq!(applied["last_applied_at"], "2026-11-23T12:00:00.000000Z");
    let key = server.world().service_key("acme", "ci");
    assert_eq!(owner.with(&key).get("/orgs/acme/").await.0, 200, "made anew");
    assert_eq!(owner.post(path, &json!({ "rule_type": "User Accounts", "max_age_hours": 1 })).await.0, 422);
    assert_eq!(owner.delete(&one).await.0, 204);
}

#[tokio::test]
async fn ones_own_key_is_listed_and_refreshed() {
    let (server, owner, ..) = started().await;
    let (_, listed) = owner.get("/user/tokens/").await;
    let slug_perm = listed["results"][0]["slug_perm"].as_str().expect("a name").to_owned();
    assert_eq!(owner.post("/user/tokens/", &json!({})).await.0, 400, "there is one already");
    assert_eq!(owner.put("/user/tokens/ghost/refresh/", &json!({})).await.0, 404);
    let (_, fresh) = owner.put(&format!("/user/tokens/{slug_perm}/refresh/"), &json!({})).await;
    assert_eq!(owner.get("/user/self/").await.0, 401);
    let key = fresh["key"].as_str().expect("a key");
    assert_eq!(owner.with(key).get("/user/self/").await.1["slug"], "olivia");
    assert_eq!(owner.with(key).post("/orgs/acme/members/mia/refresh/", &json!({})).await.0, 204);
    let _ = server;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_in_the_documented_way() {
    let (_server, owner, ..) = started().await;
    let broken = owner.request(Method::POST, "/orgs/acme/teams/").body("{\"name\":");
    let (status, body) = cloudsmith_support::answer(broken).await;
    assert_eq!(status, 400);
    assert!(body["detail"].as_str().is_some_and(|detail| detail.starts_with("JSON parse error")));
    let (status, body) = owner.post("/orgs/acme/teams/", &json!([])).await;
    assert_eq!((status, body["fields"]["non_field_errors"].as_array().map(Vec::len)), (422, Some(1)));
    let (status, body) = owner.put("/orgs/acme/teams/web/", &json!({})).await;
    assert_eq!((status, &body["detail"]), (405, &json!("Method \"PUT\" not allowed.")));
    let empty = owner.request(Method::PATCH, "/orgs/acme/teams/web/").header("content-length", "0").send().await;
    assert_eq!(empty.expect("an answer").status(), 200, "nothing at all is an empty body");
}

#[tokio::test]
async fn reads_after_a_write_may_be_stale() {
    let (server, owner, ..) = started().await;
    server.world().quirks.stale_reads = 2;
    assert_eq!(owner.post("/orgs/acme/teams/", &json!({ "name": "Late" })).await.0, 201);
    assert_eq!(owner.get("/orgs/acme/teams/late/").await.0, 404);
    assert_eq!(owner.get("/orgs/acme/teams/late/").await.0, 404);
    assert_eq!(owner.get("/orgs/acme/teams/late/").await.0, 200);
    assert_eq!(owner.patch("/orgs/acme/teams/late/", &json!({ "name": "" })).await.0, 422);
    assert_eq!(owner.get("/orgs/acme/teams/late/").await.0, 200, "what was refused makes nothing stale");
}
