//! Where everything of a picture is: columns from left to right, boxes one below the other, lines between them.

use std::collections::{BTreeMap, BTreeSet};

use super::Picture;
use super::crowd::{Gathered, Line};
use super::lane::{LANE, LaneWays, Lanes};

const BOX_WIDTH: u32 = 220;
pub(super) const BOX_HEIGHT: u32 = 40;
const GAP: u32 = 10;
/// Between two columns, where the lines are.
const BETWEEN: u32 = 90;
const MARGIN: u32 = 8;
/// Above the boxes, for the columns' names.
const TOP: u32 = 34;
/// How many characters fit into a box.
const FITS: usize = 26;

/// The name of a column.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) x: u32,
    pub(crate) text: String,
}

/// A box.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) column: usize,
    pub(crate) x: u32,
    pub(crate) y: u32,
    /// What fits into it.
    pub(crate) text: String,
    /// All of it.
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) link: Option<String>,
    /// How many it stands for.
    pub(crate) count: usize,
    pub(crate) is_crowd: bool,
    /// The boxes on a way with it, by number: what lights up together.
    pub(crate) with: String,
}

/// A line between two boxes.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) is_unconfirmed: bool,
    pub(crate) with: String,
}

impl Node {
    pub(crate) const fn width() -> u32 {
        BOX_WIDTH
    }

    pub(crate) const fn height() -> u32 {
        BOX_HEIGHT
    }
}

/// A box, and whether a way ends at it: a team that somebody is in and comes to something through stands twice, or lines
/// would lead on from where others end.
pub(super) type Stop<'l> = (&'l Gathered, bool);

/// The boxes of a line, from left to right.
pub(super) fn stops_of(line: &Line) -> impl DoubleEndedIterator<Item = Stop<'_>> + ExactSizeIterator {
    let end = line.stops.len().saturating_sub(1);
    line.stops.iter().enumerate().map(move |(at, stop)| (stop, at == end))
}

/// Lines with the numbers of their boxes.
struct Numbered<'l> {
    line: &'l Line,
    stops: Vec<usize>,
}

/// Lays out the boxes of these lines. Each stands as far right as its longest way from the left asks for; the last stop of
/// all ways is the last column.
pub(super) fn lay(lines: &[Line]) -> Picture {
    let Some(last) = lines.iter().map(|line| line.stops.len().saturating_sub(1)).max() else {
        return Picture::default();
    };
    let mut places: BTreeMap<Stop<'_>, usize> = BTreeMap::new();
    for line in lines {
        for (at, stop) in stops_of(line).enumerate() {
            let column = if stop.1 { last } else { at };
            let place = places.entry(stop).or_insert(column);
            *place = (*place).max(column);
        }
    }
    let mut columns: Vec<Vec<Stop<'_>>> = vec![Vec::new(); last + 1];
    // In the order in which lines meet them, so that few of them cross.
    let mut seen = BTreeSet::new();
    for stop in lines.iter().flat_map(stops_of) {
        if seen.insert(stop)
            && let Some(column) = places.get(&stop).and_then(|column| columns.get_mut(*column))
        {
            column.push(stop);
        }
    }
    drawn(lines, &columns, &Lanes::of(lines, &places))
}

fn drawn(lines: &[Line], columns: &[Vec<Stop<'_>>], lanes: &Lanes<'_>) -> Picture {
    let heights: Vec<u32> =
        columns.iter().enumerate().map(|(at, boxes)| height(boxes.len(), lanes.count(at))).collect();
    let inner = heights.iter().copied().max().unwrap_or(0);
    let count = u32::try_from(columns.len()).unwrap_or(u32::MAX);
    let mut picture = Picture {
        width: MARGIN * 2 + count * (BOX_WIDTH + BETWEEN) - BETWEEN,
        height: TOP + inner + MARGIN,
        ..Picture::default()
    };
    let mut numbers: BTreeMap<Stop<'_>, usize> = BTreeMap::new();
    let mut ways = LaneWays::default();
    for (((column, boxes), own), at) in columns.iter().enumerate().zip(heights).zip(0_u32..) {
        let x = MARGIN + at * (BOX_WIDTH + BETWEEN);
        picture.labels.push(Label { x, text: column_name(boxes) });
        let mut y = TOP + (inner - own) / 2;
        for stop in boxes {
            numbers.insert(*stop, picture.nodes.len());
            picture.nodes.push(node(stop.0, column, x, y));
            y += BOX_HEIGHT + GAP;
        }
        for lane in lanes.at(column) {
            ways.insert((column, *lane), (x, y + LANE / 2));
            y += LANE;
        }
    }
    let numbered: Vec<Numbered<'_>> = lines
        .iter()
        .map(|line| Numbered { line, stops: stops_of(line).filter_map(|stop| numbers.get(&stop).copied()).collect() })
        .collect();
    connect(&mut picture, &numbered, &ways);
    picture
}

/// How high so many boxes and lanes are.
fn height(boxes: usize, lanes: usize) -> u32 {
    let of = |number: usize, each: u32| u32::try_from(number).unwrap_or(u32::MAX).saturating_mul(each);
    of(boxes, BOX_HEIGHT + GAP).saturating_add(of(lanes, LANE)).saturating_sub(GAP)
}

/// The kinds in a column, each once.
fn column_name(boxes: &[Stop<'_>]) -> String {
    let kinds: BTreeSet<&str> = boxes.iter().map(|(stop, _)| stop.spot.kind.as_str()).collect();
    kinds.into_iter().collect::<Vec<_>>().join(", ")
}

fn node(stop: &Gathered, column: usize, x: u32, y: u32) -> Node {
    Node {
        column,
        x,
        y,
        text: shortened(&stop.spot.name),
        title: stop.spot.name.clone(),
        kind: stop.spot.kind.clone(),
        link: stop.spot.link.clone(),
        count: stop.count,
        is_crowd: stop.is_crowd,
        with: String::new(),
    }
}

/// The beginning and the end of a name that is too long: names of packages differ at their ends.
fn shortened(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= FITS {
        return name.to_owned();
    }
    let (head, tail) = (FITS / 2, FITS - FITS / 2 - 1);
    let begins: String = letters.iter().take(head).collect();
    let ends: String = letters.iter().skip(letters.len() - tail).collect();
    format!("{begins}…{ends}")
}

/// What lines say that lead from one box to another, whether one of them is confirmed, the boxes on their ways, and where
/// they pass by other columns.
#[derive(Default)]
struct Between<'l> {
    says: BTreeSet<&'l str>,
    is_confirmed: bool,
    together: BTreeSet<usize>,
    by: Vec<(u32, u32)>,
}

/// The lines, each pair of boxes once, and what lights up with what.
fn connect(picture: &mut Picture, lines: &[Numbered<'_>], lanes: &LaneWays<'_>) {
    let mut edges: BTreeMap<(usize, usize), Between<'_>> = BTreeMap::new();
    let mut with: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for Numbered { line, stops } in lines {
        for stop in stops {
            with.entry(*stop).or_default().extend(stops);
        }
        let named: Vec<Stop<'_>> = stops_of(line).collect();
        for (pair, of) in stops.windows(2).zip(named.windows(2)) {
            let (&[from, to], &[before, after]) = (pair, of) else { continue };
            let between = edges.entry((from, to)).or_default();
            between.says.insert(&line.says);
            between.is_confirmed |= !line.is_unconfirmed;
            between.together.extend(stops);
            if between.by.is_empty()
                && let (Some(a), Some(b)) = (picture.nodes.get(from), picture.nodes.get(to))
            {
                let passed = (a.column + 1)..b.column;
                let lane = |column: usize| lanes.get(&(column, after)).or_else(|| lanes.get(&(column, before)));
                between.by = passed.filter_map(lane).copied().collect();
            }
        }
    }
    for (number, together) in with {
        if let Some(node) = picture.nodes.get_mut(number) {
            node.with = listed(&together);
        }
    }
    for ((from, to), Between { says, is_confirmed, together, by }) in edges {
        let (Some(a), Some(b)) = (picture.nodes.get(from), picture.nodes.get(to)) else { continue };
        let title = says.into_iter().take(5).collect::<Vec<_>>().join("; ");
        let path = path((a.x + BOX_WIDTH, a.y + BOX_HEIGHT / 2), &by, (b.x, b.y + BOX_HEIGHT / 2));
        let edge = Edge { from, to, path, title, is_unconfirmed: !is_confirmed, with: listed(&together) };
        picture.edges.push(edge);
    }
}

/// From one box to another, straight through the lanes of the columns between.
fn path((x, y): (u32, u32), lanes: &[(u32, u32)], end: (u32, u32)) -> String {
    let mut path = format!("M{x} {y}");
    let mut here = (x, y);
    for (x, y) in lanes {
        path.push_str(&curve(here, (*x, *y)));
        here = (x + BOX_WIDTH, *y);
        path.push_str(&format!("H{}", here.0));
    }
    path + &curve(here, end)
}

fn curve((x1, y1): (u32, u32), (x2, y2): (u32, u32)) -> String {
    let half = x1.midpoint(x2);
    format!("C{half} {y1} {half} {y2} {x2} {y2}")
}

fn listed(numbers: &BTreeSet<usize>) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        assert_eq!(shortened("@acme/core"), "@acme/core");
        let long = shortened(&format!("@acme/{}-core", "x".repeat(200)));
        assert!(long.starts_with("@acme/") && long.ends_with("-core") && long.chars().count() == 26, "{long}");
        assert_eq!(shortened(&"ש".repeat(30)).chars().count(), 26);
    }
}
