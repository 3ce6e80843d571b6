//! The SCIM server, as identity providers use it.
//!
//! | question | file |
//! |---|---|
//! | how is a person made, found, changed and deleted? | `users.rs` |
//! | what does Okta send? | `okta.rs` |
//! | what does Entra ID send? | `entra.rs` |
//! | what does the server say of itself? | `discovery.rs` |
//! | which part of what is there is told, in which order? | `listing.rs` |
//! | who is let in, and what is refused? | `refused.rs` |
//! | who is a person then? | `people.rs` |

mod discovery;
mod entra;
mod listing;
mod okta;
mod people;
mod refused;
mod users;

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::harness::{Answer, Client, Hub, encoded};

pub(crate) const USERS: &str = "/scim/v2/Users";
pub(crate) const GROUPS: &str = "/scim/v2/Groups";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// An identity provider that fills a directory of a hub.
pub(crate) struct Provider {
    client: Client,
    pub(crate) token: String,
}

impl Provider {
    /// Makes a directory, as whoever runs the hub does at its machine.
    pub(crate) fn add(hub: &Hub, name: &str) -> Self {
        let output = hub.binary.command(&["people", "scim", "add", name]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        Self { client: hub.nobody().with_token(&token), token }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.client.get(path).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Json) -> Answer {
        self.client.raw(method, path, "application/scim+json; charset=utf-8", body.to_string()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.client.ask("DELETE", path).await
    }

    /// With a header more.
    async fn with(&self, method: &str, path: &str, header: (&'static str, &str), body: &Json) -> Answer {
        let request = self.client.request(method.parse::<Method>().unwrap(), path).header(header.0, header.1);
        let request = request.header("content-type", "application/scim+json");
        self.client.send(if body.is_null() { request } else { request.body(body.to_string()) }).await
    }

    /// A resource that was just made.
    pub(crate) async fn made(&self, path: &str, body: &Json) -> Json {
        self.send("POST", path, body).await.expect(201).json()
    }

    /// What a filter finds.
    async fn found(&self, path: &str, filter: &str) -> Vec<Json> {
        let list = self.get(&format!("{path}?filter={}", encoded(filter))).await.expect(200).json();
        let found = list["Resources"].as_array().unwrap().clone();
        assert_eq!(list["totalResults"], found.len(), "{list:#}");
        found
    }

    /// What operations make of a resource.
    async fn patched(&self, path: &str, operations: Json) -> Json {
        self.send("PATCH", path, &operations_of(operations)).await.expect(200).json()
    }
}

fn operations_of(operations: Json) -> Json {
    let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] });
    body["Operations"] = operations;
    body
}

/// The address of a resource.
pub(crate) fn path_of(resource: &Json) -> String {
    let location = resource["meta"]["location"].as_str().unwrap();
    location.find("/scim/").map(|at| location[at..].to_owned()).unwrap()
}

impl Answer {
    /// That it is an error of this protocol, of this kind.
    #[track_caller]
    fn scim_error(self, status: u16, kind: &str) -> Json {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/scim+json", "{answer:#?}");
        let error = answer.json();
        assert_eq!(error["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(error["status"], status.to_string());
        assert_eq!(error["scimType"].as_str().unwrap_or_default(), kind, "{error:#}");
        assert!(error["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{error:#}");
        error
    }
}
