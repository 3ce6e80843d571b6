//! With whose credential everything was read, and how much that was shown.

use std::io;

use rolecall_model::Timestamp;
use rolecall_store::{FingerprintSpan, StoreError};
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, filled, known, text};
use crate::moment::moment_text;

/// See [`Section`].
pub(super) struct Credentials {
    rows: Vec<Row>,
    untold: Vec<String>,
}

impl Credentials {
    /// Reads what was noted of credentials until the moment of the package.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let (mut rows, mut untold) = (Vec::new(), Vec::new());
        for connector in &scope.view.connectors {
            let title = connector.title();
            let history = scope.store.fingerprint_history(connector.record.id, scope.at).await?;
            let is_registry = connector.declaration.write.is_some();
            if history.is_empty() && is_registry {
                untold.push(format!("{title}: its source did not tell whose credential it was read with"));
            }
            let ends = history.iter().skip(1).map(|next| Some(next.span.first_at)).chain([None]);
            let of_period = history.iter().zip(ends).filter(|(_, end)| end.is_none_or(|end| end >= scope.since));
            rows.extend(of_period.map(|(span, end)| row(&title, span, end.is_none(), scope.at)));
        }
        untold.extend(scope.missing());
        Ok(Self { rows, untold })
    }
}

fn row(title: &str, FingerprintSpan { span, accepted }: &FingerprintSpan, is_last: bool, at: Timestamp) -> Row {
    let aspects = span.seen.aspects.iter().map(|aspect| format!("{} {}", aspect.name, aspect.word));
    let withheld = span.seen.withheld.iter().map(|(kind, count)| format!("{count} of kind {kind}"));
    // What was decided later was not known then.
    let is_reference = accepted.as_ref().map_or(span.is_reference, |(when, _)| *when <= at);
    let accepted = accepted.as_ref().filter(|(when, _)| *when <= at);
    vec![
        text(title),
        known(span.seen.account.clone()),
        text(aspects.collect::<Vec<_>>().join(", ")),
        text(withheld.collect::<Vec<_>>().join(", ")),
        text(moment_text(span.first_at)),
        // Later readings move it on; which was the last one before the moment is not kept.
        if is_last { text("still so") } else { text(moment_text(span.last_at)) },
        Json::Bool(is_reference),
        filled(accepted.map(|(_, decision)| decision.actor.clone())),
        filled(accepted.map(|(when, _)| moment_text(*when))),
        filled(accepted.map(|(_, decision)| decision.reason.clone())),
    ]
}

impl Section for Credentials {
    fn name(&self) -> &'static str {
        "credentials"
    }

    fn title(&self) -> &'static str {
        "Credentials: with whose eyes it was read"
    }

    fn proves(&self) -> &'static str {
        "For each connector, the account that its credential belonged to, the role by which a source decides how much it \
         shows, and how many listings were kept from it. A credential that sees less than before holds removals back."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "connector",
            "account",
            "shownBy",
            "withheld",
            "firstSeen",
            "lastSeen",
            "seesNoLessThanBefore",
            "acceptedBy",
            "acceptedAt",
            "acceptedBecause",
        ]
    }

    fn extent(&self) -> Extent {
        if self.untold.is_empty() {
            return Extent::complete("every change of what a credential was shown in the period is a row");
        }
        Extent::at_least(&self.untold)
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.rows.iter().cloned().try_for_each(put)
    }
}
