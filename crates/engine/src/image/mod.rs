//! Graph images: what a connector's graph was when it was last loaded from the database, as a file that is read many times
//! as fast.
//!
//! An image is of one state of the facts ([`rolecall_store::GraphVersion`]) and of one build; of anything else it is
//! ignored and made anew. Nothing is in it that the database has not, and whoever deletes it loses nothing. Whatever goes
//! wrong with images is a line in the log, and the database is asked instead.

pub(crate) mod bytes;
mod file;
mod folder;
mod key;

use std::path::Path;
use std::sync::Arc;

use rolecall_graph::Segment;
use rolecall_model::ConnectorDeclaration;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use self::folder::Folder;
pub(crate) use self::key::ImageKey;
use crate::since::Since;

/// Of a smaller graph no image is made, in bytes of memory: the database has it loaded as soon.
const LEAST: usize = 1 << 20;

/// Where graph images are kept, if anywhere.
#[derive(Clone, Debug, Default)]
pub struct GraphImages {
    folder: Option<Folder>,
    least: usize,
}

impl GraphImages {
    /// Nowhere: every graph is loaded from the database.
    #[must_use]
    pub fn off() -> Self {
        Self::default()
    }

    /// In a folder beside the file of a database, `<database>.images`.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        Self { folder: Some(Folder::beside(database)), least: LEAST }
    }

    /// In a folder within one that is there already and of this user's, for a database that is no file.
    #[must_use]
    pub fn within(state: &Path) -> Self {
        Self { folder: Some(Folder::within(state)), least: LEAST }
    }

    /// With images of graphs of every size.
    #[must_use]
    pub fn of_all_sizes(self) -> Self {
        Self { least: 0, ..self }
    }

    /// Deletes the images of a connector.
    ///
    /// # Errors
    /// When one of them cannot be deleted.
    pub fn delete(&self, connector: Uuid) -> std::io::Result<()> {
        self.folder.as_ref().map_or(Ok(()), |folder| folder.delete(&format!("{connector}-"), ""))
    }

    pub(crate) const fn is_off(&self) -> bool {
        self.folder.is_none()
    }

    /// The graph that an image is of.
    pub(crate) async fn read(
        &self,
        key: &ImageKey,
        declaration: &'static ConnectorDeclaration,
    ) -> Option<(Segment, Since)> {
        let (folder, key) = (self.folder.clone()?, key.clone());
        let reading = spawn_blocking(move || {
            let bytes = folder.read(&key).map_err(|why| why.to_string())?;
            bytes.map(|bytes| file::read(&bytes, &key, declaration)).transpose()
        });
        match reading.await {
            Ok(Ok(found)) => found,
            Ok(Err(why)) => {
                tracing::debug!(why, "a graph image is ignored");
                None
            }
            Err(why) => {
                tracing::debug!(%why, "a graph image could not be read");
                None
            }
        }
    }

    /// Makes an image of a graph as it was loaded.
    pub(crate) async fn write(&self, key: &ImageKey, segment: &Arc<Segment>, since: &Since) {
        let Some(folder) = self.folder.clone().filter(|_| segment.bytes() >= self.least) else { return };
        let (key, segment, head) = (key.clone(), Arc::clone(segment), file::head(key, since));
        let writing = spawn_blocking(move || folder.write(&key, [&head, &segment.to_image()]));
        match writing.await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => tracing::debug!(%why, "a graph image could not be written"),
            Err(why) => tracing::debug!(%why, "a graph image could not be written"),
        }
    }
}
