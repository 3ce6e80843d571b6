//! Slugs: the only values that are ever put into a path.

use rolecall_model::Reason;

/// Whether a text is a slug as Cloudsmith makes them. Encoded or not, a `/` in one could turn a reading into the GET that
/// removes a member (`cloudsmith-api.md` §2), so nothing else is ever asked for.
pub(super) fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.chars().any(|c| c.is_ascii_alphanumeric())
}

/// The last part of the wire id of a team or repository: `prod` of `acme/prod`.
///
/// # Errors
/// When it is no slug, so that nothing can be asked about it.
pub(super) fn last_part(id: &str) -> Result<&str, Reason> {
    slug_checked(id.split_once('/').map_or(id, |(_, part)| part))
}

/// A text that is a slug.
///
/// # Errors
/// When it is none, so that nothing can be asked about it.
pub(super) fn slug_checked(text: &str) -> Result<&str, Reason> {
    if is_slug(text) {
        Ok(text)
    } else {
        Err(Reason::new("no-slug", format!("{text:?} is no slug, so it is not put into an address")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_change_a_path_is_no_slug() {
        for slug in ["acme", "ci-bot-1a2b", "AbC_123", "a.b"] {
            assert!(is_slug(slug), "{slug}");
        }
        for text in ["", ".", "..", "x/remove", "x%2Fremove", "x?y", "x#y", "x y", "ä", "x\\remove", "x;remove"] {
            assert!(!is_slug(text), "{text}");
        }
        assert_eq!(last_part("acme/prod"), Ok("prod"));
        assert!(last_part("acme/x/remove").is_err());
    }
}
