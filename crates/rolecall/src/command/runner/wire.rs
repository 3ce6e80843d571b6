//! The way to a hub: as all other requests of this program leave.

use async_trait::async_trait;
use http::{Request, Response};
use rolecall_baton::runner::{HubPlace, Wire, WireBody, WireError};
use rolecall_http::{Channel, Service};
use url::Url;

use crate::exit::{Exit, Failure};

/// The way to one hub.
pub(super) struct Way {
    service: Service,
    channel: Channel,
}

impl Way {
    /// The way to this hub. Nothing is sent.
    pub(super) fn new(place: &HubPlace) -> Result<Self, Failure> {
        let origin = Url::parse(&place.origin());
        let origin = origin.map_err(|error| Failure::new(Exit::Usage, format!("the hub has no address: {error}")))?;
        Ok(Self { service: Service::new(origin.clone())?, channel: Channel::new(origin)? })
    }
}

#[async_trait]
impl Wire for Way {
    async fn call(&self, request: Request<WireBody>) -> Result<Response<WireBody>, WireError> {
        let answer = self.channel.send(request).await.map_err(|error| WireError(error.to_string()))?;
        Ok(answer.map(WireBody::new))
    }

    async fn form_post(&self, url: &str, form: String) -> Result<(u16, Vec<u8>), WireError> {
        let url = Url::parse(url).map_err(|error| WireError(error.to_string()))?;
        let headers = [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        let answer = self.service.send("POST", &url, &headers, form.into_bytes()).await;
        let answer = answer.map_err(|error| WireError(error.to_string()))?;
        Ok((answer.status, answer.body.to_vec()))
    }
}
