//! What somebody is on this hub.

use rolecall_engine::hub::Role as Known;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::Told;

/// What somebody may do: everything; install connectors and decide about removals; review access; or read everything, the
/// audit log too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    Administrator,
    ConnectorAdmin,
    Reviewer,
    Auditor,
}

impl Told<Role> for Known {
    fn told(self) -> Role {
        match self {
            Self::Administrator => Role::Administrator,
            Self::ConnectorAdmin => Role::ConnectorAdmin,
            Self::Reviewer => Role::Reviewer,
            Self::Auditor => Role::Auditor,
        }
    }
}

impl Role {
    pub(super) const fn known(self) -> Known {
        match self {
            Self::Administrator => Known::Administrator,
            Self::ConnectorAdmin => Known::ConnectorAdmin,
            Self::Reviewer => Known::Reviewer,
            Self::Auditor => Known::Auditor,
        }
    }
}
