//! Every request the npm connector may send. Nothing else can leave it (*Architecture Invariant* 6).

use rolecall_http::{Method, RequestTemplate};

const fn get(name: &'static str, path: &'static str, query: &'static [&'static str]) -> RequestTemplate {
    RequestTemplate { name, method: Method::Get, path, query }
}

/// `format=cli` makes npm spell permissions `read-only`/`read-write`; real answers ignore it at times, so both
/// spellings are read everywhere (`npm-api.md` §2).
pub(super) const FORMAT: &str = "format";
/// The value of [`FORMAT`].
pub(super) const CLI: &str = "cli";

/// Whose token this is (`npm-api.md` §3.1).
pub(super) const WHOAMI: RequestTemplate = get("whoami", "/-/whoami", &[]);
/// The token owner's own account, with its second factor (§3.1).
pub(super) const PROFILE: RequestTemplate = get("profile", "/-/npm/v1/user", &[]);
/// Members with their roles (§3.2).
pub(super) const ROSTER: RequestTemplate = get("roster", "/-/org/{org}/user", &[]);
/// Team names (§3.3).
pub(super) const TEAMS: RequestTemplate = get("teams", "/-/org/{org}/team", &[FORMAT]);
/// Members of a team (§3.3).
pub(super) const TEAM_MEMBERS: RequestTemplate = get("team members", "/-/team/{org}/{team}/user", &[FORMAT]);
/// What a team may do (§3.4).
pub(super) const TEAM_PACKAGES: RequestTemplate = get("team packages", "/-/team/{org}/{team}/package", &[FORMAT]);
/// The organisation's packages (§3.4).
pub(super) const PACKAGES: RequestTemplate = get("packages", "/-/org/{org}/package", &[FORMAT]);
/// Who may read or write a package (§3.4).
pub(super) const COLLABORATORS: RequestTemplate = get("collaborators", "/-/package/{package}/collaborators", &[FORMAT]);
/// Public or not (§3.4).
pub(super) const VISIBILITY: RequestTemplate = get("visibility", "/-/package/{package}/visibility", &[]);
/// A package's own document (§3.4).
pub(super) const PACKUMENT: RequestTemplate = get("package document", "/{package}", &[]);
/// The token owner's own access tokens (§3.6).
pub(super) const TOKENS: RequestTemplate = get("tokens", "/-/npm/v1/tokens", &["page", "perPage"]);

/// A package's trusted publishers (§3.5). npm asks for a one-time password to read them; changing them would be another
/// request, and is none of ours.
pub(super) const TRUST: RequestTemplate = get("trusted publishers", "/-/package/{package}/trust", &[]);
/// Whether a person approved on the web, and the one-time password if so (§2).
pub(super) const DONE: RequestTemplate = get("approval", "/-/v1/done", &[AUTH_ID]);
/// The query name under which [`DONE`] takes the challenge's id.
pub(super) const AUTH_ID: &str = "authId";

/// All of them.
pub(super) static DECLARED: &[RequestTemplate] = &[
    WHOAMI,
    PROFILE,
    ROSTER,
    TEAMS,
    TEAM_MEMBERS,
    TEAM_PACKAGES,
    PACKAGES,
    COLLABORATORS,
    VISIBILITY,
    PACKUMENT,
    TOKENS,
    TRUST,
    DONE,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_reading_is_declared() {
        assert!(DECLARED.iter().all(|template| template.method == Method::Get));
    }
}
