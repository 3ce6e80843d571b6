//! Small organisations without any habit: every role, team, privilege and default is a throw of the
//! dice, so that combinations appear which no real organisation would keep for long.

use super::Generated;
use crate::cloudsmith::organization::Role;
use crate::cloudsmith::repository::{Broadcast, Level, Principal, Visibility};
use crate::cloudsmith::service::ServiceRole;
use crate::cloudsmith::team::TeamRole;
use crate::cloudsmith::world::World;
use crate::seed::Dice;

const ORGANIZATION: &str = "chance";
const READER: &str = "chance-reader";
/// Together with the reader and the services: twelve.
const ACCOUNTS: [&str; 8] = ["ada", "Bela", "cy", "d-o", "eve-1", "finn", "gus_7", "hana"];
const SERVICES: [&str; 3] = ["build", "deploy", "scan"];
const TEAMS: [&str; 4] = ["core", "docs", "ops", "release"];
const LEVELS: [Level; 4] = [Level::None, Level::Read, Level::Write, Level::Admin];

/// An organisation of at most 12 accounts (people and services) and 12 repositories; the same seed
/// gives the same one. Its reader is an owner.
#[must_use]
pub fn random(seed: u64) -> Generated {
    let mut dice = Dice::new(seed);
    let mut world = World::new();
    world.organization(ORGANIZATION).member(ORGANIZATION, READER, Role::Owner);
    if dice.chance(25) {
        let level = LEVELS[dice.below(LEVELS.len())];
        world.workspace_default(ORGANIZATION, level);
    }
    let accounts = &ACCOUNTS[..dice.below(ACCOUNTS.len()) + 1];
    accounts.iter().for_each(|account| join(&mut world, &mut dice, account));
    let services = &SERVICES[..dice.below(SERVICES.len() + 1)];
    for service in services {
        let role = if dice.chance(30) { ServiceRole::Manager } else { ServiceRole::Member };
        world.service(ORGANIZATION, service, role);
    }
    let teams = teams(&mut world, &mut dice, services);
    for number in 0..dice.below(12) + 1 {
        repository(&mut world, &mut dice, number, teams, services);
    }
    for account in accounts {
        if dice.chance(8) {
            world.deactivate(account);
        } else if dice.chance(8) {
            world.member_remove(ORGANIZATION, account);
        }
    }
    let key = world.key(READER);
    Generated { world, organization: ORGANIZATION.to_owned(), reader: READER.to_owned(), key }
}

fn join(world: &mut World, dice: &mut Dice, account: &str) {
    world.account(account);
    match dice.below(10) {
        0 => world.invite(ORGANIZATION, account, Role::Owner),
        1 => world,
        2 => world.member(ORGANIZATION, account, Role::Owner),
        3 => world.member(ORGANIZATION, account, Role::Manager),
        4 | 5 => world.member(ORGANIZATION, account, Role::Collaborator),
        _ => world.member(ORGANIZATION, account, Role::Member),
    };
    if dice.chance(10) {
        world.member_private(ORGANIZATION, account);
    }
}

fn teams<'a>(world: &mut World, dice: &mut Dice, services: &[&str]) -> &'a [&'static str] {
    let teams = &TEAMS[..dice.below(TEAMS.len() + 1)];
    let members: Vec<String> = world.members(ORGANIZATION).into_iter().map(|(slug, _)| slug).collect();
    for team in teams {
        match dice.chance(25) {
            true => world.hidden_team(ORGANIZATION, team),
            false => world.team(ORGANIZATION, team),
        };
        let role = |dice: &mut Dice| if dice.chance(30) { TeamRole::Manager } else { TeamRole::Member };
        for member in members.iter().filter(|_| dice.chance(40)).collect::<Vec<_>>() {
            let role = role(dice);
            world.team_member(ORGANIZATION, team, member, role);
        }
        for service in services.iter().filter(|_| dice.chance(40)).collect::<Vec<_>>() {
            let role = role(dice);
            world.team_service(ORGANIZATION, team, service, role);
        }
    }
    teams
}

fn repository(world: &mut World, dice: &mut Dice, number: usize, teams: &[&str], services: &[&str]) {
    let slug = format!("repo-{number}");
    let visibility = match dice.below(8) {
        0 => Visibility::Public,
        1 => Visibility::OpenSource,
        _ => Visibility::Private,
    };
    let broadcast = match dice.below(12) {
        0 => Broadcast::Public,
        1 => Broadcast::OpenSource,
        2 => Broadcast::Internal,
        3 => Broadcast::Private,
        _ => Broadcast::Off,
    };
    let default = if dice.chance(35) { LEVELS[dice.below(LEVELS.len())] } else { Level::None };
    world
        .repository(ORGANIZATION, &slug)
        .visibility(visibility)
        .broadcast(broadcast)
        .default_privilege(default)
        .package("thing", "1.0");
    // Nobody outside can be given a privilege.
    let members: Vec<String> = world.members(ORGANIZATION).into_iter().map(|(slug, _)| slug).collect();
    let people = members.iter().map(|member| (Principal::User(member), 15));
    let teams = teams.iter().map(|team| (Principal::Team(team), 45));
    let services = services.iter().map(|service| (Principal::Service(service), 30));
    for (whom, percent) in people.chain(teams).chain(services) {
        if dice.chance(percent) {
            let level = LEVELS[dice.below(3) + 1];
            world.privilege(ORGANIZATION, &slug, whom, level);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(made: &Generated) -> Vec<Level> {
        let world = &made.world;
        let services = world.services(ORGANIZATION).into_iter().map(|(slug, _)| slug);
        let who: Vec<String> = world.accounts().into_iter().chain(services).collect();
        let repositories = world.repositories(ORGANIZATION);
        let each = |slug: &String| who.iter().map(|who| world.level(ORGANIZATION, slug, who)).collect::<Vec<_>>();
        repositories.iter().flat_map(each).collect()
    }

    #[test]
    fn the_organisations_stay_small_and_differ() {
        let made: Vec<_> = (0..200).map(random).collect();
        for it in &made {
            assert!(it.world.accounts().len() + it.world.services(ORGANIZATION).len() <= 12);
            assert!(it.world.repositories(ORGANIZATION).len() <= 12);
        }
        let distinct: std::collections::HashSet<_> = made.iter().map(levels).collect();
        assert!(distinct.len() > 190, "{}", distinct.len());
        let all: Vec<Level> = made.iter().flat_map(levels).collect();
        assert!(LEVELS.iter().all(|level| all.contains(level)));
    }
}
