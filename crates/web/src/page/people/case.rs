//! Whose is this account? Everything there is to decide by, side by side, and the forms to decide with.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::people::{AccountCase, AccountRow, AccountWord, CasePerson, Identities};
use rolecall_engine::search::Place;
use rolecall_model::ResourceRef;
use rolecall_model::person::{AccountKey, PersonKey, Pinned};

use super::accounts::{chip, state_title};
use super::{HERE, employment, identities, person_path};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::explore::When;
use crate::page::{Answer, Frame, led, query_of, shown_as};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::world::{Asked, of_one_moment};

const PATH: &str = "/people/account";

pub(super) fn routes() -> Vec<Route> {
    let (read, decide) = (Access::May(Permission::Read), Access::May(Permission::Decide));
    vec![
        Route::get(PATH, read, get(page)),
        Route::post("/people/account/pin", decide, "identity.pinned", post(pin)),
        Route::post("/people/account/refuse", decide, "identity.refused", post(refuse)),
        Route::post("/people/account/unpin", decide, "identity.unpinned", post(unpin)),
    ]
}

/// Where an account is decided about.
pub(super) fn case_path(row: &AccountRow) -> String {
    path(&row.connector, &row.kind, &row.id)
}

fn path(connector: &str, kind: &str, id: &str) -> String {
    format!("{PATH}?{}", query_of([("connector", connector), ("kind", kind), ("id", id)]))
}

/// What was typed, and what was wrong with it.
#[derive(Default)]
struct Typed {
    reason: String,
    other: String,
    owner: String,
    wrong: Option<String>,
}

impl Typed {
    fn of(form: &Form, wrong: String) -> Self {
        let text = |name| form.text(name).to_owned();
        Self { reason: text("reason"), other: text("other"), owner: text("owner"), wrong: Some(wrong) }
    }
}

#[derive(Template)]
#[template(path = "people/account.html")]
struct CasePage {
    frame: Frame,
    case: AccountCase,
    may_decide: bool,
    typed: Typed,
}

impl CasePage {
    fn link(&self) -> String {
        When::default().place(Place::Account, &self.case.row.connector, &self.case.row.id)
    }
}

/// How somebody is called.
fn name_of(one: &CasePerson) -> &str {
    if one.person.display_name.is_empty() { one.person.key.as_str() } else { &one.person.display_name }
}

fn key_of(form: &Form) -> AccountKey {
    let resource = ResourceRef::new(form.text("kind").to_owned(), form.text("id").to_owned());
    AccountKey::new(form.text("connector"), resource)
}

fn case_of(world: &Asked, known: &Identities, key: &AccountKey) -> Result<AccountCase, WebError> {
    let view = world.view()?;
    let found = world.wait(view.account_case(&world.context.store, known, key))?;
    found.ok_or_else(|| WebError::not_found("account"))
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let said = query.given("said").map(str::to_owned);
    shown_of(&site, &signed, key_of(&query), Typed::default(), said.as_deref()).await
}

async fn shown_of(site: &Site, signed: &Signed, key: AccountKey, typed: Typed, said: Option<&str>) -> Answer {
    let work = move |world: Asked| case_of(&world, &identities(&world)?, &key);
    let case = site.graphs().ask(Default::default(), of_one_moment(), work).await?;
    let frame = Frame::new(signed, format!("Whose is {}?", case.row.id), HERE).said(said);
    let may_decide = frame.may(Permission::Decide);
    let status = if typed.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &CasePage { frame, case, may_decide, typed })
}

/// Does what a form says, or shows the page again with what is wrong.
async fn said(
    site: &Site,
    signed: &Signed,
    form: Form,
    done: &'static str,
    word: impl FnOnce(&Form, &Identities) -> Result<AccountWord, String> + Send + 'static,
) -> Answer {
    let key = key_of(&form);
    let (actor, reason) = (signed.actor().to_owned(), form.text("reason").trim().to_owned());
    let form = Arc::new(form);
    let (asked, asked_key) = (Arc::clone(&form), key.clone());
    let work = move |world: Asked| {
        let known = identities(&world)?;
        let case = case_of(&world, &known, &asked_key)?;
        if reason.is_empty() {
            return Ok(Err("Say how you know: whoever reads this in a year has nothing else to go by.".to_owned()));
        }
        let word = match word(&asked, &known) {
            Ok(word) => word,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let now = world.context.now();
        world.wait(case.say(&world.context.store, &word, (&actor, &reason), now)).map(Ok)
    };
    match site.graphs().ask(Default::default(), of_one_moment(), work).await? {
        Ok(true) => led(&path(&key.connector, key.resource.kind.as_str(), &key.resource.id), done),
        Ok(false) => led(&path(&key.connector, key.resource.kind.as_str(), &key.resource.id), "account-undecided"),
        Err(wrong) => shown_of(site, signed, key, Typed::of(&form, wrong), None).await,
    }
}

/// Whom a form means.
fn person(known: &Identities, name: &str, what: &str) -> Result<PersonKey, String> {
    if name.trim().is_empty() {
        return Err(format!("Say who {what}: an id, an e-mail address or a whole name."));
    }
    known.person_named(name).map_err(|error| {
        let error = crate::text::sentence(error.to_string());
        format!("{error} Name an id, an e-mail address or a whole name of the directories.")
    })
}

async fn pin(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let word = |form: &Form, known: &Identities| {
        let owner = || form.given("owner").map(|owner| person(known, owner, "answers for it")).transpose();
        let pinned = match form.text("as") {
            "service" => Pinned::Service { owner: owner()? },
            "external" => Pinned::External,
            "protected" => Pinned::Protected { owner: person(known, form.text("owner"), "answers for it")? },
            "enter" if form.given("other").is_none() => {
                return Err("Press one of the buttons, so that it is clear what you say.".to_owned());
            }
            "other" | "enter" => Pinned::Person(person(known, form.text("other"), "has it")?),
            _ => Pinned::Person(person(known, form.text("person"), "has it")?),
        };
        Ok(AccountWord::Is(pinned))
    };
    said(&site, &signed, form, "account-decided", word).await
}

async fn refuse(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let word = |form: &Form, known: &Identities| {
        person(known, form.text("person"), "does not have it").map(AccountWord::IsNot)
    };
    said(&site, &signed, form, "account-refused", word).await
}

async fn unpin(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    said(&site, &signed, form, "account-taken-back", |_, _| Ok(AccountWord::TakeBack)).await
}
