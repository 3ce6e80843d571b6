//! The services of a connector that reads: itself, resource types, resources, entitlements and grants.

use rolecall_proto::c1::connector::v2 as proto;
use rolecall_proto::c1::connector::v2::connector_service_server::ConnectorService;
use rolecall_proto::c1::connector::v2::entitlements_service_server::EntitlementsService;
use rolecall_proto::c1::connector::v2::grants_service_server::GrantsService;
use rolecall_proto::c1::connector::v2::resource_types_service_server::ResourceTypesService;
use rolecall_proto::c1::connector::v2::resources_service_server::ResourcesService;
use tonic::{Request, Response, Status, async_trait};

use super::ConnectorFile;
use super::file::{Wanted, listed};

type Answer<M> = Result<Response<M>, Status>;

#[async_trait]
impl ConnectorService for ConnectorFile {
    async fn get_metadata(
        &self,
        _: Request<proto::ConnectorServiceGetMetadataRequest>,
    ) -> Answer<proto::ConnectorServiceGetMetadataResponse> {
        let metadata = Some(self.card.metadata());
        Ok(Response::new(proto::ConnectorServiceGetMetadataResponse { metadata }))
    }

    /// The file was looked at when it was opened.
    async fn validate(
        &self,
        _: Request<proto::ConnectorServiceValidateRequest>,
    ) -> Answer<proto::ConnectorServiceValidateResponse> {
        Ok(Response::new(proto::ConnectorServiceValidateResponse::default()))
    }

    async fn cleanup(
        &self,
        _: Request<proto::ConnectorServiceCleanupRequest>,
    ) -> Answer<proto::ConnectorServiceCleanupResponse> {
        Ok(Response::new(proto::ConnectorServiceCleanupResponse::default()))
    }
}

#[async_trait]
impl ResourceTypesService for ConnectorFile {
    async fn list_resource_types(
        &self,
        request: Request<proto::ResourceTypesServiceListResourceTypesRequest>,
    ) -> Answer<proto::ResourceTypesServiceListResourceTypesResponse> {
        let asked = request.into_inner();
        let page = self.page(Wanted::Types, (asked.page_size, &asked.page_token), |row, _| Some(row)).await?;
        Ok(Response::new(proto::ResourceTypesServiceListResourceTypesResponse {
            list: page.list,
            next_page_token: page.next,
            annotations: Vec::new(),
        }))
    }
}

#[async_trait]
impl ResourcesService for ConnectorFile {
    async fn list_resources(
        &self,
        request: Request<proto::ResourcesServiceListResourcesRequest>,
    ) -> Answer<proto::ResourcesServiceListResourcesResponse> {
        let asked = request.into_inner();
        let wanted = Wanted::Resources(asked.resource_type_id, asked.parent_resource_id);
        let page = self.page(wanted, (asked.page_size, &asked.page_token), |row, _| Some(row)).await?;
        Ok(Response::new(proto::ResourcesServiceListResourcesResponse {
            list: page.list,
            next_page_token: page.next,
            annotations: Vec::new(),
        }))
    }
}

#[async_trait]
impl EntitlementsService for ConnectorFile {
    async fn list_entitlements(
        &self,
        request: Request<proto::EntitlementsServiceListEntitlementsRequest>,
    ) -> Answer<proto::EntitlementsServiceListEntitlementsResponse> {
        let asked = request.into_inner();
        let wanted = Wanted::Entitlements(id_of(asked.resource)?);
        let page = self.page(wanted, (asked.page_size, &asked.page_token), |row, _| Some(row)).await?;
        Ok(Response::new(proto::EntitlementsServiceListEntitlementsResponse {
            list: page.list,
            next_page_token: page.next,
            annotations: Vec::new(),
        }))
    }

    /// What can be held is told of each resource.
    async fn list_static_entitlements(
        &self,
        _: Request<proto::EntitlementsServiceListStaticEntitlementsRequest>,
    ) -> Answer<proto::EntitlementsServiceListStaticEntitlementsResponse> {
        Ok(Response::new(proto::EntitlementsServiceListStaticEntitlementsResponse::default()))
    }
}

#[async_trait]
impl GrantsService for ConnectorFile {
    async fn list_grants(
        &self,
        request: Request<proto::GrantsServiceListGrantsRequest>,
    ) -> Answer<proto::GrantsServiceListGrantsResponse> {
        let asked = request.into_inner();
        let wanted = Wanted::Grants(id_of(asked.resource)?);
        let page = self.page(wanted, (asked.page_size, &asked.page_token), listed).await?;
        Ok(Response::new(proto::GrantsServiceListGrantsResponse {
            list: page.list,
            next_page_token: page.next,
            annotations: Vec::new(),
        }))
    }
}

fn id_of(resource: Option<proto::Resource>) -> Result<proto::ResourceId, Status> {
    resource.and_then(|resource| resource.id).ok_or_else(|| Status::invalid_argument("no resource is named"))
}
