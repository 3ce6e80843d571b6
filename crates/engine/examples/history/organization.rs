//! An organisation whose teams have exactly so many members, the same for the same seed.

use std::collections::BTreeSet;

use rolecall_model::{Fact, ListingKey, ResourceRef};
use serde::Deserialize;

use crate::random::Random;

/// The listings that are read, as the npm connector names them.
const ROSTER: &str = "roster";
const TEAMS: &str = "teams";
const TEAM_MEMBERS: &str = "team-members";
const PACKAGES: &str = "packages";
const TEAM_PACKAGES: &str = "team-packages";

/// So many teams may write each package.
const TEAMS_OF_PACKAGE: usize = 5;

const NAME: &str = "measure";

/// How large an organisation is. Every team has the same number of members.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Size {
    members: u32,
    teams: usize,
    team_size: usize,
    #[serde(default)]
    packages: usize,
}

/// Who is in which team.
pub(crate) struct Organization {
    members: u32,
    /// Of each team: the numbers of its members.
    teams: Vec<BTreeSet<u32>>,
    packages: usize,
    random: Random,
}

impl Organization {
    pub(crate) fn new(size: Size, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let team_size = size.team_size.min(usize::try_from(size.members).unwrap_or(usize::MAX));
        let mut team = || {
            let mut members = BTreeSet::new();
            while members.len() < team_size {
                members.insert(random.below(size.members));
            }
            members
        };
        let teams = (0..size.teams).map(|_| team()).collect();
        Self { members: size.members, teams, packages: size.packages, random }
    }

    /// So many times, somebody leaves a team and somebody else joins it.
    pub(crate) fn change(&mut self, times: usize) {
        for _ in 0..times {
            let count = u32::try_from(self.teams.len()).unwrap_or(u32::MAX);
            let chosen = usize::try_from(self.random.below(count)).unwrap_or_default();
            let Some(team) = self.teams.get_mut(chosen) else { return };
            let joining = (0..100).map(|_| self.random.below(self.members)).find(|member| !team.contains(member));
            // The first from some number on, so that nobody has to be searched for.
            let from = self.random.below(self.members);
            let leaving = team.range(from..).next().or_else(|| team.first()).copied();
            if let (Some(joining), Some(leaving)) = (joining, leaving) {
                team.remove(&leaving);
                team.insert(joining);
            }
        }
    }

    /// What a connector would read of it now, listing by listing.
    pub(crate) fn readings(&self) -> Vec<(ListingKey, Vec<Fact>)> {
        let organization = ResourceRef::new("organization", NAME);
        let roster = (0..self.members).map(|member| Fact::grant(&user(member), &organization, "developer"));
        let exist = (0..self.teams.len()).map(|number| Fact::resource(team(number), Some(organization.clone())));
        let mut readings =
            vec![(key(ROSTER, &organization), roster.collect()), (key(TEAMS, &organization), exist.collect())];
        for (number, members) in self.teams.iter().enumerate() {
            let team = team(number);
            let facts = members.iter().map(|member| Fact::grant(&user(*member), &team, "member"));
            readings.push((key(TEAM_MEMBERS, &team), facts.collect()));
        }
        if self.packages > 0 {
            let exist = (0..self.packages).map(|number| Fact::resource(package(number), Some(organization.clone())));
            readings.push((key(PACKAGES, &organization), exist.collect()));
            readings.extend((0..self.teams.len()).map(|number| self.packages_of(number)));
        }
        readings
    }

    /// What a team may write: packages are dealt to teams one after another.
    fn packages_of(&self, number: usize) -> (ListingKey, Vec<Fact>) {
        let (team, teams) = (team(number), self.teams.len());
        let is_of_team =
            |package: &usize| (0..TEAMS_OF_PACKAGE).any(|turn| (package * TEAMS_OF_PACKAGE + turn) % teams == number);
        let grants = (0..self.packages).filter(is_of_team).map(|each| Fact::grant(&team, &package(each), "read-write"));
        (key(TEAM_PACKAGES, &team), grants.collect())
    }

    /// The name of the organisation.
    pub(crate) const fn name() -> &'static str {
        NAME
    }
}

fn key(kind: &'static str, subject: &ResourceRef) -> ListingKey {
    ListingKey { kind: kind.into(), subject: subject.clone() }
}

fn user(number: u32) -> ResourceRef {
    ResourceRef::new("user", format!("member-{number:05}"))
}

fn package(number: usize) -> ResourceRef {
    ResourceRef::new("package", format!("@{NAME}/package-{number:04}"))
}

fn team(number: usize) -> ResourceRef {
    ResourceRef::new("team", format!("{NAME}/team-{number:04}"))
}
