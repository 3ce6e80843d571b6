//! The listener.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;

use crate::route::router;
use crate::site::Site;

/// How long requests that run when the hub is stopped may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves the hub until its context is asked to stop, and then until the requests that run have ended, ten seconds at
/// most. `tls` is what people are spoken to with; without it the hub speaks plainly, behind a proxy or to this machine.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve(site: &Site, listener: TcpListener, tls: Option<ServerConfig>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let handle = Handle::new();
    let stopped = tokio::spawn(stop(site.clone(), handle.clone()));
    let pulse = tokio::spawn(site.pulse().clone().beat());
    let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
    let served = match tls {
        None => axum_server::from_tcp(listener)?.handle(handle).serve(service).await,
        Some(config) => {
            let config = RustlsConfig::from_config(Arc::new(config));
            axum_server::from_tcp_rustls(listener, config)?.handle(handle).serve(service).await
        }
    };
    stopped.abort();
    pulse.abort();
    served
}

async fn stop(site: Site, handle: Handle<SocketAddr>) {
    let mut stop = site.context().stop.clone();
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
    handle.graceful_shutdown(Some(GRACE));
}
