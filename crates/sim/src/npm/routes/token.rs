//! An account's own tokens (`npm-api.md` §3.6).

use std::time::Duration;

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{deleted, no_such_call};
use crate::npm::caller::{Call, Reply, bad_request, forbidden, not_found};
use crate::npm::token::{Access, Kind, TokenSpec};
use crate::npm::world::later;
use crate::wire::Answer;

const DAY: u64 = 24 * 3600;
const MOST_DAYS_OF_WRITING: u64 = 90;

pub(super) fn route(call: &mut Call<'_>, rest: &[&str]) -> Reply {
    match (&call.request.method, rest) {
        (&Method::GET, []) => list(call),
        (&Method::POST, []) => create(call),
        (&Method::DELETE, ["token", token]) => revoke(call, token),
        _ => Err(no_such_call()),
    }
}

/// The live granular tokens of the caller, a page at a time; sessions are not listed.
fn list(call: &Call<'_>) -> Reply {
    let (account, _) = call.signed_in()?;
    call.refuse_bypass()?;
    let size = call.request.number("perPage", call.world.quirks.token_page).clamp(1, 100);
    let page = call.request.number("page", 0);
    let all = call
        .world
        .tokens
        .all
        .iter()
        .filter(|token| token.account == Some(account) && token.spec.kind == Kind::Granular && !token.revoked);
    let all: Vec<_> = all.collect();
    let start = page.saturating_mul(size);
    let objects = all.iter().skip(start).take(size).map(|token| token.json());
    let base = &call.request.base;
    let link = |page: usize| format!("{base}/-/npm/v1/tokens?page={page}&perPage={size}");
    let mut urls = serde_json::Map::new();
    if start.saturating_add(size) < all.len() {
        urls.insert("next".to_owned(), json!(link(page + 1)));
    }
    if page > 0 {
        urls.insert("prev".to_owned(), json!(link(page - 1)));
    }
    let objects: Vec<_> = objects.collect();
    let body = json!({ "objects": objects, "total": all.len(), "urls": urls });
    Ok(Answer::ok(&body).with("cache-control", "no-store"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewToken {
    #[serde(alias = "token_name")]
    name: String,
    #[serde(alias = "token_description")]
    description: Option<String>,
    packages: Vec<String>,
    packages_all: bool,
    scopes: Vec<String>,
    orgs: Vec<String>,
    packages_and_scopes_permission: Option<String>,
    orgs_permission: Option<String>,
    expires: Option<u64>,
    #[serde(alias = "cidr")]
    cidr_whitelist: Vec<String>,
    bypass_2fa: bool,
}

fn create(call: &mut Call<'_>) -> Reply {
    let wanted: NewToken = call.request.json()?;
    let (account, token) = call.signed_in()?;
    if token.spec.kind != Kind::Session {
        return Err(forbidden("Tokens can only be created after signing in"));
    }
    if wanted.name.is_empty() {
        return Err(bad_request("Token name is required"));
    }
    call.second_factor(account)?;
    let days = days(&wanted)?;
    let name = call.world.name_of(account).to_owned();
    let end = later(call.world.now, Duration::from_secs(days.saturating_mul(DAY)));
    let spec = spec(&name, wanted)?.expires(end);
    let secret = call.world.token(spec);
    let token = call.world.tokens.find(&secret);
    let mut answer = token.map(|token| token.json()).unwrap_or_default();
    answer["token"] = json!(secret);
    Ok(Answer::created(&answer).with("cache-control", "no-store"))
}

fn days(wanted: &NewToken) -> Result<u64, Answer> {
    let given = [&wanted.packages_and_scopes_permission, &wanted.orgs_permission];
    let writes = given.into_iter().flatten().any(|word| word != "read-only");
    match (wanted.expires, writes) {
        (Some(days), true) if days > MOST_DAYS_OF_WRITING => {
            Err(bad_request("Read-write tokens cannot have expiration longer than 90 days"))
        }
        (Some(days), _) => Ok(days),
        (None, true) => Ok(7),
        (None, false) => Ok(30),
    }
}

fn spec(account: &str, wanted: NewToken) -> Result<TokenSpec, Answer> {
    let access = |word: Option<&str>| {
        let access = word.map_or(Some(Access::ReadOnly), Access::read);
        access.ok_or_else(|| bad_request("permission is not valid"))
    };
    let mut spec = TokenSpec::granular(account).named(&wanted.name);
    spec.description = wanted.description;
    spec.cidr = wanted.cidr_whitelist;
    spec.bypass = wanted.bypass_2fa;
    if !wanted.orgs.is_empty() {
        spec.organizations = Some((access(wanted.orgs_permission.as_deref())?, wanted.orgs));
    }
    let all = wanted.packages_all || wanted.packages.iter().any(|name| name == "*");
    let mut names = wanted.packages;
    let scopes = wanted.scopes.into_iter();
    names.extend(scopes.map(|scope| format!("@{}", scope.trim_start_matches('@'))));
    if all || !names.is_empty() {
        let access = access(wanted.packages_and_scopes_permission.as_deref())?;
        spec.packages = Some((access, names));
        spec.all_packages = all;
    }
    Ok(spec)
}

/// Revokes a token by its key, its secret, or the beginning of one of them.
fn revoke(call: &mut Call<'_>, which: &str) -> Reply {
    let (account, token) = call.signed_in()?;
    let own_secret = token.secret == which;
    call.refuse_bypass()?;
    if !own_secret {
        call.governance_factor()?;
    }
    let tokens = call.world.tokens.all.iter_mut();
    let mut own = tokens.filter(|token| token.account == Some(account) && !token.revoked);
    let found = own.find(|token| token.key == which || token.secret == which);
    match found {
        Some(token) => token.revoked = true,
        None => return Err(not_found("Token not found")),
    }
    Ok(deleted(call))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    #[test]
    fn writing_tokens_live_ninety_days_at_most() {
        let mut wanted =
            NewToken { orgs_permission: Some("read-write".to_owned()), expires: Some(91), ..NewToken::default() };
        let refusal = days(&wanted).expect_err("too long");
        assert_eq!(refusal.status, StatusCode::BAD_REQUEST);
        wanted.orgs_permission = Some("read-only".to_owned());
        assert_eq!(days(&wanted).ok(), Some(91));
    }
}
