//! What an account may do, and what remains when it leaves.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::PathAnswer;
use rolecall_engine::account_access::{AccessAnswer, AccountAccessAnswer};
use rolecall_engine::hub::Permission;
use rolecall_engine::search::Places;

use super::background::Background;
use super::found::Found;
use super::unanswered::or_unanswered;
use super::way::{since, spot, way};
use super::{HERE, Standing, When, full_name, picture, remark};
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, encoded, shown, told};
use crate::picture::{Many, Picture, Subject, Way};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::{count, sentence};
use crate::world::of_one_moment;

/// How many things the table shows; all of them are in the files.
const ROWS: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/explore/account", read, get(page)), Route::get("/explore/account.csv", read, get(table))]
}

#[derive(Template)]
#[template(path = "explore/account.html")]
struct AccountPage {
    frame: Frame,
    when: When,
    places: Places,
    answer: AccountAccessAnswer,
    background: Background,
    found: Found,
    picture: Picture,
    standing: Standing,
}

impl AccountPage {
    fn name(&self) -> String {
        full_name(&self.answer.account)
    }

    fn said(&self) -> String {
        let number = count(u64::try_from(self.answer.items.len()).unwrap_or(u64::MAX), "thing", "things");
        let least = if self.standing.is_complete() { "" } else { "at least " };
        match self.answer.items.len() {
            0 => format!("{} has no right that is recorded.", self.answer.account.id),
            _ => format!("{} has rights on {least}{number}.", self.answer.account.id),
        }
    }

    /// The same question for programs.
    fn query(&self) -> String {
        format!("account={}{}", encoded(self.name()), self.when.end_for_programs())
    }

    fn csv(&self) -> String {
        format!("/explore/account.csv?name={}{}", encoded(self.name()), self.when.end())
    }

    fn rows(&self) -> impl Iterator<Item = &AccessAnswer> {
        self.answer.items.iter().take(ROWS)
    }

    fn is_cut(&self) -> bool {
        self.answer.items.len() > ROWS
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    or_unanswered(asked_page(&site, &signed, &query).await, (&signed, &query), ("/explore/account", HERE))
}

async fn asked_page(site: &Site, signed: &Signed, query: &Form) -> Answer {
    let (when, name) = (When::of(query), query.text("name").to_owned());
    let of = when.clone();
    let work = move |world: crate::world::Asked| {
        let view = world.view()?;
        let answer = view.account_access(&name)?;
        let background = Background::of_account(&world, &answer.account, &of)?;
        Ok((answer, background, view.places()))
    };
    let (mut answer, background, places) = site.graphs().ask(when.scope()?, of_one_moment(), work).await?;
    let AccountAccessAnswer { as_of, completeness, not_read, not_shown, .. } = &mut answer;
    let standing = Standing::taken(as_of, completeness, not_read, not_shown);
    let ways = ways(&answer, &places, &when);
    let subject = Subject { ways: &ways, more: &[], many: Many::To, noun: ("thing", "things"), opened: None };
    let picture = picture(&subject, query, &when.account(&answer.account));
    let frame = Frame::new(signed, answer.account.id.clone(), HERE);
    let found = Found::about(site, &answer.account, &when).await?;
    shown(&AccountPage { frame, when, places, answer, background, found, picture, standing })
}

fn ways(answer: &AccountAccessAnswer, places: &Places, when: &When) -> Vec<Way> {
    let way_of = |item: &AccessAnswer| -> Vec<Way> {
        let resource = || spot(&item.resource, when.link(places, &item.resource));
        item.paths.iter().map(|path| way(path, &answer.account, resource(), when)).collect()
    };
    answer.items.iter().flat_map(way_of).collect()
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let name = query.text("name").to_owned();
    let work = move |world: crate::world::Asked| Ok(world.view()?.account_access(&name)?);
    let answer = site.graphs().ask(When::of(&query).scope()?, of_one_moment(), work).await?;
    let head = ["resource", "type", "connector", "entitlement", "by", "since", "remark"];
    let rows = answer.items.into_iter().flat_map(rows_of);
    let head = head.map(str::to_owned).to_vec();
    spreadsheet::file("access.csv", std::iter::once(head).chain(rows))
}

/// A row for every path.
fn rows_of(item: AccessAnswer) -> Vec<Vec<String>> {
    let AccessAnswer { resource, entitlement, paths, .. } = item;
    let row = |path: &PathAnswer| {
        vec![
            resource.id.clone(),
            resource.kind.clone(),
            resource.connector.clone(),
            entitlement.clone(),
            path.text.clone(),
            since(&path.since, path.or_earlier),
            remark(path),
        ]
    };
    paths.iter().map(row).collect()
}

/// The word of an entitlement: `member` of `team:acme/developers:member`.
fn word(entitlement: &str) -> &str {
    entitlement.rsplit(':').next().unwrap_or(entitlement)
}
