//! A list of owners that somebody brings becomes what the list says, whole or not at all.

use std::collections::HashMap;

use rolecall_connect::owner_list::{OwnerListRow, read};
use rolecall_connect::roster::text::Problems;
use rolecall_graph::NodeId;
use rolecall_model::Timestamp;
use rolecall_model::owner::{Owner, OwnerSource};
use rolecall_store::{Decision, OwnerEvidence, OwnerSaid, Store, StoreError};

use super::{OwnerBook, OwnerPreview};
use crate::people::Identities;
use crate::world_load;

/// So many words that mean nothing are compared with everything that there is.
const COMPARED: usize = 20;

/// Why a list was not read.
#[derive(Debug, thiserror::Error)]
pub enum OwnerListError {
    /// Something is wrong with it; nothing of it was used.
    #[error("nothing of the list was used")]
    Refused(Problems),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a list would change. Nothing is written.
///
/// # Errors
/// When anything is wrong with it, with the lines; or when the database fails.
pub async fn owner_list_preview(store: &Store, text: &str) -> Result<OwnerPreview, OwnerListError> {
    Ok(understood(store, text).await?.0)
}

/// Makes a list the whole of what the list says: what it said before and does not any more ends.
///
/// # Errors
/// As [`owner_list_preview`].
pub async fn owner_list_import(
    store: &Store,
    text: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<OwnerPreview, OwnerListError> {
    let (preview, said) = understood(store, text).await?;
    store.owner_import(OwnerSource::List, "", &said, decision, now).await?;
    Ok(preview)
}

async fn understood(store: &Store, text: &str) -> Result<(OwnerPreview, Vec<OwnerSaid>), OwnerListError> {
    let (rows, problems) = read(text);
    let view = world_load(store, None, None).await?;
    let identities = Identities::load(store, &view).await?;
    let book = OwnerBook::load(store, &view, &identities).await?;
    let mut entries = Entries { book: &book, said: Vec::new(), lines: HashMap::new(), problems, wrong: 0 };
    rows.iter().for_each(|row| entries.add(row));
    if !entries.problems.is_empty() {
        return Err(OwnerListError::Refused(entries.problems));
    }
    let said = entries.said;
    Ok((book.compared(store, OwnerSource::List, "", &said).await?, said))
}

/// What the rows say so far, and on which line each of it stands.
struct Entries<'b, 'v> {
    book: &'b OwnerBook<'v>,
    said: Vec<OwnerSaid>,
    lines: HashMap<(NodeId, Owner), u64>,
    problems: Problems,
    wrong: usize,
}

impl Entries<'_, '_> {
    fn add(&mut self, row: &OwnerListRow) {
        let similar = self.wrong < COMPARED;
        let node = self.book.resource_meant(&row.resource, row.kind, row.connector.as_deref(), similar);
        let node = node.map_err(|why| self.refuse(row.line, why)).ok();
        for name in &row.owners {
            match (self.book.owner_meant(name, similar), node) {
                (Ok(owner), Some(node)) => self.put(row, node, name, &owner),
                (Ok(_), None) => {}
                (Err(why), _) => self.refuse(row.line, why),
            }
        }
    }

    fn refuse(&mut self, line: u64, why: String) {
        self.problems.add(line, why);
        self.wrong += 1;
    }

    fn put(&mut self, row: &OwnerListRow, node: NodeId, name: &str, owner: &Owner) {
        if let Some(first) = self.lines.insert((node, owner.clone()), row.line) {
            let resource = &row.resource;
            self.refuse(row.line, format!("`{name}` owns `{resource}` on line {first} already; remove one"));
            return;
        }
        for resource in self.book.view.owned_resources(node) {
            let evidence = OwnerEvidence { line: Some(row.line), pattern: None };
            self.said.push(OwnerSaid { resource, owner: owner.clone(), evidence });
        }
    }
}
