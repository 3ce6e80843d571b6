//! What loading takes, and each question: the same questions, the same order and the same times as the peers' (`xtask/src/bench/peers.py`).

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use rolecall_store::{Mode, Store};
use serde_json::{Value as Json, json};

use crate::Failure;
use crate::ask::{Answer, Engine};
use crate::facts;
use crate::files::Asked;

/// Questions about everything are asked so often, and the median counts.
const REPEATED: usize = 3;

const ALL_PAIRS: &str = "FIND npm_user THAT CAN publish AS right npm_package RETURN count(right) AS pairs";
const TOP_TEN: &str = "FIND npm_user WITH mfaEnabled != true AS who THAT CAN publish npm_package AS package \
                       RETURN who.username, count(package) AS packages ORDER BY packages DESC LIMIT 10";

fn who_can(package: &str) -> String {
    format!("FIND npm_user AS who THAT CAN publish npm_package WITH displayName = '{package}' RETURN who.username")
}

fn what_can(user: &str) -> String {
    format!("FIND npm_user WITH username = '{user}' THAT CAN publish npm_package AS package RETURN package.displayName")
}

pub(crate) async fn measure(directory: &Path) -> Result<Json, Failure> {
    let asked = Asked::read(directory)?;
    let store = Store::open(&facts::address(directory)?, Mode::Read).await?;
    let started = Instant::now();
    let engine = Engine::load(&store).await?;
    let load = started.elapsed();
    store.close().await;

    let who = asked.packages.iter().map(|name| who_can(name)).collect::<Vec<_>>();
    let what = asked.users.iter().map(|name| what_can(name)).collect::<Vec<_>>();
    let (who, what) = (small(&engine, &who)?, small(&engine, &what)?);
    let (pairs, counted) = large(&engine, ALL_PAIRS)?;
    let count: u64 = counted.first().and_then(|row| row.first()).ok_or("nothing was counted")?.parse()?;
    let (top, ranked) = large(&engine, TOP_TEN)?;
    Ok(json!({
        "engine": "Rolecall",
        "version": env!("CARGO_PKG_VERSION"),
        "load": load.as_secs_f64(),
        "who": who,
        "what": what,
        "pairs": { "seconds": pairs, "count": count },
        "top": { "seconds": top, "rows": ranked },
    }))
}

/// Each question once, after the first one has been asked before: milliseconds, and what there was to see.
fn small(engine: &Engine, texts: &[String]) -> Result<Json, Failure> {
    for text in texts.iter().take(1) {
        engine.ask(text)?;
    }
    let (mut times, mut digest, mut rows) = (Vec::new(), Digest::new(), 0);
    for text in texts {
        let (took, answer) = timed(engine, text)?;
        times.push(took.as_secs_f64() * 1000.0);
        let mut names: Vec<String> = answer.into_rows().into_iter().flatten().collect();
        names.sort_unstable();
        rows += names.len();
        digest.add(&names);
    }
    times.sort_by(f64::total_cmp);
    let (median, late) = (times.get(times.len() / 2), times.get(times.len() * 99 / 100));
    Ok(json!({ "median": median, "p99": late, "rows": rows, "digest": digest.to_string() }))
}

/// The median of some times, in seconds, and the answer.
fn large(engine: &Engine, text: &str) -> Result<(f64, Vec<Vec<String>>), Failure> {
    let (mut times, mut last) = (Vec::new(), None);
    for _ in 0..REPEATED {
        let (took, answer) = timed(engine, text)?;
        times.push(took.as_secs_f64());
        last = Some(answer);
    }
    times.sort_by(f64::total_cmp);
    let median = times.get(REPEATED / 2).copied().unwrap_or_default();
    Ok((median, last.map(Answer::into_rows).unwrap_or_default()))
}

fn timed<'e>(engine: &'e Engine, text: &str) -> Result<(Duration, Answer<'e>), Failure> {
    let started = Instant::now();
    let answer = engine.ask(text)?;
    // As the peers fetch every row.
    black_box(answer.read());
    Ok((started.elapsed(), answer))
}

/// FNV-1a of answers one after the other, each as its names in order: a few lines in any language.
struct Digest(u64);

impl Digest {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, names: &[String]) {
        let lines = names.iter().flat_map(|name| name.bytes().chain([b'\n']));
        for byte in lines.chain([b'\n']) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
