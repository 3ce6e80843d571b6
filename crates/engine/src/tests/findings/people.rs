//! Whose accounts are.

use super::three::Three;

pub(super) const ALL: &[Three] = &[
    Three {
        rule: "departed-person",
        found: "
            repository:r in workspace:acme
            eve member workspace:acme
            otto member workspace:acme
            otto write repository:r
            person E1 departed 2025-01-31
            person E2 departed
            otto is E1
            eve is E2",
        titles: &[
            "can-write: Person E1 left on 2025-01-31, and their account otto can push 1 repository",
            "member: Person E2 left, and their account eve is in workspace acme",
        ],
        nothing: "
            repository:r in workspace:acme
            dora write repository:r
            dora active = false
            otto write repository:r
            person E1 active
            person E2 departed
            otto is E1
            dora is E2",
        unknown: Some(
            "
            otto member workspace:acme
            person E1 departed
            otto may-be E1",
        ),
    },
    Three {
        rule: "orphan-account",
        found: "
            repository:r in workspace:acme
            ada owner workspace:acme
            eve member workspace:acme
            ida member workspace:acme
            otto member workspace:acme
            otto write repository:r
            person E1 active
            ada is E1
            ida may-be E1",
        titles: &[
            "can-write: otto is nobody's who is known, and can push 1 repository",
            "member: eve is nobody's who is known, and is in workspace acme",
            "open: it is not certain whose ida is, perhaps Person E1's; it is in workspace acme",
        ],
        nothing: "
            repository:r in workspace:acme
            ada owner workspace:acme
            bot member workspace:acme
            olli write repository:r
            person E1 active
            ada is E1
            bot service",
        unknown: Some(
            "
            ada owner workspace:acme
            eve member workspace:acme
            person E1 active
            ada is E1
            unread people",
        ),
    },
    Three {
        rule: "outside-address",
        found: r#"
            ada owner workspace:acme
            ada email = "Ada@ACME.example"
            otto member workspace:acme
            otto email = "otto@mail.example"
            trusted acme.example"#,
        titles: &["member: otto is in workspace acme, and its address is of mail.example"],
        nothing: r#"
            ada owner workspace:acme
            ada email = "ada@acme.example"
            trusted acme.example"#,
        unknown: Some(
            "
            ada owner workspace:acme
            trusted acme.example",
        ),
    },
    Three {
        rule: "returned-account",
        found: "
            ada owner workspace:acme
            otto member workspace:acme
            replaced ada
            returned otto",
        titles: &[
            "another: ada was gone and is back since 2025-05-01: it is another account; it is owner of workspace acme",
            "untold: otto was gone and is back since 2025-05-01: nobody said whether it is the same; it is in workspace \
             acme",
        ],
        nothing: "
            ada owner workspace:acme",
        unknown: Some(
            "
            ada owner workspace:acme
            unread roster workspace:acme",
        ),
    },
    Three {
        rule: "suspended-account",
        found: "
            repository:r in workspace:acme
            dora member workspace:acme
            dora member team:t
            dora write repository:r
            dora active = false",
        titles: &["keeps-rights: dora is suspended and keeps 2 rights"],
        nothing: "
            repository:r in workspace:acme
            ada write repository:r
            dora member workspace:acme
            dora active = false",
        unknown: Some(
            "
            repository:r in workspace:acme
            dora member workspace:acme
            dora active = false
            unread privileges repository:r",
        ),
    },
    Three {
        rule: "service-account",
        found: r#"
            ada owner workspace:acme
            service:bot in workspace:acme
            service:bot service-manager workspace:acme
            service:bot maker = "gone"
            service:ci in workspace:acme
            service:ci service-member workspace:acme
            service:ci maker = "ada"
            person E1 departed
            service:bot service-of E1"#,
        titles: &[
            "administers: service bot is service-manager of workspace acme",
            "owner-left: Person E1 answers for service bot and left; it is service-manager of workspace acme",
            "creator-left: service bot was made by gone, who is no member any more, and is service-manager of workspace \
             acme",
            "no-owner: nobody answers for service ci, and it is in workspace acme",
        ],
        nothing: r#"
            ada owner workspace:acme
            service:ci in workspace:acme
            service:ci service-member workspace:acme
            service:ci maker = "hosted"
            person E1 active
            service:ci service-of E1"#,
        unknown: Some(
            "
            ada owner workspace:acme
            service:ci in workspace:acme
            service:ci service-member workspace:acme
            person E1 active
            service:ci service-of E1",
        ),
    },
];
