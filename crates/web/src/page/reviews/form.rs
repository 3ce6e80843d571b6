//! The fields of a campaign's form, as they were typed or as they stand for a campaign.

use rolecall_engine::reviews::{ReviewDefinition, ReviewRepeat, ReviewScope};

use super::words::SOURCES;
use crate::form::Form;

/// In the place of somebody's name among the places where reviewers are found.
pub(super) const NAMED: &str = "named";

/// How many places a form has for where reviewers are found.
const PLACES: usize = SOURCES.len() + 1;

/// A campaign as it is typed.
#[derive(Clone, Default)]
pub(super) struct ReviewForm {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) connectors: Vec<String>,
    pub(super) entitlements: String,
    pub(super) resources: String,
    pub(super) question: String,
    pub(super) accounts_only: bool,
    /// Where reviewers are found, in order; a place may be empty.
    pub(super) reviewers: Vec<String>,
    pub(super) named: String,
    pub(super) fallback: String,
    pub(super) owner: String,
    pub(super) days: String,
    pub(super) plan_days: String,
    pub(super) remaining: String,
    pub(super) repeat: String,
    pub(super) remind: String,
    pub(super) endpoint: String,
}

impl ReviewForm {
    /// What was typed.
    pub(super) fn typed(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            name: text("name"),
            description: text("description"),
            connectors: form.all("connector").to_vec(),
            entitlements: text("entitlements"),
            resources: text("resources"),
            question: text("question"),
            accounts_only: form.given("accounts-only").is_some(),
            reviewers: form.all("reviewer").iter().take(PLACES).cloned().collect(),
            named: text("named"),
            fallback: text("fallback"),
            owner: text("owner"),
            days: text("days"),
            plan_days: text("plan-days"),
            remaining: text("remaining"),
            repeat: text("repeat"),
            remind: text("remind"),
            endpoint: text("endpoint"),
        }
    }

    /// What stands for a campaign.
    pub(super) fn of(name: &str, definition: &ReviewDefinition) -> Self {
        let is_known = |word: &String| SOURCES.iter().any(|(known, _)| known == word);
        let mut reviewers: Vec<String> = Vec::new();
        for word in &definition.reviewers {
            let place = if is_known(word) { word.as_str() } else { NAMED };
            if !reviewers.iter().any(|known| known == place) {
                reviewers.push(place.to_owned());
            }
        }
        let named: Vec<&str> = definition.reviewers.iter().filter(|word| !is_known(word)).map(String::as_str).collect();
        let remind: Vec<String> = definition.remind.iter().map(u32::to_string).collect();
        let scope = &definition.scope;
        Self {
            name: name.to_owned(),
            description: definition.description.clone(),
            connectors: scope.connectors.clone(),
            entitlements: scope.entitlements.join(", "),
            resources: scope.resources.join("\n"),
            question: scope.question.clone(),
            accounts_only: scope.accounts_only,
            reviewers,
            named: named.join("\n"),
            fallback: definition.fallback.clone(),
            owner: definition.owner.clone(),
            days: definition.days.to_string(),
            plan_days: definition.plan_days.to_string(),
            remaining: definition.remaining.clone(),
            repeat: definition.repeat.word().to_owned(),
            remind: remind.join(", "),
            endpoint: definition.endpoint.clone(),
        }
    }

    /// What is chosen in each place where reviewers are found.
    pub(super) fn places(&self) -> Vec<(usize, &str)> {
        (0..PLACES).map(|place| (place + 1, self.reviewers.get(place).map_or("", String::as_str))).collect()
    }

    /// Whether a connector is chosen.
    pub(super) fn has(&self, connector: impl AsRef<str>) -> bool {
        self.connectors.iter().any(|one| one == connector.as_ref())
    }

    /// What it stands for; of what there are no fields for, what `known` says. A number that is none is told with its field.
    pub(super) fn read(&self, known: &ReviewDefinition) -> Result<ReviewDefinition, (&'static str, String)> {
        let number = |field: &'static str, text: &str| match text.parse::<u32>() {
            Ok(number) => Ok(number),
            Err(_) => Err((field, format!("{text:?} is no number of days."))),
        };
        let remind: Result<Vec<u32>, _> =
            parts(&self.remind, &[',', ' ', ';']).iter().map(|text| number("remind", text)).collect();
        let repeat = ReviewRepeat::read(&self.repeat);
        Ok(ReviewDefinition {
            description: self.description.clone(),
            scope: ReviewScope {
                connectors: self.connectors.clone(),
                entitlements: parts(&self.entitlements, &[',', '\n']),
                resources: parts(&self.resources, &['\n']),
                question: self.question.clone(),
                entities: known.scope.entities.clone(),
                accounts_only: self.accounts_only,
            },
            reviewers: self.sources(),
            fallback: self.fallback.clone(),
            owner: self.owner.clone(),
            days: number("days", &self.days)?,
            plan_days: number("planDays", &self.plan_days)?,
            remaining: self.remaining.clone(),
            repeat: repeat.ok_or_else(|| ("repeat", "Choose how often it is done again.".to_owned()))?,
            remind: remind?,
            endpoint: self.endpoint.clone(),
            starts_by_itself: known.starts_by_itself,
        })
    }

    fn sources(&self) -> Vec<String> {
        let named = parts(&self.named, &['\n', ',', ';']);
        let mut sources: Vec<String> = Vec::new();
        for place in self.reviewers.iter().filter(|place| !place.is_empty()) {
            match place.as_str() {
                NAMED => sources.extend(named.iter().cloned()),
                word => sources.push(word.to_owned()),
            }
        }
        // Whoever is written down is meant, wherever.
        if !self.reviewers.iter().any(|place| place == NAMED) {
            sources.extend(named);
        }
        let mut once = Vec::new();
        sources.into_iter().for_each(|one| {
            if !once.contains(&one) {
                once.push(one)
            }
        });
        once
    }
}

fn parts(text: &str, between: &[char]) -> Vec<String> {
    text.split(between).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_form_is_read_back() {
        let definition = ReviewDefinition {
            reviewers: vec!["manager".to_owned(), "ada@acme.test".to_owned(), "resource-owner".to_owned()],
            scope: ReviewScope {
                connectors: vec!["npm:acme".to_owned()],
                entitlements: vec!["owner".to_owned(), "package:write".to_owned()],
                resources: vec!["left-pad".to_owned(), "team:acme/core".to_owned()],
                accounts_only: true,
                ..ReviewScope::default()
            },
            ..ReviewDefinition::default()
        };
        let form = ReviewForm::of("Q4", &definition);
        assert_eq!(form.read(&ReviewDefinition::default()), Ok(definition));
        let places: Vec<&str> = form.places().into_iter().map(|(_, word)| word).collect();
        assert_eq!(places, ["manager", "named", "resource-owner", ""]);
    }

    #[test]
    fn whoever_is_named_counts_and_a_number_has_to_be_one() {
        let mut form = ReviewForm::of("Q4", &ReviewDefinition::default());
        form.named = "ada\n\n grace ".to_owned();
        let read = form.read(&ReviewDefinition::default()).unwrap();
        assert_eq!(read.reviewers, ["resource-owner", "manager", "ada", "grace"]);
        form.days = "soon".to_owned();
        assert_eq!(form.read(&ReviewDefinition::default()).unwrap_err().0, "days");
    }
}
