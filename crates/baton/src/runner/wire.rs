//! The way to a hub: whoever runs a connector brings it, so that trust roots and proxies are those of their program.

use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures::future::BoxFuture;
use thiserror::Error;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service;

/// How requests reach a hub, and answers come back.
#[async_trait]
pub trait Wire: Send + Sync {
    /// Sends one call, whose body may go on while the answer comes, by HTTP/2.
    async fn call(&self, request: http::Request<Body>) -> Result<http::Response<Body>, WireError>;

    /// Posts a form, and gives the status and the body of the answer.
    async fn form_post(&self, url: &str, form: String) -> Result<(u16, Vec<u8>), WireError>;
}

/// Why no answer came, in words that are no secret.
#[derive(Clone, Debug, Error)]
#[error("{0}")]
pub struct WireError(pub String);

/// A wire as generated clients want one.
#[derive(Clone)]
pub(super) struct Wired(pub(super) Arc<dyn Wire>);

impl Service<http::Request<Body>> for Wired {
    type Response = http::Response<Body>;
    // Anything else would be an error of unknown kind, which is not tried again.
    type Error = Status;
    type Future = BoxFuture<'static, Result<Self::Response, Status>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let wire = Arc::clone(&self.0);
        Box::pin(async move { wire.call(request).await.map_err(|error| Status::unavailable(error.0)) })
    }
}
