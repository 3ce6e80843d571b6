//! Lists that come page by page (`cloudsmith-api.md` §1). Pages are offsets into a list that may move meanwhile, so the
//! announced count, repetitions and pages that vanish are watched, and a list that moved is read again from its start.

use std::collections::HashSet;

use rolecall_http::{Body, Call, Client, ErrorKind, RequestError, RequestTemplate};
use rolecall_model::Reason;

use super::requests::{PAGE, PAGE_SIZE};
use super::row::Row;

/// The largest page there is; asking for more is answered with this many.
const ROWS: usize = 500;
/// How often a list that moves is begun anew.
const TRIES: usize = 3;
/// More pages than any list has.
const MOST_PAGES: usize = 10_000;

/// A list, and why it may not be all of it.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) rows: Vec<Row>,
    pub(super) doubt: Option<Reason>,
}

/// Which list is to be read.
pub(super) struct Paged<'a> {
    pub(super) client: &'a Client,
    pub(super) template: &'static RequestTemplate,
    /// The field that tells rows apart.
    pub(super) id: &'static str,
}

/// One pass over a list.
#[derive(Default)]
struct Pass {
    rows: Vec<Row>,
    seen: HashSet<String>,
    announced: Option<usize>,
    has_moved: bool,
    is_uncounted: bool,
}

impl Paged<'_> {
    /// Reads every page; `call` fills what is the same on each.
    pub(super) async fn read<'c>(&self, call: impl Fn() -> Call<'c>) -> Result<List, RequestError> {
        let mut pass = Pass::default();
        for _ in 0..TRIES {
            pass = self.pass(&call).await?;
            if !pass.is_short() {
                break;
            }
        }
        Ok(pass.finish(self.template.name))
    }

    async fn pass<'c>(&self, call: &impl Fn() -> Call<'c>) -> Result<Pass, RequestError> {
        let mut pass = Pass::default();
        for number in 1..=MOST_PAGES {
            let call = call().query(PAGE, number.to_string()).query(PAGE_SIZE, ROWS.to_string());
            let body = match self.client.get(self.template, call).await {
                Ok(answer) => answer.fresh(),
                // What is past the end is not found.
                Err(error) if number > 1 && matches!(error.kind, ErrorKind::NotFound { .. }) => {
                    pass.has_moved |= pass.announced.is_some();
                    break;
                }
                Err(error) => return Err(error),
            };
            let Some(body) = body else { break };
            if pass.add(&body, number, self.id)? {
                break;
            }
        }
        Ok(pass)
    }
}

impl Pass {
    /// Takes a page, and says whether it was the last.
    fn add(&mut self, body: &Body, number: usize, id: &str) -> Result<bool, RequestError> {
        let rows: Vec<Row> = body.json()?;
        let found = rows.len();
        for row in rows {
            let is_new = row.text(id).is_none_or(|id| self.seen.insert(id.to_owned()));
            self.has_moved |= !is_new;
            if is_new {
                self.rows.push(row);
            }
        }
        let announced = header(body, "x-pagination-count");
        self.has_moved |= number > 1 && announced != self.announced;
        self.announced = announced;
        Ok(match header(body, "x-pagination-pagetotal") {
            Some(pages) => number >= pages,
            // Without headers a full page may be followed by another; the end is an empty page or none.
            None => {
                self.is_uncounted |= found > 0;
                found < ROWS
            }
        })
    }

    fn is_short(&self) -> bool {
        self.has_moved || self.announced.is_some_and(|announced| announced != self.rows.len())
    }

    fn finish(self, list: &str) -> List {
        let doubt = if self.is_short() {
            let (announced, found) = (self.announced.unwrap_or_default(), self.rows.len());
            Some(Reason::new(
                "moving-list",
                format!("Cloudsmith announced {announced} {list} and listed {found}, {TRIES} times in a row"),
            ))
        } else if self.is_uncounted && self.announced.is_none() {
            Some(Reason::new("no-count", format!("Cloudsmith did not say how many {list} there are")))
        } else {
            None
        };
        List { rows: self.rows, doubt }
    }
}

fn header(body: &Body, name: &str) -> Option<usize> {
    body.header(name)?.trim().parse().ok()
}
