//! Which requests are sent by what, and what for: an answer for those who must know before a key leaves their house.

use super::requests;
use crate::RequestNote;

const DOCTOR: &str = "doctor";
const THOROUGH: &str = "doctor --transcript";
const SYNC: &str = "sync";
const EXCHANGE: &str = "doctor and sync, with --oidc-service";

const PAGES: &str = "page, page_size=500";
const ONE: &str = "page, page_size=1";
const PER_PAGE: &str = "1 per 500";
const PER_TEAM: &str = "1 per team and kind";
const PER_REPOSITORY: &str = "1 per repository, and 1 more per further 500";

/// Every request that `doctor` and `sync` may send.
pub(super) fn request_list() -> Vec<RequestNote> {
    own(DOCTOR).into_iter().chain(doctor()).chain(thorough()).chain(own(SYNC)).chain(sync()).chain(exchange()).collect()
}

/// Whose key it is, which comes before everything else.
fn own(by: &'static str) -> Vec<RequestNote> {
    vec![
        RequestNote::new(by, &requests::SELF, "", "whose key it is", "1, and 1 more to confirm a refusal"),
        RequestNote::new(by, &requests::SERVICE, "", "whether that is a service, and its role", "at most 1"),
        RequestNote::new(by, &requests::MEMBER, "", "whether that is a member, and its role", "at most 1"),
        RequestNote::new(by, &requests::SERVICES, ONE, "whether the key is shown what its role should be", "at most 1"),
        RequestNote::new(by, &requests::INVITATIONS, ONE, "the same", "at most 1"),
        RequestNote::new(by, &requests::SAML_MAPPINGS, ONE, "the same", "at most 1"),
    ]
}

fn doctor() -> Vec<RequestNote> {
    let note = |template, query, why, count| RequestNote::new(DOCTOR, template, query, why, count);
    vec![
        note(&requests::MEMBERS, "is_active, page, page_size=500", "whether the members are all seen", "2 per 500"),
        note(&requests::TEAMS, PAGES, "whether the teams are seen", PER_PAGE),
        note(&requests::TEAM_MEMBERS, "user_kind", "whether a team's people and services are seen", "2, for one team"),
        note(&requests::SERVICES, PAGES, "whether the services are seen", PER_PAGE),
        note(&requests::REPOSITORIES, PAGES, "whether the repositories are seen", PER_PAGE),
        note(&requests::PRIVILEGES, "", "whether a repository's privileges are seen", "at most 3"),
        note(
            &requests::ENTITLEMENTS,
            "page, page_size=500, show_tokens=false",
            "whether a repository's entitlement tokens are seen, without their values",
            "1 per 500, of one repository",
        ),
        note(&requests::INVITATIONS, PAGES, "whether invitations are seen", PER_PAGE),
        note(&requests::OIDC_PROVIDERS, PAGES, "whether identity providers of services are seen", PER_PAGE),
        note(&requests::OIDC_MAPPINGS, PAGES, "whether their claim mappings are seen", "1 per 500, of one provider"),
        note(&requests::SAML_MAPPINGS, PAGES, "whether group mappings are seen", PER_PAGE),
        note(&requests::SAML_STATUS, "", "whether groups are synchronised", "1"),
        note(&requests::SAML_LOGIN, "", "whether people must log in through SAML", "1"),
        note(&requests::API_KEY_RULES, "", "whether rules about keys are seen", "1"),
        note(&requests::DOMAINS, PAGES, "whether custom domains are seen", PER_PAGE),
        note(&requests::ORGANIZATION, "", "whether the organisation's settings are seen", "1"),
        note(&requests::AUDIT_LOG, ONE, "whether the plan has the audit log", "1"),
        note(&requests::RATES, "", "how many requests are left of the hour", "1"),
    ]
}

fn thorough() -> Vec<RequestNote> {
    let note = |template, query, why| RequestNote::new(THOROUGH, template, query, why, "1");
    vec![
        note(&requests::SELF, "", "what anyone is answered: sent without the key"),
        note(&requests::MEMBERS, ONE, "who is listed without is_active"),
    ]
}

fn sync() -> Vec<RequestNote> {
    let note = |template, query, why, count| RequestNote::new(SYNC, template, query, why, count);
    vec![
        note(&requests::MEMBERS, "is_active, page, page_size=500", "members, active and inactive", "2 per 500"),
        note(&requests::AUDIT_LOG, PAGES, "who did what since the last sync", "1, and 1 more per 500 new events"),
        note(&requests::SERVICES, PAGES, "services", PER_PAGE),
        note(&requests::TEAMS, PAGES, "teams", PER_PAGE),
        note(&requests::TEAM_MEMBERS, "user_kind", "people and services in a team", PER_TEAM),
        note(&requests::REPOSITORIES, PAGES, "repositories, and what everyone may do in them", PER_PAGE),
        note(&requests::PRIVILEGES, "", "who was given which right on a repository", "1 per repository"),
        note(
            &requests::ENTITLEMENTS,
            "page, page_size=500, show_tokens=false",
            "entitlement tokens, without their values",
            PER_REPOSITORY,
        ),
        note(&requests::INVITATIONS, PAGES, "invitations", PER_PAGE),
        note(&requests::OIDC_PROVIDERS, PAGES, "identity providers of services", PER_PAGE),
        note(&requests::OIDC_MAPPINGS, PAGES, "which claim makes which service", "1 per provider"),
        note(&requests::SAML_MAPPINGS, PAGES, "which group becomes which team", PER_PAGE),
        note(&requests::SAML_STATUS, "", "whether groups are synchronised", "1"),
        note(&requests::SAML_LOGIN, "", "whether people must log in through SAML", "1"),
        note(&requests::ORGANIZATION, "", "the organisation's settings", "1"),
        note(&requests::API_KEY_RULES, "", "rules about the age of keys", "1"),
        note(&requests::DOMAINS, PAGES, "custom domains", PER_PAGE),
    ]
}

fn exchange() -> Vec<RequestNote> {
    let why = "a service's token for your identity token; it changes nothing";
    vec![RequestNote::new(EXCHANGE, &requests::EXCHANGE, "", why, "1, before all others")]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_is_what_may_be_sent_neither_more_nor_less() {
        let listed: BTreeSet<(String, &str)> =
            request_list().into_iter().map(|note| (note.method, note.path)).collect();
        let declared: BTreeSet<(String, &str)> = requests::DECLARED
            .iter()
            .chain([&requests::EXCHANGE])
            .map(|template| (template.method.to_string(), template.path))
            .collect();
        assert_eq!(listed, declared);
    }
}
