//! Publishing, the call that shows what the registry enforces (`npm-api.md` §3.4, §4, §5).

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::access::private_allowed;
use crate::npm::account::TwoFactor;
use crate::npm::caller::{Call, Reply, bad_request, forbidden, not_found};
use crate::npm::enforce::Home;
use crate::npm::organization::DEVELOPERS;
use crate::npm::package::{Permission, Publisher, Publishing, Version};
use crate::npm::token::{Access, Kind};
use crate::npm::world::{Name, PackageId};
use crate::wire::Answer;

/// One version as a client uploads it.
struct Upload {
    version: String,
    tag: String,
    access: Option<String>,
    manifest: Value,
}

pub(super) fn publish(call: &mut Call<'_>, name: &str) -> Reply {
    let body = document(call, name)?;
    let existing = allowed(call, name)?;
    if body.get("_attachments").is_none() {
        return deprecate(call, existing, &body);
    }
    second_factor(call, existing)?;
    let upload = read(&body)?;
    let private = visibility(call, name, existing, &upload)?;
    if let Some(id) = existing {
        refuse_known_version(call, id, &upload.version)?;
    }
    let publisher = publisher(call)?;
    if stages_only(call, name) {
        return stage(call, existing, &upload, publisher);
    }
    let id = existing.unwrap_or_else(|| create(call, name, publisher));
    store(call, id, &upload, publisher, private);
    Ok(Answer::json(StatusCode::OK, &json!({ "ok": true, "success": true })))
}

/// Stages a version, as `npm stage publish` does. Whoever may publish may stage, and is asked for no
/// one-time password: whoever approves is.
pub(super) fn publish_staged(call: &mut Call<'_>, name: &str) -> Reply {
    let body = document(call, name)?;
    let existing = allowed(call, name)?;
    let upload = read(&body)?;
    visibility(call, name, existing, &upload)?;
    if let Some(id) = existing {
        refuse_known_version(call, id, &upload.version)?;
    }
    let publisher = publisher(call)?;
    stage(call, existing, &upload, publisher)
}

fn document(call: &Call<'_>, name: &str) -> Result<Value, Answer> {
    let body: Value = call.request.json()?;
    match body.get("name").and_then(Value::as_str) {
        Some(stated) if stated != name => Err(bad_request("the name in the document is another")),
        _ => Ok(body),
    }
}

/// Whether the token and the account may publish this name; the package if it exists.
fn allowed(call: &Call<'_>, name: &str) -> Result<Option<PackageId>, Answer> {
    let missing = || Answer::error(StatusCode::UNAUTHORIZED, "Missing \"Bearer\" header.");
    let token = call.token.as_ref().ok_or_else(missing)?;
    let existing = call.world.package_id(name);
    let covered = token.package_access(name) >= Some(Access::StageOnly);
    let may = match (token.account, existing) {
        (None, existing) => existing.is_some(),
        (Some(account), Some(id)) => call.world.right(account, id) == Some(Permission::Write),
        (Some(account), None) => call.world.may_create(account, name),
    };
    match (covered && may, existing) {
        (true, existing) => Ok(existing),
        (false, Some(id)) if !call.world.may_read(token.account, id) => Err(not_found("Not found")),
        (false, None) if matches!(call.world.home(name), Home::Nowhere) => Err(not_found("Scope not found")),
        (false, _) => Err(forbidden(&format!(
            "You do not have permission to publish \"{name}\". Are you logged in as the correct user?"
        ))),
    }
}

/// Asks for what the account's mode and the package's publishing access demand.
pub(super) fn second_factor(call: &mut Call<'_>, id: Option<PackageId>) -> Result<(), Answer> {
    let Some(token) = &call.token else {
        return Ok(());
    };
    let Some(account) = token.account else {
        return Ok(());
    };
    let publishing = id.map_or(Publishing::Free, |id| call.world.package_at(id).publishing);
    let mode = call.world.at(account).two_factor;
    if token.spec.bypass && publishing != Publishing::SecondFactorOnly {
        return Ok(());
    }
    let demanded = publishing != Publishing::Free;
    match mode {
        _ if token.spec.bypass => Err(forbidden("This package does not accept tokens")),
        TwoFactor::Off if demanded => Err(forbidden(
            "Two-factor authentication or granular access token with bypass 2fa enabled is \
             required to publish packages.",
        )),
        TwoFactor::Off => Ok(()),
        TwoFactor::AuthOnly if !demanded => Ok(()),
        _ => call.second_factor(account),
    }
}

fn read(body: &Value) -> Result<Upload, Answer> {
    let versions = body.get("versions").and_then(Value::as_object);
    let entry = versions.and_then(|versions| versions.iter().next());
    let (version, manifest) = entry.ok_or_else(|| bad_request("no version in the document"))?;
    let tags = body.get("dist-tags").and_then(Value::as_object);
    let tag = tags.and_then(|tags| tags.keys().next());
    Ok(Upload {
        version: version.clone(),
        tag: tag.map_or("latest", String::as_str).to_owned(),
        access: body.get("access").and_then(Value::as_str).map(str::to_owned),
        manifest: manifest.clone(),
    })
}

/// Whether the package will be private; a new one in a scope is, unless it says otherwise.
fn visibility(call: &Call<'_>, name: &str, existing: Option<PackageId>, upload: &Upload) -> Result<bool, Answer> {
    let before = existing.map(|id| call.world.package_at(id).private);
    let private = match (upload.access.as_deref(), before) {
        (Some("public"), _) => false,
        (Some(_), _) => true,
        (None, Some(before)) => before,
        (None, None) => name.starts_with('@'),
    };
    if private {
        private_allowed(call, name)?;
    }
    Ok(private)
}

fn refuse_known_version(call: &Call<'_>, id: PackageId, version: &str) -> Result<(), Answer> {
    match call.world.package_at(id).version(version) {
        None => Ok(()),
        Some(_) => Err(forbidden(&format!("You cannot publish over the previously published versions: {version}."))),
    }
}

fn publisher(call: &Call<'_>) -> Result<Publisher, Answer> {
    let token = call.token.as_ref().map(|token| (&token.spec.kind, token.account));
    match token {
        Some((Kind::Exchange { provider, .. }, _)) => Ok(Publisher::Trusted(*provider)),
        Some((_, Some(account))) => Ok(Publisher::Account(account)),
        _ => Err(forbidden("Forbidden")),
    }
}

/// Whether the token may publish to the stage only.
fn stages_only(call: &Call<'_>, name: &str) -> bool {
    let token = call.token.as_ref();
    token.and_then(|token| token.package_access(name)) == Some(Access::StageOnly)
}

fn stage(call: &mut Call<'_>, existing: Option<PackageId>, upload: &Upload, publisher: Publisher) -> Reply {
    let id = existing.ok_or_else(|| forbidden("A new package cannot be staged"))?;
    let staged = call.world.stage_add(id, &upload.version, &upload.tag, publisher);
    Ok(Answer::created(&json!({ "ok": true, "stageId": staged })))
}

/// Makes the package. In an organisation with a `developers` team that team can write it, in one
/// without only its creator can, or nobody could.
fn create(call: &mut Call<'_>, name: &str, publisher: Publisher) -> PackageId {
    let id = call.world.ensure_package(name);
    let opened = match call.world.home(name) {
        Home::Organization(organization) => {
            let developers = organization.teams.get(DEVELOPERS);
            developers.is_some_and(|team| team.grants.contains_key(&id))
        }
        _ => true,
    };
    let package = call.world.package_at_mut(id);
    if let Publisher::Account(account) = publisher {
        package.maintainers.push(account);
        if !opened {
            package.direct.insert(account, Permission::Write);
        }
    }
    id
}

fn store(call: &mut Call<'_>, id: PackageId, upload: &Upload, publisher: Publisher, private: bool) {
    let text = |field: &str| upload.manifest.get(field).and_then(Value::as_str).map(Name::from);
    let repository = upload.manifest.pointer("/repository/url").and_then(Value::as_str);
    let directory = upload.manifest.pointer("/repository/directory").and_then(Value::as_str).map(Name::from);
    let (description, repository) = (text("description"), repository.map(Name::from));
    let at = call.world.now;
    let package = call.world.package_at_mut(id);
    package.private = private;
    package.description = description.or(package.description.take());
    // The directory is part of the field, and goes with it.
    package.directory = if repository.is_some() { directory } else { package.directory.take() };
    package.repository = repository.or(package.repository.take());
    let version = Version {
        number: upload.version.as_str().into(),
        publisher,
        at,
        attested: matches!(publisher, Publisher::Trusted(_)),
        deprecated: None,
    };
    package.add_version(version, &upload.tag);
}

/// A document without an upload changes deprecations.
fn deprecate(call: &mut Call<'_>, existing: Option<PackageId>, body: &Value) -> Reply {
    let id = existing.ok_or_else(|| bad_request("no upload in the document"))?;
    second_factor(call, existing)?;
    let package = call.world.package_at_mut(id);
    for version in &mut package.versions {
        let stated = &body["versions"][version.number.as_ref()];
        if stated.is_object() {
            let message = stated["deprecated"].as_str().filter(|text| !text.is_empty());
            version.deprecated = message.map(Name::from);
        }
    }
    package.revision += 1;
    Ok(Answer::ok(&json!({ "ok": true })))
}
