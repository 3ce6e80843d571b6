//! One image as a file: what it is of, since when rights are known, and the segment.
//!
//! ```text
//! magic, 8 bytes │ key, 32 │ length of what follows, 8 │ Since │ blake3 of all before, 32 │ the segment's own image
//! ```

use rolecall_graph::Segment;
use rolecall_model::ConnectorDeclaration;

use super::bytes::Source;
use super::key::ImageKey;
use crate::since::Since;

const MAGIC: &[u8; 8] = b"RCIMAGE1";

const DIGEST: usize = 32;

/// Everything before the segment.
pub(super) fn head(key: &ImageKey, since: &Since) -> Vec<u8> {
    let since = since.to_bytes();
    let mut head = [&MAGIC[..], &key.digest, &(since.len() as u64).to_le_bytes(), &since].concat();
    let digest = blake3::hash(&head);
    head.extend_from_slice(digest.as_bytes());
    head
}

/// What a file holds, or why it is of no use.
pub(super) fn read(
    bytes: &[u8],
    key: &ImageKey,
    declaration: &'static ConnectorDeclaration,
) -> Result<(Segment, Since), String> {
    let damaged = || "its beginning is damaged".to_owned();
    let mut source = Source::of(bytes);
    if source.take(MAGIC.len()) != Some(MAGIC) {
        return Err("it is no image of a graph".to_owned());
    }
    if source.take(DIGEST) != Some(&key.digest) {
        return Err("it is of something else".to_owned());
    }
    let length = source.number().and_then(|length| usize::try_from(length).ok()).ok_or_else(damaged)?;
    let since = source.take(length).ok_or_else(damaged)?;
    let digest: &[u8; DIGEST] = source.take(DIGEST).and_then(<[u8]>::first_chunk).ok_or_else(damaged)?;
    let before = bytes.len().checked_sub(source.left().len() + DIGEST).and_then(|end| bytes.get(..end));
    if blake3::hash(before.unwrap_or_default()) != *digest {
        return Err(damaged());
    }
    let since = Since::of_bytes(since).ok_or_else(damaged)?;
    let segment = Segment::from_image(source.left(), declaration).map_err(|why| why.to_string())?;
    Ok((segment, since))
}
