//! Makes numbers of spans. What is measured is what is traced, so that neither can say something else.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::metrics::{Metrics, Said};

/// The target of every span that is measured and traced.
pub(super) const TARGET: &str = "rolecall::measured";

/// Whether something is measured and traced: our spans are, and no line of a log, which may hold names.
pub(super) fn is_measured(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target() == TARGET
}

/// Tells the metrics of every span that ends.
pub(super) struct Measure(pub(super) Arc<Metrics>);

struct Seen {
    began: Instant,
    said: Said,
}

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for Measure {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut seen = Seen { began: Instant::now(), said: Said::default() };
        attributes.record(&mut Reader(&mut seen.said));
        self.0.began(span.name());
        span.extensions_mut().insert(seen);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(seen) = span.extensions_mut().get_mut::<Seen>() {
            values.record(&mut Reader(&mut seen.said));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let seen = span.extensions_mut().remove::<Seen>();
        if let Some(Seen { began, said }) = seen {
            self.0.ended(span.name(), &said, began.elapsed());
        }
    }
}

struct Reader<'s>(&'s mut Said);

impl Visit for Reader<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.set(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.set(field.name(), format!("{value:?}"));
    }
}
