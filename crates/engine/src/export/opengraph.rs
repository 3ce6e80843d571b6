//! BloodHound's OpenGraph (`reference/product.md` §7.14): nodes with two kinds at the most, edges whose kinds are words, ids
//! without colons, flat properties in lower case.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::json::JsonDocument;
use crate::world::WorldView;

/// The kind that all nodes of an upload have, by which they are cleared before the next.
const SOURCE: &str = "Rolecall";

impl WorldView {
    /// Writes the graph as an OpenGraph payload: access points from who has it to what it is to.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn opengraph_write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\n\"metadata\": ")?;
        serde_json::to_writer(&mut *out, &json!({ "source_kind": SOURCE }))?;
        out.write_all(b",\n\"graph\": ")?;
        let mut document = JsonDocument::new(&mut *out);
        document.array("nodes")?;
        for drawn in self.drawn_nodes() {
            let mut properties = flat(drawn.properties);
            properties.insert("name".to_owned(), drawn.name.into());
            document.item(&json!({
                "id": self.drawn_id(drawn.node),
                "kinds": [word(drawn.kind.0, &drawn.kind.1)],
                "properties": properties,
            }))?;
        }
        document.array("edges")?;
        for drawn in self.drawn_edges() {
            document.item(&json!({
                "kind": word(drawn.kind.0, &drawn.kind.1),
                "start": { "value": self.drawn_id(drawn.from) },
                "end": { "value": self.drawn_id(drawn.to) },
                "properties": flat(drawn.properties),
            }))?;
        }
        document.finish()?;
        out.write_all(b"}\n")
    }
}

/// `npm` and `read-write` as a kind: `Npm_ReadWrite`.
fn word(prefix: &str, name: &str) -> String {
    let titled = |part: &str| {
        let mut letters = part.chars().filter(char::is_ascii_alphanumeric);
        letters
            .next()
            .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + &letters.collect::<String>())
    };
    let name: String = name.split(|letter: char| !letter.is_ascii_alphanumeric()).map(titled).collect();
    format!("{}_{name}", titled(prefix))
}

/// Without what is no text, number, flag or list of one kind of these, and without names that are kept.
fn flat(properties: Map<String, Json>) -> Map<String, Json> {
    const KEPT: [&str; 2] = ["objectid", "name"];
    let is_list = |items: &[Json]| {
        items.iter().all(Json::is_string) || items.iter().all(Json::is_number) || items.iter().all(Json::is_boolean)
    };
    let is_flat = |value: &Json| match value {
        Json::Object(_) | Json::Null => false,
        Json::Array(items) => is_list(items),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => true,
    };
    properties.into_iter().filter(|(name, value)| !KEPT.contains(&name.as_str()) && is_flat(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_words() {
        assert_eq!(word("npm", "read-write"), "Npm_ReadWrite");
        assert_eq!(word("baton", "çedilla x.y"), "Baton_EdillaXY");
    }

    #[test]
    fn what_is_not_flat_is_left_out() {
        let properties = json!({ "a": 1, "b": { "c": 1 }, "d": ["x", "y"], "e": [1, "y"], "objectid": "z", "f": null });
        let flat = flat(properties.as_object().cloned().unwrap_or_default());
        assert_eq!(Json::Object(flat), json!({ "a": 1, "d": ["x", "y"] }));
    }
}
