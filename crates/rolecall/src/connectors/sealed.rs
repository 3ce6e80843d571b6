//! Tokens that are sealed in the database.

use rolecall_connect::FoundToken;
use rolecall_store::{NewConnector, Store};

use super::Kind;
use crate::environment;
use crate::exit::{Exit, Failure};

/// Opens the sealed token of a configured connector.
pub(super) async fn token_open(kind: &dyn Kind, config: &NewConnector, store: &Store) -> Result<FoundToken, Failure> {
    let title = format!("{}:{}", config.connector_type, config.name);
    let secret = match store.connector_find(&config.connector_type, &config.name).await? {
        Some(record) => store.vault(environment::key_place(store.address())?).connector_token(record.id).await?,
        None => None,
    };
    let secret = secret.ok_or_else(|| {
        Failure::new(Exit::Credential, format!("no token of {title} is sealed in the database"))
            .hint(format!("seal one with: rolecall connectors edit {title} --seal-token --token-stdin"))
    })?;
    Ok(kind.tokens(config).opened(&secret)?)
}

#[cfg(test)]
mod tests {
    use rolecall_connect::TokenPlace;

    #[test]
    fn the_database_and_the_connectors_mean_the_same_word() {
        assert_eq!(TokenPlace::Sealed.source().as_deref(), Some(rolecall_store::SEALED));
    }
}
