//! Lists that come page by page (`cloudsmith-api.md` §1). Pages are offsets into a list that may move meanwhile, so the
//! announced count, repetitions and pages that vanish are watched, and a list that moved is read again from its start.

use std::collections::HashSet;

use rolecall_http::{Answer, Body, Call, Client, ErrorKind, RequestError, RequestTemplate};
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

/// Reads an answer that is one object.
pub(super) async fn row(
    client: &Client,
    template: &'static RequestTemplate,
    call: Call<'_>,
) -> Result<Row, RequestError> {
    match client.get(template, call).await? {
        Answer::Fresh(body) => body.json(),
        // Never asked for, so never answered: read as an object without any field.
        Answer::NotModified => Ok(Row::default()),
    }
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
                // What is past the end is not found; whether it is the end, the count tells.
                Err(error) if number > 1 && matches!(error.kind, ErrorKind::NotFound { .. }) => break,
                Err(error) => return Err(error),
            };
            let Some(body) = body else { break };
            let heads =
                Heads { count: header(&body, "x-pagination-count"), pages: header(&body, "x-pagination-pagetotal") };
            if pass.take(body.json()?, heads, number, self.id) {
                break;
            }
        }
        Ok(pass)
    }
}

/// What a page says of the whole list.
#[derive(Clone, Copy, Debug, Default)]
struct Heads {
    count: Option<usize>,
    pages: Option<usize>,
}

impl Pass {
    /// Takes a page, and says whether it was the last. An empty page has no news, whatever its headers say.
    fn take(&mut self, rows: Vec<Row>, heads: Heads, number: usize, id: &str) -> bool {
        let found = rows.len();
        for row in rows {
            let is_new = row.text(id).is_none_or(|id| self.seen.insert(id.to_owned()));
            self.has_moved |= !is_new;
            if is_new {
                self.rows.push(row);
            }
        }
        match number {
            1 => self.announced = heads.count,
            _ if found > 0 => self.has_moved |= heads.count != self.announced,
            _ => {}
        }
        self.is_uncounted |= found > 0 && heads.count.is_none();
        let has_all = self.announced.is_some_and(|announced| self.rows.len() >= announced);
        match heads.pages {
            _ if found == 0 || has_all => true,
            Some(pages) => number >= pages,
            // Without a number of pages a full page may be followed by another.
            None => found < ROWS,
        }
    }

    fn is_short(&self) -> bool {
        self.has_moved || self.announced.is_some_and(|announced| announced != self.rows.len())
    }

    fn finish(self, list: &str) -> List {
        let doubt = if self.is_short() && self.announced.is_none_or(|announced| announced == self.rows.len()) {
            let text = format!("rows of the {list} came twice or moved between pages, {TRIES} times in a row");
            Some(Reason::new("moving-list", text))
        } else if self.is_short() {
            let (announced, found) = (self.announced.unwrap_or_default(), self.rows.len());
            Some(Reason::new(
                "moving-list",
                format!("Cloudsmith announced {announced} {list} and listed {found}, {TRIES} times in a row"),
            ))
        } else if self.is_uncounted {
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

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    /// Reads a list of so many rows, as a service sends it that sends these headers or not.
    fn read(rows: usize, count: Option<usize>, has_pages: bool) -> (usize, Option<String>) {
        let row = |number: usize| serde_json::from_value(json!({ "slug": format!("s{number}") })).unwrap();
        let all: Vec<Row> = (0..rows).map(row).collect();
        let pages = has_pages.then(|| rows.div_ceil(ROWS));
        let mut pass = Pass::default();
        for number in 1..=MOST_PAGES {
            let page: Vec<Row> = all.iter().skip((number - 1) * ROWS).take(ROWS).cloned().collect();
            // Past the end there is no page at all.
            if number > 1 && page.is_empty() || pass.take(page, Heads { count, pages }, number, "slug") {
                break;
            }
        }
        let list = pass.finish("things");
        (list.rows.len(), list.doubt.map(|reason| reason.code.to_string()))
    }

    #[rstest]
    fn every_row_is_read_whatever_headers_there_are(
        #[values(0, 1, 499, 500, 501, 1000, 1001)] rows: usize,
        #[values(true, false)] has_count: bool,
        #[values(true, false)] has_pages: bool,
    ) {
        let doubt = (!has_count && rows > 0).then(|| "no-count".to_owned());
        assert_eq!(read(rows, has_count.then_some(rows), has_pages), (rows, doubt));
    }

    #[test]
    fn a_count_that_is_not_kept_is_doubted() {
        for (rows, announced) in [(0, 1), (3, 4), (4, 3), (500, 501), (1000, 999)] {
            assert_eq!(read(rows, Some(announced), true).1.as_deref(), Some("moving-list"), "{rows} of {announced}");
        }
    }
}
