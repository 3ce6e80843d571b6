//! Waiting where the runtime does not let a thread wait: within a task that is run on a thread of its own.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for something on this thread, which does nothing else meanwhile. It must come from elsewhere.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    // Otherwise the runtime would count it as the task's own work, and after much of it say that it is not ready.
    let mut future = pin!(tokio::task::unconstrained(future));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(ready) => return ready,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc;

    use super::wait;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thread_waits_within_a_task_for_a_reader_that_is_slow() {
        let (sender, mut receiver) = mpsc::channel(1);
        let handle = tokio::runtime::Handle::current();
        let writer = tokio::task::spawn_blocking(move || {
            handle.block_on(async move { (0..2000).map(|number| wait(sender.send(number))).all(|sent| sent.is_ok()) })
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        for expected in 0..2000 {
            assert_eq!(receiver.recv().await, Some(expected));
        }
        assert!(writer.await.unwrap());
    }
}
