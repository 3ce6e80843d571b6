//! Interning: every word and resource that a write names, with its key.
//!
//! A routine sync names a handful of things, which are looked up one by one; a first sync names most of what the
//! connector has, which is read in one pass. Either way each name is resolved once per transaction.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt;
use rolecall_model::{Fact, ResourceRef, Term};

use super::{ListingChange, ListingDelta, ListingWrite};
use crate::ConnectorId;
use crate::db::{self, Connection, Rows};
use crate::error::Failure;
use crate::fact_row::{FactRow, resources_of, term_of, value_of};

/// Above so many resources, one pass over all of the connector's is cheaper than looking each up.
const LOOKUPS: usize = 256;

/// The keys of everything that a write names; a resource is its latest incarnation.
pub(super) struct Dictionary<'w> {
    terms: HashMap<&'w str, i64>,
    resources: HashMap<&'w ResourceRef, i64>,
    /// The first key that this write gave.
    first_new: i64,
}

impl<'w> Dictionary<'w> {
    /// Resolves everything that these listings name, adding what is new.
    ///
    /// `O(facts)`, and above [`LOOKUPS`] resources `O(facts + resources of the connector)`.
    pub(super) async fn of(
        db: &mut Connection,
        connector: ConnectorId,
        listings: &'w [ListingWrite],
    ) -> Result<Self, Failure> {
        let mut named = Named::default();
        listings.iter().for_each(|listing| named.listing(listing));
        let terms = terms_resolve(db, named.terms).await?;
        let mut dictionary = Self { terms, resources: HashMap::with_capacity(named.resources.len()), first_new: 0 };
        if named.resources.len() <= LOOKUPS {
            dictionary.resources_look_up(db, connector, &named.resources).await?;
        } else {
            dictionary.resources_scan(db, connector, &named.resources).await?;
        }
        dictionary.resources_add(db, connector, named.resources).await?;
        Ok(dictionary)
    }

    pub(super) fn term(&self, term: &Term) -> Result<i64, Failure> {
        self.terms.get(term.as_str()).copied().ok_or_else(|| unresolved(term))
    }

    pub(super) fn resource(&self, resource: &ResourceRef) -> Result<i64, Failure> {
        self.resources.get(resource).copied().ok_or_else(|| unresolved(resource))
    }

    /// Whether the resource was known before this write.
    pub(super) fn is_known(&self, id: i64) -> bool {
        id < self.first_new
    }

    /// Lets a name stand for another incarnation from here on.
    pub(super) fn resource_put(&mut self, resource: &'w ResourceRef, id: i64) {
        self.resources.insert(resource, id);
    }

    /// A fact as keys.
    pub(super) fn row(&self, fact: &Fact) -> Result<FactRow, Failure> {
        let (subject, object) = resources_of(fact);
        Ok(FactRow {
            kind: fact.kind().number(),
            subject: self.resource(subject)?,
            object: object.map(|object| self.resource(object)).transpose()?,
            term: term_of(fact).map(|term| self.term(term)).transpose()?,
            value: value_of(fact).map(|value| value.as_json().to_owned()),
        })
    }

    async fn resources_look_up(
        &mut self,
        db: &mut Connection,
        connector: ConnectorId,
        named: &HashSet<&'w ResourceRef>,
    ) -> Result<(), Failure> {
        for &resource in named {
            let id: Option<i64> = db::query_scalar(
                "select id from resource where connector_id = $1 and type_id = $2 and wire_id = $3 \
                 order by incarnation desc limit 1",
            )
            .bind(connector.0)
            .bind(self.term(&resource.kind)?)
            .bind(&*resource.id)
            .fetch_optional(&mut *db)
            .await?;
            if let Some(id) = id {
                self.resources.insert(resource, id);
            }
        }
        Ok(())
    }

    async fn resources_scan(
        &mut self,
        db: &mut Connection,
        connector: ConnectorId,
        named: &HashSet<&'w ResourceRef>,
    ) -> Result<(), Failure> {
        let mut by_key = HashMap::with_capacity(named.len());
        for &resource in named {
            by_key.insert((self.term(&resource.kind)?, &*resource.id), resource);
        }
        let mut rows =
            db::query("select id, type_id, wire_id from resource where connector_id = $1 order by incarnation")
                .bind(connector.0)
                .fetch(db);
        while let Some(row) = rows.try_next().await? {
            if let Some(resource) = by_key.get(&(row.try_get(1)?, row.try_get(2)?)) {
                self.resources.insert(resource, row.try_get(0)?);
            }
        }
        Ok(())
    }

    /// Adds what was not found. The writer is alone, so the next free key is known.
    async fn resources_add(
        &mut self,
        db: &mut Connection,
        connector: ConnectorId,
        named: HashSet<&'w ResourceRef>,
    ) -> Result<(), Failure> {
        let mut new: Vec<_> = named.into_iter().filter(|named| !self.resources.contains_key(named)).collect();
        new.sort_unstable();
        let mut id: i64 = db::query_scalar("select coalesce(max(id), 0) from resource").fetch_one(&mut *db).await?;
        self.first_new = id + 1;
        let mut rows = Rows::new("resource", &["id", "connector_id", "type_id", "wire_id"]);
        for resource in new {
            id += 1;
            let type_id = self.term(&resource.kind)?;
            rows.row(db, [id.into(), connector.0.into(), type_id.into(), (&*resource.id).into()]).await?;
            self.resources.insert(resource, id);
        }
        Ok(rows.finish(db).await?)
    }
}

async fn terms_resolve<'w>(db: &mut Connection, named: HashSet<&'w str>) -> Result<HashMap<&'w str, i64>, Failure> {
    let known: Vec<(i64, String)> = db::query_as("select id, word from term").fetch_all(&mut *db).await?;
    let mut next = known.iter().map(|(id, _)| *id).max().unwrap_or(0);
    let known: HashMap<&str, i64> = known.iter().map(|(id, word)| (word.as_str(), *id)).collect();
    let mut rows = Rows::new("term", &["id", "word"]);
    let mut terms = HashMap::with_capacity(named.len());
    for word in named {
        if let Some(id) = known.get(word) {
            terms.insert(word, *id);
            continue;
        }
        next += 1;
        rows.row(db, [next.into(), word.into()]).await?;
        terms.insert(word, next);
    }
    rows.finish(db).await?;
    Ok(terms)
}

/// What a write names, each name once.
#[derive(Default)]
struct Named<'w> {
    terms: HashSet<&'w str>,
    resources: HashSet<&'w ResourceRef>,
}

impl<'w> Named<'w> {
    fn listing(&mut self, listing: &'w ListingWrite) {
        self.terms.insert(listing.key.kind.as_str());
        self.resource(&listing.key.subject);
        if let ListingChange::Changed(delta) = &listing.change {
            facts_of(delta).for_each(|fact| self.fact(fact));
        }
    }

    fn fact(&mut self, fact: &'w Fact) {
        let (subject, object) = resources_of(fact);
        self.resource(subject);
        if let Some(object) = object {
            self.resource(object);
        }
        if let Some(term) = term_of(fact) {
            self.terms.insert(term.as_str());
        }
    }

    fn resource(&mut self, resource: &'w ResourceRef) {
        if self.resources.insert(resource) {
            self.terms.insert(resource.kind.as_str());
        }
    }
}

/// Every fact that a delta names.
pub(super) fn facts_of(delta: &ListingDelta) -> impl Iterator<Item = &Fact> {
    let replaced = delta.replace.iter().flat_map(|replaced| [&replaced.old, &replaced.new]);
    delta.appear.iter().chain(replaced).chain(&delta.remove).chain(&delta.hold).chain(&delta.seen_again)
}

fn unresolved(name: impl std::fmt::Display) -> Failure {
    Failure::Inconsistent(format!("{name} was not resolved"))
}
