//! Small organisations without any habit: every role, membership, grant and ownership is a throw of the dice, so that
//! combinations appear which no real organisation would keep for long.

use super::Generated;
use crate::npm::organization::{DEVELOPERS, Role};
use crate::npm::package::Permission;
use crate::npm::token::TokenSpec;
use crate::npm::world::World;
use crate::seed::Dice;

const ORGANIZATION: &str = "chance";
const READER: &str = "chance-reader";
const ACCOUNTS: [&str; 11] = ["ada", "Bela", "cy", "d.o", "eve-1", "finn", "gus_7", "hana", "ivo", "jo", "kim"];
const TEAMS: [&str; 4] = ["core", "docs", "ops", "release"];

/// An organisation of at most 12 accounts and 12 packages; the same seed gives the same one.
#[must_use]
pub fn random(seed: u64) -> Generated {
    let mut dice = Dice::new(seed);
    let mut world = World::new();
    if dice.chance(80) {
        world.organization(ORGANIZATION);
    } else {
        world.organization_without_developers(ORGANIZATION);
    }
    let reads_as = if dice.chance(50) { Role::Owner } else { Role::Admin };
    world.member(ORGANIZATION, READER, reads_as);
    let accounts = &ACCOUNTS[..dice.below(ACCOUNTS.len()) + 1];
    accounts.iter().for_each(|account| join(&mut world, &mut dice, account));
    if reads_as == Role::Admin && world.members(ORGANIZATION).iter().all(|(_, role)| *role != Role::Owner) {
        world.member(ORGANIZATION, accounts[0], Role::Owner);
    }
    let teams = teams(&mut world, &mut dice);
    for number in 0..dice.below(12) + 1 {
        package(&mut world, &mut dice, number, &teams, accounts);
    }
    for account in accounts {
        // Who leaves the organisation leaves its teams, and keeps what is their own.
        if dice.chance(10) && world.members(ORGANIZATION).contains(&((*account).to_owned(), Role::Developer)) {
            world.member_remove(ORGANIZATION, account);
        }
    }
    let token = world.token(TokenSpec::granular(READER).reads_organization(ORGANIZATION).named("inventory"));
    Generated { world, organization: ORGANIZATION.to_owned(), reader: READER.to_owned(), token }
}

fn join(world: &mut World, dice: &mut Dice, account: &str) {
    world.account(account);
    match dice.below(10) {
        0 => world.invite(ORGANIZATION, account, Role::Owner),
        1 | 2 => world,
        3 => world.member(ORGANIZATION, account, Role::Owner),
        4 => world.member(ORGANIZATION, account, Role::Admin),
        _ => world.member(ORGANIZATION, account, Role::Developer),
    };
    if dice.chance(30) {
        world.team_member_remove(ORGANIZATION, DEVELOPERS, account);
    }
}

fn teams(world: &mut World, dice: &mut Dice) -> Vec<String> {
    let members: Vec<String> = world.members(ORGANIZATION).into_iter().map(|(name, _)| name).collect();
    for team in &TEAMS[..dice.below(TEAMS.len() + 1)] {
        world.team(ORGANIZATION, team);
        for member in &members {
            if dice.chance(40) {
                world.team_member(ORGANIZATION, team, member);
            }
        }
    }
    world.teams(ORGANIZATION)
}

fn package(world: &mut World, dice: &mut Dice, number: usize, teams: &[String], accounts: &[&str]) {
    let is_scoped = dice.chance(75);
    let name = if is_scoped { format!("@{ORGANIZATION}/p{number}") } else { format!("plain-p{number}") };
    let mut package = world.package(&name);
    if is_scoped && dice.chance(30) {
        package = package.private();
    }
    for account in accounts {
        package = match dice.below(12) {
            0 => package.maintainer(account),
            1 => package.collaborator(account, Permission::Read),
            2 => package.collaborator(account, Permission::Write),
            3 => package.published("1.0.0", account, "2024-05-01"),
            _ => package,
        };
    }
    for team in teams {
        match dice.below(4) {
            0 => world.grant(ORGANIZATION, team, &name, Permission::Write),
            1 => world.grant(ORGANIZATION, team, &name, Permission::Read),
            2 => world.grant_remove(ORGANIZATION, team, &name),
            _ => world,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organisations_stay_small_and_differ() {
        let made: Vec<_> = (0..200).map(random).collect();
        assert!(made.iter().all(|it| it.world.accounts().len() <= 12 && it.world.packages().len() <= 12));
        assert!(made.iter().any(|it| it.world.packages().iter().all(|name| it.world.publishers(name).is_empty())));
        let rights = |it: &Generated| it.world.packages().iter().map(|name| it.world.rights(name)).collect::<Vec<_>>();
        let distinct: std::collections::HashSet<_> = made.iter().map(|it| format!("{:?}", rights(it))).collect();
        assert!(distinct.len() > 190, "{}", distinct.len());
    }
}
