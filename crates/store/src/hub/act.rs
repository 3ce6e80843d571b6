//! Who changes something about people, and the record of it.

use rolecall_model::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::audit::{AuditEntry, audit_append};
use crate::db::{self, Connection};
use crate::error::Failure;

/// Who does something, how they showed who they are, and from where.
#[derive(Clone, Copy, Debug)]
pub struct HubAct<'a> {
    /// Their sign-in name, or their name on the machine; nothing for the program and for nobody.
    pub actor: Option<&'a str>,
    /// How they showed who they are: `session`, `token`, `terminal`, `program`, `nobody`.
    pub how: &'static str,
    /// The client's address.
    pub address: Option<&'a str>,
    /// The session it is done in, which is not ended by it.
    pub session: Option<Uuid>,
    /// When.
    pub now: Timestamp,
}

impl HubAct<'_> {
    /// Writes the record of what was done to a subject. `details` is an object.
    pub(crate) async fn record(
        &self,
        db: &mut Connection,
        action: &'static str,
        subject: Uuid,
        details: Json,
    ) -> Result<(), Failure> {
        self.record_of(db, action, subject.to_string(), details, &[]).await
    }

    /// The same, with more that is personal.
    pub(crate) async fn record_of(
        &self,
        db: &mut Connection,
        action: &'static str,
        subject: String,
        mut details: Json,
        more: &[(&'static str, &str)],
    ) -> Result<(), Failure> {
        if let Json::Object(fields) = &mut details {
            fields.insert("how".to_owned(), self.how.into());
        }
        let own = [("actor", self.actor), ("address", self.address)];
        let own = own.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        let personal = own.chain(more.iter().copied()).collect();
        audit_append(db, &AuditEntry { at: self.now, action, subject, details, personal }).await.map(drop)
    }
}

/// Lets one transaction at a time change people, on either engine, by taking the end of the audit log, which each of them
/// needs anyway: otherwise two administrators could demote each other at the same moment.
pub(crate) async fn turn_take(db: &mut Connection) -> Result<(), Failure> {
    db::query("update audit_chain set sequence = sequence where id = 1").execute(db).await?;
    Ok(())
}
