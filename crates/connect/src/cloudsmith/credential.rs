//! Where Cloudsmith's API keys are found, and the identity tokens that are exchanged for a service's.

use rolecall_http::Credential;

use super::KEY_HEADER;
use super::credentials_file::KEY_VARIABLE;
use crate::{OwnPlace, TokenDeclaration, TokenShape};

/// The place of a key that only Cloudsmith has.
pub const CREDENTIALS_FILE: &str = "credentials_file";

/// API keys, of an account or of a service.
pub static KEYS: TokenDeclaration = TokenDeclaration {
    name: "Cloudsmith API key",
    variable: KEY_VARIABLE,
    own_places: &[OwnPlace {
        name: CREDENTIALS_FILE,
        words: "the user's credentials.ini of Cloudsmith's command line",
        missing: "the user's credentials.ini of Cloudsmith's command line has none",
        advice: "log in with Cloudsmith's command line, or choose another place for the key",
    }],
    usual_places: "CLOUDSMITH_API_KEY, then, for Cloudsmith's own address only, the user's credentials.ini of its command \
                   line",
    missing: "neither CLOUDSMITH_API_KEY is set nor does the user's credentials.ini hold a key for Cloudsmith's own address",
    advice: "make an API key of an owner, or of a service that is a manager; then set CLOUDSMITH_API_KEY, or pass \
             --token-file FILE, or pipe it in with --token-stdin",
    shape: SHAPE,
    credential: |secret| Credential::header(KEY_HEADER, secret),
};

/// Tokens of an identity provider, such as a CI job is given.
pub static IDENTITY_TOKENS: TokenDeclaration = TokenDeclaration {
    name: "identity token",
    variable: "CLOUDSMITH_OIDC_TOKEN",
    own_places: &[],
    usual_places: "CLOUDSMITH_OIDC_TOKEN",
    missing: "CLOUDSMITH_OIDC_TOKEN is not set",
    advice: "have your CI make an identity token for Cloudsmith and set CLOUDSMITH_OIDC_TOKEN to it, or pass \
             --oidc-token-file FILE",
    shape: SHAPE,
    // What is sent is what it is exchanged for; see [`super::exchange`].
    credential: |secret| Credential::bearer(secret),
};

/// Keys begin like anything else, and are long.
const SHAPE: TokenShape = TokenShape { prefix: "", at_least: 40, example: "0123456789abcdef…" };
