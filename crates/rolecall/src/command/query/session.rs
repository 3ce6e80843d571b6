//! One query after another, asked of one database: what one needed is there for the next.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use rolecall_engine::clock_system;
use rolecall_engine::query::{QueryLoadError, QueryScope, QueryWorlds, Shown};
use rolecall_graph::{EntityGraph, PropertyValue};
use rolecall_model::Timestamp;
use rolecall_query::ast::{Query, Returns};
use rolecall_query::{Answer, Asked, Budget, Diagnostic, Limit, Needs, Prepared, Worlds, prepare};
use rolecall_store::Store;

use super::diagnostic::diagnostics_show;
use super::print::print;
use super::smart_class::{SmartClasses, needs_add};
use super::{explain, print};
use crate::command::{connector_known, known_check};
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::{Format, note, paint_warning};

const MICROSECONDS: i64 = 1000;

/// How queries are asked and answered.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) format: Format,
    pub(super) explain: bool,
    pub(super) include_deleted: bool,
    pub(super) require_complete: bool,
    pub(super) parameters: BTreeMap<String, Option<PropertyValue>>,
    pub(super) smart_classes: SmartClasses,
    pub(super) budget: Budget,
    /// Whether somebody has made sure of the names in queries, so that one nobody knows is only of something that is
    /// not here.
    pub(super) words_are_known: bool,
}

/// A database with what was loaded of it.
pub(super) struct Session {
    store: Store,
    pub(super) settings: Settings,
    worlds: QueryWorlds,
}

impl Session {
    /// The database that is asked.
    pub(super) const fn store(&self) -> &Store {
        &self.store
    }

    /// Nothing is loaded yet.
    pub(super) async fn new(
        store: Store,
        settings: Settings,
        connector: Option<String>,
        as_of: Option<Timestamp>,
    ) -> Result<Self, Failure> {
        if let Some(name) = &connector {
            connector_known(&store, name, as_of).await?;
        }
        let images = environment::graph_images(store.address());
        let worlds = QueryWorlds::of(QueryScope { connector, as_of, ..QueryScope::default() }).with_images(images);
        Ok(Self { store, settings, worlds })
    }

    /// Asks about another moment from now on, or about the present.
    pub(super) async fn set_as_of(&mut self, as_of: Option<Timestamp>) -> Result<(), Failure> {
        let connector = self.worlds.scope().connector.clone();
        if let Some(name) = &connector {
            connector_known(&self.store, name, as_of).await?;
        }
        let images = self.worlds.images().clone();
        self.worlds = QueryWorlds::of(QueryScope { connector, as_of, ..QueryScope::default() }).with_images(images);
        Ok(())
    }

    /// Loads the moment that is asked about, for whoever wants to know what there is.
    pub(super) async fn graph(&mut self) -> Result<Option<&EntityGraph>, Failure> {
        let needs = Needs { moments: [None].into(), ..Needs::default() };
        self.worlds.load(&self.store, &needs, clock_system()).await.map_err(failure)?;
        Ok(self.worlds.graph())
    }

    /// What is loaded, and how old it is.
    pub(super) fn worlds(&self) -> &QueryWorlds {
        &self.worlds
    }

    /// Asks a query and prints its answer, or what is wrong with it.
    pub(super) async fn ask(&mut self, text: &str, stop: &AtomicBool) -> Result<Exit, Failure> {
        let prepared = match prepare(text) {
            Ok(prepared) => prepared,
            Err(why) => return Ok(refused(text, &why)),
        };
        form_check(prepared.query(), &self.settings)?;
        let now = clock_system();
        let asked = self.asked(now, stop);
        let mut needs = match prepared.needs(&asked) {
            Ok(needs) => needs,
            Err(why) => return Ok(refused(text, &why)),
        };
        if let Err(why) = needs_add(prepared.query(), &self.settings.smart_classes, &asked, &mut needs) {
            return Ok(refused(text, &why));
        }
        needs.deleted |= asked.include_deleted;
        self.worlds.load(&self.store, &needs, now).await.map_err(failure)?;
        self.worlds.views(&needs).try_for_each(known_check)?;
        let worlds = Worlds { smart_classes: self.settings.smart_classes.clone(), ..self.worlds.worlds() };
        match prepared.run(&worlds, &asked) {
            Ok(mut answer) => {
                let is_remark = |one: &Diagnostic| !(self.settings.words_are_known && one.code == "unknown-property");
                answer.diagnostics.retain(is_remark);
                self.show(&prepared, &needs, &answer)
            }
            Err(why) => Ok(refused(text, &why)),
        }
    }

    fn asked<'a>(&self, now: Timestamp, stop: &'a AtomicBool) -> Asked<'a> {
        let now = self.worlds.scope().as_of.unwrap_or(now);
        Asked {
            parameters: self.settings.parameters.clone(),
            now: now.0.div_euclid(MICROSECONDS),
            include_deleted: self.settings.include_deleted,
            budget: self.settings.budget,
            cancelled: Some(stop),
        }
    }

    fn show(&self, prepared: &Prepared, needs: &Needs, answer: &Answer<'_>) -> Result<Exit, Failure> {
        let reasons = self.worlds.reasons();
        let shown = Shown::new(&self.worlds, &reasons, (prepared, needs), answer);
        diagnostics_show(prepared.text(), &answer.diagnostics);
        match self.settings.explain {
            true => explain::print(&shown, self.settings.format)?,
            false => print(&shown, self.settings.format)?,
        }
        print::limits_lines(answer).iter().for_each(|text| note(&paint_warning(text)));
        Ok(self.exit(&shown))
    }

    fn exit(&self, shown: &Shown<'_>) -> Exit {
        match shown {
            _ if shown.answer.limits.iter().any(|reached| reached.limit == Limit::Cancelled) => Exit::Stopped,
            _ if self.settings.require_complete && !shown.is_complete() => Exit::Incomplete,
            _ => Exit::Done,
        }
    }
}

/// Shows why a query is not asked.
fn refused(text: &str, why: &[Diagnostic]) -> Exit {
    diagnostics_show(text, why);
    Exit::Usage
}

/// What has no paths cannot be drawn.
fn form_check(query: &Query, settings: &Settings) -> Result<(), Failure> {
    let has_paths = matches!(query.returns, Some(Returns::Tree(_) | Returns::Path(_)));
    let wants_paths = matches!(settings.format, Format::Tree | Format::Graph | Format::Dot);
    if !wants_paths || has_paths || settings.explain {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "this query's answer has no paths to be printed in this format")
        .hint("end the query with RETURN TREE or RETURN PATH, or take --format table, json or csv"))
}

fn failure(error: QueryLoadError) -> Failure {
    match error {
        QueryLoadError::Store(error) => error.into(),
        QueryLoadError::Future(_) => Failure::new(Exit::Usage, error.to_string()).hint("ask about an earlier moment"),
    }
}
