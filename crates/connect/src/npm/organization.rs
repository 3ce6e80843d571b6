//! Reading an organisation's name from whatever a person pastes.

/// Why a text names no organisation.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} names no npm organisation: write it like acme, @acme, @acme/package, or paste its web address")]
pub struct OrganizationError {
    text: String,
}

/// Accepts `acme`, `@acme`, `@acme/package` and the organisation's or one of its packages' web address. The spelling
/// of the name itself is kept.
///
/// # Errors
/// When no name is left, or it could not be one.
pub fn organization_parse(text: &str) -> Result<String, OrganizationError> {
    let fail = || OrganizationError { text: text.to_owned() };
    let trimmed = text.trim();
    let name = match trimmed.split_once("://") {
        Some((_, address)) => name_in_address(address).ok_or_else(fail)?,
        None => trimmed.strip_prefix('@').map_or(trimmed, |scope| scope.split('/').next().unwrap_or(scope)),
    };
    let possible = !name.is_empty()
        && name.len() <= 214
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~'));
    if possible { Ok(name.to_owned()) } else { Err(fail()) }
}

/// `…/org/acme`, `…/settings/acme/members`, `…/~acme` and `…/package/@acme/widgets` all name `acme`.
fn name_in_address(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next()?;
    let mut segments = path.split('/').skip(1).filter(|segment| !segment.is_empty());
    let first = segments.next()?;
    match first {
        "org" | "settings" => segments.next(),
        "package" => segments.next()?.strip_prefix('@'),
        _ => first.strip_prefix('~').or_else(|| first.strip_prefix('@')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_naming_an_organisation_is_understood() {
        for text in [
            "acme",
            "@acme",
            " @acme/widgets ",
            "https://www.example.test/org/acme",
            "https://www.example.test/settings/acme/members?page=1",
            "https://www.example.test/~acme",
            "https://www.example.test/package/@acme/widgets",
        ] {
            assert_eq!(organization_parse(text).ok().as_deref(), Some("acme"), "{text}");
        }
        assert_eq!(organization_parse("CamelCase").ok().as_deref(), Some("CamelCase"));
    }

    #[test]
    fn what_is_no_name_is_refused_with_examples() {
        for text in ["", "@", "a/b", "a b", "acme%2f..", "../x", "https://www.example.test/", "ünï"] {
            assert!(organization_parse(text).is_err(), "{text}");
        }
    }
}
