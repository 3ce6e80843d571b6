//! How each listing stood: what was read in full, when, and what was not.

use std::io;

use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Section, filled, known, text};
use crate::moment::moment_text;
use crate::world::ConnectorView;

/// See [`Section`].
pub(super) struct Listings<'s> {
    pub(super) scope: &'s Scope<'s>,
}

impl Section for Listings<'_> {
    fn name(&self) -> &'static str {
        "listings"
    }

    fn title(&self) -> &'static str {
        "Listings: what the population was read from"
    }

    fn proves(&self) -> &'static str {
        "Each list that was asked of a source, with the verdict of its last reading by that moment: proven and attested are \
         complete; anything else leaves room for more. It is the evidence of completeness and accuracy of the population."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "connector",
            "listing",
            "subjectType",
            "subject",
            "name",
            "verdict",
            "reason",
            "reasonText",
            "readAt",
            "readWholeAt",
            "completeAt",
        ]
    }

    fn extent(&self) -> Extent {
        let unread = self.scope.unread();
        if !unread.is_empty() {
            return Extent::at_least(&unread);
        }
        Extent::complete("every listing that had been read by then is a row; whether it was complete is its verdict")
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.scope.view.connectors.iter().try_for_each(|connector| rows_of(connector, put))
    }
}

fn rows_of(connector: &ConnectorView, put: &mut Put<'_>) -> io::Result<()> {
    let title = connector.title();
    for state in connector.states.iter().filter(|state| !state.retired) {
        let declared = connector.declaration.listing(state.key.kind.as_str());
        let name = declared.map(|declared| declared.title_of(&state.key.subject.id));
        let reason = state.verdict.reason();
        put(vec![
            text(&title),
            text(state.key.kind.as_str()),
            text(state.key.subject.kind.as_str()),
            text(&*state.key.subject.id),
            text(name.unwrap_or_else(|| state.key.to_string())),
            text(state.verdict.kind().word()),
            filled(reason.map(|reason| reason.code.to_string())),
            filled(reason.map(|reason| reason.text.clone())),
            text(moment_text(state.read_at)),
            known_never(state.whole_at.map(moment_text)),
            known_never(state.complete_at.map(moment_text)),
        ])?;
    }
    Ok(())
}

/// That something never was so by then is known.
fn known_never(moment: Option<String>) -> Json {
    known(Some(moment.unwrap_or_else(|| "never".to_owned())))
}
