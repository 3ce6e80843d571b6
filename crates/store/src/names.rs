//! From keys back to what they stand for.
//!
//! Rows are read as keys and named here, instead of by joins: a million grants name a few thousand resources.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use rolecall_model::{Fact, FactKind, ListingKey, ResourceRef, Term};
use rustc_hash::FxHashMap;

use crate::ConnectorId;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_of, unreadable};

/// The words and resources that some rows name.
pub(crate) struct Names {
    /// By our own keys, which nobody outside chooses, so that a plain hash is safe.
    terms: FxHashMap<i64, Term>,
    resources: FxHashMap<i64, ResourceRef>,
}

impl Names {
    /// The names of everything of a connector. `O(resources of the connector)`.
    pub(crate) async fn of_connector(db: &mut Connection, connector: ConnectorId) -> Result<Self, Failure> {
        let mut names = Self { terms: terms(db).await?, resources: FxHashMap::default() };
        let mut rows =
            db::query("select id, type_id, wire_id from resource where connector_id = $1").bind(connector.0).fetch(db);
        while let Some(row) = rows.try_next().await? {
            names.resource_add(&row)?;
        }
        Ok(names)
    }

    /// The names of these resources.
    pub(crate) async fn of(db: &mut Connection, resources: BTreeSet<i64>) -> Result<Self, Failure> {
        let mut names = Self { terms: terms(db).await?, resources: FxHashMap::default() };
        let ids: Vec<i64> = resources.into_iter().collect();
        for row in db::rows_by_id(db, "select id, type_id, wire_id from resource where id in", &ids).await? {
            names.resource_add(&row)?;
        }
        Ok(names)
    }

    pub(crate) fn term(&self, id: i64) -> Result<Term, Failure> {
        self.terms.get(&id).cloned().ok_or_else(|| Failure::Corrupt(format!("word {id} is missing")))
    }

    pub(crate) fn resource(&self, id: i64) -> Result<ResourceRef, Failure> {
        self.resources.get(&id).cloned().ok_or_else(|| Failure::Corrupt(format!("resource {id} is missing")))
    }

    pub(crate) fn fact(&self, row: &FactRow) -> Result<Fact, Failure> {
        let kind = FactKind::from_number(row.kind).ok_or_else(|| unreadable(row))?;
        let object = row.object.map(|id| self.resource(id)).transpose()?;
        let term = row.term.map(|id| self.term(id)).transpose()?;
        fact_of(kind, self.resource(row.subject)?, object, term, row.value.as_deref()).ok_or_else(|| unreadable(row))
    }

    pub(crate) fn listing_key(&self, kind: i64, subject: i64) -> Result<ListingKey, Failure> {
        Ok(ListingKey { kind: self.term(kind)?, subject: self.resource(subject)? })
    }

    fn resource_add(&mut self, row: &Row) -> Result<(), Failure> {
        let kind = self.term(row.try_get(1)?)?;
        self.resources.insert(row.try_get(0)?, ResourceRef::new(kind, row.try_get::<&str, _>(2)?));
        Ok(())
    }
}

/// Every word: a vocabulary is small.
async fn terms(db: &mut Connection) -> Result<FxHashMap<i64, Term>, Failure> {
    let rows: Vec<(i64, String)> = db::query_as("select id, word from term").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id, word)| (id, Term::from(word))).collect())
}
