//! A campaign at Cloudsmith, whose steps are carried out there.

use serde_json::Value as Json;

use super::support::Office;
use crate::cloudsmith::taking::{acme, take};
use crate::source::Source as _;
use crate::taking::Grant;

fn words(text: &str, at: char) -> (&'static str, &'static str) {
    let (kind, id) = text.split_once(at).unwrap();
    (kind.to_owned().leak(), id.to_owned().leak())
}

fn grant(step: &Json) -> Grant {
    let (resource, slug) = step["entitlement"].as_str().unwrap().rsplit_once(':').unwrap();
    let slug = slug.to_owned().leak();
    Grant { principal: words(step["holder"].as_str().unwrap(), ' '), resource: words(resource, ':'), slug }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_denied_at_cloudsmith_is_carried_out_and_verified() {
    let workspace = acme().await;
    let office = Office::of(workspace.binary());
    workspace.sync(&office.binary, &["--require-complete"]);
    let plan = office.denied(
        "Q4",
        &[
            ("service ci", "repository:acme/prod:write"),
            ("team acme/docs", "repository:acme/prod:read"),
            ("user max", "team:acme/release:manager"),
            ("user mona", "organization:acme:manager"),
            ("user carl", "organization:acme:collaborator"),
        ],
    );
    let steps = plan["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["refused"].is_null()), "{plan:#}");
    for step in steps {
        take(&workspace, &grant(step), step["how"].as_str().unwrap()).await;
        office.asked(&["reviews", "done", "Q4", &step["number"].to_string()]);
    }
    for _ in 0..2 {
        let ran = workspace.sync(&office.binary, &["--require-complete"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert!(office.stands("Q4").iter().all(|step| step.ends_with(" verified")), "{:?}", office.stands("Q4"));
    office.asked(&["reviews", "plan", "Q4", "--fail-on-open"]);
}
