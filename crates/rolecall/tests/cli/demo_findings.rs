//! What is wrong in the demo's company: every problem that its stories were given is found, and nothing else.

use std::collections::BTreeSet;

use rolecall_testkit::Binary;

use crate::support::{binary, run};

/// Problems by the key of their finding, each with what the stories say of it.
type Seeded = &'static [(&'static str, &'static str)];

/// There from the beginning, and still there a week later.
const ALWAYS: Seeded = &[
    ("departed-person/can-write cloudsmith:acme user:otto-brandt", "left on 2024-10-31 and is still manager"),
    ("departed-person/can-write npm:acme user:otto.brandt", "left on 2024-10-31 and is still owner"),
    ("outside-collaborator/can-write npm:acme user:nadia-freelance package:@acme/charts", "a freelancer's own right"),
    ("orphan-account/can-write cloudsmith:acme user:acme-inventory", "an owner whom the staff list does not know"),
    ("orphan-account/can-write npm:acme user:acme-inventory", "an admin whom the staff list does not know"),
    ("orphan-account/can-write npm:acme user:acme-release-bot", "a bot that is owner, and nobody said whose it is"),
    ("orphan-account/open npm:acme user:sofia-ricci", "the staff list names no npm account of hers"),
    ("suspended-account/keeps-rights cloudsmith:acme user:berit-left", "switched off, and still Admin of production"),
    ("second-factor/administrator cloudsmith:acme user:otto-brandt", "a manager without a second factor"),
    ("sign-in-policy/not-enforced cloudsmith:acme organization:acme", "single sign-on is on and not enforced"),
    ("sign-in-bypass/around cloudsmith:acme user:jonas-weber", "last signed in with a password"),
    ("sign-in-bypass/around cloudsmith:acme user:otto-brandt", "last signed in with a password, after leaving"),
    ("dormant-member/dormant cloudsmith:acme user:jonas-weber", "last signed in in January 2025"),
    ("dormant-publisher/dormant npm:acme user:jonas-weber", "has not published for six years"),
    ("dormant-publisher/dormant npm:acme user:otto.brandt", "last published in 2024"),
    ("dormant-publisher/never npm:acme user:Priya-N", "an admin in the team that writes everything"),
    ("ghost-maintainer/not-a-member npm:acme user:berit-left", "named by two packages, and long gone"),
    ("team-writes-everything/blast-radius npm:acme team:acme/developers", "the team that can write everything"),
    ("default-right/write cloudsmith:acme repository:acme/staging", "the default of staging is Write"),
    ("direct-right/own-right cloudsmith:acme user:otto-brandt repository:acme/partner-drops", "Admin outside any team"),
    ("published-from-outside/after-leaving npm:acme user:otto.brandt", "@acme/config, eight days after the last day"),
    ("abandoned-package/writable npm:acme package:@acme/eslint-config", "last published in 2019"),
    ("abandoned-package/writable npm:acme package:@acme/legacy-widgets", "deprecated, last published in 2017"),
    ("abandoned-package/writable npm:acme package:@acme/tsconfig", "last published in February 2023"),
    ("service-account/administers cloudsmith:acme service:acme-release-bot", "a service that is Manager"),
    ("service-account/no-owner cloudsmith:acme service:acme-release-bot", "nobody said who answers for it"),
    ("service-account/no-owner cloudsmith:acme service:ci", "nobody said who answers for it"),
    ("service-account/no-owner cloudsmith:acme service:mirror", "nobody said who answers for it"),
    ("service-account/creator-left cloudsmith:acme service:acme-release-bot", "made by Berit, who left"),
    ("service-account/creator-left cloudsmith:acme service:ci", "made by Otto, who left"),
    ("open-token/unlimited cloudsmith:acme token:RjtcJu0rZLhi", "berit laptop: personal, of 2022, without an end"),
    ("open-token/creator-left cloudsmith:acme token:RjtcJu0rZLhi", "berit laptop: Berit left"),
    ("open-token/unused cloudsmith:acme token:RjtcJu0rZLhi", "berit laptop: never used"),
    ("open-token/unlimited cloudsmith:acme token:vCCUilZrMziD", "customers: one token for all, without an end"),
    ("open-token/creator-left cloudsmith:acme token:axTTtof3KzQ8", "partner trial: made by Otto, who left"),
    ("broad-identity-provider/can-write cloudsmith:acme oidc-provider:PPmMGebqxx7W", "nobody checks its claims"),
    ("group-sync/off cloudsmith:acme organization:acme", "a group is mapped to payments, and nothing follows it"),
];

/// Over once the week has passed.
const BEFORE: Seeded = &[
    ("dormant-publisher/never npm:acme user:amara-d", "leaves within the week"),
    ("open-invitation/nobody cloudsmith:acme invitation:VmZHIHCelfPI", "invited, and in no staff list; then accepted"),
];

/// What the week brings.
const AFTER: Seeded = &[
    ("departed-person/can-write npm:acme user:tomek77", "departed by the second staff list, and still in a team"),
    (
        "outside-collaborator/can-write cloudsmith:acme user:nadia-freelance repository:acme/partner-drops",
        "a collaborator who may suddenly push",
    ),
    ("second-factor/writer cloudsmith:acme user:nadia-freelance", "and has no second factor"),
    ("orphan-account/can-write cloudsmith:acme user:kai-new", "accepted, and in no staff list"),
    ("orphan-account/can-write npm:acme user:kai-new", "accepted, and in no staff list"),
    ("sign-in-bypass/around cloudsmith:acme user:kai-new", "signs in with a password"),
    ("provenance-lost/by-hand npm:acme package:@acme/core", "4.3.0 by the bot, where a workflow published 4.2.0"),
];

/// What nobody can know of the company, and why.
const UNKNOWN: Seeded = &[
    ("second-factor npm:acme", "npm shows it on its website only, and nobody stated it"),
    ("sign-in-policy npm:acme", "the same of what the organisation asks for"),
    ("trusted-publisher npm:acme", "a person has to read them with a one-time password"),
    ("connector-credential npm:acme", "nobody said when the token expires"),
    ("connector-credential cloudsmith:acme", "nobody said when the key expires"),
];

fn keys(seeded: &[Seeded]) -> BTreeSet<String> {
    seeded.iter().flat_map(|list| list.iter()).map(|(key, _)| (*key).to_owned()).collect()
}

fn asked(binary: &Binary, more: &[&str]) -> serde_json::Value {
    let arguments = [&["--database", "company.db", "check", "--format", "json"], more].concat();
    let ran = run(binary, &arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()
}

fn found(answer: &serde_json::Value) -> BTreeSet<String> {
    let findings = answer["findings"].as_array().into_iter().flatten();
    findings.filter_map(|finding| finding["key"].as_str()).map(str::to_owned).collect()
}

fn assert_same(found: &BTreeSet<String>, seeded: &BTreeSet<String>) {
    let missed: Vec<&String> = seeded.difference(found).collect();
    let besides: Vec<&String> = found.difference(seeded).collect();
    assert!(missed.is_empty() && besides.is_empty(), "missed {missed:#?}; besides {besides:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_of_the_company_is_found_and_nothing_else() {
    let binary = binary("unused");
    let ran = run(&binary, &["demo", "--no-serve", "--keep", "company.db"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let now = asked(&binary, &[]);
    assert_same(&found(&now), &keys(&[ALWAYS, AFTER]));
    assert_same(&found(&asked(&binary, &["--as-of", "7d"])), &keys(&[ALWAYS, BEFORE]));
    let rules = now["rules"].as_array().unwrap();
    let unknown = rules.iter().filter(|rule| rule["outcome"] == "unknown");
    let unknown =
        unknown.map(|rule| format!("{} {}", rule["rule"].as_str().unwrap(), rule["connector"].as_str().unwrap()));
    assert_same(&unknown.collect(), &keys(&[UNKNOWN]));
}
