//! What an endpoint is told, and what it answered.

use std::collections::BTreeMap;

use ring::digest::{SHA256, digest};
use rolecall_model::Timestamp;
use serde_json::Value;

use crate::plain;

/// The most characters of a receipt's answer.
const ANSWER: usize = 2_000;

/// Something to tell: an alert, the end of one, a failure.
///
/// Delivering the same notice again is harmless: receivers know it by its id.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What it is known by, the same at every attempt; best a UUID.
    pub id: String,
    /// What sort of notice it is, a stable word such as `alert`.
    pub kind: String,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// One line: the subject of a mail, the title of a ticket.
    pub subject: String,
    /// The text, without markup.
    pub text: String,
    /// The whole event as JSON: what webhooks, files and logs get.
    pub json: String,
    /// What it belongs to: notices of one group have one ticket, and are one conversation in a mailbox.
    pub group: String,
    /// Whether it tells that what the group is about is over.
    pub is_resolved: bool,
    /// Whom it is for, where the kind of endpoint knows that: mail addresses, channels. They take the place of the endpoint's
    /// own.
    pub recipients: Vec<String>,
    /// What else the action said. Tickets know `project`, `issueType`, `labels`, `priority`, `autoResolve`, `resolvedStatus`
    /// and `updateContentOnChanges`; what a kind of endpoint does not know is left alone.
    pub settings: BTreeMap<String, Value>,
}

impl Notice {
    /// The id as headers and marks can hold it: itself, or a digest of one that has other characters.
    pub(crate) fn wire_id(&self) -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if (1..=128).contains(&self.id.len()) && self.id.bytes().all(is_plain) {
            return self.id.clone();
        }
        fingerprint(&self.id)
    }

    /// The group as labels and marks can hold it.
    pub(crate) fn group_mark(&self) -> String {
        fingerprint(&self.group)
    }

    /// The subject on one line of at most so many characters.
    pub(crate) fn title(&self, most: usize) -> String {
        let title = plain::line(&self.subject, most);
        if title.is_empty() { plain::line(&self.kind, most) } else { title }
    }

    /// Whether the action wants something: `true`, or the word.
    pub(crate) fn wants(&self, name: &str) -> bool {
        match self.settings.get(name) {
            Some(Value::Bool(wanted)) => *wanted,
            Some(Value::String(word)) => word.trim().eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// What the action says for a setting, if it is a text with something in it.
    pub(crate) fn said(&self, name: &str) -> Option<&str> {
        self.settings.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The same of a list of texts, or of one with commas.
    pub(crate) fn listed(&self, name: &str) -> Vec<String> {
        match self.settings.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(|item| Some(item.as_str()?.to_owned())).collect(),
            Some(Value::String(text)) => {
                text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// That something was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// What was answered, a line for each fact, of at most 2,000 characters: `204 No Content`, and what the body said.
    pub answer: String,
    /// What it is known by there: the key or address of a ticket, the `Message-ID` of a mail.
    pub reference: Option<String>,
}

impl Receipt {
    pub(crate) fn new(facts: &[String], reference: Option<String>) -> Self {
        let facts: Vec<&str> = facts.iter().map(String::as_str).filter(|fact| !fact.is_empty()).collect();
        Self { answer: plain::lines(&facts.join("\n"), ANSWER), reference }
    }
}

/// 32 hexadecimal digits that stand for a text: enough that no two texts that people have share them.
pub(crate) fn fingerprint(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(id: &str) -> Notice {
        let settings = [("yes", Value::Bool(true)), ("word", "True ".into()), ("list", "a, b,".into())];
        Notice {
            id: id.to_owned(),
            kind: "alert".to_owned(),
            at: Timestamp(0),
            subject: "\r\n".to_owned(),
            text: String::new(),
            json: String::new(),
            group: "rule-1".to_owned(),
            is_resolved: false,
            recipients: Vec::new(),
            settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }

    #[test]
    fn an_id_is_itself_where_it_can_be() {
        assert_eq!(notice("019a-b_c.d").wire_id(), "019a-b_c.d");
        for id in ["", "a b", "a\r\nb", "-->", &"a".repeat(129)] {
            let wire = notice(id).wire_id();
            assert!(wire.len() == 32 && wire.bytes().all(|byte| byte.is_ascii_hexdigit()), "{wire}");
        }
        assert_ne!(notice("a b").wire_id(), notice("a c").wire_id());
    }

    #[test]
    fn settings_are_read_leniently_and_a_title_is_never_empty() {
        let notice = notice("a");
        assert!(notice.wants("yes") && notice.wants("word") && !notice.wants("list") && !notice.wants("none"));
        assert_eq!((notice.listed("list"), notice.said("yes")), (vec!["a".to_owned(), "b".to_owned()], None));
        assert_eq!(notice.title(100), "alert");
    }

    #[test]
    fn a_receipt_is_bounded() {
        let receipt = Receipt::new(&["200 OK".to_owned(), String::new(), "x".repeat(5_000)], None);
        assert_eq!(receipt.answer.chars().count(), 2_000);
        assert!(receipt.answer.starts_with("200 OK\nxxx"));
    }
}
