//! Nothing internal is reached unless the operator says so.

use rolecall_notify::{EndpointKind, EndpointSettings, Reach};
use rolecall_testkit::{Mailbox, MailboxOptions, Receiver};
use secrecy::ExposeSecret as _;
use tokio::net::TcpSocket;

use crate::support::{attempt, endpoint, notice};

/// Each kind that reaches something, as something at this host, with its secret.
fn endpoints(host: &str, port: u16) -> Vec<(EndpointSettings, String)> {
    let url = format!("https://{host}:{port}/");
    let (port, server) = (port.to_string(), format!("{host}:{port}"));
    let signing = EndpointKind::Webhook.generate_secret().unwrap().unwrap();
    vec![
        (endpoint("webhook", &[("url", &url)]), signing.expose_secret().to_owned()),
        (endpoint("slack", &[]), url.clone()),
        (endpoint("jira", &[("url", &url), ("project", "OPS")]), "token".to_owned()),
        (endpoint("github", &[("api", &url), ("repository", "acme/alerts")]), "token".to_owned()),
        (
            endpoint("email", &[("host", host), ("port", &port), ("from", "a@acme.test"), ("to", "b@acme.test")]),
            String::new(),
        ),
        (endpoint("syslog", &[("server", &server)]), String::new()),
    ]
}

#[tokio::test]
async fn internal_addresses_are_refused_as_they_are_and_by_name() {
    let receiver = Receiver::start([]).await.unwrap();
    for host in ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]"] {
        for (endpoint, secret) in endpoints(host, receiver.port()) {
            let error = attempt(&endpoint, &secret, &notice("a"), Reach::Public).await.unwrap_err();
            assert!(error.to_string().ends_with("is at an internal address"), "{endpoint:?}: {error}");
            assert!(error.hint().unwrap().contains("ROLECALL_ALLOW_INTERNAL") && !error.is_transient());
        }
    }
    assert_eq!(receiver.received().len(), 0);
}

#[tokio::test]
async fn nothing_leaves_unencrypted() {
    let mailbox = Mailbox::start(MailboxOptions::default()).await.unwrap();
    let port = mailbox.port().to_string();
    let form =
        [("host", "127.0.0.1"), ("port", &port), ("security", "none"), ("from", "a@acme.test"), ("to", "b@acme.test")];
    let error = attempt(&endpoint("email", &form), "", &notice("a"), Reach::Public).await.unwrap_err();
    assert!(error.to_string().contains("encrypted only") && mailbox.mails().is_empty(), "{error}");

    let form =
        [("host", "10.0.0.1"), ("security", "none"), ("user", "me"), ("from", "a@acme.test"), ("to", "b@acme.test")];
    let error = attempt(&endpoint("email", &form), "s3cret", &notice("a"), Reach::Internal).await.unwrap_err();
    assert!(error.to_string().contains("password would be sent unencrypted") && !error.is_transient(), "{error}");

    let url = "http://tracker.example.test/";
    for (endpoint, secret) in [
        (endpoint("jira", &[("url", url), ("project", "OPS")]), "token"),
        (endpoint("github", &[("api", url), ("repository", "acme/alerts")]), "token"),
        (endpoint("slack", &[]), url),
    ] {
        let error = attempt(&endpoint, secret, &notice("a"), Reach::Internal).await.unwrap_err();
        assert_eq!(error.to_string(), "a secret would be sent unencrypted to tracker.example.test");
        assert!(error.hint().unwrap().contains("https://"));
    }
}

#[tokio::test]
async fn nobody_there_is_transient() {
    // Nobody else is given it meanwhile, and nobody listens.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    for (settings, secret) in endpoints("127.0.0.1", port) {
        if settings.kind() == EndpointKind::Syslog {
            continue;
        }
        let error = attempt(&settings, &secret, &notice("a"), Reach::Internal).await.unwrap_err();
        assert!(error.is_transient() && error.to_string().contains("cannot be reached"), "{error}");
    }
}
