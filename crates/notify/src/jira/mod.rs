//! Issues of a Jira project, by version 2 of its REST interface, which servers of one's own and the cloud both have; of the
//! cloud, whose former search is gone, the search of version 3.

mod markup;
mod settings;
mod tracker;
mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rolecall_http::{Outward, Reach};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

pub use settings::JiraSettings;
pub(crate) use settings::{FIELDS, SECRET};

use crate::ticket::{Line, follow};
use crate::{DeliveryError, Notice, Receipt};
use settings::Wanted;
use tracker::Jira;

/// Brings a notice to the group's issue. A search of the cloud lags behind by seconds, so that an attempt right after one whose
/// answer was lost may make a second issue.
pub(crate) async fn deliver(
    settings: &JiraSettings,
    secret: &SecretString,
    notice: &Notice,
    reach: Reach,
) -> Result<Receipt, DeliveryError> {
    let wanted = Wanted::of(settings, notice)?;
    let authorization = authorization(settings.user.as_deref(), secret);
    let proof = authorization.expose_secret().rsplit(' ').next().unwrap_or_default();
    let proof = SecretString::from(proof);
    let outward = Outward::confidential(settings.url.url().clone(), reach, &[secret, &proof])?;
    let line = Line { outward, authorization };
    follow(&Jira { line, base: &settings.url, wanted, notice }, notice).await
}

/// The cloud's tokens belong to a user, those of servers stand alone.
fn authorization(user: Option<&str>, token: &SecretString) -> SecretString {
    let token = token.expose_secret();
    match user {
        Some(user) => {
            let pair = Zeroizing::new(format!("{user}:{token}"));
            format!("Basic {}", STANDARD.encode(pair.as_bytes())).into()
        }
        None => format!("Bearer {token}").into(),
    }
}
