//! Ready questions.

use axum::routing::get;
use rolecall_engine::alerting::Interval;
use rolecall_engine::hub::Permission;
use rolecall_engine::questions::{Question as Known, ResultsAre as KnownResults, questions as ready};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::{IntoParams, ToSchema};

use crate::api::ApiAnswer;
use crate::api::input::Parameters;
use crate::api::list::{Listed, limit_of, part};
use crate::api::reply::json;
use crate::api::shape::{Told, shape};
use crate::route::{Access, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/questions", Access::May(Permission::Read), get(questions))]
}

shape! {
    /// Something worth asking, and how it is asked.
    Question of Known {
        #[schema(examples("npm-owners"))]
        id: String,
        /// As a person would ask it.
        title: String,
        /// Why it is worth asking, or what the answer means.
        description: String,
        tags: Vec<String>,
        /// What whoever asks has to say.
        variables: Vec<QuestionVariable>,
        queries: Vec<QuestionQuery>,
        /// What of which standards its answer is evidence for.
        compliance: Vec<Compliance>,
        /// Whether it is worth seeing how its answer changes over time.
        show_trend: bool,
        /// How often it is worth asking, such as `ONE_DAY`.
        polling_interval: Option<String>,
    }
}

shape! {
    /// A standard, and what of it a question is evidence for.
    Compliance of rolecall_engine::questions::Compliance {
        #[schema(examples("SOC 2"))]
        standard: String,
        version: Option<String>,
        #[schema(examples("CC6.3"))]
        requirements: Vec<String>,
        /// One's own controls for it.
        controls: Vec<String>,
    }
}

impl Told<String> for Interval {
    fn told(self) -> String {
        self.word().to_owned()
    }
}

shape! {
    /// A parameter of a question's queries.
    QuestionVariable of rolecall_engine::questions::QuestionVariable {
        /// What queries call `${name}`, and what `parameters` of a query name.
        name: String,
        description: String,
        /// Whether there is no answer without it.
        required: bool,
        /// What it is where nobody says.
        #[schema(value_type = Option<Value>)]
        default: Option<Json>,
    }
}

shape! {
    /// One query of a question.
    QuestionQuery of rolecall_engine::questions::QuestionQuery {
        name: String,
        /// In J1QL, to be sent to `POST /api/v1/query`.
        query: String,
        /// What it means when something is found.
        results_are: Option<ResultsAre>,
    }
}

/// What it means when something is found.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ResultsAre {
    Good,
    Bad,
    Informative,
    Unknown,
}

impl Told<ResultsAre> for KnownResults {
    fn told(self) -> ResultsAre {
        match self {
            Self::Good => ResultsAre::Good,
            Self::Bad => ResultsAre::Bad,
            Self::Informative => ResultsAre::Informative,
            Self::Unknown => ResultsAre::Unknown,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct QuestionsAsked {
    /// Only those about all of these words: tags, or parts of ids and titles.
    #[param(example = "npm 2fa")]
    about: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the part before said as `next`.
    after: Option<String>,
}

/// Ready questions
///
/// What people ask of registries, access and change, with the queries for each.
#[utoipa::path(get, operation_id = "questions", path = "/api/v1/questions", tag = "Questions", params(QuestionsAsked), responses(
    (status = 200, body = Listed<Question>),
))]
pub(crate) async fn questions(Parameters(asked): Parameters<QuestionsAsked>) -> ApiAnswer {
    let about = asked.about.unwrap_or_default();
    let wanted = |question: &&Known| about.split_whitespace().all(|word| question.is_about(word));
    let found: Vec<Known> = ready().iter().filter(wanted).cloned().collect();
    let limit = limit_of(asked.limit)?;
    json(&part::<_, Question>(found, limit, asked.after.as_deref(), |question| question.id.clone())?)
}
