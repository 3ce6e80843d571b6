//! *Explore*: finding something, and seeing who can do what to it, by which path, now or at a past moment.
//!
//! | question | file |
//! |---|---|
//! | where is it? | `search.rs` |
//! | who can do something to it? | `resource.rs` |
//! | what may an account do? | `account.rs` |
//! | who is in a group, and what does that give? | `group.rs` |
//! | what else is known of it, and what changed? | `background.rs` |
//! | what is wrong about it? | `found.rs` |
//! | what if it cannot be answered? | `unanswered.rs` |
//! | how do paths become a picture? | `way.rs`, [`crate::picture`] |
//! | of when is it, and how complete? | [`Standing`] |

mod account;
mod background;
mod found;
mod group;
mod resource;
mod search;
mod unanswered;
mod way;

use std::mem::take;

use rolecall_engine::query::QueryScope;
use rolecall_engine::search::{Place, Places};
use rolecall_engine::{AsOf, Candidate, Completeness, PathAnswer, WorldView};
use rolecall_model::Timestamp;

use super::encoded;
use crate::api::query_scope;
use crate::error::WebError;
use crate::form::Form;
use crate::picture::{Picture, Subject};
use crate::route::Route;

pub(in crate::page) use unanswered::or_unanswered;

const HERE: &str = "/explore";

pub(super) fn routes() -> Vec<Route> {
    [search::routes(), resource::routes(), account::routes(), group::routes()].concat()
}

/// Of when somebody asks, as the address says it.
#[derive(Clone, Debug, Default)]
pub(in crate::page) struct When {
    text: String,
}

impl When {
    /// This very moment: what became current within the same second may be later.
    pub(in crate::page) fn at(moment: Timestamp) -> Self {
        Self { text: jiff::Timestamp::from_microsecond(moment.0).unwrap_or_default().to_string() }
    }

    pub(in crate::page) fn of(query: &Form) -> Self {
        Self { text: query.text("as-of").trim().to_owned() }
    }

    pub(in crate::page) fn scope(&self) -> Result<QueryScope, WebError> {
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

    /// Where something is shown.
    pub(in crate::page) fn place(&self, place: Place, connector: &str, id: &str) -> String {
        let page = match place {
            Place::Account => "account",
            Place::Resource => "resource",
            Place::Group => "group",
            // Whoever is in several directories is one person.
            Place::Person => return format!("/people/person?key={}", encoded(id)),
        };
        format!("{HERE}/{page}?name={}{}", encoded(format!("{connector}:{id}")), self.end())
    }

    /// Where something is shown, if there is a page of it.
    pub(in crate::page) fn link(&self, places: &Places, thing: &Candidate) -> Option<String> {
        Some(self.place(places.of(&thing.connector, &thing.kind)?, &thing.connector, &thing.id))
    }

    fn account(&self, account: &Candidate) -> String {
        self.place(Place::Account, &account.connector, &account.id)
    }

    fn group(&self, group: &Candidate) -> String {
        self.place(Place::Group, &group.connector, &group.id)
    }

    fn resource(&self, resource: &Candidate, action: Option<&str>) -> String {
        let action = action.map(|action| format!("&action={}", encoded(action))).unwrap_or_default();
        format!("{HERE}/resource?name={}{action}{}", encoded(full_name(resource)), self.end())
    }
}

/// Which crowd of a picture an address opens.
fn opened(query: &Form) -> Option<usize> {
    query.given("open").and_then(|open| open.parse().ok())
}

/// The address of the page at `own` with a crowd of its picture opened, or none.
fn opening(own: &str, open: Option<usize>) -> String {
    open.map_or_else(|| own.to_owned(), |open| format!("{own}&open={open}"))
}

/// The picture of what is on the page at `own`, with the crowd opened that its address names.
fn picture(subject: &Subject<'_>, query: &Form, own: &str) -> Picture {
    let subject = Subject { opened: opened(query), ..subject.clone() };
    Picture::of(&subject, |open| opening(own, open))
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
pub(in crate::page) struct Standing {
    pub(in crate::page) as_of: Option<AsOf>,
    pub(in crate::page) completeness: Completeness,
    not_read: Vec<String>,
    not_shown: Vec<String>,
}

impl Standing {
    /// What an answer says of itself, taken out of it.
    fn taken(
        as_of: &mut Option<AsOf>,
        completeness: &mut Completeness,
        not_read: &mut Vec<String>,
        not_shown: &mut Vec<String>,
    ) -> Self {
        Self {
            as_of: as_of.take(),
            completeness: take(completeness),
            not_read: take(not_read),
            not_shown: take(not_shown),
        }
    }

    /// How complete the lists are of everything in view.
    pub(in crate::page) fn of_lists(view: &WorldView) -> Self {
        let (not_read, not_shown) = (Vec::new(), Vec::new());
        Self { as_of: view.as_of().cloned(), completeness: view.list_completeness(), not_read, not_shown }
    }

    pub(in crate::page) fn is_complete(&self) -> bool {
        self.completeness.complete
    }

    /// What nobody reads, and no interface shows.
    fn unknown(&self) -> impl Iterator<Item = &String> {
        self.not_read.iter().chain(&self.not_shown)
    }
}
