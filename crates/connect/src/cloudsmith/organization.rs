//! Reading an organisation's slug from whatever a person pastes.

use super::slug::is_slug;

/// Why a text names no organisation.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is no Cloudsmith organization slug: write it like acme, or paste the workspace's web address")]
pub struct OrganizationError {
    text: String,
}

/// Accepts `acme`, `acme/prod` and the web address of a workspace or of anything in it. The spelling is kept.
///
/// # Errors
/// When no slug is left.
pub fn organization_parse(text: &str) -> Result<String, OrganizationError> {
    let trimmed = text.trim();
    if looks_like_key(trimmed) {
        return Err(OrganizationError { text: "what looks like an API key".to_owned() });
    }
    let path = match trimmed.split_once("://") {
        Some((_, address)) => {
            address.split(['?', '#']).next().and_then(|address| address.split_once('/')).map(|it| it.1)
        }
        None => Some(trimmed),
    };
    let parts = path.unwrap_or_default().split('/').filter(|part| !part.is_empty());
    // Pages of a workspace begin with its slug, those of the older site with `~`, and the API's with `v1/orgs`.
    let mut parts = parts.skip_while(|part| matches!(*part, "v1" | "orgs" | "repos" | "namespaces" | "workspaces"));
    let slug = parts.next().map(|part| part.strip_prefix('~').unwrap_or(part)).unwrap_or_default();
    if is_slug(slug) { Ok(slug.to_owned()) } else { Err(OrganizationError { text: text.to_owned() }) }
}

/// Keys are long and mix capitals, small letters and digits; nobody calls a workspace so. One is never repeated.
fn looks_like_key(text: &str) -> bool {
    text.len() >= 32
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && text.chars().any(|c| c.is_ascii_uppercase())
        && text.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_given_for_a_name_is_not_repeated() {
        let error = organization_parse("BmdCFqR9LrvEWKctppUrXylmMMmEklfRaKWUihXz").unwrap_err().to_string();
        assert!(!error.contains("BmdCF"), "{error}");
    }

    #[test]
    fn every_way_of_naming_an_organisation_is_understood() {
        for text in [
            "acme",
            " acme/prod ",
            "https://app.example.test/acme",
            "https://app.example.test/acme/settings/members?page=2",
            "https://example.test/~acme/repos/prod/",
            "https://api.example.test/v1/orgs/acme/members/",
        ] {
            assert_eq!(organization_parse(text).ok().as_deref(), Some("acme"), "{text}");
        }
        for text in ["", "https://app.example.test/", "a b", "..", "~", "https://", "%2e%2e"] {
            assert!(organization_parse(text).is_err(), "{text}");
        }
    }
}
