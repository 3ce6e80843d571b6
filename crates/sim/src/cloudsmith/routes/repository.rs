//! Repositories and their settings.

use serde_json::{Map, Value, json};

use super::table::{Parameter, Route};
use super::{known, text};
use crate::cloudsmith::audit::Target;
use crate::cloudsmith::caller::Call;
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::quota::bytes;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found};
use crate::cloudsmith::repository::{Broadcast, Grantee, Level, Repository, Visibility};
use crate::cloudsmith::schema::repository::REPOSITORY;
use crate::cloudsmith::schema::{Kind, check};
use crate::cloudsmith::shelf::{Id, Name};
use crate::cloudsmith::world::{iso, slugged};
use crate::wire::Answer;

const SIZE: u64 = 40_000_000;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/repos/", "repos_user_list", list_all).pages(&REPOSITORY),
    Route::get("/repos/{owner}/", "repos_namespace_list", list)
        .pages(&REPOSITORY)
        .with(&[Parameter::Text("query"), Parameter::Text("sort")]),
    Route::post("/repos/{owner}/", "repos_create", create).takes(&REPOSITORY).gives(&REPOSITORY),
    Route::get("/repos/{owner}/{identifier}/", "repos_read", read).gives(&REPOSITORY),
    Route::patch("/repos/{owner}/{identifier}/", "repos_partial_update", update)
        .takes_part(&REPOSITORY)
        .gives(&REPOSITORY),
    Route::delete("/repos/{owner}/{identifier}/", "repos_delete", delete).answers(200),
];

type Place = (Id<Organization>, Id<Repository>);

/// The repositories of all organisations that the caller is in and may read; none for nobody.
fn list_all(call: &mut Call<'_>, _: &[&str]) -> Reply {
    let mut rows: Vec<Place> = Vec::new();
    for home in super::identity::own(call) {
        rows.extend(visible(call, home, "")?);
    }
    paged(call, &rows, |place| written(call, *place))
}

/// Newest first, unless asked for otherwise.
fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner] = arguments else { return Err(not_found()) };
    let home = known(call.world.organizations.find(owner))?;
    if call.actor.is_some_and(|actor| call.at(home).is_ok_and(|it| it.rank(home, actor).is_some())) {
        call.enter(owner)?;
    }
    let query = call.request.parameter("query").unwrap_or("").to_lowercase();
    let mut rows = visible(call, home, &query)?;
    let organization = call.at(home)?;
    let name = |place: &Place| organization.repositories.get(place.1).map(|it| Name::clone(&it.name));
    let made = |place: &Place| organization.repositories.get(place.1).map(|it| it.created);
    let sort = call.request.parameter("sort").unwrap_or("-created_at");
    match sort.trim_start_matches('-') {
        "name" | "slug" => rows.sort_by_key(name),
        _ => rows.sort_by_key(made),
    }
    if sort.starts_with('-') {
        rows.reverse();
    }
    paged(call, &rows, |place| written(call, *place))
}

fn visible(call: &Call<'_>, home: Id<Organization>, query: &str) -> Result<Vec<Place>, Answer> {
    let organization = call.at(home)?;
    let member = call.actor.is_some_and(|actor| organization.rank(home, actor).is_some());
    let all = member && call.world.quirks.repositories_unfiltered;
    let seen = organization.repositories.iter().filter(|(_, repository)| {
        let readable = || call.world.reach(home, organization, repository, call.actor) >= Level::Read;
        (all || readable()) && fits(query, repository)
    });
    Ok(seen.map(|(id, _)| (home, id)).collect())
}

fn fits(query: &str, repository: &Repository) -> bool {
    let holds = |text: &str, value: &str| text.to_lowercase().contains(value);
    query.split_whitespace().all(|word| match word.split_once(':') {
        Some(("name", value)) => holds(&repository.name, value),
        Some(("slug", value)) => holds(&repository.slug, value),
        Some(("broadcast_state", value)) => holds(repository.broadcast.as_str(), value),
        Some(("repository_type", value)) => holds(repository.visibility.as_str(), value),
        Some(_) => false,
        None => holds(&repository.name, word) || holds(&repository.slug, word),
    })
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner, repository] = arguments else { return Err(not_found()) };
    let within = call.within(owner, repository)?;
    known(written(call, (within.home, within.repository))).map(|repository| Answer::ok(&repository))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(owner, Role::Manager)?;
    let fields = call.fields()?;
    let slug = match text(&fields, "slug").filter(|slug| !slug.is_empty()) {
        Some(slug) => slug.to_owned(),
        None => slugged(text(&fields, "name").unwrap_or("")),
    };
    let mut repository = Repository::new(&slug, call.world.slug_perm(), call.world.now);
    let organization = call.at_mut(inside.home)?;
    free(organization, &slug, None)?;
    // The specification's own default, unlike that of this simulator's builder.
    repository.visibility = Visibility::Public;
    set(&mut repository, &fields);
    // Whoever makes a repository administers it.
    let grantee = match inside.actor {
        Actor::User(user) => Grantee::User(user),
        Actor::Service(_, service) => Grantee::Service(service),
    };
    repository.grant(grantee, Level::Admin);
    let id = organization.repositories.put(repository);
    note(call, (inside.home, id), "repo.created");
    known(written(call, (inside.home, id))).map(|repository| Answer::created(&repository))
}

fn free(organization: &Organization, slug: &str, own: Option<Id<Repository>>) -> Result<(), Answer> {
    if slug.len() < 2 || !check::is_slug(slug) {
        let reason = "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.";
        return Err(invalid_field("slug", reason));
    }
    let taken = organization.repositories.find(slug).is_some_and(|other| Some(other) != own);
    if taken { Err(invalid_field("slug", "A repository with this slug already exists.")) } else { Ok(()) }
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner, repository] = arguments else { return Err(not_found()) };
    let within = call.within_at(owner, repository, Level::Admin)?;
    let fields = call.fields()?;
    if let Some(slug) = text(&fields, "slug").filter(|slug| !slug.is_empty()) {
        let organization = call.at_mut(within.home)?;
        free(organization, slug, Some(within.repository))?;
        let slug = Name::from(slug);
        let repository = known(organization.repositories.get_mut(within.repository))?;
        let before = std::mem::replace(&mut repository.slug, Name::clone(&slug));
        organization.repositories.rename(within.repository, &before, &slug);
    }
    set(call.repository_mut(within)?, &fields);
    known(written(call, (within.home, within.repository))).map(|repository| Answer::ok(&repository))
}

fn set(repository: &mut Repository, fields: &Map<String, Value>) {
    for (name, value) in fields {
        let word = value.as_str().unwrap_or("");
        let level = || Level::read(word).unwrap_or_default();
        match name.as_str() {
            "slug" => {}
            "name" => repository.name = word.into(),
            "default_privilege" => repository.default_privilege = level(),
            "use_entitlements_privilege" => repository.use_entitlements = level(),
            "manage_entitlements_privilege" => repository.manage_entitlements = level(),
            "broadcast_state" => repository.broadcast = Broadcast::read(word).unwrap_or_default(),
            "repository_type_str" => repository.visibility = Visibility::read(word).unwrap_or_default(),
            _ => drop(repository.settings.insert(name.clone(), value.clone())),
        }
    }
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner, repository] = arguments else { return Err(not_found()) };
    let within = call.within_at(owner, repository, Level::Admin)?;
    note(call, (within.home, within.repository), "repo.deleted");
    call.at_mut(within.home)?.repositories.remove(within.repository);
    Ok(Answer::empty(axum::http::StatusCode::OK))
}

fn note(call: &mut Call<'_>, place: Place, event: &'static str) {
    let repository = call.at(place.0).ok().and_then(|it| it.repositories.get(place.1));
    let names = repository.map(|repository| (Name::clone(&repository.slug), Name::clone(&repository.slug_perm)));
    if let Some((slug, slug_perm)) = names {
        let target = Target { kind: "repository", slug: &slug, slug_perm: Some(slug_perm) };
        let (actor, now) = (call.actor, call.world.now);
        call.world.record_at(place.0, actor, event, &target, Some(Name::clone(&slug)), now);
    }
}

/// Every field of the specification: what the repository says, or else the default.
fn written(call: &Call<'_>, place: Place) -> Option<Value> {
    let organization = call.at(place.0).ok()?;
    let repository = organization.repositories.get(place.1)?;
    let mut fields = Map::new();
    for field in REPOSITORY.fields {
        let value = match (repository.settings.get(field.name), &field.kind) {
            (Some(value), _) => value.clone(),
            (None, Kind::Flag) => json!(false),
            (None, Kind::Integer) => json!(0),
            (None, Kind::List(_)) => json!([]),
            (None, Kind::Words(_)) => json!(field.default),
            (None, _) if field.nullable => Value::Null,
            (None, _) => json!(field.default.unwrap_or("")),
        };
        fields.insert(field.name.to_owned(), value);
    }
    fields.extend(particular(call, organization, repository));
    if let Some(wanted) = call.request.parameter("fields[repositories]") {
        // Lists can be asked for with some of the fields only.
        let wanted: Vec<&str> = wanted.split(',').collect();
        fields.retain(|name, _| wanted.contains(&name.as_str()));
    }
    Some(Value::Object(fields))
}

fn particular(call: &Call<'_>, organization: &Organization, repository: &Repository) -> Map<String, Value> {
    let path = format!("/{}/{}/", organization.slug, repository.slug);
    let packages = repository.packages.len();
    let visibility = repository.visibility;
    let size = SIZE * packages as u64;
    let values = json!({
        "broadcast_state": repository.broadcast.as_str(),
        "created_at": iso(repository.created),
        "default_privilege": repository.default_privilege.as_str(),
        "is_open_source": visibility == Visibility::OpenSource,
        "is_private": visibility == Visibility::Private,
        "is_public": visibility == Visibility::Public,
        "manage_entitlements_privilege": repository.manage_entitlements.as_str(),
        "name": repository.name,
        "namespace": organization.slug,
        "namespace_url": call.link(&format!("/namespaces/{}/", organization.slug)),
        "package_count": packages,
        "package_count_excl_subcomponents": packages,
        "package_group_count": packages,
        "repository_type_str": visibility.as_str(),
        "self_html_url": call.link(&path),
        "self_url": call.link(&format!("/repos{path}")),
        "self_webapp_url": call.link(&format!("/app{path}")),
        "size": size,
        "size_str": bytes(size),
        "slug": repository.slug,
        "slug_perm": repository.slug_perm,
        "storage_region": "default",
        "use_entitlements_privilege": repository.use_entitlements.as_str(),
    });
    match values {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
