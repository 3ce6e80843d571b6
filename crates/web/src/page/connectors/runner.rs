//! Connectors that are read elsewhere: adding one, its key, and how its runner is.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::connectors::{
    ConnectorDetail, FieldCard, FieldError, FieldKind, TypeCard, connector_detail, connector_sync_now,
    connector_types_elsewhere, field,
};
use rolecall_engine::hub::Permission;
use rolecall_engine::runner::{RunnerForm, RunnerKeyMade, RunnerView, runner_connector_create, runner_view};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::field::{CRON, Drawn, Problem, cron_name, problems, read};
use super::{HERE, Head, frame, path};
use crate::address::Id;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, jobs::chip, led, moment, shown, shown_as};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::capital;

pub(super) fn routes() -> Vec<Route> {
    let (read, connect) = (Access::May(Permission::Read), Access::May(Permission::Connect));
    vec![
        Route::get("/connectors/add/{type}/self-hosted", connect, get(form)),
        Route::post("/connectors/add/{type}/self-hosted", connect, "runner.key-made", post(save)),
        Route::get("/connectors/{id}/runner", read, get(show)),
        Route::post("/connectors/{id}/runner/rotate", connect, "runner.key-made", post(rotate)),
        Route::post("/connectors/{id}/runner/revoke", connect, "runner.key-revoked", post(revoke)),
    ]
}

fn card_of(site: &Site, name: &str) -> Result<TypeCard, WebError> {
    let found = connector_types_elsewhere(site.catalog()).into_iter().find(|card| card.name == name);
    found.ok_or_else(|| WebError::not_found("connector type"))
}

#[derive(Template)]
#[template(path = "connectors/self_hosted.html")]
struct FormPage<'p> {
    frame: Frame,
    card: &'p TypeCard,
    drawn: Drawn<'p>,
    warnings: &'p [String],
    problem: Option<Problem>,
    is_wrong: bool,
    is_new: bool,
    /// Whether runners can reach this hub as it is: they speak TLS and nothing else.
    is_reachable: bool,
}

async fn form(State(site): State<Site>, signed: Signed, Path(name): Path<String>) -> Answer {
    let card = card_of(&site, &name)?;
    let owner = signed.user().email.clone().unwrap_or_else(|| signed.user().name.clone());
    let value = |card: &FieldCard| if card.name == field::OWNERS { owner.clone() } else { card.preset.clone() };
    form_page(&site, &signed, &card, value, (&[], None))
}

fn form_page(
    site: &Site,
    signed: &Signed,
    card: &TypeCard,
    value: impl Fn(&FieldCard) -> String,
    (errors, problem): (&[FieldError], Option<Problem>),
) -> Answer {
    let is_wrong = !errors.is_empty();
    let status = if is_wrong || problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = FormPage {
        frame: frame(signed, &format!("Add {}, self-hosted", card.title), None),
        card,
        drawn: Drawn::new(card, value, errors),
        warnings: &[],
        problem,
        is_wrong,
        is_new: true,
        is_reachable: site.is_secure(),
    };
    shown_as(status, &page)
}

#[derive(Template)]
#[template(path = "connectors/runner_key.html")]
struct KeyPage {
    frame: Frame,
    made: RunnerKeyMade,
    commands: Commands,
    path: String,
    is_new: bool,
}

impl KeyPage {
    /// Shown once, and nowhere else.
    fn secret(&self) -> &str {
        self.made.secret.expose_secret()
    }
}

/// Configures the connector, makes its key, and has it read as soon as its runner asks.
async fn save(State(site): State<Site>, signed: Signed, Path(name): Path<String>, form: Form) -> Answer {
    let card = card_of(&site, &name)?;
    let filled = read(&card, &form).fields;
    let wish = RunnerForm { connector_type: name, fields: filled.clone() };
    match runner_connector_create(site.context(), site.catalog(), signed.caller(), &wish).await {
        Ok(created) => {
            let connector = created.connector.uuid;
            connector_sync_now(site.context(), signed.actor(), connector).await?;
            key_page(&site, &signed, connector, true).await
        }
        Err(error) => {
            let (errors, problem) = problems(error)?;
            let value = |card: &FieldCard| filled.get(&card.name).cloned().unwrap_or_default();
            form_page(&site, &signed, &card, value, (&errors, problem))
        }
    }
}

async fn rotate(State(site): State<Site>, signed: Signed, Id(connector): Id) -> Answer {
    key_page(&site, &signed, connector, false).await
}

async fn key_page(site: &Site, signed: &Signed, connector: Uuid, is_new: bool) -> Answer {
    let made = site.hub().runner_key_make(signed.caller(), connector, &site.runner_address()).await?;
    let title = if is_new { "Connector added" } else { "Another key" };
    let commands = Commands::new(&made.connector.config.connector_type, &made.connector.config.root);
    shown(&KeyPage { frame: frame(signed, title, None), path: path(connector), made, commands, is_new })
}

async fn revoke(State(site): State<Site>, signed: Signed, Id(connector): Id) -> Answer {
    site.hub().runner_key_revoke(signed.caller(), connector).await?;
    led(&format!("{}/runner", path(connector)), "runner-revoked")
}

#[derive(Template)]
#[template(path = "connectors/runner.html")]
struct RunnerPage<'d> {
    frame: Frame,
    head: Head<'d>,
    /// Nothing where the hub reads the connector itself.
    runner: Option<RunnerView>,
    commands: Commands,
}

async fn show(State(site): State<Site>, signed: Signed, Id(connector): Id, Query(query): Query) -> Answer {
    let detail: ConnectorDetail = connector_detail(site.context(), site.catalog(), connector).await?;
    let runner = runner_view(site.context(), connector).await?;
    let frame = frame(&signed, &detail.row.name, query.given("said"));
    let commands = Commands::new(&detail.row.connector_type, &detail.row.organization);
    let head = Head::new(&frame, &detail.row, "/runner");
    shown(&RunnerPage { frame, head, runner, commands })
}

/// How a runner is begun, in the words of what it is run with. Secrets are in a file beside them.
struct Commands {
    /// The program.
    program: &'static str,
    /// What it is told, where it is ours.
    arguments: String,
    /// What else the file beside it says, line by line.
    variables: Vec<String>,
}

impl Commands {
    fn new(connector_type: &str, organization: &str) -> Self {
        match connector_type {
            "baton" => Self { program: "/usr/local/bin/baton-NAME", arguments: String::new(), variables: Vec::new() },
            own => Self {
                program: "/usr/local/bin/rolecall",
                arguments: format!("runner {own}"),
                variables: vec![
                    format!("BATON_ORGANIZATION={organization}"),
                    "BATON_ACCESS_TOKEN=the token that it reads with".to_owned(),
                ],
            },
        }
    }
}
