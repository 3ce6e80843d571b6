//! Staged versions: the list of what waits, approval and rejection (`npm-api.md` §3.5).

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{deleted, no_such_call};
use crate::npm::caller::{Call, Reply, forbidden, not_found};
use crate::npm::package::{Permission, Publisher, Version};
use crate::npm::stage::Staged;
use crate::npm::token::Access;
use crate::npm::world::AccountId;
use crate::wire::Answer;

pub(super) fn route(call: &mut Call<'_>, rest: &[&str]) -> Reply {
    let (account, _) = call.signed_in()?;
    match (&call.request.method, rest) {
        (&Method::GET, []) => list(call, account),
        (&Method::GET, [id]) => {
            let staged = find(call, account, id)?;
            Ok(Answer::ok(&call.world.stage_json(&staged)))
        }
        (&Method::POST, ["package", name]) => super::publish::publish_staged(call, name),
        (&Method::POST, [id, "approve"]) => approve(call, account, id),
        (&Method::DELETE, [id]) => reject(call, account, id),
        _ => Err(no_such_call()),
    }
}

/// What waits on packages the caller can write. No one-time password is asked.
fn list(call: &Call<'_>, account: AccountId) -> Reply {
    let (page, size) = (call.request.number("page", 0), call.request.number("perPage", 20).clamp(1, 100));
    let only = call.request.parameter("package");
    let waiting = call.world.staged.iter().filter(|staged| {
        let name = &call.world.package_at(staged.package).name;
        seen(call, account, staged) && only.is_none_or(|only| only == &**name)
    });
    let waiting: Vec<_> = waiting.collect();
    let shown = waiting.iter().skip(page.saturating_mul(size)).take(size);
    let items: Vec<_> = shown.map(|staged| call.world.stage_json(staged)).collect();
    Ok(Answer::ok(&json!({
        "items": items,
        "page": page,
        "perPage": size,
        "total": waiting.len(),
    })))
}

fn seen(call: &Call<'_>, account: AccountId, staged: &Staged) -> bool {
    let name = &call.world.package_at(staged.package).name;
    let token = call.token.as_ref();
    let covered = token.and_then(|token| token.package_access(name)).is_some();
    covered && call.world.right(account, staged.package) == Some(Permission::Write)
}

fn find(call: &Call<'_>, account: AccountId, id: &str) -> Result<Staged, Answer> {
    let staged = call.world.staged.iter().find(|staged| staged.id == id);
    let staged = staged.filter(|staged| seen(call, account, staged));
    staged.cloned().ok_or_else(|| not_found("Staged package not found"))
}

/// A staged version that the caller may decide on, second factor included.
fn decide(call: &mut Call<'_>, account: AccountId, id: &str) -> Result<Staged, Answer> {
    let staged = find(call, account, id)?;
    call.refuse_bypass()?;
    let name = &call.world.package_at(staged.package).name;
    let token = call.token.as_ref();
    if token.and_then(|token| token.package_access(name)) != Some(Access::ReadWrite) {
        return Err(forbidden("This token cannot decide on staged packages"));
    }
    call.second_factor(account)?;
    call.world.staged.retain(|staged| staged.id != id);
    Ok(staged)
}

fn approve(call: &mut Call<'_>, account: AccountId, id: &str) -> Reply {
    let staged = decide(call, account, id)?;
    let at = call.world.now;
    let package = call.world.package_at_mut(staged.package);
    if package.version(&staged.version).is_some() {
        return Err(Answer::error(StatusCode::CONFLICT, "This version exists already"));
    }
    let version = Version {
        number: staged.version,
        publisher: staged.publisher,
        at,
        attested: matches!(staged.publisher, Publisher::Trusted(_)),
        deprecated: None,
    };
    package.add_version(version, &staged.tag);
    Ok(Answer::ok(&json!({ "message": "ok" })))
}

fn reject(call: &mut Call<'_>, account: AccountId, id: &str) -> Reply {
    decide(call, account, id)?;
    Ok(deleted(call))
}
