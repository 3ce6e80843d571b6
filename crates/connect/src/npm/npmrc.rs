//! The user's `.npmrc`: the token kept for one host, and how this machine reaches the network.
//!
//! A `registry=` line is deliberately ignored: it often names a mirror, and must never choose where a token goes. So
//! is a project's `.npmrc`, which whoever wrote the project controls.

use std::collections::BTreeMap;

use secrecy::SecretString;
use url::Url;

/// Looks up an environment variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What is read of a user's `.npmrc`.
#[derive(Debug, Default)]
pub struct Npmrc {
    tokens: BTreeMap<String, SecretString>,
    /// `cafile`: certificates to trust in addition to the system's.
    pub ca_file: Option<String>,
    /// `https-proxy`, or `proxy`.
    pub proxy: Option<String>,
}

impl Npmrc {
    /// Reads the file's text. Lines that cannot be understood are skipped, as npm does.
    #[must_use]
    pub fn parse(text: &str, environment: Environment<'_>) -> Self {
        let mut npmrc = Self::default();
        let mut proxy = None;
        for (key, value) in text.lines().filter_map(entry) {
            let value = expand(value, environment);
            match key {
                "cafile" => npmrc.ca_file = Some(value),
                "https-proxy" => npmrc.proxy = Some(value),
                "proxy" => proxy = Some(value),
                _ => {
                    if let Some(place) = key.strip_prefix("//").and_then(|rest| rest.strip_suffix(":_authToken")) {
                        npmrc.tokens.insert(place.trim_end_matches('/').to_owned(), value.into());
                    }
                }
            }
        }
        npmrc.proxy = npmrc.proxy.or(proxy).filter(|text| !matches!(text.as_str(), "" | "null" | "false"));
        npmrc
    }

    /// The token kept for exactly this registry, and the key it is kept under.
    #[must_use]
    pub fn token_for(&self, registry: &Url) -> Option<(String, SecretString)> {
        let host = registry.host_str()?;
        let host = registry.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let path = registry.path().trim_matches('/');
        let place = if path.is_empty() { host } else { format!("{host}/{path}") };
        self.tokens.get(&place).map(|token| (format!("//{place}/"), token.clone()))
    }
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.starts_with(['#', ';', '[']) {
        return None;
    }
    let (key, value) = line.split_once('=')?;
    let value = value.trim();
    let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some((key.trim(), unquoted.unwrap_or(value)))
}

/// `${NAME}` stands for an environment variable; an unset one is left as it is, as npm does.
fn expand(value: &str, environment: Environment<'_>) -> String {
    let mut expanded = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        expanded.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match environment(name.strip_suffix('?').unwrap_or(name)) {
                    Some(found) => expanded.push_str(&found),
                    None if name.ends_with('?') => {}
                    None => expanded.push_str(&format!("${{{name}}}")),
                }
                rest = tail;
            }
            None => {
                expanded.push_str("${");
                rest = after;
            }
        }
    }
    expanded.push_str(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn token(text: &str, registry: &str) -> Option<String> {
        let environment = |name: &str| (name == "SECRET").then(|| "npm_fromenv".to_owned());
        let npmrc = Npmrc::parse(text, &environment);
        npmrc.token_for(&Url::parse(registry).unwrap()).map(|(_, token)| token.expose_secret().to_owned())
    }

    #[test]
    fn a_token_belongs_to_the_host_it_is_keyed_to_and_to_no_other() {
        let text = "registry=https://mirror.example.test/\n//mirror.example.test/:_authToken=npm_mirror\n\
                    //npm.example.test/:_authToken = \"npm_right\"\n//npm.example.test:8443/base/:_authToken=${SECRET}\n";
        assert_eq!(token(text, "https://npm.example.test/").as_deref(), Some("npm_right"));
        assert_eq!(token(text, "https://npm.example.test:8443/base/").as_deref(), Some("npm_fromenv"));
        assert_eq!(token(text, "https://npm.example.test:9/"), None);
        assert_eq!(token(text, "https://evil.npm.example.test/"), None);
    }

    #[test]
    fn rubbish_is_skipped() {
        let npmrc = Npmrc::parse("=\n[x]\n;c\n${\ncafile=/a/b\nproxy=null\nhttps-proxy=http://p.test:1", &|_| None);
        assert_eq!(npmrc.ca_file.as_deref(), Some("/a/b"));
        assert_eq!(npmrc.proxy.as_deref(), Some("http://p.test:1"));
        assert_eq!(expand("a${X}b${Y?}c${", &|_| None), "a${X}bc${");
    }
}
