//! The Cloudsmith connector against a simulated Cloudsmith, listing by listing.

use std::collections::BTreeMap;

use rolecall_connect::cloudsmith::{CloudsmithConnector, CloudsmithOptions, KEY_HEADER, api_parse};
use rolecall_connect::{Connector, ReadRequest};
use rolecall_http::Credential;
use rolecall_model::{Fact, ListingKey, Outcome, Reading, ResourceRef};
use rolecall_sim::cloudsmith::{Server, World, story};
use rstest::rstest;

fn connector(server: &Server, organization: &str, key: &str) -> CloudsmithConnector {
    rolecall_http::provider_install();
    let credential = Credential::header(KEY_HEADER, key.to_owned());
    let api = api_parse(server.url()).unwrap();
    CloudsmithConnector::new(CloudsmithOptions::new(organization, api, Some(credential))).unwrap()
}

/// Every listing that there is, as a sync finds them: those of the root, and those of what they show.
async fn everything(connector: &CloudsmithConnector) -> BTreeMap<ListingKey, Reading> {
    let (mut readings, mut open) = (BTreeMap::new(), vec![connector.root()]);
    while let Some(subject) = open.pop() {
        let listings = connector.declaration().listings.iter().filter(|listing| subject.kind == listing.per);
        for listing in listings {
            let key = ListingKey { kind: listing.kind.into(), subject: subject.clone() };
            let reading = connector.read(&key, ReadRequest::default()).await.unwrap();
            open.extend(reading.facts.iter().filter_map(|fact| match fact {
                Fact::Resource { resource, .. } if *resource != subject => Some(resource.clone()),
                _ => None,
            }));
            readings.insert(key, reading);
        }
    }
    readings
}

async fn served(world: World) -> Server {
    Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap()
}

#[tokio::test]
async fn an_owners_key_reads_everything_whole_and_no_secret_is_kept() {
    let story = story::world();
    let server = served(story.world).await;
    let readings = everything(&connector(&server, story.organization, &story.key)).await;
    for (key, reading) in &readings {
        assert!(matches!(reading.outcome, Outcome::Whole(_)), "{key}: {:?}", reading.outcome);
        let codes: Vec<&str> = reading.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
        // Nobody stated the workspace's default here.
        assert!(codes.iter().all(|code| *code == "not-stated"), "{key}: {codes:?}");
    }
    let of = |kind: &str| {
        let all = readings.values().flat_map(|reading| &reading.facts);
        all.filter(|fact| matches!(fact, Fact::Resource { resource, .. } if resource.kind == kind)).count()
    };
    let kinds =
        ["user", "service", "team", "repository", "oidc-provider", "saml-mapping", "invitation", "api-key-rule"];
    assert_eq!(kinds.map(of), [11, 3, 5, 8, 2, 1, 1, 1]);
    assert!(of("token") >= 3);
    let text = serde_json::to_string(&readings.values().collect::<Vec<_>>()).unwrap();
    assert!(!text.contains("\"key\"") && !text.contains("token_url") && !text.contains(&story.key));
    let sent = server.requests();
    assert!(sent.iter().all(|request| request.method == "GET" && !request.target.contains("/remove")), "{sent:?}");
}

/// A GET that removes a member is one slug away; nothing that a list brings may lead there.
#[rstest]
#[case("lena-k/remove")]
#[case("lena-k%2Fremove")]
#[case("../members/lena-k/remove")]
#[tokio::test]
async fn a_crafted_slug_reaches_no_request(#[case] slug: &str) {
    let story = story::world();
    let server = served(story.world).await;
    let connector = connector(&server, story.organization, &story.key);
    for (kind, subject) in [
        ("team-members", "team"),
        ("privileges", "repository"),
        ("entitlements", "repository"),
        ("oidc-mappings", "oidc-provider"),
    ] {
        let subject = ResourceRef::new(subject, format!("acme/{slug}"));
        let reading = connector.read(&ListingKey { kind: kind.into(), subject }, ReadRequest::default()).await.unwrap();
        assert!(matches!(reading.outcome, Outcome::Unavailable(_)), "{kind}: {:?}", reading.outcome);
    }
    let sent = server.requests();
    assert!(sent.iter().all(|request| !request.target.contains("remove")), "{sent:?}");
    assert!(server.world().members("acme").iter().any(|(member, _)| member == "lena-k"));
}

#[tokio::test]
async fn a_key_that_is_none_is_said_to_be_none() {
    let story = story::world();
    let server = served(story.world).await;
    let key = ListingKey { kind: "roster".into(), subject: ResourceRef::new("organization", story.organization) };
    for credential in
        [Some(Credential::bearer("junk".to_owned())), Some(Credential::header(KEY_HEADER, "junk".to_owned())), None]
    {
        let api = api_parse(server.url()).unwrap();
        let options = CloudsmithOptions::new(story.organization, api, credential);
        let error = CloudsmithConnector::new(options).unwrap().read(&key, ReadRequest::default()).await.unwrap_err();
        assert_eq!(error.reason.code.as_str(), "unauthorised", "{error}");
        assert!(error.hint.is_some());
    }
}
