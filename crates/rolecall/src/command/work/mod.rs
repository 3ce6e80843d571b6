//! `rolecall work`: read connectors when they are due, and do whatever else waits, until stopped.

mod builder;

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use rolecall_engine::alerting::Passing;
use rolecall_engine::work::{
    Crew, DecisionHandler, DecisionSchedule, DeliveryHandler, DeliverySchedule, DirectoryHandler, DirectorySchedule,
    HeadHandler, HeadSchedule, ReviewHandler, ReviewSchedule, RuleHandler, RuleSchedule, SharedLock, SyncHandler,
    SyncSchedule, WorkEvent, WorkOptions, WorkReport, work_run,
};
use rolecall_engine::{Context, Silent, clock_system, moment_text};
use rolecall_store::{AuditKey, Store};

use super::store_write;
use crate::cli::Global;
use crate::connectors::catalog::HubCatalog;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::Format;
use crate::output::text::{count, without_tokens};
use crate::stop;
use crate::telemetry::{HubTelemetry, LogArgs, MetricsArgs, Telemetry, Voice, metrics_begin};
pub(crate) use builder::ConfiguredBuilder;

/// How often to look for something to do.
const POLL: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[command(
    after_help = "Connectors that have an interval (rolecall connectors edit npm:acme --every 6h) are read when it has passed.
What is done is said on standard error, and kept: rolecall jobs list. To stop, interrupt or terminate it: jobs
that run are stopped where they can go on from later. Exit codes: 0 stopped, or done with --once; with --once 5
when a job failed; 8 when another process does this for the same database.

Examples:
  rolecall work
  rolecall work --workers 8
  rolecall work --once                       from a scheduler of your own, such as cron"
)]
pub(crate) struct WorkArgs {
    /// Do so many jobs at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
    /// Do what is due now, and end
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    pub(crate) log: LogArgs,
    #[command(flatten)]
    metrics: MetricsArgs,
}

/// Works.
pub(crate) async fn run(global: &Global, args: &WorkArgs, telemetry: &Telemetry) -> Result<Exit, Failure> {
    Format::among(global.format, &[Format::Table])?;
    let store = store_write(global).await?;
    let _hub = store.hub_lock("rolecall work")?;
    let owner = environment::process("rolecall work");
    let options = WorkOptions { owner, workers: usize::from(args.workers), once: args.once, poll: POLL };
    let progress = Arc::new(Silent);
    let context = Context { store, clock: clock_system, stop: stop::watch_with_terminate(), progress };
    let voice = Voice { format: args.log.log_format, is_quiet: global.quiet };
    if let Some(listener) = args.metrics.listener()? {
        voice.say(&format!("Metrics are served at http://{}/metrics", listener.local_addr()?));
        metrics_begin(listener, &HubTelemetry::new(telemetry, &context, Arc::new(HubCatalog::of_environment())));
    }
    let tell = move |event: &WorkEvent| say(event, voice);
    if !voice.is_quiet {
        let workers = count(options.workers, "worker", "workers");
        voice.say(&format!("{}: {workers} on {}", options.owner, context.store.address()));
    }
    let report =
        work_run(&context, &crew(&context.store, environment::base_url(), SharedLock::default())?, &options, &tell)
            .await?;
    if !voice.is_quiet {
        voice.say(&summary(&report));
    }
    context.store.close().await;
    Ok(if args.once && report.failed > 0 { Exit::Incomplete } else { Exit::Done })
}

/// Everything that workers do and everything that asks for work by itself. A new kind of job is registered here. `hub` is the
/// address that people open, for links in what is told; `lock` is shared by whatever else of this process syncs.
pub(super) fn crew(store: &Store, hub: Option<String>, lock: SharedLock) -> Result<Crew, Failure> {
    let builder = ConfiguredBuilder { store: store.clone() };
    let crew = Crew::default().handler(SyncHandler::new(builder).sharing(lock)).schedule(SyncSchedule);
    let crew = crew.handler(DecisionHandler::default()).schedule(DecisionSchedule);
    let crew = crew.handler(DirectoryHandler).schedule(DirectorySchedule);
    let crew = crew.handler(ReviewHandler { hub: hub.clone() }).schedule(ReviewSchedule);
    let crew = crew
        .handler(RuleHandler { passing: Passing { images: environment::graph_images(store.address()), hub } })
        .schedule(RuleSchedule);
    // A server's database has no place for a key by itself. Without one no endpoint could be added, and nothing is to be told.
    let crew = match environment::key_place(store.address()) {
        Ok(key) => crew.handler(DeliveryHandler { key, reach: environment::reach() }).schedule(DeliverySchedule),
        Err(_) => crew,
    };
    let destinations = environment::audit_destinations()?;
    if destinations.is_empty() {
        return Ok(crew);
    }
    let key = AuditKey::open_or_create(&environment::audit_key(store.address())?)?;
    let handler = HeadHandler { key, destinations, reach: environment::reach() };
    Ok(crew.handler(handler).schedule(HeadSchedule { every: environment::audit_every()? }))
}

/// What went wrong is always said, the rest unless quiet was asked for.
pub(super) fn say(event: &WorkEvent, voice: Voice) {
    let is_trouble = match event {
        WorkEvent::Ended { state, .. } => *state == rolecall_store::JobState::Failed,
        WorkEvent::Lost(_) | WorkEvent::Trouble(_) => true,
        WorkEvent::Queued(_) | WorkEvent::Began(_) | WorkEvent::Stopping(_) => false,
    };
    voice.happened(is_trouble, &moment_text(clock_system()), &without_tokens(&event.to_string()));
}

fn summary(report: &WorkReport) -> String {
    let WorkReport { done, failed, again, cancelled, lost } = *report;
    let others = [(failed, "failed"), (again, "to be tried again"), (cancelled, "not wanted"), (lost, "lost")];
    let others: String =
        others.iter().filter(|(jobs, _)| *jobs > 0).map(|(jobs, what)| format!(", {jobs} {what}")).collect();
    format!("{} done{others}", count(done, "job", "jobs"))
}
