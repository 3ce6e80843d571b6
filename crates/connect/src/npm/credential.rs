//! Where npm's tokens are found, and what they look like.

use rolecall_http::Credential;
use url::Url;

use super::npmrc::{Environment, Npmrc};
use crate::{FoundToken, OwnPlace, OwnToken, TokenDeclaration, TokenError, TokenPlace, TokenShape, TokenSurroundings};

/// npm's tokens.
pub static TOKENS: TokenDeclaration = TokenDeclaration {
    name: "npm token",
    variable: "NPM_TOKEN",
    own_places: &[OwnPlace {
        name: "npmrc",
        words: "the user's .npmrc",
        missing: "the user's .npmrc has no entry keyed to that host",
        advice: "log in with npm for that host, or choose another place for the token",
    }],
    usual_places: "NPM_TOKEN, then the user's .npmrc in the entry keyed to the registry's host",
    missing: "neither NPM_TOKEN is set nor does the user's .npmrc have an entry keyed to that host",
    advice: "create a granular access token as an owner or admin of the organisation, read-only, with the organisation \
             selected; then set NPM_TOKEN, or pass --token-file FILE, or pipe it in with --token-stdin",
    shape: TokenShape { prefix: "npm_", at_least: 20, example: "npm_…" },
    credential: |secret| Credential::bearer(secret),
};

/// Finds the token for `registry`.
///
/// # Errors
/// When there is none, or what is there cannot be one.
pub fn token_find(
    place: &TokenPlace,
    registry: &Url,
    environment: Environment<'_>,
    npmrc: &Npmrc,
) -> Result<FoundToken, TokenError> {
    let in_npmrc = |own: &'static OwnPlace| {
        let (key, secret) = npmrc.token_for(registry)?;
        Some(OwnToken { secret, source: format!("{}, entry {key}", own.words) })
    };
    let host = registry.host_str().unwrap_or_default();
    TOKENS.find(place, TokenSurroundings { host, variable: environment, own: &in_npmrc })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Url {
        Url::parse("https://npm.example.test/").unwrap()
    }

    fn in_file() -> Npmrc {
        Npmrc::parse("//npm.example.test/:_authToken=npm_file", &|_| None)
    }

    #[test]
    fn the_variable_comes_first_and_the_source_is_named() {
        let variable = |name: &str| (name == "NPM_TOKEN").then(|| "npm_variable".to_owned());
        let found = token_find(&TokenPlace::Usual, &registry(), &variable, &in_file()).unwrap();
        assert_eq!(found.source, "environment variable NPM_TOKEN");
        let found = token_find(&TokenPlace::Usual, &registry(), &|_| None, &in_file()).unwrap();
        assert_eq!(found.source, "the user's .npmrc, entry //npm.example.test/");
        assert!(!format!("{found:?}").contains("npm_file"));
    }

    #[test]
    fn a_chosen_place_is_the_only_one_looked_at() {
        let variable = |name: &str| (name == "ACME_TOKEN").then(|| "npm_a".to_owned());
        let find = |place: TokenPlace, registry: &Url| {
            token_find(&place, registry, &variable, &in_file())
                .map(|found| found.source)
                .map_err(|error| error.to_string())
        };
        let named = |name: &str| TokenPlace::Variable(name.to_owned());
        assert_eq!(find(named("ACME_TOKEN"), &registry()).unwrap(), "environment variable ACME_TOKEN");
        assert!(find(named("OTHER"), &registry()).unwrap_err().contains("OTHER is not set"));
        let npmrc = || TokenPlace::own(&TOKENS, "npmrc").unwrap();
        assert_eq!(find(npmrc(), &registry()).unwrap(), "the user's .npmrc, entry //npm.example.test/");
        let elsewhere = Url::parse("https://other.example.test/").unwrap();
        assert!(find(npmrc(), &elsewhere).unwrap_err().contains("no entry keyed to that host"));
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_repeating_it() {
        for text in ["", "  \n", "two tokens", "tök", "${NPM_TOKEN}"] {
            let npmrc = Npmrc::parse(&format!("//npm.example.test/:_authToken=\"{text}\""), &|_| None);
            let error = token_find(&TokenPlace::Usual, &registry(), &|_| None, &npmrc).unwrap_err();
            assert!(text.trim().is_empty() || !error.to_string().contains(text), "{error}");
        }
    }
}
