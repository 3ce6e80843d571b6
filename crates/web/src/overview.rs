//! The overview of the present, kept until something becomes current, or an hour has passed: it looks at everything that
//! is recorded, and is asked for with every visit.

use std::sync::{Arc, Mutex, PoisonError};

use rolecall_engine::overview::{Overview, overview};
use rolecall_engine::query::QueryScope;
use rolecall_engine::{WorldVersion, world_version};
use rolecall_model::Timestamp;

use crate::error::WebError;
use crate::site::Site;
use crate::world::{Asked, of_one_moment};

/// Microseconds of an hour.
const HOUR: i64 = 3600 * 1_000_000;

/// The overview that was made last.
#[derive(Default)]
pub(crate) struct OverviewKept {
    last: Mutex<Option<Made>>,
    /// Held by whoever makes one, so that the others wait and do not make the same.
    making: tokio::sync::Mutex<()>,
}

/// An overview, and what it is of.
#[derive(Clone)]
struct Made {
    of: (WorldVersion, i64),
    overview: Arc<Overview>,
}

impl OverviewKept {
    /// The overview of the present.
    ///
    /// # Errors
    /// When the database cannot be read, or too many questions are asked at once.
    pub(crate) async fn present(&self, site: &Site) -> Result<Arc<Overview>, WebError> {
        let of = current(site).await?;
        if let Some(overview) = self.kept(&of) {
            return Ok(overview);
        }
        let _making = self.making.lock().await;
        let of = current(site).await?;
        if let Some(overview) = self.kept(&of) {
            return Ok(overview);
        }
        let overview = Arc::new(made(site).await?);
        let made = Made { of, overview: Arc::clone(&overview) };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        Ok(overview)
    }

    fn kept(&self, of: &(WorldVersion, i64)) -> Option<Arc<Overview>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        (last.of == *of).then_some(last.overview)
    }
}

/// What an overview made now would be of.
async fn current(site: &Site) -> Result<(WorldVersion, i64), WebError> {
    let Timestamp(now) = site.context().now();
    let version = world_version(&site.context().store).await.map_err(|error| WebError::from_store(&error))?;
    Ok((version, now / HOUR))
}

async fn made(site: &Site) -> Result<Overview, WebError> {
    let now = site.context().now();
    let work = move |world: Asked| world.wait(overview(&world.context.store, world.view()?, now));
    site.graphs().ask(QueryScope::default(), of_one_moment(), work).await
}
