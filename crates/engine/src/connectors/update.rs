//! Changing a connector that is configured.

use rolecall_store::{
    Connector, ConnectorChange, ConnectorGuard, Enqueued, Job, JobFilter, JobState, NewConnector, SEALED,
};
use serde::Serialize;
use uuid::Uuid;

use super::create::fields_checked;
use super::detail::configuration_event;
use super::subject::{connector_known, is_conflict, secret_stays, taken_check, vault};
use super::{ConnectorCatalog, ConnectorForm, ConnectorsError, FieldError, Form, ShownField, Stale, field};
use crate::work::{ATTEMPTS, SYNC, sync_job};
use crate::{Context, connector_title, moment_text};

/// The form of a connector, and what goes with it.
#[derive(Clone, Debug)]
pub struct EditForm {
    /// Its type.
    pub connector_type: String,
    /// What it is set to, field by field. A secret is never among it.
    pub fields: Form,
    /// To be given back with the form, so that two editors do not undo each other's work.
    pub version: i64,
    /// Since when a secret is sealed, as text; nothing when none is.
    pub secret_since: Option<String>,
    /// What only the command line can change.
    pub command_line_only: Vec<ShownField>,
}

/// A connector as it is after a change.
#[derive(Clone, Debug)]
pub struct Updated {
    /// The connector.
    pub connector: Connector,
    /// The version that a form of it has now.
    pub version: i64,
    /// Whether anything is different from before.
    pub is_changed: bool,
    /// Whether nobody answers for it, which administrators should be told.
    pub is_ownerless: bool,
}

/// Who answers for a connector now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnersSet {
    /// The owners.
    pub owners: Vec<String>,
    /// Whether there is none, which administrators should be told.
    pub is_ownerless: bool,
    /// The version that a form of it has now.
    pub version: i64,
}

/// What became of the wish to read a connector now.
#[derive(Clone, Debug)]
pub enum SyncAsked {
    /// A job is queued.
    Queued(Job),
    /// One waits already, and is begun at once where it waited for its time.
    Waiting(Job),
    /// One runs already, which was begun by whoever [`Job`] says.
    Running(Job),
}

/// The form of a connector that is configured.
///
/// # Errors
/// When there is no such connector, or the database cannot be read.
pub async fn connector_form(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    connector: Uuid,
) -> Result<EditForm, ConnectorsError> {
    let known = connector_known(context, connector).await?;
    let secret = context.store.connector_secret(known.id).await?;
    let shown = catalog.shown(&known.config);
    Ok(EditForm {
        connector_type: known.config.connector_type.clone(),
        fields: catalog.form(&known.config),
        version: known.version,
        secret_since: secret.map(|secret| moment_text(secret.created_at)),
        command_line_only: shown.into_iter().filter(|field| field.command_line_only).collect(),
    })
}

/// Changes a connector to be what a form says. The secret is replaced when the form has one.
///
/// # Errors
/// [`ConnectorsError::Stale`] when somebody changed it since the form was loaded, [`ConnectorsError::Fields`], and
/// [`ConnectorsError::Taken`] when another active connector reads the organisation.
pub async fn connector_update(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    actor: &str,
    connector: Uuid,
    version: i64,
    form: &ConnectorForm,
) -> Result<Updated, ConnectorsError> {
    let known = connector_known(context, connector).await?;
    if known.version != version {
        return Err(stale(context, catalog, &known, version).await?.into());
    }
    let parsed = catalog.parse(&known.config.connector_type, &form.fields, Some(&known.config));
    let mut config = fields_checked(catalog, &known.config.connector_type, parsed, form, false)?;
    secret_stays(&known, &config, form.secret.is_some())?;
    if form.secret.is_some() {
        config.secret_source = Some(SEALED.to_owned());
    }
    name_free(context, &known, &config).await?;
    let moves = known.is_active() && config.base_url != known.config.base_url;
    if moves {
        taken_check(context, &config, Some(&known)).await?;
    }
    let guard = ConnectorGuard { version: Some((known.id, version)), only_active: moves, ..ConnectorGuard::default() };
    let changes = changes(&known, &config);
    let changed = match &form.secret {
        Some(secret) => {
            let vault = vault(context, catalog)?;
            vault.connector_change_sealing_guarded(&changes, guard, secret, actor, context.now()).await
        }
        None => context.store.connector_change_guarded(&changes, guard, actor, context.now()).await,
    };
    match changed {
        Err(error) if is_conflict(&error) => {
            let now = connector_known(context, connector).await?;
            if now.version != version {
                return Err(stale(context, catalog, &now, version).await?.into());
            }
            taken_check(context, &config, Some(&known)).await?;
            Err(error.into())
        }
        changed => Ok(updated(&known, changed?)?),
    }
}

/// Says who answers for a connector: names or mail addresses, as people write them.
///
/// # Errors
/// When there is no such connector, or the database cannot be written.
pub async fn connector_owners_set(
    context: &Context,
    actor: &str,
    connector: Uuid,
    owners: &[String],
) -> Result<OwnersSet, ConnectorsError> {
    let owners = owners_parse(owners)?;
    // Another change at the same moment is no reason to fail: it was not about owners, or this is the later word.
    for _ in 0..TRIES {
        let known = connector_known(context, connector).await?;
        let config = NewConnector { owners: owners.clone(), ..known.config.clone() };
        let guard = ConnectorGuard { version: Some((known.id, known.version)), ..ConnectorGuard::default() };
        let change = [ConnectorChange::Put(config)];
        match context.store.connector_change_guarded(&change, guard, actor, context.now()).await {
            Err(error) if is_conflict(&error) => {}
            changed => {
                let Updated { version, is_ownerless, .. } = updated(&known, changed?)?;
                return Ok(OwnersSet { owners, is_ownerless, version });
            }
        }
    }
    Err(ConnectorsError::refused("busy", "others change the connector all the time", Some("try again")))
}

/// Stops reading a connector, for now. Its queued jobs are cancelled; what runs is finished.
///
/// # Errors
/// When there is no such connector, or the database cannot be written.
pub async fn connector_pause(context: &Context, actor: &str, connector: Uuid) -> Result<Updated, ConnectorsError> {
    let known = connector_known(context, connector).await?;
    let changed = context.store.connector_change(&[ConnectorChange::Pause(known.id)], actor, context.now()).await?;
    let key = known.uuid.to_string();
    let filter = JobFilter { kind: Some(SYNC), key: Some(&key), state: Some(JobState::Queued) };
    for job in context.store.job_list(filter, usize::MAX).await? {
        match context.store.job_cancel(job.id, actor, context.now()).await {
            // It ended meanwhile.
            Err(error) if is_conflict(&error) => {}
            cancelled => drop(cancelled?),
        }
    }
    updated(&known, changed)
}

/// Reads a connector again.
///
/// # Errors
/// [`ConnectorsError::Taken`] when another active connector reads the organisation by now.
pub async fn connector_resume(context: &Context, actor: &str, connector: Uuid) -> Result<Updated, ConnectorsError> {
    let known = connector_known(context, connector).await?;
    taken_check(context, &known.config, Some(&known)).await?;
    let guard = ConnectorGuard { only_active: true, ..ConnectorGuard::default() };
    let change = [ConnectorChange::Resume(known.id)];
    match context.store.connector_change_guarded(&change, guard, actor, context.now()).await {
        Err(error) if is_conflict(&error) => {
            taken_check(context, &known.config, Some(&known)).await?;
            Err(error.into())
        }
        changed => updated(&known, changed?),
    }
}

/// Asks for a sync of a connector now.
///
/// # Errors
/// [`ConnectorsError::Refused`] while it is paused.
pub async fn connector_sync_now(context: &Context, actor: &str, connector: Uuid) -> Result<SyncAsked, ConnectorsError> {
    let (known, now) = (connector_known(context, connector).await?, context.now());
    if rolecall_connect::is_brought(&known.config.connector_type) && !known.config.is_by_runner() {
        let why = format!("what {} lists is brought, and read from nowhere", connector_title(&known));
        return Err(ConnectorsError::refused("brought", why, Some("bring a roster")));
    }
    if let Some(at) = known.paused_at {
        let why = format!("{} is paused since {}", connector_title(&known), moment_text(at));
        return Err(ConnectorsError::refused("paused", why, Some("resume it first")));
    }
    let job = match context.store.job_ask(&sync_job(&known, actor, now), now).await? {
        Enqueued::New(job) => return Ok(SyncAsked::Queued(job)),
        Enqueued::Known(job) => job,
    };
    if job.state == JobState::Running {
        return Ok(SyncAsked::Running(job));
    }
    if job.asked.run_at <= now {
        return Ok(SyncAsked::Waiting(job));
    }
    match context.store.job_retry(job.id, ATTEMPTS, actor, now).await {
        // It began meanwhile.
        Err(error) if is_conflict(&error) => Ok(SyncAsked::Running(job)),
        retried => Ok(SyncAsked::Waiting(retried?)),
    }
}

/// How often a change is tried that others get in the way of.
const TRIES: usize = 5;
/// More owners than this nobody reads.
const MOST_OWNERS: usize = 50;

fn changes(known: &Connector, config: &NewConnector) -> Vec<ConnectorChange> {
    let mut changes = Vec::new();
    if known.config.name != config.name {
        changes.push(ConnectorChange::Rename { connector: known.id, name: config.name.clone() });
    }
    changes.push(ConnectorChange::Put(config.clone()));
    changes
}

fn updated(known: &Connector, changed: Vec<Connector>) -> Result<Updated, ConnectorsError> {
    let connector = changed.into_iter().last().ok_or(ConnectorsError::Unknown { what: "connector" })?;
    Ok(Updated {
        version: connector.version,
        is_changed: connector.version != known.version,
        is_ownerless: connector.config.owners.is_empty(),
        connector,
    })
}

/// Names are each one connector's, removed ones too: their history is kept under it.
async fn name_free(context: &Context, known: &Connector, config: &NewConnector) -> Result<(), ConnectorsError> {
    let found = context.store.connector_find(&config.connector_type, &config.name).await?;
    match found.filter(|found| found.id != known.id) {
        None => Ok(()),
        Some(other) => {
            let title = connector_title(&other);
            let how = if other.removed_at.is_some() { "is the name of a removed connector" } else { "is taken" };
            let error = FieldError::new(field::NAME, format!("{title} {how}")).hint("choose another name");
            Err(ConnectorsError::Fields(vec![error]))
        }
    }
}

/// Who changed what since a form was loaded.
async fn stale(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    known: &Connector,
    version: i64,
) -> Result<Stale, ConnectorsError> {
    let since = usize::try_from(known.version - version).unwrap_or(1).max(1);
    let mut events = context.store.connector_events(known.uuid, since).await?;
    events.reverse();
    let changes: Vec<_> = events.iter().map(|event| configuration_event(catalog, event)).collect();
    let last = changes.last();
    Ok(Stale {
        title: connector_title(known),
        by: last.map_or_else(|| "somebody".to_owned(), |event| event.actor.clone()),
        at: last.map_or_else(String::new, |event| moment_text(event.at)),
        changes,
        version: known.version,
    })
}

/// Names or mail addresses, each once.
fn owners_parse(owners: &[String]) -> Result<Vec<String>, ConnectorsError> {
    let mut parsed: Vec<String> = Vec::new();
    for owner in owners.iter().map(|owner| owner.trim()).filter(|owner| !owner.is_empty()) {
        if owner.chars().count() > 200 || owner.chars().any(char::is_control) {
            let error = FieldError::new(field::OWNERS, "an owner is a name or a mail address in one line");
            return Err(ConnectorsError::Fields(vec![error]));
        }
        if !parsed.iter().any(|known| known.eq_ignore_ascii_case(owner)) {
            parsed.push(owner.to_owned());
        }
    }
    if parsed.len() > MOST_OWNERS {
        let error = FieldError::new(field::OWNERS, format!("there are more than {MOST_OWNERS} owners"));
        return Err(ConnectorsError::Fields(vec![error.hint("name a group that has a mail address")]));
    }
    Ok(parsed)
}
