//! What is to be added, removed and changed.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::{ConnectorDeclaration, ResourceRef, Timestamp, TypeDeclaration};

use super::actual::{Actual, ActualRight, ActualThing, order};
use super::answer::{
    DriftAnswer, DriftChange, DriftCounts, DriftRow, DriftState, Excepted, ExceptionAnswer, named, right_text,
};
use super::exception::Exception;
use super::seen::Seen;
use super::wanted::{WantedConnector, WantedKind, WantedRight, WantedThing};
use crate::completeness::CompletenessBuilder;
use crate::world::{ConnectorView, WorldView};

/// Compares everything that a file mentions.
pub(super) fn compared(view: &WorldView, actual: &[Actual], wanted: &[WantedConnector], now: Timestamp) -> DriftAnswer {
    let mut answer = DriftAnswer {
        counts: DriftCounts::default(),
        rows: Vec::new(),
        exceptions: Vec::new(),
        judged: Vec::new(),
        not_judged: Vec::new(),
        completeness: CompletenessBuilder::default().finish(),
    };
    let mut builder = CompletenessBuilder::default();
    for ((connector, actual), segment) in view.connectors.iter().zip(actual).zip(0_u32..) {
        let Some(wanted) = wanted.iter().find(|wanted| wanted.segment == segment) else {
            answer.not_judged.push(connector.title());
            continue;
        };
        answer.judged.push(connector.title());
        let comparison = Comparison::new(connector, actual);
        let mut rows = comparison.rows(wanted, &mut builder);
        answer.exceptions.extend(excepted(&connector.title(), &mut rows, &wanted.exceptions, now));
        answer.rows.extend(rows.into_iter().map(|found| found.row));
    }
    answer.completeness = builder.finish();
    answer.rows.iter().for_each(|row| count(&mut answer.counts, row));
    answer
}

fn count(counts: &mut DriftCounts, row: &DriftRow) {
    let place = match (row.state, row.change) {
        (DriftState::Drift, Some(DriftChange::Add)) => &mut counts.to_add,
        (DriftState::Drift, Some(DriftChange::Remove)) => &mut counts.to_remove,
        (DriftState::Drift, Some(DriftChange::Change)) => &mut counts.to_change,
        (DriftState::Excepted, _) => &mut counts.excepted,
        (DriftState::Unknown, _) => &mut counts.unknown,
        (DriftState::RemovalUnconfirmed, _) | (DriftState::Drift, None) => &mut counts.removal_unconfirmed,
    };
    *place += 1;
}

/// A row, and what exceptions ask of it.
struct Found {
    row: DriftRow,
    thing: ResourceRef,
    holder: Option<ResourceRef>,
}

/// What one connector has, against what is wanted of it.
struct Comparison<'v> {
    declaration: &'static ConnectorDeclaration,
    title: String,
    root: ResourceRef,
    actual: &'v Actual,
    seen: Seen<'v>,
}

impl<'v> Comparison<'v> {
    fn new(connector: &'v ConnectorView, actual: &'v Actual) -> Self {
        let (declaration, title, root) = (connector.declaration, connector.title(), connector.root());
        Self { declaration, title, root, actual, seen: Seen::of(connector, actual) }
    }

    fn rows(&self, wanted: &WantedConnector, builder: &mut CompletenessBuilder) -> Vec<Found> {
        let (mut rows, nothing) =
            (Vec::new(), (WantedThing { only: true, ..WantedThing::default() }, ActualThing::default()));
        let mut judged = Vec::new();
        for kind in &wanted.kinds {
            let there = self.actual.of_kind(kind.declared.name).map(|(thing, _)| thing);
            let things: BTreeSet<&ResourceRef> = kind.things.keys().chain(there.filter(|_| kind.only)).collect();
            for thing in things.iter().copied() {
                let (wanted, there) = (kind.things.get(thing), self.actual.things.get(thing));
                rows.extend(self.thing_row(kind.declared, thing, wanted, there));
                let (wanted, there) = (wanted.unwrap_or(&nothing.0), there.unwrap_or(&nothing.1));
                self.holder_rows(kind, thing, wanted, there, &mut rows);
            }
            judged.extend(things);
        }
        self.seen.completeness_add(builder, judged.into_iter());
        rows
    }

    /// Whether the thing itself is there.
    fn thing_row(
        &self,
        declared: &TypeDeclaration,
        thing: &ResourceRef,
        wanted: Option<&WantedThing>,
        there: Option<&ActualThing>,
    ) -> Option<Found> {
        if *thing == self.root {
            return None;
        }
        let row = self.row(declared, thing, named(thing));
        let line = wanted.map(|wanted| wanted.place.line).filter(|line| *line > 0);
        let row = match (wanted, there) {
            (Some(_), None) => {
                let doubt = self.seen.thing_doubt();
                let state = if doubt.is_some() { DriftState::Unknown } else { DriftState::Drift };
                DriftRow { state, change: Some(DriftChange::Add), remarks: doubt.into_iter().collect(), ..row }
            }
            (None, Some(there)) => {
                let (change, remarks) = (Some(DriftChange::Remove), waits(there.unconfirmed));
                DriftRow { change, removal_unconfirmed: there.unconfirmed, remarks, ..row }
            }
            (Some(_), Some(there)) if there.unconfirmed => {
                let state = DriftState::RemovalUnconfirmed;
                DriftRow { state, removal_unconfirmed: true, remarks: waits(true), ..row }
            }
            _ => return None,
        };
        Some(Found { row: DriftRow { line, ..row }, thing: thing.clone(), holder: None })
    }

    fn holder_rows(
        &self,
        kind: &WantedKind,
        thing: &ResourceRef,
        wanted: &WantedThing,
        there: &ActualThing,
        rows: &mut Vec<Found>,
    ) {
        let none = (BTreeMap::new(), BTreeMap::new());
        let holders: BTreeSet<&ResourceRef> = wanted.holders.keys().chain(there.holders.keys()).collect();
        for holder in holders {
            let is_wanted = wanted.holders.get(holder).unwrap_or(&none.0);
            let is_held = there.holders.get(holder).unwrap_or(&none.1);
            for pair in pairs(kind.declared, wanted, is_wanted, is_held) {
                rows.extend(self.right_row(kind.declared, thing, holder, &pair));
            }
        }
    }

    fn right_row(
        &self,
        declared: &TypeDeclaration,
        thing: &ResourceRef,
        holder: &ResourceRef,
        pair: &Pair<'_>,
    ) -> Option<Found> {
        let unconfirmed = pair.held.is_some_and(|(_, held)| held.unconfirmed);
        let (mut remarks, mut state, mut change) = (waits(unconfirmed), DriftState::Drift, None);
        match (pair.wanted, pair.held) {
            (Some((wanted, _)), Some((held, _))) if wanted != held => change = Some(DriftChange::Change),
            (Some(_), Some(_)) if unconfirmed => state = DriftState::RemovalUnconfirmed,
            (Some((wanted, _)), None) => {
                change = Some(DriftChange::Add);
                if let Some(doubt) = self.seen.right_doubt(thing, holder, wanted) {
                    state = DriftState::Unknown;
                    remarks.push(doubt);
                }
            }
            (None, Some(_)) => change = Some(DriftChange::Remove),
            _ => return None,
        }
        if pair.held.is_some_and(|(_, held)| held.path_unknown) {
            remarks.push("nothing shows how they came by it".to_owned());
        }
        remarks.extend(pair.wanted.and_then(|(_, wanted)| wanted.remark.clone()).filter(|_| pair.held.is_none()));
        let (wanted, held) = (pair.wanted.map(|(slug, _)| slug), pair.held.map(|(slug, _)| slug));
        let slug = wanted.or(held)?;
        let was = held.filter(|held| *held != slug).map_or_else(String::new, |held| format!(" (is {held})"));
        let text = format!("{}: {}{was}", named(holder), right_text(self.declaration, thing, slug));
        let mut row = self.row(declared, thing, text);
        row.path.extend([slug.to_owned(), holder.to_string()]);
        let row = DriftRow {
            state,
            change,
            who: Some(holder.to_string()),
            wanted: wanted.map(str::to_owned),
            held: held.map(str::to_owned),
            removal_unconfirmed: unconfirmed,
            remarks,
            line: pair.wanted.map(|(_, wanted)| wanted.place.line).filter(|line| *line > 0),
            ..row
        };
        Some(Found { row, thing: thing.clone(), holder: Some(holder.clone()) })
    }

    fn row(&self, declared: &TypeDeclaration, thing: &ResourceRef, text: String) -> DriftRow {
        let mut path = vec![self.title.clone()];
        match *thing == self.root {
            true => path.push(declared.name.to_owned()),
            false => path.extend([declared.plural.to_owned(), thing.id.to_string()]),
        }
        DriftRow {
            state: DriftState::Drift,
            change: None,
            connector: self.title.clone(),
            path,
            text,
            on: thing.to_string(),
            who: None,
            wanted: None,
            held: None,
            removal_unconfirmed: false,
            excepted: None,
            expired: None,
            remarks: Vec::new(),
            line: None,
        }
    }
}

fn waits(unconfirmed: bool) -> Vec<String> {
    let text = "missing in the last reading; its removal waits for a person (rolecall changes)";
    if unconfirmed { vec![text.to_owned()] } else { Vec::new() }
}

/// What is wanted of one holder, and what is held: the same right, one in place of another, or one of them alone.
struct Pair<'w> {
    wanted: Option<(&'w str, &'w WantedRight)>,
    held: Option<(&'w str, ActualRight)>,
}

fn pairs<'w>(
    declared: &TypeDeclaration,
    thing: &WantedThing,
    wanted: &'w BTreeMap<String, WantedRight>,
    held: &'w BTreeMap<String, ActualRight>,
) -> Vec<Pair<'w>> {
    let is_level = |slug: &str| order(declared, slug).is_some();
    let wants_level = wanted.keys().any(|slug| is_level(slug));
    // Whoever is to hold one level is to hold no other, whether or not the file mentions that.
    let is_judged = |slug: &str| thing.only || thing.mentioned.contains(slug) || wants_level && is_level(slug);
    let mut extra: Vec<(&str, ActualRight)> = Vec::new();
    let mut pairs = Vec::new();
    for (slug, right) in held {
        match wanted.get_key_value(slug) {
            Some((slug, wanted)) => pairs.push(Pair { wanted: Some((slug, wanted)), held: Some((slug, *right)) }),
            None if is_judged(slug) => extra.push((slug, *right)),
            None => {}
        }
    }
    for (slug, right) in wanted.iter().filter(|(slug, _)| !held.contains_key(*slug)) {
        let other = extra.iter().position(|(other, _)| is_level(other) && is_level(slug));
        let held = other.map(|at| extra.remove(at));
        pairs.push(Pair { wanted: Some((slug, right)), held });
    }
    pairs.extend(extra.into_iter().map(|held| Pair { wanted: None, held: Some(held) }));
    pairs
}

/// Marks what exceptions allow, and tells what became of each.
fn excepted(title: &str, rows: &mut [Found], exceptions: &[Exception], now: Timestamp) -> Vec<ExceptionAnswer> {
    let mut counts = vec![0_usize; exceptions.len()];
    for found in rows.iter_mut().filter(|found| found.row.change.is_some()) {
        let mut about: Vec<&Exception> = Vec::new();
        for (exception, count) in exceptions.iter().zip(&mut counts).filter(|(exception, _)| exception.is_about(found))
        {
            *count += 1;
            about.push(exception);
        }
        let longest = about.into_iter().max_by_key(|exception| exception.until.1);
        let Some(exception) = longest else { continue };
        let excepted = Some(Excepted { reason: exception.reason.clone(), until: exception.until.0.clone() });
        match exception.is_expired(now) {
            true => found.row.expired = excepted,
            false => (found.row.state, found.row.excepted) = (DriftState::Excepted, excepted),
        }
    }
    exceptions.iter().zip(counts).map(|(exception, rows)| exception.answer(title, rows, now)).collect()
}

impl Exception {
    const fn is_expired(&self, now: Timestamp) -> bool {
        self.until.1.0 <= now.0
    }

    fn is_about(&self, found: &Found) -> bool {
        let is_right = |rights: &Vec<String>| {
            let mut slugs = [&found.row.wanted, &found.row.held].into_iter().flatten();
            slugs.any(|slug| rights.contains(slug))
        };
        self.on.as_ref().is_none_or(|on| *on == found.thing)
            && self.who.as_ref().is_none_or(|who| found.holder.as_ref() == Some(who))
            && self.rights.as_ref().is_none_or(|(_, rights)| is_right(rights))
    }

    fn answer(&self, title: &str, rows: usize, now: Timestamp) -> ExceptionAnswer {
        let who = self.who.as_ref().map(ToString::to_string);
        let right = self.rights.as_ref().map(|(word, _)| word.clone());
        let on = self.on.as_ref().map(|on| format!("on {on}"));
        ExceptionAnswer {
            connector: title.to_owned(),
            text: who.into_iter().chain(right).chain(on).collect::<Vec<_>>().join(" "),
            reason: self.reason.clone(),
            until: self.until.0.clone(),
            expired: self.is_expired(now),
            rows,
            line: Some(self.place.line).filter(|line| *line > 0),
        }
    }
}
