//! What has to hold in the transaction that changes connectors, beside what always has to.

use crate::connector::{by_id, by_name};
use crate::connector_change::name_conflict;
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{Connector, ConnectorChange, ConnectorId};

/// What has to hold. The default is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectorGuard {
    /// The connector still has this version: nobody changed it since somebody looked.
    pub version: Option<(ConnectorId, i64)>,
    /// No other connector that is active reads the same root at the same host as a changed one that is active.
    pub only_active: bool,
    /// No connector that is put is configured already under its name. A removed one may be.
    pub only_new: bool,
}

impl ConnectorGuard {
    pub(crate) async fn before(self, db: &mut Connection, changes: &[ConnectorChange]) -> Result<(), Failure> {
        for change in changes.iter().filter(|_| self.only_new) {
            let ConnectorChange::Put(config) = change else { continue };
            match by_name(db, &config.connector_type, &config.name).await? {
                Some(known) if known.removed_at.is_none() => return Err(name_conflict(&known)),
                _ => {}
            }
        }
        let Some((connector, version)) = self.version else { return Ok(()) };
        match by_id(db, connector).await? {
            Some(known) if known.version == version => Ok(()),
            Some(known) => Err(Failure::Conflict(format!(
                "the {} connector {} was changed meanwhile",
                known.config.connector_type, known.config.name
            ))),
            None => Err(Failure::Conflict(format!("connector {connector} is gone"))),
        }
    }

    pub(crate) async fn after(self, db: &mut Connection, changed: &[Connector]) -> Result<(), Failure> {
        if !self.only_active {
            return Ok(());
        }
        for connector in changed.iter().filter(|connector| connector.is_active()) {
            let rows = db::query(
                "select id, base_url, name from connector where connector_type = $1 and root = $2 and id <> $3 \
                 and paused_at is null and removed_at is null",
            )
            .bind(&connector.config.connector_type)
            .bind(&connector.config.root)
            .bind(connector.id.0)
            .fetch_all(&mut *db)
            .await?;
            for row in rows {
                let (base, name): (String, String) = (row.try_get("base_url")?, row.try_get("name")?);
                if host_of(&base) == host_of(&connector.config.base_url) {
                    let (kind, root) = (&connector.config.connector_type, &connector.config.root);
                    return Err(Failure::Conflict(format!("the {kind} connector {name} reads {root} already")));
                }
            }
        }
        Ok(())
    }
}

impl Connector {
    /// Whether it is read: neither paused nor removed.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.paused_at.is_none() && self.removed_at.is_none()
    }

    /// Whether another one reads the same as this: the same root of the same type, at the same host.
    #[must_use]
    pub fn reads_same_as(&self, other: &crate::NewConnector) -> bool {
        self.config.connector_type == other.connector_type
            && self.config.root == other.root
            && host_of(&self.config.base_url) == host_of(&other.base_url)
    }
}

/// Host and port of an address, as they are written.
fn host_of(address: &str) -> String {
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn a_host_is_told_from_its_path() {
        assert_eq!(host_of("https://Registry.example.test/npm/"), "registry.example.test");
        assert_eq!(host_of("http://127.0.0.1:4873"), "127.0.0.1:4873");
        assert_eq!(host_of("registry.example.test"), "registry.example.test");
    }
}
