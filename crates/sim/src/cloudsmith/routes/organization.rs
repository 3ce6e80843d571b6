//! Organisations themselves.

use serde_json::{Value, json};

use super::deleted;
use super::identity::own;
use super::table::{Parameter, Route};
use crate::cloudsmith::caller::Call;
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, not_found};
use crate::cloudsmith::schema::organization::ORGANIZATION;
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/", "orgs_list", list).pages(&ORGANIZATION).with(&[Parameter::Text("sort")]),
    Route::get("/orgs/{org}/", "orgs_read", read).gives(&ORGANIZATION),
    Route::delete("/orgs/{org}/", "orgs_delete", delete),
];

fn list(call: &mut Call<'_>, _: &[&str]) -> Reply {
    let mut own = own(call);
    let by = call.request.parameter("sort").unwrap_or("");
    let world = &call.world;
    if let "name" | "-name" | "slug" | "-slug" = by {
        own.sort_by_key(|home| world.organizations.get(*home).map(|it| it.slug.clone()));
    }
    if by.starts_with('-') {
        own.reverse();
    }
    paged(call, &own, |home| call.world.organizations.get(*home).map(written))
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter(org)?;
    Ok(Answer::ok(&written(call.at(inside.home)?)))
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Owner)?;
    let services: Vec<_> = call.at(inside.home)?.services.ids().collect();
    for service in services {
        call.world.key_drop(Actor::Service(inside.home, service));
    }
    call.world.organizations.remove(inside.home);
    Ok(deleted())
}

fn written(organization: &Organization) -> Value {
    json!({
        "country": null,
        "created_at": iso(organization.created),
        "location": null,
        "name": organization.name,
        "slug": organization.slug,
        "slug_perm": organization.slug_perm,
        "tagline": null,
    })
}
