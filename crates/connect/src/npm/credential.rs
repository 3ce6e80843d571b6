//! Where the token comes from: never from a command-line argument, never from a project's own files.

use std::io::Read;
use std::path::PathBuf;

use rolecall_http::Credential;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::npmrc::Npmrc;

/// Environment variable that may hold the token.
pub const TOKEN_VARIABLE: &str = "NPM_TOKEN";

/// A token and where it was found.
#[derive(Debug)]
pub struct FoundToken {
    /// The token; it cannot be printed.
    pub credential: Credential,
    /// In words, for the person who wonders which token was used. Never the token.
    pub source: String,
}

/// Where a person asked the token to be read from.
#[derive(Clone, Debug, Default)]
pub enum TokenChoice {
    /// Wherever one is found: [`TOKEN_VARIABLE`], then the user's `.npmrc` entry keyed to the registry's host.
    #[default]
    Usual,
    /// An environment variable, and nowhere else.
    Variable(String),
    /// A file that holds nothing else.
    File(PathBuf),
    /// The user's `.npmrc` entry keyed to the registry's host, and nowhere else.
    Npmrc,
    /// Standard input.
    StandardInput,
}

impl TokenChoice {
    /// The environment variable that this choice looks at, if it looks at one.
    #[must_use]
    pub fn variable(&self) -> &str {
        match self {
            Self::Variable(name) => name,
            Self::Usual | Self::File(_) | Self::Npmrc | Self::StandardInput => TOKEN_VARIABLE,
        }
    }
}

/// Why there is no usable token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// None was found in the usual places.
    #[error(
        "no npm token for {host}: neither {TOKEN_VARIABLE} is set nor does the user's .npmrc have an entry keyed to that host"
    )]
    Missing {
        /// The registry's host.
        host: String,
    },
    /// The one variable it was to come from is not set.
    #[error("no npm token for {host}: the environment variable {name} is not set")]
    NotSet {
        /// The registry's host.
        host: String,
        /// The variable.
        name: String,
    },
    /// The user's `.npmrc` has none for the host.
    #[error("no npm token for {host}: the user's .npmrc has no entry keyed to that host")]
    NotInNpmrc {
        /// The registry's host.
        host: String,
    },
    /// The file or standard input could not be read.
    #[error("cannot read the token from {origin}: {why}")]
    Unreadable {
        /// Where it was to come from.
        origin: String,
        /// What went wrong.
        why: String,
    },
    /// What was found cannot be a token.
    #[error("what {origin} holds is no token: {why}")]
    Unusable {
        /// Where it came from.
        origin: String,
        /// What is wrong with it, without repeating it.
        why: &'static str,
    },
}

impl TokenError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => format!(
                "create a granular access token as an owner or admin of the organisation, read-only, with the \
                 organisation selected; then set {TOKEN_VARIABLE}, or pass --token-file FILE, or pipe it in with --token-stdin"
            ),
            Self::NotSet { name, .. } => format!("set {name} for this command, or choose another place for the token"),
            Self::NotInNpmrc { .. } => {
                "log in with npm for that host, or choose another place for the token".to_owned()
            }
            Self::Unreadable { .. } => "check the path and that you may read it".to_owned(),
            Self::Unusable { .. } => "it must hold one token, such as npm_…, and nothing else".to_owned(),
        }
    }
}

/// Finds the token for `registry`. `variable` is the value of [`TokenChoice::variable`].
///
/// # Errors
/// When there is none, or what is there cannot be one.
pub fn token_find(
    choice: &TokenChoice,
    registry: &Url,
    variable: Option<String>,
    npmrc: &Npmrc,
) -> Result<FoundToken, TokenError> {
    match choice {
        TokenChoice::File(path) => {
            let source = format!("file {}", path.display());
            let text = std::fs::read_to_string(path).map_err(|error| unreadable(&source, &error))?;
            checked(&text.into(), source)
        }
        TokenChoice::StandardInput => {
            let source = "standard input".to_owned();
            let mut text = String::new();
            let limited = std::io::stdin().lock().take(64 * 1024).read_to_string(&mut text);
            limited.map_err(|error| unreadable(&source, &error))?;
            checked(&text.into(), source)
        }
        TokenChoice::Variable(name) => in_variable(name, variable)
            .unwrap_or_else(|| Err(TokenError::NotSet { host: host(registry), name: name.clone() })),
        TokenChoice::Npmrc => {
            in_npmrc(registry, npmrc).unwrap_or_else(|| Err(TokenError::NotInNpmrc { host: host(registry) }))
        }
        TokenChoice::Usual => in_variable(TOKEN_VARIABLE, variable)
            .or_else(|| in_npmrc(registry, npmrc))
            .unwrap_or_else(|| Err(TokenError::Missing { host: host(registry) })),
    }
}

fn in_variable(name: &str, value: Option<String>) -> Option<Result<FoundToken, TokenError>> {
    let text = value.filter(|text| !text.trim().is_empty())?;
    Some(checked(&text.into(), format!("environment variable {name}")))
}

fn in_npmrc(registry: &Url, npmrc: &Npmrc) -> Option<Result<FoundToken, TokenError>> {
    let (key, token) = npmrc.token_for(registry)?;
    Some(checked(&token, format!("the user's .npmrc, entry {key}")))
}

fn host(registry: &Url) -> String {
    registry.host_str().unwrap_or_default().to_owned()
}

fn unreadable(origin: &str, error: &std::io::Error) -> TokenError {
    TokenError::Unreadable { origin: origin.to_owned(), why: error.to_string() }
}

fn checked(text: &SecretString, source: String) -> Result<FoundToken, TokenError> {
    let token = text.expose_secret().trim();
    let wrong = if token.is_empty() {
        Some("it is empty")
    } else if token.starts_with("${") {
        Some("its environment variable is not set")
    } else if !token.chars().all(|c| c.is_ascii_graphic() && c != '"') {
        Some("it contains spaces, quotes, line breaks or characters outside ASCII")
    } else {
        None
    };
    match wrong {
        Some(why) => Err(TokenError::Unusable { origin: source, why }),
        None => Ok(FoundToken { credential: Credential::bearer(token.to_owned()), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Url {
        Url::parse("https://npm.example.test/").unwrap()
    }

    #[test]
    fn the_variable_comes_first_and_the_source_is_named() {
        let npmrc = Npmrc::parse("//npm.example.test/:_authToken=npm_file", &|_| None);
        let variable = Some("npm_variable".to_owned());
        let found = token_find(&TokenChoice::Usual, &registry(), variable, &npmrc).unwrap();
        assert_eq!(found.source, "environment variable NPM_TOKEN");
        let found = token_find(&TokenChoice::Usual, &registry(), None, &npmrc).unwrap();
        assert_eq!(found.source, "the user's .npmrc, entry //npm.example.test/");
        assert!(!format!("{found:?}").contains("npm_file"));
    }

    #[test]
    fn a_chosen_place_is_the_only_one_looked_at() {
        let npmrc = Npmrc::parse("//npm.example.test/:_authToken=npm_file", &|_| None);
        let find = |choice: TokenChoice, variable: Option<&str>| {
            token_find(&choice, &registry(), variable.map(str::to_owned), &npmrc).map(|found| found.source)
        };
        let named = TokenChoice::Variable("ACME_TOKEN".to_owned());
        assert_eq!((named.variable(), TokenChoice::Usual.variable()), ("ACME_TOKEN", TOKEN_VARIABLE));
        assert_eq!(find(named.clone(), Some("npm_a")).unwrap(), "environment variable ACME_TOKEN");
        assert!(matches!(find(named, None), Err(TokenError::NotSet { name, .. }) if name == "ACME_TOKEN"));
        assert_eq!(find(TokenChoice::Npmrc, Some("npm_a")).unwrap(), "the user's .npmrc, entry //npm.example.test/");
        let elsewhere = Url::parse("https://other.example.test/").unwrap();
        let missing = token_find(&TokenChoice::Npmrc, &elsewhere, Some("npm_a".to_owned()), &npmrc).unwrap_err();
        assert!(matches!(missing, TokenError::NotInNpmrc { .. }), "{missing}");
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_repeating_it() {
        for text in ["", "  \n", "two tokens", "tök", "${NPM_TOKEN}"] {
            let npmrc = Npmrc::parse(&format!("//npm.example.test/:_authToken=\"{text}\""), &|_| None);
            let error = token_find(&TokenChoice::Usual, &registry(), None, &npmrc).unwrap_err();
            assert!(text.trim().is_empty() || !error.to_string().contains(text), "{error}");
        }
    }
}
