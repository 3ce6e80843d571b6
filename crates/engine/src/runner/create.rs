//! Adding a connector that is read elsewhere.

use rolecall_store::{ConnectorChange, ConnectorGuard, NewConnector, RUNNER};

use crate::Context;
use crate::connectors::{ConnectorCatalog, ConnectorsError, Created, Form, connector_place_free};
use crate::hub::Caller;

/// What a person filled in.
#[derive(Clone, Debug, Default)]
pub struct RunnerForm {
    /// The type of the connector.
    pub connector_type: String,
    /// Every field. There is no secret: the runner has it.
    pub fields: Form,
}

/// Configures a connector that a runner reads. It has no key yet: [`crate::hub::Hub::runner_key_make`].
///
/// # Errors
/// [`ConnectorsError::Fields`], [`ConnectorsError::Refused`] for whoever may not connect, and
/// [`ConnectorsError::Taken`] when another active connector reads the same.
pub async fn runner_connector_create(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    caller: &Caller,
    form: &RunnerForm,
) -> Result<Created, ConnectorsError> {
    caller.needs(crate::hub::Permission::Connect).map_err(|error| ConnectorsError::Refused {
        code: error.code(),
        message: error.to_string(),
        hint: error.hint(),
    })?;
    let parsed = catalog.parse(&form.connector_type, &form.fields, None).map_err(ConnectorsError::Fields)?;
    let config = NewConnector { secret_source: Some(RUNNER.to_owned()), ..parsed };
    let is_restored = connector_place_free(context, &config).await?;
    let guard = ConnectorGuard { only_active: true, only_new: true, ..ConnectorGuard::default() };
    let changes = [ConnectorChange::Put(config)];
    let actor = caller.actor().unwrap_or("rolecall");
    let mut changed = context.store.connector_change_guarded(&changes, guard, actor, context.now()).await?;
    let connector = changed.pop().ok_or(ConnectorsError::Unknown { what: "connector" })?;
    let is_ownerless = connector.config.owners.is_empty();
    Ok(Created { version: connector.version, is_restored, is_ownerless, connector })
}
