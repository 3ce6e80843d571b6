//! Addresses that people configure.

use url::Url;

/// Why an address cannot be a registry.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is no registry address: {why}")]
pub struct AddressError {
    text: String,
    why: String,
}

/// Reads a registry address. It must be `http` or `https`, without user name, password, query or fragment.
///
/// # Errors
/// When it is anything else.
pub fn address_parse(text: &str) -> Result<Url, AddressError> {
    let fail = |why: &str| AddressError { text: without_user_info(text), why: why.to_owned() };
    let mut url = Url::parse(text).map_err(|error| fail(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(fail("it must start with https:// (or http:// on this machine)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fail("it must not contain a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fail("it must not contain a query or fragment"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// An address that may hold a password is not repeated in an error.
fn without_user_info(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_checked_before_a_token_goes_there() {
        assert!(address_parse("https://npm.example.test/path").is_ok_and(|url| url.path() == "/path/"));
        for bad in ["ftp://x.test", "https://u:hunter2@x.test/", "https://x.test/?a=b", "x.test", "https://"] {
            let error = address_parse(bad).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
