//! The source's own record of who did what: read last, so that it covers what the listings showed.

use rolecall_store::StoreError;

use super::budget;
use super::report::EventsReport;
use super::stage::StageRun;

/// Reads what is new in the record, if the source keeps one. That it cannot be read is no failure of the sync: what
/// happened is what the listings say, and only who did it stays unknown.
pub(super) async fn events_read(run: &StageRun<'_>) -> Result<Option<EventsReport>, StoreError> {
    let Some(title) = run.connector.declaration().events else { return Ok(None) };
    let (store, connector) = (&run.context.store, run.record.id);
    let requests_before = run.connector.requests_sent();
    let since = store.source_event_last(connector).await?;
    let outcome = match run.connector.events(since).await {
        Ok(events) => Ok(store.source_events_add(connector, &events).await?),
        Err(reason) => Err(reason),
    };
    let requests = run.connector.requests_sent().saturating_sub(requests_before);
    store.requests_add(connector, &budget::month(run.context.now()), requests).await?;
    Ok(Some(EventsReport { title, outcome }))
}
