//! Who can do something to a resource, by every path.

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use rolecall_engine::PathAnswer;
use rolecall_engine::hub::Permission;
use rolecall_engine::owners::{OwnedAnswer, owned};
use rolecall_engine::who_can::{AccountAnswer, AlikeAnswer, Excerpt, WhoCanAnswer};
use rolecall_engine::{NameError, WorldView};

use super::background::Background;
use super::found::Found;
use super::unanswered::or_unanswered;
use super::way::{account_spot, day, first_group, gives, since, spot, way};
use super::{HERE, Standing, When, full_name, picture, remark};
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, encoded, shown, told};
use crate::picture::{Many, Picture, Spot, Subject, Way};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::{count, sentence};
use crate::world::of_one_moment;

/// How many accounts the table shows; all of them are in the files.
const ROWS: usize = 200;

/// What the page shows of an answer: more would be worked out for nobody.
const EXCERPT: Excerpt = Excerpt { accounts: ROWS, of_alike: crate::picture::OPENED };

pub(super) fn routes() -> Vec<Route> {
    let read = Access::May(Permission::Read);
    vec![Route::get("/explore/resource", read, get(page)), Route::get("/explore/resource.csv", read, get(table))]
}

#[derive(Template)]
#[template(path = "explore/resource.html")]
struct ResourcePage {
    frame: Frame,
    when: When,
    answer: WhoCanAnswer,
    actions: Vec<&'static str>,
    background: Background,
    /// Who answers for it now.
    owned: Option<OwnedAnswer>,
    found: Found,
    picture: Picture,
    standing: Standing,
}

impl ResourcePage {
    fn name(&self) -> String {
        full_name(&self.answer.resource)
    }

    /// Who can, in a sentence.
    fn said(&self) -> String {
        let WhoCanAnswer { action, resource, count: number, anyone, .. } = &self.answer;
        let number = count(u64::try_from(*number).unwrap_or(u64::MAX), "account", "accounts");
        let least = if self.standing.is_complete() { "" } else { "at least " };
        match anyone {
            Some(_) => format!("Everyone can {action} {}; {least}{number} by a right of their own.", resource.id),
            None => crate::text::sentence(format!("{least}{number} can {action} {}", resource.id)),
        }
    }

    /// The same question for programs.
    fn query(&self) -> String {
        format!(
            "action={}&resource={}{}",
            encoded(&self.answer.action),
            encoded(self.name()),
            self.when.end_for_programs()
        )
    }

    fn csv(&self) -> String {
        format!(
            "/explore/resource.csv?name={}&action={}{}",
            encoded(self.name()),
            encoded(&self.answer.action),
            self.when.end()
        )
    }

    fn is_cut(&self) -> bool {
        self.answer.count > self.answer.accounts.len()
    }
}

/// What can be asked of the resource, and what is asked: the first of it, unless something is said.
fn asked(view: &WorldView, name: &str, action: Option<&str>) -> Result<(Vec<&'static str>, String), NameError> {
    let actions = view.actions_of(name)?;
    let action = action.or(actions.first().copied()).unwrap_or_default().to_owned();
    Ok((actions, action))
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    or_unanswered(asked_page(&site, &signed, &query).await, (&signed, &query), ("/explore/resource", HERE))
}

async fn asked_page(site: &Site, signed: &Signed, query: &Form) -> Answer {
    let (when, name) = (When::of(query), query.text("name").to_owned());
    let action = query.given("action").map(str::to_owned);
    let of = when.clone();
    let work = move |world: crate::world::Asked| {
        let view = world.view()?;
        let (actions, action) = asked(view, &name, action.as_deref())?;
        let answer = view.who_can_excerpt(&action, &name, EXCERPT)?;
        let background = Background::of_resource(&world, &answer.0.resource, &of)?;
        // Who answered for it at a past moment is not asked here.
        let is_now = answer.0.as_of.is_none();
        let owned = if is_now { world.wait(owned(&world.context.store, view, &answer.0.resource))? } else { None };
        Ok((answer, actions, background, owned))
    };
    let ((mut answer, alike), actions, background, owned) =
        site.graphs().ask(when.scope()?, of_one_moment(), work).await?;
    let WhoCanAnswer { as_of, completeness, not_read, not_shown, .. } = &mut answer;
    let standing = Standing::taken(as_of, completeness, not_read, not_shown);
    let picture = drawn(&answer, &alike, &when, query);
    let frame = Frame::new(signed, answer.resource.id.clone(), HERE);
    let found = Found::about(site, &answer.resource, &when).await?;
    shown(&ResourcePage { frame, when, answer, actions, background, owned, found, picture, standing })
}

/// When somebody last wrote. Where nothing was read of it, it is not known; who is not among those who did never did.
fn last_published(account: &AccountAnswer, answer: &WhoCanAnswer) -> String {
    match &account.last_published {
        Some(at) => day(at),
        None if answer.writes_read == Some(true) => "never".to_owned(),
        None => "unknown".to_owned(),
    }
}

fn drawn(answer: &WhoCanAnswer, alike: &[AlikeAnswer], when: &When, query: &Form) -> Picture {
    let resource = || spot(&answer.resource, None);
    let named = alike.iter().flat_map(|alike| &alike.accounts);
    let ways: Vec<Way> =
        named.flat_map(|one| one.paths.iter().map(|path| way(path, &one.account, resource(), when))).collect();
    let first = |alike: &AlikeAnswer| Some((account_spot(&alike.accounts.first()?.account, when), alike.more));
    let more: Vec<(Spot, usize)> = alike.iter().filter_map(first).collect();
    let noun = ("account", "accounts");
    let subject = Subject { ways: &ways, more: &more, many: Many::From, noun, opened: None };
    picture(&subject, query, &when.resource(&answer.resource, Some(&answer.action)))
}

async fn table(State(site): State<Site>, Query(query): Query) -> Answer {
    let (name, action) = (query.text("name").to_owned(), query.given("action").map(str::to_owned));
    let work = move |world: crate::world::Asked| {
        let view = world.view()?;
        let (_, action) = asked(view, &name, action.as_deref())?;
        Ok(view.who_can(&action, &name)?)
    };
    let answer = site.graphs().ask(When::of(&query).scope()?, of_one_moment(), work).await?;
    let head = ["account", "type", "connector", "role", "by", "since", "last published", "remark"];
    let rows = answer.accounts.into_iter().flat_map(rows_of);
    let head = head.map(str::to_owned).to_vec();
    spreadsheet::file("who-can.csv", std::iter::once(head).chain(rows))
}

/// A row for every path.
fn rows_of(one: AccountAnswer) -> Vec<Vec<String>> {
    let AccountAnswer { account, roles, paths, last_published, .. } = one;
    let row = |path: &PathAnswer| {
        vec![
            account.id.clone(),
            account.kind.clone(),
            account.connector.clone(),
            roles.join(", "),
            path.text.clone(),
            since(&path.since, path.or_earlier),
            last_published.clone().unwrap_or_default(),
            remark(path),
        ]
    };
    paths.iter().map(row).collect()
}

/// What somebody holds on the organisation.
fn roles(account: &AccountAnswer) -> String {
    if account.roles.is_empty() { "outsider".to_owned() } else { account.roles.join(", ") }
}
