//! Questions about Cloudsmith.

use rolecall_sim::cloudsmith::{Level, Role, ServiceRole, TeamRole, World, story};

use super::{Expected, every_question, has_tag, is_of_both, is_whole, rows};
use crate::cloudsmith::support::Workspace;
use crate::source::Source;

const ORGANIZATION: &str = story::ORGANIZATION;
const REPOSITORY: &str = "production";
const USER: &str = "lena-k";
const TEAM: &str = "release";
const DOMAIN: &str = "@acme.example";

/// Whoever has not signed in since then is dormant here.
const SIGNED_IN: &str = "2026-06-01T00:00:00Z";

/// The story, and a team that nobody is in, and a repository where packages are easily deleted.
fn world() -> (World, String) {
    let story = story::world();
    let mut world = story.world;
    world.team(ORGANIZATION, "vacant");
    world.repository(ORGANIZATION, "staging").setting("delete_packages", "Write");
    world.repository(ORGANIZATION, "production").setting("replace_packages", "Admin");
    (world, story.key)
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_cloudsmith_find_what_the_service_holds() {
    let (world, key) = world();
    let workspace = Workspace::of(world, ORGANIZATION, &key).await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let expected = expected(&Held { world: &workspace.server.world() });
    is_whole(&expected, |question| has_tag(question, "cloudsmith") && !is_of_both(question));
    let (team, repository) = (format!("{ORGANIZATION}/{TEAM}"), format!("{ORGANIZATION}/{REPOSITORY}"));
    let signed_in: jiff::Timestamp = SIGNED_IN.parse().unwrap();
    let days = (jiff::Timestamp::now().as_second() - signed_in.as_second()).div_euclid(24 * 3600).to_string();
    let given = [("user", USER), ("team", &*team), ("repository", &*repository), ("domain", DOMAIN), ("days", &*days)];
    every_question(&binary, &expected, &given);
}

/// What the service holds, in the simulator's own words.
struct Held<'w> {
    world: &'w World,
}

const LEVELS: [(Level, &str); 3] = [(Level::Read, "read"), (Level::Write, "push"), (Level::Admin, "admin")];

impl Held<'_> {
    fn repositories(&self) -> Vec<String> {
        self.world.repositories(ORGANIZATION)
    }

    /// Accounts that are members, with their role, and services with theirs.
    fn actors(&self) -> Vec<(String, &'static str)> {
        let members = self.world.members(ORGANIZATION).into_iter().map(|(who, role)| (who, role_word(role)));
        members.chain(self.services()).collect()
    }

    fn services(&self) -> Vec<(String, &'static str)> {
        let services = self.world.services(ORGANIZATION).into_iter();
        services.map(|(who, role)| (who, service_word(role))).collect()
    }

    fn accounts(&self, role: Role) -> Vec<String> {
        let members = self.world.members(ORGANIZATION).into_iter();
        members.filter(|(_, is)| *is == role).map(|(who, _)| who).collect()
    }

    /// What somebody can do beyond what everybody can: `open-tools` is there for all to read.
    fn can(&self, who: &str, repository: &str, level: Level) -> bool {
        let judged = self.world.level(ORGANIZATION, repository, who) >= level;
        judged && (level > Level::Read || repository != "open-tools" || self.holds(who, repository))
    }

    /// Whether something other than its being public lets somebody read a repository.
    fn holds(&self, who: &str, repository: &str) -> bool {
        let is_owner = self.accounts(Role::Owner).iter().any(|owner| owner == who);
        let privileges = self.world.privileges(ORGANIZATION, repository);
        let by_name = privileges.iter().any(|(kind, name, _)| *kind != "team" && name == who);
        let by_team = privileges.iter().filter(|(kind, ..)| *kind == "team").any(|(_, team, _)| {
            let in_team = |all: Vec<(String, TeamRole)>| all.iter().any(|(name, _)| name == who);
            in_team(self.world.team_members(ORGANIZATION, team))
                || in_team(self.world.team_services(ORGANIZATION, team))
        });
        is_owner || by_name || by_team
    }

    /// Whoever of these can do it, and where.
    fn able(&self, who: &[(String, &'static str)], level: Level) -> Vec<(String, &'static str, String)> {
        let mut able = Vec::new();
        for (who, role) in who {
            let all = self.repositories().into_iter().filter(|repository| self.can(who, repository, level));
            able.extend(all.map(|repository| (who.clone(), *role, format!("{ORGANIZATION}/{repository}"))));
        }
        able
    }

    /// Every right of one, with its word.
    fn rights(&self, who: &str) -> Vec<(String, &'static str)> {
        let mut rights = Vec::new();
        for (level, word) in LEVELS {
            let all = self.repositories().into_iter().filter(|repository| self.can(who, repository, level));
            rights.extend(all.map(|repository| (format!("{ORGANIZATION}/{repository}"), word)));
        }
        rights
    }

    /// Repository, kind, name and privilege.
    fn privileges(&self) -> Vec<(String, &'static str, String, &'static str)> {
        let of = |repository: String| {
            let all = self.world.privileges(ORGANIZATION, &repository).into_iter();
            let name = format!("{ORGANIZATION}/{repository}");
            all.map(move |(kind, who, level)| (name.clone(), kind, who, level_word(level))).collect::<Vec<_>>()
        };
        self.repositories().into_iter().flat_map(of).collect()
    }

    fn seats(&self, team: &str) -> Vec<(String, TeamRole)> {
        let services = self.world.team_services(ORGANIZATION, team);
        self.world.team_members(ORGANIZATION, team).into_iter().chain(services).collect()
    }

    fn teams_where(&self, is: impl Fn(&str) -> bool) -> Vec<String> {
        let teams = self.world.teams(ORGANIZATION).into_iter().filter(|team| is(team));
        teams.map(|team| format!("{ORGANIZATION}/{team}")).collect()
    }
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Manager => "manager",
        Role::Member => "member",
        Role::Collaborator => "collaborator",
    }
}

const fn service_word(role: ServiceRole) -> &'static str {
    match role {
        ServiceRole::Manager => "service-manager",
        ServiceRole::Member => "service-member",
    }
}

const fn level_word(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Read => "read",
        Level::Write => "write",
        Level::Admin => "admin",
    }
}

const fn team_word(role: TeamRole) -> &'static str {
    match role {
        TeamRole::Member => "member",
        TeamRole::Manager => "manager",
    }
}

fn expected(held: &Held<'_>) -> Expected {
    let mut all = Expected::new();
    roles(held, &mut all);
    access(held, &mut all);
    teams(held, &mut all);
    all.extend(people_written_down());
    all.extend(things_written_down());
    all
}

fn roles(held: &Held<'_>, all: &mut Expected) {
    let mut counts = std::collections::BTreeMap::new();
    for (_, role) in held.actors() {
        *counts.entry(role).or_insert(0) += 1;
    }
    all.insert("cloudsmith-roles", counts.iter().map(|(role, count)| format!("{role} | {count}")).collect());
    let managers = held.accounts(Role::Manager).into_iter().map(|who| format!("cloudsmith_user | {who}"));
    let services = held.services().into_iter().filter(|(_, role)| *role == "service-manager");
    let services = services.map(|(who, _)| format!("cloudsmith_service | {who}"));
    all.insert("cloudsmith-managers", managers.chain(services).collect());
}

fn access(held: &Held<'_>, all: &mut Expected) {
    let actors = held.actors();
    let full = format!("{ORGANIZATION}/{REPOSITORY}");
    let push = held.able(&actors, Level::Write);
    let here = push.iter().filter(|(.., repository)| *repository == full);
    all.insert("cloudsmith-repository-pushers", here.map(|(who, role, _)| format!("{who} | {role}")).collect());
    let admins = held.able(&actors, Level::Admin).into_iter().filter(|(_, role, _)| *role != "owner");
    let admins = admins.map(|(who, role, repository)| format!("{repository} | {who} | {role}"));
    all.insert("cloudsmith-repository-admins", admins.collect());
    let services = held.services();
    let both = |(who, _, repository): (String, &str, String)| format!("{who} | {repository}");
    all.insert("cloudsmith-service-pushers", held.able(&services, Level::Write).into_iter().map(both).collect());
    all.insert("cloudsmith-service-admins", held.able(&services, Level::Admin).into_iter().map(both).collect());
    let mine = held.rights(USER).into_iter();
    all.insert(
        "cloudsmith-account-repositories",
        mine.map(|(repository, action)| format!("{repository} | {action}")).collect(),
    );
    let outside = held.accounts(Role::Collaborator).into_iter().flat_map(|who| {
        let rights = held.rights(&who).into_iter();
        rights.map(move |(repository, action)| format!("{who} | {repository} | {action}")).collect::<Vec<_>>()
    });
    all.insert("cloudsmith-collaborator-rights", outside.collect());
    let count = |count: usize, name: &str, role: &str| (count > 0).then(|| format!("{name} | {role} | {count}"));
    let of = |who: &str| push.iter().filter(|(name, ..)| name == who).count();
    all.insert("cloudsmith-push-reach", actors.iter().filter_map(|(who, role)| count(of(who), who, role)).collect());
    let pushers = held.repositories().into_iter().map(|repository| format!("{ORGANIZATION}/{repository}"));
    let pushers = pushers.map(|name| (push.iter().filter(|(.., repository)| *repository == name).count(), name));
    all.insert("cloudsmith-pusher-counts", pushers.map(|(count, name)| format!("{name} | {count}")).collect());
    let direct = held.privileges().into_iter().filter(|(_, kind, ..)| *kind == "user");
    let direct = direct.map(|(repository, _, who, level)| format!("{repository} | {who} | {level}"));
    all.insert("cloudsmith-personal-privileges", direct.collect());
    let without = |name: &String| held.world.privileges(ORGANIZATION, name).iter().all(|(kind, ..)| *kind != "team");
    let without = held.repositories().into_iter().filter(without);
    all.insert(
        "cloudsmith-repositories-without-team",
        without.map(|repository| format!("{ORGANIZATION}/{repository}")).collect(),
    );
    all.insert("cloudsmith-push-reasons", rows(&["lena-k, acme/release"]));
}

fn teams(held: &Held<'_>, all: &mut Expected) {
    let seats = held.seats(TEAM).into_iter();
    all.insert("cloudsmith-team-members", seats.map(|(who, role)| format!("{who} | {}", team_word(role))).collect());
    let managers = held.world.teams(ORGANIZATION).into_iter().flat_map(|team| {
        let managers = held.seats(&team).into_iter().filter(|(_, role)| *role == TeamRole::Manager);
        managers.map(move |(who, _)| format!("{ORGANIZATION}/{team} | {who}")).collect::<Vec<_>>()
    });
    all.insert("cloudsmith-team-managers", managers.collect());
    let granted = held.privileges().into_iter().filter(|(_, kind, ..)| *kind == "team");
    let granted = granted.map(|(repository, _, team, level)| format!("{ORGANIZATION}/{team} | {repository} | {level}"));
    all.insert("cloudsmith-team-repositories", granted.collect());
    all.insert("cloudsmith-empty-teams", held.teams_where(|team| held.seats(team).is_empty()));
    let privileges = held.privileges();
    let is_idle = |team: &str| !privileges.iter().any(|(_, kind, who, _)| *kind == "team" && who == team);
    all.insert("cloudsmith-idle-teams", held.teams_where(is_idle));
}

/// What is read off how the story makes people.
fn people_written_down() -> Expected {
    [
        (
            "cloudsmith-owners",
            rows(&["acme-inventory | acme-inventory@acme.example", "maria-lund | maria-lund@acme.example"]),
        ),
        ("cloudsmith-collaborators", rows(&["nadia-freelance | nadia-freelance@mail.example"])),
        (
            "cloudsmith-foreign-addresses",
            rows(&[
                "berit-left | berit-left@mail.example | member",
                "nadia-freelance | nadia-freelance@mail.example | collaborator",
            ]),
        ),
        // One of them is suspended, and the other reads only.
        ("cloudsmith-foreign-pushers", Vec::new()),
        ("cloudsmith-invitations", rows(&["kai-new@mail.example | Member | web | maria-lund"])),
        ("cloudsmith-foreign-invitations", rows(&["kai-new@mail.example | Member | maria-lund"])),
        ("cloudsmith-no-second-factor", rows(&["nadia-freelance | collaborator", "otto-brandt | manager"])),
        ("cloudsmith-admins-no-second-factor", rows(&["otto-brandt | manager"])),
        // A privilege of his own, and the default of the other.
        (
            "cloudsmith-pushers-no-second-factor",
            rows(&["otto-brandt | acme/partner-drops", "otto-brandt | acme/staging"]),
        ),
        ("cloudsmith-password-logins", rows(&["jonas-weber | member", "otto-brandt | manager"])),
        ("cloudsmith-sso-optional", rows(&["acme | true | false"])),
        ("cloudsmith-dormant", rows(&["jonas-weber | member"])),
        // By the team web, and by the default of staging.
        ("cloudsmith-dormant-pushers", rows(&["jonas-weber | 2"])),
        ("cloudsmith-never-signed-in", rows(&["acme-inventory | owner"])),
        (
            "cloudsmith-suspended-rights",
            rows(&["berit-left | acme/attic | write", "berit-left | acme/production | admin"]),
        ),
        ("cloudsmith-suspended-members", rows(&["berit-left | acme/release"])),
    ]
    .into()
}

/// What is read off how the story makes repositories and ways in.
fn things_written_down() -> Expected {
    let replaced = ["staging", "payments", "web-assets", "partner-drops", "open-tools", "incident-tools", "attic"];
    [
        ("cloudsmith-hidden-teams", rows(&["acme/incident-response"])),
        ("cloudsmith-team-groups", rows(&["acme/payments | groups | acme-payments | Member"])),
        (
            "cloudsmith-repository-readers",
            rows(&[
                "cloudsmith_service | Acme Release Bot",
                "cloudsmith_token | berit laptop",
                "cloudsmith_token | customers",
                "cloudsmith_user | Henrik Bakke",
                "cloudsmith_user | Inventory reader",
                "cloudsmith_user | Lena Kovac",
                "cloudsmith_user | Maria Lund",
            ]),
        ),
        ("cloudsmith-default-write", rows(&["acme/staging | write"])),
        ("cloudsmith-default-read", rows(&["acme/web-assets"])),
        ("cloudsmith-public-repositories", rows(&["acme/open-tools | Open-Source"])),
        ("cloudsmith-broadcast", rows(&["acme/partner-drops | Private"])),
        ("cloudsmith-delete-without-admin", rows(&["acme/staging | Write"])),
        ("cloudsmith-replace-without-admin", replaced.map(|name| format!("acme/{name} | Write")).to_vec()),
        (
            "cloudsmith-services",
            rows(&[
                "acme-release-bot | service-manager | berit-left",
                "ci | service-member | otto-brandt",
                "mirror | service-member | priya-n",
            ]),
        ),
        ("cloudsmith-service-managers", rows(&["acme-release-bot | berit-left"])),
        ("cloudsmith-orphaned-services", rows(&["acme-release-bot | berit-left"])),
        ("cloudsmith-open-providers", rows(&["Build pipelines | https://pipelines.example"])),
        // By a privilege of its own, and by the team web.
        (
            "cloudsmith-open-provider-pushers",
            rows(&["Build pipelines | ci | acme/staging", "Build pipelines | ci | acme/web-assets"]),
        ),
        (
            "cloudsmith-service-providers",
            rows(&["acme-release-bot | Release pipelines | repository=acme/core", "ci | Build pipelines | "]),
        ),
        ("cloudsmith-key-services", rows(&["mirror | service-member"])),
        ("cloudsmith-key-rules", rows(&["User Accounts | 8760"])),
        (
            "cloudsmith-tokens",
            rows(&[
                "acme/partner-drops | partner trial | true | otto-brandt",
                "acme/production | berit laptop | true | berit-left",
                "acme/production | customers | true | maria-lund",
            ]),
        ),
        ("cloudsmith-endless-tokens", rows(&["berit laptop | berit-left", "customers | maria-lund"])),
        ("cloudsmith-orphaned-tokens", rows(&["berit laptop | berit-left"])),
        ("cloudsmith-unused-tokens", rows(&["berit laptop | berit-left", "partner trial | otto-brandt"])),
    ]
    .into()
}
