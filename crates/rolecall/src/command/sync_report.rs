//! What a sync says when it is done.

use std::io;

use rolecall_engine::agreement::AgreementAnswer;
use rolecall_engine::status::ConnectorStatus;
use rolecall_engine::{EventsReport, StageReport, SyncReport, connector_title};
use rolecall_model::{Stage, Verdict};
use rolecall_store::Connector;
use serde_json::{Value as Json, json};

use super::status::counted;
use crate::output::text::{count, printable};
use crate::output::{line, paint_bold, paint_dim, paint_warning};

/// How many listings, exceptions or notes are shown one by one.
const SHOWN: usize = 10;

/// Prints the report for people.
pub(crate) fn print(
    record: &Connector,
    report: &SyncReport,
    compared: &[AgreementAnswer],
    overview: &[ConnectorStatus],
) -> io::Result<()> {
    line(&paint_bold(&printable(&format!("{} is read", connector_title(record)))))?;
    for connector in overview {
        line(&format!("  recorded: {}", counted(connector)))?;
    }
    report.stages.iter().try_for_each(stage_print)?;
    events_print(report)?;
    line(&format!("  {} sent", count(report.requests, "request", "requests")))?;
    agreement_print(compared)
}

fn events_print(report: &SyncReport) -> io::Result<()> {
    let Some(EventsReport { title, outcome }) = &report.events else { return Ok(()) };
    match outcome {
        Ok(0) => Ok(()),
        Ok(new) => line(&format!("  {title}: {}", count(*new, "new event", "new events"))),
        Err(reason) => line(&paint_dim(&printable(&format!(
            "  {title} not read, so that it is not known who did what: {}",
            reason.text
        )))),
    }
}

fn stage_print(stage: &StageReport) -> io::Result<()> {
    let mut parts = vec![count(stage.read, "listing read", "listings read")];
    if stage.resumed > 0 {
        parts.push(format!("{} of them by the interrupted run before", stage.resumed));
    }
    if stage.carried > 0 {
        parts.push(format!("{} carried to a later sync (budget)", stage.carried));
    }
    if stage.not_asked > 0 {
        parts.push(format!("{} not asked for, because the registry stopped answering", stage.not_asked));
    }
    parts.push(format!("{} new, {} gone", count(stage.appeared, "fact", "facts"), stage.removed));
    line(&format!("  {}: {}", stage.word(), parts.join(", ")))?;
    if let Some(sight) = &stage.sight {
        line(&format!("  roster: {}", printable(&sight_text(sight))))?;
    }
    if let Some(shrunk) = &stage.shrunk {
        let text = format!("  {shrunk}; so whatever disappeared waits (see: rolecall connectors accept-sight --help)");
        line(&paint_warning(&printable(&text)))?;
    }
    troubles_print(stage)?;
    if let Some(left) = &stage.left_out {
        let listings = count(left.count, "listing", "listings");
        let text =
            format!("  left out: {listings}, because {}; what was known before is still current", left.reason.text);
        line(&paint_warning(&printable(&text)))?;
        left.hint.as_ref().map_or(Ok(()), |hint| line(&paint_dim(&printable(&format!("    {hint}")))))?;
    }
    for held in &stage.held {
        let facts = count(held.facts, "removal waits", "removals wait");
        let text = format!("  Confirm changes: {facts} in {}: {} (see: rolecall changes)", held.key, held.reason);
        line(&paint_warning(&printable(&text)))?;
    }
    for (key, diagnostic) in stage.diagnostics.iter().take(SHOWN) {
        line(&paint_dim(&printable(&format!("  note: {key}: {}", diagnostic.text))))?;
    }
    Ok(())
}

fn sight_text(sight: &Verdict) -> String {
    match sight {
        Verdict::Proven => "proven complete: the token's own account is shown everyone".to_owned(),
        Verdict::Attested => "complete as attested; it may remove".to_owned(),
        Verdict::Unproven(reason) => format!("unproven, so that nothing is removed on its word: {}", reason.text),
        Verdict::Partial(reason) => format!("partial, so that nothing is removed on its word: {}", reason.text),
        Verdict::Unavailable(reason) => format!("not read: {}", reason.text),
    }
}

/// Listings in which the same went wrong.
struct Trouble<'r> {
    word: &'static str,
    code: &'r str,
    text: &'r str,
    kinds: Vec<&'r str>,
    number: usize,
    example: String,
}

impl Trouble<'_> {
    fn sentence(&self) -> String {
        match (self.kinds.as_slice(), self.number) {
            (_, 1) => format!("  {}: {}: {}", self.word, self.example, self.text),
            ([kind], number) => {
                format!("  {}: {number} listings of kind {kind}, such as {}: {}", self.word, self.example, self.text)
            }
            (kinds, _) => format!("  {}: {}: {}", self.word, kinds.join(", "), self.text),
        }
    }
}

/// One line for each reason, not for each of 300 packages.
fn troubles(stage: &StageReport) -> Vec<Trouble<'_>> {
    let mut groups: Vec<Trouble<'_>> = Vec::new();
    for trouble in &stage.troubles {
        let reason = trouble.verdict.reason();
        let (code, text) = reason.map_or(("", ""), |reason| (reason.code.as_str(), reason.text.as_str()));
        let kind = trouble.key.kind.as_str();
        let word = if matches!(trouble.verdict, Verdict::Partial(_)) { "partial" } else { "not read" };
        let is_same = |group: &&mut Trouble<'_>| {
            group.word == word && group.code == code && (group.kinds == [kind] || group.text == text)
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => {
                group.number += 1;
                if !group.kinds.contains(&kind) {
                    group.kinds.push(kind);
                }
            }
            None => {
                let example = trouble.key.to_string();
                groups.push(Trouble { word, code, text, kinds: vec![kind], number: 1, example });
            }
        }
    }
    groups
}

fn troubles_print(stage: &StageReport) -> io::Result<()> {
    let groups = troubles(stage);
    for group in groups.iter().take(SHOWN) {
        line(&paint_warning(&printable(&group.sentence())))?;
    }
    let is_membership = stage.stage == Stage::Membership;
    if is_membership && !groups.is_empty() {
        line("  what was known about these before is still current, and nothing is concluded from them")?;
    }
    Ok(())
}

/// `computed = collaborators for N of M packages`, with the exceptions.
pub(crate) fn agreement_print(compared: &[AgreementAnswer]) -> io::Result<()> {
    for answer in compared {
        line(&format!(
            "  computed = {} for {} of {} {} ({})",
            answer.listing, answer.agree, answer.compared, answer.plural, answer.connector
        ))?;
        for exception in answer.exceptions.iter().take(SHOWN) {
            let mut parts = Vec::new();
            if !exception.only_stated.is_empty() {
                parts.push(format!("only {} says {}", answer.registry, exception.only_stated.join(", ")));
            }
            if !exception.only_computed.is_empty() {
                parts.push(format!("only computed {}", exception.only_computed.join(", ")));
            }
            line(&printable(&format!("    {}: {}", exception.resource.id, parts.join("; "))))?;
        }
        if answer.exceptions.len() > SHOWN {
            line(&format!("    … and {} more (--format json shows all)", answer.exceptions.len() - SHOWN))?;
        }
    }
    Ok(())
}

/// The report for programs.
pub(crate) fn json(
    record: &Connector,
    report: &SyncReport,
    compared: &[AgreementAnswer],
    overview: &[ConnectorStatus],
) -> Json {
    json!({
        "connector": connector_title(record),
        "requests": report.requests,
        "membershipRead": report.is_membership_read(),
        "removalsWait": report.has_held(),
        "stages": report.stages.iter().map(stage_json).collect::<Vec<_>>(),
        "events": report.events.as_ref().map(|events| match &events.outcome {
            Ok(new) => json!({ "record": events.title, "new": new }),
            Err(reason) => json!({ "record": events.title, "reason": reason.code, "text": reason.text }),
        }),
        "agreement": compared,
        "status": overview.first(),
    })
}

fn stage_json(stage: &StageReport) -> Json {
    let verdict = |verdict: &Verdict| json!({ "verdict": verdict.kind().word(), "reason": verdict.reason().map(|reason| &reason.code), "text": verdict.reason().map(|reason| &reason.text) });
    json!({
        "stage": stage.word(),
        "read": stage.read,
        "resumed": stage.resumed,
        "carried": stage.carried,
        "notAsked": stage.not_asked,
        "appeared": stage.appeared,
        "removed": stage.removed,
        "roster": stage.sight.as_ref().map(verdict),
        "notRead": stage.troubles.iter().map(|trouble| json!({ "listing": trouble.key.to_string(), "verdict": verdict(&trouble.verdict) })).collect::<Vec<_>>(),
        "leftOut": stage.left_out.as_ref().map(|left| json!({ "count": left.count, "reason": left.reason.code, "text": left.reason.text })),
        "sightShrank": stage.shrunk,
        "held": stage.held,
        "diagnostics": stage.diagnostics.iter().map(|(key, noted)| json!({ "listing": key.to_string(), "code": noted.code, "text": noted.text })).collect::<Vec<_>>(),
    })
}
