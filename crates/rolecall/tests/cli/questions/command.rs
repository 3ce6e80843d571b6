//! `rolecall questions` and `rolecall query --question`.

use rolecall_engine::questions::questions;

use crate::support::{binary, run, served};

#[test]
fn questions_are_listed_without_a_database() {
    let binary = binary("");
    let run = |arguments: &[&str]| binary.run(arguments).unwrap();
    let all = run(&["questions"]);
    assert!(all.code == 0 && questions().iter().all(|one| all.stdout.contains(&one.title)), "{all:?}");
    let json = run(&["questions", "--format", "json"]).json();
    assert_eq!(json.as_array().unwrap().len(), questions().len());
    let csv = run(&["questions", "npm", "tokens", "--format", "csv"]).stdout;
    assert!(csv.starts_with("id,title,tags,variables,query\n") && csv.contains("npm-bypass-tokens,"), "{csv}");
    assert!(!csv.contains("cloudsmith"), "{csv}");
    let one = run(&["questions", "account-changes"]).stdout;
    assert!(one.contains("FIND User") && one.contains("--param days=…") && one.contains("[default: 30]"), "{one}");
    let none = run(&["questions", "zebra"]);
    assert!(none.code == 6 && none.stderr.contains("zebra"), "{none:?}");
    let completions = run(&["completions", "bash"]).stdout;
    assert!(completions.contains("npm-lone-publisher"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_by_its_id() {
    let served = served(7, 5, 2, 3).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let ran = run(&binary, &["query", "--question", "npm-owners"]);
    assert!(ran.code == 0 && ran.stdout.starts_with(" ACCOUNT"), "{ran:?}");
    // Nothing here has such a property, which is no mistake in the question.
    let ran = run(&binary, &["query", "--question", "cloudsmith-open-providers"]);
    assert!(ran.code == 0 && !ran.stderr.contains("warning"), "{ran:?}");
    for (arguments, word) in [
        (&["--question", "npm-ownrs"][..], "rolecall questions"),
        (&["--question", "npm-account-packages"], "--param user="),
        (&["--question", "npm-owners", "--param", "user=x"], "no parameter user"),
        (&["--question", "npm-owners", "FIND x"], "cannot be used with"),
    ] {
        let ran = run(&binary, &[&["query"], arguments].concat());
        assert!(ran.code == 2 && ran.stderr.contains(word), "{ran:?}");
    }
    let text = ":questions 2fa\n:param user=x\n:question npm-owners\n:question npm-account-packages";
    let ran = tokio::task::block_in_place(|| binary.run_with_input(&["query"], text)).unwrap();
    assert!(ran.code == 0 && ran.stdout.contains("npm-bypass-tokens") && ran.stdout.contains("ACCOUNT"), "{ran:?}");
}
