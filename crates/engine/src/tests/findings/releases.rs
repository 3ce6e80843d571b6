//! What was written, by whom and how.

use super::three::Three;

pub(super) const ALL: &[Three] = &[
    Three {
        rule: "ghost-maintainer",
        found: "
            repository:r in workspace:acme
            mia member workspace:acme
            named: mia write repository:r
            named: left write repository:r",
        titles: &[
            "not-a-member: left is named as maintainer of 1 repository, cannot push it, and is no member of workspace acme",
            "member: mia is named as maintainer of 1 repository, cannot push it",
        ],
        nothing: "
            repository:r in workspace:acme
            ada write repository:r
            named: ada write repository:r",
        unknown: Some(
            "
            repository:r in workspace:acme
            named: left write repository:r
            unread privileges repository:r",
        ),
    },
    Three {
        rule: "dormant-publisher",
        found: r#"
            repository:r in workspace:acme
            ada write repository:r
            bo write repository:r
            repository:r written = {"ada":"2023-06-15T00:00:00Z"}"#,
        titles: &[
            "dormant: ada can push 1 repository and has not done so for 731 days (last 2023-06-15)",
            "never: bo can push 1 repository and never did",
        ],
        nothing: r#"
            repository:r in workspace:acme
            ada write repository:r
            repository:r written = {"ada":"2025-06-01T00:00:00Z"}"#,
        unknown: Some(
            "
            repository:r in workspace:acme
            ada write repository:r
            unread document repository:r",
        ),
    },
    Three {
        rule: "published-from-outside",
        found: r#"
            repository:r in workspace:acme
            repository:s in workspace:acme
            otto write repository:r
            repository:r written = {"otto":"2025-02-01T09:00:00Z","robot":"2025-06-01T00:00:00Z"}
            repository:s written = {"stranger":"2025-06-01T00:00:00Z","once":"2020-01-01T00:00:00Z"}
            person E1 departed 2025-01-31
            otto is E1"#,
        titles: &[
            "after-leaving: Person E1 left on 2025-01-31, and their account otto wrote a version of r after that (last \
             2025-02-01)",
            "not-a-member: stranger wrote a version of s (last 2025-06-01) and is no member of workspace acme",
        ],
        nothing: r#"
            repository:r in workspace:acme
            ada member workspace:acme
            olli write repository:r
            repository:r written = {"ada":"2025-06-01T00:00:00Z","olli":"2025-06-01T00:00:00Z","otto":"2025-01-31T23:00:00Z"}
            person E1 departed 2025-01-31
            otto is E1
            set outside-days=100"#,
        unknown: Some(
            r#"
            repository:r in workspace:acme
            repository:r written = {"stranger":"2025-06-01T00:00:00Z"}
            unread roster workspace:acme"#,
        ),
    },
    Three {
        rule: "provenance-lost",
        found: r#"
            repository:r in workspace:acme
            repository:r proven = false
            repository:r written = {"ada":"2025-06-01T00:00:00Z","robot":"2025-05-01T00:00:00Z"}
            repository:r built = {"works":"2025-05-01T00:00:00Z"}"#,
        titles: &[
            "by-hand: r was published by ada on 2025-06-01 without provenance, and by a workflow (works) until 2025-05-01",
        ],
        nothing: r#"
            repository:r in workspace:acme
            repository:r proven = true
            repository:r written = {"ada":"2025-06-01T00:00:00Z"}
            repository:r built = {"works":"2025-06-01T00:00:00Z"}
            repository:s in workspace:acme
            repository:s proven = false
            repository:s written = {"ada":"2025-06-01T00:00:00Z"}
            repository:t in workspace:acme
            repository:t proven = false
            repository:t written = {"ada":"2025-05-01T00:00:00Z","robot":"2025-06-01T00:00:00Z"}
            repository:t built = {"works":"2025-06-01T00:00:00Z"}"#,
        unknown: Some(
            "
            repository:r in workspace:acme
            unread document repository:r",
        ),
    },
    Three {
        rule: "trusted-publisher",
        found: r#"
            repository:r in workspace:acme
            repository:r origin = "code.example/acme/r"
            source:code.example/other/r trusted repository:r
            repository:s in workspace:acme
            repository:s built = {"works":"2025-05-01T00:00:00Z"}"#,
        titles: &[
            "another-repository: a workflow of code.example/other/r may publish r, which names code.example/acme/r as its \
             origin",
            "missing: a workflow (works) published s, and none is trusted",
        ],
        nothing: r#"
            repository:r in workspace:acme
            repository:r origin = "code.example/acme/R"
            source:code.example/acme/r trusted repository:r
            repository:r built = {"works":"2025-05-01T00:00:00Z"}
            repository:s in workspace:acme"#,
        unknown: Some(
            r#"
            repository:s in workspace:acme
            repository:s built = {"works":"2025-05-01T00:00:00Z"}
            unread trust repository:s"#,
        ),
    },
    Three {
        rule: "abandoned-package",
        found: r#"
            repository:r in workspace:acme
            ada write repository:r
            repository:r written = {"ada":"2020-01-01T00:00:00Z"}"#,
        titles: &["writable: r was last written on 2020-01-01, and accounts can still push it"],
        nothing: r#"
            repository:r in workspace:acme
            ada write repository:r
            repository:r written = {"ada":"2020-01-01T00:00:00Z"}
            repository:r built = {"works":"2025-05-01T00:00:00Z"}
            repository:s in workspace:acme
            repository:s written = {"ada":"2020-01-01T00:00:00Z"}
            repository:t in workspace:acme
            ada write repository:t"#,
        unknown: Some(
            "
            repository:r in workspace:acme
            ada write repository:r
            unread document repository:r",
        ),
    },
];
