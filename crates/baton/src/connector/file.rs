//! The answers of a connector, from a file that holds a sync that has ended.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use prost::Message;
use rolecall_proto::c1::connector::v2 as proto;
use tokio::task::spawn_blocking;
use tonic::Status;

use super::ConnectorCard;
use crate::c1z::{C1zError, C1zReader, Limits, PagedRow, PagedTable};
use crate::message::encode::annotation;

/// How many rows are in a page where nobody asks for fewer, and how many may be asked for.
const USUAL: u32 = 1000;
const MOST: u32 = 250;

/// A connector whose answers are in a file.
#[derive(Clone, Debug)]
pub struct ConnectorFile {
    pub(super) card: ConnectorCard,
    reader: Arc<Mutex<C1zReader>>,
    sync: Arc<str>,
}

/// What is looked up, by whom it is asked.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Types,
    Resources(String, Option<proto::ResourceId>),
    Entitlements(proto::ResourceId),
    Grants(proto::ResourceId),
}

/// Part of an answer, and where the rest begins; empty at the end.
#[derive(Debug)]
pub(super) struct Page<M> {
    pub(super) list: Vec<M>,
    pub(super) next: String,
}

impl ConnectorFile {
    /// A connector that says this of itself and answers from the newest sync of a file. Its database lies in this folder
    /// meanwhile.
    ///
    /// # Errors
    /// When it is no such file, or holds no sync that has ended.
    pub fn open(card: ConnectorCard, file: impl Read, folder: &Path) -> Result<Self, C1zError> {
        let reader = C1zReader::open(file, folder, Limits::default())?;
        let sync = reader.newest()?.id.into();
        Ok(Self { card, reader: Arc::new(Mutex::new(reader)), sync })
    }

    /// One page of what is wanted.
    pub(super) async fn page<M: Message + Default + 'static>(
        &self,
        wanted: Wanted,
        (size, token): (u32, &str),
        keep: impl Fn(M, &PagedRow) -> Option<M> + Send + 'static,
    ) -> Result<Page<M>, Status> {
        let count = match size {
            0 => USUAL,
            size if size <= MOST => size,
            _ => return Err(Status::invalid_argument(format!("a page has {MOST} at most"))),
        };
        let after: i64 = match token {
            "" => 0,
            token => token.parse().map_err(|_| Status::invalid_argument("the page token is none of this connector"))?,
        };
        let (reader, sync) = (Arc::clone(&self.reader), Arc::clone(&self.sync));
        let rows = spawn_blocking(move || {
            let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            reader.page(&sync, wanted.table(), (after, count))
        });
        let rows = rows.await.map_err(|error| Status::internal(error.to_string()))?;
        let rows = rows.map_err(|error| Status::internal(error.to_string()))?;
        let is_full = rows.len() == usize::try_from(count).unwrap_or(usize::MAX);
        let next = rows.last().filter(|_| is_full).map(|row| row.number.to_string()).unwrap_or_default();
        let mut list = Vec::with_capacity(rows.len());
        for row in &rows {
            let message = M::decode(row.data.as_slice());
            let message = message.map_err(|error| Status::data_loss(format!("row {}: {error}", row.number)))?;
            list.extend(keep(message, row));
        }
        Ok(Page { list, next })
    }
}

impl Wanted {
    fn table(&self) -> PagedTable<'_> {
        match self {
            Self::Types => PagedTable::Types,
            Self::Resources(kind, parent) => {
                let parent = parent.as_ref().filter(|parent| !parent.resource.is_empty());
                PagedTable::Resources(kind, parent.map(|parent| (&*parent.resource_type, &*parent.resource)))
            }
            Self::Entitlements(id) => PagedTable::Entitlements(&id.resource_type, &id.resource),
            Self::Grants(id) => PagedTable::Grants(&id.resource_type, &id.resource),
        }
    }
}

/// A grant as a connector lists it: how it is passed on is said of it, and who has it by that alone is left to whoever asks.
pub(super) fn listed(grant: proto::Grant, row: &PagedRow) -> Option<proto::Grant> {
    let own = grant.entitlement.as_ref().map(|entitlement| entitlement.id.as_str()).unwrap_or_default();
    let is_passed_on =
        grant.sources.as_ref().is_some_and(|sources| !sources.sources.is_empty() && !sources.sources.contains_key(own));
    if is_passed_on {
        return None;
    }
    let mut grant = proto::Grant { sources: None, ..grant };
    let expansion = row.expansion.as_deref().and_then(|data| proto::GrantExpandable::decode(data).ok());
    grant.annotations.extend(expansion.map(|expandable| annotation(&expandable)));
    Some(grant)
}
