//! Decisions in a file: a table for reviewers outside the hub, and the same when it comes back.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{decisions_export, decisions_import};

use super::show::{Beside, shown_of};
use super::wrong_of;
use crate::address::Id;
use crate::form::{Query, Upload};
use crate::guard::Signed;
use crate::page::Answer;
use crate::review::{in_world, people};
use crate::route::{Access, Route};
use crate::site::Site;

/// What a file is called of which only the text came.
const PASTED: &str = "decisions.csv";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/reviews/{id}/decisions.csv", Access::May(Permission::Read), get(table)),
        Route::post("/reviews/{id}/decisions", Access::May(Permission::Decide), "review.submitted", post(bring)),
    ]
}

async fn table(State(site): State<Site>, Id(id): Id, Query(query): Query) -> Answer {
    let people = people(&site).await?;
    let table = decisions_export(site.context(), &people, &id.to_string(), query.given("reviewer")).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"decisions.csv\""),
    ];
    Ok((headers, table).into_response())
}

async fn bring(State(site): State<Site>, signed: Signed, Id(id): Id, Upload(form): Upload) -> Answer {
    let text = form.given("file").unwrap_or_else(|| form.text("text")).to_owned();
    if text.is_empty() {
        let beside = Beside::wrong(&form, "file", "Choose a file, or paste what is in it.".to_owned());
        return shown_of(&site, &signed, id, beside, None).await;
    }
    let (name, actor) = (id.to_string(), signed.actor().to_owned());
    let reviewer = form.given("reviewer").map(str::to_owned);
    let work = in_world(&site, move |world, view, people| {
        let (file, by) = ((PASTED, text.as_bytes()), (reviewer.as_deref(), actor.as_str()));
        world.until(decisions_import(&world.context, view, people, &name, file, by))
    });
    let beside = match work.await? {
        Ok(report) => Beside::of_file(report),
        Err(error) => Beside::wrong(&form, "file", wrong_of(error)?.1),
    };
    shown_of(&site, &signed, id, beside, None).await
}
