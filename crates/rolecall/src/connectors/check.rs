//! Trying a connector before it is recorded: the listing that shows how much its credential sees is read once.

use rolecall_connect::{FoundToken, ReadRequest};
use rolecall_model::{ListingKey, Outcome, Proof, Reading};
use rolecall_store::NewConnector;

use super::kind;
use crate::exit::{Exit, Failure};

/// What the reading showed.
pub(crate) struct Checked {
    /// Which token was used.
    pub(crate) token: String,
    /// What was read, in words.
    pub(crate) sentence: String,
    /// Whether everything that the credential should see was shown.
    pub(crate) is_complete: bool,
}

/// Reads that listing with this token.
pub(crate) async fn credential_check(config: &NewConnector, found: FoundToken) -> Result<Checked, Failure> {
    let built = kind(&config.connector_type)?.build(config, found, None).await?;
    let (declaration, root) = (built.connector.declaration(), built.connector.root());
    let listing = declaration.listings.iter().find_map(|listing| listing.sight).unwrap_or_default();
    let title = declaration.listing(listing).map_or_else(String::new, |listing| listing.title_of(&root.id));
    let key = ListingKey { kind: listing.into(), subject: root };
    let Reading { outcome, facts, .. } = built.connector.read(&key, ReadRequest::default()).await?;
    let grants = facts.iter().filter(|fact| matches!(fact.kind(), rolecall_model::FactKind::Grant)).count();
    let (is_complete, how) = match outcome {
        Outcome::Whole(Proof::Itself | Proof::Sight) => (true, "proven complete".to_owned()),
        Outcome::Whole(Proof::Attested) => (true, "complete as attested".to_owned()),
        Outcome::Whole(Proof::None(reason)) => (false, format!("not proven complete: {}", reason.text)),
        Outcome::Partial(reason) => (false, format!("only partly: {}", reason.text)),
        Outcome::NotModified => (false, "not read again".to_owned()),
        Outcome::Unavailable(reason) => {
            let failure = Failure::from(rolecall_connect::ReadError { reason, hint: None });
            return Err(Failure { message: format!("{title} cannot be read: {}", failure.message), ..failure }
                .hint("check the spelling, and that the token covers it; nothing was recorded"));
        }
    };
    Ok(Checked { token: built.token, sentence: format!("{title}: {grants} memberships, {how}"), is_complete })
}

impl Checked {
    /// A credential that sees only a part is worth a warning, and no reason to refuse.
    pub(crate) const fn exit(&self) -> Exit {
        if self.is_complete { Exit::Done } else { Exit::Incomplete }
    }
}
