//! Delivery: how something reaches a place outside, and what is said when it does not.
//!
//! [`deliver`] brings a [`Notice`] to an endpoint, which people set up by a form ([`EndpointSettings::read`]) whose fields
//! [`EndpointKind`] declares. One call is one attempt; whoever calls keeps a lease and tries again. A [`Destination`] is
//! simpler: a place that the operator names, to which lines such as the audit log's heads go.
//!
//! *Architecture Invariant*: an address may hold a secret, as those of many webhooks do, so that nothing here prints more of
//! one than its host; and no text that is made here holds a secret, whatever a receiver answered.
//!
//! *Architecture Invariant*: delivering twice is telling once. A notice has an id that is the same at every attempt; mails and
//! webhooks carry it, and a ticket that has it is left alone.

mod address;
mod deliver;
mod destination;
mod email;
mod endpoint;
mod error;
mod file;
mod github;
mod jira;
mod message;
mod notice;
mod plain;
mod slack;
mod syslog;
mod ticket;
mod webhook;

pub use address::Address;
pub use deliver::deliver;
pub use destination::Destination;
pub use email::{EmailSettings, MailSecurity};
pub use endpoint::{EndpointKind, EndpointSettings, SecretField, SettingField, SettingProblem};
pub use error::DeliveryError;
pub use file::FileSettings;
pub use github::GitHubSettings;
pub use jira::JiraSettings;
pub use message::Message;
pub use notice::{Notice, Receipt};
pub use rolecall_http::Reach;
pub use slack::SlackSettings;
pub use syslog::SyslogSettings;
pub use webhook::WebhookSettings;
