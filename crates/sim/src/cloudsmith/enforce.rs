//! Who may do what with a repository. This is the simulator's own judgement, made from its own state.
//!
//! Facts: `cloudsmith-api.md` §5. The greatest of all that applies counts: the role of an owner, a
//! privilege of one's own, those of one's teams, the repository's default, the organisation's
//! default, and what anyone may do. An account whose requests are refused may do nothing.

use super::credential::Actor;
use super::organization::{Organization, Role};
use super::repository::{Broadcast, Grantee, Level, Repository, Visibility};
use super::shelf::Id;
use super::team::Seat;
use super::world::World;

impl World {
    /// Whether an account or service can list and download what is in a repository with its own key.
    #[must_use]
    pub fn may_read(&self, organization: &str, repository: &str, who: &str) -> bool {
        self.level(organization, repository, who) >= Level::Read
    }

    /// Whether an account or service can push to a repository.
    #[must_use]
    pub fn may_push(&self, organization: &str, repository: &str, who: &str) -> bool {
        self.level(organization, repository, who) >= Level::Write
    }

    /// Whether an account or service can change a repository's settings and privileges.
    #[must_use]
    pub fn may_administer(&self, organization: &str, repository: &str, who: &str) -> bool {
        self.level(organization, repository, who) >= Level::Admin
    }

    /// How far an account, or else a service of that slug, gets in a repository.
    #[must_use]
    pub fn level(&self, organization: &str, repository: &str, who: &str) -> Level {
        let Some(home) = self.organizations.find(organization) else {
            return Level::None;
        };
        let Some(it) = self.organizations.get(home) else {
            return Level::None;
        };
        let user = self.users.find(who).map(Actor::User);
        let service = || it.services.find(who).map(|service| Actor::Service(home, service));
        let actor = user.or_else(service).filter(|actor| self.answered(*actor));
        let kept_out = |actor: &Actor| it.rank(home, *actor).is_some() && self.lacks_factor(it, *actor);
        match (actor.filter(|actor| !kept_out(actor)), it.repositories.named(repository)) {
            (Some(actor), Some(repository)) => self.reach(home, it, repository, Some(actor)),
            _ => Level::None,
        }
    }

    /// Whether requests of this account are answered at all.
    pub(crate) fn answered(&self, actor: Actor) -> bool {
        match actor {
            Actor::User(user) => self.users.get(user).is_some_and(|user| user.active),
            Actor::Service(home, service) => {
                self.organizations.get(home).is_some_and(|it| it.services.get(service).is_some())
            }
        }
    }

    /// Whether somebody is kept out of an organisation for lack of a second factor.
    pub(crate) fn lacks_factor(&self, organization: &Organization, actor: Actor) -> bool {
        let enrolled = match actor {
            Actor::User(user) => self.users.get(user).is_some_and(|user| user.two_factor),
            Actor::Service(..) => true,
        };
        organization.two_factor_required && !enrolled
    }

    /// How far somebody, or anyone, gets in a repository.
    pub(crate) fn reach(
        &self,
        home: Id<Organization>,
        organization: &Organization,
        repository: &Repository,
        actor: Option<Actor>,
    ) -> Level {
        let anyone = open_to_anyone(repository);
        let Some(actor) = actor else {
            return anyone;
        };
        let Some(rank) = organization.rank(home, actor) else {
            return anyone;
        };
        if self.lacks_factor(organization, actor) {
            return anyone;
        }
        let own = own_level(organization, repository, actor);
        anyone.max(own).max(self.by_default(organization, repository, actor, rank))
    }

    /// What the role itself and the defaults give.
    fn by_default(&self, organization: &Organization, repository: &Repository, actor: Actor, rank: Role) -> Level {
        let internal = repository.broadcast == Broadcast::Internal;
        let broadcast = if internal { Level::Read } else { Level::None };
        let quirks = &self.quirks;
        match (actor, rank) {
            (Actor::Service(..), _) => {
                let default = if quirks.defaults_for_services { repository.default_privilege } else { Level::None };
                default.max(if quirks.internal_for_all { broadcast } else { Level::None })
            }
            (_, Role::Owner) => Level::Admin,
            (_, Role::Manager | Role::Member) => {
                repository.default_privilege.max(organization.workspace_default).max(broadcast)
            }
            (_, Role::Collaborator) if quirks.internal_for_all => broadcast,
            (_, Role::Collaborator) => Level::None,
        }
    }
}

/// What a repository lets anyone do, even those who do not say who they are.
fn open_to_anyone(repository: &Repository) -> Level {
    let visible = matches!(repository.visibility, Visibility::Public | Visibility::OpenSource);
    let broadcast = matches!(repository.broadcast, Broadcast::Public | Broadcast::OpenSource);
    if visible || broadcast { Level::Read } else { Level::None }
}

/// The privileges given to somebody and to the teams that somebody is in.
fn own_level(organization: &Organization, repository: &Repository, actor: Actor) -> Level {
    let (grantee, seat) = match actor {
        Actor::User(user) => (Grantee::User(user), Seat::User(user)),
        Actor::Service(_, service) => (Grantee::Service(service), Seat::Service(service)),
    };
    let given = |grantee: Grantee| repository.privileges.get(&grantee).copied().unwrap_or_default();
    let teams = organization.teams_of(seat).into_iter().flatten();
    teams.map(|team| given(Grantee::Team(*team))).fold(given(grantee), Level::max)
}

#[cfg(test)]
mod tests {
    use super::super::{Principal, ServiceRole, TeamRole};
    use super::*;

    fn acme() -> World {
        let mut world = World::new();
        world
            .member("acme", "owner", Role::Owner)
            .member("acme", "manager", Role::Manager)
            .member("acme", "member", Role::Member)
            .member("acme", "external", Role::Collaborator)
            .service("acme", "ci", ServiceRole::Manager)
            .repository("acme", "prod");
        world.account("outsider");
        world
    }

    fn levels(world: &World) -> Vec<Level> {
        let who = ["owner", "manager", "member", "external", "ci", "outsider"];
        who.map(|who| world.level("acme", "prod", who)).to_vec()
    }

    #[test]
    fn by_themselves_only_owners_reach_a_repository() {
        use Level::{Admin, None};
        assert_eq!(levels(&acme()), [Admin, None, None, None, None, None]);
    }

    #[test]
    fn defaults_reach_managers_and_members_only() {
        use Level::{Admin, None, Read, Write};
        let mut world = acme();
        world.repository("acme", "prod").default_privilege(Write);
        assert_eq!(levels(&world), [Admin, Write, Write, None, None, None]);
        world.quirks.defaults_for_services = true;
        assert_eq!(levels(&world), [Admin, Write, Write, None, Write, None]);
        let mut world = acme();
        world.workspace_default("acme", Read);
        assert_eq!(levels(&world), [Admin, Read, Read, None, None, None]);
    }

    #[test]
    fn what_is_public_is_read_by_anyone() {
        use Level::{Admin, None, Read};
        let mut world = acme();
        world.repository("acme", "prod").public();
        assert_eq!(levels(&world), [Admin, Read, Read, Read, Read, Read]);
        world.repository("acme", "prod").private().broadcast(Broadcast::OpenSource);
        assert_eq!(levels(&world), [Admin, Read, Read, Read, Read, Read]);
        world.repository("acme", "prod").broadcast(Broadcast::Internal);
        assert_eq!(levels(&world), [Admin, Read, Read, None, None, None]);
        world.quirks.internal_for_all = true;
        assert_eq!(levels(&world), [Admin, Read, Read, Read, Read, None]);
        world.repository("acme", "prod").broadcast(Broadcast::Private);
        assert_eq!(levels(&world), [Admin, None, None, None, None, None]);
    }

    #[test]
    fn the_greatest_privilege_counts_whatever_the_role_in_the_team() {
        let mut world = acme();
        world
            .team_member("acme", "web", "external", TeamRole::Member)
            .team_service("acme", "web", "ci", TeamRole::Manager)
            .privilege("acme", "prod", Principal::Team("web"), Level::Write)
            .privilege("acme", "prod", Principal::User("external"), Level::Read);
        assert_eq!(world.level("acme", "prod", "external"), Level::Write);
        assert_eq!(world.level("acme", "prod", "ci"), Level::Write);
        world.team_service_remove("acme", "web", "ci");
        assert_eq!(world.level("acme", "prod", "ci"), Level::None);
    }

    #[test]
    fn who_is_refused_may_not_even_read_what_anyone_may() {
        let mut world = acme();
        world.repository("acme", "prod").public();
        world.deactivate("member");
        assert!(!world.may_read("acme", "prod", "member"));
        world.reactivate("member");
        assert!(world.may_read("acme", "prod", "member"));
        world.account("member").two_factor(false);
        world.two_factor_required("acme", true);
        assert!(!world.may_read("acme", "prod", "member"));
    }
}
