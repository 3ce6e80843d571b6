//! What no page of ours would send, and what is sent twice.

use crate::harness::{Hub, PASSWORD, Source};

const FORM: &str = "application/x-www-form-urlencoded";
const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn pages_refuse_rubbish_and_stay() {
    let hub = Hub::start().await;
    let page = &hub.administrator().await.browser;
    let forms =
        ["/account/details", "/users/invite", "/connectors/add/npm/settings", "/notices/read", "/confirm", "/queries"];
    for path in forms {
        let large = page.raw("POST", path, FORM, format!("name={}", "x".repeat(10 << 20))).await;
        assert_eq!(large.status, 413, "{path}: {large:#?}");
        assert!(large.body.contains("larger than 1 MB"), "{path}: {large:#?}");
        for rubbish in [&b"\xff\xfe=\xff&role=\xc3\x28"[..], b"%ff=%fe&role=%c3%28", b"&&&===", b"\0\0\0", b"role"] {
            let answer = page.raw("POST", path, FORM, rubbish.to_vec()).await;
            assert!((300..500).contains(&answer.status) || answer.status == 200, "{path}: {answer:#?}");
        }
        let strange = page.raw("POST", path, "text/plain", "role=auditor").await;
        assert!((300..500).contains(&strange.status), "{path}: {strange:#?}");
    }
    let pages = ["/connectors?sort=%ff", "/jobs?state=\u{0}&state=x", "/audit?before=99999999999999999999", "/users/x"];
    for path in pages.into_iter().chain([&*format!("/connectors/{NOWHERE}"), "/connectors/%00", "/jobs/9x/cancel"]) {
        let answer = page.get(path).await;
        assert!(answer.status < 500, "{path}: {answer:#?}");
    }
    page.get("/connectors").await.expect(200);
    assert!(!hub.said().contains("panicked"), "{}", hub.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_is_done_once() {
    let hub = Hub::start_with(&["--workers", "0"]).await;
    let person = hub.administrator().await.clone();
    let page = &person.browser;
    // An invitation.
    let link = page.post_form("/users/invite", &[("role", "auditor")]).await.expect(200).between("<pre>", "</pre>");
    let path = link.strip_prefix(hub.url.trim_end_matches('/')).unwrap();
    let fields = [("name", "bob"), ("password", PASSWORD)];
    let nobody = hub.nobody();
    let (one, other) = tokio::join!(nobody.post_form(path, &fields), nobody.post_form(path, &fields));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert!(statuses[0] == 303 && statuses[1] >= 400, "{one:#?} {other:#?}");
    // A connector.
    let source = Source::npm_of(1).await;
    let form = source.form();
    let add = async || person.program.json("POST", "/api/v1/connectors", &form).await;
    let (one, other) = tokio::join!(add(), add());
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert!(statuses[0] == 201 && [409, 422].contains(&statuses[1]), "{one:#?} {other:#?}");
    let loser = if one.status == 201 { other } else { one };
    assert!(loser.body.contains("npm:acme") || loser.body.contains("acme"), "{loser:#?}");
    let connectors = person.program.get("/api/v1/connectors").await.expect(200).json();
    assert_eq!(connectors["items"].as_array().unwrap().len(), 1, "{connectors:#}");
    // A sync.
    let sync = format!("/connectors/{}/sync", connectors["items"][0]["id"].as_str().unwrap());
    for _ in 0..2 {
        page.post_form(&sync, &[]).await.expect(303);
    }
    let jobs = person.program.get("/api/v1/jobs").await.expect(200).json();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1, "{jobs:#}");
}
