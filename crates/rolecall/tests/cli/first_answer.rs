//! The first answer does not wait for the details of every package.

use rolecall_testkit::{Recording, Replay};

use crate::support::{binary, run};

/// At one request a second, ten requests are ten seconds: so the membership of 324 packages and one team may take
/// fewer. Counting is exact where a clock is not.
#[tokio::test(flavor = "multi_thread")]
async fn who_can_publish_answers_after_fewer_than_ten_requests() {
    let recording = Recording::generated();
    let organization = recording.organization.clone();
    let replay = Replay::start(recording).await.unwrap();
    let binary = binary("npm_invented000000000000000000000000000");
    run(&binary, &["sync", "npm", "--org", &organization, "--registry", &replay.url(), "--membership-only"]);
    assert!(replay.asked().len() < 10, "{:?}", replay.asked());
    let answer = run(&binary, &["who-can", "publish", "@invented/package-7", "--format", "json"]);
    assert_eq!(answer.code, 0, "{answer:?}");
}
