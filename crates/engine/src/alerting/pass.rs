//! Evaluating all rules that are due, over one view of the world.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_query::Needs;
use rolecall_store::{
    ConnectorId, Endpoint, EvaluationReport, EvaluationWrite, FindingFilter, FindingState, FindingsReport, Store,
    StoreError, StoredFinding, StoredRule,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::asking::{Wish, is_spoken_of, queries_of, query_ask, wish};
use super::due::{is_due, is_findings_due};
use super::evaluation::{Asked, Known, Surroundings, evaluate, evaluate_unchanged, is_settled, is_unchanged};
use super::keep::saved_questions;
use super::row::{QueryFound, RuleRow};
use super::seen::Seen;
use super::{Interval, RuleDefinition, Subject, Trigger};
use crate::findings::{findings_built_in, findings_evaluate, severity_of};
use crate::query::{QueryLoadError, QueryScope, QueryWorlds};
use crate::questions::{Question, question};
use crate::rules::{RuleKnown, RuleSettings, check_all};
use crate::{Context, GraphImages};

/// Which rules to evaluate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that are due.
    Due,
    /// These, by name, due or not and disabled or not.
    Named(Vec<String>),
    /// All that are not disabled, and the built-in ones.
    All,
}

/// What a pass did.
#[derive(Clone, Debug, Default)]
pub struct PassReport {
    /// What the built-in rules found; nothing where they were not due.
    pub findings: Option<FindingsReport>,
    /// What became of each rule, by name.
    pub rules: BTreeMap<String, RuleOutcome>,
    /// The ids of what is to be told.
    pub deliveries: Vec<Uuid>,
}

/// What became of a rule in a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleOutcome {
    /// It was evaluated.
    Evaluated {
        /// How many rows it found.
        found: i64,
        /// How many of them it tells.
        told: i64,
        /// How many messages that makes.
        deliveries: usize,
    },
    /// It could not be evaluated.
    Failed(String),
    /// Somebody else was faster.
    Overtaken,
}

/// Why rules could not be evaluated at all.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// No rule has this name.
    #[error("no rule is called {0:?}")]
    Unknown(String),
    /// What queries are asked of could not be loaded.
    #[error(transparent)]
    Load(#[from] QueryLoadError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is the same for every pass of a process.
#[derive(Clone, Debug, Default)]
pub struct Passing {
    /// Where graphs are loaded from besides the database.
    pub images: GraphImages,
    /// Where the hub is, for links: `https://rolecall.acme.test`.
    pub hub: Option<String>,
}

/// Evaluates rules, and writes down what they found and what is to be told of it. The world is loaded once.
///
/// # Errors
/// [`PassError`]; what was evaluated until then stays.
pub async fn rules_evaluate(context: &Context, passing: &Passing, which: &Which) -> Result<PassReport, PassError> {
    let (store, now) = (&context.store, context.now());
    let seen = Seen::now(store, now).await?;
    let rules = store.rule_list().await?;
    if let Which::Named(names) = which
        && let Some(unknown) = names.iter().find(|name| !rules.iter().any(|rule| rule.name == **name))
    {
        return Err(PassError::Unknown(unknown.clone()));
    }
    let wanted: Vec<(StoredRule, RuleDefinition)> = rules
        .into_iter()
        .filter_map(|rule| Some((rule.clone(), serde_json::from_value(rule.definition).ok()?)))
        .filter(|(rule, definition)| is_wanted(which, rule, definition, &seen, now))
        .collect();
    let findings_are_due = match which {
        Which::Due => is_findings_due(&store.finding_turn().await?, &seen, now),
        Which::All => true,
        Which::Named(_) => false,
    };
    let mut report = PassReport::default();
    if wanted.is_empty() && !findings_are_due {
        return Ok(report);
    }
    let mut pass = Pass {
        context,
        passing,
        now,
        seen,
        worlds: QueryWorlds::of(QueryScope::default()).with_images(passing.images.clone()),
        without: BTreeMap::new(),
        endpoints: store.endpoint_list().await?,
        connectors: store.snapshots_current().await?.into_keys().collect(),
        findings: Vec::new(),
    };
    if findings_are_due {
        report.findings = pass.built_in().await?;
    }
    if wanted.iter().any(|(_, definition)| matches!(definition.subject, Subject::Findings(_))) {
        pass.findings = findings_built_in(store).await?;
    }
    for (rule, definition) in &wanted {
        if context.is_stopped() {
            break;
        }
        let outcome = pass.rule(rule, definition, &mut report.deliveries).await?;
        report.rules.insert(rule.name.clone(), outcome);
        tokio::task::yield_now().await;
    }
    Ok(report)
}

/// Whether anything is due, without evaluating it.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn rules_are_due(store: &Store, now: Timestamp) -> Result<bool, StoreError> {
    let seen = Seen::now(store, now).await?;
    let has_something = !store.snapshots_current().await?.is_empty();
    if has_something && is_findings_due(&store.finding_turn().await?, &seen, now) {
        return Ok(true);
    }
    let interval = |rule: &StoredRule| {
        rule.definition.get("interval").and_then(Json::as_str).and_then(Interval::read).unwrap_or(Interval::Disabled)
    };
    let rules = store.rule_list().await?;
    Ok(rules.iter().any(|rule| is_due(interval(rule), rule.standing.as_ref(), &seen, now)))
}

fn is_wanted(which: &Which, rule: &StoredRule, definition: &RuleDefinition, seen: &Seen, now: Timestamp) -> bool {
    match which {
        Which::Due => is_due(definition.interval, rule.standing.as_ref(), seen, now),
        Which::Named(names) => names.contains(&rule.name),
        Which::All => definition.interval != Interval::Disabled,
    }
}

struct Pass<'p> {
    context: &'p Context,
    passing: &'p Passing,
    now: Timestamp,
    seen: Seen,
    worlds: QueryWorlds,
    /// Worlds without some connectors, which rules see for the first time.
    without: BTreeMap<BTreeSet<ConnectorId>, QueryWorlds>,
    endpoints: Vec<Endpoint>,
    connectors: BTreeSet<ConnectorId>,
    /// Those of the built-in rules, where a rule asks for them.
    findings: Vec<StoredFinding>,
}

impl Pass<'_> {
    /// Evaluates the built-in rules. Nothing where somebody else was faster.
    async fn built_in(&mut self) -> Result<Option<FindingsReport>, PassError> {
        let store = &self.context.store;
        let needs = Needs { moments: [None].into(), ..Needs::default() };
        self.worlds.load(store, &needs, self.now).await?;
        let Some(view) = self.worlds.views(&needs).next() else { return Ok(None) };
        let known = Box::pin(RuleKnown::load(store, view, self.now)).await?;
        let answer = check_all(view, &known, &RuleSettings::default(), self.now);
        let report = findings_evaluate(store, view, &answer, &self.seen.text(), self.now).await;
        match report {
            Ok(report) => Ok(Some(report)),
            Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn rule(
        &mut self,
        rule: &StoredRule,
        definition: &RuleDefinition,
        deliveries: &mut Vec<Uuid>,
    ) -> Result<RuleOutcome, PassError> {
        let write = match self.unchanged(rule, definition).await? {
            Some(write) => write,
            None => self.evaluated(rule, definition).await?,
        };
        let failed = write.standing.error.clone();
        let report = match self.context.store.rule_evaluation_write(&write).await {
            Ok(report) => report,
            Err(StoreError::Conflict { .. }) => return Ok(RuleOutcome::Overtaken),
            Err(error) => return Err(error.into()),
        };
        let EvaluationReport { deliveries: new, .. } = report;
        let count = new.len();
        deliveries.extend(new);
        Ok(match failed {
            Some(why) => RuleOutcome::Failed(why),
            None => RuleOutcome::Evaluated { found: write.standing.count, told: write.told, deliveries: count },
        })
    }

    /// What is written of a rule that finds what it found the last time. Its rows are compared by a digest and not read, which
    /// makes most evaluations cheap: most rules find nothing new.
    async fn unchanged(
        &mut self,
        rule: &StoredRule,
        definition: &RuleDefinition,
    ) -> Result<Option<EvaluationWrite>, PassError> {
        if !is_settled(rule, definition) || is_spoken_of(definition) {
            return Ok(None);
        }
        let Ok(found) = self.ask(definition, None, &|_, _| false).await? else { return Ok(None) };
        if !is_unchanged(rule, &found) {
            return Ok(None);
        }
        let known = Known { rule, definition, rows: BTreeMap::new(), findings: Vec::new() };
        Ok(Some(evaluate_unchanged(&known, &found, &self.surroundings())))
    }

    async fn evaluated(
        &mut self,
        rule: &StoredRule,
        definition: &RuleDefinition,
    ) -> Result<EvaluationWrite, PassError> {
        let rows = match &rule.standing {
            Some(_) => self.context.store.rule_rows(rule.id).await?,
            None => BTreeMap::new(),
        };
        let asked = self.ask(definition, None, &wish(rule, definition, &rows)).await?;
        let noted = match &asked {
            Ok(found) => self.noted(rule, definition, found).await?,
            Err(_) => BTreeSet::new(),
        };
        let of_rule = FindingFilter { rules: Some(vec![rule.uuid.to_string()]), ..FindingFilter::default() };
        let findings = self.context.store.finding_list(&of_rule).await?;
        let known = Known { rule, definition, rows, findings };
        Ok(evaluate(&known, asked, &noted, &self.surroundings()))
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings { now: self.now, hub: self.passing.hub.as_deref(), endpoints: &self.endpoints, seen: &self.seen }
    }

    /// Keys of rows that are there only because a connector is seen for the first time.
    async fn noted(
        &mut self,
        rule: &StoredRule,
        definition: &RuleDefinition,
        found: &[QueryFound],
    ) -> Result<BTreeSet<String>, PassError> {
        let is_asking_what_is_new =
            matches!(definition.trigger, Trigger::NewRows { first: false } | Trigger::CountChanged);
        let evaluated = rule.standing.as_ref().filter(|standing| standing.evaluated_at.is_some());
        let Some(evaluated) = evaluated.filter(|_| is_asking_what_is_new) else { return Ok(BTreeSet::new()) };
        let new = Seen::read(&evaluated.seen).new_in(&self.connectors);
        if new.is_empty() || matches!(definition.subject, Subject::Findings(_)) {
            return Ok(BTreeSet::new());
        }
        let Ok(without) = self.ask(definition, Some(&new), &|_, _| false).await? else { return Ok(BTreeSet::new()) };
        let there: BTreeSet<&String> = without.iter().flat_map(|query| query.rows.keys()).collect();
        let all = found.iter().flat_map(|query| query.rows.keys());
        Ok(all.filter(|key| !there.contains(key)).cloned().collect())
    }

    /// What a rule's queries find, in the world or in one without some connectors.
    async fn ask(
        &mut self,
        definition: &RuleDefinition,
        without: Option<&BTreeSet<ConnectorId>>,
        wish: &Wish<'_>,
    ) -> Result<Asked, PassError> {
        let queries = match &definition.subject {
            Subject::Queries(queries) => queries.clone(),
            Subject::Question(id) => match self.question(id).await? {
                Some(question) => queries_of(&question),
                None => return Ok(Err(format!("no question is called {id:?}"))),
            },
            Subject::Findings(rules) => return Ok(Ok(vec![self.open_findings(rules)])),
        };
        if queries.is_empty() {
            return Ok(Err("it asks nothing: it has no query".to_owned()));
        }
        let (store, now) = (self.context.store.clone(), self.now);
        let worlds = match without {
            None => &mut self.worlds,
            Some(some) => self.without.entry(some.clone()).or_insert_with(|| {
                let scope = QueryScope { without: some.clone(), ..QueryScope::default() };
                QueryWorlds::of(scope).with_images(self.passing.images.clone())
            }),
        };
        let mut found = Vec::with_capacity(queries.len());
        for query in &queries {
            match query_ask(&store, worlds, (query, &definition.trigger, wish), now).await? {
                Ok(one) => found.push(one),
                Err(why) => return Ok(Err(format!("the query {}: {why}", query.name))),
            }
        }
        Ok(Ok(found))
    }

    /// A ready question, or one that somebody keeps.
    async fn question(&self, id: &str) -> Result<Option<Question>, StoreError> {
        let is = |question: &Question| question.id == id || question.title.eq_ignore_ascii_case(id);
        let saved = saved_questions(&self.context.store).await?;
        let ready = || question(id).or_else(|| crate::questions::questions().iter().find(|question| is(question)));
        Ok(saved.into_iter().find(is).or_else(|| ready().cloned()))
    }

    /// The findings of these built-in rules that somebody has to look at.
    fn open_findings(&self, rules: &[String]) -> QueryFound {
        let is_asked = |finding: &&StoredFinding| rules.is_empty() || rules.contains(&finding.rule);
        let asked = self.findings.iter().filter(is_asked);
        let is_open = |finding: &&StoredFinding| finding.state(self.now) == FindingState::Open;
        let row = |finding: &StoredFinding| {
            let mut data = finding.content.clone();
            data["code"] = json!(finding.code);
            data["displayName"] = json!(finding.title);
            let values = [
                ("title".to_owned(), json!(finding.title)),
                ("severity".to_owned(), json!(severity_of(&finding.severity))),
            ];
            let (key, title) = (finding.code.clone(), finding.title.clone());
            (key.clone(), RuleRow { key, title, data, values: values.into() })
        };
        let rows = asked.filter(is_open).map(row).collect();
        QueryFound { name: "findings".to_owned(), rows, is_complete: true, besides: Json::Null }
    }
}
