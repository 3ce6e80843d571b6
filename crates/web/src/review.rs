//! Reviews of access, the same for pages and programs: who asks, what is done in the world as it is now, and what is said when it
//! is not done.

use std::sync::Arc;

use axum::http::StatusCode;
use rolecall_engine::connectors::StoreError;
use rolecall_engine::hub::{Caller, User};
use rolecall_engine::query::QueryScope;
use rolecall_engine::reviews::{
    DelegateRow, ReviewActor, ReviewDefinition, ReviewError, ReviewPeople, ReviewShare, ReviewSource, ScopeCount,
    review_delegates, review_validate,
};
use rolecall_engine::{WorldVersion, WorldView, world_version};
use serde_json::json;
use uuid::Uuid;

use crate::error::WebError;
use crate::guard::Signed;
use crate::kept::Kept;
use crate::site::Site;
use crate::text::{grouped, sentence};
use crate::world::{Asked, of_one_moment};

/// What tells accounts of the hub apart, as far as reviews go.
type Known = (Uuid, String, String, Option<String>, bool);

/// Everybody who may review or hold something, of what was current and of the accounts that there were.
pub(crate) type PeopleKept = Kept<(WorldVersion, Vec<Known>), ReviewPeople>;

fn known(user: User) -> Known {
    let is_enabled = user.is_enabled();
    (user.uuid, user.name, user.display_name, user.email, is_enabled)
}

/// Everybody who may review or hold something now.
///
/// # Errors
/// When the database cannot be read, or too many questions are asked at once.
pub(crate) async fn people(site: &Site) -> Result<Arc<ReviewPeople>, WebError> {
    let version = || async {
        let (store, now) = (&site.context().store, site.context().now());
        let world = world_version(store, now).await.map_err(|error| WebError::from_store(&error))?;
        let users = site.hub().users(&Caller::program()).await?;
        Ok((world, users.into_iter().map(known).collect()))
    };
    let made = || async {
        let work = |world: Asked| world.wait(ReviewPeople::load(&world.context.store, world.view()?));
        site.graphs().ask(QueryScope::default(), of_one_moment(), work).await.map(Arc::new)
    };
    site.review_people_kept().of(version, made).await
}

/// Does something that needs the world as it is now, and everybody in it: nothing of that is older than the request.
///
/// # Errors
/// When the database cannot be read, or too many questions are asked at once; what comes of the work is another matter.
pub(crate) async fn in_world<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce(&Asked, &WorldView, &ReviewPeople) -> Result<T, ReviewError> + Send + 'static,
) -> Result<Result<T, ReviewError>, WebError> {
    let work = |world: Asked| {
        let view = world.view()?;
        let people = world.wait(ReviewPeople::load(&world.context.store, view))?;
        Ok(work(&world, view, &people))
    };
    site.graphs().ask(QueryScope::default(), of_one_moment(), work).await
}

/// Whoever asks, as somebody who decides.
pub(crate) fn actor(people: &ReviewPeople, signed: &Signed, source: ReviewSource) -> ReviewActor {
    ReviewActor::themself(people, signed.actor(), source)
}

/// The delegation with this id, where it is of whoever asks: what others decided about theirs is not theirs to end.
///
/// # Errors
/// 404 where there is none, 403 where it is another's.
pub(crate) async fn own_delegation(site: &Site, signed: &Signed, id: Uuid) -> Result<DelegateRow, WebError> {
    let people = people(site).await?;
    let own = people.actor(signed.actor()).0;
    let all = review_delegates(&site.context().store, site.context().now()).await?;
    let found = all.into_iter().find(|one| one.id == id.to_string());
    let found = found.ok_or_else(|| WebError::not_found("delegation"))?;
    if found.reviewer_key == own {
        return Ok(found);
    }
    let why = "These are somebody else's decisions, and yours are the only ones that you may give away.";
    Err(WebError::new(StatusCode::FORBIDDEN, "not-theirs", why).hint("Ask whoever runs the reviews."))
}

impl From<ReviewError> for WebError {
    fn from(error: ReviewError) -> Self {
        let said = sentence(error.to_string());
        let hint = error.hint().map(sentence);
        let web = match &error {
            ReviewError::Store(store) => return store_failed(store),
            ReviewError::Unknown { what, .. } => return Self::not_found(what),
            ReviewError::Wrong { field, .. } => {
                let flaw = json!([{ "field": field, "message": said, "hint": null }]);
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "review-wrong", said).with("errors", flaw)
            }
            ReviewError::Nobody { field, .. } => {
                let flaw = json!([{ "field": field, "message": said, "hint": null }]);
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "reviewer-unknown", said).with("errors", flaw)
            }
            ReviewError::Refused { code, .. } => Self::new(status_of(code), code, said),
        };
        Self { hint, ..web }
    }
}

fn store_failed(error: &StoreError) -> WebError {
    WebError::from_store(error)
}

fn status_of(code: &str) -> StatusCode {
    match code {
        "not-theirs" | "own" => StatusCode::FORBIDDEN,
        "review-not-running" | "review-not-staged" => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// That everybody and everything that a campaign names is there, and how much is in it.
///
/// # Errors
/// When the database cannot be read; what is wrong with the campaign is another matter.
pub(crate) async fn looked_at(
    site: &Site,
    name: &str,
    definition: &ReviewDefinition,
) -> Result<Result<ScopeCount, ReviewError>, WebError> {
    let (name, definition) = (name.to_owned(), definition.clone());
    in_world(site, move |world, view, people| {
        definition.check(&name)?;
        world.until(review_validate(&world.context, view, people, &definition))
    })
    .await
}

/// `54 of 175 decided – 4 ready for submission`.
pub(crate) fn share_words(share: &ReviewShare) -> String {
    let number = |number: i64| grouped(u64::try_from(number).unwrap_or_default());
    let chosen = grouped(u64::try_from(share.chosen).unwrap_or_default());
    format!("{} of {} decided – {chosen} ready for submission", number(share.decided()), number(share.grants))
}
