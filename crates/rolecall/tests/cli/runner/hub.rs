//! A hub of baton's world, as `reference/baton.md` §2.4 tells of one: it gives tokens for signed assertions and hands out
//! tasks, over TLS on this machine. It is written from there and shares nothing with what serves hubs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response as HttpResponse};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rolecall_proto::c1::connectorapi::baton::v1 as proto;
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_server::{BatonService, BatonServiceServer};
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_upload_asset_request::Msg;
use rolecall_proto::c1::connectorapi::baton::v1::task::{SyncFullTask, TaskType};
use rolecall_testkit::{Authority, Binary};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tonic::{Code, Request, Response, Status, Streaming};

/// The host in the client's id, which no resolver knows.
pub(crate) const HOST: &str = "hub.example.test";
/// The client that the hub knows.
pub(crate) const CLIENT: &str = "quiet-otter@hub.example.test/spe";

/// A running hub; it ends when it is dropped.
pub(crate) struct Hub {
    pub(crate) address: SocketAddr,
    pub(crate) authority: Authority,
    secret: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What happened, and what is to happen.
#[derive(Default)]
pub(crate) struct Story {
    pub(crate) hellos: Vec<proto::BatonServiceHelloRequest>,
    pub(crate) finished: Vec<proto::BatonServiceFinishTaskRequest>,
    /// Whole files by task, and how often one was begun.
    pub(crate) uploads: BTreeMap<String, Vec<u8>>,
    pub(crate) uploads_begun: usize,
    pub(crate) heartbeats: Vec<String>,
    pub(crate) tokens: usize,
    pub(crate) asked_for_work: usize,
    pub(crate) tasks: VecDeque<proto::Task>,
    /// Tokens are refused with this status.
    pub(crate) token_refusal: Option<u16>,
    /// The next calls of hello fail with these.
    pub(crate) hello_failures: VecDeque<Code>,
    /// So many uploads break off.
    pub(crate) upload_failures: usize,
    pub(crate) cancelled: BTreeSet<String>,
    /// Tokens before this one are refused by calls.
    pub(crate) tokens_forgotten: usize,
}

/// Longer than anything takes that a connector does.
const PATIENCE: Duration = Duration::from_secs(120);

struct Shared {
    public: Vec<u8>,
    story: Mutex<Story>,
    changed: watch::Sender<u64>,
}

impl Shared {
    fn write<R>(&self, change: impl FnOnce(&mut Story) -> R) -> R {
        let result = change(&mut self.story.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|count| *count += 1);
        result
    }

    async fn until<R>(&self, mut found: impl FnMut(&mut Story) -> Option<R>) -> R {
        let mut changes = self.changed.subscribe();
        loop {
            changes.borrow_and_update();
            if let Some(result) = found(&mut self.story.lock().unwrap_or_else(PoisonError::into_inner)) {
                return result;
            }
            let changed = tokio::time::timeout(PATIENCE, changes.changed()).await;
            changed.expect("nothing happened at the hub for a long time").unwrap();
        }
    }
}

impl Hub {
    pub(crate) async fn start() -> Self {
        Self::started(|authority| Some(spoken(authority))).await
    }

    /// The same without TLS, which somebody before it speaks.
    pub(crate) async fn start_behind() -> Self {
        Self::started(|_| None).await
    }

    async fn started(tls: impl FnOnce(&Authority) -> Option<TlsAcceptor>) -> Self {
        let seed = [42_u8; 32];
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let public = key.public_key().as_ref().to_vec();
        let (x, d) = (URL_SAFE_NO_PAD.encode(&public), URL_SAFE_NO_PAD.encode(seed));
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{d}"}}"#);
        let secret = format!("hub:otter:v1:{}", URL_SAFE_NO_PAD.encode(jwk));
        let authority = Authority::new().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let changed = watch::Sender::new(0);
        let shared = Arc::new(Shared { public, story: Mutex::new(Story::default()), changed });
        let service = BatonServiceServer::new(Calls(Arc::clone(&shared)));
        let router = Router::new()
            .route("/auth/v1/token", post(token))
            .with_state(Arc::clone(&shared))
            .route_service("/c1.connectorapi.baton.v1.BatonService/{call}", service);
        let task = match tls(&authority) {
            Some(acceptor) => {
                let listener = TlsListener { listener, acceptor };
                tokio::spawn(async move { axum::serve(listener, router).await.unwrap() })
            }
            None => tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }),
        };
        Self { address, authority, secret, shared, task }
    }

    /// A binary that knows this hub, and where it is.
    pub(crate) fn known_to(&self, binary: Binary) -> Binary {
        self.named_to(binary).variable("BATON_C1_API_HOST", &self.address.to_string())
    }

    /// A binary that knows this hub by its name.
    pub(crate) fn named_to(&self, binary: Binary) -> Binary {
        binary
            .variable("BATON_CLIENT_ID", CLIENT)
            .variable("BATON_CLIENT_SECRET", &self.secret)
            .variable("BATON_HOST_ID", "a-test")
            .variable("SSL_CERT_FILE", &self.authority.file().display().to_string())
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Changes what is to happen.
    pub(crate) fn tell<R>(&self, change: impl FnOnce(&mut Story) -> R) -> R {
        self.shared.write(change)
    }

    /// Waits for something to have happened.
    pub(crate) async fn until<R>(&self, found: impl FnMut(&mut Story) -> Option<R>) -> R {
        self.shared.until(found).await
    }

    /// Hands out a task.
    pub(crate) fn give(&self, id: &str, work: Option<TaskType>) {
        let task = proto::Task { id: id.to_owned(), task_type: work, ..proto::Task::default() };
        self.tell(|story| story.tasks.push_back(task));
    }

    /// Hands out a full sync.
    pub(crate) fn give_sync(&self, id: &str) {
        let work = SyncFullTask { skip_expand_grants: true, storage_engine: "sqlite".to_owned(), ..Default::default() };
        self.give(id, Some(TaskType::SyncFull(work)));
    }

    /// Waits until a task was said to have ended.
    pub(crate) async fn ended(&self, id: &str) -> proto::BatonServiceFinishTaskRequest {
        let found = |story: &mut Story| story.finished.iter().find(|end| end.task_id == id).cloned();
        self.until(found).await
    }

    /// Goes away.
    pub(crate) fn vanish(&self) {
        self.task.abort();
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn spoken(authority: &Authority) -> TlsAcceptor {
    let acceptor = authority.acceptor("127.0.0.1").unwrap();
    let mut config = (**acceptor.config()).clone();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let Ok((stream, peer)) = self.listener.accept().await else { continue };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Gives a token for an assertion that the client's key signed.
async fn token(State(shared): State<Arc<Shared>>, body: String) -> HttpResponse {
    if let Some(status) = shared.write(|story| story.token_refusal) {
        return (StatusCode::from_u16(status).unwrap(), "no").into_response();
    }
    let form: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    assert_eq!(form["client_id"], CLIENT);
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let (signed, signature) = form["client_assertion"].rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(&ED25519, &shared.public).verify(signed.as_bytes(), &signature).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(signed.rsplit_once('.').unwrap().1).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["aud"], serde_json::json!([HOST]));
    let number = shared.write(|story| {
        story.tokens += 1;
        story.tokens
    });
    Json(serde_json::json!({ "access_token": format!("token-{number}"), "token_type": "Bearer", "expires_in": 600 }))
        .into_response()
}

struct Calls(Arc<Shared>);

impl Calls {
    /// Whoever calls has a token of this hub that it still knows.
    fn let_in<M>(&self, request: &Request<M>) -> Result<(), Status> {
        let proof = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
        let number = proof.and_then(|proof| proof.strip_prefix("Bearer token-")?.parse::<usize>().ok());
        let forgotten = self.0.write(|story| story.tokens_forgotten);
        if number.is_some_and(|number| number > forgotten) { Ok(()) } else { Err(Status::unauthenticated("who?")) }
    }
}

#[async_trait::async_trait]
impl BatonService for Calls {
    async fn hello(
        &self,
        request: Request<proto::BatonServiceHelloRequest>,
    ) -> Result<Response<proto::BatonServiceHelloResponse>, Status> {
        self.let_in(&request)?;
        if let Some(code) = self.0.write(|story| story.hello_failures.pop_front()) {
            return Err(Status::new(code, "not now"));
        }
        self.0.write(|story| story.hellos.push(request.into_inner()));
        Ok(Response::new(Default::default()))
    }

    async fn get_task(
        &self,
        request: Request<proto::BatonServiceGetTaskRequest>,
    ) -> Result<Response<proto::BatonServiceGetTaskResponse>, Status> {
        self.let_in(&request)?;
        assert_eq!(request.into_inner().host_id, "a-test");
        self.0.write(|story| story.asked_for_work += 1);
        let task = self.0.until(|story| story.tasks.pop_front()).await;
        let next_heartbeat = Some(prost_types::Duration { seconds: 1, nanos: 0 });
        Ok(Response::new(proto::BatonServiceGetTaskResponse { task: Some(task), next_heartbeat, ..Default::default() }))
    }

    async fn heartbeat(
        &self,
        request: Request<proto::BatonServiceHeartbeatRequest>,
    ) -> Result<Response<proto::BatonServiceHeartbeatResponse>, Status> {
        self.let_in(&request)?;
        let task = request.into_inner().task_id;
        let cancelled = self.0.write(|story| {
            story.heartbeats.push(task.clone());
            story.cancelled.contains(&task)
        });
        Ok(Response::new(proto::BatonServiceHeartbeatResponse { cancelled, ..Default::default() }))
    }

    async fn upload_asset(
        &self,
        request: Request<Streaming<proto::BatonServiceUploadAssetRequest>>,
    ) -> Result<Response<proto::BatonServiceUploadAssetResponse>, Status> {
        self.let_in(&request)?;
        let is_broken = self.0.write(|story| {
            story.uploads_begun += 1;
            story.upload_failures.checked_sub(1).map(|left| story.upload_failures = left).is_some()
        });
        let mut pieces = request.into_inner();
        let Some(Msg::Metadata(head)) = pieces.message().await?.and_then(|piece| piece.msg) else {
            return Err(Status::invalid_argument("who sends it comes first"));
        };
        let mut whole = Vec::new();
        while let Some(piece) = pieces.message().await? {
            match piece.msg {
                Some(Msg::Data(_)) if is_broken => return Err(Status::unavailable("the disk is full")),
                Some(Msg::Data(data)) => {
                    assert!(data.data.len() <= 512 * 1024);
                    whole.extend(data.data);
                }
                Some(Msg::Eof(end)) if end.sha256_checksum == digest(&SHA256, &whole).as_ref() => {
                    self.0.write(|story| story.uploads.insert(head.task_id.clone(), whole));
                    return Ok(Response::new(Default::default()));
                }
                _ => return Err(Status::invalid_argument("a piece that does not belong here")),
            }
        }
        Err(Status::invalid_argument("the end is missing"))
    }

    async fn finish_task(
        &self,
        request: Request<proto::BatonServiceFinishTaskRequest>,
    ) -> Result<Response<proto::BatonServiceFinishTaskResponse>, Status> {
        self.let_in(&request)?;
        self.0.write(|story| story.finished.push(request.into_inner()));
        Ok(Response::new(Default::default()))
    }
}
