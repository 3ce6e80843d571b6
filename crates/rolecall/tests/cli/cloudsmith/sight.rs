//! Partial sight: what each kind of key sees, and what is concluded from it (`cloudsmith-api.md` §6). First an owner's key
//! reads everything; then another key, or a service that breaks a rule, must take nothing away.

use rolecall_sim::cloudsmith::{PageHeaders, PageShift, Quirks, World, story};
use rolecall_sim::{Fault, Times};
use rolecall_testkit::Binary;
use rstest::rstest;
use serde_json::{Value as Json, json};

use super::support::{Workspace, json};
use crate::source::Source;
use crate::support::{grants, run};

/// The verdict on a listing of the organisation, and its reason.
fn verdict(binary: &Binary, listing: &str) -> (String, String) {
    let status = json(binary, &["status"]);
    let gaps = status[0]["completeness"]["gaps"].as_array().unwrap().clone();
    let gap = gaps.into_iter().find(|gap| gap["listing"] == listing);
    let text = |gap: &Json, name: &str| gap[name].as_str().unwrap().to_owned();
    gap.map_or(("proven".to_owned(), String::new()), |gap| (text(&gap, "verdict"), text(&gap, "reason")))
}

fn key_of(world: &mut World, part: &str) -> String {
    match part {
        "owner" => world.key(story::READER),
        "manager" => world.key("priya-n"),
        "member" => world.key("lena-k"),
        "collaborator" => world.key("nadia-freelance"),
        "service-manager" => world.service_key("acme", "acme-release-bot"),
        "service-member" => world.service_key("acme", "ci"),
        other => panic!("{other}"),
    }
}

#[rstest]
#[case("owner", "proven", "proven")]
#[case("manager", "proven", "partial")]
#[case("service-manager", "proven", "partial")]
#[case("member", "partial", "partial")]
#[case("service-member", "partial", "partial")]
#[case("collaborator", "partial", "partial")]
#[tokio::test(flavor = "multi_thread")]
async fn a_keys_role_decides_what_is_concluded(#[case] part: &str, #[case] roster: &str, #[case] repositories: &str) {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let before = grants(&binary);
    let key = key_of(&mut workspace.server.world(), part);
    let narrow = workspace.with_key(key);
    let binary = binary.variable("CLOUDSMITH_API_KEY", &narrow.key);
    let ran = narrow.sync(&binary, &[]);
    assert!(matches!(ran.code, 0 | 5), "{ran:?}");
    assert_eq!(verdict(&binary, "roster").0, roster, "{ran:?}");
    assert_eq!(verdict(&binary, "repositories").0, repositories, "{ran:?}");
    if part != "owner" {
        assert_eq!(verdict(&binary, "repositories").1, "narrow-key");
    }
    assert_eq!(grants(&binary), before, "nothing is removed on the word of a {part}'s key");
}

/// A first reading with a narrow key records what it saw, and says everywhere that it is a lower bound.
#[rstest]
#[case("member")]
#[case("collaborator")]
#[case("service-member")]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_narrow_key_shows_is_a_lower_bound(#[case] part: &str) {
    let workspace = Workspace::story().await;
    let key = key_of(&mut workspace.server.world(), part);
    let workspace = workspace.with_key(key);
    let binary = workspace.binary();
    let ran = workspace.sync(&binary, &[]);
    assert_eq!(ran.code, 5, "{ran:?}");
    let users = run(&binary, &["list", "users", "--format", "json"]).stdout;
    assert!(!users.contains('*'), "a hidden mail address is not kept: {users}");
    let status = json(&binary, &["status"]);
    assert_eq!(status[0]["completeness"]["complete"], false);
}

/// Each rule of §6.4, broken on purpose after an honest first reading.
#[derive(Clone, Copy, Debug)]
enum Broken {
    FewerRowsThanAnnounced,
    NoOwner,
    OwnAccountMissing,
    TeamMissing,
    MemberMissing,
    ServiceMissing,
    RedactedMail,
    ServicesDenied,
    InvitationsDenied,
    SamlDenied,
    NoPageHeaders,
    RowsRepeat,
    RowsSkipped,
    RolesUnknown,
    Nulls,
}

impl Broken {
    /// The listing whose word is no longer taken.
    fn listing(self) -> &'static str {
        match self {
            Self::TeamMissing => "teams",
            Self::ServiceMissing => "services",
            _ => "roster",
        }
    }

    /// Why.
    fn reason(self) -> &'static str {
        match self {
            Self::FewerRowsThanAnnounced => "moving-list",
            Self::NoOwner => "no-owner",
            Self::OwnAccountMissing => "own-account-missing",
            Self::TeamMissing | Self::MemberMissing | Self::ServiceMissing => "member-missing",
            Self::RedactedMail => "redacted",
            Self::ServicesDenied | Self::InvitationsDenied | Self::SamlDenied => "narrow-key",
            Self::NoPageHeaders => "no-count",
            Self::RowsRepeat | Self::RowsSkipped | Self::RolesUnknown | Self::Nulls => "",
        }
    }

    fn breaks(self, workspace: &Workspace) {
        let set = |pattern: &str, fault: Fault| workspace.server.faults().add(pattern, fault, Times::Always);
        let members = "GET /orgs/*/members";
        let quirks = |change: &dyn Fn(&mut Quirks)| change(&mut workspace.server.world().quirks);
        match self {
            Self::FewerRowsThanAnnounced => set(members, listed(&rows(workspace, |_| true), 12)),
            Self::NoOwner => set(members, listed(&rows(workspace, |row| row["role"] != "Owner"), 9)),
            Self::OwnAccountMissing => set(members, listed(&rows(workspace, |row| row["user"] != story::READER), 10)),
            Self::MemberMissing => set(members, listed(&rows(workspace, |row| row["user"] != "lena-k"), 10)),
            Self::TeamMissing => set("GET /orgs/*/teams", listed(&[json!({ "name": "Web", "slug": "web" })], 1)),
            Self::ServiceMissing => set("GET /orgs/*/services", listed(&[], 0)),
            Self::RedactedMail => {
                let mut rows = rows(workspace, |_| true);
                rows[3]["email"] = "p******@acme.example".into();
                set(members, listed(&rows, rows.len()));
            }
            Self::ServicesDenied => set("GET /orgs/*/services", Fault::json(403, &json!({ "detail": "No." }))),
            Self::InvitationsDenied => set("GET /orgs/*/invites", Fault::json(403, &json!({ "detail": "No." }))),
            Self::SamlDenied => {
                set("GET /orgs/*/saml-group-sync", Fault::json(404, &json!({ "detail": "Not found." })))
            }
            Self::NoPageHeaders => quirks(&|quirks| quirks.page_headers = PageHeaders::Never),
            Self::RowsRepeat => quirks(&|quirks| quirks.page_shift = Some(PageShift::Repeats)),
            Self::RowsSkipped => quirks(&|quirks| quirks.page_shift = Some(PageShift::Skips)),
            Self::RolesUnknown => quirks(&|quirks| quirks.unknown_words = true),
            Self::Nulls => quirks(&|quirks| quirks.nulls = true),
        }
    }
}

/// The members as the service lists them to an owner.
fn rows(workspace: &Workspace, keep: impl Fn(&Json) -> bool) -> Vec<Json> {
    let world = workspace.server.world();
    let all = world.members("acme").into_iter().map(|(user, role)| {
        json!({ "user": user, "user_id": world.user_id(&user), "user_name": user, "role": format!("{role:?}"),
            "is_active": world.is_active(&user), "email": format!("{user}@acme.example"), "visibility": "Public", "has_two_factor": true })
    });
    all.filter(keep).collect()
}

/// A page that says how many rows there are.
fn listed(rows: &[Json], announced: usize) -> Fault {
    let answer = rolecall_sim::Answer::json(200_u16.try_into().unwrap(), &Json::from(rows.to_vec()));
    let (count, one) = (announced.to_string(), "1");
    Fault::Instead(
        answer
            .with("x-pagination-count", &count)
            .with("x-pagination-page", one)
            .with("x-pagination-pagetotal", one)
            .with("x-pagination-pagesize", "500"),
    )
}

/// Who can push where, and who could: what nothing must be lost of either.
fn rights(binary: &Binary) -> Vec<Json> {
    let of = |repository: &str| {
        let answer = json(binary, &["who-can", "push", &format!("acme/{repository}")]);
        let ids = |list: &Json| -> Vec<Json> {
            list.as_array().unwrap().iter().map(|it| it["account"]["id"].clone()).collect()
        };
        json!([repository, ids(&answer["accounts"]), ids(&answer["suspended"]), answer["anyone"]])
    };
    ["production", "staging", "web-assets", "open-tools"].map(of).to_vec()
}

/// Rights that hang on a property are lost like others: many at once wait for a person, few pass, and those that come back
/// never wait.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_are_all_inactive_at_once_wait() {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let before = rights(&binary);
    let mut everyone = rows(&workspace, |_| true);
    everyone.iter_mut().for_each(|row| row["is_active"] = false.into());
    workspace.server.faults().add("GET /orgs/*/members", listed(&everyone, everyone.len()), Times::Always);
    let ran = workspace.sync(&binary, &[]);
    assert!(ran.stdout.contains("Confirm changes"), "{ran:?}");
    assert_eq!(rights(&binary), before, "nobody is taken for suspended before a person says so");
    workspace.server.faults().clear();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    workspace.server.world().deactivate("lena-k");
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let now = json(&binary, &["who-can", "push", "acme/production"]);
    assert!(now["suspended"].to_string().contains("lena-k"), "one passes when a second reading confirms it: {now}");
}

/// What a person states holds for the run that states it, whatever the key can see.
#[tokio::test(flavor = "multi_thread")]
async fn the_stated_default_can_be_taken_back_even_with_a_narrow_key() {
    let workspace = Workspace::story().await;
    let key = key_of(&mut workspace.server.world(), "member");
    let mut workspace = workspace.with_key(key);
    let binary = workspace.binary();
    workspace.default_privilege = "write";
    assert_eq!(workspace.sync(&binary, &[]).code, 5);
    let can_push = || json(&binary, &["who-can", "push", "acme/web-assets"])["accounts"].to_string();
    assert!(can_push().contains("henrikb"), "{}", can_push());
    workspace.default_privilege = "none";
    assert_eq!(workspace.sync(&binary, &[]).code, 5);
    assert!(!can_push().contains("henrikb"), "{}", can_push());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_rule_is_seen_and_nothing_is_removed(
    #[values(
        Broken::FewerRowsThanAnnounced,
        Broken::NoOwner,
        Broken::OwnAccountMissing,
        Broken::TeamMissing,
        Broken::MemberMissing,
        Broken::ServiceMissing,
        Broken::RedactedMail,
        Broken::ServicesDenied,
        Broken::InvitationsDenied,
        Broken::SamlDenied,
        Broken::NoPageHeaders
    )]
    broken: Broken,
) {
    let workspace = Workspace::story().await;
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let (before, could) = (grants(&binary), rights(&binary));
    broken.breaks(&workspace);
    let ran = workspace.sync(&binary, &[]);
    assert!(matches!(ran.code, 0 | 5) && !ran.stderr.contains("panicked"), "{ran:?}");
    let expected = ("partial".to_owned(), broken.reason().to_owned());
    assert_eq!(verdict(&binary, broken.listing()), expected, "{broken:?}: {ran:?}");
    assert!(kept(&before, &grants(&binary)), "{broken:?} takes nothing away");
    assert_eq!(rights(&binary), could, "{broken:?} changes nothing that anybody can do");
}

/// Whether every grant is still there, as it was.
fn kept(before: &str, after: &str) -> bool {
    before.lines().all(|grant| after.lines().any(|line| line == grant))
}

/// Answers that are odd without being false: clear verdicts, no panic, and nothing lost.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn odd_answers_take_nothing_away(
    #[values(Broken::RowsRepeat, Broken::RowsSkipped, Broken::RolesUnknown, Broken::Nulls)] broken: Broken,
) {
    // So many members that there is a second page.
    let workspace = match broken {
        Broken::RowsRepeat | Broken::RowsSkipped => Workspace::generated(5, 520, 3, 3).await,
        _ => Workspace::story().await,
    };
    let binary = workspace.binary();
    assert_eq!(workspace.sync(&binary, &["--require-complete"]).code, 0);
    let before = grants(&binary);
    broken.breaks(&workspace);
    let ran = workspace.sync(&binary, &[]);
    assert!(matches!(ran.code, 0 | 5) && !ran.stderr.contains("panicked"), "{ran:?}");
    assert!(kept(&before, &grants(&binary)), "{broken:?} takes nothing away");
}
