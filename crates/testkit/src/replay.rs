//! A server on this machine that answers what was recorded, and 404 to everything else.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use tokio::task::JoinHandle;

use crate::{Exchange, Recording};

/// A running replay server; it ends when it is dropped.
#[derive(Debug)]
pub struct Replay {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Answers {
    by_path: Arc<HashMap<String, Exchange>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Replay {
    /// Serves the recording on a free port of the loopback interface.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(recording: Recording) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let by_path = recording.exchanges.into_iter().map(|exchange| (exchange.path.clone(), exchange)).collect();
        let answers = Answers { by_path: Arc::new(by_path), asked: Arc::clone(&asked) };
        let router = Router::new().fallback(answer).with_state(answers);
        let task = tokio::spawn(async move {
            // The listener lives as long as the task, so an error here has nobody left to hear it.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, asked, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Every path that was asked for, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(answers): State<Answers>, request: Request) -> Response<Body> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let exchange = answers.by_path.get(&path).cloned();
    answers.asked.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    match exchange {
        Some(exchange) => replayed(&exchange),
        None => missing(),
    }
}

fn replayed(exchange: &Exchange) -> Response<Body> {
    let body = match &exchange.body {
        serde_json::Value::String(text) => text.clone(),
        json => json.to_string(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(exchange.status).unwrap_or(StatusCode::OK);
    for (name, value) in &exchange.headers {
        // The body is sent in another encoding than it was recorded in.
        let is_framing = matches!(name.as_str(), "content-length" | "content-encoding" | "transfer-encoding");
        if let (false, Ok(name), Ok(value)) = (is_framing, HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn missing() -> Response<Body> {
    let mut response = Response::new(Body::from(r#"{"error":"not recorded"}"#));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response
}
