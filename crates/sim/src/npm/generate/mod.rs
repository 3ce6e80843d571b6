//! Whole organisations from a seed, with the shape that real ones have: few big teams and many
//! small ones, owners who have not published for years, leavers whose names are still everywhere,
//! outside collaborators, invitations, packages of every kind. [`random`] has no such shape.

mod packages;
mod people;
mod random;
mod uniform;

use jiff::Timestamp;

use super::token::TokenSpec;
use super::world::{AccountId, Name, World, day};
use crate::seed::Dice;

pub use random::random;
pub use uniform::{Uniform, uniform};

const ORGANIZATIONS: [&str; 8] = ["borealis", "cobalt", "driftwood", "ember", "fjord", "granite", "harbor", "juniper"];

/// How big an organisation is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Members, at least three.
    pub members: usize,
    /// Teams beside `developers`.
    pub teams: usize,
    /// Packages, in the scope and outside.
    pub packages: usize,
}

/// A generated organisation and the way to read it.
#[derive(Debug)]
pub struct Generated {
    /// The registry that holds it.
    pub world: World,
    /// The organisation's name.
    pub organization: String,
    /// An admin of the organisation, made for reading it.
    pub reader: String,
    /// A granular, read-only token of that admin.
    pub token: String,
}

/// An organisation of this shape; the same seed and shape give the same organisation.
#[must_use]
pub fn world(seed: u64, shape: Shape) -> Generated {
    let mut maker = Maker::new(seed, shape);
    maker.people();
    maker.teams();
    maker.packages();
    let mut world = maker.world;
    let reader = world.name_of(maker.reader).to_owned();
    let spec = TokenSpec::granular(&reader).reads_organization(&maker.organization);
    let token = world.token(spec.named("inventory"));
    Generated { world, organization: maker.organization.to_string(), reader, token }
}

/// A team while its organisation is being made, its members in a list for quick picking.
struct Group {
    name: Name,
    members: Vec<AccountId>,
}

struct Maker {
    world: World,
    dice: Dice,
    shape: Shape,
    organization: Name,
    reader: AccountId,
    members: Vec<AccountId>,
    /// Members once, not now.
    former: Vec<AccountId>,
    /// Never members.
    outside: Vec<AccountId>,
    groups: Vec<Group>,
}

impl Maker {
    fn new(seed: u64, shape: Shape) -> Self {
        let mut dice = Dice::new(seed);
        let mut world = World::new();
        world.dice = Dice::new(seed.rotate_left(32) ^ 0x5eed);
        let organization = Name::from(dice.pick(&ORGANIZATIONS, "granite"));
        if dice.chance(75) {
            world.organization(&organization);
        } else {
            world.organization_without_developers(&organization);
        }
        let reader = world.ensure_account(&format!("{organization}-inventory"));
        let shape = Shape { members: shape.members.max(3), ..shape };
        let (members, former, outside, groups) = Default::default();
        Self { world, dice, shape, organization, reader, members, former, outside, groups }
    }

    fn one_of(&mut self, accounts: &[AccountId]) -> AccountId {
        let place = self.dice.below(accounts.len());
        accounts.get(place).copied().unwrap_or(self.reader)
    }

    /// A moment since a day, but before now.
    fn since(&mut self, from: &str) -> Timestamp {
        self.dice.between(day(from), self.world.now)
    }
}
