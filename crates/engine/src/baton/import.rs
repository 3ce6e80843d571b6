//! A file becomes current: as a connector of its own, or as what a Rolecall elsewhere read of a source.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rolecall_baton::c1z::{C1zError, C1zReader, Limits};
use rolecall_connect::SHAPE;
use rolecall_connect::baton::{self as declared, EVERYTHING, ROOT, Shape, ShapeError};
use rolecall_model::{ListingKey, Outcome, Proof, Reading, Reason, ResourceRef};
use rolecall_store::{Connector, ConnectorChange, ConnectorGuard, NewConnector, Store, StoreError};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::own::{Brought, Own, OwnError, own};
use super::stranger::{C1zCounts, Stated, stated};
use crate::work::{Doer, sync_inline};
use crate::world::declaration_of;
use crate::{Context, SyncError, SyncOptions, SyncReport, sync_run};

/// A file that is to become current.
#[derive(Clone, Debug)]
pub struct C1zImport<'i> {
    /// What to call the connector, where somebody says so.
    pub name: Option<&'i str>,
    /// What to call it otherwise; but one of our own files as it is called there.
    pub name_otherwise: Option<&'i str>,
    /// Whether whoever brings it states that it is everything there is.
    pub is_everything: bool,
    /// How much is taken in.
    pub limits: Limits,
    /// Where its database lies while it is read.
    pub folder: &'i Path,
}

/// What became of a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct C1zImported {
    /// The connector that it is now current of.
    #[serde(skip)]
    pub connector: Connector,
    /// Whether Rolecall wrote it.
    pub is_own: bool,
    /// The id of the sync.
    pub sync: String,
    /// What the tables hold that every program reads; only counted in a file of another program.
    pub counts: Option<C1zCounts>,
    /// What it changed.
    #[serde(skip)]
    pub report: SyncReport,
}

/// Why a file did not become current.
#[derive(Debug, thiserror::Error)]
pub enum C1zImportError {
    /// It cannot be read.
    #[error(transparent)]
    C1z(#[from] C1zError),
    /// It is ours, and damaged.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// It has too many kinds of things.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// It is of a type that this build does not know.
    #[error("it is of a {0} connector, which this Rolecall does not know")]
    UnknownType(String),
    /// It is of something else than the connector that it was brought for.
    #[error("it is of {found}, and not of what this connector reads")]
    OtherSource {
        /// What it is of: `npm:acme`.
        found: String,
    },
    /// Nobody said what to call the connector.
    #[error("nothing says what the connector is to be called")]
    Nameless,
    /// It could not be made current.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the newest sync of a file current.
///
/// # Errors
/// [`C1zImportError`]; then nothing changed.
pub async fn c1z_import(
    context: &Context,
    import: &C1zImport<'_>,
    file: impl Read + Send,
    options: SyncOptions,
    doer: &Doer,
) -> Result<C1zImported, C1zImportError> {
    let store = &context.store;
    let FileRead { config, content, sync, counts } = file_read(import, file)?;
    let known = known(store, &config).await?;
    let (config, source) = source_of(known, config, content, import.is_everything)?;
    let record = store.connector_put(&config, &doer.asked_by, context.now()).await?;
    store.staged_purge(record.id, context.now().plus_seconds(1)).await?;
    let report = sync_inline(context, &source, &record, options, doer).await?;
    Ok(C1zImported { connector: record, is_own: counts.is_none(), sync, counts, report })
}

/// Makes the newest sync of a file current of a connector that is configured, as part of the job that the caller does. The
/// file may be large, so that it is read where nobody waits.
///
/// # Errors
/// [`C1zImportError`]; then nothing changed.
pub(crate) async fn c1z_bring(
    context: &Context,
    record: &Connector,
    file: &Path,
    options: SyncOptions,
    actor: &str,
) -> Result<SyncReport, C1zImportError> {
    let (name, file) = (record.config.root.clone(), file.to_owned());
    let read = tokio::task::spawn_blocking(move || {
        let folder = file.parent().unwrap_or(&file);
        let limits = Limits::default();
        let import = C1zImport { name: Some(&name), name_otherwise: None, is_everything: false, limits, folder };
        file_read(&import, File::open(&file).map_err(C1zError::from)?)
    });
    let read = read.await.map_err(|error| C1zError::from(io::Error::other(error)))??;
    let is_of = |config: &NewConnector| {
        config.connector_type == record.config.connector_type && config.root == record.config.root
    };
    if !is_of(&read.config) {
        let found = format!("{}:{}", read.config.connector_type, read.config.root);
        return Err(C1zImportError::OtherSource { found });
    }
    let (config, source) = source_of(Some(record.clone()), read.config, read.content, false)?;
    let record = shape_keep(context, record, &config, actor).await?;
    context.store.staged_purge(record.id, context.now().plus_seconds(1)).await?;
    Ok(sync_run(context, &source, &record, options).await?)
}

/// How often a change is tried that others get in the way of.
const TRIES: usize = 5;

/// Keeps what a source consists of, where that is more than before, and nothing else: somebody may have changed the connector
/// while its file was read.
async fn shape_keep(
    context: &Context,
    record: &Connector,
    read: &NewConnector,
    actor: &str,
) -> Result<Connector, C1zImportError> {
    let Some(shape) = read.settings.get(SHAPE).filter(|shape| record.config.settings.get(SHAPE) != Some(*shape)) else {
        return Ok(record.clone());
    };
    let mut tries = 0;
    loop {
        let gone = || StoreError::Conflict("the connector is gone".to_owned());
        let now = context.store.connector_by_id(record.id).await?.ok_or_else(gone)?;
        let mut config = now.config.clone();
        if let Some(settings) = config.settings.as_object_mut() {
            settings.insert(SHAPE.to_owned(), shape.clone());
        }
        let guard = ConnectorGuard { version: Some((now.id, now.version)), ..ConnectorGuard::default() };
        let put = [ConnectorChange::Put(config)];
        match context.store.connector_change_guarded(&put, guard, actor, context.now()).await {
            Err(StoreError::Conflict(_)) if tries < TRIES => tries += 1,
            changed => return Ok(changed?.pop().ok_or_else(gone)?),
        }
    }
}

/// What is in a file.
struct FileRead {
    config: NewConnector,
    content: Content,
    sync: String,
    counts: Option<C1zCounts>,
}

fn file_read(import: &C1zImport<'_>, file: impl Read + Send) -> Result<FileRead, C1zImportError> {
    let reader = C1zReader::open(file, import.folder, import.limits)?;
    let sync = reader.newest()?.id;
    if let Some(own) = own(&reader, &sync)? {
        return Ok(FileRead {
            config: config_of_own(&own, import.name),
            content: Content::Own(own),
            sync,
            counts: None,
        });
    }
    let name = import.name.or(import.name_otherwise).ok_or(C1zImportError::Nameless)?;
    let stated = stated(&reader, &sync, &ResourceRef::new(ROOT, name))?;
    let counts = Some(stated.counts);
    Ok(FileRead { config: config_of_stranger(name), content: Content::Stranger(stated), sync, counts })
}

/// What a file states, as a source that is read; and how its connector is configured with that.
fn source_of(
    known: Option<Connector>,
    config: NewConnector,
    content: Content,
    is_everything: bool,
) -> Result<(NewConnector, Brought), C1zImportError> {
    match content {
        Content::Own(own) => {
            let config = known.map_or(config, |known| known.config);
            let declaration =
                declaration_of(&config).ok_or_else(|| C1zImportError::UnknownType(config.connector_type.clone()))?;
            Ok((config, Brought::of_own(own, declaration)))
        }
        Content::Stranger(stated) => stranger(known, config, stated, is_everything),
    }
}

enum Content {
    Own(Own),
    Stranger(Stated),
}

async fn known(store: &Store, config: &NewConnector) -> Result<Option<Connector>, StoreError> {
    let known = store.connector_find(&config.connector_type, &config.name).await?;
    Ok(known.filter(|known| known.removed_at.is_none()))
}

/// A connector that another Rolecall reads. It has no credential here.
fn config_of_own(own: &Own, name: Option<&str>) -> NewConnector {
    let line = &own.connector;
    let of_type = line.connector.strip_prefix(&line.connector_type).and_then(|rest| rest.strip_prefix(':'));
    let shape = line.shape.clone().map(|shape| (SHAPE.to_owned(), shape));
    NewConnector {
        connector_type: line.connector_type.clone(),
        name: name.or(of_type).unwrap_or(&line.root.id).to_owned(),
        description: "Read by another Rolecall, from files that are brought".to_owned(),
        root: line.root.id.clone(),
        base_url: line.source.clone(),
        settings: Json::Object(shape.into_iter().collect()),
        ..NewConnector::default()
    }
}

fn config_of_stranger(name: &str) -> NewConnector {
    NewConnector {
        connector_type: declared::TYPE.to_owned(),
        name: name.to_owned(),
        description: "Read by a connector of baton's world, from files that are brought".to_owned(),
        root: name.to_owned(),
        settings: Json::Object(Map::new()),
        ..NewConnector::default()
    }
}

/// What a stranger's file states, with what its source is known to consist of.
fn stranger(
    known: Option<Connector>,
    new: NewConnector,
    stated: Stated,
    is_everything: bool,
) -> Result<(NewConnector, Brought), C1zImportError> {
    let mut config = known.map_or(new, |known| known.config);
    let remembered = config.settings.get(SHAPE).cloned();
    let mut shape: Shape = remembered.and_then(|shape| serde_json::from_value(shape).ok()).unwrap_or_default();
    shape.merge(stated.shape);
    shape.check()?;
    if !config.settings.is_object() {
        config.settings = json!({});
    }
    if let Some(settings) = config.settings.as_object_mut() {
        settings.insert(SHAPE.to_owned(), json!(shape));
    }
    let proof = if is_everything {
        Proof::Attested
    } else {
        let text = "nothing in the file shows that it is everything; whoever knows that it is says so with --complete";
        Proof::None(Reason::new("not-stated", text))
    };
    let root = ResourceRef::new(ROOT, config.root.as_str());
    let key = ListingKey { kind: EVERYTHING.into(), subject: root.clone() };
    let reading =
        Reading { outcome: Outcome::Whole(proof), facts: stated.facts, diagnostics: Vec::new(), validator: None };
    let declaration = declared::declared(&config.name, &shape);
    let host = String::new();
    Ok((config, Brought { declaration, root, host, listings: HashMap::from([(key, reading)]) }))
}
