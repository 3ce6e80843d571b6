//! How accounts sign in.

use super::three::Three;

pub(super) const ALL: &[Three] = &[
    Three {
        rule: "second-factor",
        found: "
            repository:r in workspace:acme
            ada owner workspace:acme
            ada secured = false
            bo owner workspace:acme
            bo secured = true
            otto member workspace:acme
            otto write repository:r
            otto secured = false
            eve member workspace:acme
            eve secured = false",
        titles: &[
            "administrator: ada is owner of workspace acme and can push 1 repository, without a second factor",
            "writer: otto can push 1 repository, without a second factor",
        ],
        nothing: "
            repository:r in workspace:acme
            ada owner workspace:acme
            ada secured = true
            dora manager workspace:acme
            dora secured = false
            dora active = false
            service:ci write repository:r",
        // Not told is not *no*.
        unknown: Some(
            "
            ada owner workspace:acme",
        ),
    },
    Three {
        rule: "sign-in-policy",
        found: "
            ada owner workspace:acme
            workspace:acme sso = false
            workspace:acme ssoOnly = false",
        titles: &["no-single-sign-on: workspace acme has no single sign-on"],
        nothing: "
            workspace:acme sso = true
            workspace:acme ssoOnly = true",
        unknown: Some(
            "
            ada owner workspace:acme
            unread settings workspace:acme",
        ),
    },
    Three {
        rule: "sign-in-policy",
        found: "
            ada owner workspace:acme
            workspace:acme sso = true
            workspace:acme ssoOnly = false",
        titles: &["not-enforced: workspace acme offers single sign-on, and lets people in by other ways too"],
        nothing: "
            workspace:acme ssoOnly = true",
        unknown: Some(
            "
            ada owner workspace:acme
            workspace:acme sso = true",
        ),
    },
    Three {
        rule: "sign-in-bypass",
        found: r#"
            ada owner workspace:acme
            ada how = "SAML"
            otto member workspace:acme
            otto how = "Password"
            otto seen = "2025-06-01T08:00:00Z"
            workspace:acme sso = true"#,
        titles: &[
            "around: otto last signed in by password on 2025-06-01, around single sign-on, and is in workspace acme",
        ],
        nothing: r#"
            repository:r in workspace:acme
            ada owner workspace:acme
            ada how = "SAML"
            olli write repository:r
            olli how = "Password"
            workspace:acme sso = true"#,
        unknown: Some(
            r#"
            ada owner workspace:acme
            ada how = "Unknown"
            otto member workspace:acme
            otto how = "Password"
            unread settings workspace:acme"#,
        ),
    },
    Three {
        rule: "dormant-member",
        found: r#"
            ada owner workspace:acme
            ada seen = "2024-06-01T08:00:00Z""#,
        titles: &["dormant: ada is owner of workspace acme, and last signed in on 2024-06-01"],
        nothing: r#"
            ada owner workspace:acme
            ada seen = "2025-06-01T08:00:00Z"
            dora member workspace:acme
            dora active = false"#,
        // Not told is not *never*.
        unknown: Some(
            "
            ada owner workspace:acme
            ada seen = null",
        ),
    },
];
