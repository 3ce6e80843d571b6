//! Calls of a connector's services, by HTTP/2 without TLS: for whoever is on the same machine.

use std::io;

use axum::Router;
use rolecall_proto::c1::connector::v2::connector_service_server::{ConnectorServiceServer, SERVICE_NAME as CONNECTOR};
use rolecall_proto::c1::connector::v2::entitlements_service_server::{
    EntitlementsServiceServer, SERVICE_NAME as ENTITLEMENTS,
};
use rolecall_proto::c1::connector::v2::grants_service_server::{GrantsServiceServer, SERVICE_NAME as GRANTS};
use rolecall_proto::c1::connector::v2::resource_types_service_server::{
    ResourceTypesServiceServer, SERVICE_NAME as RESOURCE_TYPES,
};
use rolecall_proto::c1::connector::v2::resources_service_server::{ResourcesServiceServer, SERVICE_NAME as RESOURCES};
use tokio::net::TcpListener;
use tonic::Status;

use super::ConnectorFile;

/// Answers until `stopped` returns.
///
/// # Errors
/// When nothing can be accepted any more.
pub async fn connector_serve(
    listener: TcpListener,
    connector: ConnectorFile,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router(&connector)).with_graceful_shutdown(stopped).await
}

fn router(connector: &ConnectorFile) -> Router {
    let calls_of = |service: &str| format!("/{service}/{{call}}");
    Router::new()
        .route_service(&calls_of(CONNECTOR), ConnectorServiceServer::new(connector.clone()))
        .route_service(&calls_of(RESOURCE_TYPES), ResourceTypesServiceServer::new(connector.clone()))
        .route_service(&calls_of(RESOURCES), ResourcesServiceServer::new(connector.clone()))
        .route_service(&calls_of(ENTITLEMENTS), EntitlementsServiceServer::new(connector.clone()))
        .route_service(&calls_of(GRANTS), GrantsServiceServer::new(connector.clone()))
        .fallback(|| async { Status::unimplemented("this connector only lists").into_http::<axum::body::Body>() })
}
