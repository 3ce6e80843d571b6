//! Which path leads where (`cloudsmith-api.md` §2). One file for each kind of thing that is asked about.

mod audit;
mod domain;
mod entitlement;
mod identity;
mod invitation;
mod key;
mod key_rule;
mod member;
mod oidc;
mod organization;
mod package;
mod policy;
mod privilege;
mod quota;
mod repository;
mod saml;
mod service;
#[cfg(test)]
mod shown;
mod table;
mod team;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::caller::Call;
use super::refuse::{Reply, bad_request, invalid, not_found, refuse};
use super::schema::check;
use super::world::{World, iso};
use super::{disfigure, document};
use crate::limit::Budget;
use crate::server::Registry;
use crate::wire::{Answer, Request};

pub(crate) use table::{Body, Parameter, Route, Shape};

/// All calls there are.
pub(crate) static TABLES: &[&[Route]] = &[
    identity::ROUTES,
    key::ROUTES,
    organization::ROUTES,
    member::ROUTES,
    team::ROUTES,
    service::ROUTES,
    invitation::ROUTES,
    saml::ROUTES,
    oidc::ROUTES,
    key_rule::ROUTES,
    repository::ROUTES,
    privilege::ROUTES,
    package::ROUTES,
    entitlement::ROUTES,
    audit::ROUTES,
    quota::ROUTES,
    domain::ROUTES,
    policy::ROUTES,
];

/// All calls there are, one after the other.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    TABLES.iter().flat_map(|table| table.iter())
}

impl Registry for World {
    const ENTITY_TAGS: bool = false;

    fn answer(&mut self, request: &Request) -> Answer {
        self.rate.spend(self.now);
        let answer = self.route(request).unwrap_or_else(|refusal| refusal);
        self.with_rate(answer)
    }

    fn cut(mut pieces: Vec<String>) -> Vec<String> {
        if pieces.first().is_some_and(|piece| piece == "v1") {
            pieces.remove(0);
        }
        pieces
    }

    fn budgets(&self, _request: &Request) -> Vec<(&'static str, Budget)> {
        self.quirks.budget.map(|budget| ("all", budget)).into_iter().collect()
    }

    fn throttled(&self, budget: Budget) -> Answer {
        self.with_rate(too_many(budget.retry_after))
    }
}

/// The refusal of a request too many.
pub(crate) fn too_many(seconds: u32) -> Answer {
    let detail = format!("Request was throttled. Expected available in {seconds}.0 seconds.");
    refuse(StatusCode::TOO_MANY_REQUESTS, &detail).with("retry-after", &seconds.to_string())
}

impl World {
    fn route(&mut self, request: &Request) -> Reply {
        let path = request.path();
        if let Some(document) = document::asked_for(request) {
            return Ok(Answer::ok(&document));
        }
        let (route, arguments) = table::find(request, &path)?;
        if route.changes() {
            let before = self.remembered();
            let answer = self.carry_out(request, route, &arguments)?;
            self.written(before);
            return Ok(answer);
        }
        match self.past() {
            Some(past) => past.carry_out(request, route, &arguments),
            None => self.carry_out(request, route, &arguments),
        }
    }

    fn carry_out(&mut self, request: &Request, route: &'static Route, arguments: &[&str]) -> Reply {
        let actor = self.identify(request)?;
        let mut call = Call { world: self, request, route, actor };
        let answer = (route.handler)(&mut call, arguments)?;
        Ok(disfigure::answer(&self.quirks, route, answer))
    }

    /// Says how much the caller may still ask for.
    fn with_rate(&self, answer: Answer) -> Answer {
        let limit = self.quirks.rate_limit;
        let answer = answer
            .with("x-ratelimit-limit", &limit.to_string())
            .with("x-ratelimit-remaining", &self.rate.remaining(limit).to_string())
            .with("x-ratelimit-reset", &self.rate.reset(self.now).as_second().to_string());
        match self.quirks.rate_interval {
            Some(pause) => answer.with("x-ratelimit-interval", &interval(pause).to_string()),
            None => answer,
        }
    }

    /// The same in the words of `GET /rates/limits/`.
    pub(crate) fn rate_check(&self) -> Value {
        let reset = self.rate.reset(self.now);
        json!({
            "interval": interval(self.quirks.rate_interval.unwrap_or(0)),
            "limit": self.quirks.rate_limit,
            "remaining": self.rate.remaining(self.quirks.rate_limit),
            "reset": reset.as_second(),
            "reset_iso_8601": iso(reset),
            "throttled": false,
        })
    }
}

fn interval(milliseconds: u32) -> f64 {
    f64::from(milliseconds) / 1000.0
}

impl Call<'_> {
    /// The fields of the body that this call lets clients set.
    pub(crate) fn fields(&self) -> Result<Map<String, Value>, Answer> {
        let body = self.body()?;
        let (schema, whole) = match self.route.body {
            Body::None => return Ok(Map::new()),
            Body::Whole(schema) => (schema, true),
            Body::Part(schema) => (schema, false),
        };
        check::fields(schema, &body, whole).map_err(|wrong| self.invalid(wrong))
    }

    /// A refusal about fields, nested or not.
    pub(crate) fn invalid(&self, wrong: Map<String, Value>) -> Answer {
        invalid(&if self.world.quirks.nested_fields { wrong } else { check::flat(wrong) })
    }

    fn body(&self) -> Result<Value, Answer> {
        if self.request.body.is_empty() {
            return Ok(json!({}));
        }
        serde_json::from_slice(&self.request.body).map_err(|error| bad_request(&format!("JSON parse error - {error}")))
    }

    /// A parameter as the service reads it: `true`, `True` and `1` are yes.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.request.parameter(name)? {
            "true" | "True" | "TRUE" | "1" | "yes" => Some(true),
            "false" | "False" | "FALSE" | "0" | "no" => Some(false),
            _ => None,
        }
    }
}

/// The answer to a deletion.
fn deleted() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT)
}

/// Text out of a body's fields.
fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

/// What a path names, or a 404.
fn known<T>(found: Option<T>) -> Result<T, Answer> {
    found.ok_or_else(not_found)
}
