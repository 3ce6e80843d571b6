//! Connecting a source.

use rolecall_store::{Connector, ConnectorChange, ConnectorGuard, NewConnector, SEALED};
use secrecy::SecretString;
use uuid::Uuid;

use super::subject::{connector_known, is_conflict, secret_stays, taken_check, vault};
use super::{Checked, ConnectorCatalog, ConnectorsError, FieldError, Form, TypeCard, field};
use crate::{Context, connector_title, moment_text};

/// What a person filled in.
#[derive(Clone, Debug, Default)]
pub struct ConnectorForm {
    /// Every field but the secret.
    pub fields: Form,
    /// The secret, where one was given. It is sealed, and never shown again.
    pub secret: Option<SecretString>,
}

/// A connector that is configured now.
#[derive(Clone, Debug)]
pub struct Created {
    /// The connector.
    pub connector: Connector,
    /// The version that a form of it has.
    pub version: i64,
    /// Whether it continues the history of a connector that was removed.
    pub is_restored: bool,
    /// Whether nobody answers for it, which administrators should be told.
    pub is_ownerless: bool,
}

/// The types there are.
#[must_use]
pub fn connector_types(catalog: &dyn ConnectorCatalog) -> Vec<TypeCard> {
    catalog.types()
}

/// The types there are that a runner can read.
#[must_use]
pub fn connector_types_elsewhere(catalog: &dyn ConnectorCatalog) -> Vec<TypeCard> {
    catalog.types_elsewhere()
}

/// Asks the real source what the credential of a form can see. Nothing is recorded. Of a connector that is configured
/// already (`known`), the sealed credential is tried unless the form has another.
///
/// # Errors
/// [`ConnectorsError::Fields`], [`ConnectorsError::Check`], or when the sealed credential cannot be opened.
pub async fn connector_check(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    connector_type: &str,
    form: &ConnectorForm,
    known: Option<Uuid>,
) -> Result<Checked, ConnectorsError> {
    let known = match known {
        Some(uuid) => Some(connector_known(context, uuid).await?),
        None => None,
    };
    let parsed = catalog.parse(connector_type, &form.fields, known.as_ref().map(|known| &known.config));
    let config = fields_checked(catalog, connector_type, parsed, form, known.is_none())?;
    if let Some(known) = &known {
        secret_stays(known, &config, form.secret.is_some())?;
    }
    let sealed = match (&form.secret, &known) {
        (None, Some(known)) if known.config.secret_source.as_deref() == Some(SEALED) => {
            vault(context, catalog)?.connector_token(known.id).await?
        }
        _ => None,
    };
    Ok(catalog.check(&config, form.secret.as_ref().or(sealed.as_ref())).await?)
}

/// Configures a connector, and seals its credential. One that was removed and read the same organisation under the same
/// name goes on with its history. Nothing is asked of the source: see [`connector_check`].
///
/// # Errors
/// [`ConnectorsError::Fields`], and [`ConnectorsError::Taken`] when another active connector reads the organisation.
pub async fn connector_create(
    context: &Context,
    catalog: &dyn ConnectorCatalog,
    actor: &str,
    connector_type: &str,
    form: &ConnectorForm,
) -> Result<Created, ConnectorsError> {
    let parsed = catalog.parse(connector_type, &form.fields, None);
    let config = fields_checked(catalog, connector_type, parsed, form, true)?;
    let config = NewConnector { secret_source: Some(SEALED.to_owned()), ..config };
    let secret = form.secret.as_ref().ok_or(ConnectorsError::Unknown { what: "secret" })?;
    let is_restored = name_free(context, &config).await?;
    taken_check(context, &config, None).await?;
    let guard = ConnectorGuard { only_active: true, only_new: true, ..ConnectorGuard::default() };
    let vault = vault(context, catalog)?;
    let changes = [ConnectorChange::Put(config.clone())];
    let changed = vault.connector_change_sealing_guarded(&changes, guard, secret, actor, context.now()).await;
    let mut changed = match changed {
        Err(error) if is_conflict(&error) => {
            // Somebody was faster: say who.
            taken_check(context, &config, None).await?;
            name_free(context, &config).await?;
            return Err(error.into());
        }
        changed => changed?,
    };
    let connector = changed.pop().ok_or(ConnectorsError::Unknown { what: "connector" })?;
    let is_ownerless = connector.config.owners.is_empty();
    Ok(Created { version: connector.version, is_restored, is_ownerless, connector })
}

/// The configuration of a form, with what is wrong with the secret told beside what else is wrong.
pub(super) fn fields_checked(
    catalog: &dyn ConnectorCatalog,
    connector_type: &str,
    parsed: Result<NewConnector, Vec<FieldError>>,
    form: &ConnectorForm,
    needs_secret: bool,
) -> Result<NewConnector, ConnectorsError> {
    let secret = match &form.secret {
        Some(secret) => catalog.secret_check(connector_type, secret).err(),
        None if needs_secret => Some(FieldError::new(field::SECRET, "is missing")),
        None => None,
    };
    match (parsed, secret) {
        (Ok(config), None) => Ok(config),
        (parsed, secret) => {
            Err(ConnectorsError::Fields(parsed.err().unwrap_or_default().into_iter().chain(secret).collect()))
        }
    }
}

/// That nobody reads the same, and the name is free; whether it is that of a removed connector whose history goes on.
pub(crate) async fn connector_place_free(context: &Context, config: &NewConnector) -> Result<bool, ConnectorsError> {
    let is_restored = name_free(context, config).await?;
    taken_check(context, config, None).await?;
    Ok(is_restored)
}

/// Whether the name is that of a removed connector whose history goes on; a name in use is a mistake.
async fn name_free(context: &Context, config: &NewConnector) -> Result<bool, ConnectorsError> {
    let Some(known) = context.store.connector_find(&config.connector_type, &config.name).await? else {
        return Ok(false);
    };
    let wrong = |message: String| {
        Err(ConnectorsError::Fields(vec![FieldError::new(field::NAME, message).hint("choose another name")]))
    };
    match known.removed_at {
        None => wrong(format!("{} is configured already", connector_title(&known))),
        Some(_) if known.reads_same_as(config) => Ok(true),
        Some(at) => wrong(format!(
            "{} was removed at {}, and its history is that of {}",
            connector_title(&known),
            moment_text(at),
            known.config.root
        )),
    }
}
