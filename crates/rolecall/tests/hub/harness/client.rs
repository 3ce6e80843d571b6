//! Somebody, or something, that asks the hub.

use std::path::Path;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Method};
use serde_json::Value as Json;

use super::Answer;

/// How a client shows who it is.
#[derive(Clone, Debug)]
enum Credential {
    Nobody,
    /// As a browser does. What forms say goes with the session.
    Session {
        cookie: String,
        csrf: String,
    },
    /// As a program does.
    Token(String),
}

/// Asks a hub. It follows no redirection.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    credential: Credential,
}

impl Client {
    /// Asks as nobody, and believes in whoever this certificate is of, beside those that the machine does.
    pub(super) fn new(base: &str, trusted: Option<&Path>) -> Self {
        // This client's own TLS wants a provider, although nothing here speaks TLS.
        rolecall_http::provider_install();
        // A hub that refuses a body closes the connection, on which the next request would be lost.
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).pool_max_idle_per_host(0);
        let authority = trusted.map(|file| Certificate::from_pem(&std::fs::read(file).unwrap()).unwrap());
        let http = http.tls_certs_merge(authority).build().unwrap();
        Self { http, base: base.trim_end_matches('/').to_owned(), credential: Credential::Nobody }
    }

    /// The same with an API token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { credential: Credential::Token(token.to_owned()), ..self.clone() }
    }

    /// Asks this hub as somebody asks another one: hubs that share a database know the same people.
    pub(crate) fn same_as(&self, other: &Self) -> Self {
        Self { credential: other.credential.clone(), ..self.clone() }
    }

    /// The same with the session that an answer opened.
    pub(super) async fn with_session_of(&self, answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        assert!(cookie.contains('='), "no session in {answer:#?}");
        let with = |csrf| Self { credential: Credential::Session { cookie: cookie.clone(), csrf }, ..self.clone() };
        let account = with(String::new()).get("/account").await.expect(200);
        with(account.between("name=\"csrf\" value=\"", "\""))
    }

    /// The same with any session cookie's value.
    pub(crate) fn with_session(&self, value: &str) -> Self {
        let credential = Credential::Session { cookie: format!("rolecall={value}"), csrf: String::new() };
        Self { credential, ..self.clone() }
    }

    /// The session cookie, as a thief would copy it.
    pub(crate) fn session(&self) -> &str {
        let Credential::Session { cookie, .. } = &self.credential else { panic!("there is no session") };
        cookie.split_once('=').expect("it has a value").1
    }

    /// The address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request, with what shows who asks, and in a session with what shows that a page of it does.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, self.address(path));
        match &self.credential {
            Credential::Nobody => request,
            Credential::Session { cookie, csrf } => request.header("cookie", cookie).header("x-csrf-token", csrf),
            Credential::Token(token) => request.header("authorization", format!("Bearer {token}")),
        }
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Any method, without a body.
    pub(crate) async fn ask(&self, method: &str, path: &str) -> Answer {
        self.send(self.request(method.parse().unwrap(), path)).await
    }

    /// Sends a form, as a page of the session would.
    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if let Credential::Session { csrf, .. } = &self.credential {
            form.append_pair("csrf", csrf);
        }
        let request = self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(form.finish())).await
    }

    /// Sends JSON.
    pub(crate) async fn json(&self, method: &str, path: &str, body: &Json) -> Answer {
        self.raw(method, path, "application/json", body.to_string()).await
    }

    /// Sends any body.
    pub(crate) async fn raw(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.request(method.parse().unwrap(), path).header("content-type", content_type);
        self.send(request.body(body)).await
    }

    /// What forms of the session say; empty for whoever has none.
    pub(crate) fn csrf(&self) -> &str {
        if let Credential::Session { csrf, .. } = &self.credential { csrf } else { "" }
    }

    /// Sends a form of any kind, without the header by which scripts show that a page of the session asks.
    pub(crate) async fn raw_form(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
        let Credential::Session { cookie, .. } = &self.credential else { panic!("only a session has forms") };
        let request = self.http.request(Method::POST, self.address(path)).header("cookie", cookie);
        self.send(request.header("content-type", content_type).body(body)).await
    }

    /// The same session in a page that does not know what forms of it say.
    pub(crate) fn without_csrf(&self) -> Self {
        match &self.credential {
            Credential::Session { cookie, .. } => {
                let credential = Credential::Session { cookie: cookie.clone(), csrf: String::new() };
                Self { credential, ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// Sends a form that says this of the session it is of.
    pub(crate) async fn forged(&self, method: &str, path: &str, csrf: &str) -> Answer {
        let Credential::Session { cookie, .. } = &self.credential else { panic!("only a session has forms") };
        let request = self.http.request(method.parse().unwrap(), self.address(path)).header("cookie", cookie);
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("csrf", csrf).finish();
        self.send(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
    }
}

/// A part of an address.
pub(crate) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
