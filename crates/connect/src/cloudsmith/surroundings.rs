//! What stands around the access itself: invitations, identity providers, rules about keys, domains, settings.

use rolecall_model::{Diagnostic, Fact, Proof, Reading, Reason, ResourceRef, Value};

use super::declaration::{API_KEY_RULE, DEFAULT_PRIVILEGE, DOMAIN, INVITATION, OIDC_PROVIDER, SAML_MAPPING, SERVICE};
use super::page::List;
use super::relationships::{ASSIGNED, TRUSTS};
use super::row::Row;
use super::slug::is_slug;
use super::teams::team;

/// A type of thing that is a list of its own and grants nothing.
struct Kind {
    resource_type: &'static str,
    /// The field that identifies one.
    id: &'static str,
    kept: &'static [(&'static str, &'static str)],
}

const INVITATIONS: Kind = Kind {
    resource_type: INVITATION,
    id: "slug_perm",
    kept: &[("email", "email"), ("user", "user"), ("role", "role"), ("inviter", "inviter"), ("expires_at", "expires")],
};

const PROVIDERS: Kind = Kind {
    resource_type: OIDC_PROVIDER,
    id: "slug_perm",
    kept: &[
        ("name", "name"),
        ("provider_url", "providerUrl"),
        ("enabled", "enabled"),
        ("mapping_claim", "mappingClaim"),
        ("slug", "slug"),
    ],
};

const MAPPINGS: Kind = Kind {
    resource_type: SAML_MAPPING,
    id: "slug_perm",
    kept: &[("idp_key", "idpKey"), ("idp_value", "idpValue"), ("role", "role")],
};

const RULES: Kind = Kind {
    resource_type: API_KEY_RULE,
    id: "slug_perm",
    kept: &[
        ("rule_type", "appliesTo"),
        ("max_age_hours", "mostHours"),
        ("enforce_refresh", "enforcesRefresh"),
        ("is_enabled", "enabled"),
        ("created_at", "created"),
        ("updated_at", "updated"),
        ("last_applied_at", "lastApplied"),
    ],
};

const DOMAINS: Kind = Kind {
    resource_type: DOMAIN,
    id: "host",
    kept: &[
        ("enabled", "enabled"),
        ("primary", "primary"),
        ("validated", "validated"),
        ("repository_only", "repositoryOnly"),
        ("created_at", "created"),
    ],
};

/// Invitations that nobody has accepted yet. They grant nothing until somebody does.
pub(super) fn invitations(organization: &ResourceRef, list: &List, narrow: Option<Reason>) -> Reading {
    things(&INVITATIONS, organization, list, narrow, |resource, row| {
        let teams = row.rows("teams").unwrap_or_default();
        let slugs: Vec<&str> = teams.iter().filter_map(|team| team.text("team")).collect();
        vec![Fact::property(resource, "teams", Value::list(slugs))]
    })
}

/// Identity providers, and the services that their tokens are exchanged for.
pub(super) fn oidc_providers(organization: &ResourceRef, list: &List, narrow: Option<Reason>) -> Reading {
    things(&PROVIDERS, organization, list, narrow, |resource, row| {
        let services = row.texts("service_accounts").unwrap_or_default();
        let mut facts: Vec<Fact> = services.into_iter().filter_map(|slug| trusts(slug, resource)).collect();
        if let Some(claims) = row.object("claims") {
            let claims: Vec<String> = claims.map(|(name, value)| format!("{name}={value}")).collect();
            facts.push(Fact::property(resource, "claims", Value::list(claims.iter().map(String::as_str))));
        }
        facts
    })
}

/// Which value of the mapping claim makes which service.
pub(super) fn oidc_mappings(provider: &ResourceRef, list: &List) -> Reading {
    let (mut facts, mut said, mut doubt) = (Vec::new(), Vec::new(), list.doubt.clone());
    for row in &list.rows {
        let Some((value, slug)) = row.text("claim_value").zip(row.text("service_account")) else {
            doubt.get_or_insert(Reason::new("nameless", format!("{provider} has a mapping without value or service")));
            continue;
        };
        said.push(format!("{value}={slug}"));
        facts.extend(trusts(slug, provider));
    }
    if !said.is_empty() {
        said.sort_unstable();
        facts.push(Fact::property(provider, "mappings", Value::list(said.iter().map(String::as_str))));
    }
    finish(facts, doubt)
}

fn trusts(slug: &str, provider: &ResourceRef) -> Option<Fact> {
    let from = is_slug(slug).then(|| ResourceRef::new(SERVICE, slug))?;
    Some(Fact::Link { from, class: TRUSTS.into(), to: provider.clone() })
}

/// Which group of the identity provider is put into which team.
pub(super) fn saml_mappings(organization: &ResourceRef, list: &List, narrow: Option<Reason>) -> Reading {
    things(&MAPPINGS, organization, list, narrow, |resource, row| {
        let team = row.text("team").filter(|slug| is_slug(slug)).map(|slug| team(organization, slug));
        team.map(|to| Fact::Link { from: resource.clone(), class: ASSIGNED.into(), to }).into_iter().collect()
    })
}

/// Rules about the age of API keys.
pub(super) fn api_key_rules(organization: &ResourceRef, list: &List, narrow: Option<Reason>) -> Reading {
    things(&RULES, organization, list, narrow, |_, _| Vec::new())
}

/// Custom domains.
pub(super) fn domains(organization: &ResourceRef, list: &List, narrow: Option<Reason>) -> Reading {
    things(&DOMAINS, organization, list, narrow, |_, _| Vec::new())
}

/// What a person states of the workspace, where no interface shows it. Nothing is asked for it.
pub(super) fn stated(organization: &ResourceRef, default_privilege: Option<&str>) -> Reading {
    let said = default_privilege.unwrap_or("none");
    let mut reading = Reading::whole(
        Proof::Attested,
        vec![
            Fact::resource(organization.clone(), None),
            Fact::property(organization, DEFAULT_PRIVILEGE, Value::text(said)),
        ],
    );
    if default_privilege.is_none() {
        let text = "nobody stated the workspace's default object privilege, so none is assumed (--default-privilege)";
        reading.diagnostics.push(Diagnostic::new("not-stated", text));
    }
    reading
}

/// What the organisation says of itself, and how people log in; each part only where it could be read.
pub(super) struct Settings<'a> {
    pub(super) organization: &'a Row,
    pub(super) saml_login: Result<Row, Reason>,
    pub(super) saml_status: Result<Row, Reason>,
}

/// The organisation's own settings.
pub(super) fn settings(organization: &ResourceRef, told: &Settings<'_>) -> Reading {
    const OWN: &[(&str, &str)] =
        &[("name", "name"), ("slug_perm", "slugPerm"), ("created_at", "created"), ("tagline", "tagline")];
    const LOGIN: &[(&str, &str)] = &[("saml_auth_enabled", "samlLogin"), ("saml_auth_enforced", "samlLoginEnforced")];
    const STATUS: &[(&str, &str)] = &[("saml_group_sync_status", "samlGroupSync")];
    let mut facts = told.organization.properties(organization, OWN);
    let mut doubt =
        (!told.organization.has("slug")).then(|| Reason::new("unexpected-shape", "it does not name itself"));
    for (row, kept) in [(&told.saml_login, LOGIN), (&told.saml_status, STATUS)] {
        match row {
            Ok(row) if kept.iter().any(|(wire, _)| row.has(wire)) => facts.extend(row.properties(organization, kept)),
            Ok(_) => doubt = doubt.or_else(|| Some(Reason::new("unexpected-shape", "SAML's settings are not told"))),
            Err(reason) => doubt = doubt.or_else(|| Some(reason.clone())),
        }
    }
    finish(facts, doubt)
}

fn things(
    kind: &Kind,
    organization: &ResourceRef,
    list: &List,
    narrow: Option<Reason>,
    more: impl Fn(&ResourceRef, &Row) -> Vec<Fact>,
) -> Reading {
    let mut doubt = narrow.or_else(|| list.doubt.clone());
    let mut facts = Vec::with_capacity(list.rows.len() * 6);
    for row in &list.rows {
        let Some(id) = row.text(kind.id) else {
            let text = format!("one {} is listed without an identifier", kind.resource_type);
            doubt.get_or_insert(Reason::new("nameless", text));
            continue;
        };
        let resource = ResourceRef::new(kind.resource_type, id);
        facts.extend(row.properties(&resource, kind.kept));
        facts.extend(more(&resource, row));
        facts.push(Fact::resource(resource, Some(organization.clone())));
    }
    finish(facts, doubt)
}

fn finish(mut facts: Vec<Fact>, doubt: Option<Reason>) -> Reading {
    facts.sort_unstable();
    facts.dedup();
    Reading::sighted(facts, doubt)
}
