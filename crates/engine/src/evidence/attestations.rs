//! What people had stated that no registry tells, as that.

use std::io;

use rolecall_model::Timestamp;
use rolecall_store::{Attestation, AttestationKind, StoreError};
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Row, Section, filled, text};
use crate::moment::moment_text;
use crate::world::ConnectorView;

/// See [`Section`].
pub(super) struct Attestations {
    rows: Vec<Row>,
    missing: Vec<String>,
}

impl Attestations {
    /// Reads them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let mut rows = Vec::new();
        for stated in scope.store.attestation_list().await?.into_iter().rev().filter(|one| one.at <= scope.at) {
            let of = scope.view.connectors.iter().find(|connector| connector.record.id == stated.connector);
            rows.extend(of.map(|connector| row(connector, stated, scope.at)));
        }
        Ok(Self { rows, missing: scope.missing() })
    }
}

fn row(connector: &ConnectorView, stated: Attestation, at: Timestamp) -> Row {
    // That an organisation requires it says nothing of any one account.
    let of_accounts = stated.kind == AttestationKind::TwoFactor;
    let (state, until) = stated.state(at);
    let withdrawn = stated.withdrawn.filter(|withdrawn| withdrawn.at <= at);
    let (file, digest) = stated.file.map(|file| (file.name, file.sha256)).unzip();
    vec![
        text(stated.uuid.to_string()),
        text(connector.title()),
        text(stated.kind.word()),
        text(state.word()),
        text(stated.actor),
        text(moment_text(stated.at)),
        text(moment_text(until)),
        of_accounts.then_some(stated.accounts).map_or_else(|| text(""), Json::from),
        of_accounts.then_some(stated.with_two_factor).map_or_else(|| text(""), Json::from),
        filled(stated.since),
        filled(file),
        filled(digest),
        filled(withdrawn.as_ref().map(|it| it.actor.clone())),
        filled(withdrawn.map(|it| it.reason)),
    ]
}

impl Section for Attestations {
    fn name(&self) -> &'static str {
        "attestations"
    }

    fn title(&self) -> &'static str {
        "Attestations: what people stated"
    }

    fn proves(&self) -> &'static str {
        "What no registry tells and a person stated, such as which npm accounts have two-factor authentication: who said so, \
         when, until when that counted, and the digest of the file it was read from. It is somebody's word and no observation."
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "attestation",
            "connector",
            "kind",
            "state",
            "by",
            "at",
            "until",
            "accounts",
            "withTwoFactor",
            "requiredSince",
            "file",
            "sha256",
            "withdrawnBy",
            "withdrawnBecause",
        ]
    }

    fn extent(&self) -> Extent {
        Extent::complete_unless(&self.missing, "every statement that was made by then is a row")
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.rows.iter().cloned().try_for_each(put)
    }
}
