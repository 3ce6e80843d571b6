//! Every request the Cloudsmith connector may send. Nothing else can leave it (*Architecture Invariant* 6). There is a
//! GET that removes a member (`/orgs/{org}/members/{member}/remove/`): it is not among these, and no slug with a `/` in
//! it is ever put into a path ([`super::slug`]).

use rolecall_http::{Method, RequestTemplate};

const fn get(name: &'static str, path: &'static str, query: &'static [&'static str]) -> RequestTemplate {
    RequestTemplate { name, method: Method::Get, path, query }
}

/// The query names of every paged list (`cloudsmith-api.md` §1).
pub(super) const PAGE: &str = "page";
/// See [`PAGE`].
pub(super) const PAGE_SIZE: &str = "page_size";
/// Active or inactive members only (§4).
pub(super) const IS_ACTIVE: &str = "is_active";
/// `user` or `service` (§2).
pub(super) const USER_KIND: &str = "user_kind";
/// Whether token values are shown. Always `false`.
pub(super) const SHOW_TOKENS: &str = "show_tokens";

const PAGED: &[&str] = &[PAGE, PAGE_SIZE];

/// Whose key this is (`cloudsmith-api.md` §6.1).
pub(super) const SELF: RequestTemplate = get("own account", "/user/self/", &[]);
/// One service: whether the key is a service's, and which role it has (§6.2).
pub(super) const SERVICE: RequestTemplate = get("own service", "/orgs/{org}/services/{service}/", &[]);
/// One member: which role the key's account has (§6.2).
pub(super) const MEMBER: RequestTemplate = get("own membership", "/orgs/{org}/members/{member}/", &[]);
/// Members with their roles (§4).
pub(super) const MEMBERS: RequestTemplate = get("members", "/orgs/{org}/members/", &[PAGE, PAGE_SIZE, IS_ACTIVE]);
/// Services (§2).
pub(super) const SERVICES: RequestTemplate = get("services", "/orgs/{org}/services/", PAGED);
/// Teams (§2).
pub(super) const TEAMS: RequestTemplate = get("teams", "/orgs/{org}/teams/", PAGED);
/// Members of a team (§2); without a slash at its end.
pub(super) const TEAM_MEMBERS: RequestTemplate = get("team members", "/orgs/{org}/teams/{team}/members", &[USER_KIND]);
/// Repositories (§2).
pub(super) const REPOSITORIES: RequestTemplate = get("repositories", "/repos/{org}/", PAGED);
/// Who was given which right on a repository (§2); without a slash at its end, and never paged.
pub(super) const PRIVILEGES: RequestTemplate = get("privileges", "/repos/{org}/{repository}/privileges", &[]);
/// Entitlement tokens (§2).
pub(super) const ENTITLEMENTS: RequestTemplate =
    get("entitlement tokens", "/entitlements/{org}/{repository}/", &[PAGE, PAGE_SIZE, SHOW_TOKENS]);
/// Invitations (§2).
pub(super) const INVITATIONS: RequestTemplate = get("invitations", "/orgs/{org}/invites/", PAGED);
/// Identity providers for services (§2).
pub(super) const OIDC_PROVIDERS: RequestTemplate = get("OIDC providers", "/orgs/{org}/openid-connect/", PAGED);
/// Which claim makes which service (§2).
pub(super) const OIDC_MAPPINGS: RequestTemplate =
    get("OIDC claim mappings", "/orgs/{org}/openid-connect/{provider}/dynamic-mappings/", PAGED);
/// Which group of the identity provider becomes which team (§2).
pub(super) const SAML_MAPPINGS: RequestTemplate = get("SAML group mappings", "/orgs/{org}/saml-group-sync/", PAGED);
/// Whether groups are synchronised (§2).
pub(super) const SAML_STATUS: RequestTemplate =
    get("SAML group sync state", "/orgs/{org}/saml-group-sync/status/", &[]);
/// Whether people log in through SAML (§2); without a slash at its end.
pub(super) const SAML_LOGIN: RequestTemplate = get("SAML login", "/orgs/{org}/saml-authentication", &[]);
/// The organisation itself (§2).
pub(super) const ORGANIZATION: RequestTemplate = get("organisation", "/orgs/{org}/", &[]);
/// Rules about API keys (§2).
pub(super) const API_KEY_RULES: RequestTemplate = get("API key rules", "/orgs/{org}/api-key-rules/", &[]);
/// Custom domains (§2).
pub(super) const DOMAINS: RequestTemplate = get("custom domains", "/orgs/{org}/custom-domains/", PAGED);
/// What is left of the hour's requests (§1).
pub(super) const RATES: RequestTemplate = get("rate limits", "/rates/limits/", &[]);
/// What was done in the organisation (§8).
pub(super) const AUDIT_LOG: RequestTemplate = get("audit log", "/audit-log/{org}/", PAGED);

/// An identity provider's token for a service's (§1). It changes nothing and is no reading: only [`super::oidc`] sends it.
pub(super) const EXCHANGE: RequestTemplate =
    RequestTemplate { name: "OIDC exchange", method: Method::Post, path: "/openid/{org}/", query: &[] };

/// All that are sent for reading.
pub(super) static DECLARED: &[RequestTemplate] = &[
    SELF,
    SERVICE,
    MEMBER,
    MEMBERS,
    SERVICES,
    TEAMS,
    TEAM_MEMBERS,
    REPOSITORIES,
    PRIVILEGES,
    ENTITLEMENTS,
    INVITATIONS,
    OIDC_PROVIDERS,
    OIDC_MAPPINGS,
    SAML_MAPPINGS,
    SAML_STATUS,
    SAML_LOGIN,
    ORGANIZATION,
    API_KEY_RULES,
    DOMAINS,
    RATES,
    AUDIT_LOG,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_reading_is_declared_and_nothing_that_removes() {
        for template in DECLARED {
            assert_eq!(template.method, Method::Get);
            let writing = ["remove", "refresh", "enable", "disable", "reset", "resend", "extend", "sync/enable"];
            assert!(writing.iter().all(|word| !template.path.contains(&format!("/{word}/"))), "{}", template.path);
        }
    }
}
