//! Two records of the same source, compared.

use proptest::{collection, prelude::*};
use rolecall_model::{
    AccessRule, ConnectorDeclaration, Difference, EntitlementDeclaration, EntityMapping, Fact, IdReuse, ListingKey,
    NotSeen, Purpose, Record, ResourceRef, Trait, TypeDeclaration, Value, compare,
};

const fn declared(
    name: &'static str,
    trait_: Option<Trait>,
    entitlements: &'static [EntitlementDeclaration],
) -> TypeDeclaration {
    TypeDeclaration {
        name,
        plural: name,
        trait_,
        entitlements,
        actions: &[],
        source_wide: false,
        reuse: IdReuse::Never,
        entity: EntityMapping::new(name, &[], "{}"),
    }
}

const fn level(slug: &'static str, order: Option<u8>) -> EntitlementDeclaration {
    EntitlementDeclaration {
        slug,
        purpose: Purpose::Permission,
        grantable_to: &["user"],
        exclusive_order: order,
        last_holder_protected: false,
    }
}

static DECLARATION: ConnectorDeclaration = ConnectorDeclaration {
    name: "test",
    title: "test",
    root_type: "organization",
    account_type: "user",
    types: &[
        declared("organization", Some(Trait::Group), &[level("developer", Some(1)), level("owner", Some(2))]),
        declared("team", Some(Trait::Group), &[level("member", None)]),
        declared("user", Some(Trait::User), &[]),
        declared("package", None, &[level("read-write", Some(1))]),
        declared("repository", None, &[]),
    ],
    listings: &[],
    populations: &[],
    rules: &[AccessRule::Anyone { resource_type: "package", slug: "read-only", property: "public" }],
    events: None,
    write: None,
    relationships: &[],
    volatile: &[],
    blind_spots: &[],
};

fn organization() -> ResourceRef {
    ResourceRef::new("organization", "acme")
}

fn user(name: &str) -> ResourceRef {
    ResourceRef::new("user", name)
}

fn team() -> ResourceRef {
    ResourceRef::new("team", "acme/dev")
}

fn holds(name: &str, role: &'static str) -> Fact {
    Fact::grant(&user(name), &organization(), role)
}

fn member(name: &str) -> Fact {
    Fact::grant(&user(name), &team(), "member")
}

fn exists(resource: ResourceRef) -> Fact {
    Fact::resource(resource, None)
}

fn roster() -> ListingKey {
    ListingKey { kind: "roster".into(), subject: organization() }
}

fn teams() -> ListingKey {
    ListingKey { kind: "teams".into(), subject: organization() }
}

fn members() -> ListingKey {
    ListingKey { kind: "team-members".into(), subject: team() }
}

fn record(listings: &[(ListingKey, bool, Vec<Fact>)]) -> Record {
    let mut record = Record::new(&DECLARATION);
    for (key, complete, facts) in listings {
        let number = record.add_listing(key.clone(), *complete);
        facts.iter().for_each(|fact| record.add(number, fact.clone(), false));
    }
    record
}

#[test]
fn a_record_does_not_differ_from_itself() {
    let one = record(&[(roster(), true, vec![holds("ada", "owner"), exists(user("ada"))])]);
    let same = record(&[(roster(), false, vec![exists(user("ada")), holds("ada", "owner")])]);
    assert_eq!(compare(&one, &same), []);
    assert_eq!(compare(&same, &one), []);
}

#[test]
fn what_a_complete_listing_lacks_is_removed_and_what_another_lacks_was_not_seen() {
    let old = record(&[(roster(), true, vec![holds("ada", "owner"), holds("bob", "developer")])]);
    let complete = record(&[(roster(), true, vec![holds("ada", "owner")])]);
    assert_eq!(compare(&old, &complete), [Difference::Removed { fact: holds("bob", "developer") }]);
    let partial = record(&[(roster(), false, vec![holds("ada", "owner")])]);
    let not_seen = Difference::NotSeen { fact: holds("bob", "developer"), why: NotSeen::Incomplete(roster()) };
    assert_eq!(compare(&old, &partial), [not_seen]);
}

#[test]
fn one_incomplete_listing_among_several_is_enough_to_conclude_nothing() {
    let fact = || exists(user("bob"));
    let old = record(&[(roster(), true, vec![fact()]), (members(), true, vec![fact()])]);
    let new = record(&[(roster(), true, vec![]), (members(), false, vec![])]);
    assert_eq!(compare(&old, &new), [Difference::NotSeen { fact: fact(), why: NotSeen::Incomplete(members()) }]);
}

#[test]
fn a_vanished_team_takes_its_members_along_only_if_the_teams_were_read_whole() {
    let old = || {
        record(&[
            (roster(), true, vec![exists(user("ada"))]),
            (teams(), true, vec![exists(team())]),
            (members(), true, vec![member("ada")]),
        ])
    };
    let new = |complete| record(&[(roster(), true, vec![exists(user("ada"))]), (teams(), complete, vec![])]);
    assert_eq!(
        compare(&old(), &new(true)),
        [Difference::Removed { fact: exists(team()) }, Difference::Removed { fact: member("ada") }]
    );
    assert!(compare(&old(), &new(false)).iter().all(|found| matches!(found, Difference::NotSeen { .. })));
    let nothing = record(&[]);
    assert!(compare(&old(), &nothing).iter().all(|found| matches!(found, Difference::NotSeen { .. })));
}

#[test]
fn levels_are_raised_and_lowered() {
    let developer = record(&[(roster(), true, vec![holds("ada", "developer")])]);
    let owner = record(&[(roster(), true, vec![holds("ada", "owner")])]);
    let (low, high) = (holds("ada", "developer"), holds("ada", "owner"));
    assert_eq!(compare(&developer, &owner), [Difference::Raised { old: low.clone(), new: high.clone() }]);
    assert_eq!(compare(&owner, &developer), [Difference::Lowered { old: high.clone(), new: low.clone() }]);
    let mut waiting = Record::new(&DECLARATION);
    let number = waiting.add_listing(roster(), true);
    waiting.add(number, low, false);
    waiting.add(number, high.clone(), true);
    let held = [Difference::NotSeen { fact: high, why: NotSeen::Unconfirmed }];
    assert_eq!(compare(&owner, &waiting), held, "a lowered right that waits is still held");
}

#[test]
fn additions_say_whether_they_may_be_older() {
    let grant = || holds("eve", "owner");
    let new = record(&[(roster(), true, vec![grant()])]);
    let added = |is_new| [Difference::Added { fact: grant(), is_new }];
    assert_eq!(compare(&record(&[(roster(), true, vec![])]), &new), added(true));
    assert_eq!(compare(&record(&[(roster(), false, vec![])]), &new), added(false));
    assert_eq!(compare(&record(&[]), &new), added(false));
}

#[test]
fn a_removal_that_waits_is_not_a_removal() {
    let old = record(&[(roster(), true, vec![holds("ada", "owner")])]);
    let mut new = Record::new(&DECLARATION);
    let number = new.add_listing(roster(), true);
    new.add(number, holds("ada", "owner"), true);
    let waiting = Difference::NotSeen { fact: holds("ada", "owner"), why: NotSeen::Unconfirmed };
    assert_eq!(compare(&old, &new), [waiting]);
}

#[test]
fn only_what_bears_on_access_is_compared() {
    let package = ResourceRef::new("package", "@acme/x");
    let with = |public: bool, version: &str| {
        record(&[(
            roster(),
            true,
            vec![
                Fact::property(&package, "public", Value::flag(public)),
                Fact::property(&package, "version", Value::text(version)),
                exists(ResourceRef::new("repository", version)),
            ],
        )])
    };
    assert_eq!(compare(&with(false, "1"), &with(false, "2")), []);
    assert!(matches!(compare(&with(false, "1"), &with(true, "1")).as_slice(), [Difference::Changed { .. }]));
}

proptest! {
    #[test]
    fn nothing_is_removed_or_lowered_on_the_word_of_incomplete_listings(
        old in collection::vec((0_usize..3, 0_usize..4, 0_usize..3), 0..12),
        new in collection::vec((0_usize..3, 0_usize..4, 0_usize..3), 0..12),
    ) {
        let (old, new) = (random(&old, true), random(&new, false));
        for found in compare(&old, &new) {
            prop_assert!(!matches!(found, Difference::Removed { .. } | Difference::Lowered { .. }), "{found:?}");
        }
        prop_assert_eq!(compare(&old, &old), []);
        prop_assert_eq!(compare(&new, &new), []);
    }
}

/// A record of three listings that state roles, memberships and existence at random.
fn random(stated: &[(usize, usize, usize)], complete: bool) -> Record {
    let name = |user: usize| ["ada", "bob", "cleo", "dan"][user];
    let fact = |listing: usize, user: usize, what: usize| match (listing, what) {
        (0, 0) => holds(name(user), "developer"),
        (0, _) => holds(name(user), "owner"),
        (1, _) => exists(team()),
        (_, 0) => exists(self::user(name(user))),
        _ => member(name(user)),
    };
    let of = |wanted: usize| {
        let facts = stated.iter().filter(|(listing, ..)| *listing == wanted);
        facts.map(|(listing, user, what)| fact(*listing, *user, *what)).collect::<Vec<_>>()
    };
    record(&[(roster(), complete, of(0)), (teams(), complete, of(1)), (members(), complete, of(2))])
}
