//! *Add connector*: choose a type, choose how to set it up, set the owner, and say how it is read.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use rolecall_engine::connectors::{
    Checked, Created, FieldCard, FieldError, FieldKind, TypeCard, connector_check, connector_create,
    connector_sync_now, connector_types, connector_types_elsewhere, field,
};
use rolecall_engine::hub::Permission;

use super::field::{CRON, Drawn, Problem, cron_name, problems, read};
use super::{HERE, frame, path};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, encoded, shown, shown_as};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let connect = Access::May(Permission::Connect);
    vec![
        Route::get("/connectors/add", connect, get(choose)),
        Route::get("/connectors/add/{type}", connect, get(set_up)),
        Route::get("/connectors/add/{type}/owner", connect, get(owner)),
        Route::get("/connectors/add/{type}/settings", connect, get(settings)),
        Route::post("/connectors/add/{type}/settings", connect, "connector.added", axum::routing::post(save)),
    ]
}

#[derive(Template)]
#[template(path = "connectors/choose.html")]
struct ChoosePage {
    frame: Frame,
    text: String,
    cards: Vec<TypeCard>,
}

async fn choose(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let text = query.text("q").to_owned();
    let mut cards = connector_types(site.catalog());
    let here: Vec<String> = cards.iter().map(|card| card.name.clone()).collect();
    let elsewhere = connector_types_elsewhere(site.catalog());
    cards.extend(elsewhere.into_iter().filter(|card| !here.contains(&card.name)));
    let wanted = text.to_lowercase();
    cards.retain(|card| wanted.split_whitespace().all(|word| words_of(card).to_lowercase().contains(word)));
    shown(&ChoosePage { frame: frame(&signed, "Add connector", None), text, cards })
}

/// What a type is found by; also by what other products call it.
fn words_of(card: &TypeCard) -> String {
    let labels = card.fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>().join(" ");
    format!("{} {} {} {} {labels}", card.name, card.title, card.description, card.search_words.join(" "))
}

/// Where one is added that is read elsewhere.
fn self_hosted(name: &str) -> String {
    format!("/connectors/add/{}/self-hosted", encoded(name))
}

fn card_of(site: &Site, name: &str) -> Result<TypeCard, WebError> {
    let found = connector_types(site.catalog()).into_iter().find(|card| card.name == name);
    found.ok_or_else(|| WebError::not_found("connector type"))
}

#[derive(Template)]
#[template(path = "connectors/set_up.html")]
struct SetUpPage {
    frame: Frame,
    card: TypeCard,
}

async fn set_up(State(site): State<Site>, signed: Signed, Path(name): Path<String>) -> Answer {
    let Ok(card) = card_of(&site, &name) else {
        // What only runs elsewhere leaves nothing to choose.
        return Ok(Redirect::to(&self_hosted(&name)).into_response());
    };
    shown(&SetUpPage { frame: frame(&signed, &format!("Add {}", card.title), None), card })
}

#[derive(Template)]
#[template(path = "connectors/owner.html")]
struct OwnerPage {
    frame: Frame,
    card: TypeCard,
    /// Who is proposed: whoever adds it.
    owner: String,
}

async fn owner(State(site): State<Site>, signed: Signed, Path(name): Path<String>, Query(query): Query) -> Answer {
    if query.text("set-up") == "self-hosted" {
        return Ok(Redirect::to(&self_hosted(&name)).into_response());
    }
    let card = card_of(&site, &name)?;
    let owner = signed.user().email.clone().unwrap_or_else(|| signed.user().name.clone());
    shown(&OwnerPage { frame: frame(&signed, &format!("Add {}", card.title), None), card, owner })
}

#[derive(Template)]
#[template(path = "connectors/settings.html")]
struct SettingsPage<'p> {
    frame: Frame,
    card: &'p TypeCard,
    drawn: Drawn<'p>,
    warnings: &'p [String],
    problem: Option<Problem>,
    is_wrong: bool,
    is_new: bool,
}

async fn settings(State(site): State<Site>, signed: Signed, Path(name): Path<String>, Query(query): Query) -> Answer {
    let card = card_of(&site, &name)?;
    let value = |card: &FieldCard| match card.name.as_str() {
        field::OWNERS => query.text(field::OWNERS).to_owned(),
        _ => card.preset.clone(),
    };
    settings_page(&signed, &card, value, &[], None)
}

fn settings_page(
    signed: &Signed,
    card: &TypeCard,
    value: impl Fn(&FieldCard) -> String,
    errors: &[FieldError],
    problem: Option<Problem>,
) -> Answer {
    let is_wrong = !errors.is_empty();
    let status = if is_wrong || problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SettingsPage {
        frame: frame(signed, &format!("Add {}", card.title), None),
        card,
        drawn: Drawn::new(card, value, errors),
        warnings: &card.warnings,
        problem,
        is_wrong,
        is_new: true,
    };
    shown_as(status, &page)
}

#[derive(Template)]
#[template(path = "connectors/added.html")]
struct AddedPage {
    frame: Frame,
    created: Created,
    checked: Checked,
    path: String,
}

/// Asks the source, configures the connector, and has it read.
async fn save(State(site): State<Site>, signed: Signed, Path(name): Path<String>, form: Form) -> Answer {
    let card = card_of(&site, &name)?;
    let filled = read(&card, &form);
    let context = site.context();
    let tried = async {
        let checked = connector_check(context, site.catalog(), &name, &filled, None).await?;
        let created = connector_create(context, site.catalog(), signed.actor(), &name, &filled).await?;
        Ok((checked, created))
    };
    match tried.await {
        Ok((checked, created)) => {
            connector_sync_now(context, signed.actor(), created.connector.uuid).await?;
            let path = path(created.connector.uuid);
            let frame = frame(&signed, "Connector added", None);
            shown(&AddedPage { frame, created, checked, path })
        }
        Err(error) => {
            let (errors, problem) = problems(error)?;
            let value = |card: &FieldCard| filled.fields.get(&card.name).cloned().unwrap_or_default();
            settings_page(&signed, &card, value, &errors, problem)
        }
    }
}
