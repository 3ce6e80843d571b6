//! Mails to people, by way of a mail server.

mod address;
mod connection;
mod letter;
mod settings;

use std::time::Duration;

use rolecall_http::{OutwardError, Reach};
use secrecy::SecretString;

pub use settings::{EmailSettings, MailSecurity};
pub(crate) use settings::{FIELDS, SECRET};

use crate::{DeliveryError, Notice, Receipt};
use connection::Connection;
use letter::Letter;

/// The longest conversation with a mail server.
const LONGEST: Duration = Duration::from_secs(45);

/// Sends a mail to the notice's recipients, or to the endpoint's where it names none. Whoever the server refuses for good is
/// left out and named in the receipt, and so is whoever it puts off while it takes the mail for others: one full mailbox
/// must not keep an alert from everybody else.
pub(crate) async fn deliver(
    settings: &EmailSettings,
    secret: Option<&SecretString>,
    notice: &Notice,
    reach: Reach,
) -> Result<Receipt, DeliveryError> {
    let letter = Letter::write(settings, notice)?;
    let conversation = async {
        let mut connection = Connection::open(settings, &letter, secret, reach).await?;
        connection.send(&letter).await
    };
    match tokio::time::timeout(LONGEST, conversation).await {
        Ok(facts) => Ok(Receipt::new(&facts?, Some(letter.id))),
        Err(_) => Err(OutwardError::TimedOut { host: settings.host.clone() }.into()),
    }
}
