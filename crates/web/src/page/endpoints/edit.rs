//! The form of an endpoint, made of what its kind asks for.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::alerting::{
    EndpointError, EndpointKind, EndpointRow, EndpointWish, SecretField, SettingField, SettingProblem, endpoint_list,
    endpoint_put, endpoint_show,
};
use rolecall_engine::connectors::{SecretString, StoreError};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::{HERE, frame, is_local, kind_title, path, refused, state};
use crate::address::{Id, Word};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, shown, shown_as, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{capital, quoted, sentence};

pub(super) fn routes() -> Vec<Route> {
    let administer = Access::May(Permission::Administer);
    vec![
        Route::get("/endpoints/add/{kind}", administer, get(new)),
        Route::post("/endpoints/add/{kind}", administer, "endpoint.added", post(add)),
        Route::get("/endpoints/{id}", administer, get(edit)),
        Route::post("/endpoints/{id}", administer, "endpoint.changed", post(save)),
    ]
}

/// A setting with what is in it.
struct Field<'p> {
    of: &'static SettingField,
    value: String,
    wrong: Vec<&'p str>,
}

impl Field<'_> {
    fn id(&self) -> String {
        format!("setting-{}", self.of.name)
    }

    fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }
}

/// What is wrong with a form.
#[derive(Default)]
struct Trouble {
    problems: Vec<SettingProblem>,
    /// With the name.
    name: Option<String>,
}

impl Trouble {
    fn of(&self, field: &str) -> Vec<&str> {
        self.problems.iter().filter(|one| one.field == field).map(|one| one.reason.as_str()).collect()
    }

    const fn is_any(&self) -> bool {
        !self.problems.is_empty() || self.name.is_some()
    }
}

#[derive(Template)]
#[template(path = "endpoints/edit.html")]
struct EditPage<'p> {
    frame: Frame,
    kind: EndpointKind,
    /// The endpoint that is changed; nothing of a new one.
    row: Option<&'p EndpointRow>,
    name: String,
    fields: Vec<Field<'p>>,
    secret: Option<&'static SecretField>,
    secret_wrong: Vec<&'p str>,
    trouble: &'p Trouble,
}

impl EditPage<'_> {
    fn action(&self) -> String {
        self.row.map_or_else(|| format!("{HERE}/add/{}", self.kind.word()), |row| path(&row.id))
    }

    fn has_secret(&self) -> bool {
        self.row.is_some_and(|row| row.has_secret)
    }
}

fn page(
    signed: &Signed,
    kind: EndpointKind,
    row: Option<&EndpointRow>,
    (name, values): (&str, &BTreeMap<String, String>),
    trouble: &Trouble,
    said: Option<&str>,
) -> Answer {
    let title = row.map_or_else(|| format!("Add {}", kind.title()), |row| row.name.clone());
    let field = |of: &'static SettingField| Field {
        of,
        value: values.get(of.name).cloned().unwrap_or_default(),
        wrong: trouble.of(of.name),
    };
    let page = EditPage {
        frame: frame(signed, &title, said),
        kind,
        row,
        name: name.to_owned(),
        fields: kind.fields().iter().map(field).collect(),
        secret: kind.secret(),
        secret_wrong: trouble.of("secret"),
        trouble,
    };
    let status = if trouble.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &page)
}

/// A kind that pages set up.
fn kind_of(word: &str) -> Result<EndpointKind, WebError> {
    let kind = EndpointKind::read(word).filter(|kind| !is_local(*kind));
    kind.ok_or_else(|| WebError::not_found("kind of endpoint"))
}

async fn new(signed: Signed, Word(kind): Word) -> Answer {
    page(&signed, kind_of(&kind)?, None, ("", &BTreeMap::new()), &Trouble::default(), None)
}

/// An endpoint that pages change.
async fn known(site: &Site, id: Uuid) -> Result<(EndpointKind, EndpointRow, BTreeMap<String, String>), WebError> {
    let found = endpoint_show(&site.context().store, id).await.map_err(|error| WebError::from_store(&error))?;
    let (row, values) = found.ok_or_else(|| WebError::not_found("endpoint"))?;
    Ok((kind_of(&row.kind)?, row, values))
}

async fn edit(State(site): State<Site>, signed: Signed, Id(id): Id, Query(query): Query) -> Answer {
    let (kind, row, values) = known(&site, id).await?;
    page(&signed, kind, Some(&row), (&row.name, &values), &Trouble::default(), query.given("said"))
}

/// The settings that were typed.
fn typed(kind: EndpointKind, form: &Form) -> BTreeMap<String, String> {
    kind.fields().iter().map(|field| (field.name.to_owned(), form.text(field.name).to_owned())).collect()
}

async fn put(
    site: &Site,
    signed: &Signed,
    (kind, name): (EndpointKind, &str),
    form: &Form,
) -> Result<(EndpointRow, Option<SecretString>), EndpointError> {
    let context = site.context();
    let wish = EndpointWish {
        name: name.to_owned(),
        kind: kind.word().to_owned(),
        settings: typed(kind, form),
        // Pasting often brings space, and no secret has any around it.
        secret: form.given("secret").map(|secret| secret.to_owned().into()),
        may_be_local: false,
    };
    let decision = Decision { actor: signed.actor().to_owned(), reason: String::new() };
    let vault = context.store.vault(site.key_place().clone());
    endpoint_put(&vault, &context.store, wish, &decision, context.now()).await
}

/// What is wrong with a form, where that can be mended in it.
fn trouble_of(error: EndpointError) -> Result<Trouble, WebError> {
    match error {
        EndpointError::Problems { problems } => {
            let name = problems.iter().find(|one| one.field == "name").map(|one| sentence(&one.reason));
            Ok(Trouble { problems, name })
        }
        wrong @ EndpointError::Name(_) => Ok(Trouble { problems: Vec::new(), name: Some(sentence(wrong.to_string())) }),
        EndpointError::Store(StoreError::Conflict(why)) => {
            Ok(Trouble { problems: Vec::new(), name: Some(sentence(why)) })
        }
        other => Err(refused(other)),
    }
}

#[derive(Template)]
#[template(path = "endpoints/secret.html")]
struct SecretPage {
    frame: Frame,
    row: EndpointRow,
    secret: SecretString,
}

impl SecretPage {
    fn secret(&self) -> &str {
        self.secret.expose_secret()
    }
}

async fn add(State(site): State<Site>, signed: Signed, Word(kind): Word, form: Form) -> Answer {
    let (kind, name) = (kind_of(&kind)?, form.text("name").to_owned());
    let rows = endpoint_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let trouble = if rows.iter().any(|row| row.name == name) {
        Trouble { problems: Vec::new(), name: Some("Another endpoint is called that already.".to_owned()) }
    } else {
        match put(&site, &signed, (kind, &name), &form).await {
            Ok((row, Some(secret))) => {
                return shown(&SecretPage { frame: frame(&signed, "Endpoint added", None), row, secret });
            }
            Ok((row, None)) => return led(&path(row.id), "saved"),
            Err(error) => trouble_of(error)?,
        }
    };
    page(&signed, kind, None, (&name, &typed(kind, &form)), &trouble, None)
}

async fn save(State(site): State<Site>, signed: Signed, Id(id): Id, form: Form) -> Answer {
    let (kind, row, _) = known(&site, id).await?;
    let trouble = match put(&site, &signed, (kind, &row.name), &form).await {
        Ok((row, Some(secret))) => {
            return shown(&SecretPage { frame: frame(&signed, "Endpoint changed", None), row, secret });
        }
        Ok((row, None)) => return led(&path(row.id), "saved"),
        Err(error) => trouble_of(error)?,
    };
    page(&signed, kind, Some(&row), (&row.name, &typed(kind, &form)), &trouble, None)
}
