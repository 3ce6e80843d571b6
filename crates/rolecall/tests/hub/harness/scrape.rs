//! Reads what `/metrics` says, as strictly as OpenMetrics are defined. The reference reader of that format is asked too, in
//! `e2e/tests/interface`.

use std::collections::{BTreeMap, BTreeSet};

use super::Answer;

/// All that was said.
#[derive(Debug)]
pub(crate) struct Scrape {
    pub(crate) samples: Vec<Sample>,
}

/// One number.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The metric's name, as it is documented: what a histogram is written as is one metric.
    pub(crate) metric: String,
    /// `sum`, `count` or `bucket` of a histogram, and otherwise empty.
    pub(crate) part: &'static str,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

impl Scrape {
    /// Reads an answer.
    #[track_caller]
    pub(crate) fn of(answer: &Answer) -> Self {
        let text = answer.body.strip_suffix("# EOF\n").unwrap_or_else(|| panic!("no end: {}", answer.body));
        let (mut family, mut samples) = (None, Vec::new());
        let mut seen = BTreeSet::new();
        for line in text.lines() {
            if let Some(described) = line.strip_prefix("# HELP ") {
                let (name, help) = described.split_once(' ').unwrap();
                assert!(seen.insert(name.to_owned()), "{name} is described twice");
                assert!(!help.is_empty(), "{line}");
            } else if let Some(typed) = line.strip_prefix("# TYPE ") {
                let (name, kind) = typed.split_once(' ').unwrap();
                assert!(seen.contains(name), "{name} has a type and no help");
                family = Some((name.to_owned(), kind.to_owned()));
            } else {
                let (name, kind) = family.as_ref().unwrap_or_else(|| panic!("no family before {line}"));
                samples.push(sample(line, name, kind));
            }
        }
        Self { samples }
    }

    /// The names of labels by metric.
    pub(crate) fn labels(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for sample in &self.samples {
            let labels = sample.labels.keys().filter(|label| sample.part != "bucket" || *label != "le");
            found.entry(sample.metric.clone()).or_default().extend(labels.cloned());
        }
        found
    }

    /// The sum of a metric's numbers with these labels; of a histogram, how many were counted.
    #[track_caller]
    pub(crate) fn value(&self, metric: &str, labels: &[(&str, &str)]) -> f64 {
        let is_wanted = |sample: &&Sample| {
            sample.metric == metric
                && matches!(sample.part, "" | "count")
                && labels.iter().all(|(name, value)| sample.labels.get(*name).map(String::as_str) == Some(value))
        };
        let found: Vec<f64> = self.samples.iter().filter(is_wanted).map(|sample| sample.value).collect();
        assert!(!found.is_empty(), "no {metric} with {labels:?} in {:#?}", self.samples);
        found.iter().sum()
    }
}

/// `name{label="value",…} 1.5`, of a family.
fn sample(line: &str, family: &str, kind: &str) -> Sample {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("no name in {line}"));
    let (name, rest) = line.split_at(end);
    let suffix = name.strip_prefix(family).unwrap_or_else(|| panic!("{line} is not of {family}"));
    let part = match (kind, suffix) {
        ("gauge", "") | ("counter", "_total") => "",
        ("histogram", "_bucket") => "bucket",
        ("histogram", "_sum") => "sum",
        ("histogram", "_count") => "count",
        _ => panic!("{line} is no part of the {kind} {family}"),
    };
    let (labels, value) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest, line),
        None => (BTreeMap::new(), rest),
    };
    let value: f64 = value.trim().parse().unwrap_or_else(|_| panic!("no number in {line}"));
    assert!(value >= 0.0 && value.is_finite(), "{line}");
    let metric = if kind == "counter" { name } else { family };
    Sample { metric: metric.to_owned(), part, labels, value }
}

/// Labels in quotes, in which braces and commas are themselves; and what comes after them.
fn labels<'l>(mut rest: &'l str, line: &str) -> (BTreeMap<String, String>, &'l str) {
    let mut found = BTreeMap::new();
    loop {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no label in {line}"));
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name} in {line}");
        let mut value = String::new();
        let mut characters = after.char_indices();
        let end = loop {
            match characters.next().unwrap_or_else(|| panic!("an open quote in {line}")) {
                (at, '"') => break at,
                (_, '\\') => value.extend(characters.next().map(|(_, character)| character)),
                (_, character) => value.push(character),
            }
        };
        assert!(found.insert(name.to_owned(), value).is_none(), "{name} twice in {line}");
        match after[end + 1..].split_at(1) {
            (",", more) => rest = more,
            ("}", value) => return (found, value),
            _ => panic!("{line}"),
        }
    }
}
