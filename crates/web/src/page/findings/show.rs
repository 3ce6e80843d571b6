//! One finding: what it is, why it matters, what became of it, and the forms to decide with.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use rolecall_engine::alerting::rule_list;
use rolecall_engine::findings::{FindingAnswer, finding_explain};
use rolecall_engine::hub::Permission;
use serde_json::Value as Json;

use super::named::{Evidence, Named};
use super::{HERE, path, rule_title, severity_chip, state_words, until};
use crate::address::Word;
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, shown_as, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::quoted;
use crate::world::of_one_moment;

/// How much of its history is shown.
const EVENTS: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/findings/{code}", Access::May(Permission::Read), get(show))]
}

/// What was typed, and what was wrong with it.
#[derive(Default)]
pub(super) struct Typed {
    reason: String,
    until: String,
    approver: String,
    owner: Option<String>,
    /// Which form it was, and what is wrong with it.
    wrong: Option<(&'static str, String)>,
}

impl Typed {
    pub(super) fn of(form: &Form, which: &'static str, wrong: String) -> Self {
        let text = |name| form.text(name).to_owned();
        Self {
            reason: text("reason"),
            until: text("until"),
            approver: text("approver"),
            owner: (which == "owner").then(|| text("owner")),
            wrong: Some((which, wrong)),
        }
    }

    /// What is wrong with this form.
    fn wrong_of(&self, which: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(of, _)| *of == which).map(|(_, wrong)| wrong.as_str())
    }

    /// Why, where it was typed into this form.
    fn reason_of(&self, which: &str) -> &str {
        if self.wrong_of(which).is_some() { &self.reason } else { "" }
    }
}

#[derive(Template)]
#[template(path = "findings/show.html")]
struct ShowPage {
    frame: Frame,
    answer: FindingAnswer,
    evidence: Evidence,
    /// Where the rule is shown, of one that people keep.
    rule_link: Option<String>,
    may_decide: bool,
    typed: Typed,
}

impl ShowPage {
    fn path(&self) -> String {
        path(&self.answer.finding.code)
    }

    fn text(&self, name: &str) -> &str {
        self.answer.finding.detail.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// What it counts for in frameworks that auditors use.
    fn controls(&self) -> Vec<&str> {
        let all = self.answer.finding.detail.get("controls").and_then(Json::as_array).into_iter().flatten();
        all.filter_map(Json::as_str).collect()
    }

    fn is_confirmed(&self) -> bool {
        !self.answer.finding.detail.get("removalUnconfirmed").and_then(Json::as_bool).unwrap_or_default()
    }

    fn is_resolved(&self) -> bool {
        self.answer.finding.resolved_at.is_some()
    }

    /// Whether there is a decision to take back.
    fn is_decided(&self) -> bool {
        self.answer.finding.decision.as_ref().is_some_and(|decision| !decision.is_over)
    }
}

async fn show(State(site): State<Site>, signed: Signed, Word(code): Word, Query(query): Query) -> Answer {
    shown_of(&site, &signed, &code, Typed::default(), query.given("said")).await
}

pub(super) async fn shown_of(site: &Site, signed: &Signed, code: &str, typed: Typed, said: Option<&str>) -> Answer {
    let (store, now) = (&site.context().store, site.context().now());
    let unavailable = |error| WebError::from_store(&error);
    let answer = finding_explain(store, code, now).await.map_err(unavailable)?;
    let answer = answer.ok_or_else(|| WebError::not_found("finding"))?;
    let detail = answer.finding.detail.clone();
    let work = move |world: crate::world::Asked| Ok(Evidence::of(&detail, world.view()?));
    let evidence = site.graphs().ask(Default::default(), of_one_moment(), work).await?;
    let kept = rule_list(store).await.map_err(unavailable)?;
    let id = answer.finding.detail.get("rule").and_then(Json::as_str).unwrap_or_default();
    let rule_link = kept.iter().find(|rule| rule.id == id).map(|rule| format!("/rules/{}", rule.id));
    let frame = Frame::new(signed, answer.finding.title.clone(), HERE).said(said);
    let may_decide = frame.may(Permission::Decide);
    let status = if typed.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(status, &ShowPage { frame, answer, evidence, rule_link, may_decide, typed })
}

/// Things that are named, as a list of links.
#[derive(Template)]
#[template(
    source = r#"{% for one in all %}{% if let Some(link) = one.link %}<a href="{{ link }}"><bdi>{{ one.thing.id }}</bdi></a>{% else %}<bdi>{{ one.thing.id }}</bdi>{% endif %} <span class="fine">{{ one.thing.kind }}</span>{% if !loop.last %}, {% endif %}{% endfor %}"#,
    ext = "html"
)]
struct Links<'n> {
    all: &'n [Named],
}

/// It is made by a template, which escapes what people wrote.
impl askama::filters::HtmlSafe for Links<'_> {}

fn links(all: &[Named]) -> Links<'_> {
    Links { all }
}
