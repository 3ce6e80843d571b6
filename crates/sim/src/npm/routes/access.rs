//! Rights on a package and its visibility (`npm-api.md` §3.4).

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::no_such_call;
use super::org::known_user;
use crate::npm::caller::{Call, Reply, bad_request, forbidden};
use crate::npm::enforce::Home;
use crate::npm::package::{Permission, Publishing};
use crate::npm::token::Access;
use crate::npm::view::Object;
use crate::npm::world::PackageId;
use crate::wire::Answer;

pub(super) fn route(call: &mut Call<'_>, package: &str, rest: &[&str]) -> Reply {
    match (&call.request.method, rest) {
        (&Method::GET, ["collaborators"]) => collaborators(call, package),
        (&Method::GET, ["visibility"]) => visibility(call, package),
        (&Method::GET, ["access"]) => visibility(call, package),
        (&Method::POST, ["access"]) => set_access(call, package),
        _ => Err(no_such_call()),
    }
}

fn collaborators(call: &Call<'_>, name: &str) -> Reply {
    let package = call.visible(name)?;
    let only = call.request.parameter("user");
    let rights = call.world.collaborators(package);
    let named = rights.iter().map(|(id, right)| {
        let word = call.world.quirks.word(*right, call.request);
        (call.world.name_of(*id), word)
    });
    let shown = named.filter(|(name, _)| only.is_none_or(|only| only == *name));
    Ok(Answer::ok(&Object(shown.collect())))
}

fn visibility(call: &Call<'_>, name: &str) -> Reply {
    let package = call.world.package_at(call.visible(name)?);
    if call.world.quirks.visibility_map {
        let word = if package.private { "private" } else { "public" };
        return Ok(Answer::ok(&json!({ name: word })));
    }
    Ok(Answer::ok(&json!({ "public": !package.private })))
}

/// The packages an account has a right on, as far as the caller sees them.
pub(super) fn of_user(call: &Call<'_>, user: &str) -> Reply {
    let account = known_user(call, user)?;
    let (world, caller) = (&*call.world, call.account());
    let rights = world.package_list().filter_map(|(id, package)| {
        let right = world.right(account, id)?;
        let word = world.quirks.word(right, call.request);
        world.may_read(caller, id).then_some((package.name.as_ref(), word))
    });
    Ok(Answer::ok(&Object(rights.collect())))
}

#[derive(Debug, Deserialize)]
struct Settings {
    access: Option<String>,
    publish_requires_tfa: Option<bool>,
    automation_token_overrides_tfa: Option<bool>,
}

fn set_access(call: &mut Call<'_>, name: &str) -> Reply {
    let settings: Settings = call.request.json()?;
    let id = writable(call, name)?;
    call.governance_factor()?;
    if let Some(access) = &settings.access {
        set_visibility(call, name, id, access)?;
    }
    let package = call.world.package_at_mut(id);
    let overrides = settings.automation_token_overrides_tfa;
    package.publishing = match (settings.publish_requires_tfa, overrides) {
        (Some(false), _) => Publishing::Free,
        (Some(true), Some(true)) => Publishing::SecondFactorOrToken,
        (Some(true), _) => Publishing::SecondFactorOnly,
        (None, _) => package.publishing,
    };
    Ok(Answer::ok(&json!({})))
}

fn set_visibility(call: &mut Call<'_>, name: &str, id: PackageId, word: &str) -> Result<(), Answer> {
    let private = match word {
        "public" => false,
        "restricted" | "private" => true,
        _ => return Err(bad_request("access is not valid")),
    };
    if private {
        private_allowed(call, name)?;
    }
    call.world.package_at_mut(id).private = private;
    Ok(())
}

/// Whether a package of this name may be private: only where a scope pays for it.
pub(super) fn private_allowed(call: &Call<'_>, name: &str) -> Result<(), Answer> {
    let unpaid = "You must sign up for private packages";
    match call.world.home(name) {
        Home::Organization(organization) if !organization.unpaid => Ok(()),
        Home::Unscoped => Err(bad_request("Unscoped packages cannot be private")),
        _ => Err(Answer::error(StatusCode::PAYMENT_REQUIRED, unpaid)),
    }
}

/// A package that the caller, with this token, may govern.
pub(super) fn writable(call: &Call<'_>, name: &str) -> Result<PackageId, Answer> {
    let (account, token) = call.signed_in()?;
    call.refuse_bypass()?;
    let id = call.visible(name)?;
    let covered = token.package_access(name) == Some(Access::ReadWrite);
    let may = call.world.right(account, id) == Some(Permission::Write);
    match covered && may {
        true => Ok(id),
        false => Err(forbidden("You do not have permission to change this package")),
    }
}
