//! Issues in Jira.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rolecall_notify::{DeliveryError, EndpointSettings, Notice};
use rolecall_testkit::Jira;

use crate::support::{CANARY, endpoint, notice, resolved, tell, with};

const USER: &str = "rolecall@acme.test";

fn basic() -> String {
    format!("Basic {}", STANDARD.encode(format!("{USER}:{CANARY}")))
}

/// With a path of its own, as servers behind a proxy have.
fn by(jira: &Jira, more: &[(&str, &str)]) -> EndpointSettings {
    let url = jira.receiver().url("/");
    let mut form = vec![("url", url.as_str()), ("user", USER), ("project", "OPS")];
    form.extend(more);
    endpoint("jira", &form)
}

#[tokio::test]
async fn a_group_has_one_issue_that_gets_comments_and_is_closed() {
    for jira in [Jira::start(&basic()).await.unwrap(), Jira::cloud(&basic()).await.unwrap()] {
        let endpoint = by(&jira, &[("labels", "security"), ("priority", "High"), ("issue_type", "Bug")]);
        let receipt = tell(&endpoint, CANARY, &notice("n-1")).await.unwrap();
        assert_eq!(
            (receipt.answer.as_str(), receipt.reference.as_deref()),
            ("201 Created\nan issue was made", Some("OPS-1"))
        );
        let issue = jira.issues().remove(0);
        assert_eq!((issue.summary.as_str(), issue.status.as_str()), ("New owner of acme", "To Do"));
        assert!(
            issue
                .description
                .starts_with("eve became an owner of acme.\nSee https://hub.test/alerts/1\n\n(Rolecall notice ")
        );
        assert_eq!(issue.labels.len(), 3);
        assert!(
            issue.labels[0] == "rolecall" && issue.labels[1].starts_with("rolecall-") && issue.labels[2] == "security"
        );
        assert_eq!(
            (&issue.fields["priority"]["name"], &issue.fields["issuetype"]["name"]),
            (&"High".into(), &"Bug".into())
        );

        let receipt = tell(&endpoint, CANARY, &notice("n-2")).await.unwrap();
        assert_eq!(
            (receipt.answer.as_str(), receipt.reference.as_deref()),
            ("201 Created\na comment was added", Some("OPS-1"))
        );
        let receipt = tell(&endpoint, CANARY, &resolved("n-3")).await.unwrap();
        assert!(receipt.answer.ends_with("204 No Content\nthe issue was closed"), "{}", receipt.answer);
        let issues = jira.issues();
        assert_eq!((issues.len(), issues[0].status.as_str(), issues[0].comments.len()), (1, "Done", 2));
        assert!(issues[0].comments[1].starts_with("Over: new owner of acme\n\n"));

        let other = Notice { group: "rule-2".to_owned(), ..notice("n-4") };
        assert_eq!(tell(&endpoint, CANARY, &other).await.unwrap().reference.as_deref(), Some("OPS-2"));
        assert_eq!(tell(&endpoint, CANARY, &notice("n-5")).await.unwrap().reference.as_deref(), Some("OPS-3"));
    }
}

#[tokio::test]
async fn whatever_answer_is_lost_nothing_is_told_twice() {
    let jira = Jira::start(&basic()).await.unwrap();
    let endpoint = by(&jira, &[]);
    for (request, notice) in [
        ("POST /rest/api/2/issue", notice("n-1")),
        ("POST /rest/api/2/issue/OPS-1/comment", notice("n-2")),
        ("POST /rest/api/2/issue/OPS-1/transitions", resolved("n-3")),
    ] {
        jira.lose_answer(request);
        let error = tell(&endpoint, CANARY, &notice).await.unwrap_err();
        assert!(error.is_transient(), "{error:?}");
        for _ in 0..2 {
            let receipt = tell(&endpoint, CANARY, &notice).await.unwrap();
            assert!(receipt.answer.contains("the issue has it already"), "{}", receipt.answer);
            assert_eq!(receipt.reference.as_deref(), Some("OPS-1"));
        }
    }
    let issues = jira.issues();
    assert_eq!((issues.len(), issues[0].comments.len(), issues[0].status.as_str()), (1, 2, "Done"));
}

#[tokio::test]
async fn a_crash_between_comment_and_close_is_made_up_for() {
    let jira = Jira::start(&basic()).await.unwrap();
    let endpoint = by(&jira, &[]);
    tell(&endpoint, CANARY, &notice("n-1")).await.unwrap();
    jira.lose_answer("POST /rest/api/2/issue/OPS-1/comment");
    tell(&endpoint, CANARY, &resolved("n-2")).await.unwrap_err();
    assert_eq!(jira.issues()[0].status, "To Do");
    tell(&endpoint, CANARY, &resolved("n-2")).await.unwrap();
    assert_eq!((jira.issues()[0].status.as_str(), jira.issues()[0].comments.len()), ("Done", 1));
}

#[tokio::test]
async fn what_is_over_makes_no_issue_and_closes_only_where_that_is_wanted() {
    let jira = Jira::start(&basic()).await.unwrap();
    let endpoint = by(&jira, &[]);
    let receipt = tell(&endpoint, CANARY, &resolved("n-1")).await.unwrap();
    assert_eq!((receipt.answer.as_str(), receipt.reference), ("there is no open issue about it", None));
    tell(&endpoint, CANARY, &notice("n-2")).await.unwrap();
    let kept = with(resolved("n-3"), "autoResolve", false);
    tell(&endpoint, CANARY, &kept).await.unwrap();
    assert_eq!((jira.issues().len(), jira.issues()[0].status.as_str()), (1, "To Do"));

    let unknown = with(resolved("n-4"), "resolvedStatus", "Cancelled");
    let error = tell(&endpoint, CANARY, &unknown).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1: no way leads from OPS-1 to `Cancelled`; there are: Start, Close");
    assert!(!error.is_transient());
    let by_way = with(resolved("n-5"), "resolvedStatus", "in progress");
    tell(&endpoint, CANARY, &by_way).await.unwrap();
    assert_eq!(jira.issues()[0].status, "In Progress");
    jira.close("OPS-1");
    let again = tell(&endpoint, CANARY, &notice("n-2")).await.unwrap();
    assert_eq!(again.answer, "the issue has it already, and is closed");
    assert_eq!(jira.issues().len(), 1, "somebody closed it, and the notice is an old one");
}

#[tokio::test]
async fn the_text_is_replaced_where_that_is_wanted() {
    let jira = Jira::start(&basic()).await.unwrap();
    let endpoint = by(&jira, &[]);
    let update = |id, text: &str| with(Notice { text: text.to_owned(), ..notice(id) }, "updateContentOnChanges", true);
    tell(&endpoint, CANARY, &update("n-1", "one owner")).await.unwrap();
    tell(&endpoint, CANARY, &update("n-2", "two owners")).await.unwrap();
    let receipt = tell(&endpoint, CANARY, &update("n-2", "two owners")).await.unwrap();
    assert_eq!(receipt.answer, "the issue has it already");
    let issue = jira.issues().remove(0);
    assert!(issue.description.starts_with("two owners\n\n") && issue.comments.is_empty());
}

#[tokio::test]
async fn a_notice_among_many_comments_is_found() {
    let jira = Jira::start(&basic()).await.unwrap();
    let endpoint = by(&jira, &[]);
    for number in 0..105 {
        tell(&endpoint, CANARY, &notice(&format!("n-{number}"))).await.unwrap();
    }
    tell(&endpoint, CANARY, &notice("n-104")).await.unwrap();
    tell(&endpoint, CANARY, &notice("n-1")).await.unwrap();
    assert_eq!(jira.issues()[0].comments.len(), 104);
}

#[tokio::test]
async fn tokens_of_servers_stand_alone_and_wrong_ones_are_told() {
    let jira = Jira::start(&format!("Bearer {CANARY}")).await.unwrap();
    let url = jira.receiver().url("/");
    let endpoint = endpoint("jira", &[("url", &url), ("project", "OPS")]);
    tell(&endpoint, &format!(" {CANARY} "), &notice("n-1")).await.unwrap();
    let error = tell(&endpoint, "another", &notice("n-2")).await.unwrap_err();
    assert!(error.status() == Some(401) && !error.is_transient() && error.hint().is_some(), "{error:?}");
}

#[tokio::test]
async fn refusals_name_the_field_and_hostile_texts_do_nothing() {
    let jira = Jira::start(&basic()).await.unwrap();
    let endpoint = by(&jira, &[("issue_type", "Epic")]);
    let error = tell(&endpoint, CANARY, &notice("n-1")).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert!(error.said().unwrap().contains("valid issue type is required"), "{error}");
    let error = tell(&endpoint, CANARY, &with(notice("a"), "project", "OPS\" OR project = \"X")).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Settings { .. }), "{error:?}");

    let hostile = Notice {
        subject: "a\r\nb".to_owned() + &"x".repeat(1_000),
        text: "[~eve] {code}\n!x!".to_owned(),
        id: "\r\n".to_owned(),
        group: "\" OR 1=1".to_owned(),
        ..with(notice("a"), "issueType", "Task")
    };
    tell(&endpoint, CANARY, &hostile).await.unwrap();
    tell(&endpoint, CANARY, &hostile).await.unwrap();
    let issues = jira.issues();
    assert_eq!((issues.len(), issues[0].summary.chars().count()), (1, 255));
    assert!(issues[0].description.starts_with("\\[~eve] \\{code}\n\\!x\\!"), "{}", issues[0].description);
}
