//! From keys to the numbers that a [`FactSink`] knows, and from those to names.

use futures::TryStreamExt;
use rolecall_model::{EntitlementRef, Fact, FactKind, NumberedFact, ResourceRef, Term, Value};
use rustc_hash::FxHashMap;

use crate::ConnectorId;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::facts::{FactSink, NumberedStatement, StoredFact};
use crate::packed::{PackedFact, PackedResources, packed_queries};

/// The numbers of everything that a connector's facts may name.
#[derive(Default)]
pub(crate) struct Numbering {
    /// By our own keys, which nobody outside chooses, so that a plain hash is safe.
    words: FxHashMap<i64, u32>,
    resources: FxHashMap<i64, u32>,
}

impl Numbering {
    /// Numbers the words there are and the connector's resources, and tells the sink. `O(resources of the connector)`.
    pub(crate) async fn load(
        db: &mut Connection,
        connector: ConnectorId,
        sink: &mut impl FactSink,
    ) -> Result<Self, Failure> {
        let mut numbers = Self::default();
        let words: Vec<(i64, String)> = db::query_as("select id, word from term").fetch_all(&mut *db).await?;
        for (id, word) in words {
            numbers.words.insert(id, next(&numbers.words)?);
            sink.word(Term::from(word));
        }
        let query = packed_queries(db).resources;
        let mut rows = db::query(query).bind(connector.0).fetch(db);
        while let Some(row) = rows.try_next().await? {
            let kind = numbers.word(row.try_get(0)?)?;
            for resource in PackedResources::of(&row)? {
                let (key, id) = resource?;
                numbers.resources.insert(key, next(&numbers.resources)?);
                sink.resource(kind, id);
            }
        }
        drop(rows);
        Ok(numbers)
    }

    pub(crate) fn word(&self, key: i64) -> Result<u32, Failure> {
        self.words.get(&key).copied().ok_or_else(|| Failure::Corrupt(format!("word {key} is missing")))
    }

    fn resource(&self, key: i64) -> Result<u32, Failure> {
        self.resources.get(&key).copied().ok_or_else(|| Failure::Corrupt(format!("resource {key} is missing")))
    }

    pub(crate) fn fact<'v>(&self, packed: &PackedFact<'v>) -> Result<NumberedFact<'v>, Failure> {
        let kind = FactKind::from_number(packed.kind).ok_or_else(|| unreadable(packed))?;
        let object = packed.object.map(|key| self.resource(key)).transpose()?;
        let term = packed.term.map(|key| self.word(key)).transpose()?;
        let fact = NumberedFact::of_parts(kind, self.resource(packed.subject)?, object, term, packed.value);
        fact.ok_or_else(|| unreadable(packed))
    }
}

fn next(numbers: &FxHashMap<i64, u32>) -> Result<u32, Failure> {
    u32::try_from(numbers.len()).map_err(|_| Failure::Inconsistent("there are too many resources".to_owned()))
}

fn unreadable(fact: &PackedFact<'_>) -> Failure {
    Failure::Corrupt(format!("a fact is unreadable: {fact:?}"))
}

/// Gives facts their names back.
pub(crate) struct Naming<F> {
    words: Vec<Term>,
    resources: Vec<ResourceRef>,
    each: F,
}

impl<F: FnMut(StoredFact)> Naming<F> {
    pub(crate) const fn new(each: F) -> Self {
        Self { words: Vec::new(), resources: Vec::new(), each }
    }

    fn term(&self, number: u32) -> Option<Term> {
        self.words.get(number as usize).cloned()
    }

    fn named(&self, number: u32) -> Option<ResourceRef> {
        self.resources.get(number as usize).cloned()
    }

    fn fact_named(&self, fact: NumberedFact<'_>) -> Option<Fact> {
        let right = |resource, slug| Some(EntitlementRef { resource: self.named(resource)?, slug: self.term(slug)? });
        Some(match fact {
            NumberedFact::Resource { resource, parent } => {
                Fact::Resource { resource: self.named(resource)?, parent: parent.and_then(|parent| self.named(parent)) }
            }
            NumberedFact::Property { resource, name, value } => Fact::Property {
                resource: self.named(resource)?,
                name: self.term(name)?,
                value: Value::from_json_text(value),
            },
            NumberedFact::Grant { principal, resource, slug } => {
                Fact::Grant { principal: self.named(principal)?, entitlement: right(resource, slug)? }
            }
            NumberedFact::Evidence { principal, resource, slug } => {
                Fact::Evidence { principal: self.named(principal)?, entitlement: right(resource, slug)? }
            }
            NumberedFact::Link { from, class, to } => {
                Fact::Link { from: self.named(from)?, class: self.term(class)?, to: self.named(to)? }
            }
        })
    }
}

impl<F: FnMut(StoredFact) + Send> FactSink for Naming<F> {
    fn word(&mut self, word: Term) {
        self.words.push(word);
    }

    fn resource(&mut self, kind: u32, id: &str) {
        let kind = self.term(kind).unwrap_or(Term::declared(""));
        self.resources.push(ResourceRef::new(kind, id));
    }

    fn fact(&mut self, stated: NumberedStatement<'_>) {
        let NumberedStatement { fact, listing, listing_kind, since, baseline, removal, of_former } = stated;
        // Every number was told before, so that nothing is left out.
        if let Some((fact, listing_kind)) = self.fact_named(fact).zip(self.term(listing_kind)) {
            (self.each)(StoredFact { fact, listing, listing_kind, since, baseline, removal, of_former });
        }
    }
}
