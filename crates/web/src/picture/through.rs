//! Pictures of what many come to and what leads on from there: each side gathered for itself, and then joined.

use super::crowd::{self, Line};
use super::{Picture, Subject, layout};

/// Crowds of what is led to are numbered from here on, so that each has an address of its own.
const AFTER: usize = 1000;

/// So many lines are drawn from end to end. Where more would be, each end is drawn with one of the other.
const WHOLE: usize = 4000;

impl Picture {
    /// The picture of what comes to a place and of what leads on from it; `opened` is the crowd that is shown one by one, and
    /// `open` the address of the same with another one, or none.
    pub(crate) fn through(
        before: &Subject<'_>,
        after: &Subject<'_>,
        opened: Option<usize>,
        open: impl Fn(Option<usize>) -> String,
    ) -> Self {
        let before = Subject { opened: opened.filter(|number| *number < AFTER), ..before.clone() };
        let after = Subject { opened: opened.and_then(|number| number.checked_sub(AFTER)), ..after.clone() };
        let left = crowd::gather(&before, &open);
        let right = crowd::gather(&after, &|number: Option<usize>| open(number.map(|number| number + AFTER)));
        let mut picture = layout::lay(&joined(left, right));
        picture.summary =
            format!("{}, and {} that they come to. The tables below say the same.", before.counted(), after.counted());
        picture
    }
}

/// Lines from the one end to the other. Columns are told by the longest way to the middle, so that it is always among them.
fn joined(mut left: Vec<Line>, right: Vec<Line>) -> Vec<Line> {
    left.sort_by_key(|line| std::cmp::Reverse(line.stops.len()));
    let Some(longest) = left.first() else { return right };
    let Some(first) = right.first() else { return left };
    if left.len().saturating_mul(right.len()) <= WHOLE {
        return left.iter().flat_map(|before| right.iter().map(|after| join(before, after))).collect();
    }
    let onward = right.iter().skip(1).map(|after| join(longest, after));
    left.iter().map(|before| join(before, first)).chain(onward).collect()
}

fn join(before: &Line, after: &Line) -> Line {
    Line {
        stops: before.stops.iter().chain(after.stops.iter().skip(1)).cloned().collect(),
        says: format!("{}: {}", before.says, after.says),
        is_unconfirmed: before.is_unconfirmed || after.is_unconfirmed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Many, Spot, Way};
    use super::*;

    fn spot(kind: &str, name: String) -> Spot {
        Spot { kind: kind.to_owned(), name, link: None }
    }

    fn way(from: Spot, to: Spot) -> Way {
        Way { from, via: Vec::new(), to, says: "may".to_owned(), is_unconfirmed: false }
    }

    /// So many accounts in a team, which has so many packages.
    fn team(accounts: usize, packages: usize, opened: Option<usize>) -> Picture {
        let team = || spot("team", "core".to_owned());
        let before: Vec<Way> =
            (0..accounts).map(|number| way(spot("account", format!("dev-{number}")), team())).collect();
        let after: Vec<Way> = (0..packages).map(|number| way(team(), spot("package", format!("p-{number}")))).collect();
        let before =
            Subject { ways: &before, more: &[], many: Many::From, noun: ("account", "accounts"), opened: None };
        let after = Subject { ways: &after, more: &[], many: Many::To, noun: ("thing", "things"), opened: None };
        Picture::through(&before, &after, opened, |open| format!("?open={open:?}"))
    }

    fn counted(picture: &Picture, column: usize) -> usize {
        picture.nodes.iter().filter(|node| node.column == column).map(|node| node.count).sum()
    }

    #[test]
    fn everybody_and_everything_is_drawn_and_the_team_is_between_them() {
        for (accounts, packages) in [(1, 1), (3, 2), (14, 14), (5000, 3), (5000, 800)] {
            let picture = team(accounts, packages, None);
            let columns = [0, 1, 2].map(|column| counted(&picture, column));
            assert_eq!(columns, [accounts, 1, packages]);
            assert!(picture.height < 2000, "{accounts} and {packages}: {} high", picture.height);
        }
    }

    #[test]
    fn a_side_on_which_there_is_nothing_is_left_out() {
        assert_eq!(counted(&team(7, 0, None), 0), 7);
        assert_eq!(counted(&team(0, 7, None), 1), 7);
        assert!(team(0, 0, None).is_empty());
    }

    #[test]
    fn a_crowd_of_either_side_is_opened_by_its_own_number() {
        let named =
            |picture: &Picture, name: &str| picture.nodes.iter().filter(|node| node.title.starts_with(name)).count();
        let (members, packages) = (team(200, 200, Some(0)), team(200, 200, Some(AFTER)));
        assert_eq!((named(&members, "dev-"), named(&members, "p-")), (50, 0));
        assert_eq!((named(&packages, "dev-"), named(&packages, "p-")), (0, 50));
        assert_eq!((counted(&packages, 0), counted(&packages, 2)), (200, 200));
    }
}
