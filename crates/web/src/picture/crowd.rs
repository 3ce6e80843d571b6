//! Crowds: those at the same end whose ways are the same are drawn as one box that says how many they are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Many, Spot, Subject};

/// So many at an end are drawn one by one.
const ONE_BY_ONE: usize = 14;

/// So many boxes in the middle are drawn one by one.
const MIDDLE: usize = 40;

/// So many ways between the same ends are drawn even where there is no room.
const TOGETHER: usize = 2;

/// So many of a crowd that is opened.
pub(crate) const OPENED: usize = 50;

/// A box to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gathered {
    pub(super) spot: Spot,
    /// How many it stands for.
    pub(super) count: usize,
    pub(super) is_crowd: bool,
    /// What tells it from another that is called the same.
    pub(super) number: usize,
}

/// A way between boxes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) stops: Vec<Gathered>,
    pub(super) says: String,
    pub(super) is_unconfirmed: bool,
}

/// What is the same for everybody in a crowd.
type Rest<'w> = BTreeSet<(&'w [Spot], &'w Spot, &'w str, bool)>;

/// The boxes of all ways, crowds gathered.
pub(super) fn gather(subject: &Subject<'_>, open: &impl Fn(Option<usize>) -> String) -> Vec<Line> {
    let mut of_each: BTreeMap<&Spot, Rest<'_>> = BTreeMap::new();
    for way in subject.ways {
        let other = if subject.many == Many::From { &way.to } else { &way.from };
        let rest = (way.via.as_slice(), other, way.says.as_str(), way.is_unconfirmed);
        of_each.entry(subject.many.end(way)).or_default().insert(rest);
    }
    let boxes = if of_each.len() <= ONE_BY_ONE {
        of_each.into_iter().map(|(spot, rest)| (alone(spot), rest)).collect()
    } else {
        crowds(subject, of_each, open)
    };
    let lines = boxes.into_iter().flat_map(|(end, rest)| {
        let line = move |(via, other, says, is_unconfirmed): (&[Spot], &Spot, &str, bool)| {
            let middle = via.iter().map(alone);
            let stops = match subject.many {
                Many::From => std::iter::once(end.clone()).chain(middle).chain([alone(other)]).collect(),
                Many::To => std::iter::once(alone(other)).chain(middle).chain([end.clone()]).collect(),
            };
            Line { stops, says: says.to_owned(), is_unconfirmed }
        };
        rest.into_iter().map(line).collect::<Vec<_>>()
    });
    narrowed(lines.collect())
}

/// Where more boxes stand in the middle than anyone can follow, those between the same two ends are one.
fn narrowed(lines: Vec<Line>) -> Vec<Line> {
    let middle = |line: &Line| line.stops.get(1..line.stops.len().saturating_sub(1)).unwrap_or_default().to_vec();
    let boxes: BTreeSet<Gathered> = lines.iter().flat_map(middle).collect();
    if boxes.len() <= MIDDLE {
        return lines;
    }
    let mut between: BTreeMap<(Option<Gathered>, Option<Gathered>), Vec<Line>> = BTreeMap::new();
    for line in lines {
        between.entry((line.stops.first().cloned(), line.stops.last().cloned())).or_default().push(line);
    }
    let gathered = between.into_iter().enumerate().flat_map(|(number, ((first, last), lines))| {
        if lines.len() <= TOGETHER {
            return lines;
        }
        let name = crate::text::count(u64::try_from(lines.len()).unwrap_or(u64::MAX), "way", "ways");
        let spot = Spot { kind: "ways".to_owned(), name, link: None };
        let ways = Gathered { spot, count: lines.len(), is_crowd: true, number };
        let is_unconfirmed = lines.iter().all(|line| line.is_unconfirmed);
        let stops = first.into_iter().chain([ways]).chain(last).collect();
        vec![Line { stops, says: "in several ways: the table below has them".to_owned(), is_unconfirmed }]
    });
    gathered.collect()
}

fn alone(spot: &Spot) -> Gathered {
    Gathered { spot: spot.clone(), count: 1, is_crowd: false, number: 0 }
}

/// The largest crowds one by one, and the others as one.
fn crowds<'w>(
    subject: &Subject<'w>,
    of_each: BTreeMap<&'w Spot, Rest<'w>>,
    open: &impl Fn(Option<usize>) -> String,
) -> Vec<(Gathered, Rest<'w>)> {
    let more: BTreeMap<&Spot, usize> = subject.more.iter().map(|(spot, more)| (spot, *more)).collect();
    let mut by_rest: BTreeMap<Rest<'w>, Alike<'w>> = BTreeMap::new();
    for (spot, rest) in of_each {
        by_rest.entry(rest).or_default().add(spot, more.get(spot).copied().unwrap_or(0));
    }
    let mut sorted: Vec<(Rest<'w>, Alike<'w>)> = by_rest.into_iter().collect();
    sorted.sort_by(|(_, one), (_, other)| other.count().cmp(&one.count()).then_with(|| one.named.cmp(&other.named)));
    let others = sorted.split_off(sorted.len().min(ONE_BY_ONE));
    let mut boxes = Vec::new();
    for (number, (rest, alike)) in sorted.into_iter().enumerate() {
        if subject.opened == Some(number) {
            boxes.extend(alike.named.iter().take(OPENED).map(|spot| (alone(spot), rest.clone())));
            if let Some(left @ 1..) = alike.count().checked_sub(OPENED) {
                boxes.push((crowd(subject, "more", (left, &alike.kinds()), open(None)), rest));
            }
        } else if let ([spot], 0) = (alike.named.as_slice(), alike.more) {
            boxes.push((alone(spot), rest));
        } else {
            boxes.push((crowd(subject, "", (alike.count(), &alike.kinds()), open(Some(number))), rest));
        }
    }
    if !others.is_empty() {
        let count = others.iter().map(|(_, alike)| alike.count()).sum();
        let kinds = others.iter().flat_map(|(_, alike)| alike.kinds()).collect();
        let crowd = crowd(subject, "more, in several ways", (count, &kinds), open(None));
        boxes.push((crowd, others.into_iter().flat_map(|(rest, _)| rest).collect()));
    }
    boxes
}

/// Those whose ways are the same.
#[derive(Default)]
struct Alike<'w> {
    named: Vec<&'w Spot>,
    /// How many beside those.
    more: usize,
}

impl<'w> Alike<'w> {
    fn add(&mut self, spot: &'w Spot, more: usize) {
        self.named.push(spot);
        self.more += more;
    }

    fn count(&self) -> usize {
        self.named.len() + self.more
    }

    fn kinds(&self) -> BTreeSet<&'w str> {
        self.named.iter().map(|spot| spot.kind.as_str()).collect()
    }
}

/// So many of the same kind; those of several kinds are what the picture calls all of them.
fn crowd(subject: &Subject<'_>, what: &str, (count, kinds): (usize, &BTreeSet<&str>), link: String) -> Gathered {
    let (one, several) = subject.noun;
    let number = crate::text::count(u64::try_from(count).unwrap_or(u64::MAX), one, several);
    let name = format!("{number} {what}").trim().to_owned();
    let kind = if let (1, Some(kind)) = (kinds.len(), kinds.first()) { (*kind).to_owned() } else { several.to_owned() };
    Gathered { spot: Spot { kind, name, link: Some(link) }, count, is_crowd: true, number: 0 }
}
