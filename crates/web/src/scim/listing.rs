//! What is listed, and in which order. A filter that asks for one resource by its name or id looks at no other; any other
//! one is tried on each, a few at a time.

use std::cmp::Ordering;

use rolecall_engine::people::scim::{Directory, Resource, ScimFind, ScimKind, ScimPage};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::attribute::Kind;
use super::filter::Filter;
use super::view::told;
use super::wish::{Sort, Wish};
use crate::error::WebError;
use crate::site::Site;

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// How many are looked at at a time.
const BATCH: i64 = 100;

/// A part of a listing.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// How many there are in all.
    pub(super) total: i64,
    pub(super) resources: Vec<Json>,
}

/// Lists what is wished for.
pub(super) async fn listed(
    site: &Site,
    directory: &Directory,
    kind: ScimKind,
    wish: &Wish,
) -> Result<Listed, WebError> {
    let found = match (&wish.filter, &wish.sort) {
        (None, None) => everything(directory, kind, wish).await?,
        (filter, None) => filtered(site, directory, kind, (filter.as_ref(), wish)).await?,
        (filter, Some(sort)) => sorted(site, directory, kind, (filter.as_ref(), sort, wish)).await?,
    };
    let (total, found) = found;
    let resources = found.iter().map(|one| wish.projection.of(told(site, one)).into()).collect();
    Ok(Listed { total, resources })
}

/// The message that tells of it.
pub(super) fn message(listed: &Listed, skip: i64) -> Json {
    json!({
        "schemas": [LIST],
        "totalResults": listed.total,
        "startIndex": skip.saturating_add(1),
        "itemsPerPage": listed.resources.len(),
        "Resources": listed.resources,
    })
}

type Found = (i64, Vec<Resource>);

async fn everything(directory: &Directory, kind: ScimKind, wish: &Wish) -> Result<Found, WebError> {
    let total = directory.count(kind).await?;
    if wish.count == 0 || wish.skip >= total {
        return Ok((total, Vec::new()));
    }
    let page = ScimPage { after: 0, skip: wish.skip, most: wish.count };
    Ok((total, directory.page(kind, page).await?))
}

async fn filtered(
    site: &Site,
    directory: &Directory,
    kind: ScimKind,
    (filter, wish): (Option<&Filter>, &Wish),
) -> Result<Found, WebError> {
    let (mut total, mut kept) = (0, Vec::new());
    each(site, directory, kind, filter, |resource, _| {
        if total >= wish.skip && i64::try_from(kept.len()).is_ok_and(|kept| kept < wish.count) {
            kept.push(resource);
        }
        total += 1;
    })
    .await?;
    Ok((total, kept))
}

async fn sorted(
    site: &Site,
    directory: &Directory,
    kind: ScimKind,
    (filter, sort, wish): (Option<&Filter>, &Sort, &Wish),
) -> Result<Found, WebError> {
    let mut keys: Vec<(Option<String>, i64, Uuid)> = Vec::new();
    each(site, directory, kind, filter, |resource, told| keys.push((key(sort, told), resource.place, resource.id)))
        .await?;
    keys.sort_by(|one, other| in_order(sort, (&one.0, one.1), (&other.0, other.1)));
    let (skip, count) = (usize::try_from(wish.skip).unwrap_or(usize::MAX), usize::try_from(wish.count).unwrap_or(0));
    let mut found = Vec::new();
    for (_, _, id) in keys.iter().skip(skip).take(count) {
        found.extend(directory.find(kind, ScimFind::Id(*id)).await?);
    }
    Ok((i64::try_from(keys.len()).unwrap_or(i64::MAX), found))
}

/// Looks at everything that a filter means, in the order in which it was made.
async fn each(
    site: &Site,
    directory: &Directory,
    kind: ScimKind,
    filter: Option<&Filter>,
    mut see: impl FnMut(Resource, &Map<String, Json>),
) -> Result<(), WebError> {
    let mut look = |resource: Resource| {
        let told = told(site, &resource);
        if filter.is_none_or(|filter| filter.holds(&told)) {
            see(resource, &told);
        }
    };
    if let Some(few) = filter.and_then(|filter| filter.few(kind)) {
        if let Some(by) = few.find() {
            directory.find(kind, by).await?.into_iter().for_each(look);
        }
        return Ok(());
    }
    let mut after = 0;
    loop {
        let batch = directory.page(kind, ScimPage { after, skip: 0, most: BATCH }).await?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = last.place;
        batch.into_iter().for_each(&mut look);
    }
}

/// What a resource is sorted by: the main value of several, or else the first.
fn key(sort: &Sort, resource: &Map<String, Json>) -> Option<String> {
    let values = sort.by.values(resource);
    let main = values.iter().find(|value| value.get("primary") == Some(&Json::Bool(true)));
    let value = *main.or_else(|| values.first())?;
    let value = value.get("value").unwrap_or(value);
    let declared = sort.by.innermost();
    let is_exact = declared.is_some_and(|one| one.is_case_exact || matches!(one.kind, Kind::Date));
    match value {
        Json::String(text) if is_exact => Some(text.clone()),
        Json::String(text) => Some(text.to_lowercase()),
        Json::Null => None,
        other => Some(other.to_string()),
    }
}

/// What has no value comes last in an ascending order, and first in a descending one.
fn in_order(sort: &Sort, one: (&Option<String>, i64), other: (&Option<String>, i64)) -> Ordering {
    let by_key = match (one.0, other.0) {
        (Some(one), Some(other)) => one.cmp(other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    let by_key = if sort.is_descending { by_key.reverse() } else { by_key };
    by_key.then(one.1.cmp(&other.1))
}
