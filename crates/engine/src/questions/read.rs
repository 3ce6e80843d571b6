//! Reading files of questions, also those that others wrote.

use serde_json::{Map, Value as Json};

use super::{Question, QuestionQuery, QuestionVariable, ResultsAre};

/// What is in a file of questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuestionFile {
    /// What could be read of them.
    pub questions: Vec<Question>,
    /// What is not as the format has it. Nothing of it keeps a question from being asked.
    pub remarks: Vec<String>,
}

/// Reads a file of questions: `{"questions": [{"id", "title", "description", "tags", "variables", "queries"}]}`.
///
/// Published files stray from their format, so that queries may be a map by name and words may be in any case; what
/// strays is told in [`QuestionFile::remarks`].
#[must_use]
pub fn questions_read(text: &str) -> QuestionFile {
    let mut file = QuestionFile::default();
    match serde_json::from_str::<Json>(text) {
        Ok(json) => {
            let listed = json.get("questions").unwrap_or(&json);
            match listed.as_array() {
                Some(all) => all.iter().zip(1..).for_each(|(one, place)| question_read(&mut file, one, place)),
                None => file.remarks.push("there is no list of questions".to_owned()),
            }
        }
        Err(error) => file.remarks.push(format!("this is no JSON: {error}")),
    }
    file
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
        id: id.clone(),
    };
    if !fields.contains_key("id") {
        reader.remark("it has no id");
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
            Some(Json::Object(all)) => {
                self.remark("its queries are a map and no list");
                let queries = all.iter().filter_map(|(name, query)| {
                    let query =
                        query.as_str().map_or_else(|| text(query.as_object()?, "query"), |text| Some(text.to_owned()));
                    Some(QuestionQuery { name: name.clone(), query: query?, results_are: None })
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

fn text(fields: &Map<String, Json>, name: &str) -> Option<String> {
    fields.get(name).and_then(Json::as_str).map(str::to_owned)
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
        for text in ["", "7", "{\"questions\": 7}"] {
            let file = questions_read(text);
            assert!(file.questions.is_empty() && file.remarks.len() == 1, "{text:?}: {file:?}");
        }
    }
}
