//! Which path leads where (`npm-api.md` §3). One file for each kind of thing that is asked about.

mod access;
mod hook;
mod identity;
mod org;
mod owner;
mod package;
mod publish;
mod search;
mod stage;
mod team;
mod token;
mod trust;

use axum::http::{Method, StatusCode};

use super::caller::{Call, Reply, not_found};
use super::path::join_package_name;
use super::world::World;
use crate::limit::Budget;
use crate::server::Registry;
use crate::wire::{Answer, Request};

impl Registry for World {
    fn answer(&mut self, request: &Request) -> Answer {
        if let (&Method::POST, [.., "oidc", "token", "exchange", "package", package]) =
            (&request.method, request.path().as_slice())
        {
            // The credential here is an identity token of somebody else's making.
            return trust::exchange(self, request.header("authorization"), package);
        }
        let reply = Call::identify(self, request).and_then(|mut call| route(&mut call));
        let answer = reply.unwrap_or_else(|refusal| refusal);
        // What may not be stored gets no tag.
        if self.quirks.entity_tags { answer } else { answer.with("cache-control", "no-store") }
    }

    fn cut(pieces: Vec<String>) -> Vec<String> {
        join_package_name(pieces)
    }

    fn budgets(&self, request: &Request) -> Vec<(&'static str, Budget)> {
        let search = request.path().starts_with(&["-", "v1", "search"]);
        let search = self.quirks.search_budget.filter(|_| search);
        let search = search.map(|budget| ("search", budget));
        let all = self.quirks.budget.map(|budget| ("all", budget));
        search.into_iter().chain(all).collect()
    }
}

fn route(call: &mut Call<'_>) -> Reply {
    let request = call.request;
    let (method, path) = (&request.method, request.path());
    match (method, path.as_slice()) {
        (&Method::GET, ["-", "ping"]) => Ok(Answer::ok(&serde_json::json!({}))),
        (_, ["-", "org", organization, rest @ ..]) => org::route(call, organization, rest),
        (_, ["-", "team", organization, team, rest @ ..]) => team::route(call, organization, team, rest),
        (_, ["-", "package", package, rest @ ..]) => package_calls(call, package, rest),
        (_, ["-", "stage", rest @ ..]) => stage::route(call, rest),
        (&Method::GET, ["-", "v1", "search"]) => search::search(call),
        (_, ["-", "npm", "v1", "tokens", rest @ ..]) => token::route(call, rest),
        (_, ["-", "npm", "v1", "hooks", rest @ ..]) => hook::route(call, rest),
        (_, ["-", ..] | ["login", _] | ["auth", "cli", _]) => identity::route(call, &path),
        (_, [package, rest @ ..]) => document_calls(call, package, rest),
        _ => Err(no_such_call()),
    }
}

/// Calls about a package beside its document.
fn package_calls(call: &mut Call<'_>, package: &str, rest: &[&str]) -> Reply {
    match rest {
        ["trust", ..] => trust::route(call, package, rest),
        ["dist-tags", ..] => package::tags(call, package, rest),
        _ => access::route(call, package, rest),
    }
}

/// Calls on a package's document.
fn document_calls(call: &mut Call<'_>, package: &str, rest: &[&str]) -> Reply {
    match (&call.request.method, rest) {
        (&Method::GET, _) => package::document(call, package, rest),
        (&Method::PUT, []) => publish::publish(call, package),
        (&Method::PUT, ["-rev", revision]) => owner::set(call, package, revision),
        _ => Err(no_such_call()),
    }
}

/// The answer to a call that does not exist.
fn no_such_call() -> Answer {
    not_found("Not found")
}

/// The answer to a successful deletion: empty, or as old clients like it.
fn deleted(call: &Call<'_>) -> Answer {
    match call.world.quirks.deletes_answer_200 {
        true => Answer::ok(&serde_json::json!({})),
        false => Answer::empty(StatusCode::NO_CONTENT),
    }
}
