//! What sources wrote down themselves.

use std::collections::BTreeMap;

use rolecall_model::{Altered, SourceEvent};

use crate::world::{World, minute, user};

fn event(id: &str, minutes: i64, actor: Option<&str>) -> SourceEvent {
    SourceEvent {
        id: id.to_owned(),
        at: minute(minutes),
        actor: actor.map(str::to_owned),
        action: "org.member.added".to_owned(),
        object: Some(user("dora")),
        altered: Some(Altered::Added),
        fields: BTreeMap::from([("actor_kind".to_owned(), "user".to_owned())]),
    }
}

#[tokio::test]
async fn events_are_added_once_and_read_back_as_they_are() {
    let world = World::new().await;
    let (store, connector) = (&world.store, world.connector);
    assert_eq!(store.source_event_last(connector).await.unwrap(), None);
    let login = SourceEvent { object: None, altered: None, ..event("e-3", 30, None) };
    let events = [event("e-2", 20, Some("olivia")), event("e-1", 10, Some("olivia")), login.clone()];
    assert_eq!(store.source_events_add(connector, &events).await.unwrap(), 3);
    // One that is told of again, in other words, is what it was.
    let again = [event("e-2", 20, Some("mallory")), event("e-4", 40, None)];
    assert_eq!(store.source_events_add(connector, &again).await.unwrap(), 1);
    assert_eq!(store.source_event_last(connector).await.unwrap(), Some(minute(40)));

    let found = store.source_events(connector, minute(20), minute(30)).await.unwrap();
    assert_eq!(found, [event("e-2", 20, Some("olivia")), login]);
    let all = store.source_events(connector, minute(0), minute(99)).await.unwrap();
    assert_eq!(all.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ["e-1", "e-2", "e-3", "e-4"]);
    for altered in Altered::ALL {
        let told = SourceEvent { altered: Some(altered), ..event(altered.word(), 50, None) };
        store.source_events_add(connector, std::slice::from_ref(&told)).await.unwrap();
        assert!(store.source_events(connector, minute(50), minute(50)).await.unwrap().contains(&told));
    }
    world.is_sound().await;
}
