//! Tags that rules give to entities. They are kept beside what registries say, and end with the rule.

use rolecall_model::{ResourceRef, Timestamp};
use serde_json::Value as Json;

use crate::connector::json_of;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{ConnectorId, RuleId, Store, StoreError};

/// A tag of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityTag {
    /// The entity's connector.
    pub connector: ConnectorId,
    /// What it is of.
    pub resource: ResourceRef,
    /// Its name, without `tag.`.
    pub name: String,
    /// A text, a number or whether something is so.
    pub value: Json,
}

impl Store {
    /// Every tag that rules gave.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn entity_tag_list(&self) -> Result<Vec<EntityTag>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select connector_id, kind, resource, name, value from entity_tag \
                 order by connector_id, kind, resource, name",
            );
            let tag = |row: &db::Row| {
                let (kind, id): (String, String) = (row.try_get(1)?, row.try_get(2)?);
                Ok(EntityTag {
                    connector: ConnectorId(row.try_get(0)?),
                    resource: ResourceRef::new(kind, id),
                    name: row.try_get(3)?,
                    value: json_of(row, "value")?,
                })
            };
            rows.fetch_all(&mut db).await?.iter().map(tag).collect()
        })
        .await
    }
}

/// Replaces all tags that a rule gave. Where two rules give the same tag, the later one's counts.
pub(super) async fn tags_replace(
    db: &mut Connection,
    rule: RuleId,
    tags: &[EntityTag],
    at: Timestamp,
) -> Result<(), Failure> {
    db::query("delete from entity_tag where rule_id = $1").bind(rule.0).execute(&mut *db).await?;
    for tag in tags {
        let put = db::query(
            "insert into entity_tag (connector_id, kind, resource, name, value, rule_id, since) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (connector_id, kind, resource, name) \
             do update set value = excluded.value, rule_id = excluded.rule_id, since = excluded.since",
        );
        let put = put.bind(tag.connector.0).bind(tag.resource.kind.as_str()).bind(&*tag.resource.id);
        let put = put.bind(&tag.name).bind(tag.value.to_string()).bind(rule.0).bind(at.0);
        put.execute(&mut *db).await?;
    }
    Ok(())
}
