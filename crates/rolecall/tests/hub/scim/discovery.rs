//! What the server says of itself.

use serde_json::{Value as Json, json};

use super::{ENTERPRISE, Provider};
use crate::harness::Hub;

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_what_it_can_and_knows() {
    let hub = Hub::start().await;
    let provider = Provider::add(&hub, "Okta");
    let config = provider.get("/scim/v2/ServiceProviderConfig").await.expect(200).json();
    for (feature, wanted) in
        [("patch", true), ("filter", true), ("sort", true), ("etag", true), ("bulk", false), ("changePassword", false)]
    {
        assert_eq!(config[feature]["supported"], wanted, "{feature}");
    }
    let types = provider.get("/scim/v2/ResourceTypes").await.expect(200).json();
    let endpoints: Vec<&Json> = types["Resources"].as_array().unwrap().iter().map(|one| &one["endpoint"]).collect();
    assert_eq!(endpoints, ["/Users", "/Groups"]);
    assert_eq!(types["Resources"][0]["schemaExtensions"], json!([{ "schema": ENTERPRISE, "required": false }]));
    let schemas = provider.get("/scim/v2/Schemas").await.expect(200).json();
    assert_eq!(schemas["totalResults"], 3);
    for one in schemas["Resources"].as_array().unwrap() {
        let alone = provider.get(&format!("/scim/v2/Schemas/{}", one["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(alone.json(), *one);
        let names: Vec<&str> =
            one["attributes"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect();
        assert!(!names.contains(&"password"), "{names:?}");
    }
    provider.get("/scim/v2/ResourceTypes/Group").await.expect(200);
    provider.get("/scim/v2/ResourceTypes/Robot").await.scim_error(404, "");
    provider.get("/scim/v2/Schemas?filter=id%20pr").await.scim_error(403, "");
    provider.get("/scim/v2/Robots").await.scim_error(404, "");
    provider.delete("/scim/v2/Schemas").await.scim_error(405, "");
}
