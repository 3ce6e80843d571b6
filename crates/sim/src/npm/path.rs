//! Package names in paths: one piece, however a client escapes them.
//!
//! Clients send `@acme%2flib`, `@acme%2Flib`, `%40acme%2Flib` and `@acme/lib` (`npm-api.md` §2).
//! The first three are one piece once decoded; only the last one has to be put together again.

/// Joins `@scope` and the name that follows it where a package name stands.
pub(crate) fn join_package_name(pieces: Vec<String>) -> Vec<String> {
    let Some(place) = package_place(&pieces) else {
        return pieces;
    };
    let split = pieces.get(place).is_some_and(|scope| scope.starts_with('@') && !scope.contains('/'));
    if !split || place + 1 >= pieces.len() {
        return pieces;
    }
    let mut joined = pieces;
    let name = joined.remove(place + 1);
    if let Some(scope) = joined.get_mut(place) {
        scope.push('/');
        scope.push_str(&name);
    }
    joined
}

/// Where in a path the package name stands, if there is one.
fn package_place(pieces: &[String]) -> Option<usize> {
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    match pieces.as_slice() {
        ["-", "package", ..] => Some(2),
        ["-", "stage", "package", ..] => Some(3),
        ["-", "npm", "v1", "oidc", "token", "exchange", "package", ..] => Some(7),
        ["-", ..] | [] => None,
        _ => Some(0),
    }
}

/// The scope of a package name, without the `@`.
pub(crate) fn scope(package: &str) -> Option<&str> {
    let (scope, _) = package.strip_prefix('@')?.split_once('/')?;
    Some(scope)
}

/// The name without its scope.
pub(crate) fn bare(package: &str) -> &str {
    package.rsplit('/').next().unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::split_target;

    fn cut(target: &str) -> Vec<String> {
        join_package_name(split_target(target).0)
    }

    #[test]
    fn every_escaping_gives_the_same_pieces() {
        for name in ["@acme%2flib", "@acme%2Flib", "%40acme%2Flib", "@acme/lib"] {
            let access = cut(&format!("/-/package/{name}/access?format=cli"));
            assert_eq!(access, ["-", "package", "@acme/lib", "access"]);
            assert_eq!(cut(&format!("/{name}")), ["@acme/lib"]);
            assert_eq!(cut(&format!("/{name}/-rev/3-a")), ["@acme/lib", "-rev", "3-a"]);
        }
    }

    #[test]
    fn other_paths_are_left_alone() {
        assert_eq!(cut("/-/org/@acme/user"), ["-", "org", "@acme", "user"]);
        assert_eq!(cut("/plain"), ["plain"]);
        assert_eq!(cut("/@acme"), ["@acme"]);
        assert_eq!(cut("/"), Vec::<String>::new());
    }

    #[test]
    fn a_scope_is_what_stands_before_the_slash() {
        assert_eq!(scope("@acme/lib"), Some("acme"));
        assert_eq!(scope("plain"), None);
        assert_eq!(bare("@acme/lib"), "lib");
    }
}
