//! Where something is delivered, as a person writes it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use rolecall_http::{Hook, Reach};
use url::Url;

use crate::syslog::Log;
use crate::{DeliveryError, Message, file};

/// A place outside: `file:PATH`, `webhook:URL`, `syslog:`, `syslog:PATH` or `syslog:HOST:PORT`.
#[derive(Clone, PartialEq, Eq)]
pub struct Destination {
    place: Place,
}

#[derive(Clone, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Webhook(Url),
    Log(Log),
}

impl Destination {
    /// Brings a message there. A file has it on disk then; a webhook has answered that it took it; whether a log took it is
    /// not told by any.
    ///
    /// # Errors
    /// [`DeliveryError`]; the message may have arrived all the same.
    pub async fn deliver(&self, message: &Message<'_>, reach: Reach) -> Result<(), DeliveryError> {
        match &self.place {
            Place::File(path) => file::append(path, message.json)?,
            Place::Webhook(url) => Hook::new(url.clone(), reach)?.post(message.json.to_owned()).await?,
            Place::Log(log) => log.send(message).await?,
        }
        tracing::debug!(destination = %self, kind = message.kind, "delivered");
        Ok(())
    }
}

impl FromStr for Destination {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let place = match text.trim().split_once(':') {
            Some(("file", path)) if !path.is_empty() => Place::File(path.into()),
            Some(("webhook", url)) => Place::Webhook(url.parse().map_err(|_| "the webhook's address is no URL")?),
            Some(("syslog", log)) => Place::Log(log.parse()?),
            _ => return Err("a destination is file:PATH, webhook:URL, syslog:, syslog:SOCKET or syslog:HOST:PORT"),
        };
        Ok(Self { place })
    }
}

/// Without what may be a secret: everything in a webhook's address but its host.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => write!(f, "file:{}", path.display()),
            Place::Webhook(url) => write!(f, "webhook:{}://{}/…", url.scheme(), url.host_str().unwrap_or_default()),
            Place::Log(log) => write!(f, "syslog:{log}"),
        }
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read_and_none_shows_a_secret() {
        for (text, shown) in [
            ("file:/var/log/heads", "file:/var/log/heads"),
            ("file:heads:1", "file:heads:1"),
            ("webhook:https://hooks.example.test/s3cret?key=s3cret", "webhook:https://hooks.example.test/…"),
            ("syslog:", "syslog:/dev/log"),
            ("syslog:/run/log", "syslog:/run/log"),
            ("syslog:logs.example.test", "syslog:logs.example.test:514"),
            ("syslog:logs.example.test:6514", "syslog:logs.example.test:6514"),
            ("syslog:[::1]:514", "syslog:::1:514"),
            ("syslog:::1", "syslog:::1:514"),
        ] {
            let destination: Destination = text.parse().unwrap();
            assert_eq!((destination.to_string(), format!("{destination:?}")), (shown.to_owned(), shown.to_owned()));
        }
        for text in ["", "file:", "heads", "webhook:", "webhook:nowhere", "syslog:host:port", "mail:me"] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }
}
