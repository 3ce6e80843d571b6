//! *Architecture Invariants* 1 and 3: absence counts only in a complete listing, and only removals wait.

use proptest::prelude::*;
use rolecall_model::removal::{HoldReason, Policies, Policy, Removals, Ruling};
use rolecall_model::{
    AccessRule, ConnectorDeclaration, EntitlementDeclaration, EntityMapping, ExpectedEffect, ExpectedRemoval,
    ExpectedRemovals, Fact, FactSet, IdReuse, ListingDiff, ListingKey, Purpose, Reason, ResourceRef, SightShrank,
    Trait, TypeDeclaration, Value, Verdict,
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
            name: "book",
            plural: "books",
            trait_: None,
            entitlements: &[EntitlementDeclaration { grantable_to: &["user", "club"], ..role("read", 1) }],
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
    let (expected, declaration) = (&ExpectedRemovals::default(), &DECLARATION);
    Removals { old, new, missing, waiting: &[], verdict, policy, shrunk, expected, declaration }.ruling()
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
        let (old, new, expected) = (&old, &new, &ExpectedRemovals::default());
        Removals { old, new, missing, waiting, verdict, policy, shrunk: None, expected, declaration }.ruling()
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
        expected: &ExpectedRemovals::default(),
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

fn expect(principal: &ResourceRef, on: &ResourceRef, slug: &'static str, effect: ExpectedEffect) -> ExpectedRemoval {
    ExpectedRemoval { principal: principal.clone(), entitlement: on.entitlement(slug), effect }
}

fn leave(numbers: impl IntoIterator<Item = usize>) -> ExpectedRemovals {
    let leaves = |number| expect(&user(number), &club(), "member", ExpectedEffect::Everything);
    ExpectedRemovals::new(numbers.into_iter().map(leaves))
}

fn only(facts: &FactSet, is_kept: impl Fn(&Fact) -> bool) -> FactSet {
    FactSet::new(facts.iter().filter(|fact| is_kept(fact)).cloned())
}

/// What is ruled where something was expected, with all that is missing.
fn rule_expecting(
    old: &FactSet,
    new: &FactSet,
    expected: &ExpectedRemovals,
    verdict: &Verdict,
    shrunk: Option<&SightShrank>,
) -> (Ruling, Vec<Fact>) {
    let (declaration, policy) = (&DECLARATION, Policy::default());
    let missing = ListingDiff::between(old, new, declaration).disappeared;
    let removals =
        Removals { old, new, missing: &missing, waiting: &[], verdict, policy, shrunk, expected, declaration };
    (removals.ruling(), missing)
}

fn rule_proven(old: &FactSet, new: &FactSet, expected: &ExpectedRemovals) -> Ruling {
    rule_expecting(old, new, expected, &Verdict::Proven, None).0
}

#[test]
fn what_a_plan_predicted_goes_however_much_it_is() {
    let (old, new) = shrunk(20, 10);
    assert_eq!(rule_proven(&old, &new, &leave(10..20)), Ruling::PassIfConfirmed);
    assert_eq!(rule_proven(&old, &new, &leave(10..17)), Ruling::PassIfConfirmed, "three more pass by themselves");
    let Ruling::PassPredicted { predicted, reason } = rule_proven(&old, &new, &leave(10..16)) else {
        panic!("four passed")
    };
    assert_eq!(reason, HoldReason::TooMany { removed: 4, held: 20, limit: 3 });
    assert_eq!(predicted.len(), 12, "six accounts and six memberships: {predicted:?}");
    assert!(predicted.iter().all(|fact| (10..16).any(|number| names(fact, &user(number)))), "{predicted:?}");
    let elsewhere = rule_proven(&old, &new, &leave(30..40));
    assert!(matches!(elsewhere, Ruling::Hold(HoldReason::TooMany { removed: 10, .. })), "{elsewhere:?}");
}

#[test]
fn what_was_predicted_needs_a_whole_reading_and_all_of_the_sight() {
    let shrank =
        SightShrank { than_on: "2026-11-20".to_owned(), losses: vec!["role owner then, guest now".to_owned()] };
    let (old, new) = shrunk(20, 2);
    let less = |verdict: &Verdict, shrunk| rule_expecting(&old, &new, &leave(18..20), verdict, shrunk).0;
    assert_eq!(less(&Verdict::Partial(reason_of_test()), None), Ruling::NotEvidence);
    assert_eq!(less(&Verdict::Proven, Some(&shrank)), Ruling::Hold(HoldReason::SightShrank(shrank.clone())));
    assert_eq!(less(&Verdict::Proven, None), Ruling::PassIfConfirmed);
}

#[test]
fn the_last_owner_and_a_group_wait_although_they_were_predicted() {
    let old = roster([(0, "owner"), (1, "member"), (2, "member")]);
    let leaderless = roster([(2, "member")]);
    let (owner, both) = (leave([0]), leave([0, 1]));
    assert!(matches!(rule_proven(&old, &leaderless, &owner), Ruling::Hold(HoldReason::LastHolder { .. })));
    let Ruling::PassPredicted { predicted, reason: HoldReason::LastHolder { .. } } =
        rule_proven(&old, &leaderless, &both)
    else {
        panic!("the last owner passed, or nobody did")
    };
    assert!(predicted.len() == 2 && predicted.iter().all(|fact| names(fact, &user(1))), "{predicted:?}");
    let lowered = roster([(0, "member"), (1, "member"), (2, "member")]);
    let demoted = ExpectedRemovals::new([expect(&user(0), &club(), "owner", ExpectedEffect::Lowered)]);
    assert!(matches!(rule_proven(&old, &lowered, &demoted), Ruling::Hold(HoldReason::LastHolder { .. })));

    let groups = FactSet::new([Fact::resource(club(), None), Fact::resource(user(1), None)]);
    let club_leaves = ExpectedRemovals::new([expect(&club(), &club(), "member", ExpectedEffect::Everything)]);
    let gone = rule_proven(&groups, &FactSet::new([Fact::resource(user(1), None)]), &club_leaves);
    assert!(matches!(gone, Ruling::Hold(HoldReason::GroupVanished { .. })), "{gone:?}");
}

#[test]
fn a_listing_that_was_predicted_to_be_empty_may_be() {
    let old = roster([(1, "member"), (2, "member"), (3, "member"), (4, "member")]);
    assert_eq!(rule_proven(&old, &FactSet::default(), &leave(1..5)), Ruling::PassIfConfirmed);
    let three = rule_proven(&old, &FactSet::default(), &leave(1..4));
    let Ruling::PassPredicted { predicted, reason: HoldReason::Emptied } = three else { panic!("{three:?}") };
    assert!(!predicted.iter().any(|fact| names(fact, &user(4))), "{predicted:?}");
}

#[test]
fn a_lowered_role_and_a_single_grant_are_no_more_than_that() {
    let with = |slug| roster((0..20).map(|number| (number, if number == 0 { "owner" } else { slug })));
    let expecting = |slug: &'static str, effect| {
        ExpectedRemovals::new((1..20).map(|number| expect(&user(number), &club(), slug, effect)))
    };
    let lowered = |expected: &ExpectedRemovals| rule_proven(&with("member"), &with("guest"), expected);
    assert_eq!(lowered(&expecting("member", ExpectedEffect::Lowered)), Ruling::PassIfConfirmed);
    assert_eq!(lowered(&expecting("member", ExpectedEffect::Grant)), Ruling::PassIfConfirmed);
    assert!(matches!(lowered(&expecting("guest", ExpectedEffect::Grant)), Ruling::Hold(HoldReason::TooMany { .. })));
    // That they are gone altogether was not asked for.
    let gone = rule_proven(
        &with("member"),
        &only(&with("member"), |fact| names(fact, &user(0))),
        &expecting("member", ExpectedEffect::Lowered),
    );
    let Ruling::PassPredicted { predicted, reason: HoldReason::TooMany { removed: 19, .. } } = gone else {
        panic!("{gone:?}")
    };
    assert!(predicted.iter().all(|fact| matches!(fact, Fact::Grant { .. })), "{predicted:?}");
}

#[test]
fn who_was_expected_to_leave_and_is_suspended_did_something_else() {
    let accounts = |suspended: usize| {
        let facts = |number| {
            let active = Fact::property(&user(number), "active", Value::flag(number >= suspended));
            [Fact::resource(user(number), None), active]
        };
        FactSet::new((0..20).flat_map(facts))
    };
    let suspended = rule_proven(&accounts(0), &accounts(4), &leave(0..4));
    assert!(matches!(suspended, Ruling::Hold(HoldReason::TooMany { removed: 4, .. })), "{suspended:?}");
    let left = only(&accounts(0), |fact| (4..20).any(|number| names(fact, &user(number))));
    assert_eq!(rule_proven(&accounts(0), &left, &leave(0..4)), Ruling::PassIfConfirmed, "with what was told of them");
}

/// A club holds books, its members are said to read them, and a list of its books names those only.
#[test]
fn what_follows_from_a_grant_is_predicted_with_it() {
    let book = |number: usize| ResourceRef::new("book", number.to_string());
    let of_club = |books: std::ops::Range<usize>| {
        let facts = |number| [Fact::grant(&club(), &book(number), "read"), Fact::resource(book(number), None)];
        FactSet::new(books.flat_map(facts))
    };
    let (read, effect) = ("read", ExpectedEffect::Grant);
    let expected = ExpectedRemovals::new((10..20).map(|number| expect(&club(), &book(number), read, effect)));
    assert_eq!(rule_proven(&of_club(0..20), &of_club(0..10), &expected), Ruling::PassIfConfirmed);
    assert_eq!(rule_proven(&of_club(10..20), &of_club(0..0), &expected), Ruling::PassIfConfirmed);
    // Books are named for themselves elsewhere, and that they are gone from there was not asked for.
    let shelf = |books: std::ops::Range<usize>| FactSet::new(books.map(|number| Fact::resource(book(number), None)));
    let off_the_shelf = rule_proven(&shelf(0..20), &shelf(0..10), &expected);
    assert!(matches!(off_the_shelf, Ruling::Hold(HoldReason::TooMany { .. })), "{off_the_shelf:?}");

    let readers = |count: usize, of: usize| {
        FactSet::new((0..count).map(|number| Fact::evidence(&user(number), &book(of), "read")))
    };
    assert_eq!(rule_proven(&readers(20, 10), &readers(2, 10), &expected), Ruling::PassIfConfirmed);
    let of_another = rule_proven(&readers(20, 5), &readers(2, 5), &expected);
    assert!(matches!(of_another, Ruling::Hold(HoldReason::TooMany { .. })), "{of_another:?}");
    let of_members = ExpectedRemovals::new((2..20).map(|number| expect(&user(number), &club(), "member", effect)));
    assert_eq!(rule_proven(&readers(20, 5), &readers(2, 5), &of_members), Ruling::PassIfConfirmed);
    // Rights of their own are theirs whether they leave or not.
    let own = |count: usize| FactSet::new((0..count).map(|number| Fact::grant(&user(number), &book(0), "read")));
    let kept = rule_proven(&own(20), &own(2), &leave(2..20));
    assert!(matches!(kept, Ruling::Hold(HoldReason::TooMany { .. })), "{kept:?}");
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

fn arbitrary_expectations() -> impl Strategy<Value = Vec<ExpectedRemoval>> {
    let slug = prop_oneof![Just("guest"), Just("member"), Just("owner")];
    let effect =
        prop_oneof![Just(ExpectedEffect::Grant), Just(ExpectedEffect::Everything), Just(ExpectedEffect::Lowered)];
    let one =
        (0..12_usize, slug, effect).prop_map(|(number, slug, effect)| expect(&user(number), &club(), slug, effect));
    prop::collection::vec(one, 0..8)
}

/// Whether this was expected, by the letter, of a club and its members.
fn is_expected(fact: &Fact, expected: &[ExpectedRemoval], new: &FactSet) -> bool {
    let leaves = |who: &ResourceRef| {
        expected.iter().any(|one| one.principal == *who && one.effect == ExpectedEffect::Everything)
    };
    match fact {
        Fact::Grant { principal, entitlement } => {
            leaves(principal)
                || expected.iter().any(|one| one.principal == *principal && one.entitlement == *entitlement)
        }
        Fact::Evidence { principal, .. } => expected.iter().any(|one| one.principal == *principal),
        Fact::Resource { resource, .. } | Fact::Property { resource, .. } => {
            leaves(resource) && !new.iter().any(|fact| fact.holding().is_none() && fact.subject() == resource)
        }
        Fact::Link { .. } => false,
    }
}

/// What goes by this ruling if it is confirmed.
fn passes(ruling: Ruling, missing: &[Fact]) -> Vec<Fact> {
    match ruling {
        Ruling::Nothing | Ruling::NotEvidence | Ruling::Hold(_) => Vec::new(),
        Ruling::PassIfConfirmed => missing.to_vec(),
        Ruling::PassPredicted { predicted, .. } => predicted,
    }
}

proptest! {
    #[test]
    fn expecting_nothing_or_others_changes_nothing(old in arbitrary_facts(), new in arbitrary_facts()) {
        let (old, new) = (FactSet::new(old), FactSet::new(new));
        let others = leave(20..30);
        prop_assert_eq!(rule_proven(&old, &new, &others), rule(&old, &new, &Verdict::Proven));
    }

    #[test]
    fn only_what_was_expected_goes_besides_what_goes_by_itself(
        old in arbitrary_facts(), new in arbitrary_facts(), expected in arbitrary_expectations(),
    ) {
        let (old, new) = (FactSet::new(old), FactSet::new(new));
        let expectations = ExpectedRemovals::new(expected.clone());
        let (ruling, missing) = rule_expecting(&old, &new, &expectations, &Verdict::Proven, None);
        let passing = passes(ruling, &missing);
        let alone: Vec<Fact> = missing.iter().filter(|fact| !is_expected(fact, &expected, &new)).cloned().collect();
        let (verdict, policy, nothing) = (&Verdict::Proven, Policy::default(), &ExpectedRemovals::default());
        let judged = Removals {
            old: &old, new: &new, missing: &alone, waiting: &[], verdict, policy, shrunk: None, expected: nothing,
            declaration: &DECLARATION,
        };
        let pass_alone = passes(judged.ruling(), &alone);
        for fact in &passing {
            prop_assert!(is_expected(fact, &expected, &new) || pass_alone.contains(fact), "{:?}", fact);
        }
        let owner = club().entitlement("owner");
        let held = |facts: &FactSet| {
            facts.iter().any(|fact| matches!(fact, Fact::Grant { entitlement, .. } if *entitlement == owner))
        };
        let is_last = |fact: &&Fact| matches!(fact, Fact::Grant { entitlement, .. } if *entitlement == owner);
        prop_assert!(held(&new) || !passing.iter().any(|fact| is_last(&fact)), "nobody is left who owns it");
        let shrank = SightShrank { than_on: "2026-11-20".to_owned(), losses: Vec::new() };
        let less = rule_expecting(&old, &new, &expectations, &Verdict::Proven, Some(&shrank)).0;
        let partial = rule_expecting(&old, &new, &expectations, &Verdict::Partial(reason_of_test()), None).0;
        prop_assert!(passes(less, &missing).is_empty() && passes(partial, &missing).is_empty());
    }

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
