//! What an image is of. Another state of the facts, another build, another name: another key.

use rolecall_graph::{SegmentIdentity, image_fingerprint};
use rolecall_model::ConnectorDeclaration;
use rolecall_store::GraphVersion;
use uuid::Uuid;

/// What an image is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImageKey {
    /// What the names of a connector's images begin with.
    pub(super) connector: Uuid,
    snapshot: i64,
    /// Of everything that the graph is made of.
    pub(super) digest: [u8; 32],
}

impl ImageKey {
    pub(crate) fn new(
        connector: Uuid,
        identity: &SegmentIdentity,
        declaration: &ConnectorDeclaration,
        version: &GraphVersion,
    ) -> Self {
        let mut hasher = blake3::Hasher::new();
        // Debug texts of structures: their strings are quoted, so that no two say the same.
        hasher.update(format!("{:?} {connector} {identity:?}", env!("CARGO_PKG_VERSION")).as_bytes());
        hasher.update(version.words().as_bytes());
        hasher.update(&image_fingerprint(declaration));
        Self { connector, snapshot: version.snapshot.0, digest: hasher.finalize().into() }
    }

    /// The file's name.
    pub(super) fn file(&self) -> String {
        let digest: String = self.digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{}-{digest}.graph", self.connector, self.snapshot)
    }
}
