//! *New campaign*, *Edit*, and *Validate scope* of what is typed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::alerting::{endpoint_list, saved_questions};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use rolecall_engine::questions::questions;
use rolecall_engine::reviews::{
    ReviewDefinition, ReviewDetail, ReviewRepeat, ScopeCount, review_connectors, review_create, review_revise,
    review_show,
};
use rolecall_model::review::ReviewState;
use uuid::Uuid;

use super::form::{NAMED, ReviewForm};
use super::words::SOURCES;
use super::{HERE, frame, path, wrong_of};
use crate::address::Id;
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, shown_as};
use crate::review::{looked_at, people};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::capital;
use crate::world::of_one_moment;

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::get("/reviews/new", decide, get(new)),
        Route::post("/reviews/new", decide, "review.created", post(add)),
        Route::mark("/reviews/validate", decide, post(validate)),
        Route::get("/reviews/{id}/edit", decide, get(edit)),
        Route::post("/reviews/{id}/edit", decide, "review.changed", post(save)),
    ]
}

#[derive(Template)]
#[template(path = "reviews/edit.html")]
struct EditPage {
    frame: Frame,
    /// The campaign that is changed: its id and name; nothing of a new one.
    known: Option<(String, String)>,
    version: i64,
    /// Whether something is staged of it, which saving takes back.
    is_staged: bool,
    /// How many things it is restricted to that a rule named.
    entities: usize,
    form: ReviewForm,
    /// What is wrong with which field; with none in particular, where it has no name.
    wrong: Option<(&'static str, String)>,
    count: Option<ScopeCount>,
    connectors: Vec<String>,
    endpoints: Vec<String>,
    /// Questions that can be asked: their ids and titles.
    questions: Vec<(String, String)>,
}

impl EditPage {
    fn action(&self) -> String {
        self.known.as_ref().map_or_else(|| "/reviews/new".to_owned(), |(id, _)| format!("{}/edit", path(id)))
    }

    fn back(&self) -> String {
        self.known.as_ref().map_or_else(|| HERE.to_owned(), |(id, _)| path(id))
    }

    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(of, _)| *of == field).map(|(_, wrong)| wrong.as_str())
    }

    /// What is wrong with no field that the form has.
    fn wrong_besides(&self) -> Option<&str> {
        const FIELDS: [&str; 15] = [
            "name",
            "scope.connectors",
            "scope.entitlements",
            "scope.resources",
            "scope.question",
            "reviewers",
            "fallback",
            "owner",
            "days",
            "planDays",
            "remaining",
            "repeat",
            "remind",
            "endpoint",
            "reason",
        ];
        self.wrong.as_ref().filter(|(of, _)| !FIELDS.contains(of)).map(|(_, wrong)| wrong.as_str())
    }

    /// Connectors that are named and not there any more.
    fn connectors_gone(&self) -> impl Iterator<Item = &String> {
        self.form.connectors.iter().filter(|one| !self.connectors.contains(one))
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one == other
}

/// What a scope holds, in a sentence.
pub(super) fn count_words(count: &ScopeCount) -> String {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let grants = crate::text::count(number(count.grants), "grant", "grants");
    format!(
        "{grants} that {} hold",
        crate::text::count(number(count.holders), "account or group", "accounts and groups")
    )
}

/// What is shown beside a form.
#[derive(Default)]
struct Beside {
    wrong: Option<(&'static str, String)>,
    count: Option<ScopeCount>,
    version: i64,
}

async fn page(site: &Site, signed: &Signed, known: Option<&ReviewDetail>, form: ReviewForm, beside: Beside) -> Answer {
    let store = &site.context().store;
    let unavailable = |error| WebError::from_store(&error);
    let endpoints = endpoint_list(store).await.map_err(unavailable)?.into_iter().map(|one| one.name).collect();
    let saved = saved_questions(store).await.map_err(unavailable)?;
    let questions = saved.iter().chain(questions()).map(|one| (one.id.clone(), one.title.clone())).collect();
    let work = |world: crate::world::Asked| Ok(review_connectors(world.view()?));
    let connectors = site.graphs().ask(Default::default(), of_one_moment(), work).await?;
    let title = known.map_or_else(|| "New campaign".to_owned(), |known| format!("Edit {}", known.row.name));
    let status = if beside.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = EditPage {
        frame: frame(signed, title, None),
        known: known.map(|known| (known.row.id.clone(), known.row.name.clone())),
        version: beside.version,
        is_staged: known.is_some_and(|known| known.row.state == ReviewState::Staged.word()),
        entities: known.map_or(0, |known| known.definition.scope.entities.len()),
        form,
        wrong: beside.wrong,
        count: beside.count,
        connectors,
        endpoints,
        questions,
    };
    shown_as(status, &page)
}

/// The campaign that is changed, as long as it can be.
async fn known_of(site: &Site, id: Uuid) -> Result<ReviewDetail, WebError> {
    let people = people(site).await?;
    let known = review_show(&site.context().store, &people, &id.to_string(), site.context().now()).await?;
    let state = ReviewState::read(known.row.state);
    if matches!(state, Some(ReviewState::Draft | ReviewState::Staged)) {
        return Ok(known);
    }
    let why = format!("The campaign is {}, and cannot be changed any more.", known.row.state);
    Err(WebError::new(StatusCode::CONFLICT, "review-begun", why))
}

async fn new(State(site): State<Site>, signed: Signed) -> Answer {
    let definition = ReviewDefinition { owner: signed.actor().to_owned(), ..ReviewDefinition::default() };
    page(&site, &signed, None, ReviewForm::of("", &definition), Beside::default()).await
}

async fn edit(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    let known = known_of(&site, id).await?;
    let form = ReviewForm::of(&known.row.name, &known.definition);
    let beside = Beside { version: known.row.version, ..Beside::default() };
    page(&site, &signed, Some(&known), form, beside).await
}

/// What a form stands for, and how much is in it; or what is wrong with which field.
async fn read(
    site: &Site,
    known: Option<&ReviewDetail>,
    form: &ReviewForm,
) -> Result<Result<(ReviewDefinition, ScopeCount), (&'static str, String)>, WebError> {
    let usual = ReviewDefinition::default();
    let definition = match form.read(known.map_or(&usual, |known| &known.definition)) {
        Ok(definition) => definition,
        Err(wrong) => return Ok(Err(wrong)),
    };
    match looked_at(site, &form.name, &definition).await? {
        Ok(count) => Ok(Ok((definition, count))),
        Err(error) => wrong_of(error).map(Err),
    }
}

async fn add(State(site): State<Site>, signed: Signed, sent: Form) -> Answer {
    let form = ReviewForm::typed(&sent);
    let wrong = match read(&site, None, &form).await? {
        Err(wrong) => wrong,
        Ok((definition, _)) => match review_create(site.context(), &form.name, &definition, signed.actor()).await {
            Ok(made) => return led(&path(made.uuid), "review-kept"),
            Err(error) => wrong_of(error)?,
        },
    };
    page(&site, &signed, None, form, Beside { wrong: Some(wrong), ..Beside::default() }).await
}

async fn save(State(site): State<Site>, signed: Signed, Id(id): Id, sent: Form) -> Answer {
    let known = known_of(&site, id).await?;
    let version = sent.text("version").parse::<i64>();
    let version = version.map_err(|_| WebError::bad_request("version", "The form does not say of which version."))?;
    let form = ReviewForm::typed(&sent);
    let wrong = match read(&site, Some(&known), &form).await? {
        Err(wrong) => wrong,
        Ok(_) if version != known.row.version => {
            let why = "Somebody else changed it meanwhile. Nothing was saved. Below is what you filled in: saving it now puts it \
                       in place of their change.";
            ("", why.to_owned())
        }
        Ok((definition, _)) => {
            let decision = Decision { actor: signed.actor().to_owned(), reason: sent.text("reason").to_owned() };
            let write = (form.name.as_str(), &definition);
            match review_revise(site.context(), &id.to_string(), Some(version), write, &decision).await {
                Ok(_) => return led(&path(id), "saved"),
                Err(error) => wrong_of(error)?,
            }
        }
    };
    let beside = Beside { wrong: Some(wrong), version: known.row.version, count: None };
    page(&site, &signed, Some(&known), form, beside).await
}

/// Says how much would be in it, and keeps nothing.
async fn validate(State(site): State<Site>, signed: Signed, sent: Form) -> Answer {
    let known = match sent.given("review").and_then(|id| Uuid::try_parse(id).ok()) {
        Some(id) => Some(known_of(&site, id).await?),
        None => None,
    };
    let version = sent.text("version").parse().unwrap_or_default();
    let mut form = ReviewForm::typed(&sent);
    // A scope can be looked at before anybody has thought of a name.
    let typed = form.name.clone();
    if form.name.is_empty() {
        "Unnamed".clone_into(&mut form.name);
    }
    let (wrong, count) = match read(&site, known.as_ref(), &form).await? {
        Ok((_, count)) => (None, Some(count)),
        Err(wrong) => (Some(wrong), None),
    };
    form.name = typed;
    page(&site, &signed, known.as_ref(), form, Beside { wrong, count, version }).await
}
