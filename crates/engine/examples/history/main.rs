//! One thing that `cargo xtask bench` measures of the history, in a process of its own, so that its memory is its own.
//!
//! The task is one argument, as JSON; so is what is printed. A part of the work that the process can time itself is told in
//! seconds; what the process used in all is counted by whoever started it.
//!
//! ```text
//! cargo run --release -p rolecall-engine --example history -- '{"database": "/tmp/history.db",
//!     "size": {"members": 1000, "teams": 10, "teamSize": 100}, "step": {"sync": {"day": 0, "changes": 0}}}'
//! ```
#![expect(clippy::print_stdout, reason = "what is printed is the result")]

mod organization;
#[path = "../shared/random.rs"]
mod random;
mod syncs;

use std::time::Instant;

use rolecall_model::Timestamp;
use rolecall_store::{DatabaseAddress, Mode, Store};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use organization::{Organization, Size};
use syncs::Syncs;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const SEED: u64 = 1;

/// What is to be measured.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Task {
    /// The database's address.
    database: String,
    size: Size,
    step: Step,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Step {
    /// What the registry would state is put together, and nothing is done with it: what the steps below cost besides.
    Input,
    /// A sync after so many changes.
    Sync { day: i64, changes: usize },
    /// A sync on each day, so many changes after the one before.
    Year { days: i64, changes: usize },
    /// The graph is loaded: of the present, or as of the end of a day.
    Load { day: Option<i64> },
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let task = std::env::args().nth(1).ok_or("the task is missing: see the top of this example's source")?;
    let task: Task = serde_json::from_str(&task)?;
    println!("{}", task.run().await?);
    Ok(())
}

impl Task {
    async fn run(&self) -> Result<Json, Failure> {
        if let Step::Input = self.step {
            let readings = Organization::new(self.size, SEED).readings();
            return Ok(json!({ "facts": readings.iter().map(|(_, facts)| facts.len()).sum::<usize>() }));
        }
        let address: DatabaseAddress = self.database.parse()?;
        Store::migrate(&address).await?;
        let store = Store::open(&address, Mode::Write).await?;
        let told = self.measure(&store).await?;
        // SQLite's log is folded into the file, so that the file's size is all there is.
        store.close().await;
        Ok(told)
    }

    async fn measure(&self, store: &Store) -> Result<Json, Failure> {
        match self.step {
            Step::Input => Ok(Json::Null),
            Step::Sync { day, changes } => {
                let mut organization = Organization::new(self.size, SEED);
                organization.change(changes);
                let used = Syncs::new(store).await?.sync(day, organization.readings()).await?;
                Ok(json!({
                    "facts": used.facts,
                    "compared": used.compared.as_secs_f64(),
                    "written": used.written.as_secs_f64(),
                    "altered": used.altered,
                }))
            }
            Step::Year { days, changes } => self.year(store, days, changes).await,
            Step::Load { day } => {
                let at = day.map(syncs::end_of);
                load(store, at).await
            }
        }
    }

    async fn year(&self, store: &Store, days: i64, changes: usize) -> Result<Json, Failure> {
        let mut organization = Organization::new(self.size, SEED);
        let syncs = Syncs::new(store).await?;
        let (mut written, mut altered, mut facts) = (Vec::new(), 0, 0);
        for day in 0..days {
            if day > 0 {
                organization.change(changes);
            }
            let used = syncs.sync(day, organization.readings()).await?;
            written.push(used.written.as_secs_f64());
            (altered, facts) = (altered + used.altered, used.facts);
        }
        let first = written.first().copied();
        written.sort_by(f64::total_cmp);
        let median = written.get(written.len() / 2).copied();
        Ok(json!({ "facts": facts, "altered": altered, "first": first, "median": median, "longest": written.last() }))
    }
}

async fn load(store: &Store, at: Option<Timestamp>) -> Result<Json, Failure> {
    let started = Instant::now();
    let view = rolecall_engine::world_load(store, None, at).await?;
    let loaded = started.elapsed();
    if view.as_of().is_some_and(|as_of| !as_of.is_known()) {
        return Err("nothing was known then: there was no sync on that day".into());
    }
    Ok(json!({ "loaded": loaded.as_secs_f64() }))
}
