//! Organisations, members, teams, services, and the ways in.

use super::{Field, Kind, Schema};
use crate::cloudsmith::key_rule::KeyRuleKind;
use crate::cloudsmith::organization::Role;
use crate::cloudsmith::service::ServiceRole;
use crate::cloudsmith::team::TeamRole;

const LOGIN_METHODS: &[&str] = &["Unknown", "Password", "Social", "SAML", "OIDC"];
const MEMBERSHIP_VISIBILITY: &[&str] = &["Public", "Private"];
const TEAM_VISIBILITY: &[&str] = &["Visible", "Hidden"];
const SEAT_KINDS: &[&str] = &["User", "Service"];

pub(crate) static ORGANIZATION: Schema = Schema::new(
    "Organization",
    &[
        Field::text("country").nullable().at_most(32).read_only(),
        Field::moment("created_at").read_only(),
        Field::blank("location").nullable().read_only(),
        Field::text("name").required(),
        Field::blank("slug").read_only(),
        Field::blank("slug_perm").read_only(),
        Field::blank("tagline").nullable().read_only(),
    ],
);

static MEMBER_TEAMS: Schema = Schema::new(
    "MemberTeams",
    &[
        Field::text("name").read_only(),
        Field::words("role", TeamRole::WORDS, "Manager").read_only(),
        Field::slug("slug").read_only(),
    ],
);

const EMAIL: Field = Field::text("email").read_only();
const TWO_FACTOR: Field = Field::flag("has_two_factor").read_only();
const JOINED: Field = Field::moment("joined_at").read_only();
const LAST_LOGIN: Field = Field::moment("last_login_at").nullable().read_only();
const LAST_METHOD: Field = Field::words("last_login_method", LOGIN_METHODS, "Unknown").read_only();
const ROLE: Field = Field::words("role", Role::WORDS, "Owner");
const USER: Field = Field::text("user").read_only();
const USER_ID: Field = Field::text("user_id").read_only();
const USER_NAME: Field = Field::text("user_name").read_only();
const USER_URL: Field = Field::link("user_url").read_only();
const VISIBILITY: Field = Field::words("visibility", MEMBERSHIP_VISIBILITY, "Public");

pub(crate) static MEMBERSHIP: Schema = Schema::new(
    "OrganizationMembership",
    &[
        EMAIL,
        TWO_FACTOR,
        Field::flag("is_active").read_only(),
        JOINED,
        LAST_LOGIN,
        LAST_METHOD,
        ROLE.read_only(),
        Field::list("teams", &Kind::Object(&MEMBER_TEAMS)).read_only(),
        USER,
        USER_ID,
        USER_NAME,
        USER_URL,
        VISIBILITY.read_only(),
    ],
);

pub(crate) static ROLE_UPDATE: Schema = Schema::new(
    "OrganizationMembershipRoleUpdate",
    &[
        EMAIL,
        TWO_FACTOR,
        JOINED,
        LAST_LOGIN,
        LAST_METHOD,
        ROLE,
        USER,
        USER_ID,
        USER_NAME,
        USER_URL,
        VISIBILITY.read_only(),
    ],
);

pub(crate) static VISIBILITY_UPDATE: Schema = Schema::new(
    "OrganizationMembershipVisibilityUpdate",
    &[
        EMAIL,
        TWO_FACTOR,
        JOINED,
        LAST_LOGIN,
        LAST_METHOD,
        ROLE.read_only(),
        USER,
        USER_ID,
        USER_NAME,
        USER_URL,
        VISIBILITY,
    ],
);

pub(crate) static TEAM: Schema = Schema::new(
    "OrganizationTeam",
    &[
        Field::blank("description").nullable().at_most(200),
        Field::new("name", Kind::Title).required().at_least(1).at_most(200),
        Field::slug("slug"),
        Field::slug("slug_perm").read_only(),
        Field::words("visibility", TEAM_VISIBILITY, "Visible"),
    ],
);

static TEAM_SEAT: Schema = Schema::new(
    "OrganizationTeamServiceMember",
    &[
        Field::new("role", Kind::Words(TeamRole::WORDS)).required(),
        Field::text("user").required(),
        Field::words("user_kind", SEAT_KINDS, "User"),
    ],
);

pub(crate) static TEAM_SEATS: Schema =
    Schema::new("OrganizationTeamMembers", &[Field::list("members", &Kind::Object(&TEAM_SEAT)).required()]);

static SERVICE_TEAMS: Schema = Schema::new(
    "ServiceTeams",
    &[
        Field::text("name").read_only(),
        Field::words("role", TeamRole::WORDS, "Manager"),
        Field::slug("slug").required(),
    ],
);

pub(crate) static SERVICE: Schema = Schema::new(
    "Service",
    &[
        Field::moment("created_at").read_only(),
        Field::text("created_by").read_only(),
        Field::link("created_by_url").read_only(),
        Field::text("description").at_most(1024),
        Field::blank("key").read_only(),
        Field::moment("key_expires_at").nullable().read_only(),
        Field::text("name").required().at_most(120),
        Field::words("role", ServiceRole::WORDS, "Member"),
        Field::slug("slug").read_only(),
        Field::list("teams", &Kind::Object(&SERVICE_TEAMS)),
    ],
);

static INVITED_TEAM: Schema = Schema::new(
    "OrganizationTeamInvite",
    &[Field::words("role", TeamRole::WORDS, "Member"), Field::slug("team").required()],
);

pub(crate) static INVITATION: Schema = Schema::new(
    "OrganizationInvite",
    &[
        Field::new("email", Kind::Email).at_least(1),
        Field::moment("expires_at").read_only(),
        Field::text("inviter").read_only(),
        Field::link("inviter_url").nullable().read_only(),
        Field::blank("org").read_only(),
        Field::words("role", Role::WORDS, "Member"),
        Field::slug("slug_perm").read_only(),
        Field::list("teams", &Kind::Object(&INVITED_TEAM)),
        Field::text("user"),
        Field::link("user_url").nullable().read_only(),
    ],
);

pub(crate) static INVITATION_UPDATE: Schema =
    Schema::new("OrganizationInviteUpdate", &[Field::words("role", Role::WORDS, "Member")]);

pub(crate) static GROUP_SYNC: Schema = Schema::new(
    "OrganizationGroupSync",
    &[
        Field::text("idp_key").required().at_most(100),
        Field::text("idp_value").required().at_most(100),
        Field::blank("organization").required().write_only(),
        Field::words("role", TeamRole::WORDS, "Member"),
        Field::slug("slug_perm").read_only(),
        Field::new("team", Kind::Slug).required(),
    ],
);

pub(crate) static GROUP_SYNC_STATUS: Schema =
    Schema::new("OrganizationGroupSyncStatus", &[Field::flag("saml_group_sync_status").read_only()]);

pub(crate) static SAML: Schema = Schema::new(
    "OrganizationSAMLAuth",
    &[
        Field::flag("saml_auth_enabled").required(),
        Field::flag("saml_auth_enforced").required(),
        Field::blank("saml_metadata_inline").at_most(32_000),
        Field::blank("saml_metadata_inline_webapp").nullable().at_most(32_000),
        Field::link("saml_metadata_url").nullable().at_most(254),
        Field::link("saml_metadata_url_webapp").nullable().at_most(254),
    ],
);

pub(crate) static DYNAMIC_MAPPING: Schema =
    Schema::new("DynamicMapping", &[Field::text("claim_value").required(), Field::text("service_account").required()]);

const PROVIDER_CLAIMS: Field = Field::new("claims", Kind::Map(&Kind::Anything)).required();
const PROVIDER_ENABLED: Field = Field::flag("enabled").required();
const PROVIDER_CLAIM: Field = Field::text("mapping_claim").nullable();
const PROVIDER_NAME: Field = Field::text("name").required();
const PROVIDER_URL: Field = Field::link("provider_url").required().at_least(1);
const PROVIDER_SERVICES: Field = Field::list("service_accounts", &Kind::Text);
const PROVIDER_SLUG: Field = Field::slug("slug").read_only();
const PROVIDER_SLUG_PERM: Field = Field::slug("slug_perm").read_only();

pub(crate) static PROVIDER: Schema = Schema::new(
    "ProviderSettings",
    &[
        PROVIDER_CLAIMS,
        PROVIDER_ENABLED,
        PROVIDER_CLAIM,
        PROVIDER_NAME,
        PROVIDER_URL,
        PROVIDER_SERVICES,
        PROVIDER_SLUG,
        PROVIDER_SLUG_PERM,
    ],
);

pub(crate) static PROVIDER_WRITE: Schema = Schema::new(
    "ProviderSettingsWrite",
    &[
        PROVIDER_CLAIMS,
        Field::list("dynamic_mappings", &Kind::Object(&DYNAMIC_MAPPING)),
        PROVIDER_ENABLED,
        PROVIDER_CLAIM,
        PROVIDER_NAME,
        PROVIDER_URL,
        PROVIDER_SERVICES,
        PROVIDER_SLUG,
        PROVIDER_SLUG_PERM,
    ],
);

pub(crate) static KEY_RULE: Schema = Schema::new(
    "OrganizationApiKeyRule",
    &[
        Field::moment("created_at").read_only(),
        Field::flag("enforce_refresh"),
        Field::flag("is_enabled"),
        Field::moment("last_applied_at").nullable().read_only(),
        Field::integer("max_age_hours").nullable().at_least(24).at_most(2_147_483_647),
        Field::flag("refresh_immediately").write_only(),
        Field::new("rule_type", Kind::Words(KeyRuleKind::WORDS)).required(),
        Field::text("slug").read_only(),
        Field::text("slug_perm").read_only(),
        Field::moment("updated_at").read_only(),
    ],
);

static DOMAIN_REPOSITORY: Schema =
    Schema::new("OrganizationCustomDomainNestedRepo", &[Field::text("name").read_only(), PROVIDER_SLUG]);

pub(crate) static CUSTOM_DOMAIN: Schema = Schema::new(
    "OrganizationCustomDomains",
    &[
        Field::moment("created_at").read_only(),
        Field::flag("enabled").read_only(),
        Field::text("host").read_only(),
        Field::flag("primary").read_only(),
        Field::new("repository", Kind::Object(&DOMAIN_REPOSITORY)).required(),
        PROVIDER_SLUG_PERM,
        Field::flag("validated").read_only(),
    ],
);

pub(crate) static POLICY: Schema = Schema::new(
    "PackagePolicy",
    &[
        Field::moment("created_at").read_only(),
        Field::text("description").nullable(),
        Field::text("name").required(),
        PROVIDER_SLUG_PERM,
    ],
);

pub(crate) static DOMAINS: Schema =
    Schema::new("Domains", &[Field::list("results", &Kind::Object(&CUSTOM_DOMAIN)).required().read_only()]);

pub(crate) static EXCHANGE: Schema = Schema::new(
    "Oidc",
    &[
        Field::text("oidc_token").required().write_only(),
        Field::text("service_slug").required().write_only(),
        Field::blank("token").read_only(),
    ],
);
