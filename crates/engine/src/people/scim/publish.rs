//! What was pushed to a directory, made current as people.

use rolecall_connect::roster::{RosterConnector, SCIM};
use rolecall_model::Timestamp;
use rolecall_store::{NewConnector, ScimClient, ScimKind, ScimPage, Store, StoreError};
use serde_json::{Map, Value as Json, json};

use super::people_of;
use crate::{Context, SyncError, SyncOptions, sync_run};

/// So many users are read at once.
const PART: i64 = 1000;

/// Makes everybody whom an identity provider has pushed current, and says how many they are. Whoever is missing among
/// many waits to be confirmed, as removals do.
///
/// # Errors
/// When another writes, or the database fails; what was current stays.
pub async fn directory_publish(context: &Context, client: &ScimClient) -> Result<usize, SyncError> {
    let (store, now) = (&context.store, context.now());
    let users = users(store, client).await?;
    let documents = users.iter().map(|(id, document)| (id.as_str(), document));
    let people = people_of(documents, &format!("{}:{}", SCIM.name, client.name));
    let record = store.connector_put(&config(store, client).await?, &client.name, now).await?;
    let _lock = store.writer_lock(record.id, "making what was pushed current").await?;
    // What a publication that was killed had read is not what there is now.
    store.staged_purge(record.id, Timestamp(now.0.saturating_add(1))).await?;
    let connector = RosterConnector::pushed(&client.name, &people);
    sync_run(context, &connector, &record, SyncOptions::default()).await?;
    Ok(people.len())
}

/// The connector of the directory, as it is known or as it begins.
async fn config(store: &Store, client: &ScimClient) -> Result<NewConnector, StoreError> {
    let known = store.connector_find(SCIM.name, &client.name).await?.filter(|known| known.removed_at.is_none());
    Ok(known.map_or_else(
        || NewConnector {
            connector_type: SCIM.name.to_owned(),
            name: client.name.clone(),
            description: "People, as an identity provider pushes them".to_owned(),
            root: client.name.clone(),
            settings: json!({}),
            ..NewConnector::default()
        },
        |known| known.config,
    ))
}

/// Every user that is there, by id. `O(users)`.
async fn users(store: &Store, client: &ScimClient) -> Result<Vec<(String, Map<String, Json>)>, StoreError> {
    let (mut users, mut after) = (Vec::new(), 0);
    loop {
        let page = ScimPage { after, skip: 0, most: PART };
        let part = store.scim_resource_list(client, ScimKind::User, page).await?;
        let Some(last) = part.last() else { return Ok(users) };
        after = last.id;
        users.extend(part.into_iter().map(|user| {
            // What cannot be read names nobody, and the others are people all the same.
            (user.uuid.to_string(), serde_json::from_str(&user.document).unwrap_or_default())
        }));
    }
}
