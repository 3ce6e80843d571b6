//! Whether a chain is what was written: each record against the one before it, the end against the heads that were signed.

use std::collections::{BTreeMap, BTreeSet};

use super::hash::AuditHash;
use super::head::{self, AuditHead};
use super::key::AuditPublicKey;
use super::read::{self, Unreadable};
use super::record::{AuditRecord, PersonalField};
use super::{ERASED, PERSON_ERASED, head::end};
use crate::{Store, StoreError};

/// What the verifier has that nobody with the database in their hands could change.
#[derive(Clone, Debug, Default)]
pub struct AuditEvidence {
    /// Heads that were delivered outside.
    pub heads: Vec<AuditHead>,
    /// The keys that may have signed heads; any key may when this is empty.
    pub keys: Vec<AuditPublicKey>,
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditVerdict {
    /// The uuid of the database that the log says it is of.
    pub database: String,
    /// How many records are as they were written, counted from the first.
    pub records: i64,
    /// The hash of the last of them.
    pub hash: AuditHash,
    /// How many personal fields are erased.
    pub erased: u64,
    /// The last record that a head covers, kept or delivered.
    pub signed_until: Option<i64>,
    /// The last record that a delivered head covers.
    pub delivered_until: Option<i64>,
    /// The keys that signed the heads.
    pub keys: BTreeSet<AuditPublicKey>,
    /// The first record that is not as it was written.
    pub broken: Option<AuditBreak>,
    /// Heads that prove nothing, and why.
    pub refused: Vec<String>,
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditBreak {
    /// The number of the first record that is not as it was written.
    pub sequence: i64,
    /// What is wrong with it.
    pub why: String,
}

impl AuditVerdict {
    /// Whether every record and every head is as it was written.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.broken.is_none() && self.refused.is_empty()
    }
}

impl Store {
    /// Verifies the audit log of this database. `O(records)`.
    ///
    /// # Errors
    /// As of any reading; a log that was tampered with is an answer and no error, unless its end is missing altogether.
    pub async fn audit_verify(&self, evidence: &AuditEvidence) -> Result<AuditVerdict, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let (database, sequence, hash) = end(&mut db).await?;
            let mut verifier = Verifier::new(&database, true, evidence);
            head::kept(&mut db, &database).await?.iter().for_each(|head| verifier.head(head, false));
            let mut after = i64::MIN;
            loop {
                let page = read::page(&mut db, after).await?;
                let Some(last) = read::last_of(&page) else { break };
                page.iter().for_each(|record| verifier.read(record.as_ref()));
                after = last;
            }
            Ok(verifier.finish(sequence, hash))
        })
        .await
    }
}

/// Is shown a log from its first record to its last.
pub(super) struct Verifier<'e> {
    evidence: &'e AuditEvidence,
    verdict: AuditVerdict,
    /// What heads say the hash of a record is.
    signed: BTreeMap<i64, Vec<AuditHash>>,
    /// Whether what is personal is told, where it is not erased.
    told: bool,
    erased: BTreeSet<(i64, String)>,
    announced: BTreeSet<(i64, String)>,
}

impl<'e> Verifier<'e> {
    pub(super) fn new(database: &str, told: bool, evidence: &'e AuditEvidence) -> Self {
        let verdict = AuditVerdict {
            database: database.to_owned(),
            records: 0,
            hash: AuditHash::NOTHING,
            erased: 0,
            signed_until: None,
            delivered_until: None,
            keys: BTreeSet::new(),
            broken: None,
            refused: Vec::new(),
        };
        let (signed, erased, announced) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        let mut verifier = Self { evidence, verdict, signed, told, erased, announced };
        evidence.heads.iter().for_each(|head| verifier.head(head, true));
        verifier
    }

    /// Takes note of a head. All of them have to be known before the first record.
    pub(super) fn head(&mut self, head: &AuditHead, is_delivered: bool) {
        match self.signer(head) {
            Ok(key) => {
                self.verdict.keys.insert(key);
                self.signed.entry(head.sequence).or_default().push(head.hash);
                let sequence = Some(head.sequence);
                self.verdict.signed_until = self.verdict.signed_until.max(sequence);
                if is_delivered {
                    self.verdict.delivered_until = self.verdict.delivered_until.max(sequence);
                }
            }
            Err(why) => {
                let whose = if is_delivered { "delivered" } else { "kept" };
                self.verdict.refused.push(format!("the {whose} head of record {}: {why}", head.sequence));
            }
        }
    }

    fn signer(&self, head: &AuditHead) -> Result<AuditPublicKey, String> {
        if head.database != self.verdict.database {
            return Err(format!("it is of database {}, and this is database {}", head.database, self.verdict.database));
        }
        let key = head.signer()?;
        if self.evidence.keys.is_empty() || self.evidence.keys.contains(&key) {
            return Ok(key);
        }
        Err(format!("it was signed with another key than expected ({}): the log may have been signed anew", key.id()))
    }

    /// Takes the next record.
    pub(super) fn read(&mut self, record: Result<&AuditRecord, &Unreadable>) {
        if self.is_broken() {
            return;
        }
        match record {
            Err(Unreadable { sequence, why }) => self.break_at(*sequence, format!("it is unreadable: {why}")),
            Ok(record) => match self.fault(record) {
                Some((sequence, why)) => self.break_at(sequence, why),
                None => self.accept(record),
            },
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        self.verdict.broken.is_some()
    }

    /// The number that the next record has to have.
    pub(super) fn next(&self) -> i64 {
        self.verdict.records + 1
    }

    /// Says what is wrong, unless something before it was.
    pub(super) fn break_at(&mut self, sequence: i64, why: impl Into<String>) {
        let broken = AuditBreak { sequence, why: why.into() };
        self.verdict.broken.get_or_insert(broken);
    }

    /// The first record that is broken, now that this one came.
    fn fault(&self, record: &AuditRecord) -> Option<(i64, String)> {
        let (sequence, next) = (record.sequence, self.next());
        if sequence != next {
            return Some((next, format!("it is missing, or is not in its place: record {sequence} is there")));
        }
        let fault = self.content_fault(record).or_else(|| self.signed_fault(record));
        Some((sequence, fault?))
    }

    fn content_fault(&self, record: &AuditRecord) -> Option<String> {
        if record.hash != record.hash_of(&self.verdict.database) {
            return Some("its content is not what its hash was made of".to_owned());
        }
        if record.previous != self.verdict.hash {
            let before = self.verdict.records;
            return Some(format!("it does not continue record {before}: one of the two was written anew"));
        }
        let Some(commitments) = record.commitments() else {
            return Some("its commitments are unreadable".to_owned());
        };
        if let Some(name) = record.personal.keys().find(|name| !commitments.contains_key(*name)) {
            return Some(format!("its field {name} was never committed to"));
        }
        commitments.iter().find_map(|(name, commitment)| match record.personal.get(name) {
            None if self.told => Some(format!("its field {name} is gone and was not erased")),
            Some(PersonalField::Told { salt, value }) if AuditHash::of_salted(&salt.0, value) != *commitment => {
                Some(format!("its field {name} is not what was committed to"))
            }
            _ => None,
        })
    }

    fn signed_fault(&self, record: &AuditRecord) -> Option<String> {
        let signed = self.signed.get(&record.sequence)?;
        let differs = signed.iter().any(|hash| *hash != record.hash);
        differs.then(|| {
            "a head that was signed for it says otherwise: it or records before it were written anew".to_owned()
        })
    }

    fn accept(&mut self, record: &AuditRecord) {
        self.verdict.records = record.sequence;
        self.verdict.hash = record.hash;
        let erased = record.personal.iter().filter(|(_, field)| **field == PersonalField::Erased);
        self.erased.extend(erased.map(|(name, _)| (record.sequence, name.clone())));
        if [ERASED, PERSON_ERASED].contains(&record.action.as_str()) {
            self.announced.extend(announced(record));
        }
    }

    /// The log has ended, and this is where it is said to end.
    pub(super) fn finish(mut self, sequence: i64, hash: AuditHash) -> AuditVerdict {
        let records = self.verdict.records;
        if !self.is_broken() {
            if records != sequence {
                let why = format!("it is missing or was added: the log has {records} records and counted {sequence}");
                self.break_at(records.min(sequence) + 1, why);
            } else if hash != self.verdict.hash {
                self.break_at(records, "it is not the record that the log ended with");
            }
            if let Some((last, _)) = self.signed.last_key_value().filter(|(last, _)| **last > records) {
                let why = format!("it is missing: a head was signed for record {last}, and the log ends before");
                self.break_at(records + 1, why);
            }
            if let Some((sequence, name)) = self.erased.difference(&self.announced).next() {
                let (sequence, why) = (*sequence, format!("its field {name} was erased, and no record says so"));
                self.break_at(sequence, why);
            }
        }
        self.verdict.erased = u64::try_from(self.erased.len()).unwrap_or(u64::MAX);
        self.verdict
    }
}

/// The fields of earlier records that a record says were erased.
fn announced(record: &AuditRecord) -> Vec<(i64, String)> {
    #[derive(serde::Deserialize)]
    struct Details {
        erased: BTreeMap<String, Vec<i64>>,
    }
    let Ok(Details { erased }) = serde_json::from_str(&record.details) else { return Vec::new() };
    let fields = erased
        .into_iter()
        .flat_map(|(name, sequences)| sequences.into_iter().map(move |sequence| (sequence, name.clone())));
    fields.filter(|(sequence, _)| *sequence < record.sequence).collect()
}
