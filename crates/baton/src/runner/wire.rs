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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::runner::credential::tests::secret_made;
    use crate::runner::hub::Hub;
    use crate::runner::token::Tokens;
    use crate::runner::{ClientId, ClientSecret, HubPlace, RunnerHost};

    /// A way on which tokens are to be had, and nobody answers calls.
    struct Away;

    #[async_trait]
    impl Wire for Away {
        async fn call(&self, _: http::Request<Body>) -> Result<http::Response<Body>, WireError> {
            Err(WireError("nobody answers".to_owned()))
        }

        async fn form_post(&self, _: &str, _: String) -> Result<(u16, Vec<u8>), WireError> {
            Ok((200, br#"{"access_token":"abc"}"#.to_vec()))
        }
    }

    pub(in crate::runner) fn hub_away() -> Hub {
        let id = ClientId::read("otter@hub.example.com/spe").unwrap();
        let (place, secret) = (HubPlace::new(&id, None).unwrap(), ClientSecret::read(&secret_made().0).unwrap());
        let (wire, origin): (Arc<dyn Wire>, _) = (Arc::new(Away), place.origin().parse().unwrap());
        Hub::new(Arc::clone(&wire), origin, Tokens::new(wire, place, id, secret), RunnerHost::default())
    }

    #[tokio::test(start_paused = true)]
    async fn a_way_that_leads_nowhere_is_a_hub_that_is_not_available() {
        let status = hub_away().task_get().await.unwrap_err();
        assert_eq!((status.code(), status.message()), (tonic::Code::Unavailable, "nobody answers"));
        let before = tokio::time::Instant::now();
        assert!(hub_away().task_finish("task", Default::default()).await.is_err());
        assert_eq!(before.elapsed().as_secs(), 1 + 2 + 4 + 8 + 16, "the end of a task is worth some patience");
    }
}
