//! `docs/reference/questions.md` is written from the questions' files.
//!
//! `UPDATE_DOCS=1 cargo test -p rolecall --test cli questions::reference` writes it anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use rolecall_engine::questions::{QUESTION_FILES, Question, questions_read};

const INTRODUCTION: &str = "# Ready questions

<!-- Written from crates/engine/src/questions/*.json; change those. -->

What security engineers, platform teams and auditors ask of registries, with the query for each. `rolecall questions`
lists them, `rolecall query --question ID` asks one, and `--param NAME=VALUE` says what it is about. A query can be copied
and changed: [j1ql.md](j1ql.md) says what each word means. The files are in JupiterOne's format for questions, so that
they can be loaded there; queries with `CAN`, `AS OF` or `CHANGED SINCE` are Rolecall's own.
";

#[test]
fn the_page_of_the_questions_is_what_their_files_say() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/questions.md");
    let expected = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/reference/questions.md is out of date: UPDATE_DOCS=1 cargo test -p rolecall --test cli questions::reference"
    );
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (theme, text) in QUESTION_FILES {
        let _ = writeln!(page, "\n## {theme}");
        questions_read(text).questions.iter().for_each(|question| page += &section(question));
    }
    page
}

fn section(question: &Question) -> String {
    let mut text = format!("\n### {}\n\n`{}`: {}\n", question.title, question.id, question.description);
    for variable in &question.variables {
        let default = variable.default.as_ref().map(|default| format!(" ({default} where nothing is said)"));
        let _ = write!(text, "\n- `{}`: {}{}", variable.name, variable.description, default.unwrap_or_default());
    }
    text += if question.variables.is_empty() { "" } else { "\n" };
    for query in &question.queries {
        let _ = write!(text, "\n```text\n{}\n```\n", query.query);
    }
    text
}
