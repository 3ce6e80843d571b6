//! Where a connector's token is found. The token itself is never kept, and never named in an error.

use std::fmt;
use std::path::PathBuf;

/// The place that syncs look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum TokenPlace {
    /// The usual places of the connector type.
    #[default]
    Usual,
    /// One environment variable.
    Variable(String),
    /// One file that holds nothing else.
    File(PathBuf),
    /// The user's `.npmrc`, in the entry keyed to the very host.
    Npmrc,
    /// Standard input, for one run: it cannot be kept.
    StandardInput,
}

impl TokenPlace {
    /// The place that a connector keeps.
    pub(crate) fn stored(source: Option<&str>) -> Result<Self, String> {
        match source {
            None => Ok(Self::Usual),
            Some("npmrc") => Ok(Self::Npmrc),
            Some(source) => match source.split_once(':') {
                Some(("env", name)) => Self::variable(name),
                Some(("file", path)) => Ok(Self::File(path.into())),
                _ => Err("this version does not know where its token is found: configure the place again".to_owned()),
            },
        }
    }

    /// The environment variable `name`, unless that is no name of one, or rather looks like a token.
    pub(crate) fn variable(name: &str) -> Result<Self, String> {
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().next().is_some_and(|c| !c.is_ascii_digit());
        if looks_like_token(name) {
            return Err("that looks like a token; give the name of the environment variable that holds it".to_owned());
        }
        if !is_name {
            return Err("that is no name of an environment variable; write it like ACME_NPM_TOKEN".to_owned());
        }
        Ok(Self::Variable(name.to_owned()))
    }

    /// The file at `path`, found from every folder.
    pub(crate) fn file(path: &std::path::Path) -> Result<Self, String> {
        if path.to_str().is_some_and(looks_like_token) {
            return Err("that looks like a token; give the path of the file that holds it".to_owned());
        }
        std::path::absolute(path).map(Self::File).map_err(|error| format!("the token's file cannot be named: {error}"))
    }

    /// As the database keeps it: nothing for the usual places.
    pub(crate) fn source(&self) -> Option<String> {
        match self {
            Self::Usual | Self::StandardInput => None,
            Self::Variable(name) => Some(format!("env:{name}")),
            Self::File(path) => Some(format!("file:{}", path.display())),
            Self::Npmrc => Some("npmrc".to_owned()),
        }
    }
}

impl fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usual => f.write_str("the usual places"),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Npmrc => f.write_str("the user's .npmrc"),
            Self::StandardInput => f.write_str("standard input"),
        }
    }
}

/// Tokens of registries are long and begin with a known word; names of variables and files are not.
fn looks_like_token(text: &str) -> bool {
    text.starts_with("npm_") && text.len() >= 30 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_and_found_again() {
        for place in [
            TokenPlace::Usual,
            TokenPlace::Npmrc,
            TokenPlace::Variable("ACME_TOKEN".to_owned()),
            TokenPlace::File("/run/secrets/a:b".into()),
        ] {
            assert_eq!(TokenPlace::stored(place.source().as_deref()), Ok(place));
        }
        assert!(TokenPlace::stored(Some("vault:x")).is_err());
    }

    #[test]
    fn a_token_given_for_its_place_is_refused_without_repeating_it() {
        let token = "npm_abcdefghijklmnopqrstuvwxyz0123456789";
        for refused in [TokenPlace::variable(token), TokenPlace::file(token.as_ref()), TokenPlace::variable("a-b-c")] {
            assert!(refused.is_err_and(|why| !why.contains("npm_") && !why.contains("a-b-c")));
        }
    }
}
