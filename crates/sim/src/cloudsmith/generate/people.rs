//! Members, teams, services, and the ways in.

use super::Maker;
use crate::clock::{day, later};
use crate::cloudsmith::account::{LoginMethod, User};
use crate::cloudsmith::credential::Actor;
use crate::cloudsmith::invitation::{Invitation, LIFE};
use crate::cloudsmith::organization::Role;
use crate::cloudsmith::service::{Service, ServiceRole};
use crate::cloudsmith::shelf::Id;
use crate::cloudsmith::team::{Seat, Team, TeamRole};
use crate::cloudsmith::world::slugged;
use crate::names;

impl Maker {
    pub(super) fn people(&mut self) {
        let reader = format!("{}-inventory", self.organization);
        let reader = self.world.ensure_user(&reader);
        let joined = day("2026-10-01");
        self.change(|organization, _| organization.join(reader, Role::Owner, joined));
        self.members.push(reader);
        for number in 1..self.shape.members {
            let user = self.person();
            let role = self.role(number);
            let joined = self.since("2021-01-01");
            let private = self.dice.chance(4);
            self.change(|organization, _| {
                organization.join(user, role, joined);
                if let Some(member) = organization.members.get_mut(&user) {
                    member.private = private;
                }
            });
            self.members.push(user);
        }
    }

    fn person(&mut self) -> Id<User> {
        let (wanted, fullname) = names::person(&mut self.dice);
        let users = &self.world.users;
        let slug = names::free(&slugged(&wanted), &mut self.dice, |slug| users.find(slug).is_some());
        let id = self.world.ensure_user(&slug);
        let (created, seen) = (self.since("2018-01-01"), self.since("2026-06-01"));
        let method = match self.dice.below(10) {
            0 => LoginMethod::Password,
            1 => LoginMethod::Social,
            2 => LoginMethod::Oidc,
            _ => LoginMethod::Saml,
        };
        let gone = self.dice.chance(5);
        let long_ago = self.dice.between(day("2023-01-01"), day("2025-12-01"));
        let email = format!("{}@{}.example", wanted.to_lowercase(), self.organization);
        let seen = match self.dice.below(20) {
            _ if gone => Some((long_ago, method)),
            0 => None,
            _ => Some((seen, method)),
        };
        let two_factor = self.dice.chance(85);
        if let Some(user) = self.world.users.get_mut(id) {
            user.name = fullname.into();
            user.email = Some(email.into());
            user.two_factor = two_factor;
            user.active = !gone;
            user.created = created;
            user.last_login = seen;
        }
        id
    }

    /// A few big teams, then many small ones, some empty.
    pub(super) fn teams(&mut self) {
        for number in 0..self.shape.teams {
            let size = match number {
                _ if self.dice.chance(3) => 0,
                number if number < self.shape.teams / 20 + 1 => self.members.len() * (20 + self.dice.below(30)) / 100,
                _ => self.dice.skewed(self.members.len().min(40)),
            };
            let id = self.team();
            for place in 0..size {
                let role = if place == 0 { TeamRole::Manager } else { TeamRole::Member };
                if let Some(user) = self.somebody() {
                    self.change(|organization, _| organization.seat(id, Seat::User(user), role));
                }
            }
            self.teams.push(id);
        }
    }

    fn team(&mut self) -> Id<Team> {
        let wanted = names::team(&mut self.dice);
        let teams = self.world.organizations.get(self.home).map(|it| &it.teams);
        let taken = |slug: &str| teams.is_some_and(|teams| teams.find(slug).is_some());
        let slug = names::free(&wanted, &mut self.dice, taken);
        let hidden = self.dice.chance(6);
        let organization = self.organization.to_string();
        let id = self.world.ensure_team(&organization, &slug);
        self.change(|organization, _| {
            if let Some(team) = organization.teams.get_mut(id) {
                team.hidden = hidden;
            }
        });
        id
    }

    /// Services, most of them in a team.
    pub(super) fn services(&mut self) {
        for _ in 0..self.shape.services {
            let wanted = format!("{}-ci", names::package(&mut self.dice));
            let services = self.world.organizations.get(self.home).map(|it| &it.services);
            let taken = |slug: &str| services.is_some_and(|services| services.find(slug).is_some());
            let slug = names::free(&wanted, &mut self.dice, taken);
            let created = self.since("2022-01-01");
            let mut service = Service::new(&slug, self.world.slug_perm(), created);
            service.created_by = self.somebody();
            service.role = if self.dice.chance(12) { ServiceRole::Manager } else { ServiceRole::Member };
            let team = self.dice.below(self.teams.len());
            let team = self.teams.get(team).copied().filter(|_| self.dice.chance(70));
            let id = self.change(|organization, _| {
                let id = organization.services.put(service);
                if let Some(team) = team {
                    organization.seat(team, Seat::Service(id), TeamRole::Member);
                }
                id
            });
            if let Some(id) = id {
                self.world.key_make(Actor::Service(self.home, id));
                self.services.push(id);
            }
        }
    }

    /// Invitations, and a provider of identities for every fourth service.
    pub(super) fn ways_in(&mut self) {
        for number in 0..self.shape.members / 60 + 1 {
            let (slug_perm, expires) = (self.world.slug_perm(), later(self.world.now, LIFE));
            let email = format!("newcomer-{number}@{}.example", self.organization);
            let (inviter, teams) = (self.members.first().copied(), Vec::new());
            let role = if self.dice.chance(20) { Role::Collaborator } else { Role::Member };
            let sent = Invitation { slug_perm, email: Some(email.into()), user: None, role, teams, inviter, expires };
            self.change(|organization, _| organization.invitations.put(sent));
        }
        let organization = self.organization.to_string();
        for number in 0..self.services.len() / 4 {
            let service = self.services.get(number * 4).copied();
            let slug = service.and_then(|id| {
                let services = &self.world.organizations.get(self.home)?.services;
                services.get(id).map(|service| service.slug.to_string())
            });
            let Some(slug) = slug else { continue };
            let bound = self.dice.chance(80);
            let provider = self.world.oidc(&organization, &format!("Builds of {slug}"), "https://builds.example");
            let provider = provider.service(&slug);
            if bound {
                provider.claim("repository", &format!("{organization}/{slug}"));
            }
        }
    }
}
