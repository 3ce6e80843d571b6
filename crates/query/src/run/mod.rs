//! Finding the answer.

mod aggregate;
mod cell;
mod counting;
mod distinct;
mod hint;
mod joined;
mod large;
mod memo;
mod meter;
mod nested;
mod plan;
mod row;
mod search;
mod table;
mod tree;
mod walk;
mod window;

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use rolecall_graph::EntityId;

use crate::answer::{Answer, Found, Limit, LimitReached, Tree};
use crate::ast::{Query, Returns};
use crate::bind::{Chain, Names, Slots, chains};
use crate::compile::{Compiler, Notes, OrderBy, Running, Slot, empty_graph};
use crate::diagnostic::{Diagnostic, has_error};
use crate::set::EntitySetBits;
use crate::table::Table;
use aggregate::GroupSink;
use counting::Counting;
use meter::Meter;
use row::Row;
use search::{Engine, Search};
use table::{Rows, Shape};
use walk::Walk;
use window::Window;

pub(crate) use nested::list_of;

/// What is needed to find an answer.
struct Run<'r, 'g> {
    query: &'r Query,
    slots: &'r Slots<'r>,
    chains: &'r [Chain],
    engine: Engine<'r, 'g>,
    plan: Vec<String>,
}

/// The answer to a query, of the graph of the moment it asks about.
pub(crate) fn run<'g>(
    query: &Query,
    text: &str,
    running: Running<'_, 'g>,
    moment: Option<i64>,
) -> Result<Answer<'g>, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let slots = Slots::of(query);
    let names = Names::of(&slots, &mut diagnostics);
    let moment = moment_of(query, text, running, &names, moment)?;
    let Some(graph) = running.worlds.graphs.get(&moment).copied() else {
        let span = query.as_of.as_ref().map(crate::ast::Expression::span).unwrap_or_default();
        return Err(vec![Diagnostic::error("no-world", span, "nothing was loaded of this moment")]);
    };
    let mut compiler = Compiler::new(text, (graph, moment), &names, Some(running));
    compiler.diagnostics = diagnostics;
    let mut compiled = compiler.compile(query, &slots);
    let list_order = if compiled.columns.is_none() { compiler.list_order(query) } else { Vec::new() };
    let (mut diagnostics, nested_limits) = (compiler.diagnostics, compiler.limits);
    if has_error(&diagnostics) {
        return Err(diagnostics);
    }
    let filter = std::mem::take(&mut compiled.filter);
    let (notes, meter) = (Notes::default(), Meter::new(running.asked));
    let engine = Engine { graph, compiled: &compiled, notes: &notes, meter: &meter };
    let chains = chains(&slots.steps).unwrap_or_default();
    let mut run = Run { query, slots: &slots, chains: &chains, engine, plan: Vec::new() };
    let mut searches: Vec<Search<'_, 'g>> =
        chains.iter().map(|chain| Search::new(engine, chain, &filter)).filter(|search| !search.is_void).collect();
    for search in &mut searches {
        let _ = search.begin();
        run.plan.extend(search.plan());
    }
    let found = run.found(&searches, &list_order);
    let plan = std::mem::take(&mut run.plan);
    let (found, cut) = within_rows(found, meter.rows());
    diagnostics.extend(notes.take());
    diagnostics.extend(plan::everybody(&searches));
    if found.is_empty() {
        diagnostics.extend(hint::other_names(&slots, engine));
    }
    Ok(Answer {
        graph,
        found,
        diagnostics,
        limits: nested_limits.into_iter().chain(meter.limits()).chain(cut).collect(),
        plan,
        work: meter.work(),
    })
}

/// The moment that a query asks about: its own, or the one around it.
fn moment_of(
    query: &Query,
    text: &str,
    running: Running<'_, '_>,
    names: &Names,
    around: Option<i64>,
) -> Result<Option<i64>, Vec<Diagnostic>> {
    let Some(as_of) = &query.as_of else { return Ok(around) };
    let empty = empty_graph();
    let mut compiler = Compiler::new(text, (&empty, around), names, Some(running));
    compiler.fixed_moment(as_of, "AS OF").map(Some).ok_or(compiler.diagnostics)
}

impl<'r, 'g> Run<'r, 'g> {
    fn found(&mut self, searches: &[Search<'r, 'g>], list_order: &[OrderBy]) -> Found<'g> {
        match &self.query.returns {
            None => Found::List(self.list(searches, list_order)),
            Some(Returns::Tree(_)) => Found::Tree(self.tree(searches, list_order)),
            Some(Returns::Path(_)) => Found::Paths(self.paths(searches, list_order)),
            Some(Returns::Items(_)) => Found::Table(self.table(searches)),
        }
    }

    fn each_row(
        &self,
        searches: &[Search<'r, 'g>],
        mut found: impl FnMut(&Search<'r, 'g>, &Row<'g>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for search in searches {
            let mut walk = Walk::new(search, self.slots);
            for start in search.starts() {
                walk.from(start, &mut |row| found(search, row))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Entities that paths begin with, each once.
    fn list(&self, searches: &[Search<'r, 'g>], order: &[OrderBy]) -> Vec<EntityId> {
        let mut about_others = false;
        order.iter().for_each(|order| order.slots(&mut |slot| about_others |= slot != Slot::Entity(0)));
        let list = match (order.is_empty(), about_others) {
            (true, _) => self.starts(searches).iter().collect(),
            (false, false) => self.sorted_starts(searches, order),
            (false, true) => self.sorted_by_paths(searches, order),
        };
        self.window().of(list.into_iter()).collect()
    }

    fn starts(&self, searches: &[Search<'r, 'g>]) -> EntitySetBits {
        let mut entities = EntitySetBits::default();
        for search in searches {
            let mut walk = Walk::new(search, self.slots);
            for start in search.starts() {
                if search.residual.is_empty() {
                    entities.insert(start);
                } else if !entities.contains(start) {
                    let _ = walk.from(start, &mut |_| {
                        entities.insert(start);
                        ControlFlow::Break(())
                    });
                }
            }
        }
        entities
    }

    fn sorted_starts(&self, searches: &[Search<'r, 'g>], order: &[OrderBy]) -> Vec<EntityId> {
        let Some(chain) = self.chains.first() else { return Vec::new() };
        let starts = self.starts(searches);
        let keyed = starts.iter().map(|entity| {
            let bound = row::At { chain, slot: 0, entity };
            let keys = order.iter().map(|order| cell::order_value(self.engine.graph, order, &bound));
            (keys.collect::<Vec<_>>(), entity)
        });
        let mut keyed: Vec<_> = keyed.collect();
        keyed.sort_by(|left, right| cell::by_values(order, &left.0, &right.0));
        keyed.into_iter().map(|(_, entity)| entity).collect()
    }

    /// By something else on the first path of each.
    fn sorted_by_paths(&self, searches: &[Search<'r, 'g>], order: &[OrderBy]) -> Vec<EntityId> {
        let mut first = BTreeMap::new();
        let _ = self.each_row(searches, |_, row| {
            let (key, start) = (row.key(), row.entities.first().copied().flatten());
            let is_first = first.get(&start).is_none_or(|(known, _)| key < *known);
            if is_first {
                let keys = order.iter().map(|order| cell::order_value(self.engine.graph, order, row));
                first.insert(start, (key, keys.collect::<Vec<_>>()));
            }
            ControlFlow::Continue(())
        });
        let mut keyed: Vec<_> = first.into_iter().collect();
        keyed.sort_by(|(_, left), (_, right)| cell::by_values(order, &left.1, &right.1));
        keyed.into_iter().filter_map(|(start, _)| start).collect()
    }

    fn window(&self) -> Window {
        let limit = self.query.limit.map(|limit| limit.value);
        Window { skip: self.query.skip.map_or(0, |skip| skip.value), limit }
    }

    /// Whether rows of these searches come in another order than that of answers.
    fn sorts(&self, searches: &[Search<'r, 'g>]) -> bool {
        let of_one = |search: &Search<'r, 'g>| {
            let by_edge = (0..search.last()).filter(|at| search.hop(*at).is_some_and(|hop| hop.by_edge)).count();
            by_edge > 0 && search.last() > 1
        };
        searches.len() > 1 || searches.iter().any(of_one)
    }

    fn tree(&self, searches: &[Search<'r, 'g>], order: &[OrderBy]) -> Tree {
        let mut sink = tree::TreeSink::default();
        if self.window() == Window::default() {
            let _ = self.each_row(searches, |_, row| {
                sink.add(row);
                ControlFlow::Continue(())
            });
        } else {
            self.paths(searches, order).iter().for_each(|path| sink.add_path(path));
        }
        sink.finish()
    }

    fn paths(&self, searches: &[Search<'r, 'g>], order: &[OrderBy]) -> Vec<crate::answer::FoundPath> {
        let graph = self.engine.graph;
        let in_order = order.is_empty() && !self.sorts(searches) && !self.query.unique;
        let enough = self.window().enough().filter(|_| in_order);
        let mut paths = Vec::new();
        let _ = self.each_row(searches, |search, row| {
            let keys: Vec<_> = order.iter().map(|order| cell::order_value(graph, order, row)).collect();
            paths.extend(tree::found_path(graph, search.chain, row).map(|path| (row.key(), keys, path)));
            match enough {
                Some(enough) if paths.len() >= enough => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        });
        paths.sort_by(|left, right| left.0.cmp(&right.0));
        if self.query.unique {
            let mut seen = HashSet::new();
            paths.retain(|(_, _, path)| seen.insert(path.clone()));
        }
        paths.sort_by(|left, right| cell::by_values(order, &left.1, &right.1));
        self.window().of(paths.into_iter()).map(|(_, _, path)| path).collect()
    }

    fn table(&mut self, searches: &[Search<'r, 'g>]) -> Table<'g> {
        let Some(columns) = &self.engine.compiled.columns else { return Table::default() };
        let window = self.window();
        let shape = Shape { columns, unique: self.query.unique, sorts: self.sorts(searches), window };
        let (graph, notes) = (self.engine.graph, self.engine.notes);
        if !columns.has_aggregates() {
            let mut rows = Rows::new(graph, shape);
            for search in searches {
                if Walk::new(search, self.slots).of_all(&search.starts(), &mut rows).is_break() {
                    break;
                }
            }
            return rows.finish(notes);
        }
        if let [search] = searches
            && let Some(counting) = Counting::new(search, self.slots, columns)
        {
            self.plan.push("count from set to set, without going along paths".to_owned());
            return counting.finish(shape, self.slots);
        }
        self.plan.push("go along every path and count each thing once in its group".to_owned());
        let change_entities = self.slots.changes.iter().map(|change| change.entity).collect();
        let mut sink = GroupSink::new(graph, columns, change_entities);
        let _ = self.each_row(searches, |_, row| sink.add(row));
        sink.finish(shape, notes)
    }
}

/// No more rows than are allowed.
fn within_rows(found: Found<'_>, allowed: u64) -> (Found<'_>, Option<LimitReached>) {
    let most = usize::try_from(allowed).unwrap_or(usize::MAX);
    let mut found = found;
    let had = match &mut found {
        Found::List(list) => cut(list, most),
        Found::Table(table) => {
            let had = table.len() > most;
            table.truncate(most);
            had
        }
        Found::Paths(paths) => cut(paths, most),
        Found::Tree(tree) => cut(&mut tree.entities, most) | cut(&mut tree.edges, most),
    };
    (found, had.then_some(LimitReached { limit: Limit::Rows, allowed }))
}

fn cut<T>(list: &mut Vec<T>, most: usize) -> bool {
    let had = list.len() > most;
    list.truncate(most);
    had
}
