//! What was done, and what was recorded of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::harness::{Client, Hub};

/// Addresses that one test uses.
#[derive(Clone, Copy, Debug)]
pub(super) enum Area {
    People,
    Accounts,
    Connectors,
    Runners,
    Findings,
    Rules,
    Reviews,
    Programs,
    Directories,
}

impl Area {
    pub(super) const ALL: [Self; 9] = [
        Self::People,
        Self::Accounts,
        Self::Connectors,
        Self::Runners,
        Self::Findings,
        Self::Rules,
        Self::Reviews,
        Self::Programs,
        Self::Directories,
    ];

    /// Whether `POST /users/invite` is one of them.
    pub(super) fn holds(self, address: &str) -> bool {
        let path = address.split_once(' ').map_or(address, |(_, path)| path);
        let is_under = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
        match self {
            Self::People => is_under(&["/account", "/confirm", "/invitation", "/logins", "/sign-", "/users"]),
            Self::Accounts => is_under(&["/people"]),
            Self::Connectors => is_under(&["/connectors", "/jobs"]) && !Self::Runners.holds(address),
            Self::Runners => {
                path.starts_with("/connectors") && (path.contains("/runner/") || path.ends_with("/self-hosted"))
            }
            Self::Findings => is_under(&["/findings"]),
            Self::Rules => is_under(&["/rules", "/endpoints", "/deliveries"]),
            Self::Reviews => is_under(&["/reviews", "/plans"]),
            Self::Programs => is_under(&["/api/"]),
            Self::Directories => is_under(&["/scim/"]),
        }
    }
}

/// The addresses that say that they leave a record, and which.
pub(super) fn audited(hub: &Hub) -> BTreeMap<String, String> {
    let output = hub.binary.command(&["serve", "--print-routes"]).output().unwrap();
    let routes: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap();
    let text = |route: &Json, name: &str| route[name].as_str().unwrap().to_owned();
    let address = |route: &Json| format!("{} {}", text(route, "method"), text(route, "path"));
    let named = routes.iter().map(|route| (address(route), text(route, "audited")));
    named.filter(|(_, action)| !action.is_empty()).collect()
}

/// What was seen to be recorded.
pub(super) struct Story<'c> {
    auditor: &'c Client,
    audited: BTreeMap<String, String>,
    used: BTreeSet<String>,
    last: i64,
}

impl<'c> Story<'c> {
    /// Begins, with somebody who may read the audit log.
    pub(super) async fn begin(hub: &Hub, auditor: &'c Client) -> Self {
        let mut story = Self { auditor, audited: audited(hub), used: BTreeSet::new(), last: 0 };
        story.fresh().await;
        story
    }

    /// What was recorded since the last look.
    pub(super) async fn fresh(&mut self) -> Vec<String> {
        let log = self.auditor.get("/api/v1/audit?limit=100").await.expect(200).json();
        let records = log["items"].as_array().unwrap().iter();
        let number = |record: &Json| record["sequence"].as_i64().unwrap();
        let fresh: Vec<_> = records.filter(|record| number(record) > self.last).collect();
        self.last = fresh.iter().map(|record| number(record)).max().unwrap_or(self.last);
        fresh.iter().map(|record| record["action"].as_str().unwrap().to_owned()).collect()
    }

    /// That this address was used just now, and that what it says it leaves is recorded.
    pub(super) async fn leaves(&mut self, address: &str) {
        let action = self.audited.get(address).unwrap_or_else(|| panic!("{address} leaves nothing")).clone();
        self.left(&action).await;
        self.used.insert(address.to_owned());
    }

    /// That this is recorded of what was done just now.
    pub(super) async fn left(&mut self, action: &str) {
        let fresh = self.fresh().await;
        assert!(fresh.iter().any(|found| found == action), "no {action} in {fresh:?}");
    }

    /// That nothing is recorded of what was refused just now.
    pub(super) async fn nothing(&mut self) {
        assert_eq!(self.fresh().await, Vec::<String>::new());
    }

    /// That every address of this area was used.
    pub(super) fn covers(&self, area: Area) {
        let unused: Vec<_> =
            self.audited.keys().filter(|address| area.holds(address) && !self.used.contains(*address)).collect();
        assert!(unused.is_empty(), "nobody used {unused:?}");
    }
}
