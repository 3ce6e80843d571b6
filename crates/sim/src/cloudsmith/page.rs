//! Lists in pages (`cloudsmith-api.md` §1).

use serde_json::Value;

use super::caller::Call;
use super::quirks::{PageHeaders, PageShift};
use super::refuse::{Reply, refuse};
use crate::wire::{Answer, Request};

const USUAL: usize = 30;
const MOST: usize = 500;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    number: usize,
    size: usize,
}

impl Page {
    /// What a request asks for; nothing when it asks for no number.
    fn of(request: &Request) -> Option<Self> {
        let number = match request.parameter("page") {
            None | Some("") => 1,
            Some(text) => usize::try_from(text.parse::<i64>().ok()?.max(1)).ok()?,
        };
        let size = request.parameter("page_size").and_then(|text| text.parse::<u64>().ok());
        let size = size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
        Some(Self { number, size: size.unwrap_or(USUAL).min(MOST) })
    }

    fn first_row(self, shift: Option<PageShift>) -> usize {
        let before = self.number - 1;
        let first = before.saturating_mul(self.size);
        match shift {
            Some(PageShift::Repeats) => first.saturating_sub(before),
            Some(PageShift::Skips) => first.saturating_add(before),
            None => first,
        }
    }
}

/// The page of the rows that is asked for, each written out.
pub(crate) fn paged<T>(call: &Call<'_>, rows: &[T], write: impl Fn(&T) -> Option<Value>) -> Reply {
    let past = || refuse(axum::http::StatusCode::NOT_FOUND, "Invalid page.");
    let page = Page::of(call.request).ok_or_else(past)?;
    let total = rows.len().div_ceil(page.size).max(1);
    if page.number > total {
        return Err(past());
    }
    let first = page.first_row(call.world.quirks.page_shift).min(rows.len());
    let rows_of_page: Vec<Value> = rows[first..].iter().take(page.size).filter_map(write).collect();
    let answer = Answer::ok(&rows_of_page);
    Ok(match (call.world.quirks.page_headers, rows.len()) {
        (PageHeaders::Never, _) | (PageHeaders::NotWhenEmpty, 0) => answer,
        (_, count) => headers(call.request, answer, page, total, count),
    })
}

fn headers(request: &Request, answer: Answer, page: Page, total: usize, count: usize) -> Answer {
    answer
        .with("x-pagination-count", &count.to_string())
        .with("x-pagination-page", &page.number.to_string())
        .with("x-pagination-pagetotal", &total.to_string())
        .with("x-pagination-pagesize", &page.size.to_string())
        .with("link", &links(request, page.number, total))
}

fn links(request: &Request, number: usize, total: usize) -> String {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let others = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("page="));
    let others: Vec<&str> = others.collect();
    let link = |page: usize, relation: &str| {
        let page = format!("page={page}");
        let query: Vec<&str> = others.iter().copied().chain([page.as_str()]).collect();
        format!("<{}{path}?{}>; rel=\"{relation}\"", request.base, query.join("&"))
    };
    let mut links = vec![link(1, "first")];
    if number > 1 {
        links.push(link(number - 1, "prev"));
    }
    if number < total {
        links.push(link(number + 1, "next"));
    }
    links.push(link(total, "last"));
    links.join(", ")
}
