//! The port through which use-cases learn what only the program knows: which connector types there are, how each is
//! configured and built, and where the key of sealed secrets is.

use async_trait::async_trait;
use rolecall_store::{DatabaseAddress, KeyPlace, NewConnector};
use secrecy::SecretString;
use serde::Serialize;

use super::{FieldError, Form, TypeCard};
use crate::GraphImages;

/// What is known of connector types. One is made by whoever starts the hub.
#[async_trait]
pub trait ConnectorCatalog: Send + Sync {
    /// Every type, in the order in which they are shown.
    fn types(&self) -> Vec<TypeCard>;

    /// Every type that a runner can read, which has its secret: there is none to ask for.
    fn types_elsewhere(&self) -> Vec<TypeCard>;

    /// The configuration that a form says, of a new connector or of a `known` one, of which everything stays that a form
    /// cannot say: where its token is found, files, what a newer version has set.
    ///
    /// # Errors
    /// Everything that is wrong with it, field by field.
    fn parse(
        &self,
        connector_type: &str,
        form: &Form,
        known: Option<&NewConnector>,
    ) -> Result<NewConnector, Vec<FieldError>>;

    /// Whether a secret can be one of this type: in one piece, and as such secrets look.
    ///
    /// # Errors
    /// What is wrong with it, which does not repeat it.
    fn secret_check(&self, connector_type: &str, secret: &SecretString) -> Result<(), FieldError>;

    /// The form that says what a connector is configured to be.
    fn form(&self, config: &NewConnector) -> Form;

    /// What is set on a connector, as people read it, secrets and the hub's own words left out.
    fn shown(&self, config: &NewConnector) -> Vec<ShownField>;

    /// Asks the real source what the credential can see. Without a secret, that from where the connector is configured
    /// to find it outside the database.
    ///
    /// # Errors
    /// When nothing of it can be seen, or the address may not be reached.
    async fn check(&self, config: &NewConnector, secret: Option<&SecretString>) -> Result<Checked, CheckFailure>;

    /// Where the master key of sealed secrets is.
    ///
    /// # Errors
    /// A sentence, when nobody said.
    fn key_place(&self, database: &DatabaseAddress) -> Result<KeyPlace, String>;

    /// Where graph images are kept, which go with a connector's history.
    fn graph_images(&self, database: &DatabaseAddress) -> GraphImages;
}

/// One thing that is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownField {
    /// Its name: that of a form's field, where it can be changed there.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it is set to.
    pub value: String,
    /// Whether it can only be changed from the command line.
    pub command_line_only: bool,
}

/// What a credential can see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// Stable: `complete`, `limited` or `partial`.
    pub code: String,
    /// In a sentence.
    pub summary: String,
    /// Whether everything is seen that is needed.
    pub is_complete: bool,
    /// What it can see, in sentences.
    pub sees: Vec<String>,
    /// What it cannot see, what that means, and what to change.
    pub sees_not: Vec<String>,
    /// The end of the credential that was tried: `…7890`.
    pub credential: String,
}

/// Why nothing could be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct CheckFailure {
    /// Stable: `credential`, `source`, `address`, `sight` or `configuration`.
    pub code: String,
    /// Which field to look at, where that can be told.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}
