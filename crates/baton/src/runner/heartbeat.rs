//! Telling the hub that a task is still worked on, and hearing that it is not wanted any more.

use std::time::Duration;

use tokio::time::sleep;
use tonic::Code;

use super::hub::Hub;
use super::task::TaskError;

const USUAL: Duration = Duration::from_secs(30);
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);
/// After so many in a row that did not arrive, the hub has given the task to somebody else, or is gone.
const MISSED: u32 = 10;

/// How long until the first one, as the hub says it.
pub(super) fn pace(said: Option<&prost_types::Duration>) -> Duration {
    pace_from(USUAL, said)
}

/// How long until the next one: as long as until this one, unless the hub says something.
fn pace_from(now: Duration, said: Option<&prost_types::Duration>) -> Duration {
    let said = said.and_then(|said| Duration::try_from(*said).ok()).filter(|said| !said.is_zero());
    said.map_or(now, |said| said.clamp(SHORTEST, LONGEST))
}

/// Goes on until there is a reason to end the task, and gives that.
pub(super) async fn heartbeats(hub: &Hub, task: &str, first: Duration) -> TaskError {
    let (mut wait, mut missed) = (first, 0);
    loop {
        match hub.heartbeat(task).await {
            Ok(heard) if heard.cancelled || heard.cancelled_task_ids.iter().any(|id| id == task) => {
                return TaskError::for_good(Code::Cancelled, "the hub cancelled the task");
            }
            Ok(heard) => (wait, missed) = (pace_from(wait, heard.next_heartbeat.as_ref()), 0),
            Err(status) => {
                missed += 1;
                tracing::warn!(code = ?status.code(), why = status.message(), missed, "the hub did not hear a heartbeat");
                if missed == MISSED {
                    return TaskError::passing(Code::Aborted, "the hub did not hear that the task was worked on");
                }
            }
        }
        sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::wire::tests::hub_away;

    #[tokio::test(start_paused = true)]
    async fn ten_that_nobody_hears_are_enough() {
        let before = tokio::time::Instant::now();
        let reason = heartbeats(&hub_away(), "task", Duration::from_secs(7)).await;
        assert_eq!((reason.code, reason.is_retryable), (i32::from(Code::Aborted), true));
        assert_eq!(before.elapsed().as_secs(), 63);
    }

    #[test]
    fn the_pace_is_the_hubs_within_bounds() {
        let said = |seconds, nanos| pace(Some(&prost_types::Duration { seconds, nanos }));
        assert_eq!((said(0, 5), said(7, 0), said(9999, 0)), (SHORTEST, Duration::from_secs(7), LONGEST));
        assert_eq!((pace(None), said(0, 0), said(-3, 0)), (USUAL, USUAL, USUAL));
        assert_eq!(pace_from(SHORTEST, None), SHORTEST, "a hub need not repeat itself");
    }
}
