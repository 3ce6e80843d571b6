//! Where requests go.

use url::Url;

use crate::address::{AddressError, address_parse};

/// Cloudsmith's own address (`cloudsmith-api.md` §1).
const PUBLIC: &str = "https://api.cloudsmith.io/";

/// Cloudsmith's public address.
#[must_use]
pub fn public_api() -> String {
    PUBLIC.to_owned()
}

/// Whether this is Cloudsmith's own public host.
#[must_use]
pub fn is_public(api: &Url) -> bool {
    Url::parse(PUBLIC).is_ok_and(|public| public.host() == api.host())
}

/// Reads the address of the API. The same API is served with and without `/v1`, so that is left off, and equal
/// connectors have equal addresses.
///
/// # Errors
/// As [`address_parse`].
pub fn api_parse(text: &str) -> Result<Url, AddressError> {
    let mut url = address_parse(text)?;
    if let Some(prefix) = url.path().strip_suffix("v1/").map(str::to_owned) {
        url.set_path(&prefix);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_and_the_slash_make_no_difference() {
        for text in ["https://api.example.test", "https://api.example.test/v1", "https://api.example.test/v1/"] {
            assert_eq!(api_parse(text).unwrap().as_str(), "https://api.example.test/", "{text}");
        }
        assert_eq!(api_parse("https://x.test/cloudsmith/v1").unwrap().as_str(), "https://x.test/cloudsmith/");
        assert!(api_parse("https://x.test/?key=1").is_err());
    }
}
