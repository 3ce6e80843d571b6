//! A mail: whom it is for, and what is in it. The same notice makes the same mail, byte by byte.

use std::time::{Duration, SystemTime};

use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::{Address, Message};
use rolecall_model::Timestamp;

use super::EmailSettings;
use super::address;
use crate::{DeliveryError, Notice, plain};

/// The most recipients of one mail; every server takes as many.
const RECIPIENTS: usize = 100;
/// The longest subject, in characters.
const SUBJECT: usize = 250;
/// The longest text, in characters.
const TEXT: usize = 100_000;

/// A mail that is ready to be sent.
pub(super) struct Letter {
    /// Its `Message-ID`, with its brackets.
    pub(super) id: String,
    /// Whom it is from, by the envelope.
    pub(super) from: Address,
    /// Whom it is for, each once.
    pub(super) to: Vec<Address>,
    /// What is sent.
    pub(super) bytes: Vec<u8>,
}

impl Letter {
    pub(super) fn write(settings: &EmailSettings, notice: &Notice) -> Result<Self, DeliveryError> {
        let from = address::read(&settings.from);
        let from = from.map_err(|reason| DeliveryError::settings(format!("the sender: {reason}")))?;
        let to = recipients(settings, notice)?;
        let domain = from.email.domain().to_owned();
        let id = format!("<rolecall.{}@{domain}>", notice.wire_id());
        let mut building = Message::builder()
            .from(from.clone())
            .subject(notice.title(SUBJECT))
            .message_id(Some(id.clone()))
            // Mail programs show what belongs to one group as one conversation.
            .references(format!("<rolecall.group.{}@{domain}>", notice.group_mark()))
            .date(moment(notice.at))
            .header(ContentType::TEXT_PLAIN);
        for mailbox in &to {
            building = building.to(mailbox.clone());
        }
        for (name, value) in [
            ("X-Rolecall-Id", notice.wire_id()),
            ("X-Rolecall-Kind", plain::line(&notice.kind, 100)),
            // So that nobody's absence notice answers.
            ("Auto-Submitted", "auto-generated".to_owned()),
        ] {
            building = building.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        let to: Vec<Address> = to.into_iter().map(|mailbox| mailbox.email).collect();
        let envelope = Envelope::new(Some(from.email.clone()), to.clone()).map_err(unwritable)?;
        let message = building.envelope(envelope).body(plain::lines(&notice.text, TEXT)).map_err(unwritable)?;
        Ok(Self { id, from: from.email, to, bytes: message.formatted() })
    }
}

/// The notice's own, or else the endpoint's.
fn recipients(settings: &EmailSettings, notice: &Notice) -> Result<Vec<Mailbox>, DeliveryError> {
    let named = if notice.recipients.is_empty() { &settings.to } else { &notice.recipients };
    let mut mailboxes: Vec<Mailbox> = Vec::new();
    for text in named {
        let mailbox = address::read(text).map_err(|reason| {
            DeliveryError::settings(format!("the recipient `{}`: {reason}", plain::line(text, 100)))
        })?;
        if mailboxes.iter().all(|known| known.email != mailbox.email) {
            mailboxes.push(mailbox);
        }
    }
    match mailboxes.len() {
        0 => Err(DeliveryError::settings("there is no recipient")),
        1..=RECIPIENTS => Ok(mailboxes),
        _ => Err(DeliveryError::settings(format!("there are more than {RECIPIENTS} recipients"))),
    }
}

fn moment(at: Timestamp) -> SystemTime {
    // Mails know no moment before 1970.
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or_default())
}

fn unwritable(error: impl std::fmt::Display) -> DeliveryError {
    DeliveryError::settings(format!("the mail cannot be written: {error}"))
}
