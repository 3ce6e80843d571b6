use rolecall_model::{Purpose, ResourceRef, Timestamp};
use rolecall_proto::c1::connector::v2 as proto;
use rolecall_proto::c1::connector::v2::connector_service_server::ConnectorService as _;
use rolecall_proto::c1::connector::v2::entitlements_service_server::EntitlementsService as _;
use rolecall_proto::c1::connector::v2::grants_service_server::GrantsService as _;
use rolecall_proto::c1::connector::v2::resource_types_service_server::ResourceTypesService as _;
use rolecall_proto::c1::connector::v2::resources_service_server::ResourcesService as _;
use serde_json::{Map, Value as Json};
use tonic::{Code, Request};

use super::{ConnectorCard, ConnectorFile};
use crate::c1z::{C1zWriter, EntitlementHeld, GrantRow, SyncId, WriteOptions};
use crate::record::{Entitlement, Expandable, Resource, ResourceType};

fn named(kind: &'static str, id: &str) -> ResourceRef {
    ResourceRef::new(kind, id)
}

fn entitlement(resource: &ResourceRef, slug: &str) -> Entitlement {
    Entitlement {
        resource: resource.clone(),
        resource_name: resource.id.to_string(),
        id: format!("{resource}:{slug}"),
        slug: slug.to_owned(),
        display_name: slug.to_owned(),
        description: String::new(),
        grantable_to: vec!["user".to_owned()],
        purpose: Some(Purpose::Permission),
        exclusion: None,
    }
}

fn row<'g>(
    principal: &'g ResourceRef,
    expandable: Option<&'g Expandable>,
    metadata: &'g Map<String, Json>,
    sources: &'g [(&'g str, bool)],
) -> GrantRow<'g> {
    GrantRow { principal, principal_name: "somebody", expandable, is_immutable: false, metadata, sources }
}

/// A team of many members, which writes a package: so each of them does, too.
fn connector() -> ConnectorFile {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = C1zWriter::create(folder.path(), WriteOptions::default()).unwrap();
    writer.sync_begin(&SyncId::new(Timestamp(0), &[0; 16]), Timestamp(0), Timestamp(1)).unwrap();
    for kind in ["organization", "package", "team", "user"] {
        writer.resource_type(&ResourceType { id: kind.to_owned(), ..ResourceType::default() }).unwrap();
    }
    let (organization, team, package) =
        (named("organization", "acme"), named("team", "acme/core"), named("package", "w"));
    for (resource, parent) in [(&organization, None), (&team, Some(&organization)), (&package, Some(&organization))] {
        let record = Resource { parent: parent.cloned(), ..Resource::named(resource.clone(), resource.id.to_string()) };
        writer.resource(&record).unwrap();
    }
    let (member, write) = (entitlement(&team, "member"), entitlement(&package, "write"));
    for one in [&member, &write] {
        writer.entitlement(one).unwrap();
    }
    let (nothing, through) = (Map::new(), [(member.id.as_str(), true)]);
    let (member_held, write_held) = (EntitlementHeld::new(&member), EntitlementHeld::new(&write));
    for number in 0..700 {
        let user = named("user", &format!("user{number}"));
        writer.resource(&Resource::named(user.clone(), user.id.to_string())).unwrap();
        writer.grant(&member_held, &row(&user, None, &nothing, &[])).unwrap();
        writer.grant(&write_held, &row(&user, None, &nothing, &through)).unwrap();
    }
    let expandable = Expandable { entitlements: vec![member.id.clone()], ..Expandable::default() };
    writer.grant(&write_held, &row(&team, Some(&expandable), &nothing, &[])).unwrap();
    let mut file = Vec::new();
    writer.finish(&mut file).unwrap();
    let card = ConnectorCard { display_name: "a test".to_owned(), ..ConnectorCard::default() };
    ConnectorFile::open(card, file.as_slice(), folder.path()).unwrap()
}

fn resource(kind: &str, id: &str) -> Option<proto::Resource> {
    Some(proto::Resource {
        id: Some(proto::ResourceId { resource_type: kind.to_owned(), resource: id.to_owned(), baton_resource: false }),
        ..proto::Resource::default()
    })
}

async fn grants(connector: &ConnectorFile, of: Option<proto::Resource>, page_size: u32) -> Vec<proto::Grant> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = proto::GrantsServiceListGrantsRequest {
            resource: of.clone(),
            page_size,
            page_token: page_token.clone(),
            ..Default::default()
        };
        let answer = connector.list_grants(Request::new(asked)).await.unwrap().into_inner();
        all.extend(answer.list);
        if answer.next_page_token.is_empty() {
            return all;
        }
        assert_ne!(answer.next_page_token, page_token);
        page_token = answer.next_page_token;
    }
}

#[tokio::test]
async fn pages_together_are_everything_and_what_is_passed_on_is_left_to_whoever_asks() {
    let connector = connector();
    for size in [0, 7, 250] {
        assert_eq!(grants(&connector, resource("team", "acme/core"), size).await.len(), 700, "{size}");
        let on_package = grants(&connector, resource("package", "w"), size).await;
        let [only] = &on_package[..] else { panic!("{}", on_package.len()) };
        let words: Vec<&str> = only.annotations.iter().map(|one| one.type_url.as_str()).collect();
        assert!(words.iter().any(|word| word.ends_with("c1.connector.v2.GrantExpandable")), "{words:?}");
    }
}

#[tokio::test]
async fn resources_are_told_with_and_without_their_parent() {
    let connector = connector();
    let list = async |kind: &str, parent| {
        let asked = proto::ResourcesServiceListResourcesRequest {
            resource_type_id: kind.to_owned(),
            parent_resource_id: parent,
            ..Default::default()
        };
        connector.list_resources(Request::new(asked)).await.unwrap().into_inner().list.len()
    };
    let parent = || resource("organization", "acme").unwrap().id;
    assert_eq!((list("team", None).await, list("team", parent()).await), (0, 1));
    assert_eq!((list("user", None).await, list("user", parent()).await), (700, 0));
    let types = connector.list_resource_types(Request::new(Default::default())).await.unwrap().into_inner().list;
    assert_eq!(types.len(), 4);
    let asked =
        proto::EntitlementsServiceListEntitlementsRequest { resource: resource("package", "w"), ..Default::default() };
    assert_eq!(connector.list_entitlements(Request::new(asked)).await.unwrap().into_inner().list[0].slug, "write");
    let card = connector.get_metadata(Request::new(Default::default())).await.unwrap().into_inner();
    assert_eq!(card.metadata.unwrap().display_name, "a test");
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let connector = connector();
    let ask = async |page_size, page_token: &str, resource| {
        let page_token = page_token.to_owned();
        let asked = proto::GrantsServiceListGrantsRequest { resource, page_size, page_token, ..Default::default() };
        connector.list_grants(Request::new(asked)).await.map(|_| ()).map_err(|status| status.code())
    };
    let package = || resource("package", "w");
    assert_eq!(ask(251, "", package()).await, Err(Code::InvalidArgument));
    assert_eq!(ask(0, "next", package()).await, Err(Code::InvalidArgument));
    assert_eq!(ask(0, "", None).await, Err(Code::InvalidArgument));
    assert_eq!(ask(0, "9223372036854775807", package()).await, Ok(()));
}
