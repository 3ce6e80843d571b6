//! Cloudsmith's answers without anything that is somebody's: who is who stays visible, as `user-1` and `team-2`.

use serde_json::{Map, Value as Json, json};

use super::requests;
use crate::transcript::{Pseudonyms, Record, Vocabulary};

/// Kinds of names.
pub(super) const ORGANIZATION: &str = "org";
pub(super) const USER: &str = "user";
pub(super) const TEAM: &str = "team";
pub(super) const SERVICE: &str = "service";
pub(super) const REPOSITORY: &str = "repository";
pub(super) const PROVIDER: &str = "provider";
const ID: &str = "id";

/// What is Cloudsmith's own in its answers (`cloudsmith-api.md` §3).
pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    members: MEMBERS,
    worded: &[
        "role",
        "visibility",
        "last_login_method",
        "user_kind",
        "privilege",
        "default_privilege",
        "repository_type_str",
        "broadcast_state",
        "copy_packages",
        "delete_packages",
        "manage_entitlements_privilege",
        "move_packages",
        "replace_packages",
        "resync_packages",
        "scan_packages",
        "use_entitlements_privilege",
        "view_statistics",
        "rule_type",
        "actor_kind",
        "object_kind",
        "target_kind",
        "event",
    ],
    words: &[
        "Admin",
        "All Accounts",
        "Collaborator",
        "Hidden",
        "Internal",
        "Manager",
        "Member",
        "None",
        "OIDC",
        "Off",
        "Open-Source",
        "Owner",
        "Password",
        "Private",
        "Public",
        "Read",
        "SAML",
        "Service",
        "Service Accounts",
        "Social",
        "Unknown",
        "User",
        "User Accounts",
        "Visible",
        "Write",
    ],
    small_words: false,
    names: &[],
    token: "",
    headers: &[
        "x-pagination-count",
        "x-pagination-page",
        "x-pagination-pagesize",
        "x-pagination-pagetotal",
        "x-api-version",
    ],
};

/// Names of members of its bodies.
const MEMBERS: &[&str] = &[
    "active",
    "actor",
    "actor_ip_address",
    "actor_kind",
    "actor_location",
    "actor_slug_perm",
    "actor_url",
    "authenticated",
    "broadcast_state",
    "claim_value",
    "claims",
    "clients",
    "code",
    "context",
    "copy_own",
    "copy_packages",
    "country",
    "created",
    "created_at",
    "created_by",
    "created_by_url",
    "default",
    "default_privilege",
    "delete_own",
    "delete_packages",
    "deleted_at",
    "description",
    "detail",
    "downloads",
    "email",
    "enabled",
    "enforce_refresh",
    "eula_required",
    "event",
    "event_at",
    "expires_at",
    "fields",
    "has_limits",
    "has_two_factor",
    "host",
    "identifier",
    "idp_key",
    "idp_value",
    "interval",
    "inviter",
    "inviter_url",
    "is_active",
    "is_enabled",
    "is_open_source",
    "is_private",
    "is_public",
    "joined_at",
    "key",
    "key_expires_at",
    "last_applied_at",
    "last_login_at",
    "last_login_method",
    "limit",
    "limit_bandwidth",
    "limit_date_range_from",
    "limit_date_range_to",
    "limit_num_clients",
    "limit_num_downloads",
    "limit_package_query",
    "location",
    "manage_entitlements_privilege",
    "mapping_claim",
    "max_age_hours",
    "members",
    "metadata",
    "move_own",
    "move_packages",
    "name",
    "namespace",
    "object",
    "object_kind",
    "object_slug_perm",
    "org",
    "organization",
    "primary",
    "privilege",
    "privileges",
    "profile_url",
    "provider_url",
    "refresh_immediately",
    "remaining",
    "replace_packages",
    "repository",
    "repository_only",
    "repository_type_str",
    "reset",
    "reset_iso_8601",
    "resources",
    "resync_packages",
    "role",
    "rule_type",
    "saml_auth_enabled",
    "saml_auth_enforced",
    "saml_group_sync_status",
    "saml_metadata_inline",
    "saml_metadata_url",
    "scan_packages",
    "self_url",
    "service",
    "service_account",
    "service_accounts",
    "slug",
    "slug_perm",
    "tagline",
    "target",
    "target_kind",
    "target_slug_perm",
    "team",
    "teams",
    "throttled",
    "token",
    "updated_at",
    "updated_by",
    "usage",
    "use_entitlements_privilege",
    "user",
    "user_entitlements_enabled",
    "user_id",
    "user_kind",
    "user_name",
    "user_url",
    "uuid",
    "validated",
    "view_statistics",
    "visibility",
];

/// Members that hold a name wherever they are, and of what.
const NAMED: &[(&str, &str)] = &[
    ("user", USER),
    ("inviter", USER),
    ("team", TEAM),
    ("service", SERVICE),
    ("service_account", SERVICE),
    ("service_accounts", SERVICE),
    ("org", ORGANIZATION),
    ("organization", ORGANIZATION),
    ("namespace", ORGANIZATION),
    ("repository", REPOSITORY),
    ("slug_perm", ID),
    ("user_id", ID),
];

/// What `slug` names in the answers to a request.
fn slug_kind(record: &Record) -> &'static str {
    const KINDS: &[(&str, &str)] = &[
        (requests::SELF.name, USER),
        (requests::MEMBER.name, USER),
        (requests::SERVICE.name, SERVICE),
        (requests::SERVICES.name, SERVICE),
        (requests::TEAMS.name, TEAM),
        (requests::REPOSITORIES.name, REPOSITORY),
        (requests::ORGANIZATION.name, ORGANIZATION),
        (requests::OIDC_PROVIDERS.name, PROVIDER),
    ];
    KINDS.iter().find(|(name, _)| *name == record.template.name).map_or(ID, |(_, kind)| kind)
}

/// The data of an answer, fit to be shown.
pub(super) fn body(record: &Record, body: &Json, names: &mut Pseudonyms) -> Json {
    if record.template.name == requests::RATES.name {
        return rates(body);
    }
    shown(body, slug_kind(record), names)
}

/// The value with pseudonyms for its names. `slug` is what a `slug` in it names.
fn shown(value: &Json, slug: &'static str, names: &mut Pseudonyms) -> Json {
    match value {
        Json::Array(items) => VOCABULARY.list(items, |item| shown(item, slug, names)),
        Json::Object(members) => {
            display_name_learn(members, slug, names);
            let member = |(key, value): (&String, &Json)| (VOCABULARY.member(key), member(key, value, slug, names));
            Json::Object(members.iter().map(member).collect())
        }
        other => VOCABULARY.shape(other),
    }
}

fn member(key: &str, value: &Json, slug: &'static str, names: &mut Pseudonyms) -> Json {
    let kind =
        if key == "slug" { Some(slug) } else { NAMED.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind) };
    match (value, kind) {
        (Json::String(text), _) if key == "email" => json!(mail_form(text)),
        (Json::String(text), Some(kind)) => json!(names.of(kind, text)),
        (Json::Array(items), Some(kind)) => VOCABULARY.list(items, |item| match item {
            Json::String(text) => json!(names.of(kind, text)),
            other => shown(other, slug, names),
        }),
        (Json::Array(_), None) if key == "teams" => shown(value, TEAM, names),
        (Json::Array(_) | Json::Object(_), _) => shown(value, slug, names),
        (_, _) if VOCABULARY.worded.contains(&key) => VOCABULARY.word(value),
        _ => VOCABULARY.shape(value),
    }
}

/// A person's name is known as well as their slug, for sentences may hold it.
fn display_name_learn(members: &Map<String, Json>, slug: &'static str, names: &mut Pseudonyms) {
    let text = |key: &str| members.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    let of_self = if slug == USER { text("slug").zip(text("name")) } else { None };
    if let Some((user, name)) = text("user").zip(text("user_name")).or(of_self) {
        let pseudonym = names.of(USER, user);
        names.learn(name, &pseudonym);
    }
}

/// Whether it is an address, or what is shown instead of one.
fn mail_form(text: &str) -> &'static str {
    if text.contains('@') && !text.contains(['*', '•', '…']) { "[mail]" } else { "[redacted mail]" }
}

/// Limits by resource: the resources' names are Cloudsmith's own, where they look like words.
fn rates(body: &Json) -> Json {
    let Some(resources) = body.get("resources").and_then(Json::as_object) else { return VOCABULARY.shape(body) };
    let is_word = |name: &str| name.len() <= 24 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-');
    let named = resources.iter().map(|(name, limits)| {
        (if is_word(name) { name.clone() } else { "[name]".to_owned() }, VOCABULARY.shape(limits))
    });
    json!({ "resources": named.collect::<Map<_, _>>() })
}

#[cfg(test)]
mod tests {
    use rolecall_http::RequestTemplate;

    use super::*;

    fn answered(template: &'static RequestTemplate, status: u16, answer: &Json) -> String {
        let record = Record::answered(template, status, &answer.to_string());
        let names = &mut Pseudonyms::new(&VOCABULARY);
        VOCABULARY.body(&record, names, |data, names| body(&record, &data, names)).to_string()
    }

    #[test]
    fn who_is_in_which_team_stays_visible_and_names_go() {
        let member = json!([{
            "user": "ada", "user_name": "Ada Lovelace", "email": "ada@acme.test", "role": "Owner", "is_active": true,
            "last_login_at": "2026-03-13T17:19:27.780684Z", "teams": [{ "slug": "core", "name": "Core", "role": "Member" }],
        }]);
        assert_eq!(
            answered(&requests::MEMBERS, 200, &member),
            r#"[{"email":"[mail]","is_active":true,"last_login_at":"2026-03-13T17:19:27.780684Z","role":"Owner","teams":[{"name":"[text]","role":"Member","slug":"team-1"}],"user":"user-1","user_name":"[text]"}]"#
        );
        let privileges =
            json!({ "privileges": [{ "privilege": "Write", "team": "core", "user": null, "service": null }] });
        assert_eq!(
            answered(&requests::PRIVILEGES, 200, &privileges),
            r#"{"privileges":[{"privilege":"Write","service":null,"team":"team-1","user":null}]}"#
        );
    }

    #[test]
    fn whatever_its_shape_no_name_and_no_secret_is_left() {
        for (template, answer) in [
            (
                &requests::SELF,
                json!({ "slug": "alice", "name": "alice alice", "email": "alice@x.test", "alice": "alice" }),
            ),
            (&requests::MEMBERS, json!({ "results": { "alice": { "role": "alice" } } })),
            (&requests::SERVICES, json!([{ "slug": "alice", "key": "alice-0123", "role": "alice of acme" }])),
            (
                &requests::OIDC_PROVIDERS,
                json!([{ "name": "alice", "claims": { "alice": "alice" }, "service_accounts": ["alice"] }]),
            ),
            (
                &requests::ENTITLEMENTS,
                json!([{ "name": "alice", "token": "alice", "slug_perm": "alice", "user": "alice" }]),
            ),
            (&requests::RATES, json!({ "resources": { "Alice/alice": { "limit": 1 } } })),
            (
                &requests::AUDIT_LOG,
                json!([{ "actor": "alice", "actor_ip_address": "198.51.100.7", "event": "org.alice", "target": "alice" }]),
            ),
        ] {
            let shown = answered(template, 200, &answer);
            assert!(!shown.contains("lice") && !shown.contains("198.51"), "{answer} gave {shown}");
        }
    }

    #[test]
    fn an_error_keeps_its_words() {
        let denied = json!({ "detail": "You do not have permission to perform this action." });
        assert_eq!(
            answered(&requests::SERVICES, 403, &denied),
            r#"{"detail":"You do not have permission to perform this action."}"#
        );
        assert!(
            answered(&requests::RATES, 200, &json!({ "resources": { "core": { "limit": 5400 } } })).contains("core")
        );
    }
}
