//! A small organisation with a history, for demonstrations.
//!
//! `acme` has twelve members and fifteen packages, and most of what goes wrong in real
//! organisations: an owner who left two years ago, somebody who has not published for six years
//! and still could, a freelancer with a right of her own, a team that can write everything.
//!
//! It never grows old: it begins eight days ago, and its days are as written where that is 23 November 2026.

use std::time::Duration;

use super::account::TwoFactor;
use super::organization::Role;
use super::package::{Permission, Publishing};
use super::token::TokenSpec;
use super::trust::{Provider, TrustSpec};
use super::world::World;
use crate::clock::beginning;

pub use crate::clock::on;

/// The organisation's name.
pub const ORGANIZATION: &str = "acme";

/// The admin account that reads the organisation.
pub const READER: &str = "acme-inventory";

/// The story's world and the way to read it.
#[derive(Debug)]
pub struct Story {
    /// The registry that holds it.
    pub world: World,
    /// The organisation's name.
    pub organization: &'static str,
    /// A granular, read-only token of [`READER`].
    pub token: String,
}

/// The story as it begins.
#[must_use]
pub fn world() -> Story {
    let mut world = World::new();
    world.set_now(beginning());
    people(&mut world);
    libraries(&mut world);
    interfaces(&mut world);
    money(&mut world);
    outside(&mut world);
    let spec = TokenSpec::granular(READER).reads_organization(ORGANIZATION).named("inventory");
    let token = world.token(spec);
    Story { world, organization: ORGANIZATION, token }
}

/// What happens within a week: a new owner, a leaver, an accepted invitation, a team that may
/// suddenly publish the payments library, somebody taken out of the release team, a release.
pub fn a_week_later(world: &mut World) {
    world.advance(Duration::from_secs(2 * 24 * 3600));
    world.invitation_accept(ORGANIZATION, "kai-new");
    world.advance(Duration::from_secs(5 * 24 * 3600));
    world
        .member(ORGANIZATION, "lena.k", Role::Owner)
        .member_remove(ORGANIZATION, "amara-d")
        .team_member_remove(ORGANIZATION, "release", "HenrikB")
        .grant(ORGANIZATION, "web", "@acme/payments-sdk", Permission::Write);
    world.package("@acme/core").published("4.3.0", "acme-release-bot", &on("2026-11-27"));
}

/// Twelve members: three owners, of whom one is a bot and one has left; two admins.
fn people(world: &mut World) {
    world.organization(ORGANIZATION);
    let members = [
        ("maria-lund", "Maria Lund", Role::Owner, "2013-04-02"),
        ("otto.brandt", "Otto Brandt", Role::Owner, "2012-09-17"),
        ("acme-release-bot", "Release bot", Role::Owner, "2019-01-08"),
        ("Priya-N", "Priya Nair", Role::Admin, "2015-06-30"),
        (READER, "Inventory reader", Role::Admin, "2026-10-01"),
        ("jonas-weber", "Jonas Weber", Role::Developer, "2014-02-11"),
        ("lena.k", "Lena Kovac", Role::Developer, "2018-05-22"),
        ("tomek77", "Tomek Zielinski", Role::Developer, "2021-03-03"),
        ("sofia-ricci", "Sofia Ricci", Role::Developer, "2020-08-19"),
        ("HenrikB", "Henrik Bakke", Role::Developer, "2014-11-05"),
        ("amara-d", "Amara Diallo", Role::Developer, "2022-02-14"),
        ("yuki_tan", "Yuki Tan", Role::Developer, "2023-07-01"),
    ];
    for (name, fullname, role, created) in members {
        let email = format!("{}@acme.example", name.to_lowercase());
        world.account(name).fullname(fullname).created(&on(created)).email(&email);
        world.member(ORGANIZATION, name, role);
    }
    world.account("acme-release-bot").two_factor(TwoFactor::AuthOnly);
    for name in ["maria-lund", "lena.k", "HenrikB", "acme-release-bot"] {
        world.team_member(ORGANIZATION, "release", name);
    }
    for name in ["sofia-ricci", "tomek77", "amara-d"] {
        world.team_member(ORGANIZATION, "web", name);
    }
    for name in ["maria-lund", "yuki_tan"] {
        world.team_member(ORGANIZATION, "payments", name);
    }
    for name in ["Priya-N", "sofia-ricci"] {
        world.team_member(ORGANIZATION, "docs", name);
    }
    for name in ["sofia-ricci", "tomek77", READER] {
        world.team_member_remove(ORGANIZATION, "developers", name);
    }
    world.account("kai-new").fullname("Kai Sommer").created(&on("2024-03-09"));
    world.invite(ORGANIZATION, "kai-new", Role::Developer);
}

/// Libraries that the whole team of developers may write.
fn libraries(world: &mut World) {
    world
        .package("@acme/core")
        .description("What everything else stands on")
        .published("1.0.0", "otto.brandt", &on("2015-03-10"))
        .published("3.0.0", "jonas-weber", &on("2020-11-12"))
        .published("4.1.0", "maria-lund", &on("2025-09-02"))
        .published_by_provider("4.2.0", Provider::GitHub, &on("2026-10-14"))
        .trusted(TrustSpec::github("acme/core", "release.yml").environment("production"))
        .maintainer("otto.brandt")
        .maintainer("maria-lund")
        .maintainer("berit-left");
    world
        .package("@acme/cli")
        .published("0.9.0", "otto.brandt", &on("2016-01-20"))
        .published("2.4.1", "acme-release-bot", &on("2026-11-02"))
        .maintainer("otto.brandt")
        .maintainer("acme-release-bot");
    world.package("@acme/http").published("1.2.0", "lena.k", &on("2026-08-30")).maintainer("lena.k");
    world.package("@acme/logger").published("2.0.3", "HenrikB", &on("2026-05-18")).maintainer("HenrikB");
    world.package("@acme/config").published("1.0.7", "otto.brandt", &on("2024-11-08")).maintainer("otto.brandt");
    world.package("@acme/eslint-config").published("3.1.0", "jonas-weber", &on("2019-06-06")).maintainer("jonas-weber");
    world.package("@acme/tsconfig").published("1.0.2", "lena.k", &on("2023-02-27")).maintainer("lena.k");
    for name in ["core", "cli", "http", "logger", "config"] {
        let name = format!("@acme/{name}");
        world.package(&name).repository(&format!("git+https://code.example{}.git", name.replace('@', "/")));
        world.grant(ORGANIZATION, "release", &name, Permission::Write);
    }
}

/// What is shown on screens.
fn interfaces(world: &mut World) {
    world.package("@acme/ui-kit").published("5.6.0", "sofia-ricci", &on("2026-11-11")).maintainer("sofia-ricci");
    world.package("@acme/icons").published("2.2.0", "tomek77", &on("2026-07-21")).maintainer("tomek77");
    world
        .package("@acme/charts")
        .published("1.8.0", "nadia-freelance", &on("2025-12-04"))
        .maintainer("nadia-freelance")
        .collaborator("nadia-freelance", Permission::Write);
    world
        .package("@acme/legacy-widgets")
        .published("0.4.9", "berit-left", &on("2017-10-01"))
        .maintainer("berit-left")
        .deprecated("Use @acme/ui-kit");
    for name in ["@acme/ui-kit", "@acme/icons", "@acme/charts"] {
        world.grant(ORGANIZATION, "web", name, Permission::Write);
    }
    world.grant(ORGANIZATION, "docs", "@acme/ui-kit", Permission::Read);
}

/// What must not fall into the wrong hands.
fn money(world: &mut World) {
    world
        .package("@acme/auth")
        .published("2.1.0", "maria-lund", &on("2026-09-15"))
        .maintainer("maria-lund")
        .publishing(Publishing::SecondFactorOnly);
    world
        .package("@acme/payments-sdk")
        .published("3.3.1", "yuki_tan", &on("2026-10-14"))
        .maintainer("yuki_tan")
        .publishing(Publishing::SecondFactorOnly);
    world.package("@acme/billing-rules").private().published("0.12.0", "yuki_tan", &on("2026-10-17"));
    for name in ["@acme/payments-sdk", "@acme/billing-rules"] {
        world.grant(ORGANIZATION, "payments", name, Permission::Write);
    }
    world.stage("@acme/core", "4.4.0", "acme-release-bot");
}

/// An unscoped package, with a maintainer outside the organisation.
fn outside(world: &mut World) {
    world.account("felix-outside").fullname("Felix Outside").created(&on("2015-01-12"));
    world.account("nadia-freelance").fullname("Nadia Haddad").created(&on("2017-04-25"));
    world.account("berit-left").fullname("Berit Moen").created(&on("2014-06-06"));
    world
        .package("create-acme-app")
        .description("Starts a project")
        .published("1.0.0", "felix-outside", &on("2018-03-14"))
        .published("2.5.0", "maria-lund", &on("2026-06-09"))
        .maintainer("felix-outside")
        .maintainer("maria-lund");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_is_what_it_says() {
        let Story { world, .. } = world();
        assert_eq!(world.members(ORGANIZATION).len(), 12);
        assert_eq!(world.packages().len(), 15);
        assert!(world.may_publish("jonas-weber", "@acme/payments-sdk"), "developers write everything");
        assert!(world.may_publish("nadia-freelance", "@acme/charts"));
        assert!(world.may_publish("felix-outside", "create-acme-app"));
        assert!(!world.may_publish("berit-left", "@acme/core"), "named in the document, no more");
        assert!(!world.may_publish("sofia-ricci", "@acme/payments-sdk"));
    }

    #[test]
    fn a_week_changes_a_little_of_everything() {
        let Story { mut world, .. } = world();
        a_week_later(&mut world);
        let members = world.members(ORGANIZATION);
        assert_eq!(members.len(), 12, "one left and one joined");
        assert!(members.contains(&("lena.k".to_owned(), Role::Owner)));
        assert!(members.contains(&("kai-new".to_owned(), Role::Developer)));
        assert!(!world.may_publish("amara-d", "@acme/ui-kit"));
        assert!(world.may_publish("sofia-ricci", "@acme/payments-sdk"));
        assert!(!world.team_members(ORGANIZATION, "release").contains(&"HenrikB".to_owned()));
    }
}
