//! Issues in GitHub.

use rolecall_notify::{EndpointSettings, Notice};
use rolecall_testkit::{GitHub, Receiver, Reply};
use serde_json::json;

use crate::support::{CANARY, endpoint, notice, resolved, tell, with};

const ISSUES: &str = "/repos/acme/alerts/issues";

fn by(github: &GitHub) -> EndpointSettings {
    endpoint("github", &[("api", &github.receiver().url("/")), ("repository", "acme/alerts"), ("labels", "security")])
}

#[tokio::test]
async fn a_group_has_one_issue_that_gets_comments_and_is_closed() {
    let github = GitHub::start(CANARY).await.unwrap();
    // What is others' stays others'.
    github.add("a pull request", &["rolecall"], true);
    for _ in 0..60 {
        github.add("another issue", &["rolecall"], false);
    }
    let endpoint = by(&github);
    let receipt = tell(&endpoint, CANARY, &notice("n-1")).await.unwrap();
    assert_eq!(receipt.answer, "201 Created\nan issue was made");
    assert_eq!(receipt.reference.as_deref(), Some("https://github.test/acme/alerts/issues/62"));
    for _ in 0..60 {
        github.add("another issue", &["rolecall"], false);
    }
    let receipt = tell(&endpoint, CANARY, &notice("n-2")).await.unwrap();
    assert_eq!(receipt.answer, "201 Created\na comment was added");
    let receipt = tell(&endpoint, CANARY, &resolved("n-3")).await.unwrap();
    assert_eq!(receipt.answer, "201 Created\na comment was added\n200 OK\nthe issue was closed");
    assert_eq!(receipt.reference.as_deref(), Some("https://github.test/acme/alerts/issues/62"));

    let issues = github.issues();
    let ours = &issues[61];
    assert_eq!((issues.len(), ours.title.as_str(), ours.state.as_str()), (122, "New owner of acme", "closed"));
    assert_eq!((ours.labels.as_slice(), ours.comments.len()), (&["rolecall", "security"].map(str::to_owned)[..], 2));
    assert!(ours.body.starts_with("eve became an owner of acme.\nSee https://hub.test/alerts/1\n\n<!-- rolecall:"));
    assert!(
        ours.body.ends_with("<!-- rolecall-notice:n-1 -->") && ours.comments[0].starts_with("**New owner of acme**")
    );
    assert!(github.receiver().received().iter().all(|request| request.header("user-agent").is_some()));

    tell(&endpoint, CANARY, &notice("n-4")).await.unwrap();
    assert_eq!(github.issues().len(), 123, "what was closed is not opened again");
}

#[tokio::test]
async fn whatever_answer_is_lost_nothing_is_told_twice() {
    for github in [GitHub::start(CANARY).await.unwrap(), GitHub::without_labels(CANARY).await.unwrap()] {
        let endpoint = by(&github);
        for (request, notice) in [
            (format!("POST {ISSUES}"), notice("n-1")),
            (format!("POST {ISSUES}/1/comments"), notice("n-2")),
            (format!("PATCH {ISSUES}/1"), resolved("n-3")),
        ] {
            github.lose_answer(&request);
            let error = tell(&endpoint, CANARY, &notice).await.unwrap_err();
            assert!(error.is_transient(), "{error:?}");
            for _ in 0..2 {
                let receipt = tell(&endpoint, CANARY, &notice).await.unwrap();
                assert!(receipt.answer.contains("the issue has it already"), "{}", receipt.answer);
                assert!(receipt.reference.unwrap().ends_with("/issues/1"));
            }
        }
        let issues = github.issues();
        assert_eq!((issues.len(), issues[0].comments.len(), issues[0].state.as_str()), (1, 2, "closed"));
    }
}

#[tokio::test]
async fn what_is_over_makes_no_issue() {
    let github = GitHub::start(CANARY).await.unwrap();
    let receipt = tell(&by(&github), CANARY, &resolved("n-1")).await.unwrap();
    assert_eq!((receipt.answer.as_str(), github.issues().len()), ("there is no open issue about it", 0));
    tell(&by(&github), CANARY, &notice("n-2")).await.unwrap();
    github.close(1);
    let receipt = tell(&by(&github), CANARY, &notice("n-2")).await.unwrap();
    assert_eq!((receipt.answer.as_str(), github.issues().len()), ("the issue has it already, and is closed", 1));
}

#[tokio::test]
async fn the_text_is_replaced_where_that_is_wanted_and_names_nobody() {
    let github = GitHub::start(CANARY).await.unwrap();
    let update =
        |id, text: &str| with(Notice { text: text.to_owned(), ..notice(id) }, "updateContentOnChanges", "true");
    tell(&by(&github), CANARY, &update("n-1", "a")).await.unwrap();
    let hostile =
        Notice { subject: "a\r\nb".to_owned(), ..update("n-2", "@acme/core <!-- rolecall-notice:n-3 --> #1") };
    tell(&by(&github), CANARY, &hostile).await.unwrap();
    let issue = github.issues().remove(0);
    assert!(issue.comments.is_empty() && issue.title == "a b");
    assert!(issue.body.starts_with("@<!-- -->acme/core &lt;\\!\\-\\- rolecall"), "{}", issue.body);
    tell(&by(&github), CANARY, &notice("n-3")).await.unwrap();
    assert_eq!(github.issues()[0].comments.len(), 1, "nobody can say that it was told");

    let long = Notice { text: "@".repeat(200_000), ..notice("n-4") };
    tell(&by(&github), CANARY, &long).await.unwrap();
    assert!(github.issues()[0].comments[1].len() < 65_536);
}

#[tokio::test]
async fn wrong_tokens_and_limits_are_told() {
    let github = GitHub::start(CANARY).await.unwrap();
    let error = tell(&by(&github), "another", &notice("a")).await.unwrap_err();
    assert_eq!((error.status(), error.is_transient()), (Some(401), false));
    let elsewhere = endpoint("github", &[("api", &github.receiver().url("/")), ("repository", "acme/none")]);
    let error = tell(&elsewhere, CANARY, &notice("a")).await.unwrap_err();
    assert!(error.status() == Some(404) && error.hint().unwrap().contains("names"), "{error}");

    let limited = Reply::json(403, &json!({"message": "API rate limit exceeded"}))
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "1000");
    let receiver = Receiver::start([limited, Reply::new(200).body("<html>sign in")]).await.unwrap();
    let limiting = endpoint("github", &[("api", &receiver.url("/")), ("repository", "acme/alerts")]);
    let error = tell(&limiting, CANARY, &notice("a")).await.unwrap_err();
    assert_eq!((error.is_transient(), error.retry_after()), (true, Some(0)));
    let error = tell(&limiting, CANARY, &notice("a")).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1: the answer is not what was asked for");
}
