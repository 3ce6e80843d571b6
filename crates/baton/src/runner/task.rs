//! What a hub asks for, in our words; and how it ends.

use rolecall_proto::c1::connectorapi::baton::v1 as proto;
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_finish_task_request::{Error, FinalState, Success};
use rolecall_proto::c1::connectorapi::baton::v1::task::TaskType;
use rolecall_proto::google::rpc;
use thiserror::Error as ThisError;
use tonic::{Code, Status};

/// What a file that is wanted is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncWish {
    /// These types only; all of them if none is named.
    pub resource_types: Vec<String>,
    /// Nothing of what can be held and who holds it.
    pub skip_entitlements_and_grants: bool,
    /// Nothing of who holds it.
    pub skip_grants: bool,
    /// What groups pass on is left to the reader.
    pub skip_expansion: bool,
}

/// Why a task was not done.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("{message}")]
pub struct TaskError {
    /// The code, as calls have them: 14 is *unavailable*.
    pub code: i32,
    /// Why, in words. The hub shows them to people.
    pub message: String,
    /// Whether another attempt may go better.
    pub is_retryable: bool,
}

impl TaskError {
    pub(super) fn for_good(code: Code, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), is_retryable: false }
    }

    pub(super) fn passing(code: Code, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), is_retryable: true }
    }
}

impl From<Status> for TaskError {
    fn from(status: Status) -> Self {
        Self::passing(status.code(), status.message())
    }
}

/// One task, and what it asks for.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) work: Work,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// To say who this is.
    Hello,
    /// To read everything.
    Sync(SyncWish),
    /// What this connector does not do.
    Refused(TaskError),
}

impl Task {
    /// What an answer of the hub asks for, if it asks for anything.
    pub(super) fn read(task: proto::Task) -> Option<Self> {
        let work = match task.task_type {
            Some(TaskType::None(_)) => return None,
            None if task.id.is_empty() => return None,
            Some(TaskType::Hello(_)) => Work::Hello,
            Some(TaskType::SyncFull(wish)) => sync(wish),
            Some(TaskType::Grant(_)) => refused("a grant", "it only reads"),
            Some(TaskType::Revoke(_)) => refused("a revocation", "it only reads"),
            None => refused("a task of this kind", "it knows full syncs alone"),
        };
        if task.id.is_empty() {
            tracing::warn!("the hub gave a task without an id, which nobody could finish");
            return None;
        }
        Some(Self { id: task.id, work })
    }
}

fn sync(wish: proto::task::SyncFullTask) -> Work {
    if !wish.targeted_sync_resources.is_empty() {
        return refused("a sync of single resources", "it reads all of an organisation");
    }
    if !matches!(wish.storage_engine.as_str(), "" | "sqlite") {
        // Older connectors write what they can, and hubs read both.
        tracing::info!(engine = wish.storage_engine, "the hub would like another kind of file; sqlite is written");
    }
    Work::Sync(SyncWish {
        resource_types: wish.sync_resource_type_ids,
        skip_entitlements_and_grants: wish.skip_entitlements_and_grants,
        skip_grants: wish.skip_grants,
        skip_expansion: wish.skip_expand_grants,
    })
}

fn refused(what: &str, why: &str) -> Work {
    let message = format!("{what} is not provided by this connector: {why}");
    Work::Refused(TaskError::for_good(Code::Unimplemented, message))
}

/// How a task ended, as the hub is told.
pub(super) fn ending(outcome: &Result<(), TaskError>) -> proto::BatonServiceFinishTaskRequest {
    let (code, message) = outcome.as_ref().err().map(|error| (error.code, error.message.clone())).unwrap_or_default();
    let state = match outcome {
        Ok(()) => FinalState::Success(Success::default()),
        Err(error) => FinalState::Error(Error { non_retryable: !error.is_retryable, ..Error::default() }),
    };
    proto::BatonServiceFinishTaskRequest {
        status: Some(rpc::Status { code, message, ..rpc::Status::default() }),
        final_state: Some(state),
        ..proto::BatonServiceFinishTaskRequest::default()
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use rolecall_proto::c1::connector::v2::Resource;

    use super::*;

    fn read(id: &str, task_type: Option<TaskType>) -> Option<Work> {
        Task::read(proto::Task { id: id.to_owned(), task_type, ..proto::Task::default() }).map(|task| task.work)
    }

    #[test]
    fn what_is_asked_for_is_understood_or_refused_for_good() {
        let full = proto::task::SyncFullTask {
            skip_expand_grants: true,
            sync_resource_type_ids: vec!["user".to_owned()],
            storage_engine: "pebble".to_owned(),
            ..Default::default()
        };
        let wish = SyncWish { resource_types: vec!["user".to_owned()], skip_expansion: true, ..SyncWish::default() };
        assert_eq!(read("1", Some(TaskType::SyncFull(full.clone()))), Some(Work::Sync(wish)));
        let targeted = proto::task::SyncFullTask { targeted_sync_resources: vec![Resource::default()], ..full };
        for refused in [
            Some(TaskType::SyncFull(targeted)),
            Some(TaskType::Grant(Default::default())),
            Some(TaskType::Revoke(Default::default())),
            None,
        ] {
            let Some(Work::Refused(error)) = read("1", refused) else { panic!() };
            assert!(error.code == 12 && !error.is_retryable && error.message.contains("not provided"), "{error:?}");
        }
    }

    #[test]
    fn nothing_to_do_and_what_nobody_could_finish_are_nothing() {
        assert_eq!(read("1", Some(TaskType::None(Default::default()))), None);
        assert_eq!(read("", None), None);
        assert_eq!(read("", Some(TaskType::Hello(Default::default()))), None);
    }

    #[test]
    fn a_kind_of_later_versions_is_refused() {
        // Field 105, an account to be made, with a message of one field in it.
        let mut bytes = proto::Task { id: "1".to_owned(), ..proto::Task::default() }.encode_to_vec();
        bytes.extend([0xca, 0x06, 0x02, 0x08, 0x01]);
        let task = proto::Task::decode(bytes.as_slice()).unwrap();
        assert!(matches!(Task::read(task).unwrap().work, Work::Refused(_)));
    }

    #[test]
    fn an_end_says_what_went_wrong_and_whether_to_try_again() {
        let end = ending(&Err(TaskError::passing(Code::Unavailable, "npm is away")));
        assert_eq!(end.status.unwrap(), rpc::Status { code: 14, message: "npm is away".to_owned(), details: vec![] });
        assert!(matches!(end.final_state, Some(FinalState::Error(Error { non_retryable: false, .. }))));
        assert!(matches!(ending(&Ok(())).final_state, Some(FinalState::Success(_))));
    }
}
