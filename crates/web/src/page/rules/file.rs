//! *Import* and *Export*.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use rolecall_engine::alerting::file::{ReadRule, RemarkSeverity, RuleFile, rule_write, rules_read};
use rolecall_engine::alerting::{Interval, rule_list, rule_put};
use rolecall_engine::findings::Decision;
use rolecall_engine::hub::Permission;
use serde_json::Value as Json;

use super::words::interval_words;
use super::{HERE, frame, refused};
use crate::error::WebError;
use crate::form::{Form, Query, Upload};
use crate::guard::Signed;
use crate::page::findings::severity_chip;
use crate::page::{Answer, Frame, led, shown_as};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::count;

/// How many rules of a file are shown.
const ROWS: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    let decide = Access::May(Permission::Decide);
    vec![
        Route::get("/rules/import", decide, get(ask)),
        Route::mark("/rules/import", decide, post(look)),
        Route::post("/rules/import/keep", decide, "rule.added", post(keep)),
        Route::get("/rules/export.json", Access::May(Permission::Read), get(export)),
    ]
}

#[derive(Template)]
#[template(path = "rules/import.html")]
struct ImportPage {
    frame: Frame,
    text: String,
    file: RuleFile,
    /// Names of rules that are kept already, which those of the file would replace.
    kept: BTreeSet<String>,
    /// What was chosen of the file; all of it where nothing was yet.
    chosen: Option<Vec<String>>,
    is_disabled: bool,
    wrong: Option<&'static str>,
}

impl ImportPage {
    fn said(&self) -> String {
        count(u64::try_from(self.file.rules.len()).unwrap_or(u64::MAX), "rule", "rules")
    }

    fn is_chosen(&self, rule: &ReadRule) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen.contains(&rule.definition.name))
    }

    fn replaces(&self, rule: &ReadRule) -> bool {
        self.kept.contains(&rule.definition.name)
    }
}

/// What people call a remark, and how it is shown.
fn remark_words(severity: &RemarkSeverity) -> (&'static str, &'static str) {
    match severity {
        RemarkSeverity::Note => ("Note", "fine"),
        RemarkSeverity::Wrong => ("Odd", "level-warning"),
        RemarkSeverity::CannotRun => ("Cannot run", "level-error"),
    }
}

/// The text of a file that was uploaded, or else what was pasted.
fn text_of(form: &Form) -> String {
    form.given("file").unwrap_or_else(|| form.text("text")).to_owned()
}

async fn ask(State(site): State<Site>, signed: Signed) -> Answer {
    page(&site, &signed, (String::new(), RuleFile::default()), None, false, None).await
}

async fn page(
    site: &Site,
    signed: &Signed,
    (text, file): (String, RuleFile),
    chosen: Option<Vec<String>>,
    is_disabled: bool,
    wrong: Option<&'static str>,
) -> Answer {
    let kept = rule_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let kept = kept.into_iter().map(|rule| rule.definition.name).collect();
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = frame(signed, "Import rules", None);
    shown_as(status, &ImportPage { frame, text, file, kept, chosen, is_disabled, wrong })
}

/// Says what is in it, and keeps nothing.
async fn look(State(site): State<Site>, signed: Signed, Upload(form): Upload) -> Answer {
    let text = text_of(&form);
    if text.is_empty() {
        let wrong = Some("Paste rules, or choose a file.");
        return page(&site, &signed, (text, RuleFile::default()), None, false, wrong).await;
    }
    let file = rules_read(&text);
    page(&site, &signed, (text, file), None, false, None).await
}

async fn keep(State(site): State<Site>, signed: Signed, Upload(form): Upload) -> Answer {
    let (text, chosen) = (text_of(&form), form.all("rule").to_vec());
    let is_disabled = form.given("disabled").is_some();
    let file = rules_read(&text);
    let wanted: Vec<_> = file.rules.iter().filter(|rule| chosen.contains(&rule.definition.name)).collect();
    if wanted.is_empty() {
        let wrong = Some("Choose at least one rule. Nothing was kept.");
        return page(&site, &signed, (text, file), Some(chosen), is_disabled, wrong).await;
    }
    let (store, now) = (&site.context().store, site.context().now());
    let decision = Decision { actor: signed.actor().to_owned(), reason: form.text("reason").to_owned() };
    for rule in wanted {
        let mut definition = rule.definition.clone();
        if is_disabled {
            definition.interval = Interval::Disabled;
        }
        rule_put(store, &definition, "file", None, &decision, now).await.map_err(refused)?;
    }
    led(HERE, "rules-imported")
}

/// Rules as JupiterOne has them; with `rule`, only that one.
async fn export(State(site): State<Site>, Query(query): Query) -> Answer {
    let rules = rule_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let is_wanted = |id: &str| query.given("rule").is_none_or(|wanted| wanted == id);
    let written = rules.iter().filter(|rule| is_wanted(&rule.id)).map(|rule| rule_write(&rule.definition));
    let written = Json::Array(written.collect());
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rules.json\""),
    ];
    Ok((headers, format!("{written:#}\n")).into_response())
}
