//! Where a connector's token comes from: never from a command-line argument, never from a project's own files.

use std::io::Read;
use std::path::PathBuf;

use rolecall_http::Credential;
use secrecy::{ExposeSecret, SecretString};

use crate::{OwnPlace, TokenPlace};

/// What is known of the tokens of a connector type.
#[derive(Debug)]
pub struct TokenDeclaration {
    /// What they are called: `npm token`.
    pub name: &'static str,
    /// The environment variable that may hold one. It comes first among the usual places.
    pub variable: &'static str,
    /// Places that only this type has. The usual places are the variable, then these in turn.
    pub own_places: &'static [OwnPlace],
    /// The usual places, in words.
    pub usual_places: &'static str,
    /// What is said when none of them has one: `neither … is set nor …`.
    pub missing: &'static str,
    /// What to do then.
    pub advice: &'static str,
    /// What they look like.
    pub shape: TokenShape,
    /// How they are sent.
    pub credential: fn(SecretString) -> Credential,
}

/// What tokens look like, to recognise one that was given where none belongs.
#[derive(Debug)]
pub struct TokenShape {
    /// How they begin: `npm_`.
    pub prefix: &'static str,
    /// The fewest letters and digits that follow.
    pub at_least: usize,
    /// How one is written where none is shown: `npm_…`.
    pub example: &'static str,
}

/// A token and where it was found.
#[derive(Debug)]
pub struct FoundToken {
    /// The token; it cannot be printed.
    pub secret: SecretString,
    /// It as it is sent.
    pub credential: Credential,
    /// In words, for the person who wonders which token was used. Never the token.
    pub source: String,
    /// The place; never [`TokenPlace::Usual`].
    pub place: TokenPlace,
}

/// What a place that only one type has holds.
#[derive(Debug)]
pub struct OwnToken {
    /// The token.
    pub secret: SecretString,
    /// Where in the place it is, in words: `the user's .npmrc, entry //npm.example.com/`.
    pub source: String,
}

/// What a token is looked for in, beside files and standard input.
#[derive(Clone, Copy)]
pub struct TokenSurroundings<'a> {
    /// The host it is for.
    pub host: &'a str,
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// What a place holds that only this type has.
    pub own: &'a dyn Fn(&'static OwnPlace) -> Option<OwnToken>,
}

/// Why there is no usable token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is none where it was looked for.
    #[error("no {what} for {host}: {why}")]
    Missing {
        /// What was looked for: `npm token`.
        what: &'static str,
        /// The host it was for.
        host: String,
        /// Where it is not.
        why: String,
        /// What to do next.
        advice: String,
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
        /// What one is written like.
        example: &'static str,
    },
}

impl TokenError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { advice, .. } => advice.clone(),
            Self::Unreadable { .. } => "check the path and that you may read it".to_owned(),
            Self::Unusable { example, .. } => format!("it must hold one token, such as {example}, and nothing else"),
        }
    }
}

impl TokenDeclaration {
    /// Finds the token in this place.
    ///
    /// # Errors
    /// When there is none, or what is there cannot be one.
    pub fn find(&self, place: &TokenPlace, around: TokenSurroundings<'_>) -> Result<FoundToken, TokenError> {
        match place {
            TokenPlace::File(path) => self.in_file(path),
            TokenPlace::StandardInput => self.in_standard_input(),
            TokenPlace::Sealed => {
                let advice = "keep it there with: rolecall connectors edit NAME --seal-token".to_owned();
                Err(self.missing(around, "none is sealed in the database".to_owned(), advice))
            }
            TokenPlace::Variable(name) => self.in_variable(name, around).unwrap_or_else(|| {
                let advice = format!("set {name} for this command, or choose another place for the token");
                Err(self.missing(around, format!("the environment variable {name} is not set"), advice))
            }),
            TokenPlace::Own(own) => self
                .in_own(own, around)
                .unwrap_or_else(|| Err(self.missing(around, own.missing.to_owned(), own.advice.to_owned()))),
            TokenPlace::Usual => self
                .in_variable(self.variable, around)
                .or_else(|| self.own_places.iter().find_map(|own| self.in_own(own, around)))
                .unwrap_or_else(|| Err(self.missing(around, self.missing.to_owned(), self.advice.to_owned()))),
        }
    }

    /// The token that was sealed, and is opened now.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn opened(&self, secret: &SecretString) -> Result<FoundToken, TokenError> {
        self.checked(secret, TokenPlace::Sealed.to_string(), TokenPlace::Sealed)
    }

    fn in_file(&self, path: &PathBuf) -> Result<FoundToken, TokenError> {
        let source = format!("file {}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(&source, &error))?;
        self.checked(&text.into(), source, TokenPlace::File(path.clone()))
    }

    fn in_standard_input(&self) -> Result<FoundToken, TokenError> {
        let source = "standard input".to_owned();
        let mut text = String::new();
        let limited = std::io::stdin().lock().take(64 * 1024).read_to_string(&mut text);
        limited.map_err(|error| unreadable(&source, &error))?;
        self.checked(&text.into(), source, TokenPlace::StandardInput)
    }

    fn in_variable(&self, name: &str, around: TokenSurroundings<'_>) -> Option<Result<FoundToken, TokenError>> {
        let text = (around.variable)(name).filter(|text| !text.trim().is_empty())?;
        let place = TokenPlace::Variable(name.to_owned());
        Some(self.checked(&text.into(), format!("environment variable {name}"), place))
    }

    fn in_own(&self, own: &'static OwnPlace, around: TokenSurroundings<'_>) -> Option<Result<FoundToken, TokenError>> {
        let OwnToken { secret, source } = (around.own)(own)?;
        Some(self.checked(&secret, source, TokenPlace::Own(own)))
    }

    fn missing(&self, around: TokenSurroundings<'_>, why: String, advice: String) -> TokenError {
        TokenError::Missing { what: self.name, host: around.host.to_owned(), why, advice }
    }

    fn checked(&self, text: &SecretString, source: String, place: TokenPlace) -> Result<FoundToken, TokenError> {
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
            Some(why) => Err(TokenError::Unusable { origin: source, why, example: self.shape.example }),
            None => {
                let secret = SecretString::from(token.to_owned());
                Ok(FoundToken { credential: (self.credential)(secret.clone()), secret, source, place })
            }
        }
    }
}

impl TokenShape {
    /// The text with everything that looks like a token taken out but for how it begins.
    #[must_use]
    pub fn taken_out(&self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((start, length)) = self.first(rest) {
            let (before, found) = rest.split_at(start);
            clean.push_str(before);
            clean.push_str(self.prefix);
            clean.push('…');
            rest = found.get(length..).unwrap_or_default();
        }
        clean + rest
    }

    /// Whether something in the text looks like a token.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.first(text).is_some()
    }

    /// Where the first thing begins that looks like a token, and how long it is.
    fn first(&self, text: &str) -> Option<(usize, usize)> {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(self.prefix)) {
            let start = from + at;
            let tail = text.get(start + self.prefix.len()..)?;
            let length = tail.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if length >= self.at_least {
                return Some((start, self.prefix.len() + length));
            }
            let step = self.prefix.len() + length;
            from = start + if step > 0 { step } else { tail.chars().next()?.len_utf8() };
        }
        None
    }
}

fn unreadable(origin: &str, error: &std::io::Error) -> TokenError {
    TokenError::Unreadable { origin: origin.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_repeated_wherever_it_was_given() {
        let shape = TokenShape { prefix: "npm_", at_least: 20, example: "npm_…" };
        let text = "cannot read npm_abcdefghijklmnopqrstuvwxyz0123456789: npm_x and npm_";
        assert!(shape.is_in(text) && !shape.is_in("npm_config_registry, npm_short"));
        assert_eq!(shape.taken_out(text), "cannot read npm_…: npm_x and npm_");
        assert_eq!(shape.taken_out("zoë npm_ü"), "zoë npm_ü");
        let bare = TokenShape { prefix: "", at_least: 40, example: "…" };
        let key = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(bare.taken_out(&format!("ö {key}, --key={key} é")), "ö …, --key=… é");
        assert!(!bare.is_in("a_name_of_an_environment_variable_that_is_quite_long"));
    }
}
