//! How the connectors themselves stand.

use super::three::Three;

pub(super) const ALL: &[Three] = &[
    Three {
        rule: "connector-stale",
        found: "
            ada owner workspace:acme
            read 2025-06-01",
        titles: &["stale: hosted:acme was last read whole on 2025-06-01, 14 days ago"],
        nothing: "
            ada owner workspace:acme
            read 2025-06-14
            every 1d",
        unknown: Some(
            "
            ada owner workspace:acme
            unread roster workspace:acme",
        ),
    },
    Three {
        rule: "connector-stale",
        found: "
            ada owner workspace:acme
            read 2025-06-11
            every 1d",
        titles: &["late: hosted:acme was last read whole on 2025-06-11, 4 days ago"],
        nothing: "
            ada owner workspace:acme
            read 2025-06-11",
        unknown: Some(
            "
            never-read",
        ),
    },
    Three {
        rule: "connector-credential",
        found: "
            ada owner workspace:acme
            expires 2025-06-10
            sees-less role",
        titles: &[
            "expired: the credential of hosted:acme expired on 2025-06-10",
            "sees-less: the credential of hosted:acme sees less than it did: role",
        ],
        nothing: "
            ada owner workspace:acme
            expires 2026-06-10",
        unknown: Some(
            "
            ada owner workspace:acme",
        ),
    },
    Three {
        rule: "connector-credential",
        found: "
            ada owner workspace:acme
            expires 2025-06-20",
        titles: &["expires: the credential of hosted:acme expires on 2025-06-20, in 5 days"],
        nothing: "
            ada owner workspace:acme
            expires 2025-06-20
            set credential-days=3",
        unknown: Some(
            "
            ada owner workspace:acme
            expires soon",
        ),
    },
    Three {
        rule: "removals-held",
        found: "
            ada owner workspace:acme
            waits 2 2025-06-14",
        titles: &["waiting: 2 removals of hosted:acme wait for a person's word, since 2025-06-14"],
        nothing: "
            ada owner workspace:acme",
        unknown: None,
    },
    Three {
        rule: "removals-held",
        found: "
            ada owner workspace:acme
            waits 1 2025-06-01",
        titles: &["overdue: 1 removal of hosted:acme waits for a person's word, since 2025-06-01"],
        nothing: "
            ada owner workspace:acme",
        unknown: None,
    },
    Three {
        rule: "listing-unavailable",
        found: "
            repository:r in workspace:acme
            repository:s in workspace:acme
            unread privileges repository:r
            unread invitations workspace:acme",
        titles: &[
            "rights: hosted:acme: privileges on r cannot be read: it may not be read",
            "besides: hosted:acme: invitations of acme cannot be read: it may not be read",
        ],
        nothing: "
            repository:r in workspace:acme",
        unknown: Some(
            "
            never-read",
        ),
    },
];
