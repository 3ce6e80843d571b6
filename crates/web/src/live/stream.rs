//! The stream of events that pages listen to.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::get;
use futures::Stream;
use futures::stream::unfold;
use rolecall_engine::hub::Permission;
use tokio::sync::watch;

use crate::route::{Access, Route};
use crate::site::Site;

/// Proxies end connections on which nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A stream ends after so long, and the browser opens it anew: with a session that is still good.
const LONGEST: Duration = Duration::from_secs(10 * 60);

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/live", Access::May(Permission::Read), get(live))]
}

/// Says `changed` whenever pages about connectors and jobs show something new.
async fn live(State(site): State<Site>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let end = tokio::time::Instant::now() + LONGEST;
    let state = (site.pulse().listen(), site.context().stop.clone());
    let events = unfold(state, move |(mut seen, mut stop)| async move {
        let is_changed = tokio::select! {
            changed = seen.changed() => changed.is_ok(),
            () = asked(&mut stop) => false,
            () = tokio::time::sleep_until(end) => false,
        };
        let number = *seen.borrow();
        is_changed.then(|| (Ok(Event::default().event("changed").data(number.to_string())), (seen, stop)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

async fn asked(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
