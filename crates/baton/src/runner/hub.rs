//! The calls that a connector makes to its hub, each with a token and a bound on its time.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use rolecall_proto::c1::connectorapi::baton::v1 as proto;
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_client::BatonServiceClient;
use tokio::time::timeout;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Code, IntoStreamingRequest as _, Request, Response, Status};

use super::RunnerHost;
use super::backoff::Backoff;
use super::token::Tokens;
use super::upload::Upload;
use super::wire::{Wire, Wired};
use crate::connector::ConnectorCard;

/// How long a call may take. A hub may leave a question for work open until there is some.
const PATIENCE: Duration = Duration::from_secs(30);
const PATIENCE_FOR_WORK: Duration = Duration::from_secs(330);
const PATIENCE_FOR_FILES: Duration = Duration::from_secs(3600);
/// How often a file is sent, and how often its end is told.
const UPLOADS: u32 = 3;
const ENDINGS: u32 = 6;
/// The largest answer, in bytes: a task may name many resources.
const LARGEST: usize = 32 << 20;

type Client = BatonServiceClient<Wired>;

/// A hub, as one client is let in.
pub(super) struct Hub {
    client: Client,
    tokens: Tokens,
    host: RunnerHost,
}

impl Hub {
    pub(super) fn new(wire: Arc<dyn Wire>, origin: Uri, tokens: Tokens, host: RunnerHost) -> Self {
        let client = Client::with_origin(Wired(wire), origin).max_decoding_message_size(LARGEST);
        Self { client, tokens, host }
    }

    /// Says who this is: by itself, or because a task asks for it.
    pub(super) async fn hello(&self, task: &str, card: &ConnectorCard) -> Result<(), Status> {
        let request = self.host.hello(task, card);
        self.ask(request, PATIENCE, |mut client, request| async move { client.hello(request).await }).await.map(drop)
    }

    /// Asks for something to do.
    pub(super) async fn task_get(&self) -> Result<proto::BatonServiceGetTaskResponse, Status> {
        let request = proto::BatonServiceGetTaskRequest { host_id: self.host.id.clone() };
        self.ask(request, PATIENCE_FOR_WORK, |mut client, request| async move { client.get_task(request).await }).await
    }

    /// Says that a task is still worked on.
    pub(super) async fn heartbeat(&self, task: &str) -> Result<proto::BatonServiceHeartbeatResponse, Status> {
        let request = proto::BatonServiceHeartbeatRequest {
            host_id: self.host.id.clone(),
            task_id: task.to_owned(),
            annotations: Vec::new(),
            task_ids: vec![task.to_owned()],
        };
        self.ask(request, PATIENCE, |mut client, request| async move { client.heartbeat(request).await }).await
    }

    /// Sends a file, from its first byte at each attempt.
    pub(super) async fn upload(&self, upload: &Upload) -> Result<(), Status> {
        let mut backoff = Backoff::new();
        for attempt in 1.. {
            let Err(status) = self.upload_once(upload).await else { break };
            if attempt == UPLOADS || is_for_good(status.code()) {
                return Err(status);
            }
            tracing::warn!(code = ?status.code(), why = status.message(), attempt, "the file did not arrive");
            backoff.wait().await;
        }
        Ok(())
    }

    async fn upload_once(&self, upload: &Upload) -> Result<(), Status> {
        let (pieces, trouble) = upload.pieces(&self.host.id).await?;
        let mut request = pieces.into_streaming_request();
        let proof = self.tokens.proof().await?;
        prove(&mut request, proof.clone());
        let mut client = self.client.clone();
        let sent = timeout(PATIENCE_FOR_FILES, client.upload_asset(request)).await;
        if matches!(&sent, Ok(Err(status)) if status.code() == Code::Unauthenticated) {
            self.tokens.forget(&proof).await;
        }
        // A file that cannot be read ends the stream early, which is all that the hub can say of it.
        match trouble.take() {
            Some(status) => Err(status),
            None => sent.unwrap_or_else(|_| Err(late())).map(drop),
        }
    }

    /// Says how a task ended. A hub that does not hear it gives the task to somebody again after a while.
    pub(super) async fn task_finish(
        &self,
        task: &str,
        end: proto::BatonServiceFinishTaskRequest,
    ) -> Result<(), Status> {
        let request =
            proto::BatonServiceFinishTaskRequest { host_id: self.host.id.clone(), task_id: task.to_owned(), ..end };
        let mut backoff = Backoff::new();
        for attempt in 1.. {
            let send = |mut client: Client, request| async move { client.finish_task(request).await };
            let Err(status) = self.ask(request.clone(), PATIENCE, send).await else { break };
            if attempt == ENDINGS || is_for_good(status.code()) {
                return Err(status);
            }
            backoff.wait().await;
        }
        Ok(())
    }

    /// One call. A token that is refused is got anew, once.
    async fn ask<M, R, F>(
        &self,
        message: M,
        patience: Duration,
        send: impl Fn(Client, Request<M>) -> F,
    ) -> Result<R, Status>
    where
        M: Clone,
        F: Future<Output = Result<Response<R>, Status>>,
    {
        let mut is_second = false;
        loop {
            let mut request = Request::new(message.clone());
            let proof = self.tokens.proof().await?;
            prove(&mut request, proof.clone());
            let answered = timeout(patience, send(self.client.clone(), request)).await;
            match answered.unwrap_or_else(|_| Err(late())) {
                Err(status) if status.code() == Code::Unauthenticated && !is_second => {
                    self.tokens.forget(&proof).await;
                    is_second = true;
                }
                answered => return answered.map(Response::into_inner),
            }
        }
    }
}

/// What a hub says that another attempt changes nothing about.
pub(super) const fn is_for_good(code: Code) -> bool {
    matches!(
        code,
        Code::PermissionDenied
            | Code::InvalidArgument
            | Code::Unimplemented
            | Code::FailedPrecondition
            | Code::NotFound
    )
}

fn prove<M>(request: &mut Request<M>, proof: MetadataValue<Ascii>) {
    request.metadata_mut().insert("authorization", proof);
}

fn late() -> Status {
    Status::deadline_exceeded("the hub did not answer in time")
}
