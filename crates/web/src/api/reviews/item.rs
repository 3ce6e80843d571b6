//! What is in a campaign, and how that is decided.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::reviews::{
    ChoiceWish, DecideReport, DecisionFileReport, ItemQuestion, ReviewError, ReviewSource, decisions_export,
    decisions_import, review_choose_as, review_decide, review_items, review_share, review_submit_chosen,
};
use rolecall_model::review::{ReviewDecision, ReviewNovelty, ReviewOutcome, ReviewerKey};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shape::{CampaignItem, CampaignShare};
use crate::api::ApiAnswer;
use crate::api::input::{Body, Id, Nothing, Parameters};
use crate::api::list::{Listed, after_number, limit_of, read};
use crate::api::reply::json;
use crate::api::shape::{Moment, Told};
use crate::error::WebError;
use crate::guard::Signed;
use crate::review::{actor, in_world, people, share_words};
use crate::route::{Access, Route};
use crate::site::Site;

/// So many grants nobody decides about in one request.
const MOST: usize = 10_000;

pub(super) fn routes() -> Vec<Route> {
    let (read, review) = (Access::May(Permission::Read), Access::May(Permission::Review));
    let decide = Access::May(Permission::Decide);
    vec![
        Route::get("/api/v1/reviews/{id}/items", read, get(items)),
        Route::mark("/api/v1/reviews/{id}/choose", review, post(choose)),
        Route::post("/api/v1/reviews/{id}/submit", review, "review.submitted", post(submit)),
        Route::post("/api/v1/reviews/{id}/decide", review, "review.submitted", post(decide_now)),
        Route::get("/api/v1/reviews/{id}/decisions.csv", read, get(table)),
        Route::post("/api/v1/reviews/{id}/decisions", decide, "review.submitted", post(bring)),
    ]
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ItemsAsked {
    /// Only what is yours to decide, also in the place of somebody else.
    mine: Option<bool>,
    /// Only what this reviewer decides, by key: `person:E1`.
    reviewer: Option<String>,
    /// Only `undecided`, `certified` or `denied`.
    outcome: Option<String>,
    /// Only `new`, `changed` or `unchanged`.
    novelty: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// What is chosen or decided about a grant.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CampaignChoice {
    number: i64,
    /// `certify` or `deny`; null takes a choice back.
    decision: Option<String>,
    /// A deny needs one, and so does a decision in the place of another.
    #[serde(default)]
    reason: String,
}

/// What is chosen or decided.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "choices": [{ "number": 1, "decision": "certify" }, { "number": 2, "decision": "deny", "reason": "they moved on" }] }))]
pub(crate) struct ChoicesWish {
    #[schema(max_items = 10000)]
    choices: Vec<CampaignChoice>,
}

/// How far you are.
#[derive(Serialize, ToSchema)]
pub(crate) struct CampaignKept {
    /// `54 of 175 decided – 4 ready for submission`.
    summary: String,
    share: CampaignShare,
}

/// A decision that was not taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct CampaignRefusal {
    number: i64,
    /// `unknown`, `not-theirs`, `own` or `reasonless`.
    code: String,
    why: String,
}

/// What became of decisions.
#[derive(Serialize, ToSchema)]
pub(crate) struct CampaignReport {
    /// The submission's id; null where nothing was decided.
    submission: Option<String>,
    certified: Vec<i64>,
    denied: Vec<i64>,
    /// Of which the same had been decided.
    repeated: Vec<i64>,
    refused: Vec<CampaignRefusal>,
}

impl Told<CampaignReport> for DecideReport {
    fn told(self) -> CampaignReport {
        let refusal = |(number, code, why): (i64, &'static str, &'static str)| CampaignRefusal {
            number,
            code: code.to_owned(),
            why: crate::text::sentence(why),
        };
        CampaignReport {
            submission: self.submission,
            certified: self.certified,
            denied: self.denied,
            repeated: self.repeated,
            refused: self.refused.into_iter().map(refusal).collect(),
        }
    }
}

/// A file of decisions.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DecisionsWish {
    /// What it is called.
    #[serde(default)]
    name: String,
    /// What is in it: the table of `decisions.csv`, with its last two columns filled in. Lines without a decision may be left out.
    text: String,
    /// Who decided; whom the file names, where nobody is named.
    reviewer: Option<String>,
}

/// What became of a file of decisions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionsReport {
    /// Of its bytes.
    sha256: String,
    /// When the same file was brought before.
    brought_before: Option<Moment>,
    /// What became of the decisions of each reviewer.
    reviewers: BTreeMap<String, CampaignReport>,
    /// How many lines decide nothing.
    undecided: u64,
}

impl Told<DecisionsReport> for DecisionFileReport {
    fn told(self) -> DecisionsReport {
        DecisionsReport {
            sha256: self.sha256,
            brought_before: self.brought_before.told(),
            reviewers: self.reviewers.into_iter().map(|(who, report)| (who, report.told())).collect(),
            undecided: self.undecided.told(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TableAsked {
    /// Only of this reviewer, by name, mail address or key.
    reviewer: Option<String>,
}

fn word<T>(name: &'static str, given: Option<String>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, WebError> {
    let given = given.filter(|word| !word.is_empty());
    let unknown = |word: &str| WebError::bad_request(name, format!("There is no {name} called {word:?}."));
    given.map(|word| read(&word).ok_or_else(|| unknown(&word))).transpose()
}

fn wishes(choices: Vec<CampaignChoice>) -> Result<Vec<ChoiceWish>, ReviewError> {
    let wrong = |field, message: String| ReviewError::Wrong { field, message };
    if choices.len() > MOST {
        return Err(wrong("choices", format!("there are {MOST} at most in one request")));
    }
    let wish = |choice: CampaignChoice| {
        let decision = choice.decision.as_deref().map(|word| {
            let why = || wrong("decision", format!("a decision is `certify` or `deny`, and not {word:?}"));
            ReviewDecision::read(word).ok_or_else(why)
        });
        Ok(ChoiceWish { number: choice.number, decision: decision.transpose()?, reason: choice.reason })
    };
    choices.into_iter().map(wish).collect()
}

/// Grants of a campaign
#[utoipa::path(get, operation_id = "reviewItems", path = "/api/v1/reviews/{id}/items", tag = "Reviews", params(("id" = Uuid, Path), ItemsAsked), responses(
    (status = 200, body = Listed<CampaignItem>),
))]
pub(crate) async fn items(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    Parameters(asked): Parameters<ItemsAsked>,
) -> ApiAnswer {
    let limit = limit_of(asked.limit)?;
    let everybody = people(&site).await?;
    let me = everybody.actor(signed.actor()).0;
    let reviewer = asked.reviewer.map(ReviewerKey::kept);
    let question = ItemQuestion {
        reviewer: if asked.mine == Some(true) { Some(me.clone()) } else { reviewer },
        outcome: word("outcome", asked.outcome, ReviewOutcome::read)?,
        novelty: word("novelty", asked.novelty, ReviewNovelty::read)?,
        after: after_number(asked.after.as_deref())?.unwrap_or_default(),
        limit: Some(limit + 1),
    };
    let (store, now) = (&site.context().store, site.context().now());
    let rows = review_items(store, &everybody, &id.to_string(), &question, Some(&me), now).await?;
    json(&read::<_, CampaignItem>(rows, limit, |row| row.number.to_string()))
}

/// Choose
///
/// Keeps what you choose, so that you find it again. Nothing of it counts before it is submitted.
#[utoipa::path(post, operation_id = "reviewChoose", path = "/api/v1/reviews/{id}/choose", tag = "Reviews", params(("id" = Uuid, Path)),
    request_body = ChoicesWish, responses(
        (status = 200, body = CampaignKept),
        (status = 409, description = "The campaign does not run."),
        (status = 422, description = "A decision is none, or a deny has no reason."),
    )
)]
pub(crate) async fn choose(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<ChoicesWish>,
) -> ApiAnswer {
    let wishes = wishes(wish.choices)?;
    let is_reasonless =
        |wish: &ChoiceWish| wish.decision == Some(ReviewDecision::Deny) && wish.reason.trim().is_empty();
    if let Some(wish) = wishes.iter().find(|wish| is_reasonless(wish)) {
        let message = format!("grant {}: a deny needs a reason", wish.number);
        return Err(ReviewError::Wrong { field: "reason", message }.into());
    }
    let everybody = people(&site).await?;
    let who = actor(&everybody, &signed, ReviewSource::Interface);
    let name = id.to_string();
    review_choose_as(site.context(), &everybody, &name, &who, &wishes).await?;
    let share = review_share(&site.context().store, &name, &who.reviewer, site.context().now()).await?;
    json(&CampaignKept { summary: share_words(&share), share: share.told() })
}

/// Submit what you have chosen
///
/// From then on it stands.
#[utoipa::path(post, operation_id = "reviewSubmit", path = "/api/v1/reviews/{id}/submit", tag = "Reviews", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CampaignReport),
    (status = 409, description = "The campaign does not run."),
    (status = 422, description = "Nothing is chosen."),
))]
pub(crate) async fn submit(State(site): State<Site>, signed: Signed, Id(id): Id, _: Parameters<Nothing>) -> ApiAnswer {
    let name = id.to_string();
    let work = in_world(&site, move |world, view, people| {
        let who = actor(people, &signed, ReviewSource::Interface);
        world.until(review_submit_chosen(&world.context, view, people, &name, &who))
    });
    let report: CampaignReport = work.await??.told();
    json(&report)
}

/// Decide
///
/// At once, whatever you have chosen. What may not be decided is told, and the rest is.
#[utoipa::path(post, operation_id = "reviewDecide", path = "/api/v1/reviews/{id}/decide", tag = "Reviews", params(("id" = Uuid, Path)),
    request_body = ChoicesWish, responses(
        (status = 200, body = CampaignReport),
        (status = 409, description = "The campaign does not run."),
        (status = 422, description = "A decision is none, or a grant is decided about twice."),
    )
)]
pub(crate) async fn decide_now(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<ChoicesWish>,
) -> ApiAnswer {
    let (name, wishes) = (id.to_string(), wishes(wish.choices)?);
    let work = in_world(&site, move |world, view, people| {
        let who = actor(people, &signed, ReviewSource::Interface);
        world.until(review_decide(&world.context, view, people, &name, &who, &wishes, None))
    });
    let report: CampaignReport = work.await??.told();
    json(&report)
}

/// The grants of a campaign as a table
///
/// CSV, for reviewers without an account: its last two columns are theirs to fill in.
#[utoipa::path(get, operation_id = "reviewDecisions", path = "/api/v1/reviews/{id}/decisions.csv", tag = "Reviews", params(("id" = Uuid, Path), TableAsked), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = 422, description = "Nobody, or more than one person, is called like the reviewer."),
))]
pub(crate) async fn table(
    State(site): State<Site>,
    Id(id): Id,
    Parameters(asked): Parameters<TableAsked>,
) -> ApiAnswer {
    let people = people(&site).await?;
    let reviewer = asked.reviewer.as_deref().filter(|who| !who.is_empty());
    let table = decisions_export(site.context(), &people, &id.to_string(), reviewer).await?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], table).into_response())
}

/// Bring decisions in a file
///
/// Each in the name of its reviewer, brought by whoever asks. The same file twice decides nothing twice.
#[utoipa::path(post, operation_id = "reviewBring", path = "/api/v1/reviews/{id}/decisions", tag = "Reviews", params(("id" = Uuid, Path)),
    request_body = DecisionsWish, responses(
        (status = 200, body = DecisionsReport),
        (status = 409, description = "The campaign does not run."),
        (status = 422, description = "It is no such file, is of another campaign, or names nobody."),
    )
)]
pub(crate) async fn bring(
    State(site): State<Site>,
    signed: Signed,
    Id(id): Id,
    _: Parameters<Nothing>,
    Body(wish): Body<DecisionsWish>,
) -> ApiAnswer {
    let (review, actor) = (id.to_string(), signed.actor().to_owned());
    let work = in_world(&site, move |world, view, people| {
        let name = if wish.name.is_empty() { "decisions.csv" } else { wish.name.as_str() };
        let (file, by) = ((name, wish.text.as_bytes()), (wish.reviewer.as_deref(), actor.as_str()));
        world.until(decisions_import(&world.context, view, people, &review, file, by))
    });
    let report: DecisionsReport = work.await??.told();
    json(&report)
}
