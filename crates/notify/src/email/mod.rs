//! Mails to people, by way of a mail server.

mod address;
mod connection;
mod letter;
mod settings;

use rolecall_http::Reach;
use secrecy::SecretString;

pub use settings::{EmailSettings, MailSecurity};
pub(crate) use settings::{FIELDS, SECRET};

use crate::{DeliveryError, Notice, Receipt};
use connection::Connection;
use letter::Letter;

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
    let mut connection = Connection::open(settings, &letter, secret, reach).await?;
    let facts = connection.send(&letter).await?;
    Ok(Receipt::new(&facts, Some(letter.id)))
}
