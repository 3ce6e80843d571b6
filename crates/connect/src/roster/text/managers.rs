//! Who reports to whom: rosters name managers by id or by address, and sometimes in a circle.

use std::collections::HashMap;

use rolecall_model::person::{Person, PersonKey};

use super::Problems;

/// Replaces what rosters name managers by with their keys. Managers who are not there are kept and warned of.
pub(super) fn resolve(people: &mut [Person], lines: &[u64], problems: &mut Problems, warnings: &mut Problems) {
    let found = places(people);
    for (number, (person, line)) in people.iter_mut().zip(lines).enumerate() {
        match (&person.manager, found.get(number).cloned().flatten()) {
            // Whoever is at the top is often written as their own manager.
            (Some(_), Some((manager, _))) if manager == number => person.manager = None,
            (Some(_), Some((_, key))) => person.manager = Some(key),
            (Some(name), None) => warnings.add(*line, format!("the manager `{name}` is not in this roster")),
            (None, _) => {}
        }
    }
    let above = |number: usize| {
        let manager = found.get(number)?.as_ref()?.0;
        (manager != number).then_some(manager)
    };
    for circle in circles(people.len(), above) {
        let name = |number: &usize| people.get(*number).map_or("", |person| person.key.as_str());
        let names: Vec<&str> = circle.iter().chain(circle.first()).map(name).collect();
        let line = circle.first().and_then(|first| lines.get(*first)).copied().unwrap_or(0);
        problems.add(line, format!("managers go in a circle: {}; correct one of them", names.join(" reports to ")));
    }
}

/// The manager of each, where that is somebody of the roster: an id goes before an address.
fn places(people: &[Person]) -> Vec<Option<(usize, PersonKey)>> {
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for (number, person) in people.iter().enumerate() {
        if let Some(address) = person.main_address() {
            by_name.entry(address.to_lowercase()).or_insert(number);
        }
    }
    for (number, person) in people.iter().enumerate() {
        by_name.insert(person.key.as_str().to_owned(), number);
    }
    let place = |person: &Person| {
        let name = person.manager.as_ref()?.as_str();
        let number = *by_name.get(name).or_else(|| by_name.get(&name.to_lowercase()))?;
        Some((number, people.get(number)?.key.clone()))
    };
    people.iter().map(place).collect()
}

/// All circles, each once, beginning with whoever is first among them. `O(n)`.
fn circles(size: usize, above: impl Fn(usize) -> Option<usize>) -> Vec<Vec<usize>> {
    let mut walk_of: Vec<Option<usize>> = vec![None; size];
    let mut circles = Vec::new();
    for start in 0..size {
        let mut at = Some(start);
        while let Some(number) = at {
            match walk_of.get_mut(number) {
                Some(walk @ None) => *walk = Some(start),
                // Somewhere that this very walk has been.
                Some(Some(walk)) if *walk == start => {
                    circles.push(circle_from(number, &above));
                    break;
                }
                _ => break,
            }
            at = above(number);
        }
    }
    circles
}

fn circle_from(number: usize, above: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    let rest = std::iter::successors(above(number), |at| above(*at)).take_while(|at| *at != number);
    let mut circle: Vec<usize> = std::iter::once(number).chain(rest).collect();
    let first = circle.iter().enumerate().min_by_key(|(_, number)| **number).map_or(0, |(at, _)| at);
    circle.rotate_left(first);
    circle
}
