//! One's own API key.

use serde_json::json;

use super::table::{Parameter, Route};
use crate::cloudsmith::account::User;
use crate::cloudsmith::caller::Call;
use crate::cloudsmith::credential::{Actor, ApiKey};
use crate::cloudsmith::refuse::{Reply, bad_request, forbidden, not_found};
use crate::cloudsmith::schema::account::{API_KEY, API_KEYS};
use crate::cloudsmith::shelf::Id;
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/user/tokens/", "user_tokens_list", list)
        .gives(&API_KEYS)
        .with(&[Parameter::Text("page"), Parameter::Text("page_size")]),
    Route::post("/user/tokens/", "user_tokens_create", create).gives(&API_KEY),
    Route::put("/user/tokens/{slug_perm}/refresh/", "user_tokens_refresh", refresh).gives(&API_KEY),
];

/// The caller as a person: services have no list of keys.
fn person(call: &Call<'_>) -> Result<Id<User>, Answer> {
    match call.signed_in()? {
        Actor::User(user) => Ok(user),
        Actor::Service(..) => Err(forbidden()),
    }
}

fn key<'a>(call: &'a Call<'_>, user: Id<User>) -> Option<&'a ApiKey> {
    call.world.users.get(user).and_then(|user| user.key.as_ref())
}

fn list(call: &mut Call<'_>, _: &[&str]) -> Reply {
    let user = person(call)?;
    let keys: Vec<_> = key(call, user).iter().map(|key| written(key, &key.obfuscated())).collect();
    Ok(Answer::ok(&json!({ "results": keys })))
}

fn create(call: &mut Call<'_>, _: &[&str]) -> Reply {
    let user = person(call)?;
    if key(call, user).is_some() {
        return Err(bad_request("User has already created an API key. Use the refresh endpoint to replace it."));
    }
    renewed(call, user).map(|key| Answer::created(&key))
}

fn refresh(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let user = person(call)?;
    let known = key(call, user).is_some_and(|key| arguments == [&*key.slug_perm]);
    if !known {
        return Err(not_found());
    }
    renewed(call, user).map(|key| Answer::ok(&key))
}

/// A new key, shown whole this once.
fn renewed(call: &mut Call<'_>, user: Id<User>) -> Result<serde_json::Value, Answer> {
    let secret = call.world.key_make(Actor::User(user));
    let key = key(call, user).ok_or_else(not_found)?;
    Ok(written(key, &secret))
}

fn written(key: &ApiKey, shown: &str) -> serde_json::Value {
    json!({ "created": iso(key.created), "key": shown, "slug_perm": key.slug_perm })
}
