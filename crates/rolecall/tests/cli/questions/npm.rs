//! Questions about npm, asked of two organisations with somebody in common.

use std::collections::BTreeMap;

use rolecall_sim::npm::{Access, Permission, Role, Server, TokenSpec, TrustSpec, World, story};
use rolecall_testkit::Binary;

use super::{Expected, every_question, has_tag, is_of_both, is_whole, rows};
use crate::support::binary;

const ORGANIZATIONS: [&str; 2] = ["acme", "tiny"];
/// What the questions are asked about.
const PACKAGE: &str = "@acme/payments-sdk";
const USER: &str = "lena.k";
const TEAM: &str = "acme/release";

/// The story's organisation with more that is wrong in it, and a small one that an owner of the first has for herself.
fn world() -> World {
    let mut world = story::world().world;
    world.team("acme", "idle").team_member("acme", "solo", "otto.brandt");
    world.package("@acme/frozen").published("1.0.0", "lena.k", "2020-02-02");
    world.package("@acme/solo").published("1.0.0", "otto.brandt", "2021-03-04");
    world.grant_remove("acme", "developers", "@acme/frozen").grant_remove("acme", "developers", "@acme/solo").grant(
        "acme",
        "solo",
        "@acme/solo",
        Permission::Write,
    );
    world.package("@acme/billing-rules").collaborator("felix-outside", Permission::Read);
    world.package("@acme/tsconfig").repository("git+https://code.example/acme/http.git");
    world.package("@acme/cli").trusted(TrustSpec::gitlab("acme/cli", ".gitlab-ci.yml").stage_only());
    world.organization("tiny").member("tiny", "maria-lund", Role::Owner);
    world.package("@tiny/thing").published("0.1.0", "maria-lund", "2026-01-01");
    let end = world.now().checked_add(jiff::SignedDuration::from_hours(24 * 90)).unwrap();
    let laptop = TokenSpec::granular("maria-lund").named("laptop").all_packages(Access::ReadWrite).bypass_2fa();
    world.token(laptop);
    let build = TokenSpec::granular("maria-lund").named("build").reads_organization("acme");
    world.token(build.cidr("10.0.0.0/8").expires(end));
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_npm_find_what_the_registry_holds() {
    let mut world = world();
    let session = world.session("maria-lund");
    let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let binary = binary(&session);
    for organization in ORGANIZATIONS {
        read(&server, &binary, organization);
    }
    let now = jiff::Timestamp::now().to_string();
    let expected = expected(&Held { world: &server.world() });
    is_whole(&expected, |question| has_tag(question, "npm") && !is_of_both(question));
    every_question(&binary, &expected, &[("package", PACKAGE), ("user", USER), ("team", TEAM), ("date", &now)]);
}

fn read(server: &Server, binary: &Binary, organization: &str) {
    let arguments =
        ["sync", "npm", "--org", organization, "--registry", server.url(), "--with-trust", "--otp", "stdin"];
    let ran = tokio::task::block_in_place(|| binary.run_with_input(&arguments, "123456\n")).unwrap();
    // Trusted publishers are shown to those who may publish, which nobody may with one of the packages.
    let is_trust = ran.stdout.contains("listings of kind trust") || ran.code == 0;
    assert!(matches!(ran.code, 0 | 5) && is_trust, "{ran:?}");
}

/// What the registry holds, in the simulator's own words.
struct Held<'w> {
    world: &'w World,
}

impl Held<'_> {
    fn packages(&self) -> Vec<String> {
        let scopes = ORGANIZATIONS.map(|organization| format!("@{organization}/"));
        let is_ours = |name: &String| scopes.iter().any(|scope| name.starts_with(scope));
        self.world.packages().into_iter().filter(is_ours).collect()
    }

    /// Member and role, organisation by organisation.
    fn members(&self) -> Vec<(String, Role)> {
        ORGANIZATIONS.iter().flat_map(|organization| self.world.members(organization)).collect()
    }

    fn of_role(&self, role: Role) -> Vec<String> {
        self.members().into_iter().filter(|(_, is)| *is == role).map(|(name, _)| name).collect()
    }

    /// The role in the organisation of a package.
    fn role(&self, name: &str, package: &str) -> &'static str {
        let organization = package.trim_start_matches('@').split('/').next().unwrap();
        let members = self.world.members(organization);
        members.iter().find(|(member, _)| member == name).map_or("", |(_, role)| role.as_str())
    }

    /// Who can publish what, with the role there.
    fn publish(&self) -> Vec<(String, &'static str, String)> {
        let of = |package: String| {
            let all = self.world.publishers(&package).into_iter();
            all.map(|who| (who.clone(), self.role(&who, &package), package.clone())).collect::<Vec<_>>()
        };
        self.packages().into_iter().flat_map(of).collect()
    }

    /// How many packages each account can publish in one organisation.
    fn reach(&self) -> BTreeMap<(String, &'static str, String), usize> {
        let mut reach = BTreeMap::new();
        for (who, role, package) in self.publish() {
            let scope = package.split('/').next().unwrap().to_owned();
            *reach.entry((who, role, scope)).or_default() += 1;
        }
        reach
    }

    /// Every team as `acme/web`.
    fn teams(&self) -> Vec<(&'static str, String)> {
        let of = |organization: &'static str| {
            self.world.teams(organization).into_iter().map(move |team| (organization, team))
        };
        ORGANIZATIONS.into_iter().flat_map(of).collect()
    }

    fn team_members(&self, team: &(&str, String)) -> Vec<String> {
        self.world.team_members(team.0, &team.1)
    }

    fn team_writes(&self, team: &(&str, String)) -> Vec<String> {
        let grants = self.world.grants(team.0, &team.1).into_iter();
        grants.filter(|(_, permission)| *permission == Permission::Write).map(|(package, _)| package).collect()
    }
}

/// Names of teams, of those that something is true of.
fn teams_where(held: &Held<'_>, is: impl Fn(&(&'static str, String)) -> bool) -> Vec<String> {
    held.teams().into_iter().filter(is).map(|(organization, team)| format!("{organization}/{team}")).collect()
}

fn expected(held: &Held<'_>) -> Expected {
    let mut all = Expected::new();
    publishing(held, &mut all);
    owning(held, &mut all);
    teams(held, &mut all);
    all.extend(packages(held));
    all.extend(written_down());
    all
}

fn publishing(held: &Held<'_>, all: &mut Expected) {
    let publish = held.publish();
    let of_package = |package: &str| held.world.publishers(package).into_iter();
    let one = |who: String| format!("{who} | {}", held.role(&who, PACKAGE));
    all.insert("npm-package-publishers", of_package(PACKAGE).map(one).collect());
    all.insert("npm-package-publishers-then", of_package(PACKAGE).collect());
    let by_user = publish.iter().filter(|(who, ..)| who == USER);
    let is_public = |package: &str| package != "@acme/billing-rules";
    all.insert(
        "npm-account-packages",
        by_user.map(|(.., package)| format!("{package} | {}", is_public(package))).collect(),
    );
    let reach = held.reach();
    let reached = reach.iter().map(|((who, role, _), packages)| format!("{who} | {role} | {packages}"));
    // Nobody is an account of both organisations with one role and so in one row, but for one who is an owner of both.
    all.insert("npm-publish-reach", owner_of_both(reached.collect(), held));
    all.insert("npm-publish-everything", Vec::new());
    let counts = held.packages().into_iter().map(|package| (of_package(&package).count(), package));
    all.insert("npm-publisher-counts", counts.map(|(count, package)| format!("{package} | {count}")).collect());
    let lone = held.packages().into_iter().filter(|package| of_package(package).count() == 1);
    let lone = lone.map(|package| format!("{package} | 1 | {}", of_package(&package).next().unwrap()));
    all.insert("npm-lone-publisher", lone.collect());
    let nobody = held.packages().into_iter().filter(|package| of_package(package).count() == 0);
    all.insert("npm-no-publisher", nobody.collect());
    let private = "@acme/billing-rules";
    all.insert("npm-private-publishers", of_package(private).map(|who| format!("{private} | {who}")).collect());
    let readers = held.world.rights(private).into_iter();
    all.insert("npm-private-readers", readers.clone().map(|(who, _)| format!("{private} | {who}")).collect());
    let outside = readers.filter(|(who, _)| held.role(who, private).is_empty());
    all.insert("npm-outside-readers", outside.map(|(who, _)| format!("{who} | {private}")).collect());
    let outside = publish.iter().filter(|(_, role, _)| role.is_empty());
    all.insert("npm-outside-publishers", outside.map(|(who, _, package)| format!("{who} | {package}")).collect());
    let idle = |(who, _): &(String, Role)| publish.iter().all(|(publisher, ..)| publisher != who);
    let idle = held.members().into_iter().filter(idle);
    all.insert("npm-members-publish-nothing", idle.map(|(who, role)| format!("{who} | {}", role.as_str())).collect());
}

/// Rows are by name and role, so that somebody with the same role in both organisations is one of them.
fn owner_of_both(mut reached: Vec<String>, held: &Held<'_>) -> Vec<String> {
    let packages = held.publish().iter().filter(|(who, role, _)| who == "maria-lund" && *role == "owner").count();
    reached.retain(|row| !row.starts_with("maria-lund"));
    reached.push(format!("maria-lund | owner | {packages}"));
    reached
}

fn owning(held: &Held<'_>, all: &mut Expected) {
    all.insert("npm-owners", held.of_role(Role::Owner));
    all.insert("npm-admins", held.of_role(Role::Admin));
    let count = |role: Role| format!("{} | {}", role.as_str(), held.of_role(role).len());
    all.insert("npm-roles", [Role::Owner, Role::Admin, Role::Developer].into_iter().map(count).collect());
    all.insert("npm-single-owner", rows(&["tiny | 1 | maria-lund"]));
    let reach = held.reach().into_iter().filter(|((_, role, _), _)| matches!(*role, "owner" | "admin"));
    let reach = reach.map(|((who, role, _), packages)| format!("{who} | {role} | {packages}")).collect();
    all.insert("npm-owners-publish", owner_of_both(reach, held));
}

fn teams(held: &Held<'_>, all: &mut Expected) {
    let release = ("acme", "release".to_owned());
    let members = held.team_members(&release).into_iter();
    all.insert("npm-team-members", members.map(|who| format!("{who} | {}", held.role(&who, "@acme/x"))).collect());
    all.insert("npm-account-teams", teams_where(held, |team| held.team_members(team).contains(&USER.to_owned())));
    let grants = held.world.grants("acme", "release").into_iter();
    let word = |permission| if permission == Permission::Write { "read-write" } else { "read-only" };
    let grants = grants.map(|(package, permission)| format!("{package} | {}", word(permission)));
    all.insert("npm-team-packages", grants.collect());
    let counted = |count: &dyn Fn(&(&str, String)) -> usize| {
        let named = held.teams().into_iter().map(|team| (format!("{}/{}", team.0, team.1), count(&team)));
        named.collect::<Vec<_>>()
    };
    let sizes = counted(&|team| held.team_members(team).len()).into_iter();
    all.insert("npm-team-sizes", sizes.map(|(team, size)| format!("{team} | {size}")).collect());
    let writes = counted(&|team| held.team_writes(team).len()).into_iter().filter(|(_, packages)| *packages > 0);
    all.insert("npm-team-writes", writes.map(|(team, packages)| format!("{team} | {packages}")).collect());
    let developers = held.teams().into_iter().filter(|(_, team)| team == "developers");
    all.insert("npm-developers-write", developers.flat_map(|team| held.team_writes(&team)).collect());
    all.insert("npm-empty-teams", teams_where(held, |team| held.team_members(team).is_empty()));
    all.insert("npm-idle-teams", teams_where(held, |team| held.world.grants(team.0, &team.1).is_empty()));
    let in_none = |(who, _): &(String, Role)| held.teams().iter().all(|team| !held.team_members(team).contains(who));
    let in_none = held.members().into_iter().filter(in_none);
    all.insert("npm-members-without-team", in_none.map(|(who, role)| format!("{who} | {}", role.as_str())).collect());
    all.insert("npm-package-tree", tree(held));
    let by_teams = held.teams().into_iter().filter(|team| held.team_writes(team).contains(&PACKAGE.to_owned()));
    let by_teams = by_teams.filter(|team| held.team_members(team).contains(&USER.to_owned()));
    all.insert("npm-publish-reasons", by_teams.map(|team| format!("{USER}, {}/{}", team.0, team.1)).collect());
}

fn tree(held: &Held<'_>) -> Vec<String> {
    let mut edges = Vec::new();
    for team in held.teams() {
        let name = format!("npm-team:{}/{}", team.0, team.1);
        if held.world.grants(team.0, &team.1).iter().any(|(package, _)| package == PACKAGE) {
            edges.push(format!("npm-package:{PACKAGE} ALLOWS {name}"));
            edges.extend(held.team_members(&team).into_iter().map(|who| format!("{name} HAS npm-user:{who}")));
        }
    }
    edges
}

fn packages(held: &Held<'_>) -> Expected {
    let writers =
        |package: &String| held.teams().iter().filter(|team| held.team_writes(team).contains(package)).count();
    let granted = |package: &String| {
        let grants = |team: &(&str, String)| held.world.grants(team.0, &team.1);
        held.teams().iter().any(|team| grants(team).iter().any(|(name, _)| name == package))
    };
    let shared = held.packages().into_iter().map(|package| (writers(&package), package));
    let shared = shared.filter(|(teams, _)| *teams > 1).map(|(teams, package)| format!("{package} | {teams}"));
    let without = held.packages().into_iter().filter(|package| !granted(package));
    // The story gives five packages a repository of their own name, and this world one of theirs to another.
    let sources = |package: &str| match package {
        "@acme/core" | "@acme/cli" | "@acme/http" | "@acme/logger" | "@acme/config" => {
            Some(format!("code.example/{}", package.trim_start_matches('@')))
        }
        "@acme/tsconfig" => Some("code.example/acme/http".to_owned()),
        _ => None,
    };
    let named = held.packages().into_iter().filter_map(|package| Some(format!("{package} | {}", sources(&package)?)));
    let unnamed = held.packages().into_iter().filter(|package| sources(package).is_none());
    [
        ("npm-packages-without-team", without.collect()),
        ("npm-packages-many-teams", shared.collect()),
        ("npm-sources", named.collect()),
        ("npm-no-source", unnamed.collect()),
    ]
    .into()
}

/// What is read off how the story and this world are made.
fn written_down() -> Expected {
    let released = format!("@acme/core | {{\"github\":\"{}T12:00:00.000Z\"}}", story::on("2026-10-14"));
    let versions = [
        ("@acme/core", "4.2.0"),
        ("@acme/cli", "2.4.1"),
        ("@acme/http", "1.2.0"),
        ("@acme/logger", "2.0.3"),
        ("@acme/config", "1.0.7"),
        ("@acme/eslint-config", "3.1.0"),
        ("@acme/tsconfig", "1.0.2"),
        ("@acme/ui-kit", "5.6.0"),
        ("@acme/icons", "2.2.0"),
        ("@acme/charts", "1.8.0"),
        ("@acme/legacy-widgets", "0.4.9"),
        ("@acme/auth", "2.1.0"),
        ("@acme/payments-sdk", "3.3.1"),
        ("@acme/frozen", "1.0.0"),
        ("@acme/solo", "1.0.0"),
        ("@tiny/thing", "0.1.0"),
    ];
    let public: Vec<String> = versions.iter().map(|(package, version)| format!("{package} | {version}")).collect();
    let attested = "@acme/core | 4.2.0";
    let not_attested = public.iter().filter(|row| *row != attested).cloned().collect();
    // One account reads both organisations, so that its tokens are read twice.
    let twice = |all: &[&str]| rows(&[all, all].concat());
    [
        ("npm-strangers", rows(&["berit-left", "felix-outside", "nadia-freelance"])),
        ("npm-private-packages", rows(&["@acme/billing-rules"])),
        ("npm-public-packages", public),
        ("npm-provenance", rows(&[attested])),
        ("npm-no-provenance", not_attested),
        ("npm-shared-sources", rows(&["code.example/acme/http | 2"])),
        ("npm-trusted-publishers", rows(&["github.com/acme/core | @acme/core"])),
        ("npm-trusted-stagers", rows(&["gitlab.com/acme/cli | @acme/cli"])),
        (
            "npm-trusted-elsewhere",
            rows(&[
                "@acme/cli | code.example/acme/cli | gitlab.com/acme/cli",
                "@acme/core | code.example/acme/core | github.com/acme/core",
            ]),
        ),
        ("npm-trusted-and-people", rows(&["@acme/core"])),
        ("npm-published-by-workflow", rows(&[&released])),
        ("npm-tokens", twice(&["maria-lund | build | true", "maria-lund | laptop | false"])),
        ("npm-writing-tokens", twice(&["laptop"])),
        ("npm-bypass-tokens", twice(&["laptop"])),
        ("npm-endless-tokens", twice(&["laptop"])),
        ("npm-unbound-tokens", twice(&["laptop"])),
    ]
    .into()
}
