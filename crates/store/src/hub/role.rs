//! What people may do: four roles, six permissions, one table.

use std::fmt;

/// Something that a person may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Ask anything of what is recorded.
    Read,
    /// Install, change and remove connectors, and have them read.
    Connect,
    /// Decide about removals that wait and about findings, and keep the rules that find them.
    Decide,
    /// Take part in reviews of access.
    Review,
    /// Look after the people who use the hub, and change how it works.
    Administer,
    /// Read the audit log.
    Audit,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 6] = [Self::Read, Self::Connect, Self::Decide, Self::Review, Self::Administer, Self::Audit];

    /// A stable word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Connect => "connect",
            Self::Decide => "decide",
            Self::Review => "review",
            Self::Administer => "administer",
            Self::Audit => "audit",
        }
    }
}

/// What somebody is on this hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// May do everything.
    Administrator,
    /// Looks after connectors and rules, and decides about removals and findings.
    ConnectorAdmin,
    /// Reviews access.
    Reviewer,
    /// Reads everything, the audit log too, and changes nothing.
    Auditor,
}

/// Who may do what.
const TABLE: [(Role, &[Permission]); 4] = {
    use Permission::{Administer, Audit, Connect, Decide, Read, Review};
    [
        (Role::Administrator, &[Read, Connect, Decide, Review, Administer, Audit]),
        (Role::ConnectorAdmin, &[Read, Connect, Decide]),
        (Role::Reviewer, &[Read, Review]),
        (Role::Auditor, &[Read, Audit]),
    ]
};

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Administrator, Self::ConnectorAdmin, Self::Reviewer, Self::Auditor];

    /// What this role may do.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        TABLE.iter().find(|(role, _)| *role == self).map_or(&[], |(_, permissions)| permissions)
    }

    /// Whether this role may do that.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Whether this role may do all that another may.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        other.permissions().iter().all(|permission| self.may(*permission))
    }

    /// A stable word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::ConnectorAdmin => "connector-admin",
            Self::Reviewer => "reviewer",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_who_may_do_what() {
        let may = |role: Role| Permission::ALL.map(|permission| if role.may(permission) { 'x' } else { '.' });
        let rows: Vec<String> = Role::ALL.iter().map(|role| may(*role).iter().collect()).collect();
        // Read, connect, decide, review, administer, audit.
        assert_eq!(rows, ["xxxxxx", "xxx...", "x..x..", "x....x"]);
    }

    #[test]
    fn a_role_covers_itself_and_the_administrator_all() {
        for role in Role::ALL {
            assert!(role.covers(role) && Role::Administrator.covers(role));
            assert_eq!(role.covers(Role::Administrator), role == Role::Administrator);
            assert_eq!(Role::read(role.word()), Some(role));
        }
        assert!(!Role::Reviewer.covers(Role::Auditor) && !Role::ConnectorAdmin.covers(Role::Reviewer));
        assert_eq!(Role::read("owner"), None);
    }
}
