//! What an address says behind its question mark.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use rolecall_engine::{clock_system, moment_parse, past_parse};
use rolecall_model::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::WebError;
use crate::form::Form;

/// The parameters of an address.
pub(crate) struct Parameters<T>(pub(crate) T);

/// There are none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        // What is no text would be read as replacement characters.
        Form::parse(parts.uri.query().unwrap_or_default().as_bytes()).map_err(|_| wrong("they are not text"))?;
        Query::try_from_uri(&parts.uri).map(|Query(parameters)| Self(parameters)).map_err(|error| {
            let said = error.body_text();
            wrong(said.rsplit_once("query string: ").map_or(said.as_str(), |(_, why)| why))
        })
    }
}

fn wrong(why: &str) -> WebError {
    let why: String = why.chars().filter(|c| !c.is_control()).take(300).collect();
    WebError::bad_request("parameters", format!("The parameters of the address cannot be used: {why}."))
        .hint("The document at /api/v1/openapi.json says which there are.")
}

/// A moment: a date, RFC 3339, or how long ago.
pub(crate) fn moment_of(text: &str) -> Result<Timestamp, WebError> {
    moment_parse(text, clock_system()).map_err(moment_wrong)
}

/// A past moment.
pub(crate) fn past_of(text: Option<&str>) -> Result<Option<Timestamp>, WebError> {
    text.map(|text| past_parse(text, clock_system())).transpose().map_err(moment_wrong)
}

fn moment_wrong(why: String) -> WebError {
    WebError::bad_request("moment", crate::text::sentence(why)).hint("To ask about the present, leave the moment out.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only how it cannot be read is looked at")]
    struct Some {
        limit: Option<u32>,
    }

    async fn read<T: DeserializeOwned>(query: &str) -> Result<T, String> {
        let request = axum::http::Request::builder().uri(format!("/x?{query}")).body(()).map_err(|why| why.to_string());
        let mut parts = request?.into_parts().0;
        Parameters::from_request_parts(&mut parts, &()).await.map(|Parameters(read)| read).map_err(|why| why.message)
    }

    #[tokio::test]
    async fn what_is_not_known_is_refused() {
        assert!(read::<Some>("limit=3").await.is_ok() && read::<Nothing>("").await.is_ok());
        assert!(read::<Some>("limt=3").await.is_err_and(|why| why.contains("unknown field `limt`")));
        for bad in ["limit=x", "limit=-1", "limit=", "limit=1&limit=2", "limit=%ff", "%00=1"] {
            assert!(read::<Some>(bad).await.is_err(), "{bad}");
        }
        assert!(read::<Nothing>("a=1").await.is_err());
    }
}
