//! What a hub says when it refuses, and what that means at a terminal.

use serde::Deserialize;

use super::HubAddress;
use crate::exit::{Exit, Failure};

/// A problem document, as far as it is of use here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    /// What a body says; nothing where it is of no hub.
    pub(crate) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// Why a hub did not do what was asked.
pub(crate) fn failure(hub: &HubAddress, status: u16, body: &[u8]) -> Failure {
    let Problem { code, detail, hint } = Problem::read(body);
    let said = |exit| {
        let failure = Failure::new(exit, format!("the hub {hub} answered: {}", detail.trim_end_matches('.')));
        Failure { hint: hint.as_deref().map(|hint| hint.trim_end_matches('.').to_owned()), ..failure }
    };
    match (status, code.as_str()) {
        (401, _) => Failure::new(
            Exit::Credential,
            format!("the hub {hub} does not know you: the token is of another hub, has expired, or was revoked"),
        )
        .hint(format!("sign in with: rolecall login {hub}")),
        (403, "forbidden") => said(Exit::Credential),
        (404 | 405, "not-found" | "method-not-allowed" | "") => {
            Failure::new(Exit::Source, format!("the hub {hub} runs no commands for others"))
                .hint("it is of an older version than this rolecall, or no Rolecall hub is at this address: update it")
        }
        (_, "") => Failure::new(Exit::Source, format!("{hub} answered {status}, and not as a Rolecall hub does"))
            .hint("check the address; a proxy or a sign-in page in between may have answered"),
        (503 | 429, _) => said(Exit::Busy),
        (400..=499, _) => said(Exit::Usage),
        _ => said(Exit::Source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        let hub = HubAddress::read("https://r.example.com").unwrap();
        let problem = |code: &str| format!("{{\"code\":\"{code}\",\"detail\":\"That is so.\",\"hint\":\"Do this.\"}}");
        for (status, body, exit, said) in [
            (401, problem("not-signed-in"), Exit::Credential, "does not know you"),
            (403, problem("forbidden"), Exit::Credential, "That is so"),
            (404, problem("not-found"), Exit::Source, "runs no commands"),
            (404, "<html>".to_owned(), Exit::Source, "runs no commands"),
            (502, "<html>".to_owned(), Exit::Source, "answered 502"),
            (302, String::new(), Exit::Source, "answered 302"),
            (503, problem("busy"), Exit::Busy, "That is so"),
            (422, problem("command-refused"), Exit::Usage, "That is so"),
        ] {
            let failure = failure(&hub, status, body.as_bytes());
            assert_eq!(failure.exit, exit, "{failure:?}");
            assert!(failure.message.contains(said) && failure.hint.is_some(), "{failure:?}");
        }
    }
}
