//! Trusted publishers and the exchange of identity tokens (`npm-api.md` §3.5).

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::access::writable;
use super::{deleted, no_such_call};
use crate::npm::account::TwoFactor;
use crate::npm::caller::{Call, Reply, bad_request, forbidden, not_found};
use crate::npm::token::{Kind, TokenSpec};
use crate::npm::trust::{Provider, TrustSpec};
use crate::npm::world::{Name, PackageId, World, iso, later};
use crate::wire::Answer;

pub(super) fn route(call: &mut Call<'_>, package: &str, rest: &[&str]) -> Reply {
    let method = call.request.method.clone();
    let id = allowed(call, package)?;
    match (&method, rest) {
        (&Method::GET, ["trust"]) => {
            let trusted = call.world.package_at(id).trusted.iter();
            Ok(Answer::ok(&trusted.map(|it| it.json()).collect::<Vec<_>>()))
        }
        (&Method::POST, ["trust"]) => add(call, id),
        (&Method::DELETE, ["trust", trusted]) => remove(call, id, trusted),
        _ => Err(no_such_call()),
    }
}

/// Every call, reading too, needs write on the package and a one-time password.
fn allowed(call: &mut Call<'_>, package: &str) -> Result<PackageId, Answer> {
    let (account, _) = call.signed_in()?;
    call.refuse_bypass()?;
    call.visible(package)?;
    let insufficient = |_| forbidden("Insufficient permissions to manage trusted publishers");
    let id = writable(call, package).map_err(insufficient)?;
    if call.world.at(account).two_factor == TwoFactor::Off {
        return Err(forbidden("Please enable 2fa for your account"));
    }
    call.second_factor(account)?;
    Ok(id)
}

#[derive(Debug, Deserialize)]
struct NewTrusted {
    #[serde(rename = "type")]
    provider: String,
    claims: Value,
    #[serde(default)]
    permissions: Vec<String>,
}

fn add(call: &mut Call<'_>, id: PackageId) -> Reply {
    let wanted: Vec<NewTrusted> = call.request.json()?;
    let Ok([wanted]) = <[NewTrusted; 1]>::try_from(wanted) else {
        return Err(bad_request("exactly one configuration is expected"));
    };
    let provider = Provider::read(&wanted.provider);
    let provider = provider.ok_or_else(|| bad_request("type is not valid"))?;
    if !call.world.package_at(id).trusted.is_empty() {
        let message = "A trusted publisher already exists";
        return Err(Answer::error(StatusCode::CONFLICT, message));
    }
    let spec = TrustSpec::read(provider, wanted.claims, wanted.permissions);
    let trusted = call.world.new_trusted(spec);
    let answer = json!([trusted.json()]);
    call.world.package_at_mut(id).trusted.push(trusted);
    Ok(Answer::ok(&answer))
}

fn remove(call: &mut Call<'_>, id: PackageId, trusted: &str) -> Reply {
    let all = &mut call.world.package_at_mut(id).trusted;
    let before = all.len();
    all.retain(|it| it.id != trusted);
    match all.len() < before {
        true => Ok(deleted(call)),
        false => Err(not_found("Trusted publisher not found")),
    }
}

impl World {
    /// Whether a token for this package can be had for an identity token, and for how much.
    fn exchangeable(&self, package: &str, identity: &str) -> Option<(Provider, bool)> {
        let package = self.package_at(self.package_id(package)?);
        let fits = package.trusted.iter().find(|it| {
            let spec = TrustSpec::read(it.provider, it.claims.clone(), Vec::new());
            Self::identity_token(&spec) == identity
        });
        fits.map(|it| (it.provider, !it.may("createPackage")))
    }
}

/// Gives a short-lived token for one package to a workflow that the package trusts.
pub(crate) fn exchange(world: &mut World, header: Option<&str>, package: &str) -> Answer {
    let identity = header.and_then(|header| header.strip_prefix("Bearer "));
    let found = identity.and_then(|identity| world.exchangeable(package, identity));
    let Some((provider, stage_only)) = found else {
        return Answer::error(StatusCode::UNAUTHORIZED, "OIDC token exchange error");
    };
    let package = Name::from(package);
    let kind = Kind::Exchange { package, provider, stage_only };
    let secret = world.token(TokenSpec::new(kind, ""));
    let end = later(world.now, Duration::from_secs(3600));
    Answer::created(&json!({
        "token_type": "oidc",
        "token": secret,
        "created": iso(world.now),
        "expires": iso(end),
    }))
}
