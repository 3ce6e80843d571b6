//! Ctrl-C, turned into a wish that operations look at between steps.

use tokio::sync::watch;

/// A receiver that becomes `true` when the person asks to stop. Asking a second time ends the process at once, which
/// loses nothing that is current either.
pub(crate) fn watch() -> watch::Receiver<bool> {
    watch_for(|| async { tokio::signal::ctrl_c().await.is_ok() })
}

/// The same for a service: whoever runs it stops it by terminating it.
pub(crate) fn watch_with_terminate() -> watch::Receiver<bool> {
    watch_for(asked)
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
