//! Which version of a resource is meant: weak tags, because the same version is written in more than one way.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The tag of a version.
pub(super) fn tag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// The tag as the value of a header.
pub(super) fn header_value(version: i64) -> Option<HeaderValue> {
    HeaderValue::from_str(&tag(version)).ok()
}

/// Whether a change may be made of this version: nobody said of which it is, or it is this one.
pub(super) fn may_change(headers: &HeaderMap, version: i64) -> bool {
    names(headers, &header::IF_MATCH, version).unwrap_or(true)
}

/// Whether whoever asks has this version already.
pub(super) fn is_known(headers: &HeaderMap, version: i64) -> bool {
    names(headers, &header::IF_NONE_MATCH, version).unwrap_or(false)
}

/// Whether a header names this version; nothing where it is absent.
fn names(headers: &HeaderMap, name: &HeaderName, version: i64) -> Option<bool> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let tags = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim);
    let mut tags = tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag));
    let wanted = version.to_string();
    Some(tags.any(|tag| tag == "*" || tag.trim_matches('"') == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let of =
            |name: HeaderName, value: &'static str| HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        for known in ["W/\"3\"", "\"3\"", "*", "W/\"1\", W/\"3\"", "3"] {
            assert!(may_change(&of(header::IF_MATCH, known), 3), "{known}");
            assert!(is_known(&of(header::IF_NONE_MATCH, known), 3), "{known}");
        }
        for other in ["W/\"33\"", "", "\"\"", "W/", "x, y"] {
            assert!(!may_change(&of(header::IF_MATCH, other), 3), "{other}");
            assert!(!is_known(&of(header::IF_NONE_MATCH, other), 3), "{other}");
        }
        assert!(may_change(&HeaderMap::new(), 3) && !is_known(&HeaderMap::new(), 3));
    }
}
