//! What it takes until the first query can be asked: from the database where there is no graph image, and from the image
//! where there is.

use std::path::Path;
use std::time::Instant;

use rolecall_engine::query::QueryWorlds;
use rolecall_engine::{GraphImages, clock_system, world_load_with};
use rolecall_query::Needs;
use rolecall_store::{Mode, Store};
use serde_json::{Value as Json, json};

use crate::Failure;
use crate::facts;

/// Loads everything once. The first time makes the image, and the second reads it.
pub(crate) async fn load(directory: &Path) -> Result<Json, Failure> {
    let address = facts::address(directory)?;
    let images = GraphImages::beside(address.path().ok_or("the database is no file")?);
    let store = Store::open(&address, Mode::Read).await?;
    let before = size(directory);
    let started = Instant::now();
    let mut worlds = QueryWorlds::default().with_images(images);
    worlds.load(&store, &Needs::default(), clock_system()).await?;
    let load = started.elapsed().as_secs_f64();
    let entities = worlds.graph().map_or(0, |graph| graph.entities().count());
    store.close().await;
    Ok(json!({ "load": load, "from_image": before > 0, "image": size(directory), "entities": entities }))
}

/// The same without what is derived for queries: segments and listings only.
pub(crate) async fn segments(directory: &Path) -> Result<Json, Failure> {
    let address = facts::address(directory)?;
    let images = GraphImages::beside(address.path().ok_or("the database is no file")?);
    let store = Store::open(&address, Mode::Read).await?;
    let started = Instant::now();
    let view = world_load_with(&store, None, None, &images).await?;
    let load = started.elapsed().as_secs_f64();
    store.close().await;
    Ok(json!({ "load": load, "connectors": view.connector_titles().len() }))
}

/// The size of all images, in bytes.
fn size(directory: &Path) -> u64 {
    let entries = std::fs::read_dir(directory.join("rolecall.db.images")).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|found| found.len()).sum()
}
