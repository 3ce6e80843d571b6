//! What an expression speaks of, told without asking it of anything.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::template::{Part, Template};
use super::transform::Transform;
use super::tree::{Kind, Node};

/// What templates and conditions name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// What is named first: `queries`, `alertWebLink`, `item`.
    pub names: BTreeSet<String>,
    /// The queries: `query0` of `queries.query0.total`.
    pub queries: BTreeSet<String>,
    /// The parameters: `channel` of `param.channel`.
    pub parameters: BTreeSet<String>,
    /// The templates: `row` of `mapTemplate('row')`.
    pub templates: BTreeSet<String>,
}

impl Used {
    /// Of this template.
    #[must_use]
    pub fn of(template: &Template) -> Self {
        let mut used = Self::default();
        used.add(template);
        used
    }

    /// And of this one.
    pub fn add(&mut self, template: &Template) {
        for part in &template.parts {
            if let Part::Expression(node) = part {
                self.visit(node);
            }
        }
    }

    fn visit(&mut self, node: &Node) {
        match &node.kind {
            Kind::Name(name) => {
                self.names.insert(name.clone());
            }
            Kind::Member(of, name) => self.part_of(of, name),
            Kind::Key(of, by) => {
                if let Kind::Literal(Json::String(name)) = &by.kind {
                    self.part_of(of, name);
                }
            }
            Kind::Transformed(_, Transform::MapTemplate, arguments) => {
                if let Some(Kind::Literal(Json::String(name))) = arguments.first().map(|argument| &argument.kind) {
                    self.templates.insert(name.clone());
                }
            }
            _ => {}
        }
        node.parts().into_iter().for_each(|part| self.visit(part));
    }

    fn part_of(&mut self, of: &Node, name: &str) {
        let of = if let Kind::Name(of) = &of.kind { of.as_str() } else { "" };
        let known = match of {
            "queries" => &mut self.queries,
            "param" => &mut self.parameters,
            _ => return,
        };
        known.insert(name.to_owned());
    }
}
