//! *Plans*: the exact steps that follow from what was denied, and what readings say of them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use rolecall_engine::moment_parse;
use rolecall_engine::plans::{PlanAnswer, PlanRow, StepRow, StepWish, plan_list, plan_show, plan_step_act};
use rolecall_engine::reviews::ReviewSource;
use rolecall_model::review::StepState;
use uuid::Uuid;

use super::words::{step_event_words, step_words};
use super::{HERE, frame};
use crate::address::{Id, Numbered};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, shown, shown_as, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::{capital, sentence};

const PLANS: &str = "/plans";
/// How many plans are shown.
const ROWS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    let (read, decide) = (Access::May(Permission::Read), Access::May(Permission::Decide));
    vec![
        Route::get(PLANS, read, get(list)),
        Route::get("/plans/{id}", read, get(show)),
        Route::get("/reviews/{id}/plan", read, get(show)),
        Route::post("/plans/{id}/steps/{number}/done", decide, "plan.step-done", post(done)),
        Route::post("/plans/{id}/steps/{number}/owner", decide, "plan.step-owner-set", post(owner)),
        Route::post("/plans/{id}/steps/{number}/due", decide, "plan.step-due-set", post(due)),
    ]
}

fn plan_path(id: impl std::fmt::Display) -> String {
    format!("{PLANS}/{id}")
}

/// How many steps stand where, those that somebody has to do something about first.
fn states(row: &PlanRow) -> Vec<(&'static str, &'static str, usize)> {
    let count = |state: StepState| row.states.get(state.word()).copied().unwrap_or_default();
    let all = StepState::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0);
    all.map(|(state, count)| (step_words(state.word()), count))
        .map(|((words, chip), count)| (words, chip, count))
        .collect()
}

#[derive(Template)]
#[template(path = "plans/list.html")]
struct PlansPage {
    frame: Frame,
    rows: Vec<PlanRow>,
    wanted: usize,
}

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let mut rows = plan_list(&site.context().store).await?;
    let wanted = rows.len();
    rows.truncate(ROWS);
    shown(&PlansPage { frame: frame(&signed, "Plans", query.given("said")), rows, wanted })
}

#[derive(Template)]
#[template(path = "plans/show.html")]
struct PlanPage {
    frame: Frame,
    plan: PlanAnswer,
    may_decide: bool,
    /// Which step's form was wrong, what was typed into it, and why.
    wrong: Option<(i64, &'static str, String, String)>,
}

impl PlanPage {
    fn step_path(&self, step: &StepRow) -> String {
        format!("{}/steps/{}", plan_path(&self.plan.row.id), step.number)
    }

    fn wrong(&self, step: &StepRow, which: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(of, form, ..)| *of == step.number && *form == which).map(|(.., why)| why.as_str())
    }

    fn typed<'p>(&'p self, step: &StepRow, which: &str, usual: &'p str) -> &'p str {
        let typed = self.wrong.as_ref().filter(|(of, form, ..)| *of == step.number && *form == which);
        typed.map_or(usual, |(_, _, typed, _)| typed.as_str())
    }

    /// What else goes with it, in words.
    fn effect(step: &StepRow) -> &'static str {
        match step.effect.as_str() {
            "everything" => "Everything that the account holds there goes with it.",
            "lowered" => "A lower right stays.",
            _ => "",
        }
    }
}

async fn show(State(site): State<Site>, signed: Signed, Id(id): Id, Query(query): Query) -> Answer {
    shown_of(&site, &signed, id, None, query.given("said")).await
}

async fn shown_of(
    site: &Site,
    signed: &Signed,
    id: Uuid,
    wrong: Option<(i64, &'static str, String, String)>,
    said: Option<&str>,
) -> Answer {
    let plan = plan_show(&site.context().store, &id.to_string(), site.context().now()).await?;
    let title = plan.row.review.as_ref().map_or_else(|| "Plan".to_owned(), |review| format!("Plan of {review}"));
    let frame = frame(signed, title, said);
    let may_decide = frame.may(Permission::Decide);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &PlanPage { frame, plan, may_decide, wrong })
}

async fn act(site: &Site, signed: &Signed, (id, number): (Uuid, i64), wish: StepWish, form: &Form) -> Answer {
    let decision = Decision { actor: signed.actor().to_owned(), reason: form.text("note").to_owned() };
    let said = if matches!(wish, StepWish::Done(_)) { "step-done" } else { "saved" };
    plan_step_act(site.context(), &id.to_string(), number, &wish, &decision).await.map_err(WebError::from)?;
    led(&plan_path(id), said).map(|answer| at_step(answer, number))
}

/// Leads to the step, and not to the top of the page.
fn at_step(mut answer: axum::response::Response, number: i64) -> axum::response::Response {
    use axum::http::header::LOCATION;
    let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.map(|location| format!("{location}#step-{number}"));
    if let Some(value) = location.and_then(|location| location.parse().ok()) {
        answer.headers_mut().insert(LOCATION, value);
    }
    answer
}

async fn done(State(site): State<Site>, signed: Signed, Numbered(id, number): Numbered, form: Form) -> Answer {
    act(&site, &signed, (id, number), StepWish::Done(ReviewSource::Page), &form).await
}

async fn owner(State(site): State<Site>, signed: Signed, Numbered(id, number): Numbered, form: Form) -> Answer {
    let wish = StepWish::Own(form.text("owner").to_owned());
    act(&site, &signed, (id, number), wish, &form).await
}

async fn due(State(site): State<Site>, signed: Signed, Numbered(id, number): Numbered, form: Form) -> Answer {
    match moment_parse(form.text("due"), site.context().now()) {
        Ok(due) => act(&site, &signed, (id, number), StepWish::Due(due), &form).await,
        Err(why) => {
            let wrong = Some((number, "due", form.text("due").to_owned(), sentence(why)));
            shown_of(&site, &signed, id, wrong, None).await
        }
    }
}
