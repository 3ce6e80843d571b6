//! Organisations of exact size, for measurements that others can repeat: so many teams of so many members each.

use super::Generated;
use crate::npm::organization::{Role, Team};
use crate::npm::package::Permission;
use crate::npm::token::TokenSpec;
use crate::npm::world::{AccountId, Name, World};
use crate::seed::Dice;

const ORGANIZATION: &str = "measure";
const READER: &str = "measure-reader";

/// The exact size of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uniform {
    /// Members, the reading admin and one owner among them.
    pub members: usize,
    /// Teams; there is no `developers` team.
    pub teams: usize,
    /// Members of each team.
    pub team_size: usize,
    /// Packages in the scope. One team writes each, and another reads it.
    pub packages: usize,
}

/// An organisation of exactly this size; the same seed gives the same one.
#[must_use]
pub fn uniform(seed: u64, size: Uniform) -> Generated {
    let mut dice = Dice::new(seed);
    let mut world = World::new();
    world.organization_without_developers(ORGANIZATION).member(ORGANIZATION, READER, Role::Admin);
    let mut members: Vec<AccountId> = world.account_id(READER).into_iter().collect();
    for number in 1..size.members.max(2) {
        let account = world.ensure_account(&format!("user-{number:06}"));
        let role = if number == 1 { Role::Owner } else { Role::Developer };
        world.organization_mut(ORGANIZATION).join(account, role);
        members.push(account);
    }
    let teams = teams(&mut world, &mut dice, &members, size);
    for number in 0..size.packages {
        package(&mut world, &mut dice, number, &teams, &members);
    }
    let token = world.token(TokenSpec::granular(READER).reads_organization(ORGANIZATION).named("inventory"));
    Generated { world, organization: ORGANIZATION.to_owned(), reader: READER.to_owned(), token }
}

fn teams(world: &mut World, dice: &mut Dice, members: &[AccountId], size: Uniform) -> Vec<Name> {
    let names: Vec<Name> = (0..size.teams).map(|number| format!("team-{number:04}").into()).collect();
    for name in &names {
        let mut team = Team::default();
        // Going on from a random place gives exactly as many different members as are asked for.
        let first = dice.below(members.len());
        let around = members.iter().cycle().skip(first).step_by(1 + dice.below(2)).take(members.len());
        team.members.extend(around.take(size.team_size.min(members.len())));
        let missing = size.team_size.min(members.len()) - team.members.len();
        let rest: Vec<AccountId> =
            members.iter().filter(|id| !team.members.contains(id)).take(missing).copied().collect();
        team.members.extend(rest);
        world.organization_mut(ORGANIZATION).teams.insert(Name::clone(name), team);
    }
    names
}

fn package(world: &mut World, dice: &mut Dice, number: usize, teams: &[Name], members: &[AccountId]) {
    let name = format!("@{ORGANIZATION}/package-{number:05}");
    let publisher = members.get(dice.below(members.len())).map(|id| world.name_of(*id).to_owned());
    let publisher = publisher.unwrap_or_else(|| READER.to_owned());
    world
        .package(&name)
        .published("1.0.0", &publisher, "2025-05-01")
        .published("1.1.0", &publisher, "2026-05-01")
        .description("A package for measurements")
        .repository(&format!("git+https://code.example/{ORGANIZATION}/package-{number:05}.git"));
    let of = |place: usize| teams.get(place % teams.len().max(1)).map(|team| team.to_string());
    let writes = dice.below(teams.len());
    for (team, permission) in [(of(writes), Permission::Write), (of(writes + 1), Permission::Read)] {
        if let Some(team) = team {
            world.grant(ORGANIZATION, &team, &name, permission);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_exact() {
        let size = Uniform { members: 200, teams: 10, team_size: 150, packages: 20 };
        let made = uniform(3, size);
        assert_eq!(made.world.members(ORGANIZATION).len(), 200);
        let teams = made.world.teams(ORGANIZATION);
        assert_eq!(teams.len(), 10);
        assert!(teams.iter().all(|team| made.world.team_members(ORGANIZATION, team).len() == 150));
        assert_eq!(made.world.packages().len(), 20);
    }
}
