//! GraphML, which Gephi, yEd, NetworkX and others read: every property a text, so that one key has one type everywhere.

use std::collections::BTreeSet;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::{Map, Value as Json};

use crate::world::WorldView;

const NAMESPACE: &str = "http://graphml.graphdrawing.org/xmlns";

impl WorldView {
    /// Writes the graph as GraphML.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn graphml_write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut document = Writer::new_with_indent(out, b' ', 1);
        document.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        document.write_event(Event::Start(BytesStart::new("graphml").with_attributes([("xmlns", NAMESPACE)])))?;
        self.keys_write(&mut document)?;
        let graph = BytesStart::new("graph").with_attributes([("id", "rolecall"), ("edgedefault", "directed")]);
        document.write_event(Event::Start(graph))?;
        for mut drawn in self.drawn_nodes() {
            drawn.properties.insert("kind".to_owned(), format!("{}:{}", drawn.kind.0, drawn.kind.1).into());
            drawn.properties.insert("name".to_owned(), drawn.name.into());
            let id = self.drawn_id(drawn.node);
            let node = BytesStart::new("node").with_attributes([("id", id.as_str())]);
            element(&mut document, &node, &drawn.properties)?;
        }
        for mut drawn in self.drawn_edges() {
            drawn.properties.insert("kind".to_owned(), drawn.kind.1.into());
            let (from, to) = (self.drawn_id(drawn.from), self.drawn_id(drawn.to));
            let edge = BytesStart::new("edge").with_attributes([("source", from.as_str()), ("target", to.as_str())]);
            element(&mut document, &edge, &drawn.properties)?;
        }
        document.write_event(Event::End(BytesEnd::new("graph")))?;
        document.write_event(Event::End(BytesEnd::new("graphml")))?;
        document.get_mut().write_all(b"\n")
    }

    /// Every property is declared before it is used.
    fn keys_write(&self, document: &mut Writer<&mut dyn Write>) -> io::Result<()> {
        let mut names: BTreeSet<String> =
            ["kind", "name", "origin", "removalunconfirmed", "why"].map(str::to_owned).into();
        self.drawn_nodes().for_each(|drawn| names.extend(drawn.properties.into_iter().map(|(name, _)| name)));
        for name in &names {
            let attributes = [("id", name.as_str()), ("for", "all"), ("attr.name", name), ("attr.type", "string")];
            document.write_event(Event::Empty(BytesStart::new("key").with_attributes(attributes)))?;
        }
        Ok(())
    }
}

fn element(
    document: &mut Writer<&mut dyn Write>,
    start: &BytesStart<'_>,
    properties: &Map<String, Json>,
) -> io::Result<()> {
    let end = start.to_end().into_owned();
    document.write_event(Event::Start(start.borrow()))?;
    for (name, value) in properties {
        let text = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        document.write_event(Event::Start(BytesStart::new("data").with_attributes([("key", name.as_str())])))?;
        document.write_event(Event::Text(BytesText::new(&sayable(&text))))?;
        document.write_event(Event::End(BytesEnd::new("data")))?;
    }
    document.write_event(Event::End(end))
}

/// Without characters that XML cannot say.
fn sayable(text: &str) -> String {
    let is_sayable = |letter: &char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
    text.chars().filter(is_sayable).filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}
