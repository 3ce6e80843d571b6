//! What one person can do, with all their accounts in all registries.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::account_access::{AccessAnswer, AccountAccessAnswer};
use rolecall_engine::hub::Permission;
use rolecall_engine::people::{AccountRow, HeldRight, LeaverAnswer, LeaverComparison, LeaverKnown, leaver_compare};
use rolecall_engine::search::Places;
use rolecall_engine::{Candidate, past_parse};
use rolecall_model::Timestamp;
use rolecall_model::person::{Person, PersonKey};

use super::case::case_path;
use super::{HERE, employment, identities, person_path};
use crate::error::WebError;
use crate::form::Query;
use crate::guard::Signed;
use crate::page::explore::When;
use crate::page::{Answer, Frame, shown};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::count;
use crate::world::{Asked, of_one_moment};

/// How many rights of an account are shown here; all of them are on its own page.
const RIGHTS: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/people/person", Access::May(Permission::Read), get(page))]
}

/// An account of theirs, and what it may do.
struct Held {
    row: AccountRow,
    access: AccountAccessAnswer,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    frame: Frame,
    person: Person,
    manager: Option<(PersonKey, String)>,
    held: Vec<Held>,
    /// What has to be done when they leave.
    leaver: LeaverAnswer,
    /// Since when it is compared, as the form says it, and what was wrong with that.
    since: String,
    wrong: Option<String>,
    places: Places,
    when: When,
}

impl PersonPage {
    fn link(&self, thing: &Candidate) -> Option<String> {
        self.when.link(&self.places, thing)
    }

    fn account_link(&self, row: &AccountRow) -> String {
        self.when.place(rolecall_engine::search::Place::Account, &row.connector, &row.id)
    }

    fn said(&self, held: &Held) -> String {
        let number = count(u64::try_from(held.access.items.len()).unwrap_or(u64::MAX), "thing", "things");
        let least = if held.access.completeness.complete { "" } else { "at least " };
        format!("rights on {least}{number}")
    }

    fn rights<'h>(&self, held: &'h Held) -> impl Iterator<Item = &'h AccessAnswer> + use<'h> {
        held.access.items.iter().take(RIGHTS)
    }

    fn has_left(&self) -> bool {
        self.person.employment == rolecall_model::person::Employment::Departed
    }
}

/// What is gone, what remains, and what is new.
fn parts(compared: &LeaverComparison) -> [(&'static str, &[HeldRight]); 3] {
    [("Gone", &compared.gone), ("Remains", &compared.remains), ("New", &compared.added)]
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let (key, since) = (PersonKey::from(query.text("key")), query.text("since").trim().to_owned());
    let moment = Some(since.as_str()).filter(|since| !since.is_empty());
    let moment = moment.map(|since| past_parse(since, site.context().now())).transpose();
    let (moment, wrong) = match moment {
        Ok(moment) => (moment, None),
        Err(why) => (None, Some(crate::text::sentence(why))),
    };
    let work = move |world: Asked| found(&world, &key, moment);
    let scope = rolecall_engine::query::QueryScope::default();
    let (person, manager, held, leaver, places) = site.graphs().ask(scope, of_one_moment(), work).await?;
    let frame = Frame::new(&signed, person.display_name.clone(), HERE);
    shown(&PersonPage { frame, person, manager, held, leaver, since, wrong, places, when: When::default() })
}

type Found = (Person, Option<(PersonKey, String)>, Vec<Held>, LeaverAnswer, Places);

fn found(world: &Asked, key: &PersonKey, since: Option<Timestamp>) -> Result<Found, WebError> {
    let view = world.view()?;
    let identities = identities(world)?;
    let person = identities.people.get(key).cloned().ok_or_else(|| WebError::not_found("person"))?;
    let manager = person.manager.as_ref().filter(|manager| identities.people.contains_key(manager));
    let manager = manager.map(|manager| (manager.clone(), identities.name_of(manager)));
    let mut held = Vec::new();
    for row in identities.account_rows_where(|state| state.link().is_some_and(|link| link.person == *key)) {
        let access = view.account_access(&format!("{}:{}", row.connector, row.id))?;
        held.push(Held { row, access });
    }
    let known = world.wait(LeaverKnown::load(&world.context.store, view, Some((&identities, key))))?;
    let mut leaver = view.leaver(&identities, key, known)?;
    if let Some(since) = since {
        let compared = leaver_compare(&world.context.store, (view, &identities), key, since);
        leaver.compared = Some(world.wait(compared)?);
    }
    Ok((person, manager, held, leaver, view.places()))
}
