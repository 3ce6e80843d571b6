//! Search over public packages (`npm-api.md` §3.7).

use serde_json::{Value, json};

use crate::npm::caller::{Call, Reply};
use crate::npm::package::{Package, Publisher};
use crate::npm::packument::modified;
use crate::npm::path::scope;
use crate::npm::world::{World, iso};
use crate::wire::Answer;

const MOST: usize = 250;

pub(super) fn search(call: &Call<'_>) -> Reply {
    let text = call.request.parameter("text").unwrap_or("");
    if text.trim().is_empty() {
        let refusal = json!({ "error": "\"text\" is missing", "code": "ERR_TEXT_MISSING" });
        return Err(Answer::json(axum::http::StatusCode::BAD_REQUEST, &refusal));
    }
    let world = &*call.world;
    let public = world.package_list().filter(|(_, package)| !package.private);
    let found: Vec<_> = public.filter(|(_, package)| fits(world, package, text)).collect();
    let page = found.iter().skip(call.request.number("from", 0)).take(call.request.number("size", 20).min(MOST));
    let base = &call.request.base;
    let objects: Vec<_> = page.map(|(_, package)| entry(world, package, base)).collect();
    Ok(Answer::ok(&json!({
        "objects": objects,
        "total": found.len(),
        "time": iso(world.now),
    })))
}

/// Whether a package fits every word of a query.
fn fits(world: &World, package: &Package, text: &str) -> bool {
    text.split_whitespace().all(|word| match word.split_once(':') {
        Some(("maintainer", name)) => {
            let account = world.account_id(name);
            account.is_some_and(|account| package.maintainers.contains(&account))
        }
        Some(("author", name)) => last_publisher(world, package).0 == name,
        Some(("scope", name)) => scope(&package.name) == Some(name.trim_start_matches('@')),
        Some(("keywords", _)) => false,
        Some(("is" | "not" | "boost-exact", _)) => true,
        _ => {
            let description = package.description.as_deref().unwrap_or("");
            package.name.contains(word) || description.contains(word)
        }
    })
}

fn last_publisher(world: &World, package: &Package) -> (String, String) {
    match package.versions.last().map(|version| version.publisher) {
        Some(Publisher::Account(id)) => (world.name_of(id).to_owned(), world.at(id).published_email()),
        Some(Publisher::Trusted(provider)) => (provider.title().to_owned(), "no-reply@ci.example".to_owned()),
        None => (String::new(), String::new()),
    }
}

fn entry(world: &World, package: &Package, base: &str) -> Value {
    let (username, email) = last_publisher(world, package);
    let maintainers = package.maintainers.iter().map(|id| {
        let account = world.at(*id);
        json!({ "username": account.name.as_ref(), "email": account.published_email() })
    });
    json!({
        "package": {
            "name": package.name.as_ref(),
            "scope": scope(&package.name).unwrap_or("unscoped"),
            "version": package.tags.get("latest").map(AsRef::as_ref),
            "description": package.description.as_deref(),
            "keywords": [],
            "date": iso(modified(package)),
            "publisher": { "username": username, "email": email },
            "maintainers": maintainers.collect::<Vec<_>>(),
            "links": { "npm": format!("{base}/package/{}", package.name) },
        },
        "downloads": { "monthly": 10, "weekly": 2 },
        "dependents": 0,
        "updated": iso(modified(package)),
        "score": { "final": 1, "detail": { "quality": 1, "popularity": 1, "maintenance": 1 } },
        "searchScore": 1,
        "flags": { "insecure": 0 },
    })
}
