//! Ctrl-C, turned into a wish that operations look at between steps.

use tokio::sync::watch;

/// A receiver that becomes `true` when the person asks to stop. Asking a second time ends the process at once, which
/// loses nothing that is current either.
pub(crate) fn watch() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = sender.send(true);
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        }
        // Keeps the channel open for as long as the process lives.
        std::future::pending::<()>().await;
    });
    receiver
}
