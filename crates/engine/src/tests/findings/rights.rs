//! Who may do what, and by which way.

use super::three::Three;

pub(super) const ALL: &[Three] = &[
    Three {
        rule: "returned-grant",
        found: "
            repository:r in workspace:acme
            ada write repository:r
            back ada write repository:r",
        titles: &["came-back: user ada is write of repository r again, which was taken away after the review \"Q3\""],
        nothing: "
            repository:r in workspace:acme
            ada read repository:r
            taken ada write repository:r",
        unknown: Some(
            "
            repository:r in workspace:acme
            ada read repository:r
            taken ada write repository:r
            unread privileges repository:r",
        ),
    },
    Three {
        rule: "owner-count",
        found: "
            ada owner workspace:acme",
        titles: &["too-few: workspace acme has a single owner: ada"],
        nothing: "
            ada owner workspace:acme
            bo owner workspace:acme",
        unknown: Some(
            "
            ada owner workspace:acme
            unread roster workspace:acme",
        ),
    },
    Three {
        rule: "owner-count",
        found: "
            ada owner workspace:acme
            bo owner workspace:acme
            cy owner workspace:acme
            set owners-max=2",
        titles: &["too-many: workspace acme has 3 owners among 3 members, more than 2"],
        nothing: "
            ada owner workspace:acme
            bo owner workspace:acme
            set owners-max=2",
        unknown: Some(
            "
            unread roster workspace:acme",
        ),
    },
    Three {
        rule: "outside-collaborator",
        found: "
            repository:r in workspace:acme
            olli write repository:r",
        titles: &["can-write: olli is outside workspace acme and can push r"],
        nothing: "
            repository:r in workspace:acme
            olli read repository:r
            ada owner workspace:acme",
        unknown: Some(
            "
            repository:r in workspace:acme
            olli write repository:r
            unread roster workspace:acme",
        ),
    },
    Three {
        rule: "lone-publisher",
        found: "
            repository:r in workspace:acme
            ada write repository:r",
        titles: &["one-account: only ada can push r"],
        nothing: "
            repository:r in workspace:acme
            ada write repository:r
            bo write repository:r",
        unknown: Some(
            "
            repository:r in workspace:acme
            ada write repository:r
            unread privileges repository:r",
        ),
    },
    Three {
        rule: "too-many-publishers",
        found: "
            repository:r in workspace:acme
            ada write repository:r
            bo write repository:r
            cy write repository:r
            set publishers-max=2
            unread document repository:r",
        titles: &["too-many: more than 2 accounts can push r"],
        nothing: "
            repository:r in workspace:acme
            ada write repository:r
            bo write repository:r
            set publishers-max=2",
        unknown: Some(
            "
            repository:r in workspace:acme
            ada write repository:r
            bo write repository:r
            set publishers-max=2
            unread privileges repository:r",
        ),
    },
    Three {
        rule: "team-writes-everything",
        found: r#"
            repository:r in workspace:acme
            team:t in workspace:acme
            team:t write repository:r
            ada member team:t
            bo member team:t
            mia member workspace:acme
            zoe member workspace:acme
            workspace:acme default = "write"
            set team-members-min=2
            set team-packages-min=1"#,
        titles: &[
            "blast-radius: team t can push 1 of 1 repository and has 2 members",
            "default-right: 2 accounts can push 1 of 1 repository by being in workspace acme",
        ],
        nothing: "
            repository:r in workspace:acme
            team:t in workspace:acme
            team:t write repository:r
            ada member team:t
            set team-members-min=2
            set team-packages-min=1",
        unknown: Some(
            "
            repository:r in workspace:acme
            team:t in workspace:acme
            team:t write repository:r
            ada member team:t
            bo member team:t
            set team-members-min=2
            set team-packages-min=1
            unread roster workspace:acme",
        ),
    },
    Three {
        rule: "default-right",
        found: r#"
            repository:a in workspace:acme
            repository:a default = "admin"
            repository:w in workspace:acme
            repository:w default = "write"
            repository:x in workspace:acme
            repository:x default = "read"
            workspace:acme default = "write""#,
        titles: &[
            "more-than-write: everybody in workspace acme has admin on repository a by default",
            "everywhere: everybody in workspace acme has write on all its resources by default",
            "write: everybody in workspace acme can push repository w by default",
        ],
        nothing: r#"
            repository:x in workspace:acme
            repository:x default = "none"
            workspace:acme default = "read""#,
        unknown: Some(
            r#"
            repository:x in workspace:acme
            workspace:acme default = "none""#,
        ),
    },
    Three {
        rule: "direct-right",
        found: "
            repository:r in workspace:acme
            ada member workspace:acme
            ada write repository:r",
        titles: &["own-right: ada can push r by a right of their own (write), outside any team"],
        nothing: "
            repository:r in workspace:acme
            team:t in workspace:acme
            team:t write repository:r
            ada member workspace:acme
            ada member team:t
            bo member workspace:acme
            bo read repository:r
            olli write repository:r
            service:ci service-member workspace:acme
            service:ci write repository:r",
        unknown: Some(
            "
            repository:r in workspace:acme
            ada member workspace:acme
            unread privileges repository:r",
        ),
    },
    Three {
        rule: "direct-right",
        found: "
            vault:r in workspace:acme
            ada member workspace:acme
            collaborators: ada write vault:r",
        titles: &["unexplained: ada can push r, and nothing that was read says by what"],
        nothing: "
            vault:r in workspace:acme
            team:t write vault:r
            ada member workspace:acme
            ada member team:t
            collaborators: ada write vault:r",
        unknown: Some(
            "
            vault:r in workspace:acme
            team:t in workspace:acme
            ada member workspace:acme
            collaborators: ada write vault:r
            unread team-members team:t",
        ),
    },
    Three {
        rule: "empty-team",
        found: "
            repository:r in workspace:acme
            team:idle in workspace:acme
            ada member team:idle
            team:void in workspace:acme
            team:void write repository:r",
        titles: &[
            "no-members: team void has no members and holds 1 right",
            "grants-nothing: team idle has 1 member and may do nothing",
        ],
        nothing: "
            repository:r in workspace:acme
            team:t in workspace:acme
            team:t write repository:r
            ada member team:t",
        unknown: Some(
            "
            repository:r in workspace:acme
            team:void in workspace:acme
            team:void write repository:r
            unread team-members team:void",
        ),
    },
    Three {
        rule: "low-bar",
        found: r#"
            repository:r in workspace:acme
            repository:r deleteNeeds = "Write"
            repository:r replaceNeeds = "Write""#,
        titles: &["low: whoever has Write on repository r can delete packages"],
        nothing: r#"
            repository:r in workspace:acme
            repository:r deleteNeeds = "Admin"
            repository:r replaceNeeds = "Write""#,
        unknown: Some(
            "
            repository:r in workspace:acme
            repository:r deleteNeeds = null",
        ),
    },
    Three {
        rule: "low-bar",
        found: r#"
            repository:r in workspace:acme
            repository:r deleteNeeds = "Write"
            repository:r replaceNeeds = "Write"
            set usual-bars=1"#,
        titles: &[
            "low: whoever has Write on repository r can delete packages",
            "low: whoever has Write on repository r can replace them",
        ],
        nothing: r#"
            repository:r in workspace:acme
            repository:r deleteNeeds = "Admin"
            repository:r replaceNeeds = "Admin"
            set usual-bars=1"#,
        unknown: Some(
            "
            unread roster workspace:acme",
        ),
    },
];
