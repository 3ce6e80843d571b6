//! One attempt to bring a notice to an endpoint.

use std::time::Duration;

use rolecall_http::Reach;
use rolecall_model::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{DeliveryError, EndpointSettings, Notice, Receipt, email, file, github, jira, slack, syslog, webhook};

/// The longest an attempt may take, whatever number of requests it needs.
const LONGEST: Duration = Duration::from_secs(60);

/// Brings a notice to an endpoint, in one attempt that ends within 60 seconds. Whether and when to try again is the caller's,
/// who holds a lease: the same notice may be delivered again after a failure, or where it is not known whether it arrived.
/// Mail programs and webhooks know it by its id then, and tickets neither get it twice nor become two. Two notices of one
/// group must not be delivered to a tracker of tickets at the same time, which may make two tickets.
///
/// # Errors
/// [`DeliveryError`], which says whether another attempt may help; the notice may have arrived all the same.
pub async fn deliver(
    settings: &EndpointSettings,
    secret: Option<&SecretString>,
    notice: &Notice,
    reach: Reach,
    now: Timestamp,
) -> Result<Receipt, DeliveryError> {
    settings.check_secret(secret).map_err(|problem| DeliveryError::secret(problem.reason))?;
    let attempt = attempt(settings, secret, notice, reach, now);
    let receipt = match tokio::time::timeout(LONGEST, attempt).await {
        Ok(delivered) => delivered?,
        Err(_) => {
            let reason = format!("it did not end within {} seconds", LONGEST.as_secs());
            return Err(DeliveryError::Unexpected {
                host: settings.kind().title().to_owned(),
                reason,
                is_transient: true,
            });
        }
    };
    tracing::debug!(endpoint = %settings.kind(), kind = notice.kind, "delivered");
    Ok(receipt)
}

async fn attempt(
    settings: &EndpointSettings,
    secret: Option<&SecretString>,
    notice: &Notice,
    reach: Reach,
    now: Timestamp,
) -> Result<Receipt, DeliveryError> {
    let given = secret.filter(|secret| !secret.expose_secret().trim().is_empty());
    // As it was pasted; only a password may begin or end with a space.
    let trimmed = given.map(|secret| SecretString::from(secret.expose_secret().trim()));
    let needed = || trimmed.as_ref().ok_or_else(|| DeliveryError::secret("it is missing"));
    match settings {
        EndpointSettings::Email(settings) => email::deliver(settings, given, notice, reach).await,
        EndpointSettings::Slack(settings) => slack::deliver(settings, needed()?, notice, reach).await,
        EndpointSettings::Webhook(settings) => webhook::deliver(settings, needed()?, notice, reach, now).await,
        EndpointSettings::Jira(settings) => jira::deliver(settings, needed()?, notice, reach).await,
        EndpointSettings::GitHub(settings) => github::deliver(settings, needed()?, notice, reach).await,
        EndpointSettings::File(settings) => file::deliver(settings, notice),
        EndpointSettings::Syslog(settings) => syslog::deliver(settings, notice, reach).await,
    }
}
