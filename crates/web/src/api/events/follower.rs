//! Somebody who follows what happens.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::http::request::Parts;
use axum::response::sse::Event;
use futures::Stream;
use futures::stream::unfold;
use rolecall_engine::feed::{FeedCursor, FeedEvent, FeedPart, feed_read};
use rolecall_engine::hub::Permission;
use rolecall_engine::query::QueryScope;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::error::WebError;
use crate::guard::Asker;
use crate::site::Site;
use crate::world::of_one_moment;

/// How long something new may go unnoticed.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long a session or token that has ended may go unnoticed.
const CHECKED: Duration = Duration::from_secs(15);

/// A stream ends after so long, and whoever listens connects again.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Where somebody is, and what they were not told yet.
pub(super) struct Follower {
    site: Site,
    /// What they asked with, which has to stay good.
    parts: Parts,
    reached: FeedCursor,
    only: Option<String>,
    waiting: VecDeque<FeedEvent>,
    until: Instant,
    check_at: Instant,
    look_at: Instant,
    _turn: OwnedSemaphorePermit,
}

impl Follower {
    pub(super) fn new(
        site: Site,
        parts: Parts,
        from: FeedCursor,
        only: Option<String>,
        turn: OwnedSemaphorePermit,
    ) -> Self {
        let now = Instant::now();
        Self {
            site,
            parts,
            reached: from,
            only,
            waiting: VecDeque::new(),
            until: now + LONGEST,
            check_at: now + CHECKED,
            look_at: now,
            _turn: turn,
        }
    }

    pub(super) fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        unfold(self, |mut follower| async move {
            let event = follower.next().await?;
            Some((Ok(event), follower))
        })
    }

    /// The next event, once there is one; nothing when this is over.
    async fn next(&mut self) -> Option<Event> {
        let mut stop = self.site.context().stop.clone();
        loop {
            if Instant::now() >= self.check_at && !self.still_may().await {
                return None;
            }
            if let Some(event) = self.waiting.pop_front() {
                // Text of our own, of which no line can end it early.
                let data = serde_json::to_string(&event).unwrap_or_default();
                return Some(Event::default().id(event.cursor).data(data));
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return None,
                () = tokio::time::sleep_until(self.until) => return None,
                () = tokio::time::sleep_until(self.look_at) => {}
            }
            self.look_at = Instant::now() + INTERVAL;
            match self.look().await {
                Ok(Some(part)) => {
                    self.reached = part.reached;
                    self.waiting.extend(part.events);
                    // There may be more.
                    self.look_at = Instant::now();
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(code = error.code, "what happened cannot be looked at now"),
            }
        }
    }

    /// What happened since; nothing where nothing did.
    async fn look(&self) -> Result<Option<FeedPart>, WebError> {
        let context = self.site.context();
        let head = context.store.feed_head().await.map_err(|error| WebError::from_store(&error))?;
        if !self.reached.is_before(head) {
            return Ok(None);
        }
        let (from, only) = (self.reached, self.only.clone());
        let work = move |world: crate::world::Asked| {
            let view = world.view()?;
            world.wait(feed_read(&world.context.store, view, from, head, only.as_deref())).map(Some)
        };
        self.site.graphs().ask(QueryScope::default(), of_one_moment(), work).await
    }

    /// Whether what they asked with is still good.
    async fn still_may(&mut self) -> bool {
        self.check_at = Instant::now() + CHECKED;
        match Asker::identify(&self.site, &self.parts).await {
            Ok(asker) => asker.caller().may(Permission::Read),
            // That the database is gone for a moment says nothing of them.
            Err(error) => error.status.is_server_error(),
        }
    }
}
