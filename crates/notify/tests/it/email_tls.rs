//! Mails over encrypted connections.

use rolecall_notify::EndpointSettings;
use rolecall_testkit::{Authority, Mailbox, MailboxOptions};

use crate::child::in_child;
use crate::support::{CANARY, endpoint, notice, tell};

fn by(port: u16, security: &str) -> EndpointSettings {
    let form = [
        ("host", "localhost"),
        ("port", &port.to_string()),
        ("security", security),
        ("user", "rolecall"),
        ("from", "rolecall@acme.test"),
        ("to", "ada@acme.test"),
    ];
    endpoint("email", &form)
}

/// Encrypted at once and when asked for, by a server whose certificate says this name.
async fn mailboxes(authority: &Authority, name: &str) -> [Mailbox; 2] {
    let user = || Some(("rolecall".to_owned(), CANARY.to_owned()));
    let tls = Some(authority.acceptor(name).unwrap());
    let starttls = Some(authority.acceptor(name).unwrap());
    [
        Mailbox::start(MailboxOptions { user: user(), tls, ..MailboxOptions::default() }).await.unwrap(),
        Mailbox::start(MailboxOptions { user: user(), starttls, ..MailboxOptions::default() }).await.unwrap(),
    ]
}

fn ports([tls, starttls]: &[Mailbox; 2]) -> [(String, String); 2] {
    [("TEST_TLS".to_owned(), tls.port().to_string()), ("TEST_STARTTLS".to_owned(), starttls.port().to_string())]
}

fn port(name: &str) -> u16 {
    std::env::var(name).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_trusted_server_of_the_right_name_gets_the_mail_encrypted() {
    let authority = Authority::new().unwrap();
    let mailboxes = mailboxes(&authority, "localhost").await;
    let [tls, starttls] = ports(&mailboxes);
    let file = authority.file();
    let environment = [("SSL_CERT_FILE", file.to_str().unwrap()), (&*tls.0, &*tls.1), (&*starttls.0, &*starttls.1)];
    let name = "email_tls::a_trusted_server_of_the_right_name_gets_the_mail_encrypted";
    if in_child(name, &environment).await {
        tell(&by(port("TEST_TLS"), "tls"), CANARY, &notice("a")).await.unwrap();
        tell(&by(port("TEST_STARTTLS"), "starttls"), CANARY, &notice("a")).await.unwrap();
        return;
    }
    for mailbox in &mailboxes {
        let mail = mailbox.mails().remove(0);
        assert!(mail.is_encrypted && mail.user.as_deref() == Some("rolecall"));
    }
}

#[tokio::test]
async fn another_name_is_not_believed() {
    let authority = Authority::new().unwrap();
    let mailboxes = mailboxes(&authority, "mail.evil.test").await;
    let [tls, starttls] = ports(&mailboxes);
    let file = authority.file();
    let environment = [("SSL_CERT_FILE", file.to_str().unwrap()), (&*tls.0, &*tls.1), (&*starttls.0, &*starttls.1)];
    if in_child("email_tls::another_name_is_not_believed", &environment).await {
        for endpoint in [by(port("TEST_TLS"), "tls"), by(port("TEST_STARTTLS"), "starttls")] {
            let error = tell(&endpoint, CANARY, &notice("a")).await.unwrap_err();
            assert!(error.to_string().contains("cannot be encrypted"), "{error}");
            assert!(error.hint().unwrap().contains("certificate") && error.is_transient());
        }
        return;
    }
    assert!(mailboxes.iter().all(|mailbox| mailbox.mails().is_empty()));
}

#[tokio::test]
async fn a_server_without_encryption_gets_nothing() {
    let mailbox = Mailbox::start(MailboxOptions::default()).await.unwrap();
    let error = tell(&by(mailbox.port(), "starttls"), CANARY, &notice("a")).await.unwrap_err();
    assert!(error.to_string().contains("STARTTLS is not supported") && !error.is_transient(), "{error}");
    let authority = Authority::new().unwrap();
    let [tls, _] = mailboxes(&authority, "localhost").await;
    let error = tell(&by(tls.port(), "tls"), CANARY, &notice("a")).await.unwrap_err();
    assert!(error.to_string().contains("cannot be encrypted"), "nobody trusts it: {error}");
    assert!(mailbox.mails().is_empty() && tls.mails().is_empty());
}
