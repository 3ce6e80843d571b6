//! How accounts are matched with people.

use rolecall_model::Timestamp;
use rolecall_model::person::CorrelationSettings;
use serde_json::json;

use crate::audit::{AuditEntry, audit_append, chain_ensure};
use crate::db;
use crate::error::Failure;
use crate::{Store, StoreError};

impl Store {
    /// How accounts are matched: as somebody said, or as is usual.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_settings(&self) -> Result<CorrelationSettings, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query("select settings from identity_setting where id = 1").fetch_optional(&mut db).await?;
            let Some(row) = row else { return Ok(CorrelationSettings::default()) };
            let text: String = row.try_get(0)?;
            serde_json::from_str(&text)
                .map_err(|error| Failure::Corrupt(format!("how accounts are matched cannot be read: {error}")))
        })
        .await
    }

    /// Says how accounts are matched from now on.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn identity_settings_put(
        &self,
        settings: &CorrelationSettings,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(settings).unwrap_or_default();
        self.answer(async {
            let mut tx = self.writing().await?;
            db::query(
                "insert into identity_setting (id, settings, at) values (1, $1, $2) \
                 on conflict (id) do update set settings = excluded.settings, at = excluded.at",
            )
            .bind(&text)
            .bind(now.0)
            .execute(&mut tx)
            .await?;
            let entry = AuditEntry {
                at: now,
                action: "identity.settings-changed",
                subject: chain_ensure(&mut tx).await?,
                details: json!({ "settings": settings }),
                personal: vec![("actor", actor)],
            };
            audit_append(&mut tx, &entry).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}
