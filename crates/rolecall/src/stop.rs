//! Ctrl-C, turned into a wish that operations look at between steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::console;

/// A receiver that becomes `true` when the person asks to stop. Asking a second time ends the process at once, which
/// loses nothing that is current either.
pub(crate) fn watch() -> watch::Receiver<bool> {
    if let Some(client) = console::client() {
        return client.stop.receiver();
    }
    watch_for(|| async { tokio::signal::ctrl_c().await.is_ok() })
}

/// The same for a service: whoever runs it stops it by terminating it.
pub(crate) fn watch_with_terminate() -> watch::Receiver<bool> {
    watch_for(asked)
}

/// Ctrl-C, as a flag for what works without waiting. Where several things are done one after the other, it is taken back
/// before each; asking while it is still up ends the process at once.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Begins to watch.
    pub(crate) fn watch() -> Self {
        if let Some(client) = console::client() {
            return Self(client.stop.flag());
        }
        let flag = Arc::new(AtomicBool::new(false));
        let raised = Arc::clone(&flag);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if raised.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            }
        });
        Self(flag)
    }

    /// What is raised.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.0
    }

    /// Takes it back.
    pub(crate) fn lower(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Returns when somebody interrupts or terminates the process, or with `false` when that cannot be noticed.
#[cfg(unix)]
async fn asked() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return tokio::signal::ctrl_c().await.is_ok() };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.is_ok(),
        terminated = terminate.recv() => terminated.is_some(),
    }
}

/// Returns when somebody interrupts the process, or with `false` when that cannot be noticed.
#[cfg(not(unix))]
async fn asked() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}

fn watch_for<F>(asked: impl Fn() -> F + Send + 'static) -> watch::Receiver<bool>
where
    F: Future<Output = bool> + Send,
{
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        if asked().await {
            let _ = sender.send(true);
            if asked().await {
                std::process::exit(130);
            }
        }
        // Keeps the channel open for as long as the process lives.
        std::future::pending::<()>().await;
    });
    receiver
}
