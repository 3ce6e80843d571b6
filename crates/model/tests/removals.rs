//! *Architecture Invariants* 1 and 3: absence counts only in a complete listing, and only removals wait.

use proptest::prelude::*;
use rolecall_model::removal::{HoldReason, Policies, Policy, Removals, Ruling};
use rolecall_model::{
    AccessRule, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, Fact, FactSet, IdReuse, ListingDiff,
    ListingKey, Purpose, Reason, ResourceRef, SightShrank, Trait, TypeDeclaration, Value, Verdict,
};

const NO_ENTITY: EntityMapping = EntityMapping::new("x", &["X"], "x:{}");

const fn role(slug: &'static str, order: u8) -> EntitlementDeclaration {
    EntitlementDeclaration {
        slug,
        purpose: Purpose::Permission,
        grantable_to: &["user"],
        exclusive_order: Some(order),
        last_holder_protected: order == 3,
    }
}

static DECLARATION: ConnectorDeclaration = ConnectorDeclaration {
    name: "test",
    title: "test",
    root_type: "club",
    account_type: "user",
    types: &[
        TypeDeclaration {
            name: "club",
            plural: "clubs",
            trait_: Some(Trait::Group),
            entitlements: &[role("guest", 1), role("member", 2), role("owner", 3)],
            actions: &[],
            source_wide: false,
            reuse: IdReuse::Never,
            entity: NO_ENTITY,
        },
        TypeDeclaration {
            name: "user",
            plural: "users",
            trait_: Some(Trait::User),
            entitlements: &[],
            actions: &[],
            source_wide: false,
            reuse: IdReuse::Never,
            entity: NO_ENTITY,
        },
        TypeDeclaration {
            name: "invitation",
            plural: "invitations",
            trait_: None,
            entitlements: &[],
            actions: &[],
            source_wide: false,
            reuse: IdReuse::Never,
            entity: NO_ENTITY,
        },
    ],
    listings: &[],
    populations: &[],
    rules: &[AccessRule::Suspended { resource_type: "user", property: "active" }],
    relationships: &[],
    volatile: &[],
    blind_spots: &[],
    events: None,
    write: None,
};

fn club() -> ResourceRef {
    ResourceRef::new("club", "chess")
}

fn user(number: usize) -> ResourceRef {
    ResourceRef::new("user", format!("user-{number}"))
}

fn roster(members: impl IntoIterator<Item = (usize, &'static str)>) -> FactSet {
    FactSet::new(
        members
            .into_iter()
            .flat_map(|(number, slug)| [Fact::resource(user(number), None), Fact::grant(&user(number), &club(), slug)]),
    )
}

fn rule(old: &FactSet, new: &FactSet, verdict: &Verdict) -> Ruling {
    rule_with(old, new, verdict, Policy::default(), None)
}

fn rule_with(old: &FactSet, new: &FactSet, verdict: &Verdict, policy: Policy, shrunk: Option<&SightShrank>) -> Ruling {
    let missing = &ListingDiff::between(old, new, &DECLARATION).disappeared;
    Removals { old, new, missing, waiting: &[], verdict, policy, shrunk, declaration: &DECLARATION }.ruling()
}

/// A club of `size` members, the first an owner, from which the last `gone` are missing.
fn shrunk(size: usize, gone: usize) -> (FactSet, FactSet) {
    let members = |count| roster((0..count).map(|number| (number, if number == 0 { "owner" } else { "member" })));
    (members(size), members(size - gone))
}

#[test]
fn few_removals_pass_when_confirmed_and_many_wait_at_every_size() {
    for (size, gone, passes) in [
        (3, 1, true),
        (3, 2, true),
        (20, 3, true),
        (20, 4, false),
        (3_000, 300, true),
        (3_000, 301, false),
        (3_000, 1_500, false),
    ] {
        let (old, new) = shrunk(size, gone);
        match rule(&old, &new, &Verdict::Proven) {
            Ruling::PassIfConfirmed => assert!(passes, "{gone} of {size}"),
            Ruling::Hold(HoldReason::TooMany { removed, held, .. }) => {
                assert!(!passes && removed == gone && held == size, "{gone} of {size}");
            }
            other => panic!("{gone} of {size}: {other:?}"),
        }
    }
}

#[test]
fn an_organisation_is_no_member_of_itself() {
    let with_itself = |set: FactSet| FactSet::new(set.iter().cloned().chain([Fact::resource(club(), None)]));
    let (old, new) = shrunk(20, 4);
    let ruling = rule(&with_itself(old), &with_itself(new), &Verdict::Proven);
    assert!(matches!(ruling, Ruling::Hold(HoldReason::TooMany { removed: 4, held: 20, .. })), "{ruling:?}");
}

#[test]
fn an_incomplete_listing_removes_nothing_however_little_is_missing() {
    let (old, new) = shrunk(20, 1);
    for verdict in [
        Verdict::Unproven(reason_of_test()),
        Verdict::Partial(reason_of_test()),
        Verdict::Unavailable(reason_of_test()),
    ] {
        assert_eq!(rule(&old, &new, &verdict), Ruling::NotEvidence);
    }
}

#[test]
fn the_last_owner_and_an_emptied_listing_wait() {
    let old = roster([(0, "owner"), (1, "member"), (2, "member")]);
    let leaderless = roster([(1, "member"), (2, "member")]);
    assert!(matches!(rule(&old, &leaderless, &Verdict::Proven), Ruling::Hold(HoldReason::LastHolder { .. })));
    let handed_over = roster([(1, "owner"), (2, "member")]);
    assert_eq!(rule(&old, &handed_over, &Verdict::Proven), Ruling::PassIfConfirmed);
    let alone = roster([(1, "member")]);
    assert_eq!(rule(&alone, &FactSet::default(), &Verdict::Proven), Ruling::Hold(HoldReason::Emptied));
}

#[test]
fn a_policy_is_its_connectors_and_its_listings() {
    let (old, new) = shrunk(20, 4);
    let with = |policy| rule_with(&old, &new, &Verdict::Proven, policy, None);
    assert!(matches!(with(Policy { count: 3, share: 0.1 }), Ruling::Hold(HoldReason::TooMany { limit: 3, .. })));
    assert_eq!(with(Policy { count: 4, share: 0.1 }), Ruling::PassIfConfirmed);
    assert_eq!(with(Policy { count: 0, share: 0.2 }), Ruling::PassIfConfirmed);
    let (old, new) = shrunk(20, 1);
    let none = Policy { count: 0, share: 0.0 };
    let ruling = rule_with(&old, &new, &Verdict::Proven, none, None);
    assert!(matches!(ruling, Ruling::Hold(HoldReason::TooMany { removed: 1, limit: 0, .. })), "{ruling:?}");

    let policies = Policies { usual: none, by_kind: [("members".to_owned(), Policy::default())].into() };
    let listing = |kind: &'static str| ListingKey { kind: kind.into(), subject: club() };
    assert_eq!((policies.of(&listing("members")), policies.of(&listing("roster"))), (Policy::default(), none));
}

#[test]
fn every_removal_waits_while_the_credential_sees_less() {
    let shrank =
        SightShrank { than_on: "2026-11-20".to_owned(), losses: vec!["role owner then, guest now".to_owned()] };
    let (old, new) = shrunk(3_000, 1);
    let less = |verdict: &Verdict| rule_with(&old, &new, verdict, Policy::default(), Some(&shrank));
    let Ruling::Hold(reason) = less(&Verdict::Proven) else { panic!("one removal passed") };
    assert_eq!(reason.sentence(), "the credential sees less than on 2026-11-20: role owner then, guest now");
    assert_eq!(less(&Verdict::Partial(reason_of_test())), Ruling::NotEvidence, "and absence is still no evidence");
    let same = rule_with(&old, &old, &Verdict::Proven, Policy::default(), Some(&shrank));
    assert_eq!(same, Ruling::Nothing);
}

#[test]
fn what_waits_counts_and_is_not_ruled_on_again() {
    let (old, new) = shrunk(20, 4);
    let gone = ListingDiff::between(&old, &new, &DECLARATION).disappeared;
    let of = |number: usize| gone.iter().filter(|fact| names(fact, &user(number))).cloned().collect::<Vec<_>>();
    let (last, before) = (of(19), [of(16), of(17), of(18)].concat());
    let rule = |missing: &[Fact], waiting: &[Fact]| {
        let (policy, declaration, verdict) = (Policy::default(), &DECLARATION, &Verdict::Proven);
        Removals { old: &old, new: &new, missing, waiting, verdict, policy, shrunk: None, declaration }.ruling()
    };
    assert!(matches!(rule(&last, &before), Ruling::Hold(HoldReason::TooMany { removed: 4, .. })));
    assert_eq!(rule(&[], &gone), Ruling::Nothing);
    assert_eq!(rule(&last, &[]), Ruling::PassIfConfirmed);

    // The last owner waits, which is no reason for somebody else's removal to wait.
    let (old, new) = (roster([(0, "owner"), (1, "member"), (2, "member")]), roster([(1, "member")]));
    let gone = ListingDiff::between(&old, &new, &DECLARATION).disappeared;
    let (owner, member) = gone.into_iter().partition::<Vec<_>, _>(|fact| names(fact, &user(0)));
    let (policy, declaration, verdict) = (Policy::default(), &DECLARATION, &Verdict::Proven);
    let removals = Removals {
        old: &old,
        new: &new,
        missing: &member,
        waiting: &owner,
        verdict,
        policy,
        shrunk: None,
        declaration,
    };
    assert_eq!(removals.ruling(), Ruling::PassIfConfirmed);
}

fn names(fact: &Fact, user: &ResourceRef) -> bool {
    fact.subject() == user || fact.holding().is_some_and(|(principal, _)| principal == user)
}

#[test]
fn a_list_beside_access_may_run_out_but_not_all_at_once() {
    let invitations = |count: usize| {
        let invitation = |number: usize| ResourceRef::new("invitation", number.to_string());
        let facts = |number| {
            let role = Fact::property(&invitation(number), "role", Value::text("member"));
            [Fact::resource(invitation(number), Some(club())), role]
        };
        FactSet::new((0..count).flat_map(facts))
    };
    assert_eq!(rule(&invitations(3), &FactSet::default(), &Verdict::Proven), Ruling::PassIfConfirmed);
    let many = rule(&invitations(4), &FactSet::default(), &Verdict::Proven);
    assert!(matches!(many, Ruling::Hold(HoldReason::TooMany { removed: 4, .. })), "{many:?}");
    assert_eq!(rule(&invitations(1), &FactSet::default(), &Verdict::Partial(reason_of_test())), Ruling::NotEvidence);
}

/// A property that a rule reads carries rights: many accounts that are suspended at once wait like many removals.
#[test]
fn a_property_by_which_rights_are_lost_is_lowered_like_a_right() {
    let accounts = |suspended: usize| {
        let facts = |number| {
            let active = Fact::property(&user(number), "active", Value::flag(number >= suspended));
            [Fact::resource(user(number), None), active, Fact::property(&user(number), "shoe", Value::number(40))]
        };
        FactSet::new((0..20).flat_map(facts))
    };
    assert_eq!(rule(&accounts(0), &accounts(3), &Verdict::Proven), Ruling::PassIfConfirmed);
    let many = rule(&accounts(0), &accounts(4), &Verdict::Proven);
    assert!(matches!(many, Ruling::Hold(HoldReason::TooMany { removed: 4, .. })), "{many:?}");
    assert_eq!(rule(&accounts(0), &accounts(1), &Verdict::Partial(reason_of_test())), Ruling::NotEvidence);
    let diff = ListingDiff::between(&accounts(0), &accounts(4), &DECLARATION);
    assert_eq!((diff.lowered.len(), diff.disappeared.len(), diff.appeared.len(), diff.replaced.len()), (4, 4, 0, 0));
    let back = ListingDiff::between(&accounts(4), &accounts(0), &DECLARATION);
    assert_eq!((back.lowered.len(), back.disappeared.len(), back.replaced.len()), (0, 0, 4));
}

#[test]
fn a_vanished_group_waits() {
    let old = FactSet::new([Fact::resource(club(), None), Fact::resource(user(1), None)]);
    let new = FactSet::new([Fact::resource(user(1), None)]);
    assert!(matches!(rule(&old, &new, &Verdict::Proven), Ruling::Hold(HoldReason::GroupVanished { .. })));
}

#[test]
fn a_raised_right_is_a_replacement_and_a_lowered_one_is_a_removal() {
    let low = roster([(0, "owner"), (1, "guest")]);
    let high = roster([(0, "owner"), (1, "owner")]);
    let raised = ListingDiff::between(&low, &high, &DECLARATION);
    assert_eq!((raised.replaced.len(), raised.disappeared.len(), raised.appeared.len()), (1, 0, 0));
    let lowered = ListingDiff::between(&high, &low, &DECLARATION);
    assert_eq!((lowered.replaced.len(), lowered.disappeared.len(), lowered.appeared.len()), (0, 1, 1));
}

fn reason_of_test() -> Reason {
    Reason::new("test", "for a test")
}

fn arbitrary_facts() -> impl Strategy<Value = Vec<Fact>> {
    let slug = prop_oneof![Just("guest"), Just("member"), Just("owner")];
    let fact = prop_oneof![
        (0..12_usize).prop_map(|number| Fact::resource(user(number), None)),
        (0..12_usize).prop_map(|number| Fact::resource(user(number), Some(club()))),
        (0..12_usize, slug).prop_map(|(number, slug)| Fact::grant(&user(number), &club(), slug)),
        (0..12_usize, 0..3_i64).prop_map(|(number, n)| Fact::property(&user(number), "n", Value::number(n))),
    ];
    prop::collection::vec(fact, 0..40)
}

proptest! {
    #[test]
    fn a_diff_leads_from_the_old_facts_to_the_new(old in arbitrary_facts(), new in arbitrary_facts()) {
        let (old, new) = (FactSet::new(old), FactSet::new(new));
        let diff = ListingDiff::between(&old, &new, &DECLARATION);
        let gone: Vec<&Fact> = diff.disappeared.iter().chain(diff.replaced.iter().map(|pair| &pair.old)).collect();
        prop_assert!(gone.iter().all(|fact| old.contains(fact) && !new.contains(fact)));
        let kept = old.iter().filter(|fact| !gone.contains(fact)).cloned();
        let came = diff.appeared.iter().chain(diff.replaced.iter().map(|pair| &pair.new)).cloned();
        prop_assert_eq!(FactSet::new(kept.chain(came)), new);
    }

    #[test]
    fn nothing_is_ever_removed_on_the_word_of_an_incomplete_listing(old in arbitrary_facts(), new in arbitrary_facts()) {
        let (old, new) = (FactSet::new(old), FactSet::new(new));
        let ruling = rule(&old, &new, &Verdict::Unproven(reason_of_test()));
        prop_assert!(matches!(ruling, Ruling::Nothing | Ruling::NotEvidence));
    }

    #[test]
    fn equal_digests_mean_equal_facts(old in arbitrary_facts(), new in arbitrary_facts()) {
        let (old, new) = (FactSet::new(old), FactSet::new(new));
        prop_assert_eq!(old.digest() == new.digest(), old == new);
    }
}
