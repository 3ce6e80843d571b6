//! Who is in a group, by which path, and what that gives.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::group::{BeyondAnswer, GivenAnswer, GroupAnswer, MemberAnswer};
use rolecall_engine::hub::Permission;
use rolecall_engine::search::Places;
use rolecall_engine::{Candidate, PathAnswer};

use super::background::Background;
use super::found::Found;
use super::unanswered::or_unanswered;
use super::way::{account_spot, since, spot, via};
use super::{HERE, Standing, When, full_name, opened, opening, remark};
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, encoded, shown, told};
use crate::picture::{Many, Picture, Spot, Subject, Way};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::{count, sentence};
use crate::world::of_one_moment;

/// How many rows each table shows; all of them are in the files.
const ROWS: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/explore/group", read, get(page)), Route::get("/explore/group.csv", read, get(table))]
}

#[derive(Template)]
#[template(path = "explore/group.html")]
struct GroupPage {
    frame: Frame,
    when: When,
    answer: GroupAnswer,
    places: Places,
    background: Background,
    found: Found,
    picture: Picture,
    standing: Standing,
}

impl GroupPage {
    fn name(&self) -> String {
        full_name(&self.answer.group)
    }

    /// How many are in it, in a sentence.
    fn members_said(&self) -> String {
        let accounts = self.answer.members.iter().filter(|member| member.is_account).count();
        let (number, others) = (numbered(accounts, "account", "accounts"), self.answer.members.len() - accounts);
        let others = if others == 0 { String::new() } else { format!(" and {}", numbered(others, "other", "others")) };
        let verb = if accounts == 1 && others.is_empty() { "is" } else { "are" };
        format!("{}{number}{others} {verb} in {}.", self.least("At least "), self.answer.group.id)
    }

    /// How much being in it gives, in a sentence.
    fn gives_said(&self) -> String {
        if self.answer.gives.is_empty() {
            return "What being in it gives".to_owned();
        }
        let mut things: Vec<&Candidate> = self.answer.gives.iter().map(|given| &given.resource).collect();
        things.dedup();
        let number = numbered(things.len(), "thing", "things");
        format!("Being in it gives rights on {}{number}.", self.least("at least "))
    }

    fn least(&self, words: &'static str) -> &'static str {
        if self.standing.is_complete() { "" } else { words }
    }

    /// The same question for programs.
    fn query(&self) -> String {
        format!("name={}{}", encoded(self.name()), self.when.end_for_programs())
    }

    fn csv(&self) -> String {
        format!("/explore/group.csv?name={}{}", encoded(self.name()), self.when.end())
    }

    fn members(&self) -> impl Iterator<Item = &MemberAnswer> {
        self.answer.members.iter().take(ROWS)
    }

    fn gives(&self) -> impl Iterator<Item = &GivenAnswer> {
        self.answer.gives.iter().take(ROWS)
    }

    /// What holders could take, or else what they may have.
    fn beyond(&self, can_take: bool) -> impl Iterator<Item = &BeyondAnswer> {
        self.answer.beyond.iter().filter(move |one| one.can_take == can_take)
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    or_unanswered(asked_page(&site, &signed, &query).await, (&signed, &query), ("/explore/group", HERE))
}

async fn asked_page(site: &Site, signed: &Signed, query: &Form) -> Answer {
    let (when, name) = (When::of(query), query.text("name").to_owned());
    let of = when.clone();
    let work = move |world: crate::world::Asked| {
        let view = world.view()?;
        let mut answer = view.group(&name)?;
        let (attributes, entitlements) =
            (std::mem::take(&mut answer.attributes), std::mem::take(&mut answer.entitlements));
        let background = Background::of(&world, &answer.group, (attributes, entitlements), &of)?;
        Ok((answer, background, view.places()))
    };
    let (mut answer, background, places) = site.graphs().ask(when.scope()?, of_one_moment(), work).await?;
    let GroupAnswer { as_of, completeness, not_read, not_shown, .. } = &mut answer;
    let standing = Standing::taken(as_of, completeness, not_read, not_shown);
    let picture = picture(&answer, &places, &when, query);
    let frame = Frame::new(signed, answer.group.id.clone(), HERE);
    let found = Found::about(site, &answer.group, &when).await?;
    shown(&GroupPage { frame, when, answer, places, background, found, picture, standing })
}

/// Who comes to the group, and what leads on from it.
fn picture(answer: &GroupAnswer, places: &Places, when: &When, query: &Form) -> Picture {
    let before: Vec<Way> = answer.members.iter().flat_map(|member| member_ways(member, answer, when)).collect();
    let after: Vec<Way> = answer.gives.iter().flat_map(|given| given_ways(given, answer, places, when)).collect();
    let before = Subject { ways: &before, more: &[], many: Many::From, noun: ("member", "members"), opened: None };
    let after = Subject { ways: &after, more: &[], many: Many::To, noun: ("thing", "things"), opened: None };
    let own = when.group(&answer.group);
    Picture::through(&before, &after, opened(query), |open| opening(&own, open))
}

/// The ways say nothing of dates, so that those who came one by one are still one crowd.
fn member_ways(member: &MemberAnswer, answer: &GroupAnswer, when: &When) -> Vec<Way> {
    let from = || if member.is_account { account_spot(&member.account, when) } else { spot(&member.account, None) };
    let way = |path: &PathAnswer| Way {
        from: from(),
        via: via(path, when),
        to: spot(&answer.group, None),
        says: path.text.clone(),
        is_unconfirmed: is_unconfirmed(path),
    };
    member.paths.iter().map(way).collect()
}

fn given_ways(given: &GivenAnswer, answer: &GroupAnswer, places: &Places, when: &When) -> Vec<Way> {
    let to: Spot = spot(&given.resource, when.link(places, &given.resource));
    let way = |path: &PathAnswer| Way {
        from: spot(&answer.group, None),
        via: via(path, when),
        to: to.clone(),
        says: format!("{} to {}", given.entitlement, given.holders.join(", ")),
        is_unconfirmed: is_unconfirmed(path),
    };
    given.paths.iter().map(way).collect()
}

fn is_unconfirmed(path: &PathAnswer) -> bool {
    path.removal_unconfirmed || path.path_unknown
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let name = query.text("name").to_owned();
    let work = move |world: crate::world::Asked| Ok(world.view()?.group(&name)?);
    let answer = site.graphs().ask(When::of(&query).scope()?, of_one_moment(), work).await?;
    let head = ["part", "name", "type", "connector", "entitlement", "to whom", "by", "since", "remark"];
    let members = answer.members.into_iter().flat_map(|member| member_rows(&member));
    let rows = members.chain(answer.gives.into_iter().flat_map(|given| given_rows(&given)));
    spreadsheet::file("group.csv", std::iter::once(head.map(str::to_owned).to_vec()).chain(rows))
}

fn member_rows(member: &MemberAnswer) -> Vec<Vec<String>> {
    let held = member.entitlements.join(", ");
    let why = member.suspended.as_deref();
    member.paths.iter().map(|path| row("member", &member.account, [&held, ""], (path, why))).collect()
}

fn given_rows(given: &GivenAnswer) -> Vec<Vec<String>> {
    let holders = given.holders.join(", ");
    let rows =
        given.paths.iter().map(|path| row("gives", &given.resource, [&given.entitlement, &holders], (path, None)));
    rows.collect()
}

fn row(
    part: &str,
    named: &Candidate,
    [entitlement, holders]: [&str; 2],
    (path, why): (&PathAnswer, Option<&str>),
) -> Vec<String> {
    let remarks = [why.map(str::to_owned), Some(remark(path)).filter(|remark| !remark.is_empty())];
    vec![
        part.to_owned(),
        named.id.clone(),
        named.kind.clone(),
        named.connector.clone(),
        entitlement.to_owned(),
        holders.to_owned(),
        path.text.clone(),
        since(&path.since, path.or_earlier),
        remarks.into_iter().flatten().collect::<Vec<_>>().join(", "),
    ]
}

fn numbered(number: usize, one: &str, several: &str) -> String {
    count(u64::try_from(number).unwrap_or(u64::MAX), one, several)
}
