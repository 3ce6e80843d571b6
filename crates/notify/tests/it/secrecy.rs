//! No secret is in any text, whatever a receiver answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rolecall_notify::EndpointSettings;
use rolecall_testkit::{Receiver, Reply};

use crate::support::{CANARY, endpoint, notice, tell, texts};

/// A signing secret that holds the canary.
fn signing() -> String {
    format!("whsec_{CANARY}AAAAAAAAAA")
}

/// Each kind that has a secret and speaks http, with it.
fn endpoints(receiver: &Receiver) -> Vec<(EndpointSettings, String)> {
    let hook = receiver.url(&format!("/hook/{CANARY}?key={CANARY}"));
    vec![
        (endpoint("webhook", &[("url", &hook)]), signing()),
        (endpoint("slack", &[]), hook.clone()),
        (endpoint("jira", &[("url", &receiver.url("/")), ("project", "OPS"), ("user", "me")]), CANARY.to_owned()),
        (endpoint("jira", &[("url", &receiver.url("/")), ("project", "OPS")]), CANARY.to_owned()),
        (endpoint("github", &[("api", &receiver.url("/")), ("repository", "acme/alerts")]), CANARY.to_owned()),
    ]
}

#[tokio::test]
async fn a_receiver_that_repeats_what_it_was_sent_gets_nothing_printed() {
    let basic = STANDARD.encode(format!("me:{CANARY}"));
    for status in [200, 301, 400, 401, 403, 404, 429, 500] {
        let receiver = Receiver::answering(move |request| {
            let heard = format!("{request:?}");
            Reply::new(status).header("location", &request.path).body(&heard.replace('\n', " "))
        })
        .await
        .unwrap();
        for (settings, secret) in endpoints(&receiver) {
            let said = match tell(&settings, &secret, &notice("a")).await {
                Ok(receipt) => format!("{receipt:?}"),
                Err(error) => texts(&error),
            };
            let said = format!("{said} {settings:?}");
            assert!(!said.contains("canary") && !said.contains(&basic), "{}: {said}", settings.kind());
        }
    }
}

#[tokio::test]
async fn failures_of_the_way_there_tell_nothing_but_the_host() {
    let receiver = Receiver::start([Reply::dropped()]).await.unwrap();
    for (settings, secret) in endpoints(&receiver) {
        let error = tell(&settings, &secret, &notice("a")).await.unwrap_err();
        assert!(error.to_string().starts_with("127.0.0.1 cannot be reached"), "{error}");
        assert!(!texts(&error).contains("canary"), "{error:?}");
    }
    for hook in [format!("ftp://{CANARY}/"), format!("https://me:{CANARY}@x.test/"), format!("{CANARY} \u{1}")] {
        let error = tell(&endpoint("slack", &[]), &hook, &notice("a")).await.unwrap_err();
        assert!(!texts(&error).contains("canary"), "{error:?}");
    }
}
