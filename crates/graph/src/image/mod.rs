//! A segment as bytes, and back: much quicker than building it from facts.
//!
//! ```text
//! magic, 8 bytes │ format, 4 bytes │ fingerprint of the declaration, 32 bytes │ tables │ blake3 of all before, 32 bytes
//! ```
//!
//! Numbers are little-endian, and a table is its length and its rows. Words that the declaration gives numbers to are
//! compiled anew and are in no image.
//!
//! **Architecture Invariant:** an image is refused or it is the segment that it was made of. The checksum refuses what was
//! damaged, and what passes it is still looked through ([`sound`]) before anything rests on it.

mod read;
mod sound;
mod tables;
mod write;

use rolecall_model::ConnectorDeclaration;

use crate::segment::Segment;

use self::read::Source;
use self::write::Sink;

const MAGIC: &[u8; 8] = b"RCSEGMNT";

/// Which tables there are, and what the builder makes of facts. To be raised with every change of either: an image of
/// before would say what the builder no longer does.
const FORMAT: u32 = 1;

const CHECKSUM: usize = 32;

/// Why bytes are not the image of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// They begin like something else.
    #[error("it is no image of a graph segment")]
    Foreign,
    /// Another build wrote them.
    #[error("it is an image in format {found}, and this build reads {FORMAT}")]
    Format {
        /// The format they are in.
        found: u32,
    },
    /// The connector type declares something else by now, or it is another.
    #[error("it is an image by another declaration")]
    Declaration,
    /// They were cut off or changed.
    #[error("the image is damaged")]
    Damaged,
}

/// What images by a declaration, and of this build's format, have in common and others have not.
#[must_use]
pub fn image_fingerprint(declaration: &ConnectorDeclaration) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&FORMAT.to_le_bytes()).update(format!("{declaration:?}").as_bytes());
    hasher.finalize().into()
}

impl Segment {
    /// The segment as bytes. `O(bytes)`.
    #[must_use]
    pub fn to_image(&self) -> Vec<u8> {
        let mut sink = Sink::with_room(self.bytes());
        sink.bytes(MAGIC).bytes(&FORMAT.to_le_bytes()).bytes(&image_fingerprint(self.declaration));
        self.tables_put(&mut sink);
        let mut image = sink.finish();
        let checksum = blake3::hash(&image);
        image.extend_from_slice(checksum.as_bytes());
        image
    }

    /// The segment that an image was made of, by the declaration that it was built with. `O(bytes)`.
    ///
    /// # Errors
    /// [`ImageError`]; whatever the bytes are, nothing else happens.
    pub fn from_image(bytes: &[u8], declaration: &'static ConnectorDeclaration) -> Result<Self, ImageError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(ImageError::Foreign)?;
        let found = rest.first_chunk().map(|found| u32::from_le_bytes(*found)).ok_or(ImageError::Damaged)?;
        if found != FORMAT {
            return Err(ImageError::Format { found });
        }
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(ImageError::Damaged)?;
        if blake3::hash(content) != *checksum {
            return Err(ImageError::Damaged);
        }
        let mut source = Source::of(content.get(MAGIC.len() + size_of::<u32>()..).unwrap_or_default());
        if source.take(image_fingerprint(declaration).len()) != Some(&image_fingerprint(declaration)) {
            return Err(ImageError::Declaration);
        }
        let segment = Self::tables_take(&mut source, declaration).filter(|_| source.is_at_end());
        segment.filter(Self::is_sound).ok_or(ImageError::Damaged)
    }
}
