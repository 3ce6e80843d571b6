//! How many commands run at once: each loads what it asks about, so that they are few; and nobody takes all turns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::error::WebError;

/// How long a command waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// After how many seconds to ask again.
const RETRY_AFTER: u64 = 5;

/// Whose turn it is.
pub(super) struct Turns {
    all: Arc<Semaphore>,
    each: usize,
    people: Mutex<HashMap<Uuid, Arc<Semaphore>>>,
    patience: Duration,
}

/// A turn, until it is dropped.
pub(super) struct Turn {
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new() -> Self {
        let number = std::thread::available_parallelism().map_or(2, |number| number.get().clamp(2, 8));
        Self::of(number, PATIENCE)
    }

    /// So many, of which half for one person.
    fn of(number: usize, patience: Duration) -> Self {
        Self { all: Arc::new(Semaphore::new(number)), each: number.div_ceil(2), people: Mutex::default(), patience }
    }

    /// Waits for a turn of this person.
    ///
    /// # Errors
    /// 503 when there is none for a while.
    pub(super) async fn turn(&self, person: Uuid) -> Result<Turn, WebError> {
        let own = self.of_person(person);
        let both = async {
            let own = own.acquire_owned().await.ok()?;
            let of_all = Arc::clone(&self.all).acquire_owned().await.ok()?;
            Some(Turn { _own: own, _of_all: of_all })
        };
        match tokio::time::timeout(self.patience, both).await {
            Ok(Some(turn)) => Ok(turn),
            Ok(None) | Err(_) => {
                let why = "Too many commands are run at the same time, for you or for everybody.";
                let error = WebError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", why).hint("Try again in a moment.");
                Err(WebError { retry_after: Some(RETRY_AFTER), ..error })
            }
        }
    }

    fn of_person(&self, person: Uuid) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        // Those who neither run nor wait for anything have all their turns.
        people.retain(|_, turns| Arc::strong_count(turns) > 1);
        Arc::clone(people.entry(person).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_person_leaves_turns_to_others() {
        let turns = Turns::of(4, Duration::from_millis(20));
        let (ada, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let own = [turns.turn(ada).await, turns.turn(ada).await];
        assert!(own.iter().all(Result::is_ok));
        let refused = turns.turn(ada).await.map(drop).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), ("busy", Some(5)));
        let others = [turns.turn(bob).await, turns.turn(bob).await];
        assert!(others.iter().all(Result::is_ok));
        assert!(turns.turn(Uuid::from_u128(3)).await.is_err(), "no turn is left");
        drop(own);
        assert!(turns.turn(ada).await.is_ok());
        drop(others);
        assert!(turns.of_person(ada).available_permits() == 2 && turns.people.lock().unwrap().len() == 1);
    }
}
