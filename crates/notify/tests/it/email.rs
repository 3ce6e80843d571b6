//! Mails, by a server on this machine.

use rolecall_notify::{DeliveryError, EndpointSettings, Notice};
use rolecall_testkit::{MailStep, Mailbox, MailboxOptions};

use crate::support::{CANARY, endpoint, notice, tell, texts};

async fn mailbox(options: MailboxOptions) -> Mailbox {
    Mailbox::start(options).await.unwrap()
}

fn refusing(step: MailStep, answer: &str) -> MailboxOptions {
    MailboxOptions { refusals: vec![(step, answer.to_owned())], ..MailboxOptions::default() }
}

/// From `rolecall@acme.test` to ada and ben, unencrypted.
fn by(mailbox: &Mailbox, more: &[(&str, &str)]) -> EndpointSettings {
    let port = mailbox.port().to_string();
    let mut form = vec![
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("security", "none"),
        ("from", "Rolecall <rolecall@acme.test>"),
        ("to", "ada@acme.test; Ben <ben@acme.test>"),
    ];
    form.extend(more);
    endpoint("email", &form)
}

#[tokio::test]
async fn a_mail_arrives_as_mail_programs_read_it() {
    let mailbox = mailbox(MailboxOptions::default()).await;
    let told = Notice { text: "eve is an owner — again.\n.\nend".to_owned(), ..notice("notice-1") };
    let receipt = tell(&by(&mailbox, &[]), "", &told).await.unwrap();
    assert_eq!(receipt.answer, "250 2.0.0 queued as 1");
    assert_eq!(receipt.reference.as_deref(), Some("<rolecall.notice-1@acme.test>"));
    let mail = mailbox.mails().remove(0);
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("rolecall@acme.test", &["ada@acme.test", "ben@acme.test"].map(str::to_owned)[..])
    );
    let header = |name| mail.header(name).unwrap_or_default();
    assert_eq!(header("From"), "Rolecall <rolecall@acme.test>");
    assert_eq!(header("To"), "ada@acme.test, Ben <ben@acme.test>");
    assert_eq!(header("Subject"), "New owner of acme");
    assert_eq!(header("Message-ID"), "<rolecall.notice-1@acme.test>");
    assert_eq!(header("Date"), "Tue, 14 Nov 2023 21:56:40 +0000");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!((header("X-Rolecall-Id"), header("X-Rolecall-Kind")), ("notice-1".to_owned(), "alert".to_owned()));
    assert!(header("Content-Type").starts_with("text/plain"));
    assert!(header("References").starts_with("<rolecall.group."), "{}", mail.content);
    assert!(mail.content.contains("eve is an owner =E2=80=94 again.\r\n.\r\nend"), "{}", mail.content);
}

#[tokio::test]
async fn a_repeat_after_a_lost_answer_is_the_same_mail() {
    let mailbox = mailbox(MailboxOptions { lost_answers: 1, ..MailboxOptions::default() }).await;
    let error = tell(&by(&mailbox, &[]), "", &notice("notice-1")).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    tell(&by(&mailbox, &[]), "", &notice("notice-1")).await.unwrap();
    let mails = mailbox.mails();
    assert_eq!((mails.len(), &mails[0].content), (2, &mails[1].content));
    assert!(mails[0].header("Message-ID").is_some());
}

#[tokio::test]
async fn the_notices_recipients_take_the_place_of_the_endpoints() {
    let mailbox = mailbox(MailboxOptions::default()).await;
    let named = Notice { recipients: vec!["eve@acme.test".to_owned(), "eve@acme.test".to_owned()], ..notice("a") };
    tell(&by(&mailbox, &[]), "", &named).await.unwrap();
    assert_eq!(mailbox.mails()[0].to, ["eve@acme.test"]);
    for recipients in [
        vec!["eve".to_owned()],
        vec!["eve@acme.test>\r\nRCPT TO:<mallory@evil.test".to_owned()],
        (0..101).map(|number| format!("a{number}@acme.test")).collect(),
    ] {
        let error = tell(&by(&mailbox, &[]), "", &Notice { recipients, ..notice("a") }).await.unwrap_err();
        assert!(matches!(error, DeliveryError::Settings { .. }) && !error.is_transient(), "{error:?}");
        assert!(!error.to_string().contains('\n'));
    }
    let nobody = tell(&by(&mailbox, &[("to", "")]), "", &notice("a")).await.unwrap_err();
    assert!(nobody.to_string().contains("no recipient"), "{nobody}");
    assert_eq!(mailbox.mails().len(), 1);
}

#[tokio::test]
async fn no_text_becomes_a_header() {
    let mailbox = mailbox(MailboxOptions::default()).await;
    let hostile = Notice {
        id: "a\r\nBcc: eve@evil.test".to_owned(),
        kind: "b\r\nBcc: eve@evil.test".to_owned(),
        subject: "c\r\nBcc: eve@evil.test\n\nd\0\u{2028}ü".to_owned(),
        text: "e\r\n.\r\nMAIL FROM:<eve@evil.test>".to_owned(),
        ..notice("a")
    };
    tell(&by(&mailbox, &[]), "", &hostile).await.unwrap();
    let mails = mailbox.mails();
    assert_eq!((mails.len(), mails[0].header("Bcc")), (1, None));
    assert!(mails[0].content.contains("MAIL FROM"), "{}", mails[0].content);
    let names: Vec<&str> = mails[0]
        .content
        .split("\r\n\r\n")
        .next()
        .unwrap()
        .split("\r\n")
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    assert_eq!(names.len(), 11, "{names:?}");
}

#[tokio::test]
async fn whoever_proves_to_be_somebody_may_send() {
    for mechanisms in ["PLAIN", "LOGIN"] {
        let user = Some(("rolecall".to_owned(), CANARY.to_owned()));
        let mailbox = mailbox(MailboxOptions { user, mechanisms: Some(mechanisms), ..MailboxOptions::default() }).await;
        let endpoint = by(&mailbox, &[("user", "rolecall")]);
        tell(&endpoint, CANARY, &notice("a")).await.unwrap();
        assert_eq!(mailbox.mails()[0].user.as_deref(), Some("rolecall"));
        let wrong = format!("wrong-{CANARY}");
        let error = tell(&endpoint, &wrong, &notice("a")).await.unwrap_err();
        assert_eq!((error.status(), error.is_transient()), (Some(535), false));
        assert!(!texts(&error).contains("canary") && error.hint().is_some(), "the server repeated it: {error:?}");
        let none = tell(&by(&mailbox, &[]), "", &notice("a")).await.unwrap_err();
        assert_eq!(none.status(), Some(530));
    }
    let user = Some(("rolecall".to_owned(), CANARY.to_owned()));
    let mailbox = mailbox(MailboxOptions { user, mechanisms: Some("CRAM-MD5"), ..MailboxOptions::default() }).await;
    let error = tell(&by(&mailbox, &[("user", "rolecall")]), CANARY, &notice("a")).await.unwrap_err();
    assert!(error.to_string().contains("neither PLAIN nor LOGIN"), "{error}");
}

#[tokio::test]
async fn refusals_at_any_step_say_whether_to_try_again() {
    for (step, answer, is_transient) in [
        (MailStep::Greeting, "421 4.3.2 closing", true),
        (MailStep::Greeting, "554 5.3.2 go away", false),
        (MailStep::Sender, "451 4.7.1 later", true),
        (MailStep::Sender, "550 5.7.1 not you", false),
        (MailStep::Data, "452 4.3.1 full", true),
        (MailStep::Content, "451 4.7.1 later", true),
        (MailStep::Content, "554 5.7.1 spam", false),
    ] {
        let mailbox = mailbox(refusing(step.clone(), answer)).await;
        let error = tell(&by(&mailbox, &[]), "", &notice("a")).await.unwrap_err();
        let code = answer[..3].parse().unwrap();
        assert_eq!((error.status(), error.is_transient()), (Some(code), is_transient), "{step:?}: {error:?}");
        assert_eq!(error.said(), Some(&answer[4..]));
        assert!(mailbox.mails().is_empty());
    }
}

#[tokio::test]
async fn one_refused_mailbox_keeps_the_mail_from_nobody_else() {
    let refusals = |list: &[(&str, &str)]| {
        let refusals = list.iter().map(|&(who, answer)| (MailStep::Recipient(who.to_owned()), answer.to_owned()));
        MailboxOptions { refusals: refusals.collect(), ..MailboxOptions::default() }
    };
    for (answer, how) in [("550 5.1.1 nobody", "refused"), ("452 4.2.2 full", "put off, and not tried again")] {
        let mailbox = mailbox(refusals(&[("ada@acme.test", answer)])).await;
        let receipt = tell(&by(&mailbox, &[]), "", &notice("a")).await.unwrap();
        assert_eq!(receipt.answer, format!("250 2.0.0 queued as 1\nada@acme.test was {how}: {answer}"));
        assert_eq!(mailbox.mails()[0].to, ["ben@acme.test"]);
    }
    for (ben, is_transient) in [("550 5.1.1 nobody", false), ("450 4.2.0 greylisted", true)] {
        let mailbox = mailbox(refusals(&[("ada@acme.test", "550 5.1.1 nobody"), ("ben@acme.test", ben)])).await;
        let error = tell(&by(&mailbox, &[]), "", &notice("a")).await.unwrap_err();
        assert_eq!(error.is_transient(), is_transient, "{error:?}");
        assert!(mailbox.mails().is_empty());
    }
}
