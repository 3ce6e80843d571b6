//! Which source repository a package names as its origin.
//!
//! The edge `CodeRepo PUBLISHED npm_package` comes from the package's own `repository` field, not from its name: by
//! name the peer is wrong in one case of seven (`reference/jupiterone.md` §1).

/// The repository's identity, `host/owner/name`, from any spelling that package files use; `None` when it names none.
#[must_use]
pub fn repository_id(text: &str) -> Option<String> {
    let text = text.trim();
    let (host, path) = match shorthand(text) {
        Some(known) => known,
        None => address(text)?,
    };
    let path = path.split(['#', '?']).next()?.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    // GitLab nests groups; everything before a view such as `/-/tree/main` or `/tree/main` belongs to the name.
    let nested: Vec<&str> =
        if host == "gitlab.com" { parts.take_while(|part| *part != "-").collect() } else { Vec::new() };
    let host = host.to_ascii_lowercase();
    let name = std::iter::once(name).chain(nested).collect::<Vec<_>>().join("/");
    Some(format!("{host}/{owner}/{}", name.strip_suffix(".git").unwrap_or(&name)))
}

/// `github:acme/x`, `gitlab:acme/x`, `bitbucket:acme/x` and plain `acme/x`, which means GitHub.
fn shorthand(text: &str) -> Option<(&'static str, &str)> {
    for (prefix, host) in [("github:", "github.com"), ("gitlab:", "gitlab.com"), ("bitbucket:", "bitbucket.org")] {
        if let Some(path) = text.strip_prefix(prefix) {
            return Some((host, path));
        }
    }
    let plain = !text.contains([':', '@', '\\', ' ']) && text.split('/').count() == 2 && !text.starts_with(['.', '/']);
    plain.then_some(("github.com", text))
}

/// `git+https://host/path`, `git://host/path`, `ssh://git@host/path` and `git@host:path`.
fn address(text: &str) -> Option<(&str, &str)> {
    let (rest, separators) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') => {
            (rest, &['/', ':'][..])
        }
        Some(_) => return None,
        None => (text, &[':'][..]),
    };
    let head = rest.split('/').next().unwrap_or(rest);
    let rest = head.rfind('@').map_or(rest, |user| rest.get(user + 1..).unwrap_or_default());
    let (host, path) = rest.split_once(separators)?;
    // `host:port/path` keeps its port out of the identity.
    let path = path
        .split_once('/')
        .filter(|(port, _)| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()))
        .map_or(path, |(_, path)| path);
    let host = host.strip_prefix("www.").unwrap_or(host);
    (host.contains('.') && !host.contains(' ')).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("git+https://github.com/acme/x.git", Some("github.com/acme/x"))]
    #[case("https://github.com/acme/x/tree/main/packages/y#readme", Some("github.com/acme/x"))]
    #[case("git@github.com:acme/x.git", Some("github.com/acme/x"))]
    #[case("ssh://git@github.com:22/acme/x.git", Some("github.com/acme/x"))]
    #[case("git+ssh://git@github.com:acme/x.git", Some("github.com/acme/x"))]
    #[case("git://GitHub.com/Acme/X", Some("github.com/Acme/X"))]
    #[case("github:acme/x", Some("github.com/acme/x"))]
    #[case("acme/x", Some("github.com/acme/x"))]
    #[case("https://gitlab.com/group/sub/x/-/tree/main", Some("gitlab.com/group/sub/x"))]
    #[case("https://user:secret@git.example.test/a/b", Some("git.example.test/a/b"))]
    #[case("", None)]
    #[case("not a repository", None)]
    #[case("https://github.com/acme", None)]
    #[case("javascript:alert(1)", None)]
    #[case("../../etc/passwd", None)]
    fn a_repository_is_known_by_host_owner_and_name(#[case] text: &str, #[case] id: Option<&str>) {
        assert_eq!(repository_id(text).as_deref(), id);
    }
}
