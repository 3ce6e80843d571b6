//! That a hub can be set up and used at all.

use crate::harness::{Hub, ROLES};

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_is_set_up_by_its_first_link_and_by_invitations() {
    let hub = Hub::start().await;
    let nobody = hub.nobody();
    assert_eq!(nobody.get("/health").await.status, 200);
    assert_eq!(nobody.get("/ready").await.status, 200);
    assert_eq!(nobody.get("/api/v1/me").await.status, 401);
    let administrator = hub.administrator().await;
    assert_eq!(administrator.browser.get("/connectors").await.status, 200);
    for role in ROLES {
        let person = hub.person(role).await;
        for client in [&person.browser, &person.program] {
            let me = client.get("/api/v1/me").await.expect(200).json();
            assert_eq!((me["role"].as_str(), me["name"].as_str()), (Some(role), Some(&*person.name)), "{me}");
        }
    }
}
