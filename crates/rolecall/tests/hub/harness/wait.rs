//! Waiting for what a hub does by itself.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Asks again until the answer is as wished for.
pub(crate) async fn until<T: Debug>(patience: Duration, ask: impl AsyncFn() -> T, is_it: impl Fn(&T) -> bool) -> T {
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    loop {
        ticks.tick().await;
        let answer = ask().await;
        if is_it(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < patience, "still so after {patience:?}: {answer:#?}");
    }
}
