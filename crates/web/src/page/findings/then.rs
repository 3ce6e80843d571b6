//! What the rules find at a past moment: worked out then and there, for nobody noted it, and nobody decided about it.

use std::sync::Arc;

use askama::Template;
use rolecall_engine::rules::{CheckAnswer, Finding, Outcome, RULES, RuleAnswer, RuleDeclaration, Severity};
use rolecall_engine::search::Places;
use rolecall_engine::{AsOf, Candidate};

use super::{HERE, rule_title, severity_chip};
use crate::api::findings_of;
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::explore::{When, or_unanswered};
use crate::page::{Answer, Frame, query_of, shown, told};
use crate::site::Site;
use crate::spreadsheet;
use crate::text::count;
use crate::world::of_one_moment;

/// How many findings the page shows; all of them are in the files.
const ROWS: usize = 200;
/// How many things of a finding are named.
const NAMED: usize = 8;

/// Which findings somebody wants to see.
#[derive(Default)]
struct Wish {
    severity: String,
    rule: String,
    connector: String,
    as_of: String,
}

impl Wish {
    fn of(query: &Form) -> Self {
        let text = |name| query.text(name).to_owned();
        Self { severity: text("severity"), rule: text("rule"), connector: text("connector"), as_of: text("as-of") }
    }

    fn wants(&self, finding: &Finding) -> bool {
        let is = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        is(&self.severity, finding.severity.word())
            && is(&self.rule, finding.rule)
            && is(&self.connector, &finding.connector)
    }

    async fn answer(&self, site: &Site) -> Result<Arc<CheckAnswer>, WebError> {
        findings_of(site, Some(self.as_of.as_str()).filter(|text| !text.is_empty())).await
    }

    fn query(&self, as_of: &str) -> String {
        query_of([
            ("severity", &self.severity),
            ("rule", &self.rule),
            ("connector", &self.connector),
            (as_of, &self.as_of),
        ])
    }
}

#[derive(Template)]
#[template(path = "findings/then.html")]
struct FindingsPage {
    frame: Frame,
    wish: Wish,
    answer: Arc<CheckAnswer>,
    connectors: Vec<String>,
    places: Places,
    when: When,
}

impl FindingsPage {
    fn wanted(&self) -> usize {
        self.answer.findings.iter().filter(|finding| self.wish.wants(finding)).count()
    }

    fn said(&self) -> String {
        count(u64::try_from(self.wanted()).unwrap_or(u64::MAX), "finding", "findings")
    }

    fn rows(&self) -> impl Iterator<Item = &Finding> {
        self.answer.findings.iter().filter(|finding| self.wish.wants(finding)).take(ROWS)
    }

    /// Rules that could not look at everything.
    fn unsure(&self) -> impl Iterator<Item = &RuleAnswer> {
        let applies = |rule: &&RuleAnswer| {
            rule.outcome != Outcome::NotApplicable && (!rule.completeness.complete || rule.undecided > 0)
        };
        self.answer.rules.iter().filter(applies)
    }

    fn rules(&self) -> &'static [&'static RuleDeclaration] {
        RULES
    }

    fn as_of(&self) -> Option<&AsOf> {
        self.answer.as_of.as_ref()
    }

    fn link(&self, named: &Candidate) -> Option<String> {
        let place = self.places.of(&named.connector, &named.kind)?;
        Some(self.when.place(place, &named.connector, &named.id))
    }

    /// Everybody and everything that a finding is about, each once, as far as it is named.
    fn about<'f>(&self, finding: &'f Finding) -> Vec<&'f Candidate> {
        let all = finding.subjects.iter().chain(&finding.evidence.resources);
        let mut about: Vec<&Candidate> = Vec::new();
        for named in all {
            if about.len() < NAMED && !about.contains(&named) {
                about.push(named);
            }
        }
        about
    }
}

pub(super) async fn page(site: &Site, signed: &Signed, query: &Form) -> Answer {
    or_unanswered(asked_page(site, signed, query).await, (signed, query), (HERE, HERE))
}

async fn asked_page(site: &Site, signed: &Signed, query: &Form) -> Answer {
    let (wish, when) = (Wish::of(query), When::of(query));
    let answer = wish.answer(site).await?;
    let work = |world: crate::world::Asked| {
        let view = world.view()?;
        Ok((view.connector_titles(), view.places()))
    };
    let (connectors, places) = site.graphs().ask(when.scope()?, of_one_moment(), work).await?;
    shown(&FindingsPage { frame: Frame::new(signed, "Findings", HERE), wish, answer, connectors, places, when })
}

pub(super) async fn table(site: &Site, query: &Form) -> Answer {
    let wish = Wish::of(query);
    let answer = wish.answer(site).await?;
    let head = ["severity", "rule", "finding", "connector", "since", "about", "what to do"].map(str::to_owned).to_vec();
    let cells = |finding: &Finding| {
        let about: Vec<String> = finding.subjects.iter().map(|named| format!("{} {}", named.kind, named.id)).collect();
        let (severity, rule) = (finding.severity.word().to_owned(), finding.rule.to_owned());
        let since = finding.since.clone().unwrap_or_default();
        let (title, connector) = (finding.title.clone(), finding.connector.clone());
        vec![severity, rule, title, connector, since, about.join("; "), finding.remediation.to_owned()]
    };
    let rows: Vec<Vec<String>> = answer.findings.iter().filter(|finding| wish.wants(finding)).map(cells).collect();
    spreadsheet::file("findings.csv", std::iter::once(head).chain(rows))
}
