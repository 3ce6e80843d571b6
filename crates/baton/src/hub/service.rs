//! What a connector calls: messages in, the handler's word out.

use std::sync::Arc;

use rolecall_proto::c1::connectorapi::baton::v1 as wire;
use rolecall_proto::google::rpc;
use tonic::codegen::{Body, Service as _, StdError, http};
use tonic::{Code, Request, Response, Status};
use wire::baton_service_finish_task_request::FinalState;
use wire::baton_service_server::{BatonService, BatonServiceServer};

use super::handler::{Heard, Hello, HubHandler, NextTask, Refusal, TaskOutcome};
use super::{TaskId, text, upload};

/// The service's name, under which its methods are addresses.
pub const SERVICE: &str = "c1.connectorapi.baton.v1.BatonService";
/// The names of its methods.
pub const METHODS: [&str; 5] = ["Hello", "GetTask", "Heartbeat", "FinishTask", "UploadAsset"];

/// The largest message, in bytes: a megabyte of a file, and what is around it.
const MESSAGE: usize = (1 << 20) + (64 << 10);
/// How many tasks a heartbeat may name.
const TASKS: usize = 100;
/// What connectors write what they read into, so that it can be read here.
const ENGINE: &str = "sqlite";

/// The methods over a handler.
struct Methods<H>(Arc<H>);

/// Answers a call over this handler. Whoever has it answered has put a [`HubHandler::Runner`] among the request's
/// extensions: without one, nobody is signed in.
pub async fn call<H, B>(handler: Arc<H>, request: http::Request<B>) -> http::Response<tonic::body::Body>
where
    H: HubHandler,
    B: Body + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    let mut service = BatonServiceServer::new(Methods(handler)).max_decoding_message_size(MESSAGE);
    match service.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[tonic::async_trait]
impl<H: HubHandler> BatonService for Methods<H> {
    async fn hello(
        &self,
        request: Request<wire::BatonServiceHelloRequest>,
    ) -> Result<Response<wire::BatonServiceHelloResponse>, Status> {
        let runner = runner_of::<H, _>(&request)?;
        self.0.hello(&runner, hello_of(request.into_inner())).await.map_err(status)?;
        Ok(Response::new(Default::default()))
    }

    async fn get_task(
        &self,
        request: Request<wire::BatonServiceGetTaskRequest>,
    ) -> Result<Response<wire::BatonServiceGetTaskResponse>, Status> {
        let runner = runner_of::<H, _>(&request)?;
        let next = self.0.task_next(&runner, text::line(&request.get_ref().host_id)).await.map_err(status)?;
        Ok(Response::new(next_of(next)))
    }

    async fn heartbeat(
        &self,
        request: Request<wire::BatonServiceHeartbeatRequest>,
    ) -> Result<Response<wire::BatonServiceHeartbeatResponse>, Status> {
        let runner = runner_of::<H, _>(&request)?;
        let wire::BatonServiceHeartbeatRequest { task_id, task_ids, .. } = request.into_inner();
        let named = std::iter::once(&task_id).chain(&task_ids).filter(|id| !id.is_empty());
        let named: Vec<&String> = named.take(TASKS + 1).collect();
        if named.is_empty() || named.len() > TASKS {
            return Err(Status::invalid_argument(format!("a heartbeat is of one task, or of {TASKS} at most")));
        }
        let tasks = named.into_iter().map(|id| task_of(id)).collect::<Result<Vec<_>, _>>()?;
        let Heard { cancelled, heartbeat_seconds } = self.0.heartbeat(&runner, &tasks).await.map_err(status)?;
        let is_of = |id: &TaskId| id.text() == task_id;
        Ok(Response::new(wire::BatonServiceHeartbeatResponse {
            next_heartbeat: Some(seconds(heartbeat_seconds)),
            cancelled: cancelled.iter().any(is_of),
            annotations: Vec::new(),
            cancelled_task_ids: cancelled.into_iter().map(TaskId::text).collect(),
        }))
    }

    async fn finish_task(
        &self,
        request: Request<wire::BatonServiceFinishTaskRequest>,
    ) -> Result<Response<wire::BatonServiceFinishTaskResponse>, Status> {
        let runner = runner_of::<H, _>(&request)?;
        let request = request.into_inner();
        let task = task_of(&request.task_id)?;
        self.0.finish(&runner, task, outcome_of(request.status, request.final_state)).await.map_err(status)?;
        Ok(Response::new(Default::default()))
    }

    async fn upload_asset(
        &self,
        request: Request<tonic::Streaming<wire::BatonServiceUploadAssetRequest>>,
    ) -> Result<Response<wire::BatonServiceUploadAssetResponse>, Status> {
        let runner = runner_of::<H, _>(&request)?;
        let mut parts = request.into_inner();
        let task = task_of(&upload::begun(&mut parts).await?.task_id)?;
        let may = self.0.upload_may(&runner, task).await.map_err(status)?;
        let still = StillWanted { handler: self.0.as_ref(), runner: &runner, task };
        let file = upload::received(&mut parts, &may, &still).await?;
        self.0.uploaded(&runner, task, file).await.map_err(status)?;
        Ok(Response::new(Default::default()))
    }
}

/// Asks the handler while something comes.
struct StillWanted<'u, H: HubHandler> {
    handler: &'u H,
    runner: &'u H::Runner,
    task: TaskId,
}

#[tonic::async_trait]
impl<H: HubHandler> upload::Wanted for StillWanted<'_, H> {
    async fn ask(&self) -> Result<(), Status> {
        self.handler.upload_may(self.runner, self.task).await.map(drop).map_err(status)
    }
}

fn runner_of<H: HubHandler, T>(request: &Request<T>) -> Result<H::Runner, Status> {
    request.extensions().get::<H::Runner>().cloned().ok_or_else(|| status(Refusal::NotSignedIn))
}

fn task_of(id: &str) -> Result<TaskId, Status> {
    TaskId::read(id).ok_or_else(|| Status::not_found("there is no such task"))
}

fn status(refusal: Refusal) -> Status {
    match refusal {
        Refusal::NotSignedIn => Status::unauthenticated("this is no token of a connector, or it has ended"),
        Refusal::NotFound(why) => Status::not_found(why),
        Refusal::Invalid(why) => Status::invalid_argument(why),
        Refusal::Over(why) => Status::failed_precondition(why),
        Refusal::Unavailable(why) => Status::unavailable(why),
    }
}

fn hello_of(request: wire::BatonServiceHelloRequest) -> Hello {
    let build = request.build_info.unwrap_or_default();
    let os = request.os_info.unwrap_or_default();
    let system = [os.os.as_str(), os.platform.as_str(), os.platform_version.as_str(), os.kernel_arch.as_str()];
    let metadata = request.connector_metadata.unwrap_or_default();
    Hello {
        host: text::line(&os.hostname).or_else(|| text::line(&request.host_id)),
        package: text::line(&build.package),
        package_version: text::line(&build.package_version),
        system: text::line(&system.join(" ")),
        display_name: text::line(&metadata.display_name),
    }
}

fn next_of(next: NextTask) -> wire::BatonServiceGetTaskResponse {
    use wire::task::{NoneTask, Status as State, SyncFullTask, TaskType};
    let task = match next.sync {
        Some(id) => wire::Task {
            id: id.text(),
            status: State::Scheduled.into(),
            debug: false,
            task_type: Some(TaskType::SyncFull(SyncFullTask {
                // What follows from grants is worked out here, with the path by which it does.
                skip_expand_grants: true,
                storage_engine: ENGINE.to_owned(),
                ..SyncFullTask::default()
            })),
        },
        None => wire::Task { task_type: Some(TaskType::None(NoneTask::default())), ..wire::Task::default() },
    };
    wire::BatonServiceGetTaskResponse {
        task: Some(task),
        next_poll: Some(seconds(next.poll_seconds)),
        next_heartbeat: Some(seconds(next.heartbeat_seconds)),
        annotations: Vec::new(),
    }
}

fn outcome_of(said: Option<rpc::Status>, end: Option<FinalState>) -> TaskOutcome {
    let said = said.unwrap_or_default();
    let is_retryable = match end {
        Some(FinalState::Success(_)) if said.code == 0 => return TaskOutcome::Done,
        Some(FinalState::Error(error)) => !error.non_retryable,
        _ => true,
    };
    let message = text::message(&said.message).unwrap_or_else(|| "it does not say why".to_owned());
    let code = format!("{:?}", Code::from_i32(said.code));
    TaskOutcome::Failed { code, message, is_retryable }
}

fn seconds(seconds: i64) -> prost_types::Duration {
    prost_types::Duration { seconds, nanos: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_success_without_an_error_is_one() {
        use wire::baton_service_finish_task_request::{Error, Success};
        let said = |code| Some(rpc::Status { code, message: "no\nluck".to_owned(), details: Vec::new() });
        let success = || Some(FinalState::Success(Success::default()));
        assert_eq!(outcome_of(None, success()), TaskOutcome::Done);
        let failed = |code: &str, message: &str, is_retryable| TaskOutcome::Failed {
            code: code.to_owned(),
            message: message.to_owned(),
            is_retryable,
        };
        assert_eq!(outcome_of(said(7), success()), failed("PermissionDenied", "no luck", true));
        assert_eq!(outcome_of(None, None), failed("Ok", "it does not say why", true));
        let error = Some(FinalState::Error(Error { non_retryable: true, ..Error::default() }));
        assert_eq!(outcome_of(said(3), error), failed("InvalidArgument", "no luck", false));
    }
}
