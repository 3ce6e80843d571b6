//! The token that a hub is asked with.

use secrecy::SecretString;

use super::{HubAddress, Kept};
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};

/// The variable that holds one.
const VARIABLE: &str = "ROLECALL_HUB_TOKEN";

/// What tokens of a hub begin with.
const PREFIX: &str = "rolecall_";

/// The token for a hub: of the file that was named, of the variable, or that of `rolecall login`.
pub(super) fn token(global: &Global, hub: &HubAddress) -> Result<SecretString, Failure> {
    let credential = |why: String| Failure::new(Exit::Credential, why);
    let set = environment::variable(VARIABLE).filter(|text| !text.trim().is_empty());
    match (&global.hub_token_file, set) {
        (Some(_), Some(_)) => Err(credential(format!("a file with a token and {VARIABLE} are given"))
            .hint("only one of them can be meant: leave one out")),
        (Some(path), None) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| credential(format!("the token in {} cannot be read: {error}", path.display())))?;
            read(&text, &path.display().to_string())
        }
        (None, Some(text)) => read(&text, VARIABLE),
        (None, None) => match Kept::open()?.take(hub) {
            Some(kept) => Ok(kept.token),
            None => Err(credential(format!("you are not signed in to the hub {hub}")).hint(format!(
                "sign in with: rolecall login {hub}; a program has its token in {VARIABLE}, or --hub-token-file"
            ))),
        },
    }
}

/// A token, which is never told.
fn read(text: &str, place: &str) -> Result<SecretString, Failure> {
    let text = text.trim();
    let is_one = text.starts_with(PREFIX) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_one {
        return Ok(text.to_owned().into());
    }
    Err(Failure::new(Exit::Credential, format!("{place} holds no API token of a hub, which begins with {PREFIX}"))
        .hint("make one on the hub's page of your account"))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::read;

    #[test]
    fn what_is_no_token_is_not_sent_and_not_told() {
        assert_eq!(read(" rolecall_abc\n", "x").unwrap().expose_secret(), "rolecall_abc");
        for bad in ["", "npm_secret", "rolecall_a\r\nx-evil: 1", "rolecall_ä"] {
            let failure = read(bad, "ROLECALL_HUB_TOKEN").unwrap_err();
            assert!(bad.is_empty() || !failure.message.contains(bad), "{failure:?}");
        }
    }
}
