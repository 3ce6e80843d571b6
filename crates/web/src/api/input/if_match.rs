//! `If-Match`: which version a change is of.

use axum::http::{HeaderMap, StatusCode, header};

use crate::error::WebError;

/// The version that a change is of. `*` is whatever it is now, which `now` says.
///
/// # Errors
/// 428 where nobody said, and 412 where it is none that there ever was.
pub(crate) fn version_of(headers: &HeaderMap, now: i64) -> Result<i64, WebError> {
    let Some(said) = headers.get(header::IF_MATCH) else {
        let why = "A change has to say of which version it is, so that nobody's work is undone.";
        return Err(WebError::new(StatusCode::PRECONDITION_REQUIRED, "version-required", why)
            .hint("Get it first, and send its ETag as If-Match."));
    };
    let said = said.to_str().unwrap_or_default().trim();
    let tag = said.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    match (said, tag.and_then(|tag| tag.parse().ok())) {
        ("*", _) => Ok(now),
        (_, Some(version)) => Ok(version),
        (_, None) => {
            let why = "If-Match names no version that there ever was.";
            Err(WebError::new(StatusCode::PRECONDITION_FAILED, "stale", why)
                .hint("Get it again, and send its ETag as If-Match, with the quotes."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(said: Option<&str>) -> Result<i64, u16> {
        let mut headers = HeaderMap::new();
        headers.extend(said.map(|said| (header::IF_MATCH, said.parse().expect("a value"))));
        version_of(&headers, 7).map_err(|error| error.status.as_u16())
    }

    #[test]
    fn versions_are_named_in_quotes() {
        assert_eq!(read(Some("\"3\"")), Ok(3));
        assert_eq!(read(Some("*")), Ok(7));
        assert_eq!(read(None), Err(428));
        for bad in ["3", "W/\"3\"", "\"\"", "\"x\"", "\"3\", \"4\""] {
            assert_eq!(read(Some(bad)), Err(412), "{bad}");
        }
    }
}
