//! Erasing somebody: what a directory told of them, while whatever was theirs remains told apart.

use rolecall_model::Timestamp;
use rolecall_model::person::{Person, PersonKey};
use rolecall_store::{Decision, PersonErasure, Store, StoreError};
use uuid::Uuid;

use super::{Identities, identities_renew};

/// What became of somebody who was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonErased {
    /// What stands for them from now on.
    pub pseudonym: PersonKey,
    /// How many fields of the audit log are erased.
    pub fields: u64,
    /// How many rows elsewhere.
    pub rows: u64,
}

/// Why somebody cannot be erased.
#[derive(Debug, thiserror::Error)]
pub enum PersonEraseError {
    /// A directory lists them.
    #[error("{name} is listed in a directory, which would only be read again")]
    Listed {
        /// How they are called.
        name: String,
    },
    /// The database cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Erases somebody whom no directory lists any more, from what is recorded now and of the past, and from the audit log,
/// which still verifies.
///
/// # Errors
/// When a directory lists them, and as of any writing.
pub async fn person_erase(
    store: &Store,
    identities: &Identities,
    key: &PersonKey,
    decision: &Decision,
    now: Timestamp,
) -> Result<PersonErased, PersonEraseError> {
    if !identities.unlisted.contains_key(key) {
        return Err(PersonEraseError::Listed { name: identities.name_of(key) });
    }
    let names = identities.people.get(key).map(names).unwrap_or_default();
    let erasure = PersonErasure { person: key.clone(), pseudonym: pseudonym(), names };
    let erased = store.person_erase(&erasure, decision, now).await?;
    // Without evidence the accounts are nobody's by a rule; that they were theirs is known by the pseudonym.
    identities_renew(store, now).await?;
    Ok(PersonErased { pseudonym: erasure.pseudonym, fields: erased.fields, rows: erased.rows })
}

/// What they are called and addressed by, as far as it means nobody else.
fn names(person: &Person) -> Vec<String> {
    let addresses = person.addresses.iter().map(|address| address.address.clone());
    // One word is a name of many, and a word of the language perhaps.
    let is_whole = person.display_name.split_whitespace().count() > 1;
    addresses.chain(is_whole.then(|| person.display_name.clone())).collect()
}

/// A key that nobody has, and that says nothing.
fn pseudonym() -> PersonKey {
    let random = Uuid::now_v7().simple().to_string();
    PersonKey::from(format!("erased-{}", random.get(20..).unwrap_or(&random)).as_str())
}
