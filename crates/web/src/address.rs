//! Ids and names in addresses. What is none is an address that does not exist.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::error::WebError;

/// The ids of an address, in their order.
pub(crate) struct Ids<const COUNT: usize>(pub(crate) [Uuid; COUNT]);

/// The one id of an address.
pub(crate) struct Id(pub(crate) Uuid);

/// The one name of an address.
pub(crate) struct Word(pub(crate) String);

async fn texts<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Vec<String>, WebError> {
    let texts = RawPathParams::from_request_parts(parts, state).await.map_err(|_| unknown())?;
    Ok(texts.iter().map(|(_, text)| text.to_owned()).collect())
}

fn unknown() -> WebError {
    WebError::not_found("thing")
}

/// The one id of an address, and the number that follows it.
pub(crate) struct Numbered(pub(crate) Uuid, pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for Numbered {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let texts = texts(parts, state).await?;
        let [id, number] = texts.as_slice() else { return Err(unknown()) };
        let (id, number) = (Uuid::try_parse(id).ok(), number.parse().ok());
        id.zip(number).map(|(id, number)| Self(id, number)).ok_or_else(unknown)
    }
}

impl<const COUNT: usize, S: Send + Sync> FromRequestParts<S> for Ids<COUNT> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let ids: Result<Vec<Uuid>, _> = texts(parts, state).await?.iter().map(|text| Uuid::try_parse(text)).collect();
        let ids = ids.map_err(|_| unknown())?;
        ids.try_into().map(Self).map_err(|_| unknown())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let Ids([id]) = Ids::from_request_parts(parts, state).await?;
        Ok(Self(id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Word {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let word = texts(parts, state).await?.pop();
        word.map(Self).ok_or_else(unknown)
    }
}
