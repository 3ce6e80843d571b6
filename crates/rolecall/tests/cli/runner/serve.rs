//! A connector that answers calls.

use std::collections::BTreeSet;
use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::pin::Pin;
use std::task::{Context, Poll};

use rolecall_http::Channel;
use rolecall_proto::c1::connector::v2 as proto;
use rolecall_proto::c1::connector::v2::connector_service_client::ConnectorServiceClient;
use rolecall_proto::c1::connector::v2::grants_service_client::GrantsServiceClient;
use rolecall_proto::c1::connector::v2::resource_types_service_client::ResourceTypesServiceClient;
use rolecall_proto::c1::connector::v2::resources_service_client::ResourcesServiceClient;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::{Code, Status};

use super::support::{Content, Running, TYPES, reading};
use crate::support::{run, served};

/// The way to a connector on this machine.
#[derive(Clone)]
struct Way(Channel);

impl Service<http::Request<Body>> for Way {
    type Response = http::Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let channel = self.0.clone();
        Box::pin(async move {
            let answer = channel.send(request).await.map_err(|error| Status::unavailable(error.to_string()))?;
            Ok(answer.map(Body::new))
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_answered_about_a_file_that_was_written_before() {
    let served = served(341, 8, 3, 4).await;
    let binary = reading(&served);
    let missing = run(&binary, &["runner", "npm", "serve"]);
    assert!(missing.code == 5 && missing.stderr.contains("write it first"), "{missing:?}");
    assert_eq!(run(&binary, &["runner", "npm"]).code, 0);
    let content = Content::of(&std::fs::read(binary.home().join("sync.c1z")).unwrap());

    let mut child = binary.start(&["runner", "npm", "serve"]).unwrap();
    let mut said = String::new();
    tokio::task::block_in_place(|| BufReader::new(child.stdout.take().unwrap()).read_line(&mut said)).unwrap();
    let running = Running(Some(child));
    let address = said.split_whitespace().find(|word| word.starts_with("127.0.0.1:")).unwrap();
    let origin = format!("http://{}", address.trim_end_matches(','));
    let way = Way(Channel::new(origin.parse().unwrap()).unwrap());
    let origin: http::Uri = origin.parse().unwrap();

    let mut connector = ConnectorServiceClient::with_origin(way.clone(), origin.clone());
    let card = connector.get_metadata(proto::ConnectorServiceGetMetadataRequest {}).await.unwrap().into_inner();
    assert_eq!(card.metadata.unwrap().display_name, "npm");
    connector.validate(proto::ConnectorServiceValidateRequest {}).await.unwrap();

    let mut types = ResourceTypesServiceClient::with_origin(way.clone(), origin.clone());
    let listed = types.list_resource_types(proto::ResourceTypesServiceListResourceTypesRequest::default()).await;
    let kinds: Vec<String> = listed.unwrap().into_inner().list.into_iter().map(|kind| kind.id).collect();
    assert_eq!(kinds.iter().map(String::as_str).collect::<BTreeSet<_>>(), TYPES.iter().copied().collect());

    let mut resources = ResourcesServiceClient::with_origin(way.clone(), origin.clone());
    let mut grants = GrantsServiceClient::with_origin(way, origin);
    let direct = content.grants.iter().filter(|grant| {
        grant.sources.is_empty() || grant.sources.iter().any(|(source, _)| *source == grant.entitlement)
    });
    let (mut found, parent) = (0, content.resources.iter().find(|one| one.id.kind.as_str() == "organization").unwrap());
    for kind in ["organization", "package", "team"] {
        let parent = (kind != "organization").then(|| proto::ResourceId {
            resource_type: "organization".to_owned(),
            resource: parent.id.id.to_string(),
            baton_resource: false,
        });
        let asked = proto::ResourcesServiceListResourcesRequest {
            resource_type_id: kind.to_owned(),
            parent_resource_id: parent,
            ..Default::default()
        };
        for resource in resources.list_resources(asked).await.unwrap().into_inner().list {
            let asked = proto::GrantsServiceListGrantsRequest { resource: Some(resource), ..Default::default() };
            found += grants.list_grants(asked).await.unwrap().into_inner().list.len();
        }
    }
    assert_eq!((found, found > 0), (direct.count(), true));
    let nothing = grants.list_grants(proto::GrantsServiceListGrantsRequest::default()).await.unwrap_err();
    assert_eq!(nothing.code(), Code::InvalidArgument);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn nobody_elsewhere_is_answered() {
    let ran = crate::support::binary("").run(&["runner", "npm", "serve", "--listen", "0.0.0.0:0"]).unwrap();
    assert!(ran.code != 0 && ran.stderr.contains("this machine alone"), "{ran:?}");
}
