//! What can be seen of what stands around the access itself. Answers about access do not rest on any of it.

use rolecall_http::{Call, ErrorKind, RequestTemplate};
use rolecall_model::{Fact, Value};
use serde_json::Value as Json;

use super::super::declaration::{
    API_KEY_RULE, API_KEY_RULES, DOMAIN, DOMAINS, INVITATION, INVITATIONS, OIDC_MAPPINGS, OIDC_PROVIDER,
    OIDC_PROVIDERS, SAML_MAPPING, SAML_MAPPINGS, SETTINGS,
};
use super::super::sight::{Sight, WIDER_KEY};
use super::super::{failure, requests};
use super::Doctor;
use super::listings::{Probe, count, counted};
use crate::Check;

/// The checks made here, in order.
pub(super) const NAMES: &[&str] = &[
    "invitations",
    "OIDC providers",
    "OIDC claim mappings",
    "SAML group mappings",
    "settings",
    "API key rules",
    "custom domains",
    "audit log",
];

static INVITATIONS_PROBE: Probe =
    probe("invitations", INVITATIONS, &requests::INVITATIONS, "who may join next is not known");
static PROVIDERS_PROBE: Probe = probe(
    "OIDC providers",
    OIDC_PROVIDERS,
    &requests::OIDC_PROVIDERS,
    "which workflows may act as a service stays unknown",
);
static CLAIMS_PROBE: Probe = probe(
    "OIDC claim mappings",
    OIDC_MAPPINGS,
    &requests::OIDC_MAPPINGS,
    "which claim makes which service stays unknown",
);
static GROUPS_PROBE: Probe = probe(
    "SAML group mappings",
    SAML_MAPPINGS,
    &requests::SAML_MAPPINGS,
    "which of the identity provider's groups fill teams stays unknown",
);
static SETTINGS_PROBE: Probe =
    probe("settings", SETTINGS, &requests::ORGANIZATION, "whether people must log in through SAML stays unknown");
static RULES_PROBE: Probe =
    probe("API key rules", API_KEY_RULES, &requests::API_KEY_RULES, "how old a key may become stays unknown");
static DOMAINS_PROBE: Probe =
    probe("custom domains", DOMAINS, &requests::DOMAINS, "under which addresses packages are served stays unknown");

const fn probe(
    name: &'static str,
    listing: &'static str,
    template: &'static RequestTemplate,
    means: &'static str,
) -> Probe {
    Probe { name, listing, template, means, change: WIDER_KEY, is_needed: false }
}

impl Doctor<'_> {
    pub(super) async fn surroundings_examine(&mut self, sight: &Sight) {
        let root = self.connector.root.clone();
        let of = |kind: &'static str, one: &'static str, many: &'static str| {
            move |facts: &[Fact]| counted(count(facts, kind), one, many)
        };
        let invitations = of(INVITATION, "invitation that nobody has accepted yet", "that nobody has accepted yet");
        self.listing_examine(&INVITATIONS_PROBE, &root, sight, invitations).await;
        let providers = of(OIDC_PROVIDER, "provider", "providers");
        let providers = self.listing_examine(&PROVIDERS_PROBE, &root, sight, providers).await;
        match providers.first() {
            Some(provider) => {
                let services = |facts: &[Fact]| {
                    let links = facts.iter().filter(|fact| matches!(fact, Fact::Link { .. })).count();
                    counted(links, "mapping", "mappings")
                };
                self.listing_examine(&CLAIMS_PROBE, provider, sight, services).await;
            }
            None => self.push(Check::not_tried("OIDC claim mappings", "no provider is known to try it on")),
        }
        self.listing_examine(&GROUPS_PROBE, &root, sight, of(SAML_MAPPING, "mapping", "mappings")).await;
        self.listing_examine(&SETTINGS_PROBE, &root, sight, settings_text).await;
        self.listing_examine(&RULES_PROBE, &root, sight, of(API_KEY_RULE, "rule", "rules")).await;
        self.listing_examine(&DOMAINS_PROBE, &root, sight, of(DOMAIN, "domain", "domains")).await;
        self.audit_log_examine().await;
    }

    async fn audit_log_examine(&mut self) {
        let call = self.connector.of_organization().query(requests::PAGE, "1").query(requests::PAGE_SIZE, "1");
        let means =
            "who changed something is known only as far as two readings tell; answers about access do not rest on it";
        let check = match self.connector.client.get(&requests::AUDIT_LOG, call).await {
            Ok(_) => Check::ok(
                "audit log",
                "it can be read, so that changes name their authors; no answer about access rests on it",
            ),
            Err(error) if matches!(error.kind, ErrorKind::PaymentRequired { .. }) => {
                Check::limited("audit log", "the workspace's plan does not have it").means(means)
            }
            Err(error) => Check::limited("audit log", failure::reason(&error).text).means(means),
        };
        self.push(check);
    }

    /// What is left of the hour's requests.
    pub(super) async fn rates_examine(&mut self) {
        const NAME: &str = "rate limits";
        let body = match self.connector.client.get(&requests::RATES, Call::new()).await {
            Ok(answer) => answer.fresh().and_then(|body| body.json::<Json>().ok()),
            Err(error) => return self.push(Check::limited(NAME, failure::reason(&error).text)),
        };
        let resources = body.as_ref().and_then(|body| body.get("resources")).and_then(Json::as_object);
        let left: Vec<(String, bool)> = resources
            .into_iter()
            .flatten()
            .filter_map(|(name, limits)| {
                let of = |field: &str| limits.get(field).and_then(Json::as_u64);
                let is_throttled = limits.get("throttled").and_then(Json::as_bool) == Some(true);
                Some((format!("{name} {} of {}", of("remaining")?, of("limit")?), is_throttled))
            })
            .collect();
        let texts: Vec<&str> = left.iter().map(|(text, _)| text.as_str()).collect();
        let found =
            if texts.is_empty() { "no limits are told".to_owned() } else { format!("left: {}", texts.join(", ")) };
        self.push(if left.iter().any(|(_, is_throttled)| *is_throttled) {
            Check::limited(NAME, found)
                .means("the hour's requests are used up, and a sync that is given up goes on where it stopped")
                .change("wait, or read more slowly with --rate".to_owned())
        } else {
            Check::ok(NAME, found)
        });
    }
}

fn settings_text(facts: &[Fact]) -> String {
    let flag = |wanted: &str| {
        facts.iter().find_map(|fact| match fact {
            Fact::Property { name, value, .. } if name == wanted => Some(*value == Value::flag(true)),
            _ => None,
        })
    };
    let login = match (flag("samlLogin"), flag("samlLoginEnforced")) {
        (_, Some(true)) => "people must log in through SAML",
        (Some(true), _) => "people may log in through SAML, and otherwise too",
        (Some(false), _) => "people do not log in through SAML",
        (None, _) => "whether people log in through SAML is not told",
    };
    let groups = match flag("samlGroupSync") {
        Some(true) => "teams are filled from the identity provider's groups",
        Some(false) => "teams are not filled from groups",
        None => "whether teams are filled from groups is not told",
    };
    format!("{login}; {groups}")
}
