//! Reading bodies that may be too large, endless or broken off.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;

use crate::allowance::Allowance;
use crate::classify::Classifier;
use crate::error::ErrorKind;

/// How much of an error page is looked at for a message, in bytes.
const EXCERPT: usize = 32 * 1024;

/// How long to wait for an error page. The status is known already; a message is only nice to have.
const EXCERPT_TIME: Duration = Duration::from_secs(5);

/// The whole body. The limit is checked against what decompression yields, piece by piece, so that a small
/// compressed body cannot fill the memory.
pub(crate) async fn whole(mut response: Response, limit: u64, classifier: &Classifier) -> Result<Bytes, ErrorKind> {
    let too_large = |length: u64| length > limit;
    if response.content_length().is_some_and(too_large) {
        return Err(ErrorKind::TooLarge { limit });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classifier.broken_off(&error))? {
        if too_large(body.len() as u64 + chunk.len() as u64) {
            return Err(ErrorKind::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// The beginning of an error page, as far as it can be read.
pub(crate) async fn excerpt(mut response: Response, time: Allowance) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while body.len() < EXCERPT {
            let Ok(Some(chunk)) = response.chunk().await else { break };
            body.extend_from_slice(&chunk);
        }
    };
    // Late is as good as never here: what came until then is used.
    let _ = time.at_most(EXCERPT_TIME).spend_on(read).await;
    body.truncate(EXCERPT);
    body
}
