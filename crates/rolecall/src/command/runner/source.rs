//! Reading the source once, into a database that vanishes, and from there into a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rolecall_baton::runner::{SyncWish, SyncedFile};
use rolecall_connect::TokenPlace;
use rolecall_engine::export::baton_types;
use rolecall_engine::{Context, Silent, SyncOptions, WorldView, clock_system, connector_title, sync_run, world_load};
use rolecall_store::{DatabaseAddress, Mode, NewConnector, Store};
use serde_json::Value as Json;
use tokio::sync::{Mutex, watch};

use super::fields::{ACCESS_TOKEN, ORGANIZATION, settings};
use super::file::file_write;
use super::said::Said;
use crate::connectors::Kind;
use crate::connectors::settings::{Setting, Settings, TIMEOUT};
use crate::exit::{Exit, Failure};
use crate::output::{Destination, note, text::printable};

/// One organisation, and how it is read.
pub(super) struct Source {
    kind: &'static dyn Kind,
    config: NewConnector,
    place: TokenPlace,
    /// Where temporary files are made, where that is not the system's own place.
    folder: Option<PathBuf>,
    /// Whether something that could not be read in full is handed over.
    accept_incomplete: bool,
    /// The registry is read by one sync at a time.
    turn: Mutex<()>,
}

impl Source {
    /// What was said of it. Nothing is read yet, and no token looked for.
    pub(super) fn new(kind: &'static dyn Kind, said: &Said) -> Result<Self, Failure> {
        let organization = said.text(ORGANIZATION).ok_or_else(|| {
            Failure::new(Exit::Usage, "nothing says which organisation is read")
                .hint("pass --organization NAME, or set BATON_ORGANIZATION")
        })?;
        let root = kind.root(organization)?;
        let mut kept = Settings::default();
        for setting in settings(kind) {
            if let Some(value) = setting_value(setting, said)? {
                kept.set(setting, value);
            }
        }
        let seconds = said.count("http-timeout-seconds", 3600)?;
        kept.set(&TIMEOUT, seconds.into());
        let config = NewConnector {
            connector_type: kind.name().to_owned(),
            name: root.clone(),
            root,
            base_url: kind.base(said.text(kind.base_key()))?,
            settings: kept.to_json(),
            ..NewConnector::default()
        };
        kind.check(&config)?;
        types_check(kind, said)?;
        Ok(Self {
            kind,
            config,
            place: place(said)?,
            folder: said.text("c1z-temp-dir").map(PathBuf::from),
            accept_incomplete: said.switch("accept-incomplete")?,
            turn: Mutex::new(()),
        })
    }

    /// Looks for the token, so that a missing one is told before a hub waits.
    pub(super) async fn token_check(&self) -> Result<(), Failure> {
        self.kind.token_find(&self.config, &self.place, None).await.map(drop)
    }

    /// Reads it, and writes a file.
    pub(super) async fn read(&self, wish: &SyncWish, stop: watch::Receiver<bool>) -> Result<SyncedFile, Failure> {
        let _turn = self.turn.lock().await;
        let mut folder = tempfile::Builder::new();
        let folder = folder.prefix("rolecall-runner-");
        let folder = match &self.folder {
            Some(place) => folder.tempdir_in(place),
            None => folder.tempdir(),
        };
        let folder = folder.map_err(|error| machine(format!("no temporary folder can be made: {error}")))?;
        let store = Store::open(&DatabaseAddress::Sqlite(folder.path().join("sync.db")), Mode::Write).await?;
        let path = folder.path().join("sync.c1z");
        let written = self.sync(&store, stop, wish, &path).await;
        store.close().await;
        written?;
        Ok(SyncedFile { path, folder })
    }

    async fn sync(
        &self,
        store: &Store,
        stop: watch::Receiver<bool>,
        wish: &SyncWish,
        path: &Path,
    ) -> Result<(), Failure> {
        let found = self.kind.token_find(&self.config, &self.place, None).await?;
        let built = self.kind.build(&self.config, found, None).await?;
        let record = store.connector_put(&self.config, "rolecall runner", clock_system()).await?;
        tracing::info!(organization = self.config.root, "{}", built.token);
        let context =
            Context { store: store.clone(), clock: clock_system, stop: stop.clone(), progress: Arc::new(Silent) };
        let lock = store.writer_lock(record.id, "rolecall runner").await?;
        let report = sync_run(&context, built.connector.as_ref(), &record, SyncOptions::default()).await?;
        drop(lock);
        tracing::info!(requests = report.requests, "the organisation was read");
        let view = world_load(store, None, None).await?;
        self.completeness_check(&view)?;
        file_write(store, &connector_title(&record), wish, path).await
    }

    /// Whoever gets the file takes what is not in it for gone (*Architecture Invariant* 1).
    fn completeness_check(&self, view: &WorldView) -> Result<(), Failure> {
        let completeness = view.list_completeness();
        if completeness.complete {
            return Ok(());
        }
        let gaps: Vec<String> = completeness.gaps.iter().map(rolecall_engine::Gap::sentence).collect();
        let why = format!("not everything could be read in full: {}", gaps.join("; "));
        if self.accept_incomplete {
            note(&printable(&why));
            return Ok(());
        }
        Err(Failure::new(Exit::Incomplete, why).hint(format!(
            "whoever gets the file would take what is missing for gone. See what the credential is not shown with: \
             rolecall doctor {} --help; or hand it over all the same with --accept-incomplete",
            self.kind.name()
        )))
    }
}

/// A type that there is not would leave everything out.
fn types_check(kind: &dyn Kind, said: &Said) -> Result<(), Failure> {
    let known = baton_types(kind.connector_type().declaration);
    let said = said.list("sync-resource-types");
    match said.iter().find(|name| !known.iter().any(|declared| declared.id == **name)) {
        None => Ok(()),
        Some(unknown) => {
            let names: Vec<&str> = known.iter().map(|declared| declared.id.as_str()).collect();
            let why = format!("{} has no resource type {unknown:?}; there is {}", kind.title(), names.join(", "));
            Err(Failure::new(Exit::Usage, why))
        }
    }
}

/// Where the token is: in the file or the variable that connectors have, or in the usual places of this type.
fn place(said: &Said) -> Result<TokenPlace, Failure> {
    let place = match said.secret_file(ACCESS_TOKEN) {
        Some(path) => TokenPlace::file(path),
        None if is_set("BATON_ACCESS_TOKEN") => TokenPlace::variable("BATON_ACCESS_TOKEN"),
        None => Ok(TokenPlace::Usual),
    };
    place.map_err(|why| Failure::new(Exit::Usage, why))
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// What was said of a setting, in the form in which it is kept.
fn setting_value(setting: &'static Setting, said: &Said) -> Result<Option<Json>, Failure> {
    use crate::connectors::settings::Kind as SettingKind;
    let name = setting.flag();
    let Some(text) = said.text(&name) else { return Ok(None) };
    let raw = match setting.kind {
        SettingKind::Count => said.number(&name)?.map(Json::from).unwrap_or_default(),
        SettingKind::Rate => text.parse::<f64>().map(Json::from).unwrap_or_default(),
        SettingKind::Flag | SettingKind::On => said.switch(&name)?.into(),
        _ => text.into(),
    };
    setting.value(&raw).map(Some).map_err(|why| Failure::new(Exit::Usage, why))
}

fn machine(why: String) -> Failure {
    Failure::new(Exit::Failure, why)
}

/// Brings a file that was written to where it is wanted, whole or not at all.
pub(super) fn file_keep(file: &SyncedFile, wanted: &Path) -> Result<(), Failure> {
    let mut kept = Destination::open(Some(wanted))?;
    std::io::copy(&mut std::fs::File::open(&file.path)?, &mut kept)?;
    kept.finish()
}
