//! What becomes of a secret when its connector is removed.

use crate::harness::{Hub, Source, is_over, sync, until};

/// How long jobs may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Whether these bytes are anywhere in the files beside the database's.
fn is_anywhere(hub: &Hub, needle: &[u8]) -> bool {
    let path = hub.database().address();
    let files = ["", "-wal", "-shm", "-journal"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default());
    files.iter().any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
}

/// On a server the files are not ours to look at; what must hold of the rows holds on both engines.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_connectors_secret_is_in_no_byte_and_nothing_is_derived_from_the_removal() {
    let hub = Hub::start().await;
    let program = &hub.administrator().await.program;
    let source = Source::npm_of(12).await;
    let connector = source.connect(program).await["id"].as_str().unwrap().to_owned();
    sync(program, &connector).await;
    // What changed, and what waits to be decided.
    let changes = async || {
        let told = program.get("/api/v1/changes?limit=1000").await.expect(200).json();
        (told["items"].clone(), told["waiting"].clone())
    };
    let before = changes().await;
    let sealed = if hub.is_shared() {
        Vec::new()
    } else {
        hub.database().file_bytes("select ciphertext from secret").await.unwrap()
    };
    if !hub.is_shared() {
        assert_eq!(sealed.len(), 1);
        assert!(is_anywhere(&hub, &sealed[0]) && !is_anywhere(&hub, source.secret().as_bytes()));
    }

    // While a job reads, what was before is kept for it.
    let jobs = async || program.get("/api/v1/jobs?limit=20").await.expect(200).json();
    until(PATIENCE, jobs, |jobs| jobs["items"].as_array().unwrap().iter().all(is_over)).await;
    program.ask("DELETE", &format!("/api/v1/connectors/{connector}")).await.expect(200);
    for secret in sealed.iter().map(Vec::as_slice).chain([source.secret().as_bytes()]) {
        assert!(hub.is_shared() || !is_anywhere(&hub, secret), "it is still in a file");
    }
    let listed = tokio::task::block_in_place(|| hub.binary.run(&["secrets", "list", "--format", "json"])).unwrap();
    assert!(!listed.stdout.contains("connector.token"), "{listed:?}");
    // What was read stays as it was: nobody lost access because a connector was removed.
    assert_eq!(changes().await, before);
    let log = program.get("/api/v1/audit?action=connector.removed").await.expect(200).json();
    assert_eq!(log["items"].as_array().unwrap().len(), 1, "{log:#}");
}
