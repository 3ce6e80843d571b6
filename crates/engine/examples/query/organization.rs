//! An organisation of exact size, the same for the same seed: who is in which team, and what teams may do.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::random::Random;

/// For each percent of the full size.
const USERS: u32 = 2_000;
const TEAMS: u32 = 40;
const PACKAGES: u32 = 400;
const MEMBERSHIPS: usize = 10_000;
const GRANTS: usize = 1_200;

/// So many teams, and at most a quarter of them, have half of all memberships: each has a sixteenth of everyone.
const BIG_TEAMS: u32 = 40;

/// Of ten grants so many let a team publish.
const WRITE_IN_TEN: u32 = 7;

/// Of twenty users so many have two-factor authentication and so many have not; of the others nobody says.
const WITH_IN_TWENTY: u32 = 12;
const WITHOUT_IN_TWENTY: u32 = 5;

/// Users, teams and packages are numbers from 0.
pub(crate) struct Organization {
    /// Of each user: whether there is a second factor, where that is known.
    pub(crate) users: Vec<Option<bool>>,
    pub(crate) teams: u32,
    pub(crate) packages: u32,
    /// In order, each once.
    pub(crate) memberships: Vec<Membership>,
    /// In order, each team and package once.
    pub(crate) grants: Vec<Grant>,
}

pub(crate) struct Membership {
    pub(crate) team: u32,
    pub(crate) user: u32,
}

pub(crate) struct Grant {
    pub(crate) team: u32,
    pub(crate) package: u32,
    pub(crate) writes: bool,
}

impl Grant {
    pub(crate) const fn access(&self) -> &'static str {
        if self.writes { "read-write" } else { "read-only" }
    }
}

impl Organization {
    pub(crate) fn new(percent: u32, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (users, teams, packages) = (USERS * percent, TEAMS * percent, PACKAGES * percent);
        let times = usize::try_from(percent).unwrap_or_default();
        let (half, big) = (MEMBERSHIPS * times / 2, BIG_TEAMS.min(teams / 4));
        let mut memberships = pairs(&mut random, half, 0..big, users);
        memberships.append(&mut pairs(&mut random, half, big..teams, users));
        let grants = pairs(&mut random, GRANTS * times, 0..teams, packages);
        Self {
            users: (0..users).map(|_| second_factor(&mut random)).collect(),
            teams,
            packages,
            memberships: memberships.into_iter().map(|(team, user)| Membership { team, user }).collect(),
            grants: grants
                .into_iter()
                .map(|(team, package)| Grant { team, package, writes: random.below(10) < WRITE_IN_TEN })
                .collect(),
        }
    }
}

fn second_factor(random: &mut Random) -> Option<bool> {
    match random.below(20) {
        drawn if drawn < WITH_IN_TWENTY => Some(true),
        drawn if drawn < WITH_IN_TWENTY + WITHOUT_IN_TWENTY => Some(false),
        _ => None,
    }
}

/// So many different pairs of a team and something below `limit`.
fn pairs(random: &mut Random, count: usize, teams: Range<u32>, limit: u32) -> BTreeSet<(u32, u32)> {
    let mut drawn = BTreeSet::new();
    while drawn.len() < count {
        let team = teams.start + random.below(teams.end - teams.start);
        drawn.insert((team, random.below(limit)));
    }
    drawn
}

pub(crate) const NAME: &str = "measure";

pub(crate) fn user(number: u32) -> String {
    format!("member-{number:06}")
}

pub(crate) fn team(number: u32) -> String {
    format!("{NAME}/team-{number:04}")
}

pub(crate) fn package(number: u32) -> String {
    format!("@{NAME}/package-{number:05}")
}
