//! Trees of answers, as nested lists: from whatever nothing leads to, each entity's branches once.

use std::collections::{HashMap, HashSet};
use std::fmt;

use askama::filters::{Escaper as _, Html};
use serde_json::Value as Json;

use super::cell::{name_of, remark_of, type_of, word_of};
use super::table::rows_of;

/// The longest way down: a chain of relationships may have any length, and a page has not.
const DEPTH: usize = 12;

/// A tree, as a page shows it.
#[derive(Debug, Default)]
pub(super) struct Tree {
    lines: Vec<Line>,
    /// Whether there is more of it.
    pub(super) is_cut: bool,
}

/// An entity below another one.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    depth: usize,
    /// Along what; empty of what begins a tree.
    word: String,
    name: String,
    /// Its type, what is to be said of it, and that its branches are elsewhere.
    more: String,
}

/// A tree while its lines are made.
struct Growing<'j> {
    vertices: HashMap<&'j str, &'j Json>,
    leaving: HashMap<&'j str, Vec<(&'j Json, &'j str)>>,
    done: HashSet<&'j str>,
    most: usize,
    tree: Tree,
}

impl Tree {
    /// Of a tree's vertices and edges, at most so many lines.
    pub(super) fn of(data: &Json, most: usize) -> Self {
        let id = |json: &'_ Json, name: &str| json[name].as_str().map(str::to_owned);
        let vertices = rows_of(&data["vertices"]);
        let edges = rows_of(&data["edges"]);
        let reached: HashSet<String> = edges
            .iter()
            .filter(|edge| edge["fromVertexId"] != edge["toVertexId"])
            .filter_map(|edge| id(edge, "toVertexId"))
            .collect();
        let mut growing = Growing {
            vertices: vertices.iter().filter_map(|vertex| Some((vertex["id"].as_str()?, vertex))).collect(),
            leaving: HashMap::new(),
            done: HashSet::new(),
            most,
            tree: Self::default(),
        };
        for edge in edges {
            if let (Some(from), Some(to)) = (edge["fromVertexId"].as_str(), edge["toVertexId"].as_str()) {
                growing.leaving.entry(from).or_default().push((edge, to));
            }
        }
        let ids = || vertices.iter().filter_map(|vertex| vertex["id"].as_str());
        ids().filter(|id| !reached.contains(*id)).for_each(|root| growing.branch(root, None, 0));
        // What is in a circle is reached from somewhere, and begins one all the same.
        for other in ids() {
            if !growing.done.contains(other) {
                growing.branch(other, None, 0);
            }
        }
        growing.tree
    }
}

impl<'j> Growing<'j> {
    fn branch(&mut self, id: &'j str, by: Option<&Json>, depth: usize) {
        if self.tree.lines.len() >= self.most {
            self.tree.is_cut = true;
            return;
        }
        let branches = self.leaving.get(id).cloned().unwrap_or_default();
        // What is too deep here begins a tree of its own.
        let goes_on = depth < DEPTH && self.done.insert(id);
        let nothing = Json::Null;
        let vertex = self.vertices.get(id).copied().unwrap_or(&nothing);
        let remark = Some(remark_of(vertex)).filter(|remark| !remark.is_empty());
        let elsewhere = (!branches.is_empty() && !goes_on).then(|| "its branches are elsewhere here".to_owned());
        let kind = Some(type_of(vertex).to_owned());
        let more: Vec<String> = [kind, remark, elsewhere].into_iter().flatten().collect();
        let word = by.map(word_of).unwrap_or_default();
        self.tree.lines.push(Line { depth, word, name: name_of(vertex).to_owned(), more: more.join(", ") });
        if goes_on {
            branches.into_iter().for_each(|(edge, to)| self.branch(to, Some(edge), depth + 1));
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut open = 0;
        for line in &self.lines {
            while open > line.depth + 1 {
                f.write_str("</li></ul>")?;
                open -= 1;
            }
            if open == line.depth + 1 {
                f.write_str("</li>")?;
            } else {
                f.write_str("<ul>")?;
                open += 1;
            }
            f.write_str("<li>")?;
            if !line.word.is_empty() {
                f.write_str("<span class=\"faint\">")?;
                Html.write_escaped_str(&mut *f, &line.word)?;
                f.write_str("</span> ")?;
            }
            Html.write_escaped_str(&mut *f, &line.name)?;
            f.write_str(" <span class=\"fine\">")?;
            Html.write_escaped_str(&mut *f, &line.more)?;
            f.write_str("</span>")?;
        }
        f.write_str(&"</li></ul>".repeat(open))
    }
}

/// What people wrote in it is escaped.
impl askama::filters::HtmlSafe for Tree {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree(names: &[&str], edges: &[(&str, &str)], most: usize) -> Tree {
        let vertex = |id: &&str| json!({ "id": id, "entity": { "displayName": id, "_type": "t" } });
        let edge = |(from, to): &(&str, &str)| json!({ "fromVertexId": from, "toVertexId": to, "relationship": { "_class": "HAS" } });
        let vertices: Vec<Json> = names.iter().map(vertex).collect();
        Tree::of(&json!({ "vertices": vertices, "edges": edges.iter().map(edge).collect::<Vec<_>>() }), most)
    }

    #[test]
    fn branches_are_nested_and_escaped() {
        let shown = tree(&["a", "<b>", "c", "d"], &[("a", "<b>"), ("<b>", "c"), ("a", "d")], 99).to_string();
        let line = |word: &str, name: &str| {
            let word = if word.is_empty() { String::new() } else { format!("<span class=\"faint\">{word}</span> ") };
            format!("<li>{word}{name} <span class=\"fine\">t</span>")
        };
        let (a, b, c, d) = (line("", "a"), line("HAS", "&#60;b&#62;"), line("HAS", "c"), line("HAS", "d"));
        assert_eq!(shown, format!("<ul>{a}<ul>{b}<ul>{c}</li></ul></li>{d}</li></ul></li></ul>"));
    }

    #[test]
    fn circles_and_depths_end() {
        let circle = tree(&["a", "b"], &[("a", "b"), ("b", "a"), ("a", "a")], 99);
        assert!(circle.lines.len() < 6 && circle.to_string().contains("elsewhere"), "{circle:?}");
        let names: Vec<String> = (0..200).map(|number| format!("{number:03}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let edges: Vec<(&str, &str)> = names.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let deep = tree(&names, &edges, 1000);
        let shown: HashSet<&str> = deep.lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!((shown.len(), deep.is_cut), (200, false));
        assert!(tree(&names, &edges, 7).is_cut);
    }
}
