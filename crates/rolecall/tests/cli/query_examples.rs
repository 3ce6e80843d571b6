//! The examples of `docs/reference/j1ql.md`: each is asked of the demo's organisation, and answers as is written there.
//!
//! `UPDATE_DOCS=1 cargo test -p rolecall --test cli query_examples` writes the answers anew.

use std::fs;
use std::path::PathBuf;

use rolecall_testkit::Binary;

use crate::support::{run, story_served};

const QUERY: &str = "```j1ql\n";
const ANSWER: &str = "```text\n";
const END: &str = "```\n";

fn document() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/j1ql.md")
}

/// What is printed, without the line that says when everything was read, and as of a day that does not pass.
fn answer(binary: &Binary, text: &str) -> String {
    let ran = run(binary, &["query", text]);
    assert_eq!(ran.code, 0, "{text}: {ran:?}");
    assert_eq!(ran.stderr, "", "{text}");
    let lines = ran.stdout.lines().filter(|line| !line.starts_with("Complete: "));
    let dated = |line: &str| match line.split_once("since ≤ ") {
        Some((before, _)) => format!("{before}since ≤ 2026-11-26"),
        None => line.trim_end().to_owned(),
    };
    let text = lines.map(dated).collect::<Vec<_>>().join("\n");
    format!("{}\n", text.trim_end())
}

/// The document with each answer as it is now: a block of a query is followed by a block of its answer.
fn asked_anew(document: &str, binary: &Binary) -> (String, usize) {
    let (mut written, mut rest, mut examples) = (String::new(), document, 0);
    while let Some((before, after)) = rest.split_once(QUERY) {
        let (query, after) = after.split_once(END).unwrap();
        let (between, after) = after.split_once(ANSWER).unwrap();
        let (_, after) = after.split_once(END).unwrap();
        assert_eq!(between.trim(), "", "nothing stands between {query} and its answer");
        let parts = [before, QUERY, query, END, "\n", ANSWER, &answer(binary, query.trim()), END];
        written.extend(parts);
        (rest, examples) = (after, examples + 1);
    }
    written.push_str(rest);
    (written, examples)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_language_answers_as_is_written() {
    let served = story_served().await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let was = fs::read_to_string(document()).unwrap();
    let (is, examples) = asked_anew(&was, &binary);
    assert!(examples >= 20, "{examples}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(document(), is).unwrap();
    } else {
        assert_eq!(was, is, "docs/reference/j1ql.md: UPDATE_DOCS=1 cargo test -p rolecall --test cli query_examples");
    }
}
