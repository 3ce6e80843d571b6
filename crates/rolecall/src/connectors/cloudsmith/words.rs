//! What a page says of Cloudsmith connectors.

use crate::connectors::catalog::{CardWords, FieldWords, SettingWords};

pub(super) static WORDS: CardWords = CardWords {
    description: "Reads one Cloudsmith organisation (a workspace): members, services, teams, repositories and who may do \
                  what in each.",
    documentation: "connectors/cloudsmith",
    search_words: &[
        "artifacts",
        "packages",
        "repository",
        "workspace",
        "privilege",
        "Cloudsmith Organization",
        "Add Configuration",
    ],
    organization: FieldWords {
        label: "Organization slug",
        help: "The workspace's slug, as it is in its web address, which is understood too.",
        placeholder: "acme",
    },
    secret: FieldWords {
        label: "Cloudsmith API key",
        help: "The API key of an owner, or of a service that is a manager. It is sealed and never shown again.",
        placeholder: "0123456789abcdef…",
    },
    address: FieldWords {
        label: "API address",
        help: "Another address than Cloudsmith's own.",
        placeholder: "https://api.example.com",
    },
    warnings: &[
        "Most keys see only part of an organisation, and Cloudsmith does not say so: take the key of an owner, or of a \
         service that is a manager.",
        "A member's or a manager's key sees a partial roster, or only repositories it has a right on. What it does not see \
         is reported as not read, and nothing is concluded from it.",
        "A key may whatever its account may: Cloudsmith has no read-only keys. Keep it in one place only, and restrict it to \
         the network that reads.",
        "One connector reads one organisation. For another organisation, connect Cloudsmith once more.",
    ],
    guide: &[
        "Take an account that nobody works with and that is an owner; or make a service, make it a manager, and give it a \
         team with admin on every repository.",
        "Signed in as that account, open its settings, API Key; of a service, open the workspace's Services.",
        "Look up the workspace's default object privilege on its settings page: it is in no API, and what every member may \
         do depends on it.",
        "Give key and default privilege here. Checking says whose key it is and what it is not shown.",
    ],
    own: &[SettingWords { name: "default_privilege", label: "Default privilege", placeholder: "", advanced: false }],
};
