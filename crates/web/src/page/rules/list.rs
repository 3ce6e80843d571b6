//! Every rule, and where each stands.

use askama::Template;
use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::alerting::{AlertState, Interval, RuleAnswer, rule_list, rules_ask};
use rolecall_engine::hub::Permission;

use super::words::{alert_words, interval_words, trouble};
use super::{HERE, TABS, frame, path, refused};
use crate::error::WebError;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::findings::severity_chip;
use crate::page::{Answer, Frame, led, shown, told};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::count;

/// How many rules the page shows.
const ROWS: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::May(Permission::Read), get(page)),
        Route::post("/rules/evaluate", Access::May(Permission::Decide), "job.asked", post(evaluate)),
    ]
}

/// Which rules somebody wants to see.
struct Wish {
    only: String,
    text: String,
}

impl Wish {
    fn wants(&self, rule: &RuleAnswer) -> bool {
        let is_of_kind = match self.only.as_str() {
            "active" => rule.alert == AlertState::Active.word(),
            "trouble" => trouble(rule).is_some(),
            "disabled" => rule.definition.interval == Interval::Disabled,
            _ => true,
        };
        let words = format!("{} {}", rule.definition.name, rule.definition.description).to_lowercase();
        is_of_kind && self.text.to_lowercase().split_whitespace().all(|word| words.contains(word))
    }
}

const CHOICES: [(&str, &str); 4] =
    [("", "All"), ("active", "With an active alert"), ("trouble", "With trouble"), ("disabled", "Disabled")];

#[derive(Template)]
#[template(path = "rules/list.html")]
struct ListPage {
    frame: Frame,
    wish: Wish,
    rules: Vec<RuleAnswer>,
    wanted: usize,
    all: usize,
    may_decide: bool,
}

impl ListPage {
    fn said(&self) -> String {
        count(u64::try_from(self.wanted).unwrap_or(u64::MAX), "rule", "rules")
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let wish = Wish { only: query.text("only").to_owned(), text: query.text("text").to_owned() };
    let mut rules = rule_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let all = rules.len();
    rules.retain(|rule| wish.wants(rule));
    let wanted = rules.len();
    rules.truncate(ROWS);
    let frame = frame(&signed, "Rules", query.given("said"));
    let may_decide = frame.may(Permission::Decide);
    shown(&ListPage { frame, wish, rules, wanted, all, may_decide })
}

async fn evaluate(State(site): State<Site>, signed: Signed) -> Answer {
    let (store, now) = (&site.context().store, site.context().now());
    let is_new = rules_ask(store, None, signed.actor(), now).await.map_err(refused)?;
    led(HERE, if is_new { "evaluating" } else { "evaluating-already" })
}
