//! What a page says of npm connectors.

use crate::connectors::catalog::{CardWords, FieldWords, SettingWords};

pub(super) static WORDS: CardWords = CardWords {
    description: "Reads one npm organisation: who is in it and with which role, teams, packages, and who can publish what.",
    documentation: "connectors/npm",
    search_words: &["npmjs", "node", "registry", "package", "publish", "NPM Organization", "Add Configuration"],
    organization: FieldWords {
        label: "Organization",
        help: "The organisation's name, as it is in its web address; @acme and the address itself are understood too.",
        placeholder: "acme",
    },
    secret: FieldWords {
        label: "Access token",
        help: "A granular access token, read-only, with the organisation selected. It is sealed and never shown again.",
        placeholder: "npm_…",
    },
    address: FieldWords {
        label: "Registry address",
        help: "Another registry than npm's own.",
        placeholder: "https://registry.example.com",
    },
    warnings: &[
        "The token has to belong to an owner or admin of the organisation: npm shows an ordinary member less, and does not \
         say so.",
        "A narrower token sees a part of the roster only. What it does not see is reported as not read, and nothing is \
         concluded from it.",
        "One connector reads one organisation. For another organisation, connect npm once more.",
    ],
    guide: &[
        "Make an npm account that belongs to no person, such as acme-auditor, with two-factor authentication on.",
        "Let an owner invite it, and make it an admin once it has accepted. Take it out of the team developers, which may \
         publish.",
        "Signed in as that account, open Access Tokens, Generate New Token, Granular Access Token.",
        "Select the organisation with read-only permission; for private packages also the scope, read-only. Restrict it to \
         the network that reads, and let it expire on a day you will keep.",
        "Give the token here, with the day on which it expires: npm tells nobody, and Rolecall reminds the owners.",
    ],
    own: &[
        SettingWords { name: "attest_user", label: "Token's account", placeholder: "acme-auditor", advanced: true },
        SettingWords { name: "attest_members", label: "Number of members", placeholder: "58", advanced: true },
    ],
};
