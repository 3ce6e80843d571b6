//! What a campaign is to be.

use rolecall_model::Timestamp;
use rolecall_model::review::{RemainingItems, ReviewerSource};
use rolecall_store::StoredReview;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::ReviewError;

/// What a campaign is to be, as it is kept and as programs write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReviewDefinition {
    /// What it is for, in words.
    pub description: String,
    /// Which grants are in it.
    pub scope: ReviewScope,
    /// Where the reviewer of a grant is found, in order: `resource-owner`, `manager`, `account-owner`, or somebody by name or
    /// mail address.
    pub reviewers: Vec<String>,
    /// Who reviews what none of them finds somebody for, by name or mail address.
    pub fallback: String,
    /// Who runs it, by name or mail address: the last to whom grants fall.
    pub owner: String,
    /// How many days reviewers have.
    pub days: u32,
    /// How many days there are to carry out what was denied.
    pub plan_days: u32,
    /// What becomes of what nobody decided about: `skip` or `deny`.
    pub remaining: String,
    /// How often it is done again; `never`, `weekly`, `monthly`, `quarterly` or `yearly`.
    pub repeat: ReviewRepeat,
    /// How many days before the end reviewers are reminded.
    pub remind: Vec<u32>,
    /// The endpoint at which reviewers are told: one for mail sends it to their addresses. Nowhere, where it is empty.
    pub endpoint: String,
    /// Whether it starts by itself as soon as it is staged, as those that rules and the calendar ask for.
    pub starts_by_itself: bool,
}

impl Default for ReviewDefinition {
    fn default() -> Self {
        Self {
            description: String::new(),
            scope: ReviewScope::default(),
            reviewers: vec!["resource-owner".to_owned(), "manager".to_owned()],
            fallback: String::new(),
            owner: String::new(),
            days: 14,
            plan_days: 7,
            remaining: RemainingItems::Skip.word().to_owned(),
            repeat: ReviewRepeat::Never,
            remind: vec![7, 1],
            endpoint: String::new(),
            starts_by_itself: false,
        }
    }
}

/// Which grants are in a campaign. Whatever is empty restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReviewScope {
    /// Of these connectors: `npm:acme`.
    pub connectors: Vec<String>,
    /// Of these entitlements: `owner`, or of one type only `package:read-write`.
    pub entitlements: Vec<String>,
    /// On these resources, or by which somebody comes to hold something on them: `left-pad`, `team:acme/core`.
    pub resources: Vec<String>,
    /// Of what this question finds, as holder or as what is held: a query, or the id of a saved question.
    pub question: String,
    /// Of these, as holder or as what is held. Rules name them.
    pub entities: Vec<ScopeEntity>,
    /// Only what accounts hold, and nothing that groups do.
    pub accounts_only: bool,
}

/// Something by its place in a connector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopeEntity {
    /// The connector's title: `npm:acme`.
    pub connector: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// How often a campaign is done again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewRepeat {
    /// Once.
    #[default]
    Never,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every year.
    Yearly,
}

impl ReviewRepeat {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Never, Self::Weekly, Self::Monthly, Self::Quarterly, Self::Yearly];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|repeat| repeat.word() == word)
    }

    /// When it is done again after it was started at a moment: at the same hour, in UTC.
    #[must_use]
    pub fn next(self, started: Timestamp) -> Option<Timestamp> {
        let span = match self {
            Self::Never => return None,
            Self::Weekly => jiff::Span::new().weeks(1),
            Self::Monthly => jiff::Span::new().months(1),
            Self::Quarterly => jiff::Span::new().months(3),
            Self::Yearly => jiff::Span::new().years(1),
        };
        let started = jiff::Timestamp::from_microsecond(started.0).ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC);
        started.checked_add(span).ok().map(|next| Timestamp(next.timestamp().as_microsecond()))
    }
}

/// So much of anything nobody reviews, and so many days nobody waits.
const MOST: usize = 1_000;
const MOST_DAYS: u32 = 366;
const LONGEST_NAME: usize = 120;

impl ReviewDefinition {
    /// What a campaign is to be, as it is kept.
    ///
    /// # Errors
    /// When a newer version of this program wrote it.
    pub fn of(review: &StoredReview) -> Result<Self, ReviewError> {
        Self::read(&review.definition)
    }

    /// The same as programs write it.
    ///
    /// # Errors
    /// A sentence that says what is not understood.
    pub fn read(definition: &Json) -> Result<Self, ReviewError> {
        serde_json::from_value(definition.clone())
            .map_err(|error| ReviewError::wrong("definition", format!("it is not understood: {error}")))
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Where reviewers are found.
    #[must_use]
    pub fn sources(&self) -> Vec<ReviewerSource> {
        self.reviewers.iter().map(|word| ReviewerSource::read(word)).collect()
    }

    /// What becomes of what nobody decided about.
    #[must_use]
    pub fn remaining_items(&self) -> RemainingItems {
        RemainingItems::read(&self.remaining).unwrap_or_default()
    }

    /// That it can be kept under a name.
    ///
    /// # Errors
    /// Which field is wrong, and why.
    pub fn check(&self, name: &str) -> Result<(), ReviewError> {
        if name.trim().is_empty() || name.trim() != name {
            return Err(ReviewError::wrong("name", "a review needs a name, without white space around it"));
        }
        if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            let why = format!("a name has {LONGEST_NAME} letters at most, and is one line");
            return Err(ReviewError::wrong("name", why));
        }
        if RemainingItems::read(&self.remaining).is_none() {
            let why = format!("what is left is `skip` or `deny`, and not {:?}", self.remaining);
            return Err(ReviewError::wrong("remaining", why));
        }
        let days = [("days", self.days), ("planDays", self.plan_days)];
        if let Some((field, days)) = days.into_iter().find(|(_, days)| !(1..=MOST_DAYS).contains(days)) {
            return Err(ReviewError::wrong(field, format!("there are 1 to {MOST_DAYS} days, and not {days}")));
        }
        if self.remind.iter().any(|days| *days > self.days) {
            return Err(ReviewError::wrong("remind", "nobody can be reminded before they are asked"));
        }
        if self.reviewers.iter().any(|word| word.trim().is_empty()) {
            return Err(ReviewError::wrong("reviewers", "a reviewer has no name"));
        }
        let lists = [
            self.scope.connectors.len(),
            self.scope.entitlements.len(),
            self.scope.resources.len(),
            self.scope.entities.len(),
            self.reviewers.len(),
            self.remind.len(),
        ];
        if lists.iter().any(|length| *length > MOST) {
            return Err(ReviewError::wrong("scope", format!("a list has {MOST} entries at most")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back_and_what_is_not_known_is_refused() {
        let definition = ReviewDefinition { repeat: ReviewRepeat::Quarterly, ..ReviewDefinition::default() };
        assert_eq!(ReviewDefinition::read(&definition.json()).unwrap(), definition);
        assert_eq!(ReviewDefinition::read(&serde_json::json!({})).unwrap(), ReviewDefinition::default());
        assert!(ReviewDefinition::read(&serde_json::json!({ "reviewer": "ada" })).is_err());
    }

    #[test]
    fn a_wrong_field_is_named() {
        let field = |definition: ReviewDefinition| match definition.check("Q4") {
            Err(ReviewError::Wrong { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        let usual = ReviewDefinition::default;
        usual().check("Q4").unwrap();
        assert_eq!(field(ReviewDefinition { days: 0, ..usual() }), "days");
        assert_eq!(field(ReviewDefinition { plan_days: 400, ..usual() }), "planDays");
        assert_eq!(field(ReviewDefinition { remaining: "keep".to_owned(), ..usual() }), "remaining");
        assert_eq!(field(ReviewDefinition { remind: vec![30], ..usual() }), "remind");
        for name in ["", " Q4", "a\nb", &"x".repeat(200)] {
            assert!(usual().check(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn it_is_done_again_at_the_same_hour() {
        let at = |text: &str| crate::moment_parse(text, Timestamp(0)).unwrap();
        let started = at("2026-11-30T09:00:00Z");
        assert_eq!(ReviewRepeat::Quarterly.next(started), Some(at("2027-02-28T09:00:00Z")));
        assert_eq!(ReviewRepeat::Weekly.next(started), Some(at("2026-12-07T09:00:00Z")));
        assert_eq!(ReviewRepeat::Never.next(started), None);
    }
}
