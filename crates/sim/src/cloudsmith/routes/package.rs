//! Listing and pushing packages: the two ways to find out what somebody may do.

use serde_json::{Value, json};

use super::table::{Parameter, Route};
use super::text;
use crate::cloudsmith::caller::{Call, Within};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, not_found};
use crate::cloudsmith::repository::{Level, Repository};
use crate::cloudsmith::schema::repository::PACKAGE;
use crate::cloudsmith::world::{iso, slugged};
use crate::wire::Answer;

const UNNAMED: &str = "unnamed";
const FIRST: &str = "1.0";

pub(super) static ROUTES: &[Route] = &[
    Route::get("/packages/{owner}/{repo}/", "packages_list", list)
        .pages(&PACKAGE)
        .with(&[Parameter::Text("query"), Parameter::Text("sort")]),
    Route::post("/packages/{owner}/{repo}/upload/raw/", "packages_upload_raw", push)
        .takes_part(&PACKAGE)
        .gives(&PACKAGE),
];

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner, repository] = arguments else { return Err(not_found()) };
    let within = call.within(owner, repository)?;
    let found = call.repository(within)?;
    let rows: Vec<_> = found.packages.iter().map(|(name, version, _)| (name, version)).collect();
    paged(call, &rows, |(name, version)| Some(written(call, within, found, name, version)))
}

fn push(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner, repository] = arguments else { return Err(not_found()) };
    let within = call.within_at(owner, repository, Level::Write)?;
    call.signed_in()?;
    let fields = call.fields()?;
    let name = text(&fields, "name").filter(|name| !name.is_empty()).unwrap_or(UNNAMED);
    let version = text(&fields, "version").filter(|version| !version.is_empty()).unwrap_or(FIRST);
    let now = call.world.now;
    call.repository_mut(within)?.packages.put(name, version, "raw", now);
    Ok(Answer::created(&written(call, within, call.repository(within)?, name, version)))
}

fn written(call: &Call<'_>, within: Within, repository: &Repository, name: &str, version: &str) -> Value {
    let namespace = call.at(within.home).map(|it| it.slug.to_string()).unwrap_or_default();
    let package = repository.packages.get(name, version);
    let slug = slugged(&format!("{name}-{version}"));
    json!({
        "format": package.map_or("raw", |package| package.format),
        "name": name,
        "namespace": namespace,
        "repository": repository.slug,
        "self_url": call.link(&format!("/packages/{namespace}/{}/{slug}/", repository.slug)),
        "slug": slug,
        "uploaded_at": package.map(|package| iso(package.uploaded)),
        "version": version,
    })
}
