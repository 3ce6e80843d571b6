//! The example queries, and short ones for each rule, with answers that were worked out by hand.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::check::Fault;
use super::evaluate::{Answer, Cell, Parameters, Shown};
use super::fixture::{Fixture, Properties};
use super::fixture_json::{fixture, value};

/// A query and its answer.
pub(crate) struct Example {
    /// The number of the example, or of the rule.
    pub(crate) number: u32,
    /// The query.
    pub(crate) text: String,
    /// What it is asked about.
    pub(crate) fixture: Fixture,
    /// What it is asked with.
    pub(crate) parameters: Parameters,
    expected: Json,
}

/// All examples.
pub(crate) fn examples() -> Vec<Example> {
    let expected: Json = serde_json::from_str(&read("expected.json")).unwrap();
    let texts = read("parser/examples.txt");
    let example = |line: &str| {
        let (number, text) = line.split_once(' ').unwrap();
        Example::new(number.parse().unwrap(), text, expected[number].clone())
    };
    texts.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(example).collect()
}

/// Queries about single rules of the language.
pub(crate) fn rules() -> Vec<Example> {
    let all: Vec<Json> = serde_json::from_str(&read("rules.json")).unwrap();
    let example = |mut json: Json| {
        json["on"] = Json::from("rules");
        let number = json["rule"].as_u64().unwrap();
        let text = json["query"].as_str().unwrap().to_owned();
        Example::new(u32::try_from(number).unwrap(), &text, json)
    };
    all.into_iter().map(example).collect()
}

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Example {
    fn new(number: u32, text: &str, expected: Json) -> Self {
        let on = expected["on"].as_str().unwrap_or_else(|| panic!("nothing is expected of {number}"));
        let fixture = fixture(&serde_json::from_str(&read(&format!("fixtures/{on}.json"))).unwrap());
        let mut parameters = Parameters::default();
        for (name, json) in expected.get("parameters").and_then(Json::as_object).into_iter().flatten() {
            parameters.values.insert(name.clone(), value(json));
        }
        Self { number, text: text.to_owned(), fixture, parameters, expected }
    }

    /// Whether an answer is the one that was worked out by hand; shows both if not.
    pub(crate) fn agrees(&self, answer: &Result<Answer, Fault>) -> bool {
        let (same, expected) = match self.expected.get("fault").and_then(Json::as_str) {
            Some(fault) => (answer.as_ref().is_err_and(|found| format!("{found:?}") == fault), fault.to_owned()),
            None => (*answer == Ok(self.expected()), format!("{:?}", self.expected())),
        };
        if !same {
            println!("{}: {}\n  {answer:?}\n  {expected}", self.number, self.text);
        }
        same
    }

    /// The answer that was worked out by hand.
    pub(crate) fn expected(&self) -> Answer {
        let texts =
            |json: &Json| json.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
        if let Some(listed) = self.expected.get("list") {
            let keys: Vec<String> = texts(listed);
            return Answer::List(keys.iter().map(|key| self.entity(key)).collect());
        }
        if let Some(tree) = self.expected.get("tree") {
            let (entities, relationships): (Vec<String>, Vec<String>) =
                (texts(&tree["entities"]), texts(&tree["relationships"]));
            let entities: BTreeSet<usize> = entities.iter().map(|key| self.entity(key)).collect();
            let relationships = relationships.iter().map(|key| self.relationship(key).unwrap()).collect();
            return Answer::Tree { entities, relationships };
        }
        if let Some(paths) = self.expected.get("paths") {
            return Answer::Paths(paths.as_array().unwrap().iter().map(|path| self.path(path)).collect());
        }
        let rows = self.expected["rows"].as_array().unwrap().iter();
        let row = |row: &Json| row.as_array().unwrap().iter().map(|cell| self.cell(cell)).collect();
        Answer::Table { columns: texts(&self.expected["columns"]), rows: rows.map(row).collect() }
    }

    /// The keys of its entities, and those of its relationships.
    fn path(&self, json: &Json) -> Shown {
        let keys = |json: &Json| -> Vec<String> {
            json.as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
        };
        Shown {
            entities: keys(&json[0]).iter().map(|key| self.entity(key)).collect(),
            relationships: keys(&json[1]).iter().map(|key| self.relationship(key).unwrap()).collect(),
        }
    }

    fn entity(&self, key: &str) -> usize {
        self.fixture.find(key).unwrap_or_else(|| panic!("example {}: no entity {key}", self.number))
    }

    fn relationship(&self, key: &str) -> Option<usize> {
        self.fixture.relationships.iter().position(|relationship| relationship.key == key)
    }

    /// `{"entity": key}` is a whole entity, `{"properties": key}` all properties of an entity or a relationship.
    fn cell(&self, json: &Json) -> Cell {
        if let Some(key) = json.get("entity").and_then(Json::as_str) {
            return Cell::Entity(self.entity(key));
        }
        if let Some(key) = json.get("properties").and_then(Json::as_str) {
            return Cell::Properties(self.properties(key).clone());
        }
        value(json).map_or(Cell::Undefined, Cell::Value)
    }

    fn properties(&self, key: &str) -> &Properties {
        match self.relationship(key) {
            Some(index) => &self.fixture.relationships[index].properties,
            None => &self.fixture.entities[self.entity(key)].properties,
        }
    }
}
