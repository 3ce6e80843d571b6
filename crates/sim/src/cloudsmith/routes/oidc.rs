//! Providers of identity tokens, and the exchange of a token for a service's.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::table::{Body, Parameter, Route};
use super::{deleted, known, text};
use crate::cloudsmith::audit::Target;
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::oidc::Provider;
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found, unauthorized};
use crate::cloudsmith::schema::organization::{DYNAMIC_MAPPING, EXCHANGE, PROVIDER, PROVIDER_WRITE};
use crate::cloudsmith::shelf::{Id, Name};
use crate::cloudsmith::world::slugged;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::post("/openid/{owner}/", "openid_create", exchange).takes(&EXCHANGE).gives(&EXCHANGE),
    Route::get("/orgs/{org}/openid-connect/", "orgs_openid_connect_list", list)
        .pages(&PROVIDER)
        .with(&[Parameter::Text("query"), Parameter::Text("sort")]),
    Route::post("/orgs/{org}/openid-connect/", "orgs_openid_connect_create", create)
        .takes(&PROVIDER_WRITE)
        .gives(&PROVIDER_WRITE),
    Route::get("/orgs/{org}/openid-connect/{slug_perm}/", "orgs_openid_connect_read", read).gives(&PROVIDER),
    Route::put("/orgs/{org}/openid-connect/{slug_perm}/", "orgs_openid_connect_update", update)
        .takes(&PROVIDER_WRITE)
        .gives(&PROVIDER_WRITE),
    Route::patch("/orgs/{org}/openid-connect/{slug_perm}/", "orgs_openid_connect_partial_update", update)
        .takes_part(&PROVIDER_WRITE)
        .gives(&PROVIDER_WRITE),
    Route::delete("/orgs/{org}/openid-connect/{slug_perm}/", "orgs_openid_connect_delete", delete),
    Route::get(
        "/orgs/{org}/openid-connect/{provider_setting}/dynamic-mappings/",
        "orgs_openid_connect_dynamic_mappings_list",
        mappings,
    )
    .pages(&DYNAMIC_MAPPING),
    Route::get(
        "/orgs/{org}/openid-connect/{provider_setting}/dynamic-mappings/{claim_value}/",
        "orgs_openid_connect_dynamic_mappings_read",
        mapping,
    )
    .gives(&DYNAMIC_MAPPING),
];

/// Whatever does not fit is refused in the same words.
fn exchange(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner] = arguments else { return Err(not_found()) };
    let fields = call.fields()?;
    let refusal = || unauthorized("Unable to authenticate with the provided OIDC token.");
    let (token, slug) = text(&fields, "oidc_token").zip(text(&fields, "service_slug")).ok_or_else(refusal)?;
    let now = call.world.now;
    let identity = call.world.identity_tokens.get(token).filter(|identity| now < identity.expires);
    let home = call.world.organizations.find(owner).ok_or_else(refusal)?;
    let (identity, organization) = identity.zip(call.world.organizations.get(home)).ok_or_else(refusal)?;
    let admitted = organization.providers.iter().any(|(_, provider)| provider.admits(identity, slug));
    let service = organization.services.find(slug).filter(|_| admitted).ok_or_else(refusal)?;
    let token = call.world.session(Actor::Service(home, service), false);
    Ok(Answer::created(&json!({ "token": token })))
}

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let query = call.request.parameter("query").unwrap_or("").to_lowercase();
    let fits = |provider: &Provider| {
        let holds = |text: &str, value: &str| text.to_lowercase().contains(value);
        query.split_whitespace().all(|word| match word.split_once(':') {
            Some(("name", value)) => holds(&provider.name, value),
            Some(("provider_url", value)) => holds(&provider.url, value),
            Some(("service_account", value)) => provider.services.iter().any(|slug| holds(slug, value)),
            _ => holds(&provider.name, word),
        })
    };
    let all = call.at(inside.home)?.providers.iter().map(|(_, provider)| provider);
    let mut rows: Vec<&Provider> = all.filter(|provider| fits(provider)).collect();
    let sort = call.request.parameter("sort").unwrap_or("");
    if sort.trim_start_matches('-') == "name" {
        rows.sort_by(|one, two| one.name.cmp(&two.name));
    }
    if sort.starts_with('-') {
        rows.reverse();
    }
    paged(call, &rows, |provider| Some(written(provider)))
}

fn named(call: &Call<'_>, arguments: &[&str]) -> Result<(Inside, Id<Provider>), Answer> {
    let [org, slug_perm, ..] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let id = known(call.at(inside.home)?.providers.find(slug_perm))?;
    Ok((inside, id))
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    Ok(Answer::ok(&written(known(call.at(inside.home)?.providers.get(id))?)))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    let fields = call.fields()?;
    let slug_perm = call.world.slug_perm();
    let organization = call.at_mut(inside.home)?;
    let name = text(&fields, "name").unwrap_or("");
    if organization.providers.find(&slugged(name)).is_some() {
        return Err(invalid_field("name", "A provider with this name already exists."));
    }
    let mut provider = Provider::new(name, slug_perm);
    set(organization, &mut provider, &fields)?;
    let id = organization.providers.put(provider);
    note(call, inside, "org.oidc.created", id);
    changed(call, inside, id).map(|provider| Answer::created(&provider))
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    let fields = call.fields()?;
    let whole = matches!(call.route.body, Body::Whole(_));
    let organization = call.at_mut(inside.home)?;
    let mut provider = known(organization.providers.get(id))?.clone();
    if whole {
        (provider.services, provider.mapping_claim, provider.mappings) = Default::default();
    }
    set(organization, &mut provider, &fields)?;
    *known(organization.providers.get_mut(id))? = provider;
    note(call, inside, "org.oidc.updated", id);
    changed(call, inside, id).map(|provider| Answer::ok(&provider))
}

fn set(organization: &Organization, provider: &mut Provider, fields: &Map<String, Value>) -> Result<(), Answer> {
    let service = |field: &str, slug: &str| -> Result<Name, Answer> {
        let found = organization.services.named(slug).map(|service| Name::clone(&service.slug));
        found.ok_or_else(|| invalid_field(field, &format!("service '{slug}' was not found")))
    };
    if let Some(name) = text(fields, "name") {
        provider.name = name.into();
    }
    if let Some(url) = text(fields, "provider_url") {
        url.clone_into(&mut provider.url);
    }
    if let Some(enabled) = fields.get("enabled").and_then(Value::as_bool) {
        provider.enabled = enabled;
    }
    if let Some(claims) = fields.get("claims").and_then(Value::as_object) {
        provider.claims = claims.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    }
    if let Some(claim) = fields.get("mapping_claim") {
        provider.mapping_claim = claim.as_str().map(Into::into);
    }
    if let Some(slugs) = fields.get("service_accounts").and_then(Value::as_array) {
        let slugs = slugs.iter().filter_map(Value::as_str);
        provider.services = slugs.map(|slug| service("service_accounts", slug)).collect::<Result<_, _>>()?;
    }
    if let Some(entries) = fields.get("dynamic_mappings").and_then(Value::as_array) {
        let word = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let pairs = entries.iter().map(|entry| {
            let slug = service("dynamic_mappings", &word(entry, "service_account"))?;
            Ok((word(entry, "claim_value"), slug))
        });
        provider.mappings = pairs.collect::<Result<BTreeMap<_, _>, Answer>>()?;
    }
    Ok(())
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    note(call, inside, "org.oidc.deleted", id);
    call.at_mut(inside.home)?.providers.remove(id);
    Ok(deleted())
}

fn mappings(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    let provider = known(call.at(inside.home)?.providers.get(id))?;
    let rows: Vec<_> = provider.mappings.iter().collect();
    paged(call, &rows, |(value, service)| Some(json!({ "claim_value": value, "service_account": service })))
}

fn mapping(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let (inside, id) = named(call, arguments)?;
    let [_, _, value] = arguments else { return Err(not_found()) };
    let provider = known(call.at(inside.home)?.providers.get(id))?;
    let service = known(provider.mappings.get(*value))?;
    Ok(Answer::ok(&json!({ "claim_value": value, "service_account": service })))
}

fn note(call: &mut Call<'_>, inside: Inside, event: &'static str, id: Id<Provider>) {
    let provider = call.at(inside.home).ok().and_then(|it| it.providers.get(id));
    let names = provider.map(|provider| (Name::clone(&provider.slug), Name::clone(&provider.slug_perm)));
    if let Some((slug, slug_perm)) = names {
        let target = Target { kind: "provider_settings", slug: &slug, slug_perm: Some(slug_perm) };
        call.world.record(inside.home, Some(inside.actor), event, &target);
    }
}

/// The answer to a write tells the mappings as well.
fn changed(call: &Call<'_>, inside: Inside, id: Id<Provider>) -> Result<Value, Answer> {
    let provider = known(call.at(inside.home)?.providers.get(id))?;
    let mappings = provider.mappings.iter();
    let mappings = mappings.map(|(value, service)| json!({ "claim_value": value, "service_account": service }));
    let mut answer = written(provider);
    answer["dynamic_mappings"] = mappings.collect();
    Ok(answer)
}

fn written(provider: &Provider) -> Value {
    json!({
        "claims": provider.claims,
        "enabled": provider.enabled,
        "mapping_claim": provider.mapping_claim,
        "name": provider.name,
        "provider_url": provider.url,
        "service_accounts": provider.services,
        "slug": provider.slug,
        "slug_perm": provider.slug_perm,
    })
}
