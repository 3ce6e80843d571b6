//! Reading a package's document and its dist-tags (`npm-api.md` §3.4).

use axum::http::Method;

use super::no_such_call;
use crate::npm::caller::{Call, Reply, forbidden, not_found};
use crate::npm::package::Permission;
use crate::npm::packument;
use crate::npm::token::Access;
use crate::npm::world::Name;
use crate::wire::Answer;

const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

pub(super) fn document(call: &Call<'_>, name: &str, rest: &[&str]) -> Reply {
    let package = call.world.package_at(call.visible(name)?);
    let base = &call.request.base;
    let accepted = call.request.header("accept").unwrap_or("");
    match rest {
        [] if accepted.contains(ABBREVIATED) => {
            let mut answer = Answer::ok(&call.world.abbreviated(package, base));
            answer.headers.clear();
            Ok(answer.with("content-type", ABBREVIATED).with("cache-control", "no-cache"))
        }
        [] => Ok(Answer::ok(&call.world.packument(package, base)).with("cache-control", "no-cache")),
        [version] => {
            let document = call.world.packument(package, base);
            let tagged = document["dist-tags"][version].as_str().unwrap_or(version);
            let found = document["versions"].get(tagged);
            let found = found.ok_or_else(|| not_found(&format!("version not found: {version}")));
            Ok(Answer::ok(found?))
        }
        _ => Err(no_such_call()),
    }
}

pub(super) fn tags(call: &mut Call<'_>, name: &str, rest: &[&str]) -> Reply {
    let method = &call.request.method;
    match (method, rest) {
        (&Method::GET, ["dist-tags"]) => {
            let package = call.world.package_at(call.visible(name)?);
            Ok(Answer::ok(&packument::tags(package)))
        }
        (&Method::PUT, ["dist-tags", tag]) => {
            let version: String = call.request.json()?;
            change_tag(call, name, tag, Some(&version))
        }
        (&Method::DELETE, ["dist-tags", tag]) => change_tag(call, name, tag, None),
        _ => Err(no_such_call()),
    }
}

/// Tagging is publishing: it needs the same right and the same second factor.
fn change_tag(call: &mut Call<'_>, name: &str, tag: &str, version: Option<&str>) -> Reply {
    let id = call.visible(name)?;
    let (account, token) = call.signed_in()?;
    let covered = token.package_access(name) == Some(Access::ReadWrite);
    if !covered || call.world.right(account, id) != Some(Permission::Write) {
        return Err(forbidden("You do not have permission to tag this package"));
    }
    super::publish::second_factor(call, Some(id))?;
    let package = call.world.package_at_mut(id);
    match version {
        Some(version) if package.version(version).is_none() => {
            return Err(not_found("version not found"));
        }
        Some(version) => package.tags.insert(tag.into(), Name::from(version)),
        None => package.tags.remove(tag),
    };
    package.revision += 1;
    Ok(Answer::ok(&serde_json::json!({})))
}
