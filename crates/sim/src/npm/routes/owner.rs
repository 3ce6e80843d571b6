//! Owners of a package, as `npm owner add` and `npm owner rm` change them (`npm-api.md` §3.4).
//!
//! Adding sends an offer by e-mail. Removing works on people's own rights only: on a package of an
//! organisation, somebody who has the right from a team cannot be removed here. Unpublishing uses
//! the same call and is always refused.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::access::writable;
use super::org::known_user;
use crate::npm::caller::{Call, Reply, bad_request, forbidden, not_found};
use crate::npm::package::Package;
use crate::npm::world::AccountId;
use crate::wire::Answer;

#[derive(Debug, Deserialize)]
struct Document {
    #[serde(default)]
    maintainers: Vec<Person>,
    #[serde(rename = "_rev")]
    revision: Option<String>,
    /// Only unpublishing sends versions to this call.
    versions: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Person {
    name: String,
}

pub(super) fn set(call: &mut Call<'_>, name: &str, revision: &str) -> Reply {
    let document: Document = call.request.json()?;
    let id = writable(call, name)?;
    if document.versions.is_some() {
        return Err(forbidden("This version cannot be unpublished"));
    }
    call.governance_factor()?;
    let current = call.world.package_at(id).revision();
    let stated = document.revision.as_deref().unwrap_or(revision);
    if current != revision || current != stated {
        return Err(Answer::error(StatusCode::CONFLICT, "Document update conflict"));
    }
    let wanted = wanted(call, &document)?;
    let package = call.world.package_at(id);
    let listed: BTreeSet<_> = package.maintainers.iter().copied().collect();
    let removed: Vec<_> = listed.difference(&wanted).copied().collect();
    let by_people = call.world.owned_by_people(package);
    if removed.iter().any(|account| !by_people && !package.direct.contains_key(account)) {
        return Err(not_found("Team not found : undefined"));
    }
    let added: Vec<_> = wanted.difference(&listed).copied().collect();
    change(call.world.package_at_mut(id), &removed, added);
    let revision = call.world.package_at(id).revision();
    Ok(Answer::ok(&json!({ "ok": true, "id": name, "rev": revision })))
}

fn wanted(call: &Call<'_>, document: &Document) -> Result<BTreeSet<AccountId>, Answer> {
    let people = document.maintainers.iter();
    let wanted = people.map(|person| known_user(call, &person.name));
    let wanted: BTreeSet<_> = wanted.collect::<Result<_, _>>()?;
    match wanted.is_empty() {
        true => Err(bad_request("a package must have at least one maintainer")),
        false => Ok(wanted),
    }
}

fn change(package: &mut Package, removed: &[AccountId], added: Vec<AccountId>) {
    package.maintainers.retain(|listed| !removed.contains(listed));
    package.direct.retain(|account, _| !removed.contains(account));
    package.offers.extend(added);
    package.revision += 1;
}
