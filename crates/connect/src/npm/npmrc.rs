//! The user's `.npmrc` and npm's own variables: the token kept for one host, and how this machine reaches the network.
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
    https_proxy: Option<String>,
    any_proxy: Option<String>,
}

/// The setting that an environment variable is for, as npm reads it: `npm_config_https_proxy`, in whatever case, is for
/// `https-proxy`.
#[must_use]
pub fn setting_of_variable(name: &str) -> Option<String> {
    const PREFIX: &str = "npm_config_";
    let prefix = name.get(..PREFIX.len())?;
    let is_setting = prefix.eq_ignore_ascii_case(PREFIX) && name.len() > PREFIX.len();
    is_setting.then(|| name[PREFIX.len()..].to_ascii_lowercase().replace('_', "-"))
}

impl Npmrc {
    /// Reads the file's text. Lines that cannot be understood are skipped, as npm does.
    #[must_use]
    pub fn parse(text: &str, environment: Environment<'_>) -> Self {
        let mut npmrc = Self::default();
        for (key, value) in text.lines().filter_map(entry) {
            let value = expand(value, environment);
            match key.strip_prefix("//").and_then(|rest| rest.strip_suffix(":_authToken")) {
                Some(place) => {
                    npmrc.tokens.insert(place.trim_end_matches('/').to_owned(), value.into());
                }
                None => npmrc.network_set(key, value),
            }
        }
        npmrc
    }

    /// Takes what npm's own environment variables say about the network, which comes before the file. They name neither
    /// the registry nor the token.
    #[must_use]
    pub fn with_variables(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        for (name, value) in variables {
            if let Some(key) = setting_of_variable(&name).filter(|_| !value.is_empty()) {
                self.network_set(&key, value);
            }
        }
        self
    }

    fn network_set(&mut self, key: &str, value: String) {
        let value = Some(value).filter(|value| !matches!(value.as_str(), "" | "null" | "false"));
        match key {
            "cafile" => self.ca_file = value,
            "https-proxy" => self.https_proxy = value,
            "proxy" => self.any_proxy = value,
            _ => {}
        }
        self.proxy = self.https_proxy.clone().or_else(|| self.any_proxy.clone());
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
    #[test]
    fn npms_variables_come_before_the_file_and_say_nothing_about_the_token() {
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let file = "cafile=/file.pem\nhttps-proxy=http://file.test:1\n//npm.example.test/:_authToken=npm_right";
        let npmrc = Npmrc::parse(file, &|_| None).with_variables([
            set("NPM_CONFIG_CAFILE", "/variable.pem"),
            set("npm_config_proxy", "http://any.test:1"),
            set("npm_config_https_proxy", ""),
            set("npm_config_//npm.example.test/:_authToken", "npm_wrong"),
            set("HTTPS_PROXY", "http://other.test:1"),
        ]);
        assert_eq!(npmrc.ca_file.as_deref(), Some("/variable.pem"));
        assert_eq!(
            npmrc.proxy.as_deref(),
            Some("http://file.test:1"),
            "`https-proxy` comes before `proxy`, wherever it is said"
        );
        let registry = Url::parse("https://npm.example.test/").unwrap();
        assert_eq!(npmrc.token_for(&registry).unwrap().1.expose_secret(), "npm_right");
        let none = npmrc.with_variables([set("npm_config_https_proxy", "null"), set("npm_config_proxy", "false")]);
        assert_eq!(none.proxy, None);
        assert_eq!(setting_of_variable("npm_config_"), None);
        assert_eq!(setting_of_variable("näm_config_x"), None);
    }
}
