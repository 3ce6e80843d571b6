//! An answer of a service that is read while it comes.

use bytes::Bytes;

use crate::service::{ServiceError, unreachable};

/// An answer of which the head is here.
#[derive(Debug)]
pub struct ServiceStream {
    pub(crate) host: String,
    pub(crate) response: reqwest::Response,
}

impl ServiceStream {
    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The headers, as far as they are text.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        self.response.headers().iter().filter_map(text).collect()
    }

    /// What comes next; nothing at the end.
    ///
    /// # Errors
    /// [`ServiceError::Unreachable`] when it broke off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ServiceError> {
        self.response.chunk().await.map_err(|error| unreachable(&self.host, &error))
    }
}
