//! Changes of connectors. Each is written down in the transaction that makes it: who, when, and what it was before.

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::audit::{AuditEntry, audit_append};
use crate::connector::{SEALED, by_id, by_name, connector_of, json_of, uuid_read};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::secret::connector_secret_delete;
use crate::sync::limit_of;
use crate::{Connector, ConnectorGuard, ConnectorId, NewConnector, Store, StoreError};

/// One change of a connector. A change that changes nothing is not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
// It is large or not by what other crates of one build ask of `serde_json`.
#[allow(
    clippy::large_enum_variant,
    reason = "one or two are made at a time, and a box would be every caller's business"
)]
pub enum ConnectorChange {
    /// Adds a connector, brings a removed one back with its history, or changes everything but type, name and root of
    /// the one with this type and name.
    Put(NewConnector),
    /// Gives it another name.
    Rename {
        /// Which one.
        connector: ConnectorId,
        /// Its new name.
        name: String,
    },
    /// Stops reading it.
    Pause(ConnectorId),
    /// Reads it again.
    Resume(ConnectorId),
    /// Takes it out of every current view, and keeps its history.
    Remove(ConnectorId),
}

/// What was done to a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectorAction {
    /// It was configured for the first time.
    Added,
    /// Something about it was changed.
    Changed,
    /// It was given another name.
    Renamed,
    /// Nobody reads it any more, for now.
    Paused,
    /// It is read again.
    Resumed,
    /// It was removed, and its history kept.
    Removed,
    /// It was configured again after a removal, and continues its history.
    Restored,
    /// Its history was deleted.
    Purged,
}

impl ConnectorAction {
    const ALL: [Self; 8] = [
        Self::Added,
        Self::Changed,
        Self::Renamed,
        Self::Paused,
        Self::Resumed,
        Self::Removed,
        Self::Restored,
        Self::Purged,
    ];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Purged => "purged",
        }
    }

    /// The word used in the audit log.
    const fn audited(self) -> &'static str {
        match self {
            Self::Added => "connector.added",
            Self::Changed => "connector.changed",
            Self::Renamed => "connector.renamed",
            Self::Paused => "connector.paused",
            Self::Resumed => "connector.resumed",
            Self::Removed => "connector.removed",
            Self::Restored => "connector.restored",
            Self::Purged => "connector.purged",
        }
    }
}

/// A recorded change of a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorEvent {
    /// Which connector.
    pub connector: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who, as they are known where they did it.
    pub actor: String,
    /// What was done.
    pub action: ConnectorAction,
    /// The connector as it was, see [`Connector::to_json`].
    pub before: Option<serde_json::Value>,
    /// The connector as it became.
    pub after: Option<serde_json::Value>,
}

impl Store {
    /// Makes changes, all of them or none, and returns the connector after each of them.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a connector is to read another root than before, so that its history would mix
    /// two organisations, when a name is taken, or when a connector is gone.
    pub async fn connector_change(
        &self,
        changes: &[ConnectorChange],
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<Connector>, StoreError> {
        self.connector_change_guarded(changes, ConnectorGuard::default(), actor, now).await
    }

    /// The same, if what the guard says holds in the very transaction.
    ///
    /// # Errors
    /// As of [`Self::connector_change`], and [`StoreError::Conflict`] when it does not hold.
    pub async fn connector_change_guarded(
        &self,
        changes: &[ConnectorChange],
        guard: ConnectorGuard,
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<Connector>, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let changed = Act { actor, now }.change_all(&mut tx, changes, guard).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }

    /// Makes [`ConnectorChange::Put`] alone.
    ///
    /// # Errors
    /// As of [`Self::connector_change`].
    pub async fn connector_put(
        &self,
        config: &NewConnector,
        actor: &str,
        now: Timestamp,
    ) -> Result<Connector, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let connector = Act { actor, now }.put(&mut tx, config).await?;
            tx.commit().await?;
            Ok(connector)
        })
        .await
    }

    /// The latest changes of a connector, newest first. They are kept when its history is deleted.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connector_events(&self, connector: Uuid, limit: usize) -> Result<Vec<ConnectorEvent>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = "select * from connector_event where connector_uuid = $1 order by id desc limit $2";
            let query = db::query(query).bind(connector.to_string()).bind(limit_of(limit));
            query.fetch_all(&mut db).await?.iter().map(event_of).collect()
        })
        .await
    }
}

/// Who changes something, and when.
#[derive(Clone, Copy)]
pub(crate) struct Act<'a> {
    pub(crate) actor: &'a str,
    pub(crate) now: Timestamp,
}

impl Act<'_> {
    /// Makes all changes where the guard holds.
    pub(crate) async fn change_all(
        &self,
        db: &mut Connection,
        changes: &[ConnectorChange],
        guard: ConnectorGuard,
    ) -> Result<Vec<Connector>, Failure> {
        guard.before(db, changes).await?;
        let mut changed = Vec::with_capacity(changes.len());
        for change in changes {
            changed.push(self.change(db, change).await?);
        }
        guard.after(db, &changed).await?;
        Ok(changed)
    }

    pub(crate) async fn change(&self, db: &mut Connection, change: &ConnectorChange) -> Result<Connector, Failure> {
        match change {
            ConnectorChange::Put(config) => self.put(db, config).await,
            ConnectorChange::Rename { connector, name } => self.rename(db, *connector, name).await,
            ConnectorChange::Pause(connector) => {
                let pause = |known: Connector| Connector { paused_at: known.paused_at.or(Some(self.now)), ..known };
                self.adjust(db, *connector, ConnectorAction::Paused, pause).await
            }
            ConnectorChange::Resume(connector) => {
                let resume = |known| Connector { paused_at: None, ..known };
                self.adjust(db, *connector, ConnectorAction::Resumed, resume).await
            }
            ConnectorChange::Remove(connector) => {
                let remove = |known: Connector| Connector { removed_at: known.removed_at.or(Some(self.now)), ..known };
                self.adjust(db, *connector, ConnectorAction::Removed, remove).await
            }
        }
    }

    async fn rename(&self, db: &mut Connection, connector: ConnectorId, name: &str) -> Result<Connector, Failure> {
        let known = existing(db, connector).await?;
        match by_name(db, &known.config.connector_type, name).await? {
            Some(taken) if taken.id != connector => return Err(name_conflict(&taken)),
            _ => {}
        }
        let rename = |known: Connector| {
            let config = NewConnector { name: name.to_owned(), ..known.config };
            Connector { config, ..known }
        };
        self.adjust(db, connector, ConnectorAction::Renamed, rename).await
    }

    /// Changes a known connector, unless it is as wanted already.
    async fn adjust(
        &self,
        db: &mut Connection,
        connector: ConnectorId,
        action: ConnectorAction,
        adjusted: impl FnOnce(Connector) -> Connector,
    ) -> Result<Connector, Failure> {
        let before = existing(db, connector).await?;
        let after = adjusted(before.clone());
        if after == before { Ok(before) } else { self.write(db, action, &before, after).await }
    }

    async fn put(&self, db: &mut Connection, config: &NewConnector) -> Result<Connector, Failure> {
        let Some(known) = by_name(db, &config.connector_type, &config.name).await? else {
            let added = insert(db, config, self.now).await?;
            event_insert(db, &self.event(ConnectorAction::Added, None, &added)).await?;
            return Ok(added);
        };
        if known.config.root != config.root {
            return Err(root_conflict(&known));
        }
        let action = match known.removed_at {
            None if known.config == *config => return Ok(known),
            None => ConnectorAction::Changed,
            Some(_) => ConnectorAction::Restored,
        };
        // Whoever configures a removed connector again wants it read.
        let paused_at = known.paused_at.filter(|_| known.removed_at.is_none());
        let changed = Connector { config: config.clone(), paused_at, removed_at: None, ..known.clone() };
        self.write(db, action, &known, changed).await
    }

    /// Writes a known connector as it is to be.
    async fn write(
        &self,
        db: &mut Connection,
        action: ConnectorAction,
        before: &Connector,
        after: Connector,
    ) -> Result<Connector, Failure> {
        let after = Connector { version: before.version + 1, ..after };
        update(db, &after).await?;
        // A token that nobody will look for is not kept.
        if after.removed_at.is_some() || after.config.secret_source.as_deref() != Some(SEALED) {
            connector_secret_delete(db, after.id).await?;
        }
        event_insert(db, &self.event(action, Some(before), &after)).await?;
        Ok(after)
    }

    /// Writes down that a token was sealed, by the ids of the one before and of the one now.
    pub(crate) async fn sealed(
        &self,
        db: &mut Connection,
        connector: &Connector,
        before: Option<&str>,
        after: &str,
    ) -> Result<(), Failure> {
        db::query("update connector set version = version + 1 where id = $1")
            .bind(connector.id.0)
            .execute(&mut *db)
            .await?;
        let mut event = self.event(ConnectorAction::Changed, Some(connector), connector);
        for (shown, sealed) in [(&mut event.before, before), (&mut event.after, Some(after))] {
            if let (Some(shown), Some(sealed)) = (shown, sealed) {
                shown["sealedToken"] = sealed.into();
            }
        }
        event_insert(db, &event).await
    }

    fn event(&self, action: ConnectorAction, before: Option<&Connector>, after: &Connector) -> ConnectorEvent {
        ConnectorEvent {
            connector: after.uuid,
            at: self.now,
            actor: self.actor.to_owned(),
            action,
            before: before.map(Connector::to_json),
            after: Some(after.to_json()),
        }
    }
}

async fn existing(db: &mut Connection, connector: ConnectorId) -> Result<Connector, Failure> {
    by_id(db, connector).await?.ok_or_else(|| Failure::Conflict(format!("connector {connector} is gone")))
}

async fn insert(db: &mut Connection, config: &NewConnector, now: Timestamp) -> Result<Connector, Failure> {
    let row = db::query(
        "insert into connector (uuid, connector_type, name, description, owners, root, base_url, settings, \
         secret_source, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&config.connector_type)
    .bind(&config.name)
    .bind(&config.description)
    .bind(owners_text(config))
    .bind(&config.root)
    .bind(&config.base_url)
    .bind(config.settings.to_string())
    .bind(&config.secret_source)
    .bind(now.0)
    .fetch_one(db)
    .await?;
    connector_of(&row)
}

/// Type and root stay as they are.
async fn update(db: &mut Connection, connector: &Connector) -> Result<(), Failure> {
    let config = &connector.config;
    db::query(
        "update connector set name = $1, description = $2, owners = $3, base_url = $4, settings = $5, \
         secret_source = $6, paused_at = $7, removed_at = $8, version = $9 where id = $10",
    )
    .bind(&config.name)
    .bind(&config.description)
    .bind(owners_text(config))
    .bind(&config.base_url)
    .bind(config.settings.to_string())
    .bind(&config.secret_source)
    .bind(connector.paused_at.map(|at| at.0))
    .bind(connector.removed_at.map(|at| at.0))
    .bind(connector.version)
    .bind(connector.id.0)
    .execute(db)
    .await?;
    Ok(())
}

fn owners_text(config: &NewConnector) -> String {
    serde_json::Value::from(config.owners.clone()).to_string()
}

/// Writes down what was done to a connector.
pub(crate) async fn event_insert(db: &mut Connection, event: &ConnectorEvent) -> Result<(), Failure> {
    db::query(
        "insert into connector_event (connector_uuid, at, actor, action, before, after) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(event.connector.to_string())
    .bind(event.at.0)
    .bind(&event.actor)
    .bind(event.action.word())
    .bind(event.before.as_ref().map(ToString::to_string))
    .bind(event.after.as_ref().map(ToString::to_string))
    .execute(&mut *db)
    .await?;
    event_audit(db, event).await
}

/// Writes a change down in the audit log: how the connector became, or was when its history was deleted, enters it as a
/// commitment, because people write names, descriptions and settings.
async fn event_audit(db: &mut Connection, event: &ConnectorEvent) -> Result<(), Failure> {
    let is_purged = event.action == ConnectorAction::Purged;
    let known = if is_purged { &event.before } else { &event.after }.as_ref().unwrap_or(&Json::Null);
    let mut details = json!({ "type": known["type"] });
    match (&event.before, &event.after) {
        (_, Some(after)) if is_purged => details["rowsDeleted"] = after["rowsDeleted"].clone(),
        (Some(before), Some(after)) => details["changed"] = fields_changed(before, after).into(),
        _ => {}
    }
    let configuration = known.to_string();
    let entry = AuditEntry {
        at: event.at,
        action: event.action.audited(),
        subject: event.connector.to_string(),
        details,
        personal: vec![("actor", &event.actor), ("configuration", &configuration)],
    };
    audit_append(db, &entry).await.map(drop)
}

/// The names of what differs between two configurations.
fn fields_changed(before: &Json, after: &Json) -> Vec<String> {
    let fields = after.as_object().into_iter().flatten();
    fields.filter(|(name, value)| before[name.as_str()] != **value).map(|(name, _)| name.clone()).collect()
}

pub(crate) fn event_of(row: &Row) -> Result<ConnectorEvent, Failure> {
    let (uuid, action): (&str, &str) = (row.try_get("connector_uuid")?, row.try_get("action")?);
    let json = |column: &str| {
        let text: Option<&str> = row.try_get(column)?;
        text.map(|_| json_of(row, column)).transpose()
    };
    Ok(ConnectorEvent {
        connector: uuid_read(uuid)?,
        at: Timestamp(row.try_get("at")?),
        actor: row.try_get("actor")?,
        action: ConnectorAction::ALL
            .into_iter()
            .find(|known| known.word() == action)
            .ok_or_else(|| Failure::Corrupt(format!("a connector was {action}")))?,
        before: json("before")?,
        after: json("after")?,
    })
}

fn root_conflict(known: &Connector) -> Failure {
    let NewConnector { connector_type, name, root, .. } = &known.config;
    let reads = if known.removed_at.is_some() { "is removed, and its history is that of" } else { "already reads" };
    Failure::Conflict(format!("the {connector_type} connector {name} {reads} {root}: choose another name"))
}

pub(crate) fn name_conflict(taken: &Connector) -> Failure {
    let NewConnector { connector_type, name, .. } = &taken.config;
    let how = if taken.removed_at.is_some() { " (it is removed, and its history is kept)" } else { "" };
    Failure::Conflict(format!("another {connector_type} connector is called {name} already{how}: choose another name"))
}
