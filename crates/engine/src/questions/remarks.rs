//! What is wrong with questions, taken together and one by one.

use std::collections::BTreeSet;

use rolecall_query::prepare;

use super::{Question, QuestionFile, questions_read};
use crate::diagnostic::query_place;

/// What keeps questions from being a good library: names that occur twice, queries that are none, parameters that nobody
/// declared. Nothing where all is well.
#[must_use]
pub fn questions_remarks(questions: &[Question]) -> Vec<String> {
    let mut remarks = Vec::new();
    remarks.extend(twice(questions.iter().map(|it| it.id.as_str())).map(|id| format!("{id}: the id is given twice")));
    let titles = questions.iter().map(|it| it.title.as_str());
    remarks.extend(twice(titles).map(|title| format!("the title {title:?} is given twice")));
    questions.iter().for_each(|question| question_remarks(question, &mut remarks));
    remarks
}

/// Reads a file of questions, with all that keeps it from being a good one among its remarks: what JupiterOne's own check
/// of such files refuses, and what strays from their format.
#[must_use]
pub fn questions_checked(text: &str) -> QuestionFile {
    let mut file = questions_read(text);
    file.remarks.extend(questions_remarks(&file.questions));
    file
}

fn question_remarks(question: &Question, remarks: &mut Vec<String>) {
    let mut remark = |what: String| remarks.push(format!("{}: {what}", question.id));
    twice(question.tags.iter().map(String::as_str)).for_each(|tag| remark(format!("the tag {tag} is given twice")));
    let names = question.queries.iter().map(|query| query.name.as_str());
    twice(names).for_each(|name| remark(format!("the query name {name} is given twice")));
    let declared: BTreeSet<String> = question.variables.iter().map(|variable| variable.name.clone()).collect();
    let mut used = BTreeSet::new();
    for query in &question.queries {
        match prepare(&query.query) {
            Ok(prepared) => {
                let warnings = prepared.warnings().iter();
                warnings.for_each(|one| remark(format!("{}: {}", query.name, query_place(&query.query, one))));
                used.extend(prepared.parameters());
            }
            Err(why) => {
                why.iter().for_each(|one| remark(format!("{}: {}", query.name, query_place(&query.query, one))))
            }
        }
    }
    used.difference(&declared).for_each(|name| remark(format!("the variable {name} is not declared")));
    declared.difference(&used).for_each(|name| remark(format!("the variable {name} is not used")));
    for variable in question.variables.iter().filter(|variable| variable.required == variable.default.is_some()) {
        remark(format!("the variable {} is either required or has a default", variable.name));
    }
}

/// What occurs more than once.
fn twice<'a>(all: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut seen = BTreeSet::new();
    all.filter(move |one| !seen.insert(*one)).collect::<BTreeSet<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::{QUESTION_FILES, questions, questions_read};
    use super::*;

    #[test]
    fn nothing_is_wrong_with_the_ready_questions() {
        for (theme, text) in QUESTION_FILES {
            assert_eq!(questions_read(text).remarks, Vec::<String>::new(), "{theme}");
        }
        assert_eq!(questions_remarks(questions()), Vec::<String>::new());
        for question in questions() {
            assert!(question.title.ends_with('?') && question.description.ends_with('.'), "{}", question.id);
            assert!(!question.tags.is_empty() && !question.queries.is_empty(), "{}", question.id);
            assert!(question.queries.iter().all(|query| query.results_are.is_some()), "{}", question.id);
            assert!(question.variables.iter().all(|variable| !variable.description.is_empty()), "{}", question.id);
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let text = r#"{ "questions": [
            { "id": "a", "title": "A?", "tags": ["x", "x"], "variables": [{ "name": "unused" }],
              "queries": [{ "name": "q", "query": "FIND User WITH id = ${who}" }, { "name": "q", "query": "FIND" }] },
            { "id": "a", "title": "A?", "queries": [] }
        ] }"#;
        let remarks = questions_remarks(&questions_read(text).questions);
        for said in [
            "a: the id is given twice",
            "the title \"A?\" is given twice",
            "a: the tag x is given twice",
            "a: the query name q is given twice",
            "a: the variable who is not declared",
            "a: the variable unused is not used",
        ] {
            assert!(remarks.iter().any(|remark| remark == said), "{said:?} is missing in {remarks:#?}");
        }
        let place = "a: q: line 1, column 5: ";
        assert!(remarks.iter().any(|remark| remark.starts_with(place)), "{remarks:#?}");
        let checked = questions_checked(text);
        assert_eq!(checked.remarks.iter().filter(|remark| remarks.contains(remark)).count(), remarks.len());
        assert!(checked.remarks.contains(&"a: it has no description".to_owned()), "{checked:#?}");
    }
}
