//! `rolecall watch`: what happens, event by event, for whoever follows it.

use std::io::{self, Write as _};
use std::time::Duration;

use clap::Args;
use rolecall_engine::feed::{FeedCursor, FeedError, FeedEvent, FeedNews, feed_end, feed_place, feed_read};
use rolecall_engine::{clock_system, world_load_with};
use rolecall_store::Store;

use super::{connector_known, store_read};
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{Format, line, print_ndjson, text::printable};
use crate::place::{Place, READ};
use crate::stop;

const FORMATS: &[Format] = &[Format::Table, Format::Ndjson];

/// How long something new may go unnoticed.
const INTERVAL: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[command(
    after_help = "Events are the changes of rolecall changes and findings that were opened, opened anew or resolved, oldest
first. Each has a cursor: whoever goes on from it with --since is told of everything behind it, once, also
after a restart. Without --since, watch begins with what happens from now on, and --once with the beginning.

Examples:
  rolecall watch                                             tell what happens, until stopped
  rolecall watch --once --format ndjson --since 7d           what happened in a week
  rolecall watch --once --format ndjson --since 42.2.0.17    what happened behind that event
  rolecall watch --connector npm:acme --format ndjson"
)]
pub(crate) struct WatchArgs {
    /// Behind this: the cursor of an event, or a moment: 2026-11-23, 7d
    #[arg(long, value_name = "CURSOR-or-TIME")]
    since: Option<String>,
    /// Only of this connector, such as npm:acme
    #[arg(long, value_name = "NAME")]
    connector: Option<String>,
    /// Tell what there is, and end
    #[arg(long)]
    once: bool,
}

impl WatchArgs {
    /// Where it may be run.
    pub(crate) const fn place(&self) -> Place {
        if self.once {
            return READ;
        }
        Place::Refused {
            why: "it goes on until it is stopped",
            instead: "listen to /api/v1/events of the hub, or ask with --once and --since from time to time",
        }
    }
}

/// Tells what happens.
pub(crate) async fn run(global: &Global, args: &WatchArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, FORMATS)?;
    let store = store_read(global).await?;
    if let Some(name) = &args.connector {
        connector_known(&store, name, None).await?;
    }
    let mut reached = match (&args.since, args.once) {
        (None, false) => feed_end(&store).await?,
        (since, _) => feed_place(&store, since.as_deref(), clock_system()).await.map_err(failure)?,
    };
    let mut stop = stop::watch();
    loop {
        reached = told(&store, args, format, reached).await?;
        if args.once {
            return Ok(Exit::Done);
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return Ok(Exit::Stopped),
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Tells everything behind a cursor, and where that ends.
async fn told(store: &Store, args: &WatchArgs, format: Format, from: FeedCursor) -> Result<FeedCursor, Failure> {
    let mut reached = from;
    loop {
        let head = store.feed_head().await?;
        if !reached.is_before(head) {
            return Ok(reached);
        }
        // Loaded after the head was read, so that everything up to there is known in it.
        let images = environment::graph_images(store.address());
        let view = world_load_with(store, args.connector.as_deref(), None, &images).await?;
        while reached.is_before(head) {
            let part = feed_read(store, &view, reached, head, args.connector.as_deref()).await?;
            print(format, &part.events)?;
            reached = part.reached;
        }
    }
}

fn print(format: Format, events: &[FeedEvent]) -> io::Result<()> {
    if format == Format::Ndjson {
        return print_ndjson(events);
    }
    events.iter().try_for_each(|event| line(&printable(&sentence(event))))?;
    io::stdout().flush()
}

/// `2026-11-23T10:00:00Z npm:acme changed: user ada holds owner on organization acme (was admin)`.
fn sentence(event: &FeedEvent) -> String {
    match &event.news {
        FeedNews::Change(change) => format!("{} {} {}: {}", event.at, change.connector, change.change, change.text),
        FeedNews::Finding(finding) => {
            let connector = finding.connector.as_deref().unwrap_or("-");
            let (happened, severity) = (&finding.event, &finding.severity);
            format!("{} {connector} finding {happened}: {} ({severity}, {})", event.at, finding.title, finding.code)
        }
    }
}

fn failure(error: FeedError) -> Failure {
    let text = error.to_string();
    match error {
        FeedError::Store(error) => error.into(),
        FeedError::NoPlace(_) => {
            Failure::new(Exit::Usage, text).hint("write 2026-11-23, 7d, or the cursor of an event")
        }
        FeedError::Beyond(_) => Failure::new(Exit::Usage, text)
            .hint("it is of another database, or this one was restored: begin anew with --since TIME"),
    }
}
