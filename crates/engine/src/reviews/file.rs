//! Decisions in a file, for reviewers outside the hub: a table is written for them, and read when it comes back.

use std::collections::BTreeMap;

use rolecall_model::review::{ReviewDecision, ReviewerKey};
use rolecall_store::{ReviewItem, ReviewItemFilter, ReviewSource};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::decide::{choices_of, running};
use super::draft::review_known;
use super::{ChoiceWish, DecideReport, ItemShown, ReviewActor, ReviewError, ReviewPeople, review_decide};
use crate::Context;
use crate::gives::digest_whole;
use crate::spreadsheet::spreadsheet_cell;
use crate::world::WorldView;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Larger files nobody wrote by hand.
const LARGEST: usize = 64 << 20;

/// The columns of a file of decisions. Those that a reviewer fills in are the last two.
const COLUMNS: [&str; 17] = [
    "number",
    "grant",
    "reviewer",
    "connector",
    "holder",
    "person",
    "may",
    "path",
    "since",
    "blast_radius",
    "last_activity",
    "two_factor",
    "novelty",
    "last_decision",
    "outcome",
    "decision",
    "reason",
];

/// What became of a file of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionFileReport {
    /// The SHA-256 digest of its bytes.
    pub sha256: String,
    /// When the same file was brought before.
    pub brought_before: Option<String>,
    /// What became of the decisions of each reviewer.
    pub reviewers: BTreeMap<String, DecideReport>,
    /// How many lines decide nothing.
    pub undecided: usize,
}

/// The grants of a campaign as a table: of one reviewer, or of all.
///
/// # Errors
/// When there is no such campaign or reviewer, or the database cannot be read.
pub async fn decisions_export(
    context: &Context,
    people: &ReviewPeople,
    name: &str,
    reviewer: Option<&str>,
) -> Result<Vec<u8>, ReviewError> {
    let review = review_known(&context.store, name).await?;
    let reviewers = match reviewer {
        None => None,
        Some(who) => {
            let found = people.named(who);
            let found = found.ok_or_else(|| ReviewError::nobody("reviewer", who))?;
            Some(vec![found.0])
        }
    };
    let filter = ReviewItemFilter { reviewers, ..ReviewItemFilter::default() };
    let items = context.store.review_items(review.id, &filter).await?;
    // Spreadsheets take a file for UTF-8 that begins with this mark, and other letters for something else without it.
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    let wrong = |error: csv::Error| ReviewError::wrong("file", error.to_string());
    writer.write_record(COLUMNS).map_err(wrong)?;
    for item in &items {
        writer.write_record(row(people, item)).map_err(wrong)?;
    }
    writer.into_inner().map_err(|error| ReviewError::wrong("file", error.to_string()))
}

fn row(people: &ReviewPeople, item: &ReviewItem) -> Vec<String> {
    let shown: ItemShown = serde_json::from_value(item.shown.clone()).unwrap_or_default();
    let radius = shown
        .blast_radius
        .as_ref()
        .map_or_else(String::new, |radius| format!("{} {} of {}", radius.action, radius.writes, radius.of));
    let reviewer = item.reviewer.as_ref().map(|key| written(people, key));
    let previous = item.previous.as_ref().map(|previous| format!("{} in {}", previous.outcome, previous.review));
    let texts = [
        item.number.to_string(),
        item.grant.clone(),
        reviewer.unwrap_or_default(),
        item.connector_title.clone(),
        shown.holder.clone(),
        shown.whose_text(),
        shown.may.clone(),
        shown.path.clone(),
        crate::moment::since_text(&shown.since, shown.or_earlier),
        radius,
        shown.last_activity_text(),
        shown.two_factor_text().to_owned(),
        item.novelty.word().to_owned(),
        previous.unwrap_or_default(),
        item.outcome.word().to_owned(),
        String::new(),
        String::new(),
    ];
    texts.into_iter().map(spreadsheet_cell).collect()
}

/// How a file names a reviewer: by their address, where that means nobody else when it comes back.
fn written(people: &ReviewPeople, key: &ReviewerKey) -> String {
    let address = people.address(key).filter(|address| people.named(address).is_some_and(|(named, _)| named == *key));
    address.unwrap_or_else(|| key.to_string())
}

/// A line of a file that decides something.
struct Line {
    number: i64,
    reviewer: String,
    decision: ReviewDecision,
    reason: String,
}

/// Takes the decisions of a file that came back: each in the name of the reviewer whom the file or `reviewer` names, brought
/// by whoever acts here. The same file twice decides nothing twice.
///
/// # Errors
/// When it is no such file, is of another review, names nobody, or the campaign does not run. Then nothing is decided.
pub async fn decisions_import(
    context: &Context,
    view: &WorldView,
    people: &ReviewPeople,
    name: &str,
    (file, bytes): (&str, &[u8]),
    (reviewer, actor): (Option<&str>, &str),
) -> Result<DecisionFileReport, ReviewError> {
    let review = running(&context.store, name).await?;
    let items = context.store.review_items(review.id, &ReviewItemFilter::default()).await?;
    let (lines, undecided) = lines(bytes, &items, reviewer)?;
    let sha256 = digest_whole(&Sha256::digest(bytes));
    let before = context.store.review_submissions(review.id).await?;
    let before = before.iter().find(|one| one.file.as_ref().is_some_and(|(_, digest)| *digest == sha256));
    let mut report = DecisionFileReport {
        brought_before: before.map(|before| crate::moment_text(before.at)),
        sha256: sha256.clone(),
        undecided,
        ..DecisionFileReport::default()
    };
    let mut by_reviewer: BTreeMap<String, Vec<ChoiceWish>> = BTreeMap::new();
    for line in lines {
        let wish = ChoiceWish { number: line.number, decision: Some(line.decision), reason: line.reason };
        by_reviewer.entry(line.reviewer).or_default().push(wish);
    }
    // Everybody is looked up, and every line understood, before anything is decided.
    let mut actors = Vec::new();
    for (who, wishes) in by_reviewer {
        choices_of(&wishes)?;
        actors.push((ReviewActor::brought(people, &who, actor, ReviewSource::File)?, who, wishes));
    }
    for (of, who, wishes) in actors {
        let file = Some((file.to_owned(), sha256.clone()));
        let decided = review_decide(context, view, people, name, &of, &wishes, file).await?;
        report.reviewers.insert(who, decided);
    }
    Ok(report)
}

fn lines(bytes: &[u8], items: &[ReviewItem], reviewer: Option<&str>) -> Result<(Vec<Line>, usize), ReviewError> {
    let wrong = |why: String| ReviewError::wrong("file", why);
    if bytes.len() > LARGEST {
        return Err(wrong(format!("it is larger than {} MB", LARGEST >> 20)));
    }
    // Spreadsheets write a mark before the first letter.
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let delimiter = if first_line_has(bytes, b';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let place = |name: &str| header.iter().position(|one| one.trim().eq_ignore_ascii_case(name));
    let needed = |name: &'static str| {
        place(name).ok_or_else(|| wrong(format!("it has no column {name:?}; write one with: rolecall reviews export")))
    };
    let (number, grant, decision, reason) =
        (needed("number")?, needed("grant")?, needed("decision")?, needed("reason")?);
    let by = place("reviewer");
    let by_number: BTreeMap<i64, &ReviewItem> = items.iter().map(|item| (item.number, item)).collect();
    let (mut lines, mut undecided) = (Vec::new(), 0);
    for (record, at) in reader.records().zip(2_usize..) {
        let record = record.map_err(|error| wrong(format!("line {at}: {error}")))?;
        let cell = |place: usize| record.get(place).unwrap_or_default().trim().trim_start_matches('\'');
        if cell(decision).is_empty() {
            undecided += 1;
            continue;
        }
        let word = cell(decision);
        let decided = ReviewDecision::read(word)
            .ok_or_else(|| wrong(format!("line {at}: a decision is `certify` or `deny`, and not {word:?}")))?;
        let number: i64 =
            cell(number).parse().map_err(|_| wrong(format!("line {at}: {:?} is no number", cell(number))))?;
        let item = by_number.get(&number).ok_or_else(|| wrong(format!("line {at}: there is no grant {number}")))?;
        if item.grant != cell(grant) {
            return Err(wrong(format!(
                "line {at}: grant {number} is another in this review: the file is of another one"
            )));
        }
        let who = reviewer.or_else(|| by.map(cell)).filter(|who| !who.is_empty());
        let who = who.ok_or_else(|| wrong(format!("line {at}: it does not say who decided; name them")))?;
        lines.push(Line { number, reviewer: who.to_owned(), decision: decided, reason: cell(reason).to_owned() });
    }
    Ok((lines, undecided))
}

fn first_line_has(bytes: &[u8], letter: u8) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.contains(&letter) && !line.contains(&b',')
}
