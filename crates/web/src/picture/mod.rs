//! Pictures of paths: who comes to what, through which groups, drawn here as SVG so that nothing has to be run to see it.
//!
//! | question | file |
//! |---|---|
//! | what is drawn? | [`Way`], [`Spot`] |
//! | how do thousands stay readable? | `crowd.rs`: those with the same ways are one box |
//! | what of a place that many come to, and that leads on? | `through.rs` |
//! | where is everything? | `layout.rs` |
//! | which way do lines take past boxes that are not on it? | `lane.rs` |
//! | what does it look like? | `templates/explore/picture.html`, `assets/style.css` |

mod crowd;
mod lane;
mod layout;
mod through;

use std::collections::BTreeSet;

pub(crate) use crowd::OPENED;
pub(crate) use layout::{Edge, Label, Node};

/// A place in a picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    /// `account`, `team`, `package`, as it is shown.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) link: Option<String>,
}

/// One way from one end to the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Way {
    pub(crate) from: Spot,
    pub(crate) via: Vec<Spot>,
    pub(crate) to: Spot,
    /// What it gives, and what it rests on, in words.
    pub(crate) says: String,
    /// Whether a step of it was missing in the last reading.
    pub(crate) is_unconfirmed: bool,
}

/// Which end of a picture has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Many {
    /// Many come to one thing.
    From,
    /// One comes to many things.
    To,
}

/// What a picture is of.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'w> {
    pub(crate) ways: &'w [Way],
    /// How many more there are whose ways are those of a named one, and are not among the ways themselves.
    pub(crate) more: &'w [(Spot, usize)],
    pub(crate) many: Many,
    /// What the many are called: one, and several.
    pub(crate) noun: (&'w str, &'w str),
    /// Which crowd is shown one by one.
    pub(crate) opened: Option<usize>,
}

/// A picture, laid out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) labels: Vec<Label>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    /// What it shows, for whoever does not see it.
    pub(crate) summary: String,
}

impl Picture {
    /// The picture of these ways; `open` is the address of the same with a crowd shown one by one, or none.
    pub(crate) fn of(subject: &Subject<'_>, open: impl Fn(Option<usize>) -> String) -> Self {
        let gathered = crowd::gather(subject, &open);
        let mut picture = layout::lay(&gathered);
        picture.summary = format!("{}, with what they come through. The table below says the same.", subject.counted());
        picture
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Subject<'_> {
    /// How many there are at the end that has many.
    fn counted(&self) -> String {
        let ends: BTreeSet<&Spot> = self.ways.iter().map(|way| self.many.end(way)).collect();
        let number = ends.len() + self.more.iter().map(|(_, more)| more).sum::<usize>();
        let (one, several) = self.noun;
        crate::text::count(u64::try_from(number).unwrap_or(u64::MAX), one, several)
    }
}

impl Many {
    const fn end(self, way: &Way) -> &Spot {
        match self {
            Self::From => &way.from,
            Self::To => &way.to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(kind: &str, name: impl Into<String>) -> Spot {
        Spot { kind: kind.to_owned(), name: name.into(), link: None }
    }

    /// So many accounts, each in one of some teams.
    fn publishers(accounts: usize, teams: usize) -> Vec<Way> {
        let way = |number: usize| Way {
            from: spot("account", format!("dev-{number}")),
            via: vec![spot("team", format!("team-{}", number % teams))],
            to: spot("package", "@acme/core"),
            says: "may publish".to_owned(),
            is_unconfirmed: false,
        };
        (0..accounts).map(way).collect()
    }

    fn picture(ways: &[Way], opened: Option<usize>) -> Picture {
        let subject = Subject { ways, more: &[], many: Many::From, noun: ("account", "accounts"), opened };
        Picture::of(&subject, |open| format!("?open={open:?}"))
    }

    /// How many accounts the boxes of the first column stand for.
    fn counted(picture: &Picture) -> usize {
        picture.nodes.iter().filter(|node| node.column == 0).map(|node| node.count).sum()
    }

    #[test]
    fn one_ten_a_hundred_and_five_thousand_stay_readable_and_are_all_counted() {
        for (accounts, teams, boxes) in [(1, 1, 1), (10, 3, 10), (100, 4, 4), (5000, 7, 7), (5000, 400, 15)] {
            let picture = picture(&publishers(accounts, teams), None);
            let first = picture.nodes.iter().filter(|node| node.column == 0).count();
            assert_eq!((first, counted(&picture)), (boxes, accounts), "{accounts} in {teams}");
            assert!(picture.height < 2000, "{accounts} in {teams}: {} high", picture.height);
        }
    }

    #[test]
    fn a_crowd_that_is_opened_shows_some_of_it_and_counts_the_rest() {
        let picture = picture(&publishers(5000, 2), Some(0));
        assert_eq!(counted(&picture), 5000);
        let named = picture.nodes.iter().filter(|node| node.column == 0 && node.title.contains("dev-")).count();
        assert_eq!(named, 50);
    }

    #[test]
    fn those_who_are_only_counted_are_drawn_as_if_they_were_named() {
        let ways = publishers(5000, 2);
        for opened in [None, Some(0), Some(1)] {
            let more = [0, 1].map(|team| (spot("account", format!("dev-{team}")), 2450));
            let noun = ("account", "accounts");
            let subject = Subject { ways: &ways[..100], more: &more, many: Many::From, noun, opened };
            let counted = Picture::of(&subject, |open| format!("?open={open:?}"));
            let named = picture(&ways, opened);
            let said = |picture: &Picture| -> Vec<(String, usize)> {
                picture.nodes.iter().filter(|node| node.is_crowd).map(|node| (node.title.clone(), node.count)).collect()
            };
            assert_eq!(said(&counted), said(&named));
            assert_eq!((counted.summary, counted.nodes.len()), (named.summary, named.nodes.len()));
        }
    }

    #[test]
    fn boxes_do_not_lie_on_each_other_and_every_line_ends_at_one() {
        let picture = picture(&publishers(37, 9), None);
        for (at, one) in picture.nodes.iter().enumerate() {
            for other in &picture.nodes[at + 1..] {
                assert!(one.column != other.column || one.y + layout::BOX_HEIGHT <= other.y, "{one:?} {other:?}");
            }
        }
        assert!(picture.edges.iter().all(|edge| edge.from < picture.nodes.len() && edge.to < picture.nodes.len()));
        assert_eq!(picture.edges.len(), 9 + 9);
    }

    #[test]
    fn what_is_on_the_way_and_an_end_stands_twice_and_direct_lines_pass_by() {
        let team = || spot("team", "core");
        let way = |via: Vec<Spot>, to: Spot| Way {
            from: spot("account", "dev"),
            via,
            to,
            says: "may".to_owned(),
            is_unconfirmed: false,
        };
        let ways =
            [way(Vec::new(), team()), way(vec![team()], spot("package", "p")), way(Vec::new(), spot("package", "q"))];
        let subject = Subject { ways: &ways, more: &[], many: Many::To, noun: ("thing", "things"), opened: None };
        let picture = Picture::of(&subject, |open| format!("?open={open:?}"));
        let columns: Vec<usize> =
            picture.nodes.iter().filter(|node| node.title == "core").map(|node| node.column).collect();
        assert_eq!(columns, [1, 2]);
        let middle = picture.nodes.iter().find(|node| node.column == 1).unwrap();
        let passing: Vec<&Edge> = picture.edges.iter().filter(|edge| edge.path.contains('H')).collect();
        assert_eq!(passing.len(), 2);
        for edge in passing {
            let straight = edge.path.split('H').next().unwrap().rsplit(' ').next().unwrap();
            assert!(straight.parse::<u32>().unwrap() > middle.y + layout::BOX_HEIGHT, "{edge:?} passes behind a box");
        }
    }

    #[test]
    fn one_account_in_many_teams_stays_readable() {
        let ways: Vec<Way> =
            publishers(300, 300).into_iter().map(|way| Way { from: spot("account", "dev"), ..way }).collect();
        let picture = picture(&ways, None);
        assert_eq!((picture.nodes.len(), counted(&picture)), (3, 1), "{picture:?}");
        assert!(picture.nodes.iter().any(|node| node.title == "300 ways"));
    }

    #[test]
    fn nothing_is_an_empty_picture() {
        assert!(picture(&[], None).is_empty());
    }
}
