//! How far a sync is, on standard error.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rolecall_engine::Progress;
use rolecall_model::Stage;

use crate::output::text::printable;

/// A progress line. Nothing is drawn when standard error is no terminal, or the person asked for quiet.
pub(crate) struct ProgressLine(Mutex<ProgressBar>);

impl ProgressLine {
    pub(crate) fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Self(Mutex::new(bar))
    }

    fn with(&self, draw: impl FnOnce(&ProgressBar)) {
        if let Ok(bar) = self.0.lock() {
            draw(&bar);
        }
    }

    /// Clears the line.
    pub(crate) fn finish(&self) {
        self.with(ProgressBar::finish_and_clear);
    }
}

impl Progress for ProgressLine {
    fn stage_begun(&self, stage: Stage) {
        self.with(|bar| {
            bar.set_prefix(match stage {
                Stage::Membership => "membership",
                Stage::Detail => "detail of resources",
            });
            bar.set_position(0);
            bar.enable_steady_tick(Duration::from_millis(200));
        });
    }

    fn person_needed(&self) {
        self.with(|bar| {
            bar.finish_and_clear();
            bar.set_draw_target(ProgressDrawTarget::hidden());
        });
    }

    fn listing_read(&self, done: usize, known: usize, title: &str) {
        self.with(|bar| {
            bar.set_length(u64::try_from(known).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
            bar.set_message(printable(title));
        });
    }

    fn stage_current(&self, stage: Stage) {
        if stage == Stage::Membership {
            self.with(|bar| bar.println("membership is current: who-can publish answers now; reading details…"));
        }
    }
}
