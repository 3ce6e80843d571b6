//! The findings that are noted, a state at a time.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::Gap;
use rolecall_engine::alerting::rule_list;
use rolecall_engine::findings::{FindingListAnswer, FindingRow, FindingState, FindingsCounts};
use rolecall_engine::hub::Permission;
use rolecall_engine::rules::{RULES, Severity};
use serde_json::Value as Json;

use super::wish::Wish;
use super::{HERE, path, rule_title, severity_chip, state_words, then, until};
use crate::error::WebError;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, shown, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::count;
use crate::world::of_one_moment;

/// How many findings the page shows; all of them are in the files.
const ROWS: usize = 200;
/// How many reasons are named of what could not be looked at.
const GAPS: usize = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Access::May(Permission::Read), get(page))]
}

/// Where a rule could not look at everything.
struct Unsure {
    rule: String,
    connector: String,
    undecided: u64,
    gaps: Vec<String>,
}

impl Unsure {
    fn of(said: &Json) -> Self {
        let text = |name: &str| said.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let gaps = said.pointer("/completeness/gaps").and_then(Json::as_array).into_iter().flatten();
        let gap = |gap: &Json| serde_json::from_value::<Gap>(gap.clone()).ok().map(|gap| gap.sentence());
        Self {
            rule: rule_title(&text("rule")).to_owned(),
            connector: text("connector"),
            undecided: said.get("undecided").and_then(Json::as_u64).unwrap_or_default(),
            gaps: gaps.filter_map(gap).take(GAPS).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "findings/list.html")]
struct ListPage {
    frame: Frame,
    wish: Wish,
    answer: FindingListAnswer,
    unsure: Vec<Unsure>,
    connectors: Vec<String>,
    /// What finds something: its name in addresses, and what people call it.
    rules: Vec<(String, String)>,
}

impl ListPage {
    fn wanted(&self) -> usize {
        self.answer.findings.len()
    }

    fn rows(&self) -> impl Iterator<Item = &FindingRow> {
        self.answer.findings.iter().take(ROWS)
    }

    fn said(&self) -> String {
        let number = u64::try_from(self.wanted()).unwrap_or(u64::MAX);
        let word = match self.wish.state() {
            FindingState::Open => "open ",
            FindingState::Snoozed => "snoozed ",
            FindingState::Accepted => "accepted ",
            FindingState::Suppressed => "suppressed ",
            FindingState::Resolved => "resolved ",
        };
        count(number, &format!("{word}finding"), &format!("{word}findings"))
    }

    /// A tab for each state: where it leads, what it is called, how many there are, and whether it is this one.
    fn tabs(&self) -> impl Iterator<Item = (String, &'static str, usize, bool)> {
        FindingState::ALL.into_iter().map(|state| {
            let word = if state == FindingState::Open { "" } else { state.word() };
            let address = format!("{HERE}?{}", self.wish.query_in(word));
            (address, state_words(state.word()).0, count_of(&self.answer.counts, state), state == self.wish.state())
        })
    }

    /// How many open ones there are of a severity.
    fn open_of(&self, severity: &Severity) -> usize {
        open_of(&self.answer.counts, *severity)
    }
}

const fn count_of(counts: &FindingsCounts, state: FindingState) -> usize {
    match state {
        FindingState::Open => counts.open,
        FindingState::Snoozed => counts.snoozed,
        FindingState::Accepted => counts.accepted,
        FindingState::Suppressed => counts.suppressed,
        FindingState::Resolved => counts.resolved,
    }
}

fn open_of(counts: &FindingsCounts, severity: Severity) -> usize {
    counts.open_by_severity.iter().find(|(of, _)| *of == severity).map_or(0, |(_, count)| *count)
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    if query.given("as-of").is_some() {
        return then::page(&site, &signed, &query).await;
    }
    list(&site, &signed, &query).await
}

async fn list(site: &Site, signed: &Signed, query: &Form) -> Answer {
    let wish = Wish::of(query);
    let answer = wish.answer(site).await?;
    let work = |world: crate::world::Asked| Ok(world.view()?.connector_titles());
    let connectors = site.graphs().ask(Default::default(), of_one_moment(), work).await?;
    let kept = rule_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let built_in = RULES.iter().map(|rule| (rule.id.to_owned(), rule.title.to_owned()));
    let kept = kept.into_iter().map(|rule| (rule.definition.name.clone(), rule.definition.name));
    let unsure = answer.unsure.iter().map(Unsure::of).collect();
    let frame = Frame::new(signed, "Findings", HERE).said(query.given("said"));
    shown(&ListPage { frame, wish, unsure, connectors, rules: built_in.chain(kept).collect(), answer })
}
