//! Issues of a GitHub repository, by its REST interface.

mod markup;
mod settings;
mod tracker;

use rolecall_http::{Outward, Reach};
use secrecy::{ExposeSecret as _, SecretString};

pub use settings::GitHubSettings;
pub(crate) use settings::{FIELDS, SECRET};

use crate::ticket::{Line, follow};
use crate::{DeliveryError, Notice, Receipt};
use tracker::GitHub;

pub(crate) async fn deliver(
    settings: &GitHubSettings,
    secret: &SecretString,
    notice: &Notice,
    reach: Reach,
) -> Result<Receipt, DeliveryError> {
    let outward = Outward::confidential(settings.api.url().clone(), reach, &[secret])?;
    let authorization = format!("Bearer {}", secret.expose_secret()).into();
    let labels = settings.labels(notice)?;
    let line = Line { outward, authorization };
    follow(&GitHub { line, settings, labels, notice }, notice).await
}
