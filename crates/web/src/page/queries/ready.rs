//! What there is to start from: ready questions by theme, and examples of the language.

use std::sync::LazyLock;

use rolecall_engine::questions::{QUESTION_FILES, Question, QuestionVariable, questions_read};
use serde_json::Value as Json;

use super::HERE;
use super::wish::Wish;

/// Ready questions about one thing.
pub(super) struct Theme {
    pub(super) title: &'static str,
    pub(super) questions: Vec<&'static Question>,
}

/// Something of the language to try.
pub(super) struct Example {
    pub(super) title: &'static str,
    pub(super) query: &'static str,
}

/// A way to ask a question.
pub(super) struct Link {
    pub(super) title: &'static str,
    pub(super) address: String,
}

static THEMES: LazyLock<Vec<(&'static str, Vec<Question>)>> =
    LazyLock::new(|| QUESTION_FILES.iter().map(|(title, text)| (*title, questions_read(text).questions)).collect());

pub(super) const EXAMPLES: [Example; 5] = [
    Example { title: "Every team of npm", query: "FIND npm_team" },
    Example {
        title: "Who can publish how much",
        query: "FIND User AS u THAT CAN publish npm_package AS p\nRETURN u.displayName, count(p) AS packages\n\
                ORDER BY packages DESC",
    },
    Example {
        title: "By which path somebody can publish",
        query: "FIND npm_user THAT CAN publish npm_package RETURN PATH LIMIT 20",
    },
    Example { title: "Packages of no team", query: "FIND npm_package THAT !ALLOWS npm_team" },
    Example {
        title: "What changed about accounts within a week",
        query: "FIND User CHANGED SINCE date.now - 7 days AS c AS u\n\
                RETURN u.displayName, c.kind, c.property, c.notAfter, c.actor",
    },
];

impl Example {
    pub(super) fn address(&self) -> String {
        address(&Wish::new(self.query))
    }
}

/// The questions about all of these words, by theme.
pub(super) fn themes(about: &str) -> Vec<Theme> {
    let wanted = |question: &&'static Question| {
        let words = words_of(question).to_lowercase();
        about.to_lowercase().split_whitespace().all(|word| words.contains(word))
    };
    let themes = THEMES.iter().map(|(title, all)| Theme { title, questions: all.iter().filter(wanted).collect() });
    themes.filter(|theme| !theme.questions.is_empty()).collect()
}

/// What a question is found by.
pub(super) fn words_of(question: &Question) -> String {
    let Question { id, title, description, tags, .. } = question;
    format!("{title} {id} {} {description}", tags.join(" "))
}

/// The ways to ask a question: one for each of its queries, the first one by the question itself.
pub(super) fn links(question: &'static Question) -> Vec<Link> {
    let parameters: Vec<(String, String)> =
        question.variables.iter().map(|variable| (variable.name.clone(), default_of(variable))).collect();
    let link = |(number, query): (usize, &'static rolecall_engine::questions::QuestionQuery)| Link {
        title: if number == 0 { &question.title } else { &query.name },
        address: address(&Wish { parameters: parameters.clone(), ..Wish::new(&query.query) }),
    };
    question.queries.iter().enumerate().map(link).collect()
}

/// What a ready question says of a parameter of its query.
pub(super) fn about_parameter(text: &str, name: &str) -> Option<&'static str> {
    let all = THEMES.iter().flat_map(|(_, questions)| questions);
    let mut asking = all.filter(|question| question.queries.iter().any(|query| query.query.trim() == text));
    let variable = asking.find_map(|question| question.variables.iter().find(|variable| variable.name == name))?;
    Some(variable.description.as_str()).filter(|about| !about.is_empty())
}

/// What a parameter is where nobody says, as it is typed. What has to be said is left to whoever asks.
fn default_of(variable: &QuestionVariable) -> String {
    match &variable.default {
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None if variable.required => String::new(),
        None => "null".to_owned(),
    }
}

fn address(wish: &Wish) -> String {
    format!("{HERE}?{}", wish.said())
}

#[cfg(test)]
mod tests {
    use rolecall_query::prepare;

    use super::*;
    use crate::form::Form;

    #[test]
    fn every_ready_question_and_example_can_be_asked_by_its_link() {
        let all = themes("");
        assert_eq!(
            all.iter().map(|theme| theme.questions.len()).sum::<usize>(),
            rolecall_engine::questions::questions().len()
        );
        let links = all.iter().flat_map(|theme| &theme.questions).flat_map(|question| links(question));
        let mut links: Vec<Link> = links.collect();
        links.extend(EXAMPLES.iter().map(|example| Link { title: example.title, address: example.address() }));
        for link in links {
            let said = link.address.strip_prefix("/queries?").unwrap();
            let wish = Wish::of(&Form::parse(said.as_bytes()).ok().unwrap());
            assert!(prepare(&wish.text).is_ok() && !wish.is_long(), "{}: {}", link.title, wish.text);
        }
    }

    #[test]
    fn what_has_to_be_said_waits() {
        let links = |id: &str| rolecall_engine::questions::question(id).map(links).unwrap_or_default();
        let needing = themes("")
            .into_iter()
            .flat_map(|theme| theme.questions)
            .find(|question| question.variables.iter().any(|variable| variable.required && variable.default.is_none()));
        let needing = needing.expect("one that needs something");
        let link = &links(&needing.id)[0];
        let wish = Wish::of(&Form::parse(&link.address.as_bytes()[HERE.len() + 1..]).ok().unwrap());
        let missing: Vec<&str> = wish.missing().collect();
        assert!(!missing.is_empty(), "{}", wish.text);
        assert!(missing.iter().all(|name| about_parameter(&wish.text, name).is_some()), "{missing:?}");
        // The tests of the hub ask this one by its link.
        let first = themes("npm-owners")[0].questions[0];
        let wish = Wish::of(&Form::parse(&links(&first.id)[0].address.as_bytes()[HERE.len() + 1..]).ok().unwrap());
        assert_eq!(wish.missing().count(), 0, "{}", first.id);
    }

    #[test]
    fn questions_are_found_by_their_words() {
        let found = themes("npm LONE publisher");
        assert!(found.iter().flat_map(|theme| &theme.questions).any(|question| question.id == "npm-lone-publisher"));
        assert!(themes("nothing-is-like-this").is_empty());
    }
}
