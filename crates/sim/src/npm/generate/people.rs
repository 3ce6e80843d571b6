//! Members, leavers, outsiders, invitations and teams.

use super::{Group, Maker};
use crate::names;
use crate::npm::account::TwoFactor;
use crate::npm::organization::{DEVELOPERS, Role, Team};
use crate::npm::world::{AccountId, Name};

impl Maker {
    pub(super) fn people(&mut self) {
        let organization = Name::clone(&self.organization);
        let owners = (self.shape.members / 40).clamp(1, 12);
        let admins = self.shape.members / 50;
        self.join(self.reader, Role::Admin);
        for number in 1..self.shape.members {
            let account = self.person("2012-01-01");
            let role = match number {
                number if number <= owners => Role::Owner,
                number if number <= owners + admins => Role::Admin,
                _ => Role::Developer,
            };
            self.join(account, role);
        }
        for _ in 0..self.shape.members / 10 + 1 {
            let account = self.person("2012-01-01");
            self.former.push(account);
        }
        for _ in 0..self.shape.packages / 25 + 1 {
            let account = self.person("2014-01-01");
            self.outside.push(account);
        }
        for _ in 0..self.shape.members / 50 + 1 {
            let account = self.person("2022-01-01");
            let name = self.world.name_of(account).to_owned();
            self.world.invite(&organization, &name, Role::Developer);
        }
        self.leave_developers();
    }

    fn person(&mut self, since: &str) -> AccountId {
        let (wanted, fullname) = names::person(&mut self.dice);
        let ids = &self.world.account_ids;
        let name = names::free(&wanted, &mut self.dice, |name| ids.contains_key(name));
        let id = self.world.ensure_account(&name);
        let created = self.since(since);
        let mode = match self.dice.below(10) {
            0 => TwoFactor::Off,
            1 | 2 => TwoFactor::AuthOnly,
            _ => TwoFactor::AuthAndWrites,
        };
        let account = &mut self.world.accounts[id.0 as usize];
        account.created = created;
        account.two_factor = mode;
        account.fullname = self.dice.chance(60).then(|| fullname.as_str().into());
        id
    }

    fn join(&mut self, account: AccountId, role: Role) {
        self.world.organization_mut(&self.organization).join(account, role);
        self.members.push(account);
    }

    /// Some members are taken out of the team that everybody joins.
    fn leave_developers(&mut self) {
        let mut stay = |_: &AccountId| !self.dice.chance(7);
        let teams = &mut self.world.organization_mut(&self.organization).teams;
        if let Some(developers) = teams.get_mut(DEVELOPERS) {
            developers.members.retain(&mut stay);
        }
    }

    /// A few big teams, then many small ones, some empty.
    pub(super) fn teams(&mut self) {
        for number in 0..self.shape.teams {
            let size = match number {
                _ if self.dice.chance(3) => 0,
                number if number < self.shape.teams / 20 + 1 => self.members.len() * (20 + self.dice.below(50)) / 100,
                _ => self.dice.skewed(self.members.len().min(40)),
            };
            let name = self.team_name();
            let members: Vec<_> = (0..size)
                .map(|_| {
                    let place = self.dice.below(self.members.len());
                    self.members[place]
                })
                .collect();
            let team = Team { members: members.iter().copied().collect(), ..Team::default() };
            self.world.organization_mut(&self.organization).teams.insert(Name::clone(&name), team);
            self.groups.push(Group { name, members });
        }
    }

    fn team_name(&mut self) -> Name {
        let wanted = names::team(&mut self.dice);
        let teams = &self.world.organizations[&self.organization].teams;
        names::free(&wanted, &mut self.dice, |name| teams.contains_key(name)).into()
    }
}
