//! Who answers for resources: what somebody said, what lists say, and what ended, on either engine.

use rolecall_model::ResourceRef;
use rolecall_model::owner::{Owner, OwnerSource};
use rolecall_model::person::PersonKey;
use rolecall_store::{Decision, OwnedResource, OwnerEvidence, OwnerImported, OwnerRow, OwnerSaid, PersonErasure};

use crate::audit_writers::Counted;
use crate::world::{World, decision, minute};

fn package(world: &World, name: &str) -> OwnedResource {
    OwnedResource { connector: world.connector, resource: ResourceRef::new("package", name) }
}

fn person(key: &str) -> Owner {
    Owner::Person(PersonKey::from(key))
}

fn said(world: &World, name: &str, key: &str, line: u64) -> OwnerSaid {
    let evidence = OwnerEvidence { line: Some(line), pattern: None };
    OwnerSaid { resource: package(world, name), owner: person(key), evidence }
}

fn told(rows: &[OwnerRow]) -> Vec<String> {
    let told = |row: &OwnerRow| {
        let ended = row.ended.as_ref().map(|ended| format!(" until {}", (ended.at.0 - minute(0).0) / 60_000_000));
        format!("{} {} {}{}", row.resource.resource.id, row.source.word(), row.owner, ended.unwrap_or_default())
    };
    rows.iter().map(told).collect()
}

/// Rows in the table, for whoever copies it.
pub(crate) async fn filled(world: &World) {
    let core = [package(world, "@acme/core")];
    world.store.owner_set(&core, &[person("E1")], &decision(), minute(5)).await.unwrap();
    world.store.owner_unset(&core, &decision(), minute(6)).await.unwrap();
    let list = [said(world, "@acme/ui", "E2", 2)];
    world.store.owner_import(OwnerSource::List, "", &list, &decision(), minute(6)).await.unwrap();
}

impl Counted {
    /// Everything that is said of owners is recorded once.
    pub(crate) async fn says_who_answers_for_what(&mut self) {
        let (store, core) = (self.world.store.clone(), [package(&self.world, "@acme/core")]);
        store.owner_set(&core, &[person("E1")], &decision(), minute(5)).await.unwrap();
        self.left("an owner", &["owner.set"]).await;
        store.owner_set(&core, &[person("E1")], &decision(), minute(5)).await.unwrap();
        self.left("the same owner", &[]).await;
        store.owner_unset(&core, &decision(), minute(6)).await.unwrap();
        self.left("no owner", &["owner.unset"]).await;
        assert_eq!(store.owner_unset(&core, &decision(), minute(6)).await.unwrap(), 0);
        self.left("what nobody had said", &[]).await;
        let list = [said(&self.world, "@acme/core", "E1", 2)];
        store.owner_import(OwnerSource::List, "", &list, &decision(), minute(6)).await.unwrap();
        self.left("a list", &["owner.imported"]).await;
        store.owner_import(OwnerSource::List, "", &list, &decision(), minute(7)).await.unwrap();
        self.left("the same list", &[]).await;
    }
}

#[tokio::test]
async fn what_is_said_replaces_what_was_said_and_what_ended_is_kept() {
    let world = World::new().await;
    let (store, core) = (&world.store, package(&world, "@acme/core"));
    let set = async |keys: &[&str], at: i64| {
        let owners: Vec<Owner> = keys.iter().map(|key| person(key)).collect();
        store.owner_set(std::slice::from_ref(&core), &owners, &decision(), minute(at)).await.unwrap()
    };
    assert_eq!(set(&["E1", "E2"], 1).await, 1);
    assert_eq!(set(&["E2", "E3"], 2).await, 1);
    assert_eq!(set(&["E3", "E2"], 3).await, 0, "the same in another order");
    assert_eq!(told(&store.owner_list().await.unwrap()), ["@acme/core said E2", "@acme/core said E3"]);
    let mara = Decision { actor: "mara".to_owned(), reason: "it was sold".to_owned() };
    assert_eq!(store.owner_unset(std::slice::from_ref(&core), &mara, minute(4)).await.unwrap(), 1);
    assert!(store.owner_list().await.unwrap().is_empty());
    let history = store.owner_history(&core).await.unwrap();
    let expected = ["@acme/core said E3 until 4", "@acme/core said E2 until 4", "@acme/core said E1 until 2"];
    assert_eq!(told(&history), expected);
    assert_eq!(history[0].ended.as_ref().unwrap().decision, mara);
}

#[tokio::test]
async fn a_list_is_the_whole_of_what_its_source_says_and_leaves_others_alone() {
    let world = World::new().await;
    let store = &world.store;
    store.owner_set(&[package(&world, "a")], &[person("E9")], &decision(), minute(1)).await.unwrap();
    let import = async |source, place: &str, said: &[OwnerSaid], at: i64| {
        store.owner_import(source, place, said, &decision(), minute(at)).await.unwrap()
    };
    let both = [said(&world, "a", "E1", 2), said(&world, "b", "E1", 3)];
    let imported = import(OwnerSource::List, "", &both, 2).await;
    assert_eq!(imported, OwnerImported { added: 2, ended: 0, kept: 0 });
    let file = [said(&world, "a", "E2", 7)];
    import(OwnerSource::Codeowners, "code.example/acme/a", &file, 3).await;
    import(OwnerSource::Codeowners, "code.example/acme/b", &[], 3).await;
    let imported = import(OwnerSource::List, "", &[said(&world, "b", "E1", 2)], 4).await;
    assert_eq!(imported, OwnerImported { added: 0, ended: 1, kept: 1 });
    let now = store.owner_list().await.unwrap();
    assert_eq!(told(&now), ["a said E9", "a codeowners E2", "b list E1"]);
    assert_eq!((now[2].since, now[2].evidence.line), (minute(2), Some(2)), "known since then, and on another line");
    let history = store.owner_history(&package(&world, "a")).await.unwrap();
    assert_eq!(told(&history), ["a codeowners E2", "a list E1 until 4", "a said E9"]);
}

#[tokio::test]
async fn whoever_is_erased_is_gone_from_what_was_once_said() {
    let world = World::new().await;
    let (store, core) = (&world.store, [package(&world, "core")]);
    for (key, at) in [("ada@acme.test", 1), ("bob@acme.test", 2)] {
        let by = Decision { actor: "mara".to_owned(), reason: format!("{key} said so") };
        store.owner_set(&core, &[person(key)], &by, minute(at)).await.unwrap();
    }
    for key in ["ada@acme.test", "bob@acme.test", "mara"] {
        store.audit_erase(key, &decision(), minute(9)).await.unwrap();
    }
    let history = store.owner_history(&core[0]).await.unwrap();
    assert_eq!(told(&history), ["core said bob@acme.test", "core said erased until 2"], "what is said now stays");
    assert!(history.iter().all(|row| row.decision.actor == "erased" && row.decision.reason == "erased"));
}

#[tokio::test]
async fn whoever_becomes_a_pseudonym_owns_what_they_owned_as_that() {
    let world = World::new().await;
    let (store, core) = (&world.store, [package(&world, "core")]);
    let owners = [person("E1"), person("E2"), Owner::Address("Ada@acme.test".to_owned())];
    store.owner_set(&core, &owners, &decision(), minute(1)).await.unwrap();
    let erasure = PersonErasure {
        person: PersonKey::from("E1"),
        pseudonym: PersonKey::from("erased-1"),
        names: vec!["E1".to_owned(), "ada@acme.test".to_owned()],
    };
    store.person_erase(&erasure, &decision(), minute(2)).await.unwrap();
    let now = store.owner_list().await.unwrap();
    assert_eq!(told(&now), ["core said erased-1", "core said E2", "core said erased-1"]);
}
