//! Hooks: addresses that are told when something is published (`npm-api.md` §3.7).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::world::{AccountId, World, iso};

/// One hook. Its secret is taken and never shown.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) owner: AccountId,
    /// `package`, `scope` or `owner`.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) endpoint: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

impl World {
    pub(crate) fn hook_json(&self, hook: &Hook) -> Value {
        json!({
            "id": hook.id,
            "username": self.name_of(hook.owner),
            "name": hook.name,
            "type": hook.kind,
            "endpoint": hook.endpoint,
            "created": iso(hook.created),
            "updated": iso(hook.updated),
            "delivered": false,
            "last_delivery": null,
            "response_code": 0,
            "status": "active",
        })
    }
}
