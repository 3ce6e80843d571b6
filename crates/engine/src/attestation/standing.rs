//! What counts of what was stated, at the moment that answers are of.

use rolecall_graph::{NodeId, PropertyValue, Stated};
use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{AttestedAccount, AttestedStatement, ConnectorAttested, Store, StoreError};
use serde::Serialize;
use std::borrow::Cow;
use uuid::Uuid;

use crate::moment::{day_text, moment_text};
use crate::world::{ConnectorView, WorldView};

/// What somebody stated of an account's two-factor authentication. Nobody observed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestedTwoFactor {
    /// In which connector.
    pub connector: String,
    /// Whether it is on, by their word.
    pub is_on: bool,
    /// Who said so.
    pub by: String,
    /// When.
    pub on: String,
    /// Until when that holds.
    pub until: String,
    /// Whether that is over, so that the state is not known any more.
    pub is_expired: bool,
    /// The statement that it is a part of.
    pub attestation: Uuid,
}

impl AttestedTwoFactor {
    /// In a few words: `on, attested by mara on 2026-11-27 until 2027-02-25`.
    #[must_use]
    pub fn words(&self) -> String {
        let (state, by) = (if self.is_on { "on" } else { "off" }, &self.by);
        let (day, until) = (day_text(&self.on), day_text(&self.until));
        if self.is_expired {
            return format!("not known: that it is {state} was attested by {by} on {day} and expired on {until}");
        }
        format!("{state}, attested by {by} on {day} until {until}")
    }
}

/// What was stated in a connector and not taken back, and the moment that answers are of.
#[derive(Debug, Default)]
pub(crate) struct Attested {
    all: ConnectorAttested,
    now: Timestamp,
}

impl Attested {
    /// What stands now, or stood at a past moment.
    pub(crate) async fn load(
        store: &Store,
        connector: &ConnectorView,
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        if !is_attestable(&connector.record.config.connector_type) {
            return Ok(Self::default());
        }
        Ok(Self { all: store.attested(connector.record.id, at).await?, now: at.unwrap_or(now) })
    }
}

/// Whether something can be stated of connectors of this type.
pub(super) fn is_attestable(connector_type: &str) -> bool {
    connector_type == rolecall_connect::npm::DECLARATION.name
}

impl ConnectorView {
    /// What was stated last of an account. Of the former holder of a name it says nothing about the present one.
    fn attested(&self, account: &ResourceRef) -> Option<&AttestedAccount> {
        if account.kind.as_str() != self.declaration.account_type {
            return None;
        }
        let attested = self.attested.all.two_factor.get(&*account.id)?;
        let is_anothers = self.returned(account).is_some_and(|returned| attested.statement.at < returned.at);
        (!is_anothers).then_some(attested)
    }

    fn is_over(&self, statement: &AttestedStatement) -> bool {
        statement.expires_at <= self.attested.now
    }

    /// Whether two-factor authentication is on by a statement that counts.
    pub(crate) fn attested_counting(&self, account: &ResourceRef) -> Option<bool> {
        let attested = self.attested(account).filter(|attested| !self.is_over(&attested.statement));
        attested.map(|attested| attested.two_factor)
    }

    /// Whether somebody's statement that counts says that everybody needs a second factor.
    pub(crate) fn is_second_factor_attested_required(&self) -> bool {
        self.attested.all.two_factor_required.as_ref().is_some_and(|(_, statement)| !self.is_over(statement))
    }

    fn attested_answer(&self, account: &ResourceRef) -> Option<AttestedTwoFactor> {
        let AttestedAccount { two_factor, statement } = self.attested(account)?;
        Some(AttestedTwoFactor {
            connector: self.title(),
            is_on: *two_factor,
            by: statement.actor.clone(),
            on: moment_text(statement.at),
            until: moment_text(statement.expires_at),
            is_expired: self.is_over(statement),
            attestation: statement.attestation,
        })
    }

    /// Whatever was stated of accounts, with the account.
    pub(crate) fn attested_answers(&self) -> impl Iterator<Item = (ResourceRef, AttestedTwoFactor)> {
        let account = |name: &String| ResourceRef::new(self.declaration.account_type, name.as_str());
        let accounts = self.attested.all.two_factor.keys().map(account);
        accounts.filter_map(|account| self.attested_answer(&account).map(|answer| (account, answer)))
    }

    /// What counts now, as properties of entities. What is over is none: no query may take it for what is so.
    pub(crate) fn attested_properties(&self) -> Vec<Stated> {
        let all = &self.attested.all;
        let account = |name: &String| ResourceRef::new(self.declaration.account_type, name.as_str());
        let of_account = |name: &String| {
            let resource = account(name);
            let attested = self.attested(&resource).filter(|attested| !self.is_over(&attested.statement))?;
            let mut properties = vec![(Cow::from("attestedTwoFactor"), PropertyValue::Flag(attested.two_factor))];
            properties.extend(of_statement(TWO_FACTOR, &attested.statement));
            Some(Stated { resource, properties })
        };
        let required = all.two_factor_required.as_ref().filter(|(_, statement)| !self.is_over(statement));
        let required = required.map(|(since, statement)| {
            let since = day_milliseconds(since).map(|since| (Cow::from("attestedTwoFactorRequiredSince"), since));
            let properties = since.into_iter().chain(of_statement(REQUIRED, statement)).collect();
            Stated { resource: self.root(), properties }
        });
        all.two_factor.keys().filter_map(of_account).chain(required).collect()
    }
}

/// Who, when and until when, of an account.
const TWO_FACTOR: [&str; 3] = ["attestedTwoFactorBy", "attestedTwoFactorOn", "attestedTwoFactorUntil"];

/// The same of an organisation.
const REQUIRED: [&str; 3] =
    ["attestedTwoFactorRequiredBy", "attestedTwoFactorRequiredOn", "attestedTwoFactorRequiredUntil"];

fn of_statement(
    [by, on, until]: [&'static str; 3],
    statement: &AttestedStatement,
) -> [(Cow<'static, str>, PropertyValue); 3] {
    [
        (by.into(), PropertyValue::Text(statement.actor.as_str().into())),
        (on.into(), milliseconds(statement.at)),
        (until.into(), milliseconds(statement.expires_at)),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "moments of this age of the world are exact")]
fn milliseconds(moment: Timestamp) -> PropertyValue {
    PropertyValue::Number(moment.0.div_euclid(1000) as f64)
}

fn day_milliseconds(day: &str) -> Option<PropertyValue> {
    let day = day.parse::<jiff::civil::Date>().ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?;
    Some(milliseconds(Timestamp(day.timestamp().as_microsecond())))
}

impl WorldView {
    /// What was stated of an account, in every connector that shows it.
    pub(crate) fn attested_two_factor(&self, account: NodeId) -> Vec<AttestedTwoFactor> {
        let stated = |twin| {
            // Answers name very many accounts, and most organisations state nothing.
            let connector = self.connector(twin).filter(|connector| !connector.attested.all.two_factor.is_empty())?;
            connector.attested_answer(&self.world.reference(twin))
        };
        self.world.same_account(account).filter_map(stated).collect()
    }
}
