//! The overview of the present, kept until something becomes current, or an hour has passed: it looks at everything that
//! is recorded, and is asked for with every visit.

use std::sync::Arc;

use rolecall_engine::overview::{Overview, overview};
use rolecall_engine::query::QueryScope;
use rolecall_engine::{WorldVersion, world_version};
use rolecall_model::Timestamp;

use crate::error::WebError;
use crate::kept::Kept;
use crate::site::Site;
use crate::world::{Asked, of_one_moment};

/// Microseconds of an hour.
const HOUR: i64 = 3600 * 1_000_000;

/// The overview that was made last, of what was current and of an hour.
pub(crate) type OverviewKept = Kept<(WorldVersion, i64), Overview>;

/// The overview of the present.
///
/// # Errors
/// When the database cannot be read, or too many questions are asked at once.
pub(crate) async fn overview_present(site: &Site) -> Result<Arc<Overview>, WebError> {
    site.overview_kept().of(|| current(site), || made(site)).await
}

/// What an overview made now would be of.
async fn current(site: &Site) -> Result<(WorldVersion, i64), WebError> {
    let Timestamp(now) = site.context().now();
    let version = world_version(&site.context().store, site.context().now())
        .await
        .map_err(|error| WebError::from_store(&error))?;
    Ok((version, now / HOUR))
}

async fn made(site: &Site) -> Result<Arc<Overview>, WebError> {
    let now = site.context().now();
    let work = move |world: Asked| world.wait(overview(&world.context.store, world.view()?, now));
    site.graphs().ask(QueryScope::default(), of_one_moment(), work).await.map(Arc::new)
}
