//! People who left, as answers and packages tell it.

use rolecall_model::person::PersonKey;
use serde::Serialize;
use serde_json::Value as Json;

use super::section::{Row, cell_text, filled, known, text};

/// People who left, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaversAnswer {
    /// As of which moment.
    pub as_of: String,
    /// Who.
    pub leavers: Vec<LeaverRecord>,
    /// Whether everything was read in full that could show what remains.
    pub complete: bool,
    /// How complete the answer is, in words.
    pub completeness: String,
}

/// Somebody who left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverRecord {
    /// What identifies them.
    pub person: PersonKey,
    /// How they are called.
    pub name: String,
    /// Their last day, where the directory states it.
    pub last_day: Option<String>,
    /// A directory still listed them as working here at this moment; nothing where none did since it is read.
    pub left_not_before: Option<String>,
    /// A directory said at this moment that they do not.
    pub left_not_after: String,
    /// Accounts that were known as theirs: `npm:acme alice`.
    pub accounts: Vec<String>,
    /// What they could do before they left, and what they can now.
    pub rights: Vec<LeaverRight>,
    /// What had not been read at the moment before they left.
    pub unread: Vec<String>,
}

/// A right of somebody who left, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverRight {
    /// The connector of what it is held on.
    pub connector: String,
    /// The account.
    pub account: String,
    /// What it is held on, by type.
    pub resource_type: String,
    /// What it is held on.
    pub resource: String,
    /// What was held: `read-write`.
    pub entitlement: String,
    /// What became of it.
    pub state: RightState,
    /// It was still there at this moment.
    pub gone_not_before: Option<String>,
    /// It was seen to be gone at this moment.
    pub gone_not_after: Option<String>,
    /// Who took it away, where that is told.
    pub actor: Option<String>,
    /// It was there for at least so many whole hours after they had left.
    pub hours_at_least: Option<i64>,
    /// It was gone after at most so many hours.
    pub hours_at_most: Option<i64>,
}

/// What became of a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RightState {
    /// It is gone.
    Gone,
    /// It is there, and was read in full since they left.
    Remains,
    /// It was missing in the last reading, and nobody confirmed yet that it is gone.
    Unconfirmed,
    /// It was there when it was last read; not everything was read in full since they left.
    Unknown,
}

impl RightState {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Remains => "remains",
            Self::Unconfirmed => "unconfirmed",
            Self::Unknown => "unknown",
        }
    }
}

impl LeaversAnswer {
    /// What the columns of a table are called.
    pub const COLUMNS: &'static [&'static str] = &[
        "person",
        "name",
        "lastDay",
        "leftNotBefore",
        "leftNotAfter",
        "connector",
        "account",
        "resourceType",
        "resource",
        "entitlement",
        "state",
        "goneNotBefore",
        "goneNotAfter",
        "hoursAtLeast",
        "hoursAtMost",
        "actor",
    ];

    /// A row for each right of each leaver, and one without a right for whoever had none.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.leavers.iter().flat_map(|leaver| {
            let nothing = leaver.rights.is_empty().then_some(None);
            leaver.rights.iter().map(Some).chain(nothing).map(move |right| row(leaver, right))
        })
    }

    /// The same as cells of text.
    pub fn cells(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        self.rows().map(|row| row.iter().map(cell_text).collect())
    }
}

fn row(leaver: &LeaverRecord, right: Option<&LeaverRight>) -> Row {
    let of = |cell: fn(&LeaverRight) -> Json| right.map_or_else(|| text(""), cell);
    // Of what is still there it does not apply.
    let gone = |right: &LeaverRight, cell: Json| if right.state == RightState::Gone { cell } else { text("") };
    let when = |cell: fn(&LeaverRight) -> Json| right.map_or_else(|| text(""), |right| gone(right, cell(right)));
    vec![
        text(leaver.person.as_str()),
        text(&leaver.name),
        filled(leaver.last_day.clone()),
        known(leaver.left_not_before.clone()),
        text(&leaver.left_not_after),
        of(|right| text(&right.connector)),
        of(|right| text(&right.account)),
        of(|right| text(&right.resource_type)),
        of(|right| text(&right.resource)),
        of(|right| text(&right.entitlement)),
        of(|right| text(right.state.word())),
        when(|right| known(right.gone_not_before.clone())),
        when(|right| known(right.gone_not_after.clone())),
        when(|right| right.hours_at_least.map_or(Json::Null, Json::from)),
        when(|right| right.hours_at_most.map_or(Json::Null, Json::from)),
        when(|right| known(right.actor.clone())),
    ]
}
