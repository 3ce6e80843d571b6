//! Single sign-on by SAML, and groups that fill teams.

use serde_json::{Value, json};

use super::table::Route;
use super::{deleted, known, text};
use crate::cloudsmith::caller::{Call, Inside};
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, invalid_field, not_found, unpaid};
use crate::cloudsmith::saml::GroupSync;
use crate::cloudsmith::schema::organization::{GROUP_SYNC, GROUP_SYNC_STATUS, SAML};
use crate::cloudsmith::team::TeamRole;
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/saml-group-sync/", "orgs_saml_group_sync_list", list).pages(&GROUP_SYNC),
    Route::post("/orgs/{org}/saml-group-sync/", "orgs_saml_group_sync_create", create)
        .takes(&GROUP_SYNC)
        .gives(&GROUP_SYNC),
    Route::get("/orgs/{org}/saml-group-sync/status/", "orgs_saml_group_sync_status", status).gives(&GROUP_SYNC_STATUS),
    Route::post("/orgs/{org}/saml-group-sync/enable/", "orgs_saml_group_sync_enable", enable).answers(204),
    Route::post("/orgs/{org}/saml-group-sync/disable/", "orgs_saml_group_sync_disable", disable).answers(204),
    Route::delete("/orgs/{org}/saml-group-sync/{slug_perm}/", "orgs_saml_group_sync_delete", delete),
    Route::get("/orgs/{org}/saml-authentication", "orgs_saml_authentication_read", read).gives(&SAML),
    Route::patch("/orgs/{org}/saml-authentication", "orgs_saml_authentication_partial_update", update)
        .takes_part(&SAML)
        .gives(&SAML),
];

const METADATA: [(&str, bool); 4] = [
    ("saml_metadata_inline", false),
    ("saml_metadata_inline_webapp", true),
    ("saml_metadata_url", true),
    ("saml_metadata_url_webapp", true),
];

fn enter(call: &Call<'_>, arguments: &[&str]) -> Result<Inside, Answer> {
    let [org, ..] = arguments else { return Err(not_found()) };
    call.enter_as(org, Role::Manager)
}

fn paid(call: &Call<'_>) -> Result<(), Answer> {
    match call.world.quirks.saml_unpaid {
        true => Err(unpaid("SAML settings")),
        false => Ok(()),
    }
}

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    let organization = call.at(inside.home)?;
    let rows: Vec<&GroupSync> = organization.group_syncs.iter().map(|(_, sync)| sync).collect();
    paged(call, &rows, |sync| written(organization, sync))
}

fn create(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    let fields = call.fields()?;
    let value = |name: &str| text(&fields, name).unwrap_or("");
    let slug_perm = call.world.slug_perm();
    let organization = call.at_mut(inside.home)?;
    let missing = || invalid_field("team", &format!("team '{}' was not found", value("team")));
    let team = organization.teams.find(value("team")).ok_or_else(missing)?;
    let role = text(&fields, "role").and_then(TeamRole::read).unwrap_or(TeamRole::Member);
    let (key, word) = (value("idp_key").into(), value("idp_value").into());
    let id = organization.group_syncs.put(GroupSync { slug_perm, key, value: word, team, role });
    let sync = known(organization.group_syncs.get(id))?;
    known(written(organization, sync)).map(|sync| Answer::created(&sync))
}

fn delete(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    let [_, slug_perm] = arguments else { return Err(not_found()) };
    let syncs = &mut call.at_mut(inside.home)?.group_syncs;
    let id = known(syncs.find(slug_perm))?;
    syncs.remove(id);
    Ok(deleted())
}

fn status(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    Ok(Answer::ok(&json!({ "saml_group_sync_status": call.at(inside.home)?.saml.group_sync })))
}

fn enable(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    call.at_mut(inside.home)?.saml.group_sync = true;
    Ok(deleted())
}

fn disable(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    call.at_mut(inside.home)?.saml.group_sync = false;
    Ok(deleted())
}

fn read(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    paid(call)?;
    Ok(Answer::ok(&settings(call.at(inside.home)?)))
}

fn update(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let inside = enter(call, arguments)?;
    paid(call)?;
    let fields = call.fields()?;
    let organization = call.at_mut(inside.home)?;
    let flag = |name: &str, before: bool| fields.get(name).and_then(Value::as_bool).unwrap_or(before);
    organization.saml.enabled = flag("saml_auth_enabled", organization.saml.enabled);
    organization.saml.enforced = flag("saml_auth_enforced", organization.saml.enforced);
    for (name, _) in METADATA {
        if let Some(value) = fields.get(name) {
            organization.saml.metadata.insert(name.to_owned(), value.clone());
        }
    }
    Ok(Answer::ok(&settings(organization)))
}

fn settings(organization: &Organization) -> Value {
    let saml = &organization.saml;
    let mut settings = json!({ "saml_auth_enabled": saml.enabled, "saml_auth_enforced": saml.enforced });
    for (name, nullable) in METADATA {
        let unset = if nullable { Value::Null } else { json!("") };
        settings[name] = saml.metadata.get(name).cloned().unwrap_or(unset);
    }
    settings
}

fn written(organization: &Organization, sync: &GroupSync) -> Option<Value> {
    let team = organization.teams.get(sync.team)?;
    Some(json!({
        "idp_key": sync.key,
        "idp_value": sync.value,
        "role": sync.role.as_str(),
        "slug_perm": sync.slug_perm,
        "team": team.slug,
    }))
}
