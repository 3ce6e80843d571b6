//! A load, made by wrk.

use std::path::Path;
use std::process::Command;

use super::served::Served;
use crate::process::{self, Failure};
use crate::tools::need;

/// So many people at the same time.
pub(super) const CONNECTIONS: u32 = 50;
const SECONDS: &str = "15s";

/// How people, or programs, ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Half a second to one and a half pass between a person's clicks.
    People,
    /// Each asks again as soon as it is answered.
    Unceasing,
}

/// What is asked of whom.
pub(super) struct Load<'h> {
    pub(super) hub: &'h Served,
    /// An address, in which `%05d` and the like stands for a number.
    pub(super) path: &'h str,
    /// The number is below this.
    pub(super) variety: u32,
    /// For the script.
    pub(super) directory: &'h Path,
}

/// What came of it. Milliseconds.
pub(super) struct Figures {
    pub(super) per_second: f64,
    pub(super) median: f64,
    pub(super) p99: f64,
}

impl Load<'_> {
    pub(super) fn install() -> Result<(), Failure> {
        need(process::on_path("wrk"), &["wrk"], "the load generator wrk")
    }

    pub(super) fn run(&self, pace: Pace) -> Result<Figures, Failure> {
        let script = self.directory.join("load.lua");
        std::fs::write(&script, self.script(pace)).map_err(|error| Failure::io("write", &script, &error))?;
        let printed = process::output(
            Command::new("wrk")
                .args(["--threads", "1", "--latency", "--timeout", "30s", "--duration", SECONDS])
                .args(["--connections", &CONNECTIONS.to_string()])
                .args(["--header", &format!("cookie: {}", self.hub.cookie())])
                .args(["--header", &format!("user-agent: {}", super::served::AGENT)])
                .arg("--script")
                .arg(&script)
                .arg(self.hub.url()),
        )?;
        figures(&printed).map_err(|why| Failure::new(format!("of {}: {why}\n{printed}", self.path)))
    }

    fn script(&self, pace: Pace) -> String {
        let delay = match pace {
            Pace::People => "function delay() return math.random(500, 1500) end\n",
            Pace::Unceasing => "",
        };
        // In Lua's own patterns a percent sign is doubled; here it is a format.
        format!(
            "math.randomseed(1)\n{delay}function request()\n  \
             return wrk.format(\"GET\", (string.format(\"{}\", math.random(0, {}))))\nend\n",
            self.path,
            self.variety - 1
        )
    }
}

/// Reads what wrk prints.
fn figures(printed: &str) -> Result<Figures, &'static str> {
    if printed.contains("Non-2xx") || printed.contains("Socket errors") {
        return Err("not everything was answered");
    }
    let after = |name: &str| {
        let line = printed.lines().map(str::trim).find(|line| line.starts_with(name))?;
        line.strip_prefix(name)?.split_whitespace().next()
    };
    let milliseconds = |name| after(name).and_then(milliseconds).ok_or("there is no distribution of latencies");
    let per_second = after("Requests/sec:").and_then(|text| text.parse().ok()).ok_or("there is no rate")?;
    Ok(Figures { per_second, median: milliseconds("50%")?, p99: milliseconds("99%")? })
}

/// `1.23ms`, `640.00us`, `1.02s`.
fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("m", 60_000.0), ("s", 1000.0)];
    units.into_iter().find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read() {
        let printed = "  Latency Distribution\n     50%  640.00us\n     75%    2.1ms\n     99%    1.02s \n  \
                       97 requests in 2.00s, 1MB read\nRequests/sec:     48.39\n";
        let figures = figures(printed).unwrap();
        assert!((figures.per_second - 48.39).abs() < 1e-9);
        assert!((figures.median - 0.64).abs() < 1e-9 && (figures.p99 - 1020.0).abs() < 1e-9);
    }

    #[test]
    fn a_load_that_was_not_answered_is_no_figure() {
        assert!(figures("Non-2xx or 3xx responses: 3\nRequests/sec: 1\n 50% 1ms\n 99% 1ms").is_err());
        assert!(figures("Requests/sec: 1").is_err());
    }
}
