//! Spellings: the same fact in the several forms that registries and their documentation use.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::package::Permission;
use super::quirks::{PermissionWords, Quirks, TeamNames};
use crate::wire::Request;

/// A JSON object in the given order, without building a map first.
#[derive(Debug)]
pub(crate) struct Object<'a>(pub(crate) Vec<(&'a str, &'static str)>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Quirks {
    /// The word for a permission in the answer to this request.
    pub(crate) fn word(&self, permission: Permission, request: &Request) -> &'static str {
        let long = match self.permission_words {
            PermissionWords::ByFormat => request.parameter("format") == Some("cli"),
            PermissionWords::Short => false,
            PermissionWords::Long => true,
        };
        match (permission, long) {
            (Permission::Read, false) => "read",
            (Permission::Read, true) => "read-only",
            (Permission::Write, false) => "write",
            (Permission::Write, true) => "read-write",
        }
    }

    /// A team's name in a list.
    pub(crate) fn team_name(&self, organization: &str, team: &str) -> String {
        match self.team_names {
            TeamNames::Plain => format!("{organization}:{team}"),
            TeamNames::At => format!("@{organization}:{team}"),
            TeamNames::Bare => team.to_owned(),
        }
    }
}
