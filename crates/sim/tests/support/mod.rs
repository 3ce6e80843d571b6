//! A client for the simulator's tests: plain HTTP, with as little in between as possible.
// Every test file uses its own part of this one, and a helper that fails should fail loudly.
#![allow(dead_code, clippy::expect_used)]

use std::sync::Once;

use reqwest::{Method, RequestBuilder, Response};
use rolecall_sim::npm::{Server, World};
use serde_json::Value;

/// Starts a server on a free port.
pub(crate) async fn serve(world: World) -> Server {
    Server::start(world, ([127, 0, 0, 1], 0).into()).await.expect("a free port")
}

/// One client, with or without a token.
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    otp: Option<String>,
}

impl Client {
    pub(crate) fn new(server: &Server, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::anonymous(server) }
    }

    pub(crate) fn anonymous(server: &Server) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = reqwest::Client::builder().no_proxy().build();
        Self { http: http.expect("a client"), base: server.url().to_owned(), token: None, otp: None }
    }

    /// The same client, its connections kept open, in somebody else's name.
    pub(crate) fn with(&self, token: &str) -> Self {
        Self { http: self.http.clone(), base: self.base.clone(), token: Some(token.to_owned()), otp: self.otp.clone() }
    }

    /// Does not ask for compressed answers.
    pub(crate) fn plain(mut self) -> Self {
        let http = reqwest::Client::builder().no_proxy().no_gzip().build();
        self.http = http.expect("a client");
        self
    }

    /// Sends this one-time password with every request.
    pub(crate) fn otp(mut self, otp: &str) -> Self {
        self.otp = Some(otp.to_owned());
        self
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(otp) = &self.otp {
            request = request.header("npm-otp", otp);
        }
        request
    }

    pub(crate) async fn response(&self, path: &str) -> Response {
        let sent = self.request(Method::GET, path).send().await;
        sent.expect("an answer")
    }

    /// Status and JSON of a GET (`Null` when the body is no JSON).
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        read(self.response(path).await).await
    }

    /// Status and JSON of a call with a body.
    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let request = self.request(method, path).body(body.to_string());
        read(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::PUT, path, body).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn delete(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::DELETE, path, body).await
    }

    /// Publishes a version, public.
    pub(crate) async fn publish(&self, package: &str, version: &str) -> (u16, Value) {
        let path = format!("/{}", package.replace('/', "%2f"));
        self.put(&path, &upload(package, version)).await
    }
}

/// The document that a client sends to publish a version.
pub(crate) fn upload(package: &str, version: &str) -> Value {
    serde_json::json!({
        "_id": package,
        "name": package,
        "access": "public",
        "dist-tags": { "latest": version },
        "versions": { version: { "name": package, "version": version } },
        "_attachments": { "tarball.tgz": { "data": "", "length": 0 } },
    })
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a whole body");
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}
