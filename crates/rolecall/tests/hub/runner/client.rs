//! A runner, as others write theirs: what it is configured with is what the page shows.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use futures::stream;
use ring::signature::Ed25519KeyPair;
use rolecall_proto::c1::connectorapi::baton::v1 as wire;
use rolecall_proto::google::rpc;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use wire::baton_service_client::BatonServiceClient;
use wire::baton_service_finish_task_request::{Error, FinalState, Success};
use wire::baton_service_upload_asset_request::{Msg, UploadData, UploadEof, UploadMetadata};

use crate::harness::{Answer, Client, Hub};

/// Where proofs are sent to.
pub(crate) const TOKEN: &str = "/auth/v1/token";

/// What a runner has.
pub(crate) struct Runner {
    /// Its connector.
    pub(crate) connector: String,
    pub(crate) client_id: String,
    key: Arc<Ed25519KeyPair>,
    http: Client,
    channel: Channel,
    pub(crate) host: String,
}

impl Runner {
    /// Adds a connector that is read elsewhere, on a page, and takes what that shows.
    pub(crate) async fn added(hub: &Hub, name: &str) -> Self {
        Self::added_trusting(hub, name, None).await
    }

    /// The same of another type.
    pub(crate) async fn added_of(hub: &Hub, connector_type: &str, fields: &[(&str, &str)]) -> Self {
        let page = &hub.administrator().await.browser;
        let path = format!("/connectors/add/{connector_type}/self-hosted");
        Self::shown(hub, &page.post_form(&path, fields).await.expect(200), None)
    }

    /// The same of a hub whose certificate is of this authority.
    pub(crate) async fn added_trusting(hub: &Hub, name: &str, authority: Option<&Path>) -> Self {
        let page = &hub.administrator().await.browser;
        let fields = [("name", name), ("owners", "ada"), ("polling_interval", "DISABLED")];
        let shown = page.post_form("/connectors/add/baton/self-hosted", &fields).await.expect(200);
        Self::shown(hub, &shown, authority)
    }

    /// With another key of the same connector.
    pub(crate) async fn rotated(&self, hub: &Hub) -> Self {
        let page = &hub.administrator().await.browser;
        let path = format!("/connectors/{}/runner/rotate", self.connector);
        Self::shown(hub, &page.post_form(&path, &[]).await.expect(200), None)
    }

    fn shown(hub: &Hub, page: &Answer, authority: Option<&Path>) -> Self {
        let client_id = page.between("BATON_CLIENT_ID=", "\n");
        let secret = page.between("BATON_CLIENT_SECRET=", "</pre>");
        let secret = secret.lines().next().unwrap();
        let encoded = secret.splitn(4, ':').nth(3).expect("four parts");
        let key: Json = serde_json::from_slice(&BASE64.decode(encoded).unwrap()).unwrap();
        let part = |name: &str| BASE64.decode(key[name].as_str().unwrap()).unwrap();
        let key = Arc::new(Ed25519KeyPair::from_seed_and_public_key(&part("d"), &part("x")).unwrap());
        let connector = page.between("<a href=\"/connectors/", "\"");
        let (http, channel) = (hub.nobody(), channel(&hub.url, authority));
        Self { connector, client_id, key, http, channel, host: "build-7".to_owned() }
    }

    /// The same runner on another machine, or asking another hub.
    pub(crate) fn on(&self, hub: &Hub, host: &str) -> Self {
        Self {
            connector: self.connector.clone(),
            client_id: self.client_id.clone(),
            key: Arc::clone(&self.key),
            http: hub.nobody(),
            channel: channel(&hub.url, None),
            host: host.to_owned(),
        }
    }

    /// What it says to be true of itself now.
    pub(crate) fn claims(&self) -> Json {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let host = self.client_id.split(['@', '/']).nth(1).unwrap().split(':').next().unwrap();
        json!({ "iss": self.client_id, "sub": self.client_id, "aud": [host],
                "iat": now, "exp": now + 120, "nbf": now - 120 })
    }

    /// What it signs.
    pub(crate) fn signed(&self, claims: &Json) -> String {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let header = json!({ "alg": "EdDSA", "nonce": NONCE.fetch_add(1, Ordering::Relaxed).to_string() });
        let encoded = |json: &Json| BASE64.encode(json.to_string());
        let text = format!("{}.{}", encoded(&header), encoded(claims));
        format!("{text}.{}", BASE64.encode(self.key.sign(text.as_bytes())))
    }

    /// Sends a proof.
    pub(crate) async fn prove(&self, assertion: &str) -> Answer {
        let fields = [
            ("client_id", self.client_id.as_str()),
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        self.http.post_form(TOKEN, &fields).await
    }

    /// Signs in.
    pub(crate) async fn token(&self) -> String {
        let answer = self.prove(&self.signed(&self.claims())).await.expect(200).json();
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&"Bearer".into(), &900.into()), "{answer:#}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Signs in, and is ready to call.
    pub(crate) async fn calls(&self) -> Calls {
        self.calls_with(&self.token().await)
    }

    /// Calls with any token.
    pub(crate) fn calls_with(&self, token: &str) -> Calls {
        let client = BatonServiceClient::new(self.channel.clone());
        Calls { client, authorization: format!("Bearer {token}"), host: self.host.clone() }
    }
}

fn channel(url: &str, authority: Option<&Path>) -> Channel {
    rolecall_http::provider_install();
    let endpoint = Endpoint::from_shared(url.to_owned()).unwrap();
    let endpoint = match authority {
        Some(file) => {
            let trusted = Certificate::from_pem(std::fs::read(file).unwrap());
            endpoint.tls_config(ClientTlsConfig::new().ca_certificate(trusted)).unwrap()
        }
        None => endpoint,
    };
    endpoint.connect_lazy()
}

/// The methods, as somebody who shows this token.
#[derive(Clone)]
pub(crate) struct Calls {
    client: BatonServiceClient<Channel>,
    authorization: String,
    host: String,
}

impl Calls {
    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.authorization.parse().unwrap());
        request
    }

    pub(crate) async fn hello(&self) -> Result<(), Status> {
        use wire::baton_service_hello_request::{BuildInfo, OsInfo};
        let message = wire::BatonServiceHelloRequest {
            host_id: self.host.clone(),
            build_info: Some(BuildInfo {
                lang_version: "1.2".to_owned(),
                package: "example.com/baton-demo".to_owned(),
                package_version: "v0.3.1".to_owned(),
            }),
            os_info: Some(OsInfo { hostname: self.host.clone(), os: "linux".to_owned(), ..OsInfo::default() }),
            ..wire::BatonServiceHelloRequest::default()
        };
        self.client.clone().hello(self.request(message)).await.map(drop)
    }

    /// What there is to do: the task to read everything, if any.
    pub(crate) async fn task(&self) -> Result<Option<String>, Status> {
        let message = wire::BatonServiceGetTaskRequest { host_id: self.host.clone() };
        let answer = self.client.clone().get_task(self.request(message)).await?.into_inner();
        assert!(answer.next_poll.unwrap().seconds > 0 && answer.next_heartbeat.unwrap().seconds > 0);
        let task = answer.task.expect("a task, if only to do nothing");
        match task.task_type.expect("of a kind") {
            wire::task::TaskType::None(_) => Ok(None),
            wire::task::TaskType::SyncFull(sync) => {
                assert!(sync.skip_expand_grants && sync.storage_engine == "sqlite", "{sync:?}");
                assert!(task.id.len() == 27 && task.id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{}", task.id);
                Ok(Some(task.id))
            }
            other => panic!("{other:?}"),
        }
    }

    /// Says that it is still at it; whether the task is cancelled.
    pub(crate) async fn heartbeat(&self, task: &str) -> Result<bool, Status> {
        let message = wire::BatonServiceHeartbeatRequest {
            host_id: self.host.clone(),
            task_id: task.to_owned(),
            ..wire::BatonServiceHeartbeatRequest::default()
        };
        let answer = self.client.clone().heartbeat(self.request(message)).await?.into_inner();
        assert_eq!(answer.cancelled, answer.cancelled_task_ids.iter().any(|id| id == task), "{answer:?}");
        Ok(answer.cancelled)
    }

    /// Brings a file.
    pub(crate) async fn upload(&self, task: &str, file: &[u8]) -> Result<(), Status> {
        self.upload_with(task, file, &Sha256::digest(file)).await
    }

    /// The same, saying that this is its checksum.
    pub(crate) async fn upload_with(&self, task: &str, file: &[u8], checksum: &[u8]) -> Result<(), Status> {
        let metadata = UploadMetadata { host_id: self.host.clone(), task_id: task.to_owned(), annotations: Vec::new() };
        let mut parts = vec![Msg::Metadata(metadata)];
        parts.extend(file.chunks(512 << 10).map(|part| Msg::Data(UploadData { data: part.to_vec() })));
        parts.push(Msg::Eof(UploadEof { sha256_checksum: checksum.to_vec(), annotations: Vec::new() }));
        self.upload_parts(parts).await
    }

    /// Sends any parts.
    pub(crate) async fn upload_parts(&self, parts: Vec<Msg>) -> Result<(), Status> {
        let parts = parts.into_iter().map(|msg| wire::BatonServiceUploadAssetRequest { msg: Some(msg) });
        self.client.clone().upload_asset(self.request(stream::iter(parts.collect::<Vec<_>>()))).await.map(drop)
    }

    /// Sends parts as they come.
    pub(crate) async fn upload_slowly(&self, parts: mpsc::Receiver<Msg>) -> Result<(), Status> {
        let parts = stream::unfold(parts, async |mut parts| {
            let msg = parts.recv().await?;
            Some((wire::BatonServiceUploadAssetRequest { msg: Some(msg) }, parts))
        });
        self.client.clone().upload_asset(self.request(parts)).await.map(drop)
    }

    /// Says that a task is done.
    pub(crate) async fn done(&self, task: &str) -> Result<(), Status> {
        self.finish(task, None, FinalState::Success(Success::default())).await
    }

    /// Says that it failed.
    pub(crate) async fn failed(&self, task: &str, why: &str, is_retryable: bool) -> Result<(), Status> {
        let said = rpc::Status { code: 7, message: why.to_owned(), details: Vec::new() };
        let error = Error { non_retryable: !is_retryable, ..Error::default() };
        self.finish(task, Some(said), FinalState::Error(error)).await
    }

    async fn finish(&self, task: &str, status: Option<rpc::Status>, end: FinalState) -> Result<(), Status> {
        let message = wire::BatonServiceFinishTaskRequest {
            host_id: self.host.clone(),
            task_id: task.to_owned(),
            status,
            final_state: Some(end),
        };
        self.client.clone().finish_task(self.request(message)).await.map(drop)
    }
}
