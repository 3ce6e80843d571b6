//! What a client is told of a command while it runs.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::stream::unfold;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{CommandEnd, CommandPiece, CommandStop, UNEXPECTED};

/// Proxies end connections on which nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a command that was asked to stop is waited for. It may be reckoning, and hear nothing for a while.
const GRACE: Duration = Duration::from_secs(5);

/// A command that runs. When this is dropped, because its client is gone, the command is asked to stop.
pub(super) struct Told {
    printed: mpsc::Receiver<CommandPiece>,
    running: JoinHandle<CommandEnd>,
    stop: Stopper,
    hub_stop: watch::Receiver<bool>,
    until: Instant,
    is_told: bool,
}

struct Stopper(CommandStop);

impl Drop for Stopper {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// What happens next.
enum Next {
    Piece(CommandPiece),
    /// Everything that was printed is told.
    Printed,
    Waiting,
    Stop,
}

impl Told {
    pub(super) fn new(
        printed: mpsc::Receiver<CommandPiece>,
        running: JoinHandle<CommandEnd>,
        stop: CommandStop,
        hub_stop: watch::Receiver<bool>,
        longest: Duration,
    ) -> Self {
        Self { printed, running, stop: Stopper(stop), hub_stop, until: Instant::now() + longest, is_told: false }
    }

    /// The lines of it, until it ends.
    pub(super) fn lines(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        unfold(self, |mut told| async move {
            let line = told.line().await?;
            Some((Ok(line), told))
        })
    }

    async fn line(&mut self) -> Option<Bytes> {
        if self.is_told {
            return None;
        }
        Some(match self.next().await {
            Next::Piece(piece) => line(&piece),
            Next::Waiting => Bytes::from_static(b"\n"),
            Next::Printed => {
                self.is_told = true;
                end(&(&mut self.running).await.unwrap_or_else(|error| broken(&error)))
            }
            Next::Stop => {
                self.is_told = true;
                self.stop.0.stop();
                // It may wait for what it printed to be taken.
                self.printed.close();
                let ended = tokio::time::timeout(GRACE, &mut self.running).await;
                end(&ended.map_or_else(|_| stopped(), |ended| ended.unwrap_or_else(|error| broken(&error))))
            }
        })
    }

    async fn next(&mut self) -> Next {
        tokio::select! {
            biased;
            _ = self.hub_stop.wait_for(|stop| *stop) => Next::Stop,
            () = tokio::time::sleep_until(self.until) => Next::Stop,
            piece = self.printed.recv() => piece.map_or(Next::Printed, Next::Piece),
            () = tokio::time::sleep(KEEP_ALIVE) => Next::Waiting,
        }
    }
}

fn line(piece: &CommandPiece) -> Bytes {
    with_end(&match piece {
        CommandPiece::Output(text) => json!({ "output": text }),
        CommandPiece::Text(text) => json!({ "text": text }),
        CommandPiece::File(text) => json!({ "file": text }),
        CommandPiece::FileEnd => json!({ "fileEnd": true }),
        CommandPiece::Note(text) => json!({ "note": text }),
    })
}

fn end(end: &CommandEnd) -> Bytes {
    with_end(&json!({ "end": { "exit": end.exit, "error": end.error, "hint": end.hint } }))
}

fn with_end(line: &serde_json::Value) -> Bytes {
    format!("{line}\n").into()
}

/// A command that panicked. What it said to the log is for whoever runs the hub.
fn broken(error: &tokio::task::JoinError) -> CommandEnd {
    tracing::error!(%error, "a command of a client broke off");
    CommandEnd {
        exit: UNEXPECTED,
        error: Some("the command broke off on the hub".to_owned()),
        hint: Some("whoever runs this hub finds the cause in its log".to_owned()),
    }
}

fn stopped() -> CommandEnd {
    CommandEnd {
        exit: 130,
        error: Some("the hub stopped the command".to_owned()),
        hint: Some("it took too long, or the hub is being stopped: try again, or ask for less".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;

    async fn all(told: Told) -> Vec<String> {
        told.lines().map(|line| String::from_utf8(line.unwrap().to_vec()).unwrap()).collect().await
    }

    fn runs(
        stop: &CommandStop,
        longest: Duration,
        command: impl FnOnce(mpsc::Sender<CommandPiece>, CommandStop) -> CommandEnd + Send + 'static,
    ) -> (Told, watch::Sender<bool>) {
        let (pieces, printed) = mpsc::channel(2);
        let asked = stop.clone();
        let running = tokio::task::spawn_blocking(move || command(pieces, asked));
        let (hub, hub_stop) = watch::channel(false);
        (Told::new(printed, running, stop.clone(), hub_stop, longest), hub)
    }

    fn done() -> CommandEnd {
        CommandEnd { exit: 0, error: None, hint: None }
    }

    #[tokio::test]
    async fn what_is_printed_comes_first_and_the_end_last() {
        let (told, _hub) = runs(&CommandStop::default(), Duration::from_secs(60), |pieces, _| {
            for piece in [CommandPiece::Note("a\nb".into()), CommandPiece::Output("é\"".into())] {
                pieces.blocking_send(piece).unwrap();
            }
            done()
        });
        let lines = all(told).await;
        assert_eq!(lines[..2], ["{\"note\":\"a\\nb\"}\n", "{\"output\":\"é\\\"\"}\n"]);
        assert_eq!(lines[2], "{\"end\":{\"error\":null,\"exit\":0,\"hint\":null}}\n");
    }

    #[tokio::test]
    async fn a_command_that_panics_is_told_and_tells_nothing() {
        let (told, _hub) = runs(&CommandStop::default(), Duration::from_secs(60), |_, _| panic!("a secret of the hub"));
        let lines = all(told).await.concat();
        assert!(lines.contains("broke off") && lines.contains("\"exit\":1") && !lines.contains("secret"), "{lines}");
    }

    #[tokio::test]
    async fn what_takes_too_long_is_stopped_and_so_is_what_nobody_reads() {
        let endless = |pieces: mpsc::Sender<CommandPiece>, stop: CommandStop| {
            while pieces.blocking_send(CommandPiece::Output("x".into())).is_ok() {}
            CommandEnd { exit: u8::from(stop.flag().load(std::sync::atomic::Ordering::Relaxed)) + 129, ..done() }
        };
        let (told, _hub) = runs(&CommandStop::default(), Duration::from_millis(50), endless);
        assert!(all(told).await.last().unwrap().contains("\"exit\":130"));

        let stop = CommandStop::default();
        let (told, _hub) = runs(&stop, Duration::from_secs(60), endless);
        let mut asked = stop.receiver();
        drop(told);
        asked.wait_for(|stop| *stop).await.unwrap();
    }

    #[tokio::test]
    async fn a_hub_that_is_stopped_waits_for_no_command() {
        let (told, hub) = runs(&CommandStop::default(), Duration::from_secs(60), |_, stop| {
            while !stop.flag().load(std::sync::atomic::Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(5));
            }
            CommandEnd { exit: 130, ..done() }
        });
        hub.send_replace(true);
        assert!(all(told).await.concat().contains("\"exit\":130"));
    }
}
