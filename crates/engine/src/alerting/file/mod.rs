//! Files of rules: reading those of JupiterOne and of this program, and writing them.
//!
//! *Architecture Invariant*: whatever stands in a file, reading it ends and tells what it did. One odd rule keeps no other
//! from being read, and a rule that cannot run is kept, is not evaluated, and says why.
//!
//! *Architecture Invariant*: what is secret in a file (the address of a chat's webhook, a header that signs in) is not
//! taken over. Endpoints hold such things, and a remark says which endpoint must be configured.
//!
//! | question | module |
//! |---|---|
//! | which rules are in a file? | `shape` |
//! | what does one of them say? | `rule`, `subject`, `operations`, `action`, `send`, `labels` |
//! | which words are there for it? | `words` |
//! | what may be missing, misspelt or of the wrong kind? | `fields` |
//! | can it run, and is there what it asks of? | `check`, `vocabulary` |
//! | what is worth telling? | `remark` |
//! | what is it in JupiterOne's form? | `write`, `write_action` |

mod action;
mod check;
mod fields;
mod labels;
mod operations;
mod remark;
mod rule;
mod secret;
mod send;
mod shape;
mod subject;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;
mod write;
mod write_action;

use std::collections::{HashMap, HashSet};

use super::{Interval, RuleDefinition};
use crate::document::document_read;
use remark::Remarks;

pub use check::rule_remarks;
pub use remark::{Remark, RemarkSeverity};
pub use write::rule_write;

/// How many rules of one file are read at most.
const MOST_RULES: usize = 10_000;

/// What is in a file of rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleFile {
    /// What could be read of them, in their order.
    pub rules: Vec<ReadRule>,
    /// What is to be said of the file as a whole.
    pub remarks: Vec<Remark>,
}

/// A rule of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRule {
    /// The rule. No two of a file have the same name, and one that cannot run is disabled.
    pub definition: RuleDefinition,
    /// What strays from the format, what was made of it, and what has to be done before it runs.
    pub remarks: Vec<Remark>,
}

impl ReadRule {
    /// Whether nothing keeps it from being evaluated.
    #[must_use]
    pub fn can_run(&self) -> bool {
        self.remarks.iter().all(|remark| remark.severity != RemarkSeverity::CannotRun)
    }
}

/// Reads a file of rules, in JSON or YAML: a rule, a list of them, a rule pack or an answer of JupiterOne's interface, or
/// rules in this program's own form.
#[must_use]
pub fn rules_read(text: &str) -> RuleFile {
    let document = match document_read(text) {
        Ok(document) => document,
        Err(error) => {
            let remark = Remark { text: error.to_string(), severity: RemarkSeverity::CannotRun };
            return RuleFile { rules: Vec::new(), remarks: vec![remark] };
        }
    };
    let mut remarks = Remarks::default();
    let mut written = shape::rules(document);
    if written.is_empty() {
        remarks.cannot_run("there is no rule in it: a rule has a name and queries");
    }
    if written.len() > MOST_RULES {
        remarks.wrong(format!("of its {} rules the first {MOST_RULES} are read", written.len()));
        written.truncate(MOST_RULES);
    }
    let mut names = Names::default();
    let rules = written.into_iter().zip(1..).map(|(one, place)| rule_of_file(one, place, &mut names)).collect();
    RuleFile { rules, remarks: remarks.all() }
}

fn rule_of_file(written: serde_json::Value, place: usize, names: &mut Names) -> ReadRule {
    let mut remarks = Remarks::default();
    let mut definition = rule::read(written, place, &mut remarks);
    let name = names.once(&definition.name);
    if name != definition.name {
        remarks.wrong(format!("a rule before it is called {:?} too: this one becomes {name:?}", definition.name));
        definition.name = name;
    }
    check::add_to(&definition, &mut remarks);
    let remarks = remarks.all();
    if remarks.iter().any(|remark| remark.severity == RemarkSeverity::CannotRun) {
        definition.interval = Interval::Disabled;
    }
    ReadRule { definition, remarks }
}

/// The names of the rules so far.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    /// Up to which number a name was tried, so that many equal ones take no longer each.
    tried: HashMap<String, usize>,
}

impl Names {
    /// The name, or the first with a number that is free.
    fn once(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        while !self.taken.insert(free.clone()) {
            let number = self.tried.entry(name.to_owned()).or_insert(1);
            *number += 1;
            free = format!("{name} ({number})");
        }
        free
    }
}
