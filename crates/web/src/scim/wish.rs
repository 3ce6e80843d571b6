//! What is asked of a listing: which, in which order, which part, and how much of each (RFC 7644, 3.4.2).

use rolecall_engine::people::scim::ScimKind;
use serde_json::{Map, Value as Json};

use super::error;
use super::filter::{Filter, filter_read};
use super::path::{AttributePath, Names, get};
use super::projection::Projection;
use crate::error::WebError;

/// How many are told where nobody says.
const USUAL: i64 = 100;

/// How many are told at most.
pub(super) const MOST: i64 = 200;

/// An order.
#[derive(Clone, Debug)]
pub(super) struct Sort {
    pub(super) by: AttributePath,
    pub(super) is_descending: bool,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    pub(super) filter: Option<Filter>,
    pub(super) sort: Option<Sort>,
    /// How many are passed over.
    pub(super) skip: i64,
    /// How many are told at most.
    pub(super) count: i64,
    pub(super) projection: Projection,
}

impl Wish {
    /// What an address asks. What is unknown is ignored, as the protocol wants it.
    pub(super) fn of_query(kind: ScimKind, query: &str) -> Result<Self, WebError> {
        let mut said = Map::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            said.insert(name.into_owned(), value.into_owned().into());
        }
        Self::read(kind, &said)
    }

    /// What a body asks.
    pub(super) fn read(kind: ScimKind, said: &Map<String, Json>) -> Result<Self, WebError> {
        let filter = text(said, "filter")?.map(|text| filter_read(Names::Of(kind), &text)).transpose();
        let filter = filter.map_err(|flaw| error::filter(format!("The filter cannot be read: {flaw}.")))?;
        let by = text(said, "sortBy")?;
        let by = by.map(|text| {
            AttributePath::read(Names::Of(kind), &text).ok_or_else(|| error::path("sortBy is no attribute."))
        });
        let is_descending = text(said, "sortOrder")?.is_some_and(|order| order.eq_ignore_ascii_case("descending"));
        let only = text(said, "attributes")?.unwrap_or_default();
        let without = text(said, "excludedAttributes")?.unwrap_or_default();
        Ok(Self {
            filter,
            sort: by.transpose()?.map(|by| Sort { by, is_descending }),
            skip: number(said, "startIndex")?.unwrap_or(1).max(1) - 1,
            count: number(said, "count")?.unwrap_or(USUAL).clamp(0, MOST),
            projection: Projection::read(kind, &only, &without)?,
        })
    }
}

/// A text, or texts with commas between them; nothing where it is empty.
fn text(said: &Map<String, Json>, name: &str) -> Result<Option<String>, WebError> {
    let wrong = || error::value(format!("{name} is no text."));
    let text = match get(said, name) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) => {
            let items: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
            items.ok_or_else(wrong)?.join(",")
        }
        Some(_) => return Err(wrong()),
    };
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

fn number(said: &Map<String, Json>, name: &str) -> Result<Option<i64>, WebError> {
    let wrong = || error::value(format!("{name} is no whole number.")).hint("Leave it out, or give one like 1.");
    match get(said, name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Number(number)) => number.as_i64().map(Some).ok_or_else(wrong),
        Some(Json::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Json::String(text)) => text.trim().parse().map(Some).map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(query: &str) -> (i64, i64) {
        let wish = Wish::of_query(ScimKind::User, query).unwrap();
        (wish.skip, wish.count)
    }

    #[test]
    fn parts_are_bounded_and_begin_with_one() {
        assert_eq!(part(""), (0, 100));
        assert_eq!(part("startIndex=11&count=10"), (10, 10));
        assert_eq!(part("startIndex=0&count=-1"), (0, 0));
        assert_eq!(part("startIndex=-9223372036854775808&count=1000000"), (0, 200));
        assert_eq!(part("STARTINDEX=3&count="), (2, 100));
        assert_eq!(part("startIndex=9223372036854775807").0, i64::MAX - 1);
        for bad in ["count=x", "startIndex=1.5", "filter=x", "sortBy=a.b.c", "attributes=%20a%20b"] {
            assert!(Wish::of_query(ScimKind::User, bad).is_err(), "{bad}");
        }
    }
}
