//! Tables for programs that analyse columns: resources, grants with all that groups pass on, and how completely each listing
//! was read.
//!
//! | question | file |
//! |---|---|
//! | which tables and columns? | here |
//! | how do rows become columns? | `table.rs` |

mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use table::{Cell, Kind, Table};

use super::baton::{Expansion, GrantTold, shown};
use crate::moment::moment_text;
use crate::world::{ConnectorView, WorldView};

/// Where a table goes.
pub type TableFile = Box<dyn Write + Send>;

const RESOURCES: &[(&str, Kind)] = &[
    ("connector", Kind::Text),
    ("type", Kind::Text),
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("parent_type", Kind::Optional),
    ("parent_id", Kind::Optional),
    ("properties", Kind::Text),
];
const GRANTS: &[(&str, Kind)] = &[
    ("connector", Kind::Text),
    ("resource_type", Kind::Text),
    ("resource", Kind::Text),
    ("entitlement", Kind::Text),
    ("principal_type", Kind::Text),
    ("principal", Kind::Text),
    ("direct", Kind::Flag),
    ("through", Kind::Optional),
    ("path_unknown", Kind::Flag),
    ("removal_unconfirmed", Kind::Flag),
];
const LISTINGS: &[(&str, Kind)] = &[
    ("connector", Kind::Text),
    ("listing", Kind::Text),
    ("subject_type", Kind::Text),
    ("subject", Kind::Text),
    ("verdict", Kind::Text),
    ("reason", Kind::Optional),
    ("read_at", Kind::Text),
];

impl WorldView {
    /// Writes `resources`, `grants` and `listings`, each to what is opened by that name. `O(rows)` time; no more than some
    /// thousand rows are in memory.
    ///
    /// # Errors
    /// When one of them cannot be opened or written.
    pub fn parquet_write(&self, open: &mut dyn FnMut(&str) -> io::Result<TableFile>) -> io::Result<()> {
        let mut resources = Table::new("resources", RESOURCES, open("resources")?)?;
        let mut grants = Table::new("grants", GRANTS, open("grants")?)?;
        let mut listings = Table::new("listings", LISTINGS, open("listings")?)?;
        for (connector, segment) in self.connectors.iter().zip(0_u32..) {
            self.resource_rows((connector, segment), &mut resources)?;
            self.grant_rows((connector, segment), &mut grants)?;
            listing_rows(connector, &mut listings)?;
        }
        resources.end()?;
        grants.end()?;
        listings.end()
    }

    fn resource_rows(&self, (connector, segment): (&ConnectorView, u32), table: &mut Table) -> io::Result<()> {
        let title = connector.title();
        for node in self.world.nodes(segment).filter(|node| self.world.is_stated(*node)) {
            let parent = self.world.parent(node);
            let properties: serde_json::Map<String, serde_json::Value> = self
                .world
                .properties(node)
                .filter_map(|(name, text)| Some((name.to_owned(), serde_json::from_str(text).ok()?)))
                .collect();
            table.row(&[
                Cell::Text(&title),
                Cell::Text(self.world.kind(node)),
                Cell::Text(self.world.id(node)),
                Cell::Text(&self.text(node, "displayName").unwrap_or_else(|| self.world.id(node).to_owned())),
                Cell::Optional(parent.map(|parent| self.world.kind(parent))),
                Cell::Optional(parent.map(|parent| self.world.id(parent))),
                Cell::Text(&serde_json::Value::Object(properties).to_string()),
            ])?;
        }
        Ok(())
    }

    fn grant_rows(&self, (connector, segment): (&ConnectorView, u32), table: &mut Table) -> io::Result<()> {
        let title = connector.title();
        let mut expansion = Expansion::new(self, connector);
        for node in self.world.nodes(segment) {
            let Some(declared) = shown(connector).find(|declared| declared.name == self.world.kind(node)) else {
                continue;
            };
            self.grants_tell(connector, (node, declared), Some(&mut expansion), &mut |record, told| {
                let is_said = |name: &str| told.metadata.contains_key(name);
                let through = through_of(&record.id, &told);
                table.row(&[
                    Cell::Text(&title),
                    Cell::Text(record.resource.kind.as_str()),
                    Cell::Text(&record.resource.id),
                    Cell::Text(&record.slug),
                    Cell::Text(told.principal.kind.as_str()),
                    Cell::Text(&told.principal.id),
                    Cell::Flag(is_direct(&record.id, &told)),
                    Cell::Optional(through.as_deref()),
                    Cell::Flag(is_said("pathUnknown")),
                    Cell::Flag(is_said("removalUnconfirmed")),
                ])
            })?;
        }
        Ok(())
    }
}

/// Whether it is held and not only passed on: then it names itself among its sources, or has none.
fn is_direct(id: &str, told: &GrantTold<'_>) -> bool {
    told.sources.is_empty() || told.sources.iter().any(|(source, _)| *source == id)
}

/// The entitlements that it comes through, as a list with commas; nothing where nobody passes it on.
fn through_of(id: &str, told: &GrantTold<'_>) -> Option<String> {
    let through: Vec<&str> = told.sources.iter().map(|(source, _)| *source).filter(|source| *source != id).collect();
    (!through.is_empty()).then(|| through.join(","))
}

fn listing_rows(connector: &ConnectorView, table: &mut Table) -> io::Result<()> {
    let title = connector.title();
    for state in connector.states.iter().filter(|state| !state.retired) {
        table.row(&[
            Cell::Text(&title),
            Cell::Text(state.key.kind.as_str()),
            Cell::Text(state.key.subject.kind.as_str()),
            Cell::Text(&state.key.subject.id),
            Cell::Text(state.verdict.kind().word()),
            Cell::Optional(state.verdict.reason().map(|reason| reason.text.as_str())),
            Cell::Text(&moment_text(state.read_at)),
        ])?;
    }
    Ok(())
}
