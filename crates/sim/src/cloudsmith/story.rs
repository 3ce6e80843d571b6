//! A small organisation with a history, for demonstrations.
//!
//! `acme` is the company of the [npm story](crate::npm::story): some of the same people work in
//! both. Here are most of the things that go wrong in real organisations: somebody who left and
//! still holds Admin, a service that can write everything, an external collaborator, a team that
//! most do not see, a token without an end, a provider whose tokens nobody checks.
//!
//! It never grows old: it begins eight days ago, and its days are as written where that is 23 November 2026.

use std::time::Duration;

use super::account::LoginMethod;
use super::key_rule::KeyRuleKind;
use super::organization::Role;
use super::repository::{Broadcast, Level, Principal};
use super::service::ServiceRole;
use super::team::TeamRole;
use super::world::World;
use crate::clock::{beginning, on};

/// The organisation's slug.
pub const ORGANIZATION: &str = "acme";

/// The owner that reads the organisation.
pub const READER: &str = "acme-inventory";

/// The story's world and the way to read it.
#[derive(Debug)]
pub struct Story {
    /// The service that holds it.
    pub world: World,
    /// The organisation's slug.
    pub organization: &'static str,
    /// The API key of [`READER`].
    pub key: String,
}

/// The story as it begins.
#[must_use]
pub fn world() -> Story {
    let mut world = World::new();
    world.set_now(beginning());
    people(&mut world);
    teams(&mut world);
    machines(&mut world);
    repositories(&mut world);
    ways_in(&mut world);
    let key = world.key(READER);
    Story { world, organization: ORGANIZATION, key }
}

/// What happens within a week: a new owner, a leaver, an accepted invitation, a collaborator who
/// may suddenly push, somebody taken out of the release team, a hand-made key for a service.
pub fn a_week_later(world: &mut World) {
    world.advance(Duration::from_secs(2 * 24 * 3600));
    world.invite_accept(ORGANIZATION, "kai-new@mail.example");
    world.account("kai-new").created(&on("2026-11-25")).last_login(&on("2026-11-25"), LoginMethod::Password);
    world.advance(Duration::from_secs(5 * 24 * 3600));
    world
        .role_set(ORGANIZATION, "lena-k", Role::Owner)
        .member_remove(ORGANIZATION, "amara-d")
        .team_member_remove(ORGANIZATION, "release", "henrikb")
        .privilege(ORGANIZATION, "partner-drops", Principal::User("nadia-freelance"), Level::Write);
}

/// Eleven members: two owners, two managers, somebody who left, and an external.
fn people(world: &mut World) {
    world.organization(ORGANIZATION).organization_name(ORGANIZATION, "Acme");
    let members = [
        ("maria-lund", "Maria Lund", "maria-lund@acme.example", Role::Owner, "2021-03-01"),
        (READER, "Inventory reader", "acme-inventory@acme.example", Role::Owner, "2026-10-01"),
        ("otto-brandt", "Otto Brandt", "otto.brandt@acme.example", Role::Manager, "2021-03-01"),
        ("priya-n", "Priya Nair", "priya-n@acme.example", Role::Manager, "2021-06-15"),
        ("jonas-weber", "Jonas Weber", "jonas-weber@acme.example", Role::Member, "2021-04-12"),
        ("lena-k", "Lena Kovac", "lena.k@acme.example", Role::Member, "2021-09-30"),
        ("henrikb", "Henrik Bakke", "henrikb@acme.example", Role::Member, "2022-01-17"),
        ("amara-d", "Amara Diallo", "amara-d@acme.example", Role::Member, "2022-03-01"),
        ("yuki_tan", "Yuki Tan", "yuki_tan@acme.example", Role::Member, "2023-07-10"),
        ("berit-left", "Berit Moen", "berit-left@mail.example", Role::Member, "2021-03-02"),
        ("nadia-freelance", "Nadia Haddad", "nadia-freelance@mail.example", Role::Collaborator, "2024-02-05"),
    ];
    for (slug, name, email, role, joined) in members {
        world
            .account(slug)
            .fullname(name)
            .email(email)
            .created(&on(joined))
            .last_login(&on("2026-11-19"), LoginMethod::Saml);
        world.member(ORGANIZATION, slug, role).member_since(ORGANIZATION, slug, &on(joined));
    }
    world.account("otto-brandt").two_factor(false).last_login(&on("2026-11-02"), LoginMethod::Password);
    world.account("jonas-weber").last_login(&on("2025-01-14"), LoginMethod::Password);
    world.account("nadia-freelance").two_factor(false).last_login(&on("2026-09-09"), LoginMethod::Social);
    world.account(READER).never_logged_in();
    world.account("berit-left").last_login(&on("2024-08-30"), LoginMethod::Password);
    world.deactivate("berit-left").member_private(ORGANIZATION, "yuki_tan");
    world.logged_in(ORGANIZATION, "maria-lund", &on("2026-11-19")).logged_in(ORGANIZATION, "lena-k", &on("2026-11-18"));
}

fn teams(world: &mut World) {
    world.hidden_team(ORGANIZATION, "incident-response");
    let seats = [
        ("release", "maria-lund", TeamRole::Manager),
        ("release", "lena-k", TeamRole::Member),
        ("release", "henrikb", TeamRole::Member),
        ("release", "berit-left", TeamRole::Manager),
        ("web", "jonas-weber", TeamRole::Manager),
        ("web", "amara-d", TeamRole::Member),
        ("payments", "yuki_tan", TeamRole::Manager),
        ("partners", "nadia-freelance", TeamRole::Member),
        ("partners", "jonas-weber", TeamRole::Member),
        ("incident-response", "priya-n", TeamRole::Manager),
        ("incident-response", "yuki_tan", TeamRole::Member),
    ];
    for (team, account, role) in seats {
        world.team_member(ORGANIZATION, team, account, role);
    }
}

fn machines(world: &mut World) {
    world
        .service(ORGANIZATION, "acme-release-bot", ServiceRole::Manager)
        .service_created(ORGANIZATION, "acme-release-bot", "berit-left", &on("2021-05-04"))
        .service_key_created(ORGANIZATION, "acme-release-bot", &on("2021-05-04"))
        .service(ORGANIZATION, "ci", ServiceRole::Member)
        .service_created(ORGANIZATION, "ci", "otto-brandt", &on("2023-02-20"))
        .service_key_created(ORGANIZATION, "ci", &on("2026-08-01"))
        .service(ORGANIZATION, "mirror", ServiceRole::Member)
        .service_created(ORGANIZATION, "mirror", "priya-n", &on("2025-11-30"))
        .service_key_created(ORGANIZATION, "mirror", &on("2025-11-30"))
        .team_service(ORGANIZATION, "release", "acme-release-bot", TeamRole::Member)
        .team_service(ORGANIZATION, "web", "ci", TeamRole::Member);
}

fn repositories(world: &mut World) {
    world.repository(ORGANIZATION, "production").created(&on("2021-03-05")).package("core", "4.2.0");
    world.repository(ORGANIZATION, "staging").created(&on("2021-03-05")).default_privilege(Level::Write);
    world.repository(ORGANIZATION, "payments").created(&on("2022-07-11")).package("payments-sdk", "3.3.1");
    world.repository(ORGANIZATION, "web-assets").created(&on("2022-10-03")).default_privilege(Level::Read);
    world.repository(ORGANIZATION, "partner-drops").created(&on("2024-02-05")).broadcast(Broadcast::Private);
    world.repository(ORGANIZATION, "open-tools").created(&on("2023-05-20")).open_source().package("acme-cli", "2.4.1");
    world.repository(ORGANIZATION, "incident-tools").created(&on("2025-01-15"));
    world.repository(ORGANIZATION, "attic").created(&on("2021-03-06")).package("legacy-widgets", "0.4.9");
    let privileges = [
        ("production", Principal::Team("release"), Level::Write),
        ("production", Principal::User("berit-left"), Level::Admin),
        ("production", Principal::Service("acme-release-bot"), Level::Admin),
        ("staging", Principal::Team("release"), Level::Admin),
        ("staging", Principal::Service("ci"), Level::Write),
        ("payments", Principal::Team("payments"), Level::Admin),
        ("payments", Principal::Service("acme-release-bot"), Level::Write),
        ("web-assets", Principal::Team("web"), Level::Write),
        ("partner-drops", Principal::Team("partners"), Level::Read),
        ("partner-drops", Principal::User("otto-brandt"), Level::Admin),
        ("open-tools", Principal::Team("release"), Level::Write),
        ("open-tools", Principal::Service("mirror"), Level::Read),
        ("incident-tools", Principal::Team("incident-response"), Level::Admin),
        ("attic", Principal::User("berit-left"), Level::Write),
    ];
    for (repository, whom, level) in privileges {
        world.privilege(ORGANIZATION, repository, whom, level);
    }
}

fn ways_in(world: &mut World) {
    world
        .entitlement_token(ORGANIZATION, "production", "berit laptop", "berit-left")
        .personal()
        .created(&on("2022-04-04"));
    world
        .entitlement_token(ORGANIZATION, "production", "customers", "maria-lund")
        .created(&on("2023-01-09"))
        .used(3812, 41);
    world
        .entitlement_token(ORGANIZATION, "partner-drops", "partner trial", "otto-brandt")
        .created(&on("2026-09-01"))
        .until(&on("2026-12-20"))
        .downloads(500);
    world.oidc(ORGANIZATION, "Build pipelines", "https://pipelines.example").service("ci");
    world
        .oidc(ORGANIZATION, "Release pipelines", "https://pipelines.example")
        .claim("repository", "acme/core")
        .service("acme-release-bot");
    world
        .invite_to_team(ORGANIZATION, "kai-new@mail.example", Role::Member, "web", TeamRole::Member)
        .saml(ORGANIZATION, true, false)
        .saml_group(ORGANIZATION, "groups", "acme-payments", "payments", TeamRole::Member)
        .api_key_rule(ORGANIZATION, KeyRuleKind::Users, 24 * 365);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_is_what_it_says() {
        let Story { world, .. } = world();
        assert_eq!(world.members(ORGANIZATION).len(), 11);
        assert_eq!(world.repositories(ORGANIZATION).len(), 8);
        let push = |repository, who| world.may_push(ORGANIZATION, repository, who);
        assert!(push("production", "acme-release-bot") && push("payments", "acme-release-bot"));
        assert!(push("staging", "yuki_tan"), "the default of staging is Write");
        assert!(!push("staging", "nadia-freelance"), "no default reaches a collaborator");
        assert!(!push("production", "berit-left"), "inactive");
        assert!(world.privileges(ORGANIZATION, "production").contains(&("user", "berit-left".into(), Level::Admin)));
        assert!(!world.may_read(ORGANIZATION, "payments", "jonas-weber"));
    }

    #[test]
    fn a_week_changes_a_little_of_everything() {
        let Story { mut world, .. } = world();
        a_week_later(&mut world);
        let members = world.members(ORGANIZATION);
        assert_eq!(members.len(), 11, "one left and one joined");
        assert!(members.contains(&("lena-k".to_owned(), Role::Owner)));
        assert!(members.contains(&("kai-new".to_owned(), Role::Member)));
        assert!(world.may_push(ORGANIZATION, "partner-drops", "nadia-freelance"));
        assert!(!world.may_push(ORGANIZATION, "production", "henrikb"));
    }
}
