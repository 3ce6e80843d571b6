//! What opens something without an account, or lets somebody in.

use super::three::Three;

pub(super) const ALL: &[Three] = &[
    Three {
        rule: "open-token",
        found: r#"
            ada owner workspace:acme
            repository:r in workspace:acme
            entitlement-token:old in repository:r
            entitlement-token:old read repository:r
            entitlement-token:old limited = false
            entitlement-token:old initial = true
            entitlement-token:old made = "2022-01-01T00:00:00Z"
            entitlement-token:old maker = "gone"
            entitlement-token:old uses = 0
            entitlement-token:off in repository:r
            entitlement-token:off limited = false"#,
        titles: &[
            "unlimited: the token “old” of r has no end and no limit since 2022-01-01",
            "creator-left: the token “old” of r was made by gone, who is no member any more",
            "initial: the token “old” of r is the one it began with, and in use",
            "unused: the token “old” of r was never used since 2022-01-01",
        ],
        nothing: r#"
            ada owner workspace:acme
            repository:r in workspace:acme
            entitlement-token:new in repository:r
            entitlement-token:new read repository:r
            entitlement-token:new limited = false
            entitlement-token:new initial = false
            entitlement-token:new made = "2025-06-01T00:00:00Z"
            entitlement-token:new maker = "ada"
            entitlement-token:new uses = 0"#,
        unknown: Some(
            "
            ada owner workspace:acme
            repository:r in workspace:acme
            entitlement-token:odd in repository:r
            entitlement-token:odd read repository:r",
        ),
    },
    Three {
        rule: "broad-identity-provider",
        found: r#"
            repository:r in workspace:acme
            service:ci write repository:r
            service:view service-member workspace:acme
            provider:p in workspace:acme
            provider:p name = "Builds"
            provider:p enabled = true
            provider:p claims = []
            link service:ci TRUSTS provider:p
            provider:q in workspace:acme
            provider:q enabled = true
            provider:q claims = []
            link service:view TRUSTS provider:q"#,
        titles: &[
            "can-write: whatever “Builds” signs lets its bearer be ci, which can push 1 repository",
            "reads: whatever “q” signs lets its bearer be view, which can write nothing",
        ],
        nothing: r#"
            repository:r in workspace:acme
            service:ci write repository:r
            provider:p in workspace:acme
            provider:p enabled = true
            provider:p claims = ["repository=acme/r"]
            link service:ci TRUSTS provider:p
            provider:off in workspace:acme
            provider:off enabled = false
            provider:off claims = []
            link service:ci TRUSTS provider:off
            provider:map in workspace:acme
            provider:map enabled = true
            provider:map mapped = "repository"
            link service:ci TRUSTS provider:map"#,
        unknown: Some(
            "
            repository:r in workspace:acme
            service:ci write repository:r
            provider:p in workspace:acme
            provider:p enabled = true
            link service:ci TRUSTS provider:p",
        ),
    },
    Three {
        rule: "group-sync",
        found: "
            workspace:acme followed = false
            mapping:m in workspace:acme",
        titles: &["off: workspace acme has 1 group mapping and follows none"],
        nothing: "
            workspace:acme followed = true
            mapping:m in workspace:acme",
        unknown: Some(
            "
            mapping:m in workspace:acme
            workspace:acme followed = null",
        ),
    },
    Three {
        rule: "open-invitation",
        found: r#"
            invitation:i in workspace:acme
            invitation:i email = "kai@mail.example"
            invitation:i role = "Owner"
            trusted acme.example"#,
        titles: &[
            "administers: kai@mail.example is invited to be owner of workspace acme",
            "outside-address: kai@mail.example, whose domain is none of the company's, is invited to workspace acme",
        ],
        nothing: r#"
            invitation:i in workspace:acme
            invitation:i email = "kai@acme.example"
            invitation:i role = "Member"
            invitation:j in workspace:acme
            invitation:j email = "ida@mail.example"
            trusted acme.example
            person E1 active ida@mail.example"#,
        unknown: Some(
            "
            invitation:i in workspace:acme
            trusted acme.example",
        ),
    },
    Three {
        rule: "open-invitation",
        found: r#"
            invitation:i in workspace:acme
            invitation:i email = "kai@mail.example"
            person E1 active ida@mail.example"#,
        titles: &["nobody: kai@mail.example, which nobody in the directories has, is invited to workspace acme"],
        nothing: r#"
            invitation:i in workspace:acme
            invitation:i email = "Ida+news@mail.example"
            person E1 active ida@mail.example"#,
        unknown: Some(
            r#"
            invitation:i in workspace:acme
            invitation:i email = "kai@mail.example"
            person E1 active ida@mail.example
            unread people"#,
        ),
    },
];
