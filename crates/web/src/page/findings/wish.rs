//! Which findings somebody wants to see, as the address says it.

use rolecall_engine::findings::{FindingListAnswer, FindingListQuestion, FindingState, finding_list};

use crate::error::WebError;
use crate::form::Form;
use crate::page::query_of;
use crate::site::Site;

/// Those of one state that are like this.
#[derive(Clone, Default)]
pub(super) struct Wish {
    pub(super) state: String,
    pub(super) severity: String,
    pub(super) rule: String,
    pub(super) connector: String,
    pub(super) owner: String,
    pub(super) text: String,
}

impl Wish {
    pub(super) fn of(query: &Form) -> Self {
        let text = |name| query.text(name).to_owned();
        Self {
            state: text("state"),
            severity: text("severity"),
            rule: text("rule"),
            connector: text("connector"),
            owner: text("owner"),
            text: text("text"),
        }
    }

    /// The state that is looked at: what is open, unless the address says otherwise.
    pub(super) fn state(&self) -> FindingState {
        FindingState::read(&self.state).unwrap_or(FindingState::Open)
    }

    /// The findings that are like this, of the chosen state.
    pub(super) async fn answer(&self, site: &Site) -> Result<FindingListAnswer, WebError> {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let question = FindingListQuestion {
            states: vec![self.state()],
            severity: None,
            rule: given(&self.rule),
            connector: given(&self.connector),
            owner: given(&self.owner),
            text: given(&self.text),
        };
        let (store, now) = (&site.context().store, site.context().now());
        let mut answer = finding_list(store, &question, now).await.map_err(|error| WebError::from_store(&error))?;
        answer.findings.retain(|one| self.severity.is_empty() || one.severity.word() == self.severity);
        Ok(answer)
    }

    /// The same as the end of an address.
    pub(super) fn query(&self) -> String {
        self.query_in(&self.state)
    }

    /// The same of another state.
    pub(super) fn query_in(&self, state: &str) -> String {
        query_of([
            ("state", state),
            ("severity", &self.severity),
            ("rule", &self.rule),
            ("connector", &self.connector),
            ("owner", &self.owner),
            ("text", &self.text),
        ])
    }
}
