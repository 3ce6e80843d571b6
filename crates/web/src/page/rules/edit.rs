//! *New rule*, *Edit*, and *Preview*.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::alerting::{
    EndpointRow, Interval, RuleAnswer, RuleDefinition, RuleError, RulePreview, endpoint_list, rule_list, rule_preview,
    rule_put, saved_questions,
};
use rolecall_engine::connectors::StoreError;
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use rolecall_engine::questions::questions;
use rolecall_engine::rules::{RULES, Severity};
use uuid::Uuid;

use super::form::{RuleForm, query_name};
use super::problem::Wrong;
use super::read::read;
use super::words::interval_words;
use super::{HERE, frame, path, refused, rule_of};
use crate::address::Id;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, shown_as};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{capital, sentence};

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::get("/rules/new", decide, get(new)),
        Route::post("/rules/new", decide, "rule.added", post(add)),
        Route::mark("/rules/preview", decide, post(preview)),
        Route::get("/rules/{id}/edit", decide, get(edit)),
        Route::post("/rules/{id}/edit", decide, "rule.changed", post(save)),
    ]
}

#[derive(Template)]
#[template(path = "rules/edit.html")]
struct EditPage<'p> {
    frame: Frame,
    /// The rule that is changed; nothing of a new one.
    known: Option<&'p RuleAnswer>,
    version: i64,
    form: &'p RuleForm,
    wrongs: &'p [Wrong],
    /// What is wrong beside the fields.
    notice: Option<String>,
    preview: Option<RulePreview>,
    endpoints: Vec<EndpointRow>,
    /// Questions that can be asked: their ids and titles.
    questions: Vec<(String, String)>,
}

impl EditPage<'_> {
    fn action(&self) -> String {
        self.known.map_or_else(|| "/rules/new".to_owned(), |known| format!("{}/edit", path(&known.id)))
    }

    fn back(&self) -> String {
        self.known.map_or_else(|| HERE.to_owned(), |known| path(&known.id))
    }

    /// What is wrong with a field, in one text.
    fn wrong(&self, field: &str) -> Option<String> {
        let all: Vec<&str> =
            self.wrongs.iter().filter(|wrong| wrong.field == field).map(|wrong| wrong.message.as_str()).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    fn wrong_of_query(&self, field: &str, place: &usize) -> Option<String> {
        self.wrong(&query_name(field, place))
    }

    /// What is wrong with no one field.
    fn others(&self) -> impl Iterator<Item = &str> {
        self.wrongs.iter().filter(|wrong| wrong.field.is_empty()).map(|wrong| wrong.message.as_str())
    }
}

const TRIGGERS: [(&str, &str, &str); 4] = [
    ("new-rows", "When something new is found", "Each row is told once, when it was not there before."),
    (
        "result",
        "When the result is another",
        "While something is found, whenever it is not what was found the last time.",
    ),
    ("count-changed", "When the number changes", "When there are more or fewer rows than the last time."),
    ("property-changed", "When a property changes", "When something that was there before has another value."),
];

/// What is shown of a form, beside the form.
#[derive(Default)]
struct Shown {
    wrongs: Vec<Wrong>,
    notice: Option<String>,
    preview: Option<RulePreview>,
    status: StatusCode,
    version: i64,
}

async fn page(site: &Site, signed: &Signed, known: Option<&RuleAnswer>, form: &RuleForm, shown: Shown) -> Answer {
    let store = &site.context().store;
    let unavailable = |error: StoreError| WebError::from_store(&error);
    let endpoints = endpoint_list(store).await.map_err(unavailable)?;
    let saved = saved_questions(store).await.map_err(unavailable)?;
    let all = saved.iter().chain(questions());
    let mut questions: Vec<(String, String)> = all.map(|one| (one.id.clone(), one.title.clone())).collect();
    if !form.question.is_empty() && !questions.iter().any(|(id, _)| *id == form.question) {
        questions.push((form.question.clone(), form.question.clone()));
    }
    let title = known.map_or_else(|| "New rule".to_owned(), |known| format!("Edit {}", known.definition.name));
    let frame = frame(signed, &title, None);
    let Shown { wrongs, notice, preview, status, version } = shown;
    shown_as(status, &EditPage { frame, known, version, form, wrongs: &wrongs, notice, preview, endpoints, questions })
}

async fn new(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    page(&site, &signed, None, &RuleForm::new(query.text("q")), Shown::default()).await
}

async fn edit(State(site): State<Site>, signed: Signed, Id(rule): Id) -> Answer {
    let known = rule_of(&site, rule).await?;
    let shown = Shown { version: known.version, ..Shown::default() };
    page(&site, &signed, Some(&known), &RuleForm::of(&known.definition), shown).await
}

/// What a form stands for.
async fn definition_of(
    site: &Site,
    known: Option<&RuleAnswer>,
    form: &RuleForm,
) -> Result<(RuleDefinition, Vec<Wrong>), WebError> {
    let endpoints = endpoint_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let names: Vec<String> = endpoints.into_iter().map(|endpoint| endpoint.name).collect();
    Ok(read(form, known.map(|known| &known.definition), &names))
}

async fn add(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let form = RuleForm::typed(&form);
    let (definition, mut wrongs) = definition_of(&site, None, &form).await?;
    let rules = rule_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    if rules.iter().any(|rule| rule.definition.name == definition.name) {
        let message = "Another rule is called that already.".to_owned();
        wrongs.push(Wrong { field: "name".to_owned(), message, is_of_draft: false });
    }
    put(&site, &signed, None, (&form, definition, wrongs), 0).await
}

async fn save(State(site): State<Site>, signed: Signed, Id(rule): Id, form: Form) -> Answer {
    let known = rule_of(&site, rule).await?;
    let version = form.text("version").parse::<i64>();
    let version = version.map_err(|_| WebError::bad_request("version", "The form does not say of which version."))?;
    // A rule is known by its name, which stays.
    let form = RuleForm { name: known.definition.name.clone(), ..RuleForm::typed(&form) };
    let (definition, wrongs) = definition_of(&site, Some(&known), &form).await?;
    put(&site, &signed, Some(&known), (&form, definition, wrongs), version).await
}

async fn put(
    site: &Site,
    signed: &Signed,
    known: Option<&RuleAnswer>,
    (form, definition, wrongs): (&RuleForm, RuleDefinition, Vec<Wrong>),
    version: i64,
) -> Answer {
    let may_be_draft = definition.interval == Interval::Disabled;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if wrongs.iter().any(|wrong| !(wrong.is_of_draft && may_be_draft)) {
        let shown = Shown { wrongs, status: unprocessable, version, ..Shown::default() };
        return page(site, signed, known, form, shown).await;
    }
    let source = known.map_or("person", |known| known.source.as_str());
    let decision = Decision { actor: signed.actor().to_owned(), reason: String::new() };
    let (store, now) = (&site.context().store, site.context().now());
    match rule_put(store, &definition, source, Some(version), &decision, now).await {
        Ok(kept) => led(&path(kept.uuid), if known.is_some() { "saved" } else { "rule-added" }),
        Err(RuleError::Store(StoreError::Conflict(why))) => {
            let now = known.map_or(0, |known| known.version);
            let again = "Below is what you filled in. Saving it now puts it in place of their change.";
            let notice = Some(format!("{} Nothing was saved. {again}", sentence(why)));
            let shown = Shown { notice, status: StatusCode::CONFLICT, version: now, ..Shown::default() };
            page(site, signed, known, form, shown).await
        }
        Err(error) => Err(refused(error)),
    }
}

/// Shows what a rule would say, or only the form again with room for another query.
async fn preview(State(site): State<Site>, signed: Signed, sent: Form) -> Answer {
    let known = match sent.given("rule").and_then(|id| Uuid::try_parse(id).ok()) {
        Some(id) => Some(rule_of(&site, id).await?),
        None => None,
    };
    let version = sent.text("version").parse().unwrap_or_default();
    let mut form = RuleForm::typed(&sent);
    if let Some(known) = &known {
        form.name.clone_from(&known.definition.name);
    }
    if sent.text("do") == "more" {
        return page(&site, &signed, known.as_ref(), &form, Shown { version, ..Shown::default() }).await;
    }
    let (definition, wrongs) = definition_of(&site, known.as_ref(), &form).await?;
    let (context, hub) = (site.context(), site.base_url().as_str());
    let preview = rule_preview(&context.store, &definition, Some(hub), context.now()).await;
    let preview = preview.map_err(|error| WebError::from_store(&error))?;
    let shown = Shown { wrongs, preview: Some(preview), version, ..Shown::default() };
    page(&site, &signed, known.as_ref(), &form, shown).await
}
