//! Answers that are lost on their way, after what was asked for was done.

use std::sync::{Mutex, PoisonError};

use crate::Received;

/// Which answers are lost, each once: by method and path.
#[derive(Debug, Default)]
pub(crate) struct LostAnswers(Mutex<Vec<String>>);

impl LostAnswers {
    /// The next answer to such a request, `POST /issues`, is lost.
    pub(crate) fn lose(&self, request: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request.to_owned());
    }

    /// Whether the answer to this one is.
    pub(crate) fn take(&self, request: &Received) -> bool {
        let mut lost = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spelled = format!("{} {}", request.method, request.path);
        let place = lost.iter().position(|known| *known == spelled);
        place.map(|place| lost.remove(place)).is_some()
    }
}
