//! The folder that JupiterOne's collectors leave behind and that its command line uploads
//! (`reference/jupiterone.md` §7): entities and relationships in files of at most 500, and which types are not whole.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::world::{ConnectorView, WorldView};

/// So many objects are in a file.
const MOST: usize = 500;

/// Takes a file: its path within the folder, and what it holds.
type TellFile<'t> = dyn FnMut(&str, &Json) -> io::Result<()> + 't;

impl WorldView {
    /// Tells every file of the folder. Types of which something may be missing are named as partial, so that nothing of
    /// them is deleted there.
    ///
    /// # Errors
    /// When whoever takes a file cannot.
    pub fn jupiterone_folder(&self, tell: &mut TellFile<'_>) -> io::Result<()> {
        let relationships = self.relationships();
        let mut seen: Vec<BTreeSet<String>> = vec![BTreeSet::new(); self.connectors.len()];
        let mut entities = Batches::new("entities", self);
        self.entities_tell(&relationships, &mut |place, entity| entities.add(place, entity, &mut seen, tell))?;
        entities.end(tell)?;
        let mut batches = Batches::new("relationships", self);
        self.relationships_tell(&relationships, &mut |place, found| batches.add(place, found, &mut seen, tell))?;
        batches.end(tell)?;
        tell("summary.json", &self.summary(&seen))
    }

    fn summary(&self, seen: &[BTreeSet<String>]) -> Json {
        let mut partial = BTreeSet::new();
        let steps = self.connectors.iter().zip(seen).map(|(connector, types)| {
            let is_whole = is_whole(connector);
            if !is_whole {
                partial.extend(types.iter().cloned());
            }
            json!({
                "id": step_of(connector),
                "name": connector.title(),
                "declaredTypes": types,
                "partialTypes": if is_whole { Json::Array(Vec::new()) } else { json!(types) },
                "encounteredTypes": types,
                "status": if is_whole { "success" } else { "failure" },
            })
        });
        let steps: Vec<Json> = steps.collect();
        json!({ "integrationStepResults": steps, "metadata": { "partialDatasets": { "types": partial } } })
    }
}

/// Whether everything that was read of a connector was read in full.
fn is_whole(connector: &ConnectorView) -> bool {
    !connector.states.is_empty() && connector.states.iter().all(|state| state.retired || state.verdict.is_complete())
}

fn step_of(connector: &ConnectorView) -> String {
    format!("read-{}", connector.title().replace([':', '/'], "-"))
}

/// Objects of one kind, gathered until a file is full.
struct Batches<'v> {
    kind: &'static str,
    view: &'v WorldView,
    open: BTreeMap<usize, Vec<Json>>,
    written: u64,
}

impl<'v> Batches<'v> {
    const fn new(kind: &'static str, view: &'v WorldView) -> Self {
        Self { kind, view, open: BTreeMap::new(), written: 0 }
    }

    fn add(
        &mut self,
        place: usize,
        object: Map<String, Json>,
        seen: &mut [BTreeSet<String>],
        tell: &mut TellFile<'_>,
    ) -> io::Result<()> {
        let kind = object.get("_type").and_then(Json::as_str).map(str::to_owned);
        if let (Some(types), Some(kind)) = (seen.get_mut(place), kind) {
            types.insert(kind);
        }
        let batch = self.open.entry(place).or_default();
        batch.push(object.into());
        if batch.len() < MOST {
            return Ok(());
        }
        let full = std::mem::take(batch);
        self.write(place, full, tell)
    }

    fn end(mut self, tell: &mut TellFile<'_>) -> io::Result<()> {
        for (place, batch) in std::mem::take(&mut self.open) {
            if !batch.is_empty() {
                self.write(place, batch, tell)?;
            }
        }
        Ok(())
    }

    /// The same folder for the same world: a file's name is made of its place.
    fn write(&mut self, place: usize, batch: Vec<Json>, tell: &mut TellFile<'_>) -> io::Result<()> {
        self.written += 1;
        let step = self.view.connectors.get(place).map(step_of).unwrap_or_default();
        let digest = blake3::hash(format!("{} {step} {}", self.kind, self.written).as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.as_bytes()[..16]);
        let name = uuid::Builder::from_custom_bytes(bytes).into_uuid();
        let path = path(&step, self.kind, name);
        let mut document = Map::new();
        document.insert(self.kind.to_owned(), batch.into());
        tell(&path, &document.into())
    }
}

fn path(step: &str, kind: &str, name: Uuid) -> String {
    format!("graph/{step}/{kind}/{name}.json")
}
