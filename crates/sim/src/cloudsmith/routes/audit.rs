//! The audit log.

use serde_json::{Value, json};

use super::known;
use super::table::{Parameter, Route};
use crate::cloudsmith::audit::Event;
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, not_found, unpaid};
use crate::cloudsmith::schema::usage::AUDIT;
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

const QUERY: &[Parameter] = &[Parameter::Text("query")];

pub(super) static ROUTES: &[Route] = &[
    Route::get("/audit-log/{owner}/", "audit_log_namespace_list", list).pages(&AUDIT).with(QUERY),
    Route::get("/audit-log/{owner}/{repo}/", "audit_log_repo_list", list_repository).pages(&AUDIT).with(QUERY),
];

fn enter(call: &Call<'_>, owner: &str) -> Result<Inside, Answer> {
    let inside = call.enter_as(owner, Role::Manager)?;
    if call.world.quirks.audit_log_unpaid {
        return Err(unpaid("Audit logs"));
    }
    Ok(inside)
}

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner] = arguments else { return Err(not_found()) };
    let inside = enter(call, owner)?;
    let query = Query::read(call.request.parameter("query").unwrap_or(""));
    let organization = call.at(inside.home)?;
    let rows: Vec<&Event> = organization.audit.iter().filter(|event| query.admits(event)).collect();
    paged(call, &rows, |event| Some(written(organization, event)))
}

fn list_repository(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner, repository] = arguments else { return Err(not_found()) };
    let inside = enter(call, owner)?;
    let query = Query::read(call.request.parameter("query").unwrap_or(""));
    let organization = call.at(inside.home)?;
    let slug = &known(organization.repositories.named(repository))?.slug;
    let about = |event: &&Event| event.repository.as_ref() == Some(slug) && query.admits(event);
    let rows: Vec<&Event> = organization.audit.iter().filter(about).collect();
    paged(call, &rows, |event| Some(written(organization, event)))
}

/// What a query asks: words such as `event:org.member.added`, of which all must fit. The rest of
/// the service's query language is not simulated.
struct Query(Vec<(String, String)>);

impl Query {
    fn read(text: &str) -> Self {
        let words = text.split_whitespace().filter(|word| *word != "AND");
        let pair = |word: &str| match word.split_once(':') {
            Some((field, value)) => (field.to_owned(), value.trim_matches('"').to_lowercase()),
            None => (String::new(), word.to_lowercase()),
        };
        Self(words.map(pair).collect())
    }

    fn admits(&self, event: &Event) -> bool {
        let actor = event.doer.slug.as_deref().unwrap_or("").to_lowercase();
        self.0.iter().all(|(field, value)| match field.as_str() {
            "actor" => actor == *value,
            "actor_kind" => event.doer.kind == value,
            "event" | "event_kind" | "" => event.event.contains(value.as_str()),
            "object" | "target" => event.target.to_lowercase().contains(value.as_str()),
            _ => true,
        })
    }
}

fn written(organization: &Organization, event: &Event) -> Value {
    let repository = event.repository.as_deref().and_then(|slug| organization.repositories.named(slug));
    let repository = repository.map(|repository| &repository.slug_perm);
    json!({
        "actor": event.doer.slug,
        "actor_ip_address": event.doer.slug.as_ref().map(|_| "203.0.113.7"),
        "actor_kind": event.doer.kind,
        "actor_location": location(),
        "actor_slug_perm": event.doer.slug_perm,
        "actor_url": null,
        "context": organization.slug,
        "event": event.event,
        "event_at": iso(event.at),
        "object": event.repository.as_ref().unwrap_or(&organization.slug),
        "object_kind": if event.repository.is_some() { "repository" } else { "namespace" },
        "object_slug_perm": repository.unwrap_or(&organization.slug_perm),
        "target": event.target,
        "target_kind": event.target_kind,
        "target_slug_perm": event.target_slug_perm,
        "uuid": event.uuid,
    })
}

/// Everybody is in one place. Clients want names there, and take no text for numbers.
fn location() -> Value {
    json!({
        "city": "Bergen",
        "continent": "Europe",
        "country": "Norway",
        "country_code": "NO",
        "latitude": null,
        "longitude": null,
        "postal_code": "5003",
    })
}
