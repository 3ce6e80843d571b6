//! What a person is shown who connects a source: the types there are, and the fields of each.

use std::collections::BTreeMap;

use serde::Serialize;

/// A connector type, as a person who is to choose one is shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeCard {
    /// Its name: `npm`.
    pub name: String,
    /// What people call it: *npm*.
    pub title: String,
    /// What it reads, in a sentence.
    pub description: String,
    /// Where it is documented, as a path below the documentation's root.
    pub documentation: String,
    /// Words by which it is found beside its name and title.
    pub search_words: Vec<String>,
    /// What can be set, in the order in which it is asked.
    pub fields: Vec<FieldCard>,
    /// What to know before a credential is made, in sentences. To be shown before the secret field.
    pub warnings: Vec<String>,
    /// How to make the credential, step by step, each a paragraph.
    pub guide: Vec<String>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldCard {
    /// Its key in a [`Form`].
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it does, in a sentence.
    pub help: String,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it has to be filled in.
    pub required: bool,
    /// Whether only few need it.
    pub advanced: bool,
    /// An example, to be shown while it is empty.
    pub placeholder: String,
    /// What a new form begins with.
    pub preset: String,
    /// Whether it can be said once only: what a connector reads cannot be changed afterwards.
    pub fixed: bool,
}

/// What a field takes. The value of a form is text in any case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// Several lines: one thing in each.
    Lines,
    /// A secret, never shown again. Left empty where one is sealed already, that one stays.
    Secret,
    /// One of these.
    Choice {
        /// What there is to choose from.
        options: Vec<Choice>,
    },
    /// A number.
    Number,
    /// A day: `2027-01-31`.
    Date,
    /// `true` or `false`; absent is `false`.
    Flag,
    /// A web address.
    Url,
    /// How often, one of these, or a cron expression in UTC.
    Interval {
        /// What there is to choose from; anything else is a cron expression.
        options: Vec<Choice>,
    },
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What the form says.
    pub value: String,
    /// What people read.
    pub label: String,
}

impl Choice {
    /// This value, called so.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// What a person filled in, by [`FieldCard::name`]. A secret is not among it: see [`super::ConnectorForm`].
pub type Form = BTreeMap<String, String>;

/// What is wrong with one field. All that is wrong is told at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Which one: [`FieldCard::name`].
    pub field: String,
    /// What is wrong with it. It never repeats a secret.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl FieldError {
    /// This is wrong with the field.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), hint: None }
    }

    /// And this is to be done about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// The names of the fields that every type has.
pub mod field {
    /// *Account Name*: what the connector is called.
    pub const NAME: &str = "name";
    /// The organisation it reads.
    pub const ORGANIZATION: &str = "organization";
    /// The credential. It is given beside a [`super::Form`], and errors about it name this field.
    pub const SECRET: &str = "secret";
    /// The address it is read from.
    pub const ADDRESS: &str = "address";
    /// *Description*.
    pub const DESCRIPTION: &str = "description";
    /// Who answers for it: names or mail addresses, one in each line or parted by commas.
    pub const OWNERS: &str = "owners";
    /// *Polling Interval*.
    pub const POLLING_INTERVAL: &str = "polling_interval";
    /// *Tag with Account Name*.
    pub const TAG_ACCOUNT_NAME: &str = "tag_account_name";
    /// *Token expires on*.
    pub const TOKEN_EXPIRES: &str = "token_expires";
}
