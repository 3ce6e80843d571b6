//! Pages about whose accounts are.

use super::story::{Area, Story};
use crate::harness::{Hub, Source};
use crate::people::{STAFF, import};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_accounts_is_recorded() {
    let hub = Hub::start().await;
    let administrator = hub.administrator().await.clone();
    Source::npm().await.connect(&administrator.program).await;
    import(&hub, STAFF);
    let mut story = Story::begin(&hub, &administrator.program).await;
    let account = [("connector", "npm:acme"), ("kind", "user"), ("id", "yuki_tan")];
    let said = |more: &[(&'static str, &'static str)]| [&account[..], more].concat();
    let (who, why) = (("person", "E3"), ("reason", "she said so"));
    for (path, more) in [("refuse", vec![who]), ("pin", vec![who]), ("unpin", Vec::new())] {
        let address = format!("/people/account/{path}");
        administrator.browser.post_form(&address, &said(&more)).await.expect(422);
        story.nothing().await;
        administrator.browser.post_form(&address, &said(&[&more[..], &[why]].concat())).await.expect(303);
        story.leaves(&format!("POST {address}")).await;
    }
    story.covers(Area::Accounts);
}
