//! What a rule is, as people write it and as the database keeps it.
//!
//! The form is JupiterOne's (`reference/jupiterone.md` §5), with what it lacks beside it: a rule that is evaluated as soon
//! as something becomes current, and triggers that know which property changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::rules::Severity;

/// A rule: what is asked, when its answer is news, and what is then done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleDefinition {
    /// What people call it. No two rules have the same name.
    pub name: String,
    /// What it looks for, and why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How bad it is when it finds something.
    pub severity: Severity,
    /// When it is evaluated.
    pub interval: Interval,
    /// What is asked.
    pub subject: Subject,
    /// When it tells, of what it found.
    pub trigger: Trigger,
    /// What it does then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Operation>,
    /// What an evaluation is to keep beside its rows: `queries.query0.total`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
    /// Texts that the actions' templates use by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, String>,
    /// Words by which rules are found: name and value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Whether a failure of its evaluation is told as well.
    #[serde(default)]
    pub notify_on_failure: bool,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remediation: String,
}

/// When a rule is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Interval {
    /// Never by itself.
    Disabled,
    /// As soon as a snapshot became current: a stage of a sync, a decision, an import.
    OnSnapshot,
    /// Four times an hour.
    FifteenMinutes,
    /// Twice an hour.
    ThirtyMinutes,
    /// Every hour.
    OneHour,
    /// Six times a day.
    FourHours,
    /// Three times a day.
    EightHours,
    /// Twice a day.
    TwelveHours,
    /// Every day.
    OneDay,
    /// Every week.
    OneWeek,
}

impl Interval {
    /// All of them, the most frequent first.
    pub const ALL: [Self; 10] = [
        Self::OnSnapshot,
        Self::FifteenMinutes,
        Self::ThirtyMinutes,
        Self::OneHour,
        Self::FourHours,
        Self::EightHours,
        Self::TwelveHours,
        Self::OneDay,
        Self::OneWeek,
        Self::Disabled,
    ];

    /// JupiterOne's word for it, or one in its manner.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disabled => "DISABLED",
            Self::OnSnapshot => "ON_SNAPSHOT",
            Self::FifteenMinutes => "FIFTEEN_MINUTES",
            Self::ThirtyMinutes => "THIRTY_MINUTES",
            Self::OneHour => "ONE_HOUR",
            Self::FourHours => "FOUR_HOURS",
            Self::EightHours => "EIGHT_HOURS",
            Self::TwelveHours => "TWELVE_HOURS",
            Self::OneDay => "ONE_DAY",
            Self::OneWeek => "ONE_WEEK",
        }
    }

    /// The interval with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interval| interval.word().eq_ignore_ascii_case(word.trim()))
    }

    /// How many seconds lie between two evaluations; `None` where no clock decides.
    #[must_use]
    pub const fn seconds(self) -> Option<i64> {
        Some(match self {
            Self::Disabled | Self::OnSnapshot => return None,
            Self::FifteenMinutes => 15 * 60,
            Self::ThirtyMinutes => 30 * 60,
            Self::OneHour => 3600,
            Self::FourHours => 4 * 3600,
            Self::EightHours => 8 * 3600,
            Self::TwelveHours => 12 * 3600,
            Self::OneDay => 24 * 3600,
            Self::OneWeek => 7 * 24 * 3600,
        })
    }
}

/// What a rule asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// Queries in J1QL, each with a name of its own.
    Queries(Vec<RuleQuery>),
    /// The queries of a saved or ready question, by its id or title.
    Question(String),
    /// The open findings of these built-in rules; of all of them where none is named.
    Findings(Vec<String>),
}

/// One query of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleQuery {
    /// Letters, digits and `_`: `query0`. Conditions and templates call it by that.
    pub name: String,
    /// In J1QL.
    pub query: String,
    /// Whether what is gone is asked about too.
    #[serde(default)]
    pub include_deleted: bool,
}

/// When a rule tells, of what it found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    /// Whenever there is something and the result is another than the last time: JupiterOne's usual rule.
    Result {
        /// Whether an equal result is told again at every evaluation (`ignorePreviousResults`).
        #[serde(default)]
        repeat: bool,
    },
    /// Of rows that were not there at the evaluation before (`triggerActionsOnNewEntitiesOnly`).
    NewRows {
        /// Whether what is there at the first evaluation is told as well. Otherwise it is only noted.
        #[serde(default)]
        first: bool,
    },
    /// When there are more or fewer than the last time.
    CountChanged,
    /// When one of these properties of something that was there before and is still there has another value; any of them
    /// where none is named.
    PropertyChanged {
        /// Their names, or those of columns.
        #[serde(default)]
        properties: Vec<String>,
        /// Values from the least to the most, of which only a move towards the end is told: `["developer", "admin",
        /// "owner"]` tells a role that was raised and none that was lowered. Any change where nothing is said. A value that
        /// is not in it counts as less than all that are.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rising: Vec<Json>,
    },
}

/// Actions, and when they are taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// JupiterOne's condition as it was written: a template of one expression, or `["AND", [left, op, right], …]`.
    /// Nothing stands for *always*.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub condition: Json,
    /// What is done, in this order.
    pub actions: Vec<Action>,
}

/// Something that a rule does. Texts may hold templates: `{{queries.query0.total}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Action {
    /// Sets something that later templates and the alert read: `alertLevel`.
    SetProperty {
        /// What.
        target_property: String,
        /// To what.
        target_value: Json,
    },
    /// Raises the rule's alert.
    CreateAlert {},
    /// Sends something to an endpoint.
    Send {
        /// The name of a configured endpoint. Its kind says how: mail, chat, webhook, ticket, file or log.
        endpoint: String,
        /// Whom it is for, of endpoints that ask for that: mail addresses, a channel.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        recipients: Vec<String>,
        /// A template for the subject or title; the endpoint's own where nothing is said.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        subject: String,
        /// A template for the text.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        body: String,
        /// What else the kind of endpoint knows, with templates in its texts: `data` of a webhook, `entityClass`,
        /// `issueType`, `autoResolve`, `resolvedStatus`, `updateContentOnChanges` of a ticket.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        settings: BTreeMap<String, Json>,
    },
    /// Adds tags to what was found, kept beside what the registries say; `null` removes one.
    TagEntities {
        /// A template that stands for a list of entities: `{{queries.query0.data}}`.
        entities: Json,
        /// Tags and their values.
        tags: BTreeMap<String, Json>,
    },
    /// Has what was found reviewed. An evaluation starts one review, of all that its actions name.
    StartReview {
        /// A template that stands for a list of entities: `{{queries.query0.data}}`.
        entities: Json,
        /// A template for what the review is called; as the rule, where nothing is said.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
        /// Where the reviewer of a grant is found, in order, as words of [`rolecall_model::review::ReviewerSource`]; as in any
        /// review where nothing is said.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reviewers: Vec<String>,
        /// How many days reviewers have.
        #[serde(default = "review_days")]
        days: u32,
    },
    /// Takes actions for each item.
    ForEachItem {
        /// A template that stands for a list.
        items: Json,
        /// What the item is called in the templates of the actions.
        item_ref: String,
        /// The actions.
        actions: Vec<Action>,
    },
    /// Something that this program does not do, kept as it was written so that it can be said what and why.
    Unsupported {
        /// The action's type.
        action: String,
        /// Why it does not run.
        why: String,
        /// As it was written.
        written: Json,
    },
}

/// How many days reviewers have where nothing is said.
pub(super) const fn review_days() -> u32 {
    14
}

/// How many days reviewers have at most.
pub(super) const MOST_REVIEW_DAYS: u32 = 366;
