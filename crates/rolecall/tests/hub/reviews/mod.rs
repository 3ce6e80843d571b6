//! Reviews of access through the front door: from a draft to a step that is done, by forms and by programs.

mod api;
mod mass;
mod pages;
mod roles;

use rolecall_sim::npm::Role;
use serde_json::{Value as Json, json};

use crate::harness::{Client, Hub, Person, Source};

/// A hub with an npm organisation, its administrator, and two reviewers, of whom the first is in the organisation.
pub(crate) struct Scene {
    pub(crate) hub: Hub,
    pub(crate) source: Source,
    pub(crate) connector: String,
    pub(crate) administrator: Person,
    pub(crate) first: Person,
    pub(crate) second: Person,
}

impl Scene {
    pub(crate) async fn begin() -> Self {
        let hub = Hub::start().await;
        let administrator = hub.administrator().await.clone();
        let (first, second) = (hub.person("reviewer").await, hub.person("reviewer").await);
        let name = first.name.clone();
        let source = Source::npm_as(|world| {
            for developer in ["dev-0", "dev-1", "dev-2", name.as_str()] {
                world.account(developer);
                world.member("acme", developer, Role::Developer);
            }
        })
        .await;
        let connector = source.connect(&administrator.program).await["id"].as_str().unwrap().to_owned();
        Self { hub, source, connector, administrator, first, second }
    }

    /// A campaign about the organisation's roles, reviewed by the first reviewer, and what they hold by the second.
    pub(crate) fn definition(&self) -> Json {
        json!({
            "scope": { "connectors": ["npm:acme"], "entitlements": ["organization:owner", "organization:admin", "organization:developer"] },
            "reviewers": [self.first.name, self.second.name],
        })
    }

    /// Makes one, stages it, and starts it. Its id.
    pub(crate) async fn started(&self, name: &str) -> String {
        let program = &self.administrator.program;
        let wish = json!({ "name": name, "definition": self.definition() });
        let made = program.json("POST", "/api/v1/reviews", &wish).await.expect(201).json();
        let id = made["id"].as_str().unwrap().to_owned();
        for word in ["stage", "start"] {
            program.ask("POST", &format!("/api/v1/reviews/{id}/{word}")).await.expect(200);
        }
        id
    }
}

/// The grants of a campaign, as somebody is told of them.
pub(crate) async fn items(client: &Client, id: &str, query: &str) -> Vec<Json> {
    let told = client.get(&format!("/api/v1/reviews/{id}/items?{query}")).await.expect(200).json();
    told["items"].as_array().unwrap().clone()
}

/// The number of what somebody holds.
pub(crate) fn number_of(items: &[Json], holder: &str) -> i64 {
    let found = items.iter().find(|item| item["shown"]["holder"] == holder);
    found.unwrap_or_else(|| panic!("{holder} holds none of {items:#?}"))["number"].as_i64().unwrap()
}
