//! *Explore*: finding something, and seeing who can do what to it, by which path, now or at a past moment.
//!
//! | question | file |
//! |---|---|
//! | where is it? | `search.rs` |
//! | who can do something to it? | `resource.rs` |
//! | what may an account do? | `account.rs` |
//! | how do paths become a picture? | `way.rs`, [`crate::picture`] |
//! | of when is it, and how complete? | [`Standing`] |

mod account;
mod resource;
mod search;
mod way;

use rolecall_engine::query::QueryScope;
use rolecall_engine::{AsOf, Candidate, Completeness, PathAnswer};

use super::encoded;
use crate::api::query_scope;
use crate::error::WebError;
use crate::form::Form;
use crate::picture::{Many, Picture, Subject, Way};
use crate::route::Route;

const HERE: &str = "/explore";

pub(super) fn routes() -> Vec<Route> {
    [search::routes(), resource::routes(), account::routes()].concat()
}

/// Of when somebody asks, as the address says it.
#[derive(Clone, Debug, Default)]
struct When {
    text: String,
}

impl When {
    fn of(query: &Form) -> Self {
        Self { text: query.text("as-of").trim().to_owned() }
    }

    fn scope(&self) -> Result<QueryScope, WebError> {
        query_scope(Some(self.text.as_str()).filter(|text| !text.is_empty()), None)
    }

    /// What an address has to say of it, behind what it says already.
    fn end(&self) -> String {
        self.end_called("as-of")
    }

    /// The same where programs are answered, which call it otherwise.
    fn end_for_programs(&self) -> String {
        self.end_called("asOf")
    }

    fn end_called(&self, name: &str) -> String {
        if self.text.is_empty() { String::new() } else { format!("&{name}={}", encoded(&self.text)) }
    }

    fn account(&self, account: &Candidate) -> String {
        format!("{HERE}/account?name={}{}", encoded(full_name(account)), self.end())
    }

    fn resource(&self, resource: &Candidate, action: Option<&str>) -> String {
        let action = action.map(|action| format!("&action={}", encoded(action))).unwrap_or_default();
        format!("{HERE}/resource?name={}{action}{}", encoded(full_name(resource)), self.end())
    }
}

/// The picture of these ways on the page at `own`, with the crowd opened that its address names.
fn picture(ways: &[Way], many: Many, noun: (&str, &str), query: &Form, own: &str) -> Picture {
    let opened = query.given("open").and_then(|open| open.parse().ok());
    let subject = Subject { ways, many, noun, opened };
    Picture::of(&subject, |open| open.map_or_else(|| own.to_owned(), |open| format!("{own}&open={open}")))
}

/// What a spreadsheet remarks of a path.
fn remark(path: &PathAnswer) -> String {
    if path.removal_unconfirmed { "removal unconfirmed" } else { "" }.to_owned()
}

/// A name that means one thing: with its connector.
fn full_name(named: &Candidate) -> String {
    format!("{}:{}", named.connector, named.id)
}

/// Of when an answer is, and what it is not sure of.
struct Standing {
    as_of: Option<AsOf>,
    completeness: Completeness,
    not_read: Vec<String>,
    not_shown: Vec<String>,
}

impl Standing {
    fn is_complete(&self) -> bool {
        self.completeness.complete
    }

    /// What nobody reads, and no interface shows.
    fn unknown(&self) -> impl Iterator<Item = &String> {
        self.not_read.iter().chain(&self.not_shown)
    }
}
