//! An account's own hooks (`npm-api.md` §3.7), which npm up to 10 can manage.
//!
//! The reference has the calls and what clients make of the answers, and leaves open what is asked
//! of the caller. The choice made here: as for tokens, an account sees its own only, tokens that
//! bypass the second factor are refused, and changes ask for a one-time password.

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::no_such_call;
use crate::npm::caller::{Call, Reply, bad_request, not_found};
use crate::npm::hook::Hook;
use crate::npm::world::AccountId;
use crate::wire::Answer;

pub(super) fn route(call: &mut Call<'_>, rest: &[&str]) -> Reply {
    let (account, _) = call.signed_in()?;
    call.refuse_bypass()?;
    match (&call.request.method, rest) {
        (&Method::GET, []) => Ok(list(call, account)),
        (&Method::GET, ["hook", id]) => {
            let place = place(call, account, id)?;
            Ok(Answer::ok(&call.world.hook_json(&call.world.hooks[place])))
        }
        (&Method::POST, ["hook"]) => add(call, account),
        (&Method::PUT, ["hook", id]) => update(call, account, id),
        (&Method::DELETE, ["hook", id]) => remove(call, account, id),
        _ => Err(no_such_call()),
    }
}

fn list(call: &Call<'_>, account: AccountId) -> Answer {
    let only = call.request.parameter("package").filter(|name| !name.is_empty());
    let own = call.world.hooks.iter().filter(|hook| hook.owner == account);
    let shown = own.filter(|hook| only.is_none_or(|only| hook.kind == "package" && hook.name == only));
    let shown: Vec<_> = shown.map(|hook| call.world.hook_json(hook)).collect();
    Answer::ok(&json!({ "objects": shown, "total": shown.len(), "urls": {} }))
}

fn place(call: &Call<'_>, account: AccountId, id: &str) -> Result<usize, Answer> {
    let place = call.world.hooks.iter().position(|hook| hook.id == id && hook.owner == account);
    place.ok_or_else(|| not_found("Hook not found"))
}

#[derive(Debug, Deserialize)]
struct NewHook {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    endpoint: String,
}

fn add(call: &mut Call<'_>, account: AccountId) -> Reply {
    let NewHook { kind, name, endpoint } = call.request.json()?;
    if !["package", "scope", "owner"].contains(&kind.as_str()) {
        return Err(bad_request("type is not valid"));
    }
    call.governance_factor()?;
    let (id, now) = (call.world.dice.text(8).to_lowercase(), call.world.now);
    let hook = Hook { id, owner: account, kind, name, endpoint, created: now, updated: now };
    let answer = Answer::ok(&call.world.hook_json(&hook));
    call.world.hooks.push(hook);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
struct Endpoint {
    endpoint: String,
}

fn update(call: &mut Call<'_>, account: AccountId, id: &str) -> Reply {
    let Endpoint { endpoint } = call.request.json()?;
    call.governance_factor()?;
    let place = place(call, account, id)?;
    let now = call.world.now;
    let hook = &mut call.world.hooks[place];
    (hook.endpoint, hook.updated) = (endpoint, now);
    Ok(Answer::ok(&call.world.hook_json(&call.world.hooks[place])))
}

/// Answers with the hook that is gone, because clients print it.
fn remove(call: &mut Call<'_>, account: AccountId, id: &str) -> Reply {
    call.governance_factor()?;
    let hook = call.world.hooks.remove(place(call, account, id)?);
    Ok(Answer::ok(&call.world.hook_json(&hook)))
}
