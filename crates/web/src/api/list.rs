//! Lists, a part at a time.

use serde::Serialize;
use utoipa::ToSchema;

use super::ApiAnswer;
use super::reply::json;
use super::shape::Told;
use crate::error::WebError;
use rolecall_engine::connectors::Page;

/// How many items a list has unless somebody says otherwise, and at most.
const USUAL: u32 = 100;
const MOST: u32 = 1000;

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// What to give as `after` to get the next ones; null at the end.
    pub(crate) next: Option<String>,
}

/// How many items are asked for.
pub(super) fn limit_of(given: Option<u32>) -> Result<usize, WebError> {
    let limit = given.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        let why = format!("The limit {limit} cannot be used: it is a number from 1 to {MOST}.");
        return Err(WebError::bad_request("limit", why));
    }
    Ok(usize::try_from(limit).unwrap_or(1))
}

/// That `after` is nothing that a list gave.
pub(super) fn after_wrong() -> WebError {
    WebError::bad_request("after", "What was given as after is nothing that this list ever gave as next.")
        .hint("Leave it out to begin at the beginning.")
}

/// A number in `after`.
pub(super) fn after_number(given: Option<&str>) -> Result<Option<i64>, WebError> {
    given.map(str::parse::<i64>).transpose().map_err(|_| after_wrong())
}

/// A page of the engine's.
pub(super) fn page<A: Told<B>, B: Serialize>(page: Page<A>) -> ApiAnswer {
    json(&Listed { items: page.rows.told(), next: page.next })
}

/// A list that is there in full: the part that is asked for, which begins after the item that `after` names.
pub(super) fn part<A: Told<B>, B: Serialize>(
    all: Vec<A>,
    limit: usize,
    after: Option<&str>,
    name: impl Fn(&A) -> String,
) -> Result<Listed<B>, WebError> {
    let begin = match after {
        None => 0,
        Some(after) => all.iter().position(|item| name(item) == after).ok_or_else(after_wrong)? + 1,
    };
    let is_more = all.len() > begin + limit;
    let items: Vec<A> = all.into_iter().skip(begin).take(limit).collect();
    let next = items.last().filter(|_| is_more).map(&name);
    Ok(Listed { items: items.told(), next })
}

/// What was read of a list: one more than was asked for tells that there is more.
pub(super) fn read<A: Told<B>, B>(mut rows: Vec<A>, limit: usize, name: impl Fn(&A) -> String) -> Listed<B> {
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more).map(&name);
    Listed { items: rows.told(), next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_part() {
        let all = || (0..5_i64).collect::<Vec<_>>();
        let name = |item: &i64| item.to_string();
        let mut after = None;
        let mut seen: Vec<i64> = Vec::new();
        while let Ok(Listed { items, next }) = part::<i64, i64>(all(), 2, after.as_deref(), name) {
            seen.extend(items);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [0, 1, 2, 3, 4]);
        assert!(part::<i64, i64>(all(), 2, Some("9"), name).is_err());
        assert_eq!(read::<i64, i64>(vec![1, 2, 3], 2, name).next.as_deref(), Some("2"));
        assert_eq!(read::<i64, i64>(vec![1, 2], 2, name).next, None);
    }

    #[test]
    fn limits_are_bounded() {
        assert_eq!(limit_of(None).ok(), Some(100));
        assert!(limit_of(Some(0)).is_err() && limit_of(Some(1001)).is_err() && limit_of(Some(1000)).is_ok());
    }
}
