//! Connector types, as the hub's use-cases learn of them.

mod card;
mod check;
mod foreign;
mod interval;
mod parse;
mod shown;
#[cfg(test)]
#[cfg(feature = "sim")]
mod tests;
mod words;

use async_trait::async_trait;
use rolecall_engine::GraphImages;
use rolecall_engine::connectors::{
    CheckFailure, Checked, ConnectorCatalog, FieldError, Form, ShownField, TypeCard, field,
};
use rolecall_store::{DatabaseAddress, KeyPlace, NewConnector};
use secrecy::SecretString;

use super::{KINDS, kind};
use crate::environment;

pub(crate) use words::{CardWords, FieldWords, SettingWords};

/// Every connector type of this program.
#[derive(Clone, Debug)]
pub(crate) struct HubCatalog {
    /// Whether whoever uses the hub may name addresses of this machine's own network.
    allow_internal: bool,
    /// Where the key of sealed secrets is, where the environment is not asked.
    key: Option<KeyPlace>,
}

impl HubCatalog {
    /// As the environment says: `ROLECALL_ALLOW_INTERNAL=1` allows internal addresses.
    pub(crate) fn of_environment() -> Self {
        Self::new(environment::reach() == rolecall_notify::Reach::Internal, None)
    }

    /// With these; without a place of the key, the environment says where it is.
    pub(crate) const fn new(allow_internal: bool, key: Option<KeyPlace>) -> Self {
        Self { allow_internal, key }
    }
}

#[async_trait]
impl ConnectorCatalog for HubCatalog {
    fn types(&self) -> Vec<TypeCard> {
        KINDS.iter().map(|kind| card::type_card(*kind)).collect()
    }

    fn types_elsewhere(&self) -> Vec<TypeCard> {
        let own = self.types().into_iter().map(|card| {
            let mut fields = card.fields;
            // Whoever has the secret knows when it ends.
            fields.retain(|field| field.name != field::SECRET && field.name != field::TOKEN_EXPIRES);
            TypeCard { fields, warnings: Vec::new(), guide: Vec::new(), ..card }
        });
        own.chain([foreign::card()]).collect()
    }

    fn parse(
        &self,
        connector_type: &str,
        form: &Form,
        known: Option<&NewConnector>,
    ) -> Result<NewConnector, Vec<FieldError>> {
        if connector_type == foreign::NAME {
            return foreign::parse(form, known);
        }
        let kind = kind(connector_type).map_err(|failure| vec![FieldError::new("type", failure.message)])?;
        parse::parse(kind, form, known, self.allow_internal)
    }

    fn secret_check(&self, connector_type: &str, secret: &SecretString) -> Result<(), FieldError> {
        let kind = kind(connector_type).map_err(|failure| FieldError::new("type", failure.message))?;
        let opened = kind.connector_type().tokens.opened(secret);
        opened.map(drop).map_err(|error| {
            FieldError::new(field::SECRET, error.to_string()).hint("give it exactly as the registry showed it")
        })
    }

    fn form(&self, config: &NewConnector) -> Form {
        if config.connector_type == foreign::NAME {
            return foreign::form(config);
        }
        kind(&config.connector_type).map(|kind| shown::form(kind, config)).unwrap_or_default()
    }

    fn shown(&self, config: &NewConnector) -> Vec<ShownField> {
        if config.connector_type == foreign::NAME {
            return foreign::shown(config);
        }
        kind(&config.connector_type).map(|kind| shown::shown(kind, config)).unwrap_or_default()
    }

    async fn check(&self, config: &NewConnector, secret: Option<&SecretString>) -> Result<Checked, CheckFailure> {
        let kind = kind(&config.connector_type).map_err(|failure| CheckFailure {
            code: "configuration".to_owned(),
            field: None,
            message: failure.message,
            hint: failure.hint,
        })?;
        check::check(kind, config, secret).await
    }

    fn key_place(&self, database: &DatabaseAddress) -> Result<KeyPlace, String> {
        if let Some(place) = &self.key {
            return Ok(place.clone());
        }
        environment::key_place(database).map_err(|failure| match failure.hint {
            Some(hint) => format!("{}: {hint}", failure.message),
            None => failure.message,
        })
    }

    fn graph_images(&self, database: &DatabaseAddress) -> GraphImages {
        environment::graph_images_place(database)
    }
}
