//! *Settings › Edit*.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::connectors::{
    ConnectorDetail, ConnectorsError, EditForm, FieldCard, FieldError, FieldKind, Form as Fields, Stale, TypeCard,
    connector_check, connector_detail, connector_form, connector_types, connector_types_elsewhere, connector_update,
};
use rolecall_engine::hub::Permission;

use uuid::Uuid;

use super::field::{CRON, Drawn, Problem, cron_name, problems, read};
use super::{HERE, frame, path};
use crate::address::Id;
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, moment, shown_as, told};
use crate::route::{Access, Route};
use crate::site::Site;

pub(super) fn routes() -> Vec<Route> {
    let connect = Access::May(Permission::Connect);
    vec![
        Route::get("/connectors/{id}/edit", connect, get(edit)),
        Route::post("/connectors/{id}/edit", connect, "connector.changed", post(save)),
    ]
}

#[derive(Template)]
#[template(path = "connectors/edit.html")]
struct EditPage<'p> {
    frame: Frame,
    detail: &'p ConnectorDetail,
    card: &'p TypeCard,
    form: &'p EditForm,
    /// The version that the form goes with.
    version: i64,
    drawn: Drawn<'p>,
    warnings: &'p [String],
    problem: Option<Problem>,
    stale: Option<&'p Stale>,
    is_wrong: bool,
    is_new: bool,
    path: String,
}

/// What the page is made of.
struct Known {
    detail: ConnectorDetail,
    card: TypeCard,
    form: EditForm,
}

impl Known {
    async fn load(site: &Site, connector: Uuid) -> Result<Self, WebError> {
        let detail = connector_detail(site.context(), site.catalog(), connector).await?;
        let form = connector_form(site.context(), site.catalog(), connector).await?;
        let cards = if detail.row.is_by_runner {
            connector_types_elsewhere(site.catalog())
        } else {
            connector_types(site.catalog())
        };
        let card = cards.into_iter().find(|card| card.name == form.connector_type);
        Ok(Self { detail, card: card.ok_or_else(|| WebError::not_found("connector type"))?, form })
    }

    fn page(&self, signed: &Signed, fields: &Fields, trouble: &Trouble) -> Answer {
        let value = |card: &FieldCard| fields.get(&card.name).cloned().unwrap_or_default();
        let problem = trouble.problem.as_ref().map(|problem| Problem {
            message: problem.message.clone(),
            hint: problem.hint.clone(),
            link: problem.link.clone(),
        });
        let page = EditPage {
            frame: frame(signed, &format!("Edit {}", self.detail.row.name), None),
            detail: &self.detail,
            card: &self.card,
            form: &self.form,
            version: trouble.stale.as_ref().map_or(trouble.version.unwrap_or(self.form.version), |stale| stale.version),
            drawn: Drawn::new(&self.card, value, &trouble.errors),
            // The warnings stand before a secret that is put in; here one is there.
            warnings: &[],
            problem,
            stale: trouble.stale.as_ref(),
            is_wrong: !trouble.errors.is_empty(),
            is_new: false,
            path: path(self.detail.row.uuid),
        };
        shown_as(trouble.status(), &page)
    }
}

/// Why a form was not saved.
#[derive(Default)]
struct Trouble {
    errors: Vec<FieldError>,
    problem: Option<Problem>,
    stale: Option<Stale>,
    version: Option<i64>,
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Self { stale: Some(_), .. } => StatusCode::CONFLICT,
            Self { errors, problem: None, .. } if errors.is_empty() => StatusCode::OK,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

async fn edit(State(site): State<Site>, signed: Signed, Id(connector): Id) -> Answer {
    let known = Known::load(&site, connector).await?;
    known.page(&signed, &known.form.fields, &Trouble::default())
}

async fn save(State(site): State<Site>, signed: Signed, Id(connector): Id, form: Form) -> Answer {
    let known = Known::load(&site, connector).await?;
    let version = form.text("version").parse::<i64>();
    let version =
        version.map_err(|_| WebError::bad_request("version", "The form does not say which version it is of."))?;
    let filled = read(&known.card, &form);
    let (context, uuid) = (site.context(), known.detail.row.uuid);
    let tried = async {
        if filled.secret.is_some() {
            connector_check(context, site.catalog(), &known.card.name, &filled, Some(uuid)).await?;
        }
        connector_update(context, site.catalog(), signed.actor(), uuid, version, &filled).await
    };
    let trouble = match tried.await {
        Ok(_) => return led(&path(uuid), "saved"),
        Err(ConnectorsError::Stale(stale)) => Trouble { stale: Some(stale), ..Trouble::default() },
        Err(error) => {
            let (errors, problem) = problems(error)?;
            Trouble { errors, problem, version: Some(version), ..Trouble::default() }
        }
    };
    known.page(&signed, &filled.fields, &trouble)
}
