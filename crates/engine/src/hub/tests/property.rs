use std::collections::BTreeMap;

use proptest::prelude::*;
use rolecall_testkit::cases;

use super::*;

/// What somebody does to somebody, by their numbers.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Invite(Role),
    Give(usize, usize, Role),
    Disable(usize, usize),
    Enable(usize, usize),
    Reset(usize, usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let role = prop::sample::select(Role::ALL.to_vec());
    // Most are done to and by the few first, who are administrators more often.
    let who = 0..4_usize;
    let deed = prop_oneof![
        role.clone().prop_map(Deed::Invite),
        (who.clone(), who.clone(), role).prop_map(|(by, to, role)| Deed::Give(by, to, role)),
        (who.clone(), who.clone()).prop_map(|(by, to)| Deed::Disable(by, to)),
        (who.clone(), who.clone()).prop_map(|(by, to)| Deed::Enable(by, to)),
        (who.clone(), who).prop_map(|(by, to)| Deed::Reset(by, to)),
    ];
    prop::collection::vec(deed, 1..25)
}

impl World {
    /// What somebody is now, as their next request finds it; whoever is disabled has no session and is nobody.
    async fn caller_of(&self, people: &[Person], number: usize) -> Option<Caller> {
        let uuid = people.get(number)?.uuid();
        let user = self.store.hub_user(uuid).await.unwrap();
        let how = How::Session { session: Uuid::nil(), confirmed_at: clock() };
        Some(Caller::of(Some(user), how, peer()))
    }

    async fn does(&self, people: &mut Vec<Person>, deed: Deed) -> Result<(), HubError> {
        let to = |to: usize| people.get(to).map(Person::uuid).unwrap_or_default();
        let nobody = || Caller::nobody(peer());
        match deed {
            Deed::Invite(role) => {
                let name = format!("person-{}", people.len());
                people.push(self.joined(&name, role).await);
                Ok(())
            }
            Deed::Give(by, user, role) => {
                let by = self.caller_of(people, by).await.unwrap_or_else(nobody);
                self.hub.user_role(&by, to(user), role).await.map(drop)
            }
            Deed::Disable(by, user) => {
                let by = self.caller_of(people, by).await.unwrap_or_else(nobody);
                self.hub.user_disable(&by, to(user)).await.map(drop)
            }
            Deed::Enable(by, user) => {
                let by = self.caller_of(people, by).await.unwrap_or_else(nobody);
                self.hub.user_enable(&by, to(user)).await.map(drop)
            }
            Deed::Reset(by, user) => {
                let by = self.caller_of(people, by).await.unwrap_or_else(nobody);
                self.hub.user_reset(&by, to(user), ResetScope::Both).await.map(drop)
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: u32::try_from(cases(24, 500)).unwrap(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_anybody_does_leaves_no_enabled_administrator(deeds in deeds()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let (world, root) = World::founded().await;
            let mut people = vec![root];
            for deed in deeds {
                let before = world.record_count().await;
                let states = async || -> BTreeMap<Uuid, (Role, bool)> {
                    let users = world.store.hub_user_list().await.unwrap();
                    users.into_iter().map(|user| (user.uuid, (user.role, user.is_enabled()))).collect()
                };
                let was = states().await;
                let done = world.does(&mut people, deed).await;
                let is = states().await;
                let administrators = is.values().filter(|(role, enabled)| *role == Role::Administrator && *enabled).count();
                assert!(administrators > 0, "{deed:?} left none");
                assert!(done.is_ok() || was == is, "{deed:?} was refused and changed something");
                assert!(was == is || world.record_count().await > before, "{deed:?} left no record");
            }
            world.is_sound().await;
        });
    }
}
