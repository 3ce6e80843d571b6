//! Everything that can be said to a connector: what every connector of baton's world takes, and what a type adds.

use std::borrow::Cow;

use super::field::{Effect, Field, FieldKind};
use crate::connectors::Kind;
use crate::connectors::settings::{CA_FILE, Kind as SettingKind, PROXY, RATE, Setting};

use FieldKind::{Choice, List, Number, Secret, Switch, Text};

pub(super) const ACCESS_TOKEN: &str = "access-token";
pub(super) const ORGANIZATION: &str = "organization";
pub(super) const CLIENT_ID: &str = "client-id";
pub(super) const CLIENT_SECRET: &str = "client-secret";

const PROVISIONING: Effect = Effect::Refused("it only reads yet: nothing is granted, revoked, made or deleted");
const SINGLE: Effect = Effect::Refused("it reads all of an organisation, not single resources");
const EXTERNAL: Effect = Effect::Refused("what it reads refers to nothing outside");
const NO_FEED: Effect = Effect::Refused("it has none of these");
const PACE: Effect = Effect::Nothing("the pace that the registry bears decides it; see --rate");
const TRACES: Effect =
    Effect::Nothing("traces are asked for with OpenTelemetry's own variables, such as OTEL_EXPORTER_OTLP_ENDPOINT");

/// What every connector takes.
fn common() -> Vec<Field> {
    vec![
        Field::new("file", Text, "sync.c1z", "Write what is read to this file, whole or not at all").short('f'),
        Field::new("client-id", Text, "", "Serve the hub that gave this id, NAME@HOST/REST, until stopped"),
        Field::new("client-secret", Secret, "", "What proves the client id"),
        Field::new("c1-api-host", Text, "", "Find the hub at HOST[:PORT] instead of where the client id says"),
        Field::new("host-id", Text, "", "What the hub calls this place [default: this machine's name]").hidden(),
        Field::new("log-level", Choice(LEVELS), "info", "Say so much on standard error"),
        Field::new(
            "log-format",
            Choice(&["json", "console"]),
            "",
            "For programs or for people [default: json when serving a hub]",
        ),
        Field::new("log-path", List, "stderr", "Where the log goes: files, stderr, stdout"),
        Field::new(
            "log-level-debug-expires-at",
            Text,
            "",
            "Until this moment log-level may be debug: 2027-01-31T12:00:00Z",
        )
        .hidden(),
        Field::new("sync-resource-types", List, "", "Write these types only, such as user,team"),
        Field::new("skip-entitlements-and-grants", Switch, "", "Write resources only, not who holds what on them"),
        Field::new("skip-grants", Switch, "", "Write what can be held, not who holds it").hidden(),
        Field::new(
            "skip-full-sync",
            Switch,
            "",
            "Read nothing: no file is written, and a hub that asks for one is refused",
        ),
        Field::new(
            "accept-incomplete",
            Switch,
            "",
            "Hand over what was read even when something could not be read in full",
        ),
        Field::new("task-concurrency", Number, "3", "Work on so many of the hub's tasks at a time"),
        Field::new("storage-engine", Choice(&["sqlite", "pebble"]), "sqlite", "How the file is made inside: sqlite"),
        Field::new(
            "http-timeout-seconds",
            Number,
            "60",
            "Give up on an attempt to reach the registry that takes longer",
        ),
        Field::new("c1z-temp-dir", Text, "", "Make temporary files here").hidden(),
        Field::new("health-check", Switch, "", "Answer at /health, /live and /ready while serving a hub"),
        Field::new("health-check-port", Number, "8081", "On this port"),
        Field::new("health-check-bind-address", Text, "127.0.0.1", "At this address"),
        Field::new("provisioning", Switch, "", "Let the hub change who holds what").short('p').without(PROVISIONING),
        Field::new("ticketing", Switch, "", "Let the hub open tickets").without(Effect::Refused("it has no tickets")),
        Field::new("sync-resources", List, "", "Read these resources only").without(SINGLE),
        Field::new("workers", Number, "", "Read with so many workers").without(PACE),
        Field::new("parallel-sync", Switch, "", "Read with several workers").without(PACE),
        Field::new("keep-previous-sync-c1z", Switch, "", "Keep the file of the sync before")
            .without(Effect::Nothing("each sync has a file of its own")),
        Field::new("auth-method", Text, "", "How to sign in").without(Effect::Nothing("there is one way")),
        Field::new("external-resource-c1z", Text, "", "Resources of another file").without(EXTERNAL),
        Field::new("external-resource-entitlement-id-filter", Text, "", "Which of them").without(EXTERNAL),
        Field::new("external-resource-traits", List, "", "Which of them").without(EXTERNAL),
        Field::new("otel-collector-endpoint", Text, "", "Where traces go").without(TRACES),
        Field::new("otel-collector-endpoint-tls-cert", Text, "", "Its certificate").without(TRACES),
        Field::new("otel-collector-endpoint-tls-cert-path", Text, "", "Its certificate").without(TRACES),
        Field::new("otel-collector-endpoint-tls-insecure", Switch, "", "Without TLS").without(TRACES),
        Field::new("otel-tracing-disabled", Switch, "", "Send no traces").without(TRACES),
        Field::new("otel-logging-disabled", Switch, "", "Send no lines of the log").without(TRACES),
        Field::new("grant-entitlement", Text, "", "Grant this").without(PROVISIONING),
        Field::new("grant-principal", Text, "", "To this").without(PROVISIONING),
        Field::new("grant-principal-type", Text, "", "Of this type").without(PROVISIONING),
        Field::new("revoke-grant", Text, "", "Revoke this").without(PROVISIONING),
        Field::new("create-account-login", Text, "", "Make this account").without(PROVISIONING),
        Field::new("create-account-email", Text, "", "Make this account").without(PROVISIONING),
        Field::new("create-account-profile", Text, "", "Make this account").without(PROVISIONING),
        Field::new("create-account-resource-type", Text, "", "Make this account").without(PROVISIONING),
        Field::new("delete-resource", Text, "", "Delete this").without(PROVISIONING),
        Field::new("delete-resource-type", Text, "", "Of this type").without(PROVISIONING),
        Field::new("rotate-credentials", Text, "", "Rotate this").without(PROVISIONING),
        Field::new("rotate-credentials-type", Text, "", "Of this type").without(PROVISIONING),
        Field::new("event-feed", Text, "", "Print events").without(NO_FEED),
        Field::new("invoke-action", Text, "", "Do this").without(NO_FEED),
        Field::new("list-action-schemas", Switch, "", "List what can be done").without(NO_FEED),
        Field::new("diff-syncs", Switch, "", "Compare syncs")
            .without(Effect::Refused("compare exports with: rolecall diff")),
        Field::new("compact-syncs", Switch, "", "Put syncs together").without(NO_FEED),
    ]
}

const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error", "fatal"];

/// Settings of every type that a connector of one's own takes, too.
static REACH: [&Setting; 3] = [&RATE, &CA_FILE, &PROXY];

/// Everything that can be said to a connector of this type: first what is of the source.
pub(crate) fn fields(kind: &dyn Kind) -> Vec<Field> {
    let connector_type = kind.connector_type();
    let title = connector_type.declaration.title;
    let token = format!(
        "{} [default: the usual places, such as {}]",
        connector_type.credential, connector_type.tokens.variable
    );
    let named = |name: &'static str, kind, what: String| Field { what: what.into(), ..Field::new(name, kind, "", "") };
    let organization = named(ORGANIZATION, Text, format!("The {title} organisation"));
    let base = Field::new(kind.base_key(), Text, "", "Read it from this address instead of the type's own");
    let own = kind.own_settings().iter().chain(&REACH).map(|setting| of_setting(setting));
    let of_source = [Field { is_required: true, ..organization }, named(ACCESS_TOKEN, Secret, token), base];
    of_source.into_iter().chain(own).map(Field::of_source).chain(common()).collect()
}

/// A setting of connectors that are kept, as one that is not kept takes it.
fn of_setting(setting: &'static Setting) -> Field {
    let kind = match setting.kind {
        SettingKind::Choice(words) => Choice(words),
        SettingKind::Count => Number,
        SettingKind::Flag | SettingKind::On => Switch,
        _ => Text,
    };
    Field { name: Cow::Owned(setting.flag()), what: Cow::Borrowed(setting.what), ..Field::new("", kind, "", "") }
}

/// The settings that [`fields`] took over.
pub(super) fn settings(kind: &dyn Kind) -> impl Iterator<Item = &'static Setting> {
    kind.own_settings().iter().copied().chain(REACH)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::connectors::kind;

    #[test]
    fn each_name_is_there_once_and_secrets_have_variables() {
        for name in ["npm", "cloudsmith"] {
            let fields = fields(kind(name).unwrap());
            let names: BTreeSet<&str> = fields.iter().map(|field| field.name.as_ref()).collect();
            assert_eq!(names.len(), fields.len(), "{name}");
            let secret = |field: &&Field| field.kind == Secret;
            let secrets: Vec<String> = fields.iter().filter(secret).map(Field::variable).collect();
            assert_eq!(secrets, ["BATON_ACCESS_TOKEN", "BATON_CLIENT_SECRET"]);
        }
    }

    #[test]
    fn programs_read_the_kind_of_each() {
        let fields = fields(kind("cloudsmith").unwrap());
        let described = |name: &str| fields.iter().find(|field| field.name == name).unwrap().described();
        assert_eq!(described("organization")["isRequired"], true);
        assert_eq!(described("task-concurrency")["intField"]["defaultValue"], 3);
        assert_eq!(described("default-privilege")["stringField"]["options"][1]["value"], "read");
        assert_eq!(described("sync-resource-types")["displayName"], "Sync resource types");
    }
}
