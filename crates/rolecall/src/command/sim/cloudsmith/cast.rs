//! The organisation that is served, and the parts that accounts and services of it play.

use std::collections::BTreeMap;

use rolecall_sim::cloudsmith::{Level, Role, ServiceRole, World, generate, story};
use serde_json::{Value, json};

use super::SetArgs;

/// An organisation in its service, with the owner that reads it.
pub(super) struct Set {
    pub(super) world: World,
    pub(super) organization: String,
    reader: String,
}

impl Set {
    pub(super) fn of(args: &SetArgs) -> Self {
        let sizes = [args.members, args.teams, args.repositories, args.services];
        let seed = args.seed.unwrap_or_default();
        if args.random {
            return Self::made(generate::random(seed));
        }
        if args.story || (args.seed.is_none() && sizes.iter().all(Option::is_none)) {
            let story = story::world();
            let organization = story.organization.to_owned();
            return Self { world: story.world, organization, reader: story::READER.to_owned() };
        }
        Self::made(generate::world(
            seed,
            generate::Shape {
                members: args.members.unwrap_or(40),
                teams: args.teams.unwrap_or(6),
                repositories: args.repositories.unwrap_or(12),
                services: args.services.unwrap_or(5),
            },
        ))
    }

    fn made(made: generate::Generated) -> Self {
        Self { world: made.world, organization: made.organization, reader: made.reader }
    }

    /// The first account that plays a role and can still be used.
    fn first(&self, wanted: Role) -> Option<String> {
        let members = self.world.members(&self.organization).into_iter();
        let others = members.filter(|(slug, role)| *role == wanted && *slug != self.reader);
        others.map(|(slug, _)| slug).find(|slug| self.world.is_active(slug))
    }

    /// The first account that is not used any more.
    fn inactive(&self) -> Option<String> {
        let members = self.world.members(&self.organization).into_iter();
        members.map(|(slug, _)| slug).find(|slug| !self.world.is_active(slug))
    }

    fn service(&self, wanted: ServiceRole) -> Option<String> {
        let services = self.world.services(&self.organization).into_iter();
        services.filter(|(_, role)| *role == wanted).map(|(slug, _)| slug).next()
    }

    /// The first repository that some members may push to and some may only read, or not even
    /// that, with the first of each.
    fn contrast(&self) -> Option<(String, String, String)> {
        let members = self.world.members(&self.organization).into_iter();
        let plain: Vec<String> = members.filter(|(_, role)| *role < Role::Owner).map(|(slug, _)| slug).collect();
        let plain: Vec<String> = plain.into_iter().filter(|slug| self.world.is_active(slug)).collect();
        self.world.repositories(&self.organization).into_iter().find_map(|repository| {
            let may = |slug: &&String| self.world.level(&self.organization, &repository, slug) >= Level::Write;
            let publisher = plain.iter().find(may)?.clone();
            let reader = plain.iter().find(|slug| !may(slug))?.clone();
            Some((repository, publisher, reader))
        })
    }
}

/// Who is given a key, the repository on which publisher and reader differ, and the token of a pipeline with the service
/// that it can become.
pub(super) struct Cast {
    repository: Option<String>,
    parts: BTreeMap<&'static str, Actor>,
    identity: Option<(String, String)>,
}

/// An account with its key; both empty when the organisation has nobody for the part.
#[derive(Default)]
struct Actor {
    account: Option<String>,
    key: Option<String>,
}

impl Cast {
    /// Finds somebody for every part and makes the keys.
    pub(super) fn of(set: &mut Set) -> Self {
        let (repository, publisher, reader) = match set.contrast() {
            Some((repository, publisher, reader)) => (Some(repository), Some(publisher), Some(reader)),
            None => (None, None, None),
        };
        let mut parts = BTreeMap::new();
        for (part, account) in [
            ("read-only", Some(set.reader.clone())),
            ("owner", set.first(Role::Owner)),
            ("manager", set.first(Role::Manager)),
            ("member", set.first(Role::Member)),
            ("collaborator", set.first(Role::Collaborator)),
            ("inactive", set.inactive()),
            ("publisher", publisher),
            ("reader", reader),
            ("outsider", Some("somebody-else".to_owned())),
        ] {
            let key = account.as_deref().map(|slug| set.world.key(slug));
            parts.insert(part, Actor { account, key });
        }
        let organization = set.organization.clone();
        for (part, role) in [("service", ServiceRole::Member), ("service-manager", ServiceRole::Manager)] {
            let account = set.service(role);
            let key = account.as_deref().map(|slug| set.world.service_key(&organization, slug));
            parts.insert(part, Actor { account, key });
        }
        let identity = set.world.identity(&organization);
        Self { repository, parts, identity }
    }

    /// What is said when the service is ready.
    pub(super) fn announcement(&self, url: &str, organization: &str) -> Value {
        let keys: BTreeMap<_, _> = self.parts.iter().map(|(part, actor)| (part, &actor.key)).collect();
        let accounts: BTreeMap<_, _> = self.parts.iter().map(|(part, actor)| (part, &actor.account)).collect();
        let identity = self.identity.as_ref().map(|(token, service)| json!({ "token": token, "service": service }));
        json!({
            "url": format!("{url}/"),
            "organization": organization,
            "repository": self.repository,
            "keys": keys,
            "accounts": accounts,
            "identity": identity,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_story_is_played_by_somebody_who_fits() {
        let mut set = Set::of(&SetArgs::default());
        let cast = Cast::of(&mut set);
        assert!(cast.parts.values().all(|actor| actor.account.is_some() && actor.key.is_some()));
        let members: BTreeMap<_, _> = set.world.members(&set.organization).into_iter().collect();
        let role = |part: &str| cast.parts[part].account.as_ref().and_then(|slug| members.get(slug)).copied();
        assert_eq!(role("owner"), Some(Role::Owner));
        assert_eq!(role("manager"), Some(Role::Manager));
        assert_eq!(role("member"), Some(Role::Member));
        assert_eq!(role("collaborator"), Some(Role::Collaborator));
        assert_eq!(role("outsider"), None);
        assert_eq!(cast.identity.map(|(_, service)| service).as_deref(), Some("ci"));
    }

    #[test]
    fn publisher_and_reader_differ_in_what_they_may_do() {
        for seed in [None, Some(1), Some(2), Some(3)] {
            let mut set = Set::of(&SetArgs { seed, ..SetArgs::default() });
            let cast = Cast::of(&mut set);
            let repository = cast.repository.as_deref().expect("a repository");
            let may = |part: &str| {
                let account = cast.parts[part].account.as_deref();
                set.world.may_push(&set.organization, repository, account.expect("an account"))
            };
            assert!(may("publisher"), "seed {seed:?}");
            assert!(!may("reader"), "seed {seed:?}");
        }
    }
}
