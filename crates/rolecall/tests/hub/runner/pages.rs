//! What a person sees of a connector that is read elsewhere, and may do about it.

use super::Runner;
use crate::harness::Hub;

#[tokio::test(flavor = "multi_thread")]
async fn its_page_says_how_its_runner_is() {
    let hub = Hub::start().await;
    let page = hub.administrator().await.browser.clone();
    assert!(page.get("/connectors/add").await.expect(200).body.contains("Baton connector"));
    assert_eq!(page.get("/connectors/add/baton").await.expect(303).location(), "/connectors/add/baton/self-hosted");
    let own = page.get("/connectors/add/npm/owner?set-up=self-hosted").await.expect(303);
    assert!(page.get(own.location()).await.expect(200).body.contains("self-hosted"));
    let runner = Runner::added(&hub, "foreign").await;
    let path = format!("/connectors/{}/runner", runner.connector);
    let before = page.get(&path).await.expect(200).body;
    assert!(before.contains("Never heard of") && before.contains(&runner.client_id), "{before}");
    let calls = runner.calls().await;
    calls.hello().await.unwrap();
    let task = calls.task().await.unwrap().unwrap();
    let now = page.get(&path).await.expect(200).body;
    for seen in ["Heard of", "build-7", "example.com/baton-demo v0.3.1", "Running", "the runner on build-7"] {
        assert!(now.contains(seen), "no {seen} in {now}");
    }
    for secret in ["BATON_CLIENT_SECRET", "secret-token"] {
        assert!(!now.contains(secret), "{secret} is shown again");
    }
    calls.failed(&task, "the source is closed", false).await.unwrap();
    let failed = page.get(&path).await.expect(200).body;
    assert!(failed.contains("the source is closed"), "{failed}");
    page.post_form(&format!("{path}/revoke"), &[]).await.expect(303);
    let revoked = page.get(&path).await.expect(200).body;
    assert!(revoked.contains("Revoked") && !revoked.contains("Heard of"), "{revoked}");
    assert!(!hub.said().contains("secret-token"), "{}", hub.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_edited_paused_and_listed_as_all_others() {
    let hub = Hub::start().await;
    let page = hub.administrator().await.browser.clone();
    let runner = Runner::added(&hub, "foreign").await;
    let path = format!("/connectors/{}", runner.connector);
    let form = page.get(&format!("{path}/edit")).await.expect(200);
    let version = form.between("name=\"version\" value=\"", "\"");
    let fields =
        [("version", version.as_str()), ("name", "renamed"), ("polling_interval", "ONE_HOUR"), ("owners", "ada")];
    page.post_form(&format!("{path}/edit"), &fields).await.expect(303);
    let listed = page.get("/connectors").await.expect(200).body;
    assert!(listed.contains("renamed"), "{listed}");
    let overview = page.get(&path).await.expect(200).body;
    assert!(overview.contains("/runner\"") && overview.contains("Sync now"), "{overview}");
    let wrong = [("name", "a:b"), ("polling_interval", "now and then")];
    let refused = page.post_form("/connectors/add/baton/self-hosted", &wrong).await.expect(422);
    assert!(refused.body.contains("no colon"), "{refused:#?}");
    let taken = page.post_form("/connectors/add/baton/self-hosted", &[("name", "renamed")]).await.expect(422);
    assert!(taken.body.contains("configured already"), "{taken:#?}");
}
