//! Who is calling, and what the service says about itself.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::table::Route;
use super::{known, text};
use crate::cloudsmith::caller::Call;
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::organization::Organization;
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found};
use crate::cloudsmith::schema::account::{LOGIN, NAMESPACE, PROFILE, RATES, SELF, STATUS};
use crate::cloudsmith::shelf::Id;
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/user/self/", "user_self", this).gives(&SELF),
    Route::post("/user/token/", "user_token_create", login).takes(&LOGIN).gives(&LOGIN),
    Route::get("/users/profile/{slug}/", "users_profile_read", profile).gives(&PROFILE),
    Route::get("/namespaces/", "namespaces_list", namespaces).pages(&NAMESPACE),
    Route::get("/namespaces/{slug}/", "namespaces_read", namespace).gives(&NAMESPACE),
    Route::get("/status/check/basic/", "status_check_basic", status).gives(&STATUS),
    Route::get("/rates/limits/", "rates_limits_list", rates).gives(&RATES),
];

/// The one call that tells an anonymous caller so, instead of refusing.
fn this(call: &mut Call<'_>, _: &[&str]) -> Reply {
    let self_url = call.link("/user/self/");
    let nobody = || {
        json!({
            "authenticated": false, "email": null, "name": null, "slug": null, "slug_perm": null,
            "profile_url": null, "self_url": self_url,
        })
    };
    let answer = match call.actor {
        None => nobody(),
        Some(Actor::User(user)) => match call.world.users.get(user) {
            None => nobody(),
            Some(user) => json!({
                "authenticated": true,
                "email": user.email(),
                "name": user.name,
                "slug": user.slug,
                "slug_perm": user.slug_perm,
                "profile_url": call.link(&format!("/users/profile/{}/", user.slug)),
                "self_url": self_url,
            }),
        },
        Some(Actor::Service(home, service)) => {
            let service = known(call.at(home)?.services.get(service))?;
            json!({
                "authenticated": true,
                "email": null,
                "name": service.name,
                "slug": service.slug,
                "slug_perm": service.slug_perm,
                "profile_url": null,
                "self_url": self_url,
            })
        }
    };
    Ok(Answer::ok(&answer))
}

/// Signing in with a password ended on 20 November 2026.
fn login(call: &mut Call<'_>, _: &[&str]) -> Reply {
    let fields = call.fields()?;
    let complete = text(&fields, "email").is_some() && text(&fields, "password").is_some();
    let reason = match complete {
        true => "Signing in with e-mail address and password is no longer supported.",
        false => "Must include \"email\" and \"password\".",
    };
    Err(invalid_field("non_field_errors", reason))
}

fn profile(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [slug] = arguments else { return Err(not_found()) };
    let user = known(call.world.users.named(slug))?;
    let (first, last) = user.name.split_once(' ').unwrap_or((&user.name, "-"));
    Ok(Answer::ok(&json!({
        "company": null,
        "first_name": first,
        "job_title": null,
        "joined_at": iso(user.created),
        "last_name": last,
        "name": user.name,
        "slug": user.slug,
        "slug_perm": user.slug_perm,
        "tagline": null,
        "url": call.link(&format!("/users/profile/{}/", user.slug)),
    })))
}

/// The organisations that the caller is in; none for nobody.
pub(super) fn own(call: &Call<'_>) -> Vec<Id<Organization>> {
    let Some(actor) = call.actor else {
        return Vec::new();
    };
    let all = call.world.organizations.iter();
    all.filter(|(home, it)| it.rank(*home, actor).is_some()).map(|(home, _)| home).collect()
}

fn namespaces(call: &mut Call<'_>, _: &[&str]) -> Reply {
    let own = own(call);
    paged(call, &own, |home| call.world.organizations.get(*home).map(written))
}

fn namespace(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [slug] = arguments else { return Err(not_found()) };
    let inside = call.enter(slug)?;
    Ok(Answer::ok(&written(call.at(inside.home)?)))
}

fn written(organization: &Organization) -> Value {
    json!({
        "name": organization.name,
        "slug": organization.slug,
        "slug_perm": organization.slug_perm,
        "type_name": "Organization",
    })
}

fn status(_: &mut Call<'_>, _: &[&str]) -> Reply {
    Ok(Answer::json(StatusCode::OK, &json!({ "detail": "Cloudsmith API is operational.", "version": "1.1352.0" })))
}

fn rates(call: &mut Call<'_>, _: &[&str]) -> Reply {
    Ok(Answer::ok(&json!({ "resources": { "core": call.world.rate_check() } })))
}
