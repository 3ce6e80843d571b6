//! Messages in a chat that takes what Slack's incoming webhooks take.

use rolecall_http::{Outward, OutwardMethod, OutwardRequest, Reach};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::endpoint::{Form, SecretField, SettingField, SettingProblem};
use crate::{Address, DeliveryError, Notice, Receipt, plain};

/// The most of a subject, in characters.
const SUBJECT: usize = 300;
/// The longest text, in characters as they are sent: Slack advises against more.
const TEXT: usize = 4_000;
/// The most channels that one notice is posted to.
const CHANNELS: usize = 20;
/// The most of an answer that a receipt repeats, in characters.
const SAID: usize = 200;

/// What a chat asks for.
pub(crate) const FIELDS: &[SettingField] = &[SettingField {
    name: "channel",
    title: "Channel",
    help: "Where to post instead of the channel that the webhook was made for, where the chat allows that. An action may name \
           others.",
    required: false,
    example: "#registry-alerts",
}];

/// The webhook's address is its own password.
pub(crate) const SECRET: SecretField = SecretField {
    title: "address of the incoming webhook",
    help: "The whole address, as the chat showed it when the webhook was made: whoever knows it can post.",
    required: true,
    generated: false,
    example: "https://hooks.example.test/services/T000/B000/XXXX",
};

/// A channel of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlackSettings {
    /// Where to post instead of the webhook's own channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

impl SlackSettings {
    pub(crate) fn read(mut form: Form<'_>) -> Result<Self, Vec<SettingProblem>> {
        let channel = form.checked("channel", |text| check_channel(text).map(|()| text.to_owned()));
        form.finish(Some(Self { channel }))
    }
}

pub(crate) fn check_secret(secret: &str) -> Result<(), &'static str> {
    Address::read(secret).map(|_| ())
}

fn check_channel(channel: &str) -> Result<(), &'static str> {
    if channel.chars().count() > 80 || channel.chars().any(|character| character.is_control() || character == ' ') {
        return Err("it is no channel, such as #registry-alerts");
    }
    Ok(())
}

/// Posts to each channel, one after the other: an attempt that fails in between posts to the first ones again when it is
/// repeated.
pub(crate) async fn deliver(
    settings: &SlackSettings,
    secret: &SecretString,
    notice: &Notice,
    reach: Reach,
) -> Result<Receipt, DeliveryError> {
    let address = Address::read(secret.expose_secret()).map_err(DeliveryError::secret)?;
    let hidden = address.secrets();
    let hidden: Vec<&SecretString> = hidden.iter().chain([secret]).collect();
    let outward = Outward::confidential(address.url().clone(), reach, &hidden)?;
    let mut facts = Vec::new();
    for channel in channels(settings, notice)? {
        let mut message = json!({"text": text(notice)});
        if let Some(channel) = channel {
            message["channel"] = channel.into();
        }
        let request = OutwardRequest::new(OutwardMethod::Post, address.url().clone()).json(message.to_string());
        let answer = outward.send(request).await?;
        if !answer.is_success() {
            return Err(DeliveryError::refused(outward.host(), &answer));
        }
        facts.push(answer.status_line());
        facts.extend(answer.said(SAID));
    }
    Ok(Receipt::new(&facts, None))
}

/// The action's channels, or else the endpoint's, or else the webhook's own.
fn channels<'a>(settings: &'a SlackSettings, notice: &'a Notice) -> Result<Vec<Option<&'a str>>, DeliveryError> {
    if notice.recipients.is_empty() {
        return Ok(vec![settings.channel.as_deref()]);
    }
    if notice.recipients.len() > CHANNELS {
        return Err(DeliveryError::settings(format!("more than {CHANNELS} channels")));
    }
    let channels: Vec<&str> = notice.recipients.iter().map(|channel| channel.trim()).collect();
    if channels.iter().any(|channel| channel.is_empty() || check_channel(channel).is_err()) {
        return Err(DeliveryError::settings("a recipient is no channel"));
    }
    Ok(channels.into_iter().map(Some).collect())
}

/// The subject in bold and the text below it.
fn text(notice: &Notice) -> String {
    let subject = format!("*{}*", escaped(&notice.title(SUBJECT), TEXT));
    let body = plain::lines(&notice.text, TEXT);
    let body = escaped(&body, TEXT.saturating_sub(subject.chars().count() + 1));
    if body.is_empty() { subject } else { format!("{subject}\n{body}") }
}

/// Text of which nothing is a link, a mention or a command, of at most so many characters.
fn escaped(text: &str, most: usize) -> String {
    let (mut kept, mut length) = (String::new(), 0);
    for character in text.chars() {
        let mut bytes = [0; 4];
        let shown = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => &*character.encode_utf8(&mut bytes),
        };
        length += shown.chars().count();
        if length > most {
            break;
        }
        kept.push_str(shown);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_command_and_nothing_is_cut_in_half() {
        assert_eq!(escaped("<!channel> & <@U1>", 100), "&lt;!channel&gt; &amp; &lt;@U1&gt;");
        assert_eq!(escaped("a<b", 4), "a");
        assert_eq!(escaped("a<b", 5), "a&lt;");
    }
}
