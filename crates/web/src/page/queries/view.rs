//! What the page shows: an editor, and below it the answer, or why there is none.

use askama::Template;
use axum::http::StatusCode;

use super::HERE;
use super::answer::{Answer as QueryAnswer, Kind};
use super::cell::Connector;
use super::drawn::drawn;
use super::path::Path;
use super::place::Remark;
use super::ready::{EXAMPLES, Theme, about_parameter, links, words_of};
use super::table::{Table, rows_of};
use super::tree::Tree;
use super::wish::{LONG, Wish};
use crate::error::WebError;
use crate::page::told;
use crate::picture::Picture;
use crate::text::grouped;

/// How many rows a page shows; files have all.
const ROWS: usize = 500;

/// All of the page but what surrounds every page.
#[derive(Template)]
#[template(path = "queries/view.html")]
pub(super) struct View {
    /// What its form says where it is sent.
    pub(super) csrf: String,
    pub(super) wish: Wish,
    /// Their titles.
    pub(super) connectors: Vec<String>,
    pub(super) themes: Vec<Theme>,
    /// What ready questions are wanted.
    pub(super) about: String,
    pub(super) outcome: Outcome,
    /// Whether it was sent as a form, and has no address.
    pub(super) is_sent: bool,
}

/// What became of a query.
pub(super) enum Outcome {
    /// There is none.
    Nothing,
    /// It waits for values of these parameters.
    Waits(Vec<String>),
    /// It cannot be asked.
    Wrong(Vec<Remark>),
    /// It can, and was not answered.
    Refused(WebError),
    Found(Box<Found>),
}

/// An answer, as the page shows it.
pub(super) struct Found {
    answer: QueryAnswer,
    warnings: Vec<Remark>,
    body: Body,
    /// It as a picture; an empty one where it has no paths.
    picture: Picture,
    /// How much of it is on the page.
    shown: usize,
    milliseconds: u64,
}

/// The answer itself.
enum Body {
    Table(Table),
    Tree(Tree),
    Paths(Vec<Path>),
}

impl View {
    fn is_wrong(&self) -> bool {
        matches!(self.outcome, Outcome::Wrong(_))
    }

    /// Whether ready questions are what is looked for: below an answer, only their themes are shown.
    fn is_open(&self) -> bool {
        !self.about.is_empty() || matches!(self.outcome, Outcome::Nothing)
    }

    /// Whether the moment that is asked about is none.
    fn is_moment_wrong(&self) -> bool {
        matches!(&self.outcome, Outcome::Refused(error) if error.code == "moment" && !self.wish.as_of.is_empty())
    }

    /// The connector that is asked about, where it is none that there is now.
    fn other_connector(&self) -> Option<&str> {
        let said = self.wish.connector.as_str();
        Some(said).filter(|said| !said.is_empty() && !self.connectors.iter().any(|known| known == said))
    }

    fn is_missing(&self, name: &str) -> bool {
        matches!(&self.outcome, Outcome::Waits(missing) if missing.iter().any(|one| one == name))
    }

    fn about_parameter(&self, name: &str) -> Option<&'static str> {
        about_parameter(&self.wish.text, name)
    }

    /// The status that the page is answered with.
    pub(super) fn status(&self) -> StatusCode {
        match &self.outcome {
            Outcome::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Outcome::Refused(error) => error.status,
            Outcome::Nothing | Outcome::Waits(_) | Outcome::Found(_) => StatusCode::OK,
        }
    }
}

impl Found {
    pub(super) fn new(answer: QueryAnswer, wish: &Wish, connectors: &[Connector], milliseconds: u64) -> Self {
        let body = match answer.kind {
            Kind::List | Kind::Table => Body::Table(Table::shown(&answer, ROWS, connectors)),
            Kind::Tree => Body::Tree(Tree::of(&answer.data, ROWS)),
            Kind::Paths => Body::Paths(rows_of(&answer.data).iter().take(ROWS).map(Path::of).collect()),
        };
        let shown = match &body {
            Body::Tree(tree) if !tree.is_cut => answer.len(),
            _ => answer.len().min(ROWS),
        };
        let warnings = answer.warnings.iter().map(|one| Remark::new(&wish.text, one)).collect();
        let picture = drawn(&answer, wish);
        Self { answer, warnings, body, picture, shown, milliseconds }
    }

    /// Whether the page has only the beginning.
    fn is_cut(&self) -> bool {
        self.shown < self.answer.len() || matches!(&self.body, Body::Tree(tree) if tree.is_cut)
    }
}

#[cfg(test)]
mod tests {
    use rolecall_engine::Completeness;
    use rolecall_query::{Limit, LimitReached, prepare};
    use serde_json::{Value as Json, json};

    use super::super::ready::themes;
    use super::*;

    fn view(text: &str, outcome: Outcome) -> View {
        View {
            csrf: "c".to_owned(),
            wish: Wish::new(text),
            connectors: vec!["npm:acme".to_owned()],
            themes: themes("npm-lone-publisher"),
            about: String::new(),
            outcome,
            is_sent: false,
        }
    }

    fn found(kind: Kind, columns: &[&str], data: Json) -> View {
        let answer = QueryAnswer {
            kind,
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            data,
            as_of: Vec::new(),
            completeness: Completeness::default(),
            unseen: Vec::new(),
            warnings: Vec::new(),
            limits: vec![LimitReached { limit: Limit::Rows, allowed: 600 }],
            is_complete: false,
        };
        let wish = Wish::new("FIND User");
        let found = Found::new(answer, &wish, &[], 1234);
        keep(view("FIND User", Outcome::Found(Box::new(found))))
    }

    fn keep(view: View) -> View {
        if let Some(folder) = std::env::var_os("ROLECALL_QUERY_VIEWS") {
            let text = view.render().unwrap();
            let name = format!("{}.html", blake3::hash(text.as_bytes()).to_hex());
            std::fs::write(std::path::Path::new(&folder).join(name), text).unwrap();
        }
        view
    }

    fn entity(name: &str) -> Json {
        json!({ "id": name, "entity": { "displayName": name, "_type": "npm_user" }, "properties": {} })
    }

    #[test]
    fn a_table_is_shown_to_its_bound_and_escaped() {
        let row = |number: usize| json!({ "who": format!("<b>{number}"), "n": number, "at.createdOn": 1_700_000_000_000_i64, "x": null });
        let rows: Vec<Json> = (0..600).map(row).collect();
        let shown = found(Kind::Table, &["who", "n", "at.createdOn", "x"], json!(rows)).render().unwrap();
        assert_eq!(shown.matches("<tr><td>").count(), ROWS);
        assert!(
            shown.contains(
                "<td>&#60;b&#62;7</td><td class=\"number\">7</td><td><time datetime=\"2023-11-14T22:13:20Z\">"
            )
        );
        assert!(
            shown.contains("</time></td><td>—</td>") && shown.contains("<th scope=\"col\" class=\"number\">n</th>")
        );
        for said in ["At least 600 rows", "in 1,234 ms", "cut at 600 rows", "500 of 600", "Not complete"] {
            assert!(shown.contains(said), "{said}");
        }
    }

    #[test]
    fn trees_paths_and_nothing_are_shown() {
        let has =
            json!({ "relationship": { "_class": "HAS" }, "properties": {}, "fromVertexId": "a", "toVertexId": "b" });
        let tree = json!({ "vertices": [entity("a"), entity("b")], "edges": [has] });
        let tree = found(Kind::Tree, &[], tree).render().unwrap();
        assert!(tree.contains("<ul><li>a <span") && tree.contains("At least 2 entities"), "{tree}");
        let step = json!({ "relationship": has, "backwards": true, "to": entity("b"), "paths": [{ "text": "team x", "since": "2026-11-26T23:02:37Z" }] });
        let paths = found(Kind::Paths, &[], json!([{ "start": entity("a"), "steps": [step] }])).render().unwrap();
        assert!(paths.contains("← HAS –</span> b") && paths.contains("by team x, since <time"), "{paths}");
        let nothing = found(Kind::List, &[], json!([])).render().unwrap();
        assert!(nothing.contains("Nothing is like that, as far as is known."), "{nothing}");
    }

    #[test]
    fn what_is_wrong_is_beside_the_editor() {
        let text = "FIND npm_user\nWITH <b>";
        let remarks = prepare(text).unwrap_err().iter().map(|one| Remark::new(text, one)).collect();
        let wrong = keep(view(text, Outcome::Wrong(remarks)));
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let shown = wrong.render().unwrap();
        assert!(shown.contains("aria-describedby=\"q-help q-wrong\" aria-invalid=\"true\""), "{shown}");
        assert!(
            shown.contains("Line 2, column 6: ")
                && shown.contains("WITH &#60;b&#62;\n     ^")
                && !shown.contains("<b>"),
            "{shown}"
        );
    }

    #[test]
    fn parameters_are_asked_for_and_examples_shown() {
        let wish =
            Wish { parameters: vec![("who".to_owned(), String::new())], ..Wish::new("FIND User WITH a = ${who}") };
        let waits = keep(View { wish, ..view("", Outcome::Waits(vec!["who".to_owned()])) }).render().unwrap();
        assert!(waits.contains("name=\"p.who\" value=\"\"") && waits.contains("waits for a value of who"), "{waits}");
        let start = keep(view("", Outcome::Nothing)).render().unwrap();
        assert_eq!(start.matches("Run<span class=\"hidden\">").count(), EXAMPLES.len());
        assert!(start.contains("data-group open") && !waits.contains("data-group open"), "{start}");
        let refused = WebError::bad_request("moment", "It is none.").hint("Leave it out.");
        let wish = Wish { as_of: "soon".to_owned(), connector: "npm:old".to_owned(), ..Wish::new("FIND User") };
        let refused = View { wish, ..view("", Outcome::Refused(refused)) }.render().unwrap();
        for said in ["aria-describedby=\"refused\"", "id=\"refused\"", "<option value=\"npm:old\" selected>"] {
            assert!(refused.contains(said), "{said}: {refused}");
        }
    }
}
