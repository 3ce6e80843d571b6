//! Naming requests: `GET /-/org/*/user`, `/-/team/**`, or simply all of them.

use crate::wire::Request;

/// Which requests a fault, a scripted change or a budget is meant for.
///
/// Written as an optional method and a path: `*` stands for one piece of the path (a package name
/// is one piece, however it was escaped), `**` for the rest. The query does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    method: Option<String>,
    pieces: Vec<String>,
}

impl Pattern {
    /// Every request.
    #[must_use]
    pub fn all() -> Self {
        Self::new("/**")
    }

    /// Reads a pattern such as `GET /-/org/*/user`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (method, path) = match text.split_once(' ') {
            Some((method, path)) => (Some(method.to_ascii_uppercase()), path),
            None => (None, text),
        };
        let pieces = path.split('/').filter(|piece| !piece.is_empty());
        Self { method, pieces: pieces.map(|piece| piece.replace("%2f", "/")).collect() }
    }

    /// Whether a request is meant.
    #[must_use]
    pub fn matches(&self, request: &Request) -> bool {
        let method = self.method.as_deref();
        method.is_none_or(|method| method == request.method.as_str()) && fits(&self.pieces, &request.segments)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

fn fits(pattern: &[String], path: &[String]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (Some((first, _)), _) if first == "**" => true,
        (Some((first, pattern)), Some((piece, path))) => (first == "*" || first == piece) && fits(pattern, path),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(path: &str) -> Vec<String> {
        crate::wire::split_target(path).0
    }

    #[test]
    fn stars_stand_for_pieces() {
        let roster = Pattern::new("GET /-/org/*/user");
        assert!(fits(&roster.pieces, &pieces("/-/org/acme/user")));
        assert!(!fits(&roster.pieces, &pieces("/-/org/acme/team")));
        assert!(fits(&Pattern::all().pieces, &pieces("/@acme%2flib")));
        let package = Pattern::new("/-/package/@acme%2flib/**");
        assert!(fits(&package.pieces, &pieces("/-/package/@acme%2Flib/access")));
    }
}
