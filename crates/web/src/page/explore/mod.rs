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
use rolecall_engine::{AsOf, Candidate, Completeness};

use super::encoded;
use crate::api::input::past_of;
use crate::error::WebError;
use crate::form::Form;
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
        let text = Some(self.text.as_str()).filter(|text| !text.is_empty());
        Ok(QueryScope { connector: None, as_of: past_of(text)? })
    }

    /// What an address has to say of it, behind what it says already.
    fn end(&self) -> String {
        if self.text.is_empty() { String::new() } else { format!("&as-of={}", encoded(&self.text)) }
    }

    fn account(&self, account: &Candidate) -> String {
        format!("{HERE}/account?name={}{}", encoded(full_name(account)), self.end())
    }

    fn resource(&self, resource: &Candidate, action: Option<&str>) -> String {
        let action = action.map(|action| format!("&action={}", encoded(action))).unwrap_or_default();
        format!("{HERE}/resource?name={}{action}{}", encoded(full_name(resource)), self.end())
    }
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
