//! What a CODEOWNERS file says of the packages that name its repository as their origin.

use std::collections::{BTreeSet, HashSet};

use rolecall_connect::source_repository;
use rolecall_graph::NodeId;
use rolecall_model::Timestamp;
use rolecall_model::owner::{Codeowners, CodeownersRule, Owner, OwnerSource};
use rolecall_query::{did_you_mean, nearest};
use rolecall_store::{Decision, OwnedResource, OwnerEvidence, OwnerSaid, Store, StoreError};
use serde::Serialize;

use super::{OwnerBook, OwnerPreview};
use crate::name::Candidate;
use crate::people::Identities;
use crate::world::WorldView;
use crate::world_load;

/// So many lines that were passed over are told.
const TOLD: usize = 100;

/// What a CODEOWNERS file would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeownersPreview {
    /// The source repository.
    pub repository: String,
    /// How many packages name it as their origin.
    pub packages: usize,
    /// Those of which the file names no owner.
    pub without: Vec<Candidate>,
    /// What it would change.
    #[serde(flatten)]
    pub owners: OwnerPreview,
    /// Owners of these packages of whom nobody knows who they are.
    pub unknown: Vec<String>,
    /// Lines that were passed over, as they are where the file is from.
    pub passed_over: Vec<String>,
}

/// Why a CODEOWNERS file was not read.
#[derive(Debug, thiserror::Error)]
pub enum CodeownersError {
    /// What is to be the repository is none.
    #[error("{0:?} is no address of a source repository")]
    Repository(String),
    /// No package is from there.
    #[error("no package that is recorded names {repository} as its origin")]
    NoPackage {
        /// Which repository.
        repository: String,
        /// Which were perhaps meant.
        similar: Option<String>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a CODEOWNERS file of a source repository would change. Nothing is written.
///
/// # Errors
/// When the repository is none, or no package is from there; or when the database fails.
pub async fn codeowners_preview(
    store: &Store,
    text: &str,
    repository: &str,
) -> Result<CodeownersPreview, CodeownersError> {
    Ok(understood(store, text, repository).await?.0)
}

/// Makes what the file says current: whoever it named before and does not any more owns nothing by its word.
///
/// # Errors
/// As [`codeowners_preview`].
pub async fn codeowners_import(
    store: &Store,
    text: &str,
    repository: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<CodeownersPreview, CodeownersError> {
    let (preview, said) = understood(store, text, repository).await?;
    store.owner_import(OwnerSource::Codeowners, &preview.repository, &said, decision, now).await?;
    Ok(preview)
}

async fn understood(
    store: &Store,
    text: &str,
    repository: &str,
) -> Result<(CodeownersPreview, Vec<OwnerSaid>), CodeownersError> {
    let id = source_repository(repository).ok_or_else(|| CodeownersError::Repository(repository.to_owned()))?;
    let view = world_load(store, None, None).await?;
    let identities = Identities::load(store, &view).await?;
    let book = OwnerBook::load(store, &view, &identities).await?;
    let packages = view.packages_from(&id);
    // The wire spelling of the packages is the key, however the repository was typed.
    let Some((id, _)) = packages.first().cloned() else {
        let similar = view.origins_similar(&id);
        return Err(CodeownersError::NoPackage { repository: id, similar });
    };
    let file = Codeowners::read(text);
    let (mut said, mut without, mut unknown) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (_, node) in &packages {
        let owning = view.directory_of(*node).and_then(|directory| file.owning(&directory));
        let Some(rule) = owning.filter(|rule| !rule.owners.is_empty()) else {
            without.push(view.candidate(*node));
            continue;
        };
        said.extend(stated(&view, *node, rule));
        let owners = rule.owners.iter().map(|owner| book.owner(owner));
        unknown.extend(owners.filter(|owner| owner.kind == "unknown").map(|owner| owner.name));
    }
    let preview = CodeownersPreview {
        packages: packages.len(),
        without,
        owners: book.compared(store, OwnerSource::Codeowners, &id, &said).await?,
        unknown: unknown.into_iter().collect(),
        passed_over: file.odd().iter().take(TOLD).map(ToString::to_string).collect(),
        repository: id,
    };
    Ok((preview, said))
}

fn stated(view: &WorldView, node: NodeId, rule: &CodeownersRule) -> Vec<OwnerSaid> {
    let evidence = OwnerEvidence { line: Some(rule.line), pattern: Some(rule.pattern.clone()) };
    // The same owner twice on a line is one owner.
    let mut seen = HashSet::new();
    let owners: Vec<&Owner> = rule.owners.iter().filter(|owner| seen.insert(*owner)).collect();
    let said = |resource: OwnedResource| {
        let one = |owner: &&Owner| OwnerSaid {
            resource: resource.clone(),
            owner: Owner::clone(owner),
            evidence: evidence.clone(),
        };
        owners.iter().map(one).collect::<Vec<_>>()
    };
    view.owned_resources(node).into_iter().flat_map(said).collect()
}

impl WorldView {
    /// Everything that names a source repository as its origin, with that as it is recorded.
    fn origins(&self) -> impl Iterator<Item = (String, NodeId)> {
        (0..).zip(&self.connectors).flat_map(move |(segment, connector)| {
            let origin = connector.declaration.write.as_ref().and_then(|write| write.ownership.origin);
            let nodes =
                origin.into_iter().flat_map(move |(name, _)| self.world.nodes(segment).map(move |node| (name, node)));
            nodes.filter_map(|(name, node)| {
                let is_owned = self.is_owned(node) && self.world.representative(node) == node;
                Some((self.property_text(node, name).filter(|_| is_owned)?, node))
            })
        })
    }

    /// Hosts of source code take no notice of case.
    fn packages_from(&self, repository: &str) -> Vec<(String, NodeId)> {
        self.origins().filter(|(named, _)| named.eq_ignore_ascii_case(repository)).collect()
    }

    fn origins_similar(&self, repository: &str) -> Option<String> {
        let known: BTreeSet<String> = self.origins().map(|(named, _)| named).collect();
        did_you_mean(&nearest(repository, known.iter().map(String::as_str)))
    }

    /// Where in its repository a package says to be; at the root where it says nothing.
    fn directory_of(&self, node: NodeId) -> Option<String> {
        let (_, name) = self.connector(node)?.declaration.write.as_ref()?.ownership.origin?;
        Some(self.property_text(node, name).unwrap_or_default())
    }
}
