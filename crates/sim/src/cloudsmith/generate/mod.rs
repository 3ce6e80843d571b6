//! Whole organisations from a seed, with the shape that real ones have: few big teams and many
//! small ones, leavers whose accounts are merely inactive, external collaborators, services with
//! more rights than their work needs, tokens that never end. [`random`] has no such shape.

mod people;
mod random;
mod repositories;

use jiff::Timestamp;

use super::account::User;
use super::organization::{Organization, Role};
use super::service::Service;
use super::shelf::{Id, Name};
use super::team::Team;
use super::world::World;
use crate::clock::day;
use crate::seed::Dice;

pub use random::random;

const ORGANIZATIONS: [&str; 8] = ["aurora", "basalt", "cinder", "delta", "estuary", "foundry", "glacier", "heron"];

/// How big an organisation is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Members of every role, at least three.
    pub members: usize,
    /// Teams.
    pub teams: usize,
    /// Repositories.
    pub repositories: usize,
    /// Services.
    pub services: usize,
}

/// A generated organisation and the way to read it.
#[derive(Debug)]
pub struct Generated {
    /// The service that holds it.
    pub world: World,
    /// The organisation's slug.
    pub organization: String,
    /// An owner of the organisation, made for reading it.
    pub reader: String,
    /// The API key of that owner.
    pub key: String,
}

/// An organisation of this shape; the same seed and shape give the same organisation.
#[must_use]
pub fn world(seed: u64, shape: Shape) -> Generated {
    let mut maker = Maker::new(seed, shape);
    maker.people();
    maker.teams();
    maker.services();
    maker.repositories();
    maker.ways_in();
    let Maker { mut world, organization, .. } = maker;
    let reader = format!("{organization}-inventory");
    let key = world.key(&reader);
    Generated { world, organization: organization.to_string(), reader, key }
}

struct Maker {
    world: World,
    dice: Dice,
    shape: Shape,
    organization: Name,
    home: Id<Organization>,
    members: Vec<Id<User>>,
    teams: Vec<Id<Team>>,
    services: Vec<Id<Service>>,
}

impl Maker {
    fn new(seed: u64, shape: Shape) -> Self {
        let mut dice = Dice::new(seed);
        let mut world = World::new();
        world.dice = Dice::new(seed.rotate_left(32) ^ 0x5eed);
        let slug = Name::from(dice.pick(&ORGANIZATIONS, "delta"));
        let slug_perm = world.slug_perm();
        let home = world.organizations.put(Organization::new(&slug, slug_perm));
        let shape = Shape { members: shape.members.max(3), ..shape };
        let (members, teams, services) = Default::default();
        Self { world, dice, shape, organization: slug, home, members, teams, services }
    }

    /// One of the members.
    fn somebody(&mut self) -> Option<Id<User>> {
        let place = self.dice.below(self.members.len());
        self.members.get(place).copied()
    }

    /// A moment since a day, but before now.
    fn since(&mut self, from: &str) -> Timestamp {
        self.dice.between(day(from), self.world.now)
    }

    /// Changes the organisation.
    fn change<T>(&mut self, change: impl FnOnce(&mut Organization, &mut Dice) -> T) -> Option<T> {
        let dice = &mut self.dice;
        self.world.organizations.get_mut(self.home).map(|organization| change(organization, dice))
    }

    fn role(&mut self, number: usize) -> Role {
        let owners = (self.shape.members / 60).clamp(1, 8);
        let managers = self.shape.members / 40;
        match number {
            number if number <= owners => Role::Owner,
            number if number <= owners + managers => Role::Manager,
            _ if self.dice.chance(8) => Role::Collaborator,
            _ => Role::Member,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { members: 200, teams: 20, repositories: 50, services: 12 };

    #[test]
    fn the_size_is_what_was_asked_for_and_the_seed_repeats_it() {
        let made = world(7, SHAPE);
        let (world_made, organization) = (&made.world, made.organization.as_str());
        assert_eq!(world_made.members(organization).len(), 200);
        assert_eq!(world_made.teams(organization).len(), 20);
        assert_eq!(world_made.repositories(organization).len(), 50);
        assert_eq!(world_made.services(organization).len(), 12);
        assert!(world_made.members(organization).contains(&(made.reader.clone(), Role::Owner)));
        let again = world(7, SHAPE);
        assert_eq!(made.key, again.key);
        let privileges = |made: &Generated| {
            let repositories = made.world.repositories(&made.organization).into_iter();
            repositories.map(|slug| made.world.privileges(&made.organization, &slug)).collect::<Vec<_>>()
        };
        assert_eq!(privileges(&made), privileges(&again));
    }

    #[test]
    fn there_is_somebody_of_every_kind() {
        let made = world(3, SHAPE);
        let roles: std::collections::BTreeSet<_> =
            made.world.members(&made.organization).into_iter().map(|(_, role)| role).collect();
        assert_eq!(roles.len(), 4, "{roles:?}");
        let inactive = made.world.users.iter().filter(|(_, user)| !user.active).count();
        assert!(inactive > 0);
    }
}
