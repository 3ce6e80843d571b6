//! Every fault on every endpoint that the connector reads: it ends, it says what happened, its exit code is the
//! documented one, nothing is removed because of it, and the next sync is as good as if nothing had been.

use std::sync::Arc;
use std::time::Duration;

use rolecall_sim::{Answer, Fault, Times};
use rolecall_testkit::{Binary, cases};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cloudsmith::support::Workspace;
use crate::source::{Source, sync};
use crate::support::{grants, served};

/// Syncs that run side by side: most of their time is waiting before another attempt.
const SIDE_BY_SIDE: usize = 12;

/// An answer that never ends is given up soon.
const SOON: &[&str] = &["--timeout", "1"];

/// An answer that comes is waited for, however busy the machine is.
const PATIENT: &[&str] = &["--timeout", "30"];

/// What an endpoint is to a sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Shows whose credential it is, without which nothing is read.
    Identity,
    /// Shows which role that account has: a refusal means that it is not shown, and a failure that nothing is read.
    Account,
    /// Is shown to those who see everything: where it is not, the roster is partial.
    Sign,
    /// Shows how much the token sees.
    Sight,
    /// A listing of the membership stage that is always read anew.
    Membership,
    /// Nothing of the membership rests on it.
    Other,
}

const NPM: &[(&str, Role)] = &[
    ("GET /-/whoami", Role::Other),
    ("GET /-/org/*/user", Role::Sight),
    ("GET /-/org/*/team", Role::Membership),
    ("GET /-/org/*/package", Role::Membership),
    ("GET /-/team/*/*/user", Role::Membership),
    ("GET /-/team/*/*/package", Role::Membership),
    ("GET /-/package/*/collaborators", Role::Other),
    ("GET /-/package/*/visibility", Role::Other),
    ("GET /*", Role::Other),
    ("GET /-/npm/v1/tokens", Role::Other),
];

const CLOUDSMITH: &[(&str, Role)] = &[
    ("GET /user/self", Role::Identity),
    ("GET /orgs/*/services/*", Role::Account),
    ("GET /orgs/*/members/*", Role::Account),
    ("GET /orgs/*/members", Role::Sight),
    ("GET /orgs/*/services", Role::Membership),
    ("GET /orgs/*/teams", Role::Membership),
    ("GET /orgs/*/teams/*/members", Role::Membership),
    ("GET /repos/*", Role::Membership),
    ("GET /repos/*/*/privileges", Role::Membership),
    ("GET /entitlements/*/*", Role::Other),
    ("GET /orgs/*/invites", Role::Sign),
    ("GET /orgs/*/openid-connect", Role::Other),
    ("GET /orgs/*/saml-group-sync", Role::Sign),
    ("GET /orgs/*/api-key-rules", Role::Other),
    ("GET /orgs/*", Role::Other),
    ("GET /audit-log/*", Role::Other),
];

/// What a fault does to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// The answer is still right.
    None,
    /// There is no usable answer.
    Unusable,
    /// The credential is refused, which the roster then settles.
    Refused,
    /// There is no way to the registry as it is configured.
    NoWay,
    /// *Not modified*, which is an answer to those who asked conditionally, and none to others.
    NotModified,
}

fn answer(status: u16, content_type: &'static str, body: &[u8]) -> Fault {
    Fault::Instead(Answer::bytes(status.try_into().unwrap(), content_type, body.to_vec()))
}

fn faults() -> Vec<(&'static str, Fault, Effect)> {
    const JSON: &str = "application/json";
    let moved = Answer::empty(302_u16.try_into().unwrap()).with("location", "http://127.0.0.1:9/elsewhere");
    vec![
        ("HTML 429", Fault::html(429), Effect::Unusable),
        ("HTML 429 with retry-after", Fault::too_many(1), Effect::Unusable),
        ("HTML 403", Fault::html(403), Effect::Unusable),
        ("HTML 503", Fault::html(503), Effect::Unusable),
        ("JSON 500", Fault::json(500, &json!({ "error": "Internal" })), Effect::Unusable),
        ("JSON 402", Fault::json(402, &json!({ "error": "Pay" })), Effect::Unusable),
        ("JSON 404", Fault::json(404, &json!({ "error": "Scope not found" })), Effect::Unusable),
        ("JSON 401", Fault::json(401, &json!({ "error": "Unauthorized" })), Effect::Refused),
        ("200 with HTML", Fault::html_ok(), Effect::Unusable),
        ("200 with an error", Fault::error_ok("not found"), Effect::Unusable),
        ("200 with nothing", answer(200, JSON, b""), Effect::Unusable),
        ("200 with a number", answer(200, JSON, b"7"), Effect::Unusable),
        ("200 with bytes that are no text", answer(200, JSON, b"{\"a\xff\":\"owner\"}"), Effect::Unusable),
        ("200 with bottomless JSON", answer(200, JSON, "[".repeat(200_000).as_bytes()), Effect::Unusable),
        ("204", Fault::Instead(Answer::empty(204_u16.try_into().unwrap())), Effect::Unusable),
        ("redirect", Fault::Instead(moved), Effect::NoWay),
        ("JSON that ends early, cleanly", Fault::Truncated, Effect::Unusable),
        ("body that stops for ever", Fault::Stalled, Effect::Unusable),
        ("body cut off", Fault::Cut, Effect::Unusable),
        ("body in chunks cut off", Fault::CutInChunks, Effect::Unusable),
        ("connection dropped", Fault::Dropped, Effect::Unusable),
        ("304 to those who asked for it", Fault::NotModified, Effect::NotModified),
        ("304 to those who did not", Fault::NotModified, Effect::Unusable),
        ("gzip that nobody asked for", Fault::Gzip, Effect::None),
        ("gzip that is none", Fault::BadGzip, Effect::Unusable),
        ("a notice", Fault::Notice("security notice".to_owned()), Effect::None),
        ("late", Fault::Delay(Duration::from_millis(50)), Effect::None),
    ]
}

/// The documented exit codes (`docs/reference/exit-codes.md`). There is more than one where a refusal with a status that
/// says *not shown* (401, 403, 404) is something else than a failure.
fn expected(role: Role, effect: Effect) -> &'static [i32] {
    match (role, effect) {
        (_, Effect::None) => &[0],
        (Role::Identity, Effect::Refused) => &[3],
        (Role::Identity, Effect::Unusable | Effect::NotModified) => &[3, 4],
        (Role::Identity | Role::Account, Effect::NoWay) => &[4],
        // Where there is nothing to show, as for a person among services, what spoils a body spoils nothing.
        (Role::Account, _) => &[0, 4, 5],
        (Role::Sign, _) => &[0, 5],
        (Role::Sight, Effect::Refused) => &[3, 5],
        (Role::Sight, Effect::NoWay) => &[4],
        // Who may not see the members (403, 404) sees nothing of a Cloudsmith organisation.
        (Role::Sight, Effect::Unusable | Effect::NotModified) => &[3, 5],
        (Role::Membership, Effect::Unusable | Effect::Refused | Effect::NoWay) => &[5],
        // Where nobody can ask conditionally, the answer is none.
        (Role::Membership, Effect::NotModified) => &[0, 5],
        (_, Effect::NotModified) | (Role::Other, _) => &[0],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_on_every_endpoint_ends_well() {
    every_pair(NPM, || served(41, 5, 2, 2)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_on_every_endpoint_of_cloudsmith_ends_well() {
    every_pair(CLOUDSMITH, || Workspace::generated(41, 5, 2, 2)).await;
}

/// Tries every fault on every endpoint, each on an organisation of its own, all alike.
async fn every_pair<S, F>(endpoints: &'static [(&'static str, Role)], make: fn() -> F)
where
    S: Source + 'static,
    F: Future<Output = S> + Send + 'static,
{
    let faults = Arc::new(faults());
    let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tried = JoinSet::new();
    let all = (0..faults.len()).flat_map(|fault| (0..endpoints.len()).map(move |endpoint| (fault, endpoint)));
    // Some of the pairs on every run, chosen so that every fault and every endpoint is among them.
    let stride = cases(3, 1);
    for (fault, endpoint) in all.filter(|(fault, endpoint)| (fault + endpoint) % stride == 0) {
        let (faults, places) = (Arc::clone(&faults), Arc::clone(&places));
        tried.spawn(async move {
            let _place = places.acquire_owned().await.unwrap();
            fault_try(&make().await, &faults[fault], endpoints[endpoint]);
        });
    }
    // All of them are tried to the end, so that one run shows every pair that fails.
    let failed = failures(tried).await;
    assert_eq!(failed, 0, "pairs failed; each is shown above");
}

async fn failures(mut tried: JoinSet<()>) -> usize {
    let mut failed = 0;
    while let Some(ended) = tried.join_next().await {
        failed += usize::from(ended.is_err());
    }
    failed
}

fn fault_try(
    source: &dyn Source,
    (name, fault, effect): &(&'static str, Fault, Effect),
    (endpoint, role): (&'static str, Role),
) {
    // With entity tags the second reading would mostly be answered by a 304, which has no body to be spoiled.
    source.conditional(matches!(effect, Effect::None | Effect::NotModified));
    let binary = source.binary();
    assert_eq!(sync(source, &binary, PATIENT).code, 0);
    let before = current(&binary);
    source.faults().add(endpoint, fault.clone(), Times::Always);
    let ran = sync(source, &binary, SOON);
    let here = format!("{name} on {endpoint}");
    assert!(expected(role, *effect).contains(&ran.code), "{here}: {ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{here}: {ran:?}");
    if ran.code != 0 {
        let said =
            ["not read", "partial"].iter().any(|word| ran.stdout.contains(word)) || ran.stderr.contains("error:");
        assert!(said, "{here} must be said: {ran:?}");
    }
    assert_eq!(current(&binary), before, "{here}: nothing is concluded from it");
    source.faults().clear();
    let again = sync(source, &binary, PATIENT);
    assert_eq!(again.code, 0, "after {here}: {again:?}");
    assert_eq!(current(&binary), before, "after {here}");
}

/// Every grant, of which there must be some for anything to be lost.
fn current(binary: &Binary) -> String {
    let text = grants(binary);
    assert!(text.lines().count() > 5, "{text}");
    text
}
