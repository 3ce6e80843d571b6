//! Erasing a person: what stands for them from then on is a pseudonym, so that what was theirs remains told apart.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_model::person::{PERSON, PersonKey};
use serde_json::{Value as Json, json};

use crate::audit::{
    AuditEntry, AuditErasure, Erasing, PERSON_ERASED, audit_append, chain_ensure, names_erase, without,
};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::owner::owners_rename;
use crate::review::reviews_rename;
use crate::{Decision, Store, StoreError};

/// What stands where something of a person was told.
const ERASED: &str = "\"erased\"";

/// Properties that tell whether somebody works here, and nothing of who they are.
const KEPT: [&str; 2] = ["active", "employment"];

/// Who is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonErasure {
    /// What identifies them.
    pub person: PersonKey,
    /// What identifies them from then on; nobody else has it.
    pub pseudonym: PersonKey,
    /// What they are called and addressed by.
    pub names: Vec<String>,
}

impl Store {
    /// Erases what directories, decisions and the audit log tell of a person, now and of the past, and overwrites it in the
    /// file. Their key becomes the pseudonym. Of somebody whom a directory lists it would only be read again: that is for
    /// the caller to see. `O(records + links + facts of the person)`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process does long work; otherwise as of any writing.
    pub async fn person_erase(
        &self,
        erasure: &PersonErasure,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<AuditErasure, StoreError> {
        let _lock = self.database_lock("erasing a person").await?;
        self.answer(async {
            let mut tx = self.purging().await?;
            let mut fields: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            let mut rows = facts_rename(&mut tx, erasure).await? + links_rename(&mut tx, erasure, now).await?;
            rows += decisions_rename(&mut tx, erasure).await? + owners_rename(&mut tx, erasure).await?;
            rows += reviews_rename(&mut tx, erasure.person.as_str(), erasure.pseudonym.as_str()).await?;
            for name in erasure.names.iter().filter(|name| !name.trim().is_empty()) {
                let (erased, more) = names_erase(&mut tx, name).await?;
                rows += more;
                erased.into_iter().for_each(|(field, of)| fields.entry(field).or_default().extend(of));
            }
            let count = fields.values().map(|of| of.len() as u64).sum();
            let clean = |text: &str| erasure.names.iter().fold(text.to_owned(), |text, name| without(&text, name));
            let (actor, reason) = (clean(&decision.actor), clean(&decision.reason));
            let entry = AuditEntry {
                at: now,
                action: PERSON_ERASED,
                subject: chain_ensure(&mut tx).await?,
                details: json!({ "pseudonym": erasure.pseudonym.as_str(), "erased": fields, "rows": rows }),
                personal: vec![("actor", &actor), ("reason", &reason)],
            };
            audit_append(&mut tx, &entry).await?;
            tx.commit().await?;
            self.purged().await?;
            Ok(AuditErasure { fields: count, rows })
        })
        .await
    }
}

/// What the directories told of them: every value, and the key.
async fn facts_rename(db: &mut Connection, erasure: &PersonErasure) -> Result<u64, Failure> {
    let of_person = "select r.id from resource r join term t on t.id = r.type_id where t.word = $1 and r.wire_id = $2";
    let of_person = db::query(of_person).bind(PERSON).bind(erasure.person.as_str());
    let mut rows = 0;
    for row in of_person.fetch_all(&mut *db).await? {
        let resource: i64 = row.try_get(0)?;
        let values = db::query(
            "update fact set value = $1 where subject_id = $2 and kind = 2 \
             and term_id not in (select id from term where word in ($3, $4))",
        );
        let values = values.bind(ERASED).bind(resource).bind(KEPT[0]).bind(KEPT[1]);
        rows += values.execute(&mut *db).await?.rows_affected();
        let key = db::query("update resource set wire_id = $1 where id = $2");
        rows += key.bind(erasure.pseudonym.as_str()).bind(resource).execute(&mut *db).await?.rows_affected();
    }
    // Whom somebody reported to, while they did.
    let reported = db::query(
        "update fact set value = $1 where kind = 2 and to_snapshot is not null and value = $2 \
         and term_id in (select id from term where word = 'manager')",
    );
    let told = |key: &PersonKey| Json::from(key.as_str()).to_string();
    let reported = reported.bind(told(&erasure.pseudonym)).bind(told(&erasure.person));
    Ok(rows + reported.execute(db).await?.rows_affected())
}

/// Whose accounts were theirs, and by which evidence.
async fn links_rename(db: &mut Connection, erasure: &PersonErasure, now: Timestamp) -> Result<u64, Failure> {
    let mut rows = 0;
    let told = "select connector_id, kind, account, since, state from identity_link";
    for row in db::query(told).fetch_all(&mut *db).await? {
        let Some(state) = renamed(row.try_get(4)?, erasure) else { continue };
        let put = "update identity_link set state = $1, noted_at = $2 \
                   where connector_id = $3 and kind = $4 and account = $5 and since = $6";
        let put = db::query(put).bind(state).bind(now.0).bind(row.try_get::<i64, _>(0)?);
        let put = put.bind(row.try_get::<&str, _>(1)?).bind(row.try_get::<&str, _>(2)?);
        rows += put.bind(row.try_get::<i64, _>(3)?).execute(&mut *db).await?.rows_affected();
    }
    Ok(rows)
}

/// What was decided about accounts of theirs.
async fn decisions_rename(db: &mut Connection, erasure: &PersonErasure) -> Result<u64, Failure> {
    let mut rows = 0;
    for row in db::query("select connector_id, kind, account, pinned from identity_pin").fetch_all(&mut *db).await? {
        let Some(pinned) = renamed(row.try_get(3)?, erasure) else { continue };
        let put = "update identity_pin set pinned = $1 where connector_id = $2 and kind = $3 and account = $4";
        let put = db::query(put).bind(pinned).bind(row.try_get::<i64, _>(0)?);
        let put = put.bind(row.try_get::<&str, _>(1)?).bind(row.try_get::<&str, _>(2)?);
        rows += put.execute(&mut *db).await?.rows_affected();
    }
    let refused = db::query("update identity_refusal set person = $1 where person = $2");
    let refused = refused.bind(erasure.pseudonym.as_str()).bind(erasure.person.as_str());
    Ok(rows + refused.execute(db).await?.rows_affected())
}

/// A JSON text with the pseudonym in the place of the person, and without what spoke for them. `None` where it is not
/// about them.
fn renamed(text: &str, erasure: &PersonErasure) -> Option<String> {
    fn rename(value: &mut Json, erasure: &PersonErasure) -> bool {
        match value {
            Json::Array(items) => items.iter_mut().map(|item| u32::from(rename(item, erasure))).sum::<u32>() > 0,
            Json::Object(map) => {
                let mut is_theirs = false;
                for name in ["person", "owner"] {
                    if let Some(known) = map.get_mut(name).filter(|known| **known == erasure.person.as_str()) {
                        *known = Json::from(erasure.pseudonym.as_str());
                        is_theirs = true;
                    }
                }
                if is_theirs && let Some(Json::Array(evidence)) = map.get_mut("evidence") {
                    evidence.iter_mut().for_each(|one| one["inputs"] = Json::from("erased"));
                }
                map.values_mut().fold(is_theirs, |is, item| rename(item, erasure) || is)
            }
            _ => false,
        }
    }
    let mut value: Json = serde_json::from_str(text).ok()?;
    rename(&mut value, erasure).then(|| value.to_string())
}

/// Decisions about accounts, and what is known of them: the statement that tells, and the one that puts other words there.
const DECISIONS: [(&str, &str); 2] = [
    (
        "select connector_id, kind, account, actor, reason from identity_pin",
        "update identity_pin set actor = $1, reason = $2 where connector_id = $3 and kind = $4 and account = $5",
    ),
    (
        "select connector_id, kind, account, actor, reason from identity_refusal",
        "update identity_refusal set actor = $1, reason = $2 where connector_id = $3 and kind = $4 and account = $5",
    ),
];

/// Takes a name out of who decided about accounts and why, and out of the evidence of links. Says how many rows that were.
pub(crate) async fn identities_erase(db: &mut Connection, erasing: &Erasing<'_>) -> Result<u64, Failure> {
    let mut rows = 0;
    for (told, put) in DECISIONS {
        for row in db::query(told).fetch_all(&mut *db).await? {
            let (actor, reason): (&str, &str) = (row.try_get(3)?, row.try_get(4)?);
            if [actor, reason].into_iter().any(|text| (erasing.names)(text, erasing.person)) {
                let without = |text: &str| (erasing.without)(text, erasing.person);
                let put = db::query(put).bind(without(actor)).bind(without(reason));
                let put = put.bind(row.try_get::<i64, _>(0)?).bind(row.try_get::<&str, _>(1)?);
                rows += put.bind(row.try_get::<&str, _>(2)?).execute(&mut *db).await?.rows_affected();
            }
        }
    }
    let told = "select connector_id, kind, account, since, state from identity_link";
    for row in db::query(told).fetch_all(&mut *db).await? {
        let state: &str = row.try_get(4)?;
        if (erasing.names)(state, erasing.person) {
            let put = "update identity_link set state = $1 \
                       where connector_id = $2 and kind = $3 and account = $4 and since = $5";
            let put = db::query(put).bind((erasing.json_without)(state, erasing.person));
            let put = put.bind(row.try_get::<i64, _>(0)?).bind(row.try_get::<&str, _>(1)?);
            let put = put.bind(row.try_get::<&str, _>(2)?).bind(row.try_get::<i64, _>(3)?);
            rows += put.execute(&mut *db).await?.rows_affected();
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_person_gets_the_pseudonym_and_only_their_evidence_goes() {
        let erasure = PersonErasure {
            person: PersonKey::from("7"),
            pseudonym: PersonKey::from("erased-1"),
            names: vec!["Ada".to_owned()],
        };
        let text = r#"{"state":"ambiguous","candidates":[
            {"person":"7","evidence":[{"rule":"name","inputs":"ada is like Ada"}]},
            {"person":"77","evidence":[{"rule":"name","inputs":"room 7"}]}],"leftOut":7}"#;
        let said: Json = serde_json::from_str(&renamed(text, &erasure).expect("it is about them")).expect("JSON");
        assert_eq!(said["candidates"][0]["person"], "erased-1");
        assert_eq!(said["candidates"][0]["evidence"][0]["inputs"], "erased");
        assert_eq!(said["candidates"][1]["evidence"][0]["inputs"], "room 7");
        assert_eq!(renamed(r#"{"person":"77"}"#, &erasure), None);
        assert_eq!(renamed("rubbish", &erasure), None);
        assert!(renamed(r#"{"protected":{"owner":"7"}}"#, &erasure).expect("theirs").contains("erased-1"));
    }
}
