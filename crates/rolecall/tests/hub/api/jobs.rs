//! Jobs.

use crate::harness::{Hub, Source};

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_shown_cancelled_and_asked_for_again() {
    // Nobody does any, so that they wait.
    let hub = Hub::start_with(&["--workers", "0"]).await;
    let program = &hub.administrator().await.program;
    let made = program.json("POST", "/api/v1/connectors", &Source::npm_of(1).await.form()).await.expect(201).json();
    let path = format!("/api/v1/jobs/{}", made["sync"]["job"].as_str().unwrap());
    let job = program.get(&path).await.expect(200).json();
    assert_eq!((&job["state"], &job["about"], &job["askedBy"]), (&"queued".into(), &"npm:acme".into(), &"ada".into()));
    let sync = format!("/api/v1/connectors/{}/sync", made["connector"]["id"].as_str().unwrap());
    let again = program.ask("POST", &sync).await.expect(202).json();
    assert_eq!((&again["outcome"], &again["job"]), (&"waiting".into(), &made["sync"]["job"]));
    let cancelled = program.ask("POST", &format!("{path}/cancel")).await.expect(200).json();
    assert_eq!(cancelled["state"], "cancelled");
    program.ask("POST", &format!("{path}/cancel")).await.problem(409, "conflict");
    let of = async |state: &str| {
        let jobs = program.get(&format!("/api/v1/jobs?state={state}")).await.expect(200).json();
        jobs["items"].as_array().unwrap().len()
    };
    assert_eq!((of("cancelled").await, of("queued").await), (1, 0));
    assert_eq!(program.ask("POST", &format!("{path}/retry")).await.expect(200).json()["state"], "queued");
    program.get("/api/v1/jobs?state=lost").await.problem(400, "parameters");
}
