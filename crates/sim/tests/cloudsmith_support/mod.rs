//! A client for the tests of the simulated Cloudsmith.
// Every test file uses its own part of this one, and a helper that fails should fail loudly.
#![allow(dead_code, clippy::expect_used)]

use std::sync::Once;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response};
use rolecall_sim::cloudsmith::{Server, World};
use serde_json::Value;

/// Starts a server on a free port.
pub(crate) async fn serve(world: World) -> Server {
    Server::start(world, ([127, 0, 0, 1], 0).into()).await.expect("a free port")
}

/// One client, with or without an API key.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    key: Option<String>,
}

impl Client {
    pub(crate) fn anonymous(server: &Server) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { http, base: server.url().to_owned(), key: None }
    }

    /// A client with the key of a person.
    pub(crate) fn of(server: &Server, account: &str) -> Self {
        let key = server.world().key(account);
        Self::anonymous(server).with(&key)
    }

    /// The same client, its connections kept open, with another key.
    pub(crate) fn with(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.header("x-api-key", key),
            None => request,
        }
    }

    /// Status, JSON and headers of a GET (`Null` when the body is no JSON).
    pub(crate) async fn whole(&self, path: &str) -> (u16, Value, HeaderMap) {
        let response = self.request(Method::GET, path).send().await.expect("an answer");
        let headers = response.headers().clone();
        let (status, body) = read(response).await;
        (status, body, headers)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let (status, body, _) = self.whole(path).await;
        (status, body)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        answer(self.request(method, path).body(body.to_string())).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::PUT, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::PATCH, path, body).await
    }

    /// Deletes as one generated client does: with a body.
    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.send(Method::DELETE, path, &serde_json::json!({})).await
    }

    /// The words of one field in the rows of a list.
    pub(crate) async fn column(&self, path: &str, field: &str) -> Vec<String> {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        column(&body, field)
    }
}

/// The words of one field in the rows of a list.
pub(crate) fn column(rows: &Value, field: &str) -> Vec<String> {
    let rows = rows.as_array().expect("rows");
    rows.iter().map(|row| row[field].as_str().unwrap_or("").to_owned()).collect()
}

/// Status and JSON of the answer to a request (`Null` when the body is no JSON).
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    read(request.send().await.expect("an answer")).await
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a whole body");
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}
