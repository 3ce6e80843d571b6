//! Where a connector's token is found, as a person says it and as it is kept. The token itself is not part of that, and
//! never named in an error.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{TYPES, TokenDeclaration};

/// The place that a token is taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenPlace {
    /// The usual places of the connector type, one after another.
    #[default]
    Usual,
    /// One environment variable, and nowhere else.
    Variable(String),
    /// One file that holds nothing else.
    File(PathBuf),
    /// A place that only this connector type has, and nowhere else.
    Own(&'static OwnPlace),
    /// Sealed in Rolecall's own database, and nowhere else. Whoever has that database opens it.
    Sealed,
    /// Standard input, for one run: it cannot be kept.
    StandardInput,
}

/// What a connector keeps whose token is sealed.
const SEALED: &str = "sealed";

/// A place that only one connector type has, such as the file of its registry's own client.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnPlace {
    /// As it is kept, and as files and flags spell it: `npmrc`.
    pub name: &'static str,
    /// In words: `the user's .npmrc`.
    pub words: &'static str,
    /// What is said when it has no token.
    pub missing: &'static str,
    /// What to do then.
    pub advice: &'static str,
}

impl TokenPlace {
    /// The place that a connector keeps.
    ///
    /// # Errors
    /// When this type has no such place.
    pub fn stored(tokens: &TokenDeclaration, source: Option<&str>) -> Result<Self, String> {
        let unknown = || "this version does not know where its token is found: configure the place again".to_owned();
        match source {
            None => Ok(Self::Usual),
            Some(SEALED) => Ok(Self::Sealed),
            Some(source) => match source.split_once(':') {
                Some(("env", name)) => Self::variable(name),
                Some(("file", path)) => Ok(Self::File(path.into())),
                Some(_) => Err(unknown()),
                None => Self::own(tokens, source).ok_or_else(unknown),
            },
        }
    }

    /// The place of this name that only this type has.
    #[must_use]
    pub fn own(tokens: &TokenDeclaration, name: &str) -> Option<Self> {
        tokens.own_places.iter().find(|own| own.name == name).map(Self::Own)
    }

    /// The environment variable `name`.
    ///
    /// # Errors
    /// When that is no name of one, or rather looks like a token.
    pub fn variable(name: &str) -> Result<Self, String> {
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().next().is_some_and(|c| !c.is_ascii_digit());
        if looks_like_token(name) {
            return Err("that looks like a token; give the name of the environment variable that holds it".to_owned());
        }
        if !is_name {
            return Err("that is no name of an environment variable; write it like ACME_TOKEN".to_owned());
        }
        Ok(Self::Variable(name.to_owned()))
    }

    /// The file at `path`, found from every folder.
    ///
    /// # Errors
    /// When it cannot be named, or rather looks like a token.
    pub fn file(path: &Path) -> Result<Self, String> {
        if path.to_str().is_some_and(looks_like_token) {
            return Err("that looks like a token; give the path of the file that holds it".to_owned());
        }
        std::path::absolute(path).map(Self::File).map_err(|error| format!("the token's file cannot be named: {error}"))
    }

    /// As it is kept: nothing for the usual places.
    #[must_use]
    pub fn source(&self) -> Option<String> {
        match self {
            Self::Usual | Self::StandardInput => None,
            Self::Variable(name) => Some(format!("env:{name}")),
            Self::File(path) => Some(format!("file:{}", path.display())),
            Self::Own(own) => Some(own.name.to_owned()),
            Self::Sealed => Some(SEALED.to_owned()),
        }
    }
}

impl fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usual => f.write_str("the usual places"),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Own(own) => f.write_str(own.words),
            Self::Sealed => f.write_str("sealed in the database"),
            Self::StandardInput => f.write_str("standard input"),
        }
    }
}

/// Tokens are long, in one piece, and mostly begin with a known word; names of variables and files are not. A path may
/// hold a digest, so only one that is nothing else is looked at.
fn looks_like_token(text: &str) -> bool {
    let is_one_piece = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_one_piece && TYPES.iter().any(|known| known.tokens.shape.is_in(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npm::TOKENS;

    #[test]
    fn a_place_is_kept_and_found_again() {
        for place in [
            TokenPlace::Usual,
            TokenPlace::own(&TOKENS, "npmrc").unwrap(),
            TokenPlace::Variable("ACME_TOKEN".to_owned()),
            TokenPlace::File("/run/secrets/a:b".into()),
            TokenPlace::Sealed,
        ] {
            assert_eq!(TokenPlace::stored(&TOKENS, place.source().as_deref()), Ok(place));
        }
        for unknown in ["vault:x", "vault"] {
            assert!(TokenPlace::stored(&TOKENS, Some(unknown)).is_err());
        }
    }

    #[test]
    fn a_token_given_for_its_place_is_refused_without_repeating_it() {
        let token = "npm_abcdefghijklmnopqrstuvwxyz0123456789";
        for refused in [TokenPlace::variable(token), TokenPlace::file(token.as_ref()), TokenPlace::variable("a-b-c")] {
            assert!(refused.is_err_and(|why| !why.contains("npm_") && !why.contains("a-b-c")));
        }
    }
}
