//! Which changes somebody wants to see, as the address says it.

use rolecall_engine::changes::ChangesQuestion;
use rolecall_engine::query::QueryScope;

use crate::api::{After, kind_of, moment_of, query_scope};
use crate::error::WebError;
use crate::form::Form;
use crate::page::{query_of, query_of_all};
use crate::site::Site;

/// What is shown where the address does not say since when.
const SINCE: &str = "7d";

/// What somebody wishes.
#[derive(Clone)]
pub(super) struct Wish {
    /// `7d`, a date, or nothing for all that is recorded.
    pub(super) since: String,
    pub(super) until: String,
    pub(super) connector: String,
    pub(super) kind: String,
    pub(super) words: String,
    /// The one thing that it is about: `npm:acme:alice`.
    pub(super) about: String,
    pub(super) as_of: String,
    /// Where the part begins that is shown.
    after: Option<String>,
}

/// The same, understood.
pub(super) struct Asked {
    pub(super) scope: QueryScope,
    pub(super) question: ChangesQuestion,
    pub(super) at: After,
}

impl Wish {
    pub(super) fn of(query: &Form) -> Self {
        let text = |name| query.text(name).to_owned();
        // Of one thing, everything is little.
        let usual = if query.given("about").is_some() { "" } else { SINCE };
        let since = if query.all("since").is_empty() { usual.to_owned() } else { text("since") };
        Self {
            since,
            until: text("until"),
            connector: text("connector"),
            kind: text("kind"),
            words: text("text"),
            about: text("about"),
            as_of: text("as-of"),
            after: query.given("after").map(str::to_owned),
        }
    }

    /// What is asked, of at most so many changes.
    pub(super) fn asked(&self, site: &Site, limit: usize) -> Result<Asked, WebError> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let moment = |text: &str| given(text).map(|text| moment_of(&text)).transpose();
        let scope = query_scope(given(&self.as_of).as_deref(), given(&self.connector))?;
        let at = After::read(self.after.as_deref(), site.context().now().0)?;
        let (since, until) = (moment(&self.since)?, moment(&self.until)?);
        let question = ChangesQuestion {
            since,
            until: Some(at.until(until, &scope)),
            kind: kind_of(given(&self.kind).as_deref())?,
            words: self.words.clone(),
            limit,
            ..ChangesQuestion::default()
        };
        Ok(Asked { scope, question, at })
    }

    /// What the address says of it, with another beginning.
    pub(super) fn query_since(&self, since: &str) -> String {
        // That there is no beginning has to be said.
        let said = self.said(since, "as-of").into_iter().filter(|(name, value)| !value.is_empty() || *name == "since");
        query_of_all(said)
    }

    fn said<'s>(&'s self, since: &'s str, as_of: &'static str) -> [(&'static str, &'s str); 7] {
        [
            ("since", since),
            ("until", &self.until),
            ("connector", &self.connector),
            ("kind", &self.kind),
            ("text", &self.words),
            ("about", &self.about),
            (as_of, &self.as_of),
        ]
    }

    pub(super) fn query(&self) -> String {
        self.query_since(&self.since)
    }

    /// The same about everything.
    pub(super) fn query_about_all(&self) -> String {
        let all = Self { about: String::new(), after: None, ..self.clone() };
        all.query()
    }

    /// The one thing that it is about.
    pub(super) fn about(&self) -> Option<String> {
        Some(self.about.clone()).filter(|name| !name.is_empty())
    }

    /// The same for programs, for whom nothing is no beginning.
    pub(super) fn query_for_programs(&self) -> String {
        query_of(self.said(&self.since, "asOf"))
    }
}
