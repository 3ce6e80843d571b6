//! Calling a service that the operator named, as programs call each other: HTTP/2 alone, bodies that come and go in pieces,
//! and what follows a body. It takes the way of everything else: the same trust roots, proxies and refusals.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http_body::Body;
use url::Url;

use crate::client_error::ClientError;
use crate::options::ClientOptions;
use crate::service::{ServiceError, unreachable};
use crate::transport;

/// How often a connection without traffic is asked whether it is still there, so that a call that waits for a peer which is
/// gone ends.
const STILL_THERE: Duration = Duration::from_secs(30);

/// A connection to one service, over and over.
#[derive(Clone, Debug)]
pub struct Channel {
    http: reqwest::Client,
    origin: Url,
}

/// The body of an answer, with what follows it.
pub type ChannelBody = reqwest::Body;

impl Channel {
    /// A channel to the service at this address. Nothing is sent.
    ///
    /// # Errors
    /// [`ClientError`] when certificates or a proxy of the environment cannot be used.
    pub fn new(origin: Url) -> Result<Self, ClientError> {
        let builder = transport::builder(&ClientOptions::new(origin.clone(), &[]))?;
        // Whoever calls knows what it is sent, and a body in a wrapper has no end that can be trusted.
        let builder = builder.no_gzip().http2_prior_knowledge();
        let builder = builder.http2_keep_alive_interval(STILL_THERE).http2_keep_alive_while_idle(true);
        Ok(Self { http: transport::finish(builder)?, origin })
    }

    /// Sends one request, once; its body may go on while the answer comes.
    ///
    /// # Errors
    /// [`ServiceError`], which tells nothing of what was sent.
    pub async fn send<B>(&self, request: http::Request<B>) -> Result<http::Response<ChannelBody>, ServiceError>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let host = self.origin.host_str().unwrap_or_default().to_owned();
        let elsewhere = |to: &str| ServiceError::Elsewhere { host: host.clone(), to: to.to_owned() };
        let to = Url::parse(&request.uri().to_string()).map_err(|_| elsewhere("no address"))?;
        if to.origin() != self.origin.origin() {
            return Err(elsewhere(to.host_str().unwrap_or_default()));
        }
        let request = request.map(pieces);
        let request = reqwest::Request::try_from(request).map_err(|error| unreachable(&host, &error))?;
        let response = self.http.execute(request).await.map_err(|error| unreachable(&host, &error))?;
        Ok(response.into())
    }
}

/// The pieces of a body. What would follow it is dropped: nothing that is asked has any of that.
fn pieces<B>(body: B) -> reqwest::Body
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if body.is_end_stream() {
        return reqwest::Body::default();
    }
    reqwest::Body::wrap_stream(stream::unfold(body, |mut body| async move {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await?;
            match frame.map(http_body::Frame::into_data) {
                Ok(Ok(data)) => return Some((Ok(data), body)),
                Ok(Err(_)) => {}
                Err(error) => return Some((Err(error.into()), body)),
            }
        }
    }))
}
