//! Reading files of questions, also those that others wrote.

use serde_json::{Map, Value as Json};

use super::{Compliance, Question, QuestionQuery, QuestionVariable, ResultsAre};
use crate::alerting::Interval;
use crate::document::document_read;

/// How many questions of one file are read at most.
const MOST_QUESTIONS: usize = 10_000;

/// What a question has.
const FIELDS: [&str; 9] =
    ["id", "title", "description", "tags", "variables", "queries", "compliance", "showTrend", "pollingInterval"];

/// What is in a file of questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuestionFile {
    /// Whose they are: `managed:artifactory`.
    pub source_id: Option<String>,
    /// Of which integration they ask.
    pub integration_definition_id: Option<String>,
    /// What could be read of them.
    pub questions: Vec<Question>,
    /// What is not as the format has it. Nothing of it keeps a question from being asked.
    pub remarks: Vec<String>,
}

/// Reads a file of questions, in JSON or YAML: `sourceId`, `integrationDefinitionId` and `questions`, each of which has `id`,
/// `title`, `description`, `tags`, `variables`, `queries`, `compliance`, `showTrend` and `pollingInterval`.
///
/// Published files stray from their format, so that queries may be a map or only one, and words may be in any case; what
/// strays is told in [`QuestionFile::remarks`].
#[must_use]
pub fn questions_read(text: &str) -> QuestionFile {
    let mut file = QuestionFile::default();
    match document_read(text) {
        Ok(json) => file_read(&mut file, &json),
        Err(error) => file.remarks.push(error.to_string()),
    }
    file
}

fn file_read(file: &mut QuestionFile, json: &Json) {
    if let Some(fields) = json.as_object() {
        file.source_id = text(fields, "sourceId");
        file.integration_definition_id = text(fields, "integrationDefinitionId");
        let known = ["sourceId", "integrationDefinitionId", "questions"];
        let unknown = fields.keys().filter(|name| fields.contains_key("questions") && !known.contains(&name.as_str()));
        file.remarks.extend(unknown.map(|name| format!("a file of questions has no field {name:?}")));
    }
    match json.get("questions").unwrap_or(json) {
        Json::Array(all) => {
            all.iter().take(MOST_QUESTIONS).zip(1..).for_each(|(one, place)| question_read(file, one, place));
            if all.len() > MOST_QUESTIONS {
                file.remarks.push(format!("of its {} questions the first {MOST_QUESTIONS} are read", all.len()));
            }
        }
        // What is published of integrations without questions: the field is there, and nothing in it.
        Json::Null if json.get("questions").is_some() => {}
        _ => file.remarks.push("there is no list of questions".to_owned()),
    }
}

fn question_read(file: &mut QuestionFile, json: &Json, place: usize) {
    let Some(fields) = json.as_object() else {
        file.remarks.push(format!("question {place} is no object"));
        return;
    };
    let id = text(fields, "id").unwrap_or_else(|| format!("question-{place}"));
    let mut reader = Reader { id: &id, remarks: &mut file.remarks };
    let question = Question {
        title: reader.required(fields, "title"),
        description: reader.required(fields, "description"),
        tags: reader.tags(fields),
        variables: reader.variables(fields),
        queries: reader.queries(fields),
        compliance: reader.compliance(fields),
        show_trend: reader.show_trend(fields),
        polling_interval: reader.polling_interval(fields),
        id: id.clone(),
    };
    if !fields.contains_key("id") {
        reader.remark("it has no id");
    }
    for name in fields.keys().filter(|name| !FIELDS.contains(&name.as_str())) {
        reader.remark(&format!("a question has no field {name:?}"));
    }
    file.questions.push(question);
}

/// What is read of one question.
struct Reader<'r> {
    id: &'r str,
    remarks: &'r mut Vec<String>,
}

impl Reader<'_> {
    fn remark(&mut self, what: &str) {
        self.remarks.push(format!("{}: {what}", self.id));
    }

    fn required(&mut self, fields: &Map<String, Json>, name: &str) -> String {
        text(fields, name).unwrap_or_else(|| {
            self.remark(&format!("it has no {name}"));
            String::new()
        })
    }

    fn tags(&mut self, fields: &Map<String, Json>) -> Vec<String> {
        match fields.get("tags") {
            Some(Json::Array(tags)) => tags.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            Some(Json::String(tag)) => {
                self.remark("its tags are no list");
                vec![tag.clone()]
            }
            _ => {
                self.remark("it has no tags");
                Vec::new()
            }
        }
    }

    fn variables(&mut self, fields: &Map<String, Json>) -> Vec<QuestionVariable> {
        let listed = fields.get("variables").and_then(Json::as_array);
        let variables = listed.into_iter().flatten().filter_map(Json::as_object).map(|fields| {
            let default = fields.get("default").filter(|value| !value.is_null()).cloned();
            QuestionVariable {
                name: text(fields, "name").unwrap_or_default(),
                description: text(fields, "description").unwrap_or_default(),
                required: fields.get("required").and_then(Json::as_bool).unwrap_or(default.is_none()),
                default,
            }
        });
        variables.collect()
    }

    fn queries(&mut self, fields: &Map<String, Json>) -> Vec<QuestionQuery> {
        match fields.get("queries") {
            Some(Json::Array(all)) => all.iter().zip(0..).filter_map(|(one, place)| self.query(one, place)).collect(),
            // As one published file has it: what should be the only item of a list.
            Some(one @ Json::Object(fields)) if fields.get("query").is_some_and(Json::is_string) => {
                self.remark("its queries are one query and no list");
                self.query(one, 0).into_iter().collect()
            }
            Some(Json::Object(all)) => {
                self.remark("its queries are a map and no list");
                let queries = all.iter().filter_map(|(name, query)| {
                    let read = self.query(query, 0)?;
                    Some(QuestionQuery { name: name.clone(), ..read })
                });
                queries.collect()
            }
            _ => {
                self.remark("it has no queries");
                Vec::new()
            }
        }
    }

    fn query(&mut self, json: &Json, place: usize) -> Option<QuestionQuery> {
        let query = json.as_str().map(str::to_owned).or_else(|| text(json.as_object()?, "query"));
        let Some(query) = query else {
            self.remark(&format!("its query {place} has no text"));
            return None;
        };
        let fields = json.as_object().cloned().unwrap_or_default();
        let name = text(&fields, "name").unwrap_or_else(|| format!("query{place}"));
        let results_are = text(&fields, "resultsAre").and_then(|word| self.results_are(&word));
        Some(QuestionQuery { name, query, results_are })
    }

    fn compliance(&mut self, fields: &Map<String, Json>) -> Vec<Compliance> {
        let listed = match fields.get("compliance") {
            None | Some(Json::Null) => return Vec::new(),
            Some(Json::Array(all)) => all.as_slice(),
            Some(one) => {
                self.remark("its compliance is no list");
                std::slice::from_ref(one)
            }
        };
        let mut read = Vec::new();
        for one in listed {
            let Some(fields) = one.as_object() else {
                self.remark("its compliance is no object with a standard");
                continue;
            };
            let (compliance, remarks) = Compliance::read(fields);
            remarks.iter().for_each(|what| self.remark(what));
            read.extend(compliance);
        }
        read
    }

    fn show_trend(&mut self, fields: &Map<String, Json>) -> bool {
        match fields.get("showTrend") {
            None | Some(Json::Null) => false,
            Some(Json::Bool(shows)) => *shows,
            Some(other) => {
                self.remark(&format!("showTrend is {other}, and not true or false"));
                other.as_str().is_some_and(|word| word.eq_ignore_ascii_case("true"))
            }
        }
    }

    fn polling_interval(&mut self, fields: &Map<String, Json>) -> Option<Interval> {
        let word = text(fields, "pollingInterval")?;
        let interval = Interval::read(&word);
        if interval.is_none_or(|interval| interval.word() != word) {
            let read =
                interval.map_or_else(|| "which there is not".to_owned(), |it| format!("and read as {}", it.word()));
            self.remark(&format!("pollingInterval is {word:?}, {read}"));
        }
        interval
    }

    fn results_are(&mut self, word: &str) -> Option<ResultsAre> {
        let known = match word.to_uppercase().as_str() {
            "GOOD" => Some(ResultsAre::Good),
            "BAD" => Some(ResultsAre::Bad),
            "INFORMATIVE" => Some(ResultsAre::Informative),
            "UNKNOWN" => Some(ResultsAre::Unknown),
            _ => None,
        };
        if known.is_none() || word != word.to_uppercase() {
            self.remark(&format!("resultsAre is {word:?}, and not GOOD, BAD, INFORMATIVE or UNKNOWN"));
        }
        known
    }
}

/// A text; YAML reads some as numbers.
pub(super) fn text(fields: &Map<String, Json>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strays_is_read_and_told() {
        let text = r#"{ "questions": [
            { "id": "a", "title": "A?", "description": "", "tags": "one", "queries": { "first": "FIND User" } },
            { "title": "B?", "queries": [{ "query": "FIND Team", "resultsAre": "Bad" }, "FIND User", 7] },
            7
        ] }"#;
        let file = questions_read(text);
        assert_eq!(file.questions[0].queries[0].name, "first");
        assert_eq!((&*file.questions[1].id, &*file.questions[1].queries[1].name), ("question-2", "query1"));
        assert_eq!(file.questions[1].queries[0].results_are, Some(ResultsAre::Bad));
        for said in [
            "a: its tags are no list",
            "a: its queries are a map and no list",
            "question-2: it has no id",
            "question-2: it has no tags",
            "question-2: its query 2 has no text",
            "question-2: resultsAre is \"Bad\", and not GOOD, BAD, INFORMATIVE or UNKNOWN",
            "question 3 is no object",
        ] {
            assert!(file.remarks.iter().any(|remark| remark == said), "{said:?} is missing in {:#?}", file.remarks);
        }
    }

    #[test]
    fn what_is_no_file_of_questions_is_told() {
        for text in ["", "7", "{\"questions\": 7}", "{\"questions\": "] {
            let file = questions_read(text);
            assert!(file.questions.is_empty() && file.remarks.len() == 1, "{text:?}: {file:?}");
        }
    }

    #[test]
    fn a_file_in_yaml_with_all_that_there_is_is_read() {
        let file = questions_read(include_str!("tests/everything.yaml"));
        assert_eq!(file.remarks, Vec::<String>::new());
        assert_eq!(file.source_id.as_deref(), Some("managed:registries"));
        assert_eq!(file.integration_definition_id.as_deref(), Some("${integration_definition_id}"));
        let one = &file.questions[0];
        assert_eq!((&*one.id, &*one.title), ("managed-question-owners", "Who owns the registry?"));
        assert_eq!((one.show_trend, one.polling_interval), (true, Some(Interval::OneWeek)));
        let soc = Compliance {
            standard: "SOC 2".to_owned(),
            version: Some("2017".to_owned()),
            requirements: vec!["CC6.1".to_owned(), "6.3".to_owned()],
            controls: vec!["access-review".to_owned()],
        };
        assert_eq!(one.compliance[0], soc);
        assert_eq!(one.compliance[1].standard, "CIS");
        let results: Vec<_> = one.queries.iter().map(|query| query.results_are).collect();
        assert_eq!(results, [Some(ResultsAre::Bad), Some(ResultsAre::Informative), None]);
        assert_eq!(one.queries[2].query, "FIND npm_user\n  WITH role = 'owner'\n");
        assert_eq!(file.questions[1].variables[0].default, Some(Json::from(30)));
        let json = serde_json::to_value(one).unwrap();
        assert_eq!(json["compliance"][0]["requirements"][0], "CC6.1");
        assert_eq!((&json["showTrend"], &json["pollingInterval"]), (&Json::Bool(true), &Json::from("ONE_WEEK")));
    }

    #[test]
    fn a_file_in_yaml_that_strays_is_read_and_told() {
        let file = questions_read(include_str!("tests/stray.yaml"));
        let said = [
            "a file of questions has no field \"colour\"",
            "one: its queries are one query and no list",
            "one: its compliance is no list",
            "one: the requirements of SOC 2 are no list",
            "one: showTrend is \"true\", and not true or false",
            "one: pollingInterval is \"one_day\", and read as ONE_DAY",
            "two: it has no tags",
            "two: its queries are a map and no list",
            "two: resultsAre is \"Bad\", and not GOOD, BAD, INFORMATIVE or UNKNOWN",
            "two: its compliance is no object with a standard",
            "two: its compliance has no field \"colour\"",
            "two: its compliance names no standard",
            "two: pollingInterval is \"SOMETIMES\", which there is not",
            "two: a question has no field \"colour\"",
            "3: it has no description",
            "3: it has no tags",
            "3: it has no queries",
        ];
        assert_eq!(file.remarks, said);
        let [one, two, _] = &file.questions[..] else { panic!("{file:#?}") };
        assert_eq!((&*one.queries[0].name, &*one.queries[0].query), ("query0", "FIND User"));
        assert_eq!((one.show_trend, one.polling_interval), (true, Some(Interval::OneDay)));
        assert_eq!(one.compliance[0].requirements, ["CC6.1"]);
        assert_eq!((&*two.queries[0].name, two.queries[0].results_are), ("first", Some(ResultsAre::Bad)));
        let none = questions_read("sourceId: managed:x\nintegrationDefinitionId: y\nquestions:\n");
        assert_eq!((none.questions.len(), none.remarks.len()), (0, 0), "an integration without questions");
    }
}
