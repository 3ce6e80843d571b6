//! A job's row.

use rolecall_model::Timestamp;

use super::{Job, JobState, NewJob};
use crate::JobId;
use crate::connector::{json_of, uuid_of};
use crate::db::{self, Connection, Row};
use crate::error::Failure;

pub(crate) fn job_of(row: &Row) -> Result<Job, Failure> {
    let state: &str = row.try_get("state")?;
    let moment = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    let json = |column| {
        let text: Option<&str> = row.try_get(column)?;
        text.map(|_| json_of(row, column)).transpose()
    };
    Ok(Job {
        id: JobId(row.try_get("id")?),
        uuid: uuid_of(row)?,
        asked: NewJob {
            kind: row.try_get("kind")?,
            key: row.try_get("key")?,
            payload: json_of(row, "payload")?,
            asked_by: row.try_get("asked_by")?,
            run_at: Timestamp(row.try_get("run_at")?),
            max_attempts: row.try_get("max_attempts")?,
            by_runner: row.try_get::<i64, _>("by_runner")? != 0,
        },
        state: JobState::ALL
            .into_iter()
            .find(|known| known.word() == state)
            .ok_or_else(|| Failure::Corrupt(format!("a job has the state {state}")))?,
        attempt: row.try_get("attempt")?,
        worker: row.try_get("lease_owner")?,
        lease_until: moment("lease_until")?,
        started_at: moment("started_at")?,
        last_error: json("last_error")?,
        result: json("result")?,
        created_at: Timestamp(row.try_get("created_at")?),
        finished_at: moment("finished_at")?,
    })
}

pub(super) async fn by_id(db: &mut Connection, job: JobId) -> Result<Job, Failure> {
    let row = db::query("select * from job where id = $1").bind(job.0).fetch_optional(db).await?;
    row.as_ref().map(job_of).transpose()?.ok_or_else(|| Failure::Conflict(format!("there is no job {job}")))
}
