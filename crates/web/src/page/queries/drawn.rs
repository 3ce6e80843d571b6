//! Paths and trees of answers as pictures.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value as Json;

use super::HERE;
use super::answer::{Answer, Kind};
use super::cell::{name_of, type_of, word_of};
use super::table::rows_of;
use super::wish::Wish;
use crate::picture::{Many, Picture, Spot, Subject, Way};

/// So many ways are looked at: the answer's own bound is higher, and nobody sees the difference.
const WAYS: usize = 5_000;
/// The longest way through a tree.
const DEPTH: usize = 12;

/// The picture of an answer; empty where it has no paths.
pub(super) fn drawn(answer: &Answer, wish: &Wish) -> Picture {
    let ways = match answer.kind {
        Kind::Paths => rows_of(&answer.data).iter().filter_map(way_of).take(WAYS).collect(),
        Kind::Tree => ways_of_tree(&answer.data),
        Kind::List | Kind::Table => Vec::new(),
    };
    let ends = |end: fn(&Way) -> &Spot| ways.iter().map(end).collect::<BTreeSet<_>>().len();
    let many = if ends(|way| &way.from) >= ends(|way| &way.to) { Many::From } else { Many::To };
    let subject = Subject { ways: &ways, more: &[], many, noun: ("entity", "entities"), opened: wish.opened };
    Picture::of(&subject, |open| {
        let open = open.map(|open| format!("&open={open}")).unwrap_or_default();
        format!("{HERE}?{}{open}", wish.said())
    })
}

fn spot(entity: &Json) -> Spot {
    Spot { kind: type_of(entity).replace('_', " "), name: name_of(entity).to_owned(), link: None }
}

/// A path; none where it ends where it begins.
fn way_of(path: &Json) -> Option<Way> {
    let steps = rows_of(&path["steps"]);
    let (last, before) = steps.split_last()?;
    Some(Way {
        from: spot(&path["start"]),
        via: before.iter().map(|step| spot(&step["to"])).collect(),
        to: spot(&last["to"]),
        says: steps.iter().map(|step| word_of(&step["relationship"])).collect::<Vec<_>>().join(", "),
        is_unconfirmed: steps.iter().any(|step| step["relationship"]["properties"]["unconfirmed"] == true),
    })
}

/// From everything that nothing leads to, along every edge to where none goes on.
fn ways_of_tree(tree: &Json) -> Vec<Way> {
    let (vertices, edges) = (rows_of(&tree["vertices"]), rows_of(&tree["edges"]));
    let mut walk = Walk { vertices: HashMap::new(), leaving: HashMap::new(), ways: Vec::new() };
    walk.vertices = vertices.iter().filter_map(|vertex| Some((vertex["id"].as_str()?, vertex))).collect();
    let mut reached = HashSet::new();
    for edge in edges {
        if let (Some(from), Some(to)) = (edge["fromVertexId"].as_str(), edge["toVertexId"].as_str()) {
            walk.leaving.entry(from).or_default().push((edge, to));
            reached.insert(to);
        }
    }
    for root in vertices.iter().filter_map(|vertex| vertex["id"].as_str()).filter(|id| !reached.contains(id)) {
        walk.on(&mut vec![root], &mut Vec::new());
    }
    walk.ways
}

/// A tree while it is walked through.
struct Walk<'j> {
    vertices: HashMap<&'j str, &'j Json>,
    leaving: HashMap<&'j str, Vec<(&'j Json, &'j str)>>,
    ways: Vec<Way>,
}

impl<'j> Walk<'j> {
    fn on(&mut self, passed: &mut Vec<&'j str>, along: &mut Vec<&'j Json>) {
        let Some(here) = passed.last() else { return };
        let onward = self.leaving.get(here).cloned().unwrap_or_default();
        let onward: Vec<_> = onward.into_iter().filter(|(_, to)| !passed.contains(to)).collect();
        if onward.is_empty() || passed.len() > DEPTH {
            self.ways.extend(self.way(passed, along));
        }
        for (edge, to) in onward {
            if self.ways.len() >= WAYS || passed.len() > DEPTH {
                return;
            }
            passed.push(to);
            along.push(edge);
            self.on(passed, along);
            passed.pop();
            along.pop();
        }
    }

    fn way(&self, passed: &[&str], along: &[&Json]) -> Option<Way> {
        let [from, via @ .., to] = passed else { return None };
        let spot = |id: &&str| self.vertices.get(id).map(|vertex| spot(vertex));
        Some(Way {
            from: spot(from)?,
            via: via.iter().filter_map(spot).collect(),
            to: spot(to)?,
            says: along.iter().map(|edge| word_of(edge)).collect::<Vec<_>>().join(", "),
            is_unconfirmed: along.iter().any(|edge| edge["properties"]["unconfirmed"] == true),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree(edges: &[(&str, &str)]) -> Json {
        let names: HashSet<&str> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let vertex = |id: &str| json!({ "id": id, "entity": { "displayName": id, "_type": "npm_user" } });
        let edge = |(from, to): &(&str, &str)| json!({ "fromVertexId": from, "toVertexId": to, "relationship": { "_class": "HAS" } });
        let vertices: Vec<Json> = names.into_iter().map(vertex).collect();
        json!({ "vertices": vertices, "edges": edges.iter().map(edge).collect::<Vec<_>>() })
    }

    fn names(way: &Way) -> String {
        let all = std::iter::once(&way.from).chain(&way.via).chain([&way.to]);
        all.map(|spot| spot.name.as_str()).collect::<Vec<_>>().join(">")
    }

    #[test]
    fn a_tree_is_all_ways_from_its_roots_and_circles_end() {
        let mut ways: Vec<String> =
            ways_of_tree(&tree(&[("a", "b"), ("b", "c"), ("b", "d"), ("d", "b")])).iter().map(names).collect();
        ways.sort_unstable();
        assert_eq!(ways, ["a>b>c", "a>b>d"]);
        assert_eq!(ways_of_tree(&tree(&[("a", "b"), ("b", "a")])), []);
    }

    #[test]
    fn wide_and_deep_trees_are_bounded() {
        let layer = |from: usize| {
            (0..20).flat_map(move |a| (0..20).map(move |b| (format!("{from}-{a}"), format!("{}-{b}", from + 1))))
        };
        let edges: Vec<(String, String)> = (0..30).flat_map(layer).collect();
        let edges: Vec<(&str, &str)> = edges.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        let ways = ways_of_tree(&tree(&edges));
        assert!(ways.len() <= WAYS && ways.iter().all(|way| way.via.len() <= DEPTH), "{}", ways.len());
    }

    #[test]
    fn a_path_is_a_way_with_its_words() {
        let entity = |name: &str| json!({ "id": name, "entity": { "displayName": name, "_type": "npm_team" } });
        let step = |name: &str| json!({ "relationship": { "relationship": { "_class": "HAS" } }, "to": entity(name) });
        let way = way_of(&json!({ "start": entity("a"), "steps": [step("b"), step("c")] })).unwrap();
        assert_eq!(
            (names(&way).as_str(), way.says.as_str(), way.from.kind.as_str()),
            ("a>b>c", "HAS, HAS", "npm team")
        );
        assert_eq!(way_of(&json!({ "start": entity("a"), "steps": [] })), None);
    }
}
