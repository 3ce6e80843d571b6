//! Accounts with a name that was used before: the same or another, until the source or a person says.

use rolecall_graph::NodeId;
use rolecall_model::{ResourceRef, Timestamp, Trait};
use rolecall_store::{Decision, SameReport, Store};
use serde::Serialize;

use crate::changes::DecisionError;
use crate::moment::moment_text;
use crate::name::NameError;
use crate::world::{ConnectorView, WorldView, connector_is_named, connector_title, declaration_of};

/// What is said of an account whose name was another's, as far as anybody knows.
pub const NAME_USED_BEFORE: &str = "new account with a name used before";

/// Where an account has a name that was used before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NameUsedBefore {
    /// The connector.
    pub connector: String,
    /// Since when the present account is there.
    pub since: String,
    /// Whether the source tells that it is another. Otherwise a person can say that it is the same.
    pub is_another: bool,
}

impl WorldView {
    /// Whether this account is not known to be the one that had its name before.
    pub(crate) fn is_returned(&self, account: NodeId) -> bool {
        self.connector(account).is_some_and(|connector| connector.returned(&self.world.reference(account)).is_some())
    }

    /// Where the account, in any organisation, has a name that was used before.
    pub(crate) fn names_used_before(&self, account: NodeId) -> Vec<NameUsedBefore> {
        let used = |twin: NodeId| {
            let connector: &ConnectorView = self.connector(twin)?;
            let returned = connector.returned(&self.world.reference(twin))?;
            Some(NameUsedBefore {
                connector: connector.title(),
                since: moment_text(returned.at),
                is_another: returned.is_another,
            })
        };
        self.world.same_account(account).filter_map(used).collect()
    }
}

/// Writes down a person's word that an account is the one that had its name before.
///
/// # Errors
/// When there is no such connector or account, or the database cannot be written.
pub async fn confirm_same(
    store: &Store,
    connector: &str,
    account: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<SameReport, DecisionError> {
    let records = store.connector_list().await?;
    let unknown =
        || NameError::Connector { name: connector.to_owned(), known: records.iter().map(connector_title).collect() };
    let record = records.iter().find(|record| connector_is_named(record, connector)).ok_or_else(unknown)?;
    let types = declaration_of(&record.config).map_or(&[][..], |known| known.types);
    let _lock = store.writer_lock(record.id, &format!("a decision about {}", connector_title(record))).await?;
    let mut report = SameReport::NothingToConfirm;
    for declared in types.iter().filter(|declared| declared.trait_ == Some(Trait::User)) {
        let resource = ResourceRef::new(declared.name, account);
        report = store.reappearance_confirm(record.id, &resource, decision, now).await?;
        if report != SameReport::NothingToConfirm {
            break;
        }
    }
    Ok(report)
}
