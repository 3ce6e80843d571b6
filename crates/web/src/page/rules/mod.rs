//! *Rules*: what is watched, what was found, and who is told.
//!
//! Whoever may decide about what is found may keep rules: a rule says what becomes a finding. Where it is told is another
//! matter, for endpoints hold secrets, and an administrator's.
//!
//! | question | file |
//! |---|---|
//! | which are there, and where do they stand? | `list.rs` |
//! | which come ready? | `pack.rs` |
//! | what does one ask, find and tell? | `show.rs`; in words: `words.rs`; its latest evaluations as a plot: `trend.rs` |
//! | what is done about one? | `act.rs` |
//! | how is one written? | `edit.rs`; the form's fields: `form.rs`; what is made of them: `read.rs`; what is wrong: `problem.rs` |
//! | how do they come from files, and go into them? | `file.rs` |

mod act;
mod edit;
mod file;
mod form;
mod list;
mod pack;
mod problem;
mod read;
mod show;
mod trend;
mod words;

use rolecall_engine::alerting::{RuleAnswer, RuleError, rule_list};
use uuid::Uuid;

use crate::error::WebError;
use crate::guard::Signed;
use crate::page::Frame;
use crate::route::Route;
use crate::site::Site;
use crate::text::sentence;

pub(in crate::page) const HERE: &str = "/rules";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), pack::routes(), file::routes(), edit::routes(), show::routes(), act::routes()].concat()
}

/// The parts of *Rules*: where each is, and what it is called.
pub(in crate::page) const TABS: [(&str, &str); 3] =
    [(HERE, "Rules"), ("/endpoints", "Endpoints"), ("/deliveries", "Deliveries")];

fn path(id: impl std::fmt::Display) -> String {
    format!("{HERE}/{id}")
}

fn frame(signed: &Signed, title: &str, said: Option<&str>) -> Frame {
    Frame::new(signed, title, HERE).said(said)
}

/// The rule with this id.
async fn rule_of(site: &Site, id: Uuid) -> Result<RuleAnswer, WebError> {
    let rules = rule_list(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    let id = id.to_string();
    rules.into_iter().find(|rule| rule.id == id).ok_or_else(|| WebError::not_found("rule"))
}

/// Why something was not done with a rule.
fn refused(error: RuleError) -> WebError {
    match error {
        RuleError::Unknown(_) => WebError::not_found("rule"),
        RuleError::Store(error) => WebError::from_store(&error),
        problems @ RuleError::Problems { .. } => {
            let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
            WebError::new(status, "rule", sentence(problems.to_string()))
                .hint("Correct it, or keep it without evaluating it: disable it.")
        }
    }
}
