//! Questions in J1QL.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use rolecall_engine::hub::Permission;
use rolecall_engine::query::{Shown, json as told_by};
use rolecall_query::{Budget, Diagnostic, Limit as KnownLimit, LimitReached};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

use super::answer::{AsOf, Completeness};
use super::scope;
use crate::api::ApiAnswer;
use crate::api::input::{Body, Nothing, Parameters};
use crate::api::reply;
use crate::api::shape::Told;
use crate::error::WebError;
use crate::query::{MOST, QueryAsked, QueryRefusal, USUAL, query_ask};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::ask("/api/v1/query", Access::May(Permission::Read), post(query))]
}

/// A question in J1QL.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "query": "FIND npm_user AS u THAT CAN publish npm_package WITH displayName = ${package} AS p RETURN u.username",
    "parameters": { "package": "@acme/core" }
}))]
pub(crate) struct QueryWish {
    query: String,
    /// The values of `${name}`: text, numbers, truth values, lists of them, or null.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    parameters: Map<String, Json>,
    /// About a past moment, where the query names none: a date, RFC 3339, or how long ago, such as `7d`.
    as_of: Option<String>,
    /// Only of this connector: `npm:acme`.
    connector: Option<String>,
    /// Whether what is gone is found, too.
    #[serde(default)]
    include_deleted: bool,
    /// What the answer may cost.
    limits: Option<Limits>,
}

/// What an answer may cost. Where a limit is reached, the answer says so.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Limits {
    /// At most so many rows.
    #[schema(minimum = 1, maximum = 100_000, default = 10_000)]
    rows: Option<u64>,
    /// At most so much work; about one for each relationship looked at.
    #[schema(minimum = 1, maximum = 1_000_000_000, default = 1_000_000_000)]
    work: Option<u64>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueryAnswer {
    /// What the rows are.
    r#type: AnswerType,
    /// The names of a table's columns, in their order; empty of anything else.
    columns: Vec<String>,
    /// Of a table, objects by column; of a list, entities; of paths, `start` and `steps`; of a tree, none.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<Json>,
    /// Of a tree, its `vertices` and `edges`.
    #[schema(value_type = Option<Object>)]
    tree: Option<Json>,
    /// The past moments that the answer is of; none for the present.
    as_of: Vec<AsOf>,
    /// What is odd about the query, such as a name that nobody has.
    warnings: Vec<Remark>,
    /// Limits that were reached: there is more.
    limits: Vec<Reached>,
    /// Whether nothing is missing, for whatever reason.
    complete: bool,
    completeness: Completeness,
    /// What the record cannot say about a span of time.
    unseen: Vec<String>,
}

/// What an answer is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AnswerType {
    List,
    Table,
    Tree,
    Path,
}

/// A remark on a query.
#[derive(Serialize, ToSchema)]
pub(crate) struct Remark {
    /// Which remark it is, for programs.
    #[schema(examples("unknown-class"))]
    code: String,
    message: String,
    /// What to do about it.
    hint: Option<String>,
    span: Option<Span>,
}

/// A place in a query, in bytes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

/// A limit that was reached.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reached {
    limit: LimitWord,
    /// How much there may be of it; null of time.
    allowed: Option<u64>,
}

/// What was limited.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LimitWord {
    Rows,
    Work,
    Time,
}

fn remark(diagnostic: &Diagnostic) -> Remark {
    Remark {
        code: diagnostic.code.to_owned(),
        message: sentence(&diagnostic.message),
        hint: diagnostic.help.as_ref().map(sentence),
        span: diagnostic.span.map(|span| Span { start: span.start, end: span.end }),
    }
}

fn reached(limit: &LimitReached) -> Reached {
    let (word, allowed) = match limit.limit {
        KnownLimit::Rows => (LimitWord::Rows, Some(limit.allowed)),
        KnownLimit::Work => (LimitWord::Work, Some(limit.allowed)),
        KnownLimit::Cancelled => (LimitWord::Time, None),
    };
    Reached { limit: word, allowed }
}

/// Why a query is not asked.
fn refused(why: &[Diagnostic]) -> WebError {
    let message = why.first().map_or_else(String::new, |first| sentence(&first.message));
    let error = WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "query", message);
    let hint = why.iter().find_map(|one| one.help.as_ref()).map(sentence);
    let hint =
        hint.unwrap_or_else(|| "The errors say where. The language is described in docs/reference/j1ql.md.".to_owned());
    error.hint(hint).with("errors", json!(why.iter().map(remark).collect::<Vec<_>>()))
}

impl Limits {
    fn budget(self) -> Result<Budget, WebError> {
        let within = |name: &str, said: Option<u64>, usual: u64, most: u64| match said.unwrap_or(usual) {
            0 => Err(WebError::bad_request("limits", format!("The limit of {name} cannot be nothing."))),
            limit => Ok(limit.min(most)),
        };
        Ok(Budget {
            rows: within("rows", self.rows, USUAL.rows, MOST.rows)?,
            work: within("work", self.work, USUAL.work, MOST.work)?,
        })
    }
}

/// Ask in J1QL
///
/// Limits that are larger than what is allowed are what is allowed. A query ends when its client is gone, and after a
/// minute.
#[utoipa::path(post, operation_id = "query", path = "/api/v1/query", tag = "Questions", request_body = QueryWish, responses(
    (status = 200, body = QueryAnswer),
    (status = 404, description = "There is no such connector, or nothing was known then."),
    (status = 422, description = "The query cannot be asked: `errors` says why, and where."),
))]
pub(crate) async fn query(State(site): State<Site>, _: Parameters<Nothing>, Body(wish): Body<QueryWish>) -> ApiAnswer {
    let asked = QueryAsked {
        scope: scope(wish.as_of.as_deref(), wish.connector)?,
        text: wish.query,
        parameters: wish.parameters,
        include_deleted: wish.include_deleted,
        budget: wish.limits.unwrap_or_default().budget()?,
    };
    reply::json(&query_ask(&site, asked, told).await?)
}

impl From<QueryRefusal> for WebError {
    fn from(refusal: QueryRefusal) -> Self {
        match refusal {
            QueryRefusal::Query(why) => refused(&why),
            QueryRefusal::Other(error) => error,
        }
    }
}

/// What programs are told of an answer.
pub(crate) fn told(shown: &Shown<'_>) -> QueryAnswer {
    let mut whole = told_by::answer(shown);
    let r#type = match whole["type"].as_str() {
        Some("table") => AnswerType::Table,
        Some("tree") => AnswerType::Tree,
        Some("path") => AnswerType::Path,
        _ => AnswerType::List,
    };
    let columns = whole["columns"].as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned);
    let columns = columns.collect();
    let (rows, tree) = match whole["data"].take() {
        Json::Array(rows) => (rows, None),
        tree => (Vec::new(), Some(tree)),
    };
    QueryAnswer {
        r#type,
        columns,
        rows,
        tree,
        as_of: shown.as_of.iter().map(|as_of| (*as_of).clone().told()).collect(),
        warnings: shown.answer.diagnostics.iter().map(remark).collect(),
        limits: shown.answer.limits.iter().map(reached).collect(),
        complete: shown.is_complete(),
        completeness: shown.completeness.clone().told(),
        unseen: shown.unseen.clone(),
    }
}
