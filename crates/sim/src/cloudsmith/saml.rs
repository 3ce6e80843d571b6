//! Single sign-on by SAML, and groups of the identity provider that fill teams.

use serde_json::{Map, Value};

use super::shelf::{Id, Name, Shelved};
use super::team::{Seat, Team, TeamRole};
use super::world::World;

/// The settings of single sign-on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Saml {
    pub(crate) enabled: bool,
    pub(crate) enforced: bool,
    pub(crate) group_sync: bool,
    /// The metadata settings, by the names of the API.
    pub(crate) metadata: Map<String, Value>,
}

/// One mapping: whoever has this value in this attribute is in the team.
#[derive(Debug, Clone)]
pub(crate) struct GroupSync {
    pub(crate) slug_perm: Name,
    pub(crate) key: Name,
    pub(crate) value: Name,
    pub(crate) team: Id<Team>,
    pub(crate) role: TeamRole,
}

impl Shelved for GroupSync {
    fn slug(&self) -> &Name {
        &self.slug_perm
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

impl World {
    /// Maps a group of the identity provider to a team.
    pub fn saml_group(&mut self, organization: &str, key: &str, value: &str, team: &str, role: TeamRole) -> &mut Self {
        let team = self.ensure_team(organization, team);
        let slug_perm = self.slug_perm();
        let sync = GroupSync { slug_perm, key: key.into(), value: value.into(), team, role };
        self.organization_mut(organization).group_syncs.put(sync);
        self
    }

    /// Switches the synchronisation of groups on or off.
    pub fn saml_group_sync(&mut self, organization: &str, enabled: bool) -> &mut Self {
        self.organization_mut(organization).saml.group_sync = enabled;
        self
    }

    /// Says whether single sign-on is offered, and whether it is the only way in.
    pub fn saml(&mut self, organization: &str, enabled: bool, enforced: bool) -> &mut Self {
        let saml = &mut self.organization_mut(organization).saml;
        (saml.enabled, saml.enforced) = (enabled, enforced);
        self
    }

    /// A member signs in with these attributes; when groups are synchronised, the member is in
    /// the mapped teams afterwards, and in no other team that anything maps to.
    pub fn saml_login(&mut self, organization: &str, account: &str, attributes: &[(&str, &str)]) -> &mut Self {
        let user = self.users.find(account);
        let (Some(user), Some(it)) = (user, self.at_mut(organization)) else {
            return self;
        };
        if !it.saml.group_sync || it.role(user).is_none() {
            return self;
        }
        let has = |sync: &GroupSync| attributes.contains(&(&*sync.key, &*sync.value));
        let syncs: Vec<_> = it.group_syncs.iter().map(|(_, sync)| (sync.team, sync.role, has(sync))).collect();
        for (team, _, _) in &syncs {
            it.unseat(*team, Seat::User(user));
        }
        for (team, role, _) in syncs.into_iter().filter(|(_, _, mapped)| *mapped) {
            it.seat(team, Seat::User(user), role);
        }
        self
    }
}
