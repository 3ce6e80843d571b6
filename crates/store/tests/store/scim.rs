//! Directories: what holds of their rows whoever writes them, on either engine.

use rolecall_store::{
    HubAct, NewScimClient, ScimClient, ScimEnd, ScimFind, ScimHistory, ScimKind, ScimPage, ScimRefusal, ScimResource,
    ScimWrite, Store, StoreError,
};

use crate::audit::records;
use crate::audit_writers::Counted;
use crate::world::{World, decision, minute};

fn act() -> HubAct<'static> {
    HubAct { actor: Some("okta"), how: "directory", address: None, session: None, now: minute(3) }
}

async fn client(store: &Store, name: &str, number: u8) -> ScimClient {
    store.scim_client_add(&NewScimClient { name, hash: [number; 32] }, &act()).await.unwrap()
}

fn write<'a>(name: &'a str, seen: Option<&ScimResource>, document: &'a str) -> ScimWrite<'a> {
    ScimWrite {
        kind: ScimKind::User,
        seen: seen.map(|seen| (seen.uuid, seen.version)),
        name,
        external_id: Some("00u1"),
        document,
        history: ScimHistory { before: seen.map(|_| "{}"), after: document },
        attributes: &["userName"],
    }
}

async fn put(
    store: &Store,
    client: &ScimClient,
    name: &str,
    seen: Option<&ScimResource>,
) -> Result<ScimResource, StoreError> {
    let document = serde_json::json!({ "userName": name }).to_string();
    store.scim_resource_put(client, &write(name, seen, &document), &act()).await
}

async fn delete(store: &Store, client: &ScimClient, seen: &ScimResource) -> Result<(), StoreError> {
    let end = ScimEnd { kind: ScimKind::User, seen: (seen.uuid, seen.version), name: "ada", before: &seen.document };
    store.scim_resource_delete(client, &end, &act()).await
}

async fn found(store: &Store, client: &ScimClient, by: ScimFind<'_>) -> Vec<ScimResource> {
    store.scim_resource_find(client, ScimKind::User, by).await.unwrap()
}

#[track_caller]
fn refusal<T>(result: Result<T, StoreError>) -> ScimRefusal {
    match result.map(drop).unwrap_err() {
        StoreError::Scim(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A directory with a user who was changed, so that there is a row in each of its tables.
pub(crate) async fn directory(world: &World) {
    let okta = client(&world.store, "Okta", 1).await;
    let ada = put(&world.store, &okta, "ada", None).await.unwrap();
    put(&world.store, &okta, "ada.l", Some(&ada)).await.unwrap();
}

#[tokio::test]
async fn a_directory_has_one_token_at_a_time_and_keeps_what_it_holds() {
    let World { store, .. } = &World::new().await;
    let okta = client(store, "Okta", 1).await;
    let again = NewScimClient { name: " OKTA", hash: [2; 32] };
    assert_eq!(refusal(store.scim_client_add(&again, &act()).await), ScimRefusal::ClientExists);
    put(store, &okta, "ada", None).await.unwrap();
    assert_eq!(store.scim_client_find(&[1; 32]).await.unwrap(), Some(okta.clone()));
    store.scim_client_touch(&okta, minute(5)).await.unwrap();
    let revoked = store.scim_client_revoke("okta", &act()).await.unwrap();
    assert_eq!((revoked.used_at, revoked.revoked_at), (Some(minute(5)), Some(minute(3))));
    assert_eq!(store.scim_client_find(&[1; 32]).await.unwrap(), None);
    assert_eq!(refusal(store.scim_client_revoke("okta", &act()).await), ScimRefusal::ClientUnknown);
    assert_eq!(refusal(store.scim_client_revoke("entra", &act()).await), ScimRefusal::ClientUnknown);

    let renewed = store.scim_client_add(&NewScimClient { name: "OKTA", hash: [2; 32] }, &act()).await.unwrap();
    assert_eq!((renewed.uuid, renewed.name.as_str(), renewed.used_at), (okta.uuid, "OKTA", None));
    assert_eq!(store.scim_client_find(&[1; 32]).await.unwrap(), None, "the former token stays void");
    assert_eq!(store.scim_resource_count(&renewed, ScimKind::User).await.unwrap(), 1);
    assert_eq!(store.scim_client_list().await.unwrap(), [renewed]);
}

#[tokio::test]
async fn a_name_is_one_resources_at_a_time_whatever_its_case() {
    let World { store, .. } = &World::new().await;
    let (okta, entra) = (client(store, "Okta", 1).await, client(store, "Entra", 2).await);
    let ada = put(store, &okta, "Ada@acme.test", None).await.unwrap();
    assert_eq!((ada.version, ada.kind), (1, ScimKind::User));
    assert_eq!(refusal(put(store, &okta, "ADA@acme.test", None).await), ScimRefusal::NameTaken);
    let bob = put(store, &okta, "bob", None).await.unwrap();
    assert_eq!(refusal(put(store, &okta, "ada@ACME.test", Some(&bob)).await), ScimRefusal::NameTaken);
    put(store, &entra, "ada@acme.test", None).await.unwrap();
    let ada = put(store, &okta, "ada@acme.test", Some(&ada)).await.unwrap();
    assert_eq!(ada.version, 2, "another spelling of its own name");

    assert_eq!(found(store, &okta, ScimFind::Name("ADA@ACME.TEST")).await, std::slice::from_ref(&ada));
    assert_eq!(found(store, &okta, ScimFind::ExternalId("00u1")).await, [ada.clone(), bob.clone()]);
    assert_eq!(found(store, &entra, ScimFind::Id(ada.uuid)).await, [], "it is another directory's");
    let page = ScimPage { after: 0, skip: 1, most: 5 };
    assert_eq!(store.scim_resource_list(&okta, ScimKind::User, page).await.unwrap(), std::slice::from_ref(&bob));
    let page = ScimPage { after: bob.id, ..page };
    assert_eq!(store.scim_resource_list(&okta, ScimKind::User, page).await.unwrap(), []);
    assert_eq!(store.scim_resource_count(&okta, ScimKind::Group).await.unwrap(), 0);
}

#[tokio::test]
async fn a_write_is_of_the_version_that_was_seen() {
    let World { store, .. } = &World::new().await;
    let okta = client(store, "Okta", 1).await;
    let first = put(store, &okta, "ada", None).await.unwrap();
    let second = put(store, &okta, "ada.l", Some(&first)).await.unwrap();
    let stale = ScimRefusal::VersionStale { now: 2 };
    assert_eq!(refusal(put(store, &okta, "ada.m", Some(&first)).await), stale);
    assert_eq!(refusal(delete(store, &okta, &first).await), stale);
    assert_eq!(
        found(store, &okta, ScimFind::Id(first.uuid)).await,
        std::slice::from_ref(&second),
        "nothing was written"
    );
    let other = client(store, "Entra", 2).await;
    assert_eq!(refusal(put(store, &other, "x", Some(&second)).await), ScimRefusal::ResourceUnknown);
    assert_eq!(refusal(delete(store, &other, &second).await), ScimRefusal::ResourceUnknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_of_one_version_one_writes() {
    let world = World::new().await;
    let store = &world.store;
    let okta = client(store, "Okta", 1).await;
    let ada = put(store, &okta, "ada", None).await.unwrap();
    let names = ["a", "b", "c", "d"];
    let writes = names.map(|name| put(store, &okta, name, Some(&ada)));
    let [one, two, three, four] = writes;
    let (one, two, three, four) = tokio::join!(one, two, three, four);
    assert_eq!([one, two, three, four].iter().filter(|result| result.is_ok()).count(), 1);
    let (one, two) = tokio::join!(put(store, &okta, "new", None), put(store, &okta, "NEW", None));
    assert!(one.is_ok() != two.is_ok());
}

#[tokio::test]
async fn whoever_was_deleted_stays_in_the_history_and_a_namesake_is_another() {
    let World { store, .. } = &World::new().await;
    let okta = client(store, "Okta", 1).await;
    let first = put(store, &okta, "ada", None).await.unwrap();
    let first = put(store, &okta, "ada", Some(&first)).await.unwrap();
    delete(store, &okta, &first).await.unwrap();
    assert_eq!(found(store, &okta, ScimFind::Name("ada")).await, []);
    assert_eq!(refusal(delete(store, &okta, &first).await), ScimRefusal::ResourceUnknown);
    let second = put(store, &okta, "ada", None).await.unwrap();
    assert!(second.uuid != first.uuid && second.version == 1);

    let changes = store.scim_changes_since(&okta, 0, 100).await.unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|change| (change.resource, change.version, change.before.is_some(), change.after.is_some()))
        .collect();
    let (one, two) = (first.uuid, second.uuid);
    assert_eq!(told, [(one, 1, false, true), (one, 2, true, true), (one, 3, true, false), (two, 1, false, true)]);
    assert!(changes.is_sorted_by(|one, next| one.number < next.number));
    let rest = store.scim_changes_since(&okta, changes[1].number, 1).await.unwrap();
    assert_eq!(rest, changes[2..3]);
    let other = client(store, "Entra", 2).await;
    assert_eq!(store.scim_changes_since(&other, 0, 100).await.unwrap(), []);
}

#[tokio::test]
async fn records_name_nobody_in_the_clear_and_who_was_deleted_can_be_erased() {
    let World { store, .. } = &World::new().await;
    let okta = client(store, "Okta", 1).await;
    let ada = put(store, &okta, "ada@acme.test", None).await.unwrap();
    for record in records(store).await {
        // An id may have the letters of a short name.
        assert!(!record.details.contains("ada@") && !record.details.contains("Okta"), "{record:?}");
    }
    let erased = store.audit_erase("ada@acme.test", &decision(), minute(9)).await.unwrap();
    assert_eq!((erased.fields, erased.rows), (1, 0), "who is in a directory stays there");
    assert_eq!(found(store, &okta, ScimFind::Id(ada.uuid)).await, std::slice::from_ref(&ada));
    delete(store, &okta, &ada).await.unwrap();
    let erased = store.audit_erase("ada@acme.test", &decision(), minute(9)).await.unwrap();
    assert_eq!(erased.rows, 1);
    let changes = store.scim_changes_since(&okta, 0, 100).await.unwrap();
    assert!(changes.len() == 2 && changes.iter().all(|change| !format!("{change:?}").contains("ada@")), "{changes:?}");
}

impl Counted {
    /// What identity providers may do, and do.
    pub(crate) async fn fills_a_directory(&mut self) {
        let store = self.world.store.clone();
        let okta = client(&store, "Okta", 1).await;
        store.scim_client_touch(&okta, minute(4)).await.unwrap();
        self.left("a directory", &["scim.client-added"]).await;
        let ada = put(&store, &okta, "ada", None).await.unwrap();
        put(&store, &okta, "ADA", None).await.unwrap_err();
        let ada = put(&store, &okta, "ada.l", Some(&ada)).await.unwrap();
        delete(&store, &okta, &ada).await.unwrap();
        let actions = ["scim.resource-added", "scim.resource-changed", "scim.resource-deleted"];
        self.left("what is pushed", &actions).await;
        store.scim_client_revoke("okta", &act()).await.unwrap();
        self.left("no token any more", &["scim.client-revoked"]).await;
    }
}
